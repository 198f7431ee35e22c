import { implement } from '@temper/pipeline/job';
import type { sum } from './stage.ts';

export default implement<typeof sum>(async ({ inputs, outputs }) => {
  let total = 0;
  for (const list of inputs.numbers) for await (const { n } of list.rows()) total += n;
  await outputs.text.write('text.txt', `${String(total)}\n`);
  return { text: outputs.text.written() };
});
