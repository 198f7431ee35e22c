import { implement } from '@temper/pipeline/job';
import type { keepShort } from './stage.ts';

export default implement<typeof keepShort>(async (job) => {
  const { longest } = job.params;
  let leftOut = 0;
  async function* short() {
    for await (const row of job.inputs.dataset.rows()) {
      const characters = row.messages.reduce((sum, { content }) => sum + content.length, 0);
      if (characters <= longest) yield row;
      else leftOut += 1;
    }
  }
  const dataset = await job.outputs.dataset.writeRows(short());
  if (leftOut > 0) job.warning('left-out', `${leftOut} conversations have more than ${longest} characters`);
  return { dataset };
});
