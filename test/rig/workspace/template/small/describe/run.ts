import { implement } from '@temper/pipeline/job';
import type { describe } from './stage.ts';

export default implement<typeof describe>(async ({ inputs, outputs }) => {
  let odd = 0;
  for await (const row of inputs.parities.rows()) odd += row.odd ? 1 : 0;
  await outputs.text.write('text.txt', `${String(odd)} are odd\n`);
  return { text: outputs.text.written() };
});
