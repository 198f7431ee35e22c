import { existsSync } from 'node:fs';
import { PipelineError } from '@temper/pipeline';
import { StoreError, type Collected, type Store, type Stored } from '@temper/store';
import { bytes } from '@temper/report/words';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { table } from '../print/table.ts';
import type { Terminal } from '../print/terminal.ts';
import { readNeeded, type Needed } from '../roots.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { readSize } from '../read-size.ts';

export interface GcFlags extends CommonOptions {
  readonly apply?: boolean;
  readonly keepRuns?: string;
  readonly max?: string;
}

/**
 * `temper gc`: what could go, by stage and run; `--apply` does it. What no run of any workspace needs can always go.
 * `--keep-runs` gives the older runs of this workspace up, `--max` all of them; the newest result of each step stays.
 */
export async function gcCommand(flags: GcFlags): Promise<ExitCode> {
  const { terminal, store, places } = openSession(flags);
  const keepRuns = flags.keepRuns === undefined ? undefined : wholeNumber(flags.keepRuns, '--keep-runs');
  const maxBytes = flags.max === undefined ? undefined : readSize(flags.max, '--max');
  const workspaces = await roots(store);
  const needed = workspaces.map((workspace) =>
    readNeeded(workspace, workspace === places.workspace ? keepRuns : undefined),
  );
  const collected = await store.collect({
    keep: keeper(needed, { byRuns: maxBytes === undefined || keepRuns !== undefined }),
    maxBytes,
    apply: flags.apply === true,
  });
  if (flags.json === true) terminal.json(answer(collected));
  else print(collected, flags, terminal);
  return exitCode.done;
}

/** The workspaces whose runs count. One that was deleted needs nothing any more. */
async function roots(store: Store): Promise<readonly string[]> {
  const known = await store.workspaces();
  if (known.length === 0) {
    for await (const { manifest } of store.all()) {
      throw new StoreError(
        'unreadable',
        `the store has results (${manifest.made.label} and others) and no list of the workspaces that need them`,
        { hint: 'run any pipeline once in each of your workspaces; they write it' },
      );
    }
  }
  return known.filter((workspace) => existsSync(workspace));
}

function keeper(
  needed: readonly Needed[],
  { byRuns }: { readonly byRuns: boolean },
): (stored: Stored) => boolean {
  const kept = new Set(needed.flatMap((one) => [...one.newest, ...(byRuns ? one.byRuns : [])]));
  return ({ manifest }) => kept.has(manifest.fingerprint);
}

function answer(collected: Collected): object {
  const { applied, bytes: freed, files, bytesLeft, results, heldUpBy } = collected;
  return {
    schema: 'temper.gc/1',
    applied,
    bytes: freed,
    files,
    bytesLeft,
    heldUpBy,
    results: results.map(({ manifest: { fingerprint, ingredients, outputs, made } }) => ({
      fingerprint,
      stage: ingredients.stage.name,
      label: made.label,
      pipeline: made.pipeline,
      run: made.run,
      at: made.at,
      bytes: Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0),
    })),
  };
}

function print(collected: Collected, flags: GcFlags, terminal: Terminal): void {
  const { texts, colors } = terminal;
  const rows = collected.results.map(({ manifest: { outputs, made } }) => [
    `  ${made.label}`,
    made.pipeline,
    `run ${made.run}`,
    made.at,
    bytes(Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0)),
  ]);
  for (const row of table(rows)) terminal.line(row);
  const { applied, bytes: freed, files, heldUpBy } = collected;
  terminal.line(applied ? texts.gcDone(bytes(freed), files) : texts.gcCould(bytes(freed), files));
  const [holder] = heldUpBy;
  if (flags.apply === true && !applied)
    terminal.line(`${colors.yellow('!')} ${texts.gcHeldUp(heldUpBy.length, holder?.pid ?? 0)}`);
  if (flags.max !== undefined && collected.bytesLeft > readSize(flags.max, '--max'))
    terminal.line(`${colors.yellow('!')} ${texts.gcLeft(bytes(collected.bytesLeft))}`);
}

function wholeNumber(text: string, option: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new PipelineError('wrong-option', `\`${option} ${text}\` is not a whole number from 1`);
}
