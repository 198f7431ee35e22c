/**
 * A process that uses a store, to be killed, stopped and started many times: `node driver.mjs STORE STEPS [pause]`.
 * Brings every step about in a random order and says what it did; waits for steps that others are at.
 */
import { once } from 'node:events';
import { createLocalStore } from '@temper/store';
import { bringAbout, serve, sorted } from './store-rig.ts';

const [root = '', steps = '0', mode = ''] = process.argv.slice(2);
const store = createLocalStore(root);

if (mode === 'hold') await hold();
else if (mode === 'serve') {
  for (let step = 0; step < Number(steps); step++)
    console.log(JSON.stringify(sorted((await serve(root, step)) ?? {})));
} else {
  const waiting = Array.from({ length: Number(steps) }, (_, step) => step).sort(() => Math.random() - 0.5);
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const made = await bringAbout(store, step);
    if (made === 'held') waiting.push(step);
    else console.log(`${made} ${String(step)}`);
  }
}
await store.settled();

/** Claims step 0 and goes on when it is told to. */
async function hold(): Promise<void> {
  console.log(
    await bringAbout(store, 0, async () => {
      console.log('claimed');
      await once(process.stdin, 'data');
      process.stdin.destroy();
    }),
  );
}
