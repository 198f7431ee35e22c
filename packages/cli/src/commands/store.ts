import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { PipelineError } from '@temper/pipeline';
import { didYouMean } from '@temper/plan';
import { bytes } from '@temper/report/words';
import { forget } from '@temper/run';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun, readRuns } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';

/** `temper verify`: re-reads the whole store against its digests. */
export async function verifyCommand(flags: CommonOptions): Promise<ExitCode> {
  const { terminal, store, places } = openSession(flags);
  let read = 0;
  const damage = await store.verify({
    onProgress: (count) => {
      read += count;
    },
  });
  if (flags.json === true) terminal.json({ schema: 'temper.verify/1', bytes: read, damage });
  else {
    for (const { path, message, affects } of damage) {
      terminal.line(
        `${terminal.colors.red('✗')} ${path}: ${message}${affects.length === 0 ? '' : ` (${affects.map((one) => one.slice(0, 12)).join(', ')})`}`,
      );
    }
    terminal.line(
      damage.length === 0
        ? terminal.texts.verifySound(bytes(read))
        : terminal.texts.verifyDamaged(damage.length, bytes(read)),
    );
  }
  if (damage.length === 0) return exitCode.done;
  // The run that is to put it away must look at it, and not answer from memory.
  forget(places.index);
  return exitCode.stale;
}

/** `temper export P NAME DIR`: copies an output out of the store, every byte checked. */
export async function exportCommand(
  pipeline: string,
  name: string,
  folder: string,
  flags: CommonOptions & { readonly config?: string },
): Promise<ExitCode> {
  const { terminal, store, places } = openSession(flags);
  const configuration = flags.config ?? 'default';
  const run = readRuns(places.workspace).findLast(
    (one) => one.pipeline === pipeline && one.configuration === configuration && name in one.outputs,
  );
  if (run === undefined) {
    const known = [
      ...new Set(
        readRuns(places.workspace)
          .filter((one) => one.pipeline === pipeline)
          .flatMap((one) => Object.keys(one.outputs)),
      ),
    ];
    throw new PipelineError(
      'unknown-output',
      `no run of ${pipeline} (${configuration}) has made an output \`${name}\``,
      {
        hint:
          didYouMean(name, known) ??
          (known.length === 0
            ? `run it first: \`temper run ${pipeline}\``
            : `its outputs are ${known.join(', ')}`),
      },
    );
  }
  const target = resolve(folder);
  if (existsSync(target))
    throw new PipelineError('folder-exists', `${folder} is there already`, {
      hint: 'name a folder that does not exist yet',
    });
  const digest = findRun(places.workspace, String(run.run)).outputs[name]?.digest;
  for await (const { manifest } of store.all()) {
    const output = Object.values(manifest.outputs).find((candidate) => candidate.digest === digest);
    if (output === undefined) continue;
    await store.export(output, target);
    terminal.line(terminal.texts.exported(name, folder, output.files.length, bytes(output.bytes)));
    return exitCode.done;
  }
  throw new PipelineError(
    'output-missing',
    `the store no longer holds \`${name}\` of run ${String(run.run)}`,
    { hint: `run the pipeline again: \`temper run ${pipeline}\`` },
  );
}
