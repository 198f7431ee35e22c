import { implement } from '@temper/pipeline/job';
import { times } from './times.ts';
import type { scale } from './stage.ts';

export default implement<typeof scale>(async ({ params, inputs, outputs }) => {
  async function* scaled(): AsyncIterable<{ n: number }> {
    for await (const { n } of inputs.numbers.rows()) yield { n: times(n, params.factor) };
  }
  return { numbers: await outputs.numbers.writeRows(scaled()) };
});
