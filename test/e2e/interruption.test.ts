import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const two = ['--jobs', '2'];
/** Where what Python environments are made with is already. */
const home =
  process.env['TEMPER_HOME'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper');

describe('a run that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s leaves nothing half-made, and the next one goes on', async (signal, code) => {
    const workspace = await useWorkspace();
    const running = workspace.startRun('held', two);
    const held = [await workspace.hand.job('first'), await workspace.hand.job('second')];
    running.kill(signal);
    const cancelled = await running.ended;
    expect(cancelled).toMatchObject({
      code,
      stderr: '',
      result: { outcome: 'cancelled', outputs: {} },
      outcomes: {
        count: 'ran',
        'hold:first': 'cancelled',
        'hold:second': 'cancelled',
        'sum:left': 'cancelled',
        'sum:right': 'cancelled',
      },
    });
    expect(cancelled.stdout).toContain('cancelled after <time>; run the same command again to go on\n');
    expect(held.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
    expect(await stored(workspace)).toEqual({ results: 1, trees: 1, incoming: 0, halfMade: [] });
    expect(await readdir(join(workspace.root, 'output/held/default'))).toEqual([]);

    await workspace.hand.letGo('first');
    await workspace.hand.letGo('second');
    const next = await workspace.run('held', two);
    expect(next).toMatchObject({ stderr: '', code: 0, outcomes: { count: 'reused', 'hold:first': 'ran' } });
    expect(await workspace.read('output/held/default/left/text.txt')).toBe('10\n');
  });

  it('by a second signal ends at once', async () => {
    const workspace = await useWorkspace();
    await workspace.edit('small/hold/run.ts', "signal.addEventListener('abort'", "void ('abort'");
    const running = workspace.startRun('held', ['--jobs', '1']);
    const job = await workspace.hand.job('first');
    running.kill('SIGINT');
    await running.says('press Ctrl-C again to stop at once');
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, result: undefined });
    // The launcher still waits for the job to save; nobody else will end it in this test.
    process.kill(job.pid, 'SIGKILL');
  });
});

describe('a run whose process is killed', () => {
  it('leaves its job working, and the next run adopts it', async () => {
    const workspace = await useWorkspace();
    await workspace.hand.letGo('second');
    const killed = workspace.startRun('held', two);
    const job = await workspace.hand.job('first');
    await killed.says('✓ sum:right');
    killed.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(isAlive(job.pid)).toBe(true);

    const next = workspace.startRun('held', two);
    await next.says('> hold:first');
    await job.finish();
    expect(await next.ended).toMatchObject({
      stderr: '',
      code: 0,
      outcomes: { 'hold:first': 'ran', 'hold:second': 'reused', 'sum:left': 'ran', 'sum:right': 'reused' },
    });
    expect(await workspace.hand.count('first')).toBe(1);
  });

  it('finds the result of a job that ended meanwhile', async () => {
    const workspace = await useWorkspace();
    await workspace.hand.letGo('second');
    const killed = workspace.startRun('held', two);
    const job = await workspace.hand.job('first');
    killed.kill('SIGKILL');
    await killed.ended;
    await job.finish();
    expect(await workspace.run('held', two)).toMatchObject({ code: 0, outcomes: { 'hold:first': 'ran' } });
    expect(await workspace.hand.count('first')).toBe(1);
  });
});

/** A job that saves what it has after each of four steps, and is killed after the second unless it goes on from there. */
const saving = `
import json, os, signal
from temper_job import Job, run

def main(job: Job) -> None:
    state = job.checkpoint_folder / "state.json"
    done = json.loads(state.read_text()) if state.exists() else 0
    if done:
        job.resumed(done)
    for step in range(done + 1, 5):
        state.write_text(json.dumps(step))
        job.checkpoint(step, "checkpoint/state.json")
        if step == 2 and not done:
            os.kill(os.getpid(), signal.SIGKILL)
    (job.output("text") / "text.txt").write_text(str(done))

if __name__ == "__main__":
    run(main)
`;

describe.skipIf(process.env['TEMPER_TEST_PYTHON'] === undefined)('a job that is killed', () => {
  it('is told with the step that it goes on from, and what it made says that it went on', async () => {
    const workspace = await useWorkspace();
    await workspace.write('small/measure/run.py', saving);
    await workspace.write('small/measure/lock.txt', '');
    const env = { TEMPER_HOME: home, TEMPER_STORE: join(workspace.home, 'store') };
    const killed = await workspace.run('measured', [], { env });
    expect(killed.code).toBe(1);
    expect(killed.stderr).toContain('✗ measure failed: the job was killed by SIGKILL and gave no reason\n');
    expect(killed.stderr).toContain('  hint: run again: it goes on from its checkpoint of step 2\n');

    expect(await workspace.run('measured', [], { env })).toMatchObject({
      code: 0,
      outcomes: { measure: 'ran' },
    });
    expect(await workspace.read('output/measured/default/lengths/text.txt')).toBe('2');
    const manifests = join(workspace.home, 'store/manifests');
    const made = await Promise.all(
      (await readdir(manifests, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
          return (JSON.parse(text) as { made: { label: string; resumedFrom: number | null } }).made;
        }),
    );
    expect(Object.fromEntries(made.map(({ label, resumedFrom }) => [label, resumedFrom]))).toEqual({
      count: null,
      measure: 2,
    });
  });
});

describe('several runs at once', () => {
  it('compute a step once: one works, the others wait for it', async () => {
    const workspace = await useWorkspace();
    const first = workspace.startRun('held', two);
    const jobs = [await workspace.hand.job('first'), await workspace.hand.job('second')];
    const second = workspace.startRun('held', two);
    await second.says('waiting for process');
    for (const job of jobs) await job.finish();
    expect((await first.ended).outcomes).toMatchObject({ 'hold:first': 'ran', 'hold:second': 'ran' });
    const waited = await second.ended;
    expect(waited).toMatchObject({ code: 0, outcomes: { 'hold:first': 'reused', 'hold:second': 'reused' } });
    expect(waited.stdout).toContain(
      '· hold:first   waiting for process <number>, which works on the same step\n',
    );
    expect([await workspace.hand.count('first'), await workspace.hand.count('second')]).toEqual([1, 1]);
  });

  it('that start together make each step once between them', async () => {
    const workspace = await useWorkspace();
    const runs = await Promise.all([1, 2, 3].map(() => workspace.run('numbers')));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    const ran = runs.flatMap(({ outcomes }) =>
      Object.entries(outcomes).flatMap(([label, outcome]) => (outcome === 'ran' ? [label] : [])),
    );
    expect(ran.sort()).toEqual(['count', 'describe', 'parity', 'scale', 'sum']);
    expect(new Set(runs.map(({ result }) => result?.run)).size).toBe(3);
  });
});

/** What the store holds, and whether any file of it is one that a job had only begun. */
async function stored({ home }: Workspace): Promise<unknown> {
  const store = join(home, 'store');
  const files = async (folder: string): Promise<string[]> =>
    (await readdir(join(store, folder), { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const blobs = await files('blobs');
  const texts = await Promise.all(blobs.map((path) => readFile(path, 'utf8')));
  return {
    results: (await files('manifests')).length,
    trees: (await readdir(join(store, 'trees'))).length,
    incoming: (await files('incoming')).length,
    halfMade: texts.filter((text) => text.includes('half-made')),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
