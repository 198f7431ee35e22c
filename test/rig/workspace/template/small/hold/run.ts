import { watch } from 'node:fs';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { implement } from '@temper/pipeline/job';
import type { hold } from './stage.ts';

export default implement<typeof hold>(async ({ params, inputs, outputs, signal }) => {
  const { hand, name } = params;
  // Half of the output stands already when the job is held: nobody may ever see it.
  await outputs.numbers.write('half-made', 'half-made');
  await appendFile(join(hand, `${name}.jobs`), `${String(process.pid)}\n`);
  const order = await orderOf(hand, `${name}.order`, signal);
  if (order !== 'finish') throw new Error(order);
  await rm(join(outputs.numbers.path, 'half-made'));
  return { numbers: await outputs.numbers.writeRows(inputs.numbers.rows()) };
});

function orderOf(hand: string, file: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      void readFile(join(hand, file), 'utf8').then(
        (order) => {
          watcher.close();
          resolve(order);
        },
        () => undefined,
      );
    };
    const watcher = watch(hand, look);
    signal.addEventListener('abort', () => {
      watcher.close();
      reject(new Error('told to stop while it was held'));
    });
    look();
  });
}
