import { implement } from '@temper/pipeline/job';
import type { parity } from './stage.ts';

export default implement<typeof parity>(async ({ inputs, outputs }) => {
  async function* odd(): AsyncIterable<{ odd: boolean }> {
    for await (const { n } of inputs.numbers.rows()) yield { odd: n % 2 === 1 };
  }
  return { parities: await outputs.parities.writeRows(odd()) };
});
