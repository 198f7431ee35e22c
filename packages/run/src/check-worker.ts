/** The thread behind `createChecker`: imports a kind's bundle and runs its check over one folder at a time. */
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { misfit, type AnyKind, type ArtifactFolder, type DatasetKind } from '@temper/pipeline';
import type { CheckAnswer, CheckRequest, Objection } from './check.ts';

/** How many bad rows are listed; the count is given in any case. */
const listed = 20;

parentPort?.on('message', (request: CheckRequest) => {
  void check(request).then((objection) => {
    parentPort?.postMessage({ id: request.id, objection } satisfies CheckAnswer);
  });
});

async function check({ module, kind, folder }: CheckRequest): Promise<Objection | undefined> {
  try {
    const exported = Object.values((await import(pathToFileURL(module).href)) as Record<string, unknown>);
    const declared = exported.find(
      (value): value is AnyKind => (value as Partial<AnyKind> | null)?.kind === kind,
    );
    if (declared === undefined)
      return { message: `the module of the kind \`${kind}\` does not export it`, hint: undefined };
    if ('row' in declared) {
      const objection = await checkRows(declared, folder);
      if (objection !== undefined) return objection;
    }
    await declared.check?.(await list(folder));
    return undefined;
  } catch (error) {
    const { message, hint } = error as { message?: string; hint?: string };
    return { message: message ?? String(error), hint };
  }
}

async function checkRows({ row }: DatasetKind, folder: string): Promise<Objection | undefined> {
  const problems: string[] = [];
  let bad = 0;
  let number = 0;
  const lines = createInterface({ input: createReadStream(join(folder, 'rows.jsonl')), crlfDelay: Infinity });
  for await (const line of lines) {
    number += 1;
    const problem = rowProblem(row, line);
    if (problem === undefined) continue;
    bad += 1;
    if (problems.length < listed) problems.push(`  row ${String(number)}: ${problem}`);
  }
  if (bad === 0) return undefined;
  const more = bad > listed ? `\n  and ${String(bad - listed)} more` : '';
  return {
    message: `${String(bad)} of ${String(number)} rows do not fit\n${problems.join('\n')}${more}`,
    hint: undefined,
  };
}

function rowProblem(schema: DatasetKind['row'], line: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const parsed = schema.safeParse(value);
  const issue = parsed.error?.issues[0];
  if (issue === undefined) return undefined;
  const { field, reason } = misfit(issue, value);
  return `${field === '' ? 'the row' : field}: ${reason}`;
}

async function list(folder: string): Promise<ArtifactFolder> {
  const files: { path: string; bytes: number }[] = [];
  const pending = [''];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else files.push({ path, bytes: (await lstat(join(folder, path))).size });
    }
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  return { path: folder, files };
}
