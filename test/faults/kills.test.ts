import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLocalStore } from '@temper/store';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { bringAbout, contentOf, serve, sorted } from './store-rig.ts';
import { buildDriver } from './build-driver.ts';

const kills = 200;
const steps = 12;
let base: string;
let driver: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'temper-kills-'));
  driver = await buildDriver(base);
  return () => rm(base, { recursive: true, force: true });
});

function start(
  root: string,
  ...words: readonly string[]
): { child: ChildProcess; lines: AsyncIterableIterator<string> } {
  const child = spawn(process.execPath, [driver, root, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function linesOf(root: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { lines } = start(root, ...words);
  const said: string[] = [];
  for await (const line of { [Symbol.asyncIterator]: () => lines }) said.push(line);
  return said;
}

it(`nothing wrong is served, and nothing is to clean up, after ${String(kills)} kills at random moments`, async () => {
  let root = '';
  let served = 0;
  let stores = 0;
  for (let kill = 0; kill < kills; kill++) {
    // A store that has everything has nothing left to be killed at.
    if (kill % 20 === 0) root = join(base, `store-${String((stores += 1))}`);
    const { child, lines } = start(root, String(steps));
    await Promise.race([lines.next(), once(child, 'exit')]);
    // Anything between at once and a few steps later.
    await new Promise((done) => setTimeout(done, Math.random() * 12));
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    for (let step = 0; step < steps; step++) {
      const found = await serve(root, step);
      if (found === undefined) continue;
      served += 1;
      expect(found).toEqual(sorted(contentOf(step)));
    }
    if (kill % 20 !== 19) continue;
    const store = createLocalStore(root);
    for (let step = 0; step < steps; step++) {
      expect(['made', 'found']).toContain(await bringAbout(store, step));
      expect(await serve(root, step)).toEqual(sorted(contentOf(step)));
    }
    await store.settled();
    expect(await store.verify()).toEqual([]);
  }
  console.log(
    `${String(kills)} kills in ${String(stores)} stores: ${String(served)} results read, none wrong`,
  );
});

it('eight processes that want the same at once make each step once between them', async () => {
  const root = join(base, 'eight');
  const said = await Promise.all(Array.from({ length: 8 }, () => linesOf(root, String(steps))));
  const made = said.flat().filter((line) => line.startsWith('made '));
  expect(made.sort()).toEqual(Array.from({ length: steps }, (_, step) => `made ${String(step)}`).sort());
  expect(said.map((lines) => lines.length)).toEqual(said.map(() => steps));
  expect(await createLocalStore(root).verify()).toEqual([]);
  console.log(`8 processes, ${String(steps)} steps: each made once`);
});

it('a holder that is stopped keeps its claim, and finishes when it goes on', async () => {
  const root = join(base, 'stopped');
  const { child, lines } = start(root, '0', 'hold');
  expect((await lines.next()).value).toBe('claimed');
  child.kill('SIGSTOP');
  const store = createLocalStore(root);
  expect(await bringAbout(store, 0)).toBe('held');
  child.stdin?.write('go on\n');
  child.kill('SIGCONT');
  expect((await lines.next()).value).toBe('made');
  expect(await bringAbout(store, 0)).toBe('found');
});

it('a holder that goes on after another has taken its place gives way, and publishes nothing', async () => {
  const root = join(base, 'late');
  const { child, lines } = start(root, '0', 'hold');
  expect((await lines.next()).value).toBe('claimed');
  child.kill('SIGSTOP');
  // As another machine sees it after minutes of silence: the claim is removed and taken anew.
  const [work] = await readdir(join(root, 'work'));
  const claim = join(root, 'work', work ?? '', 'claim.json');
  expect(await readFile(claim, 'utf8')).toContain(String(child.pid));
  await rm(claim);
  const store = createLocalStore(root);
  expect(await bringAbout(store, 0)).toBe('made');
  child.stdin?.write('go on\n');
  child.kill('SIGCONT');
  await once(child, 'exit');
  expect(child.exitCode).not.toBe(0);
  expect(await serve(root, 0)).toEqual(sorted(contentOf(0)));
  const history = [];
  for await (const stored of store.all()) history.push(stored);
  expect(history).toHaveLength(1);
});
