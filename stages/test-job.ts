import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyStage } from '@temper/pipeline';
import type { HubPin, Implementation, Job } from '@temper/pipeline/job';
import { onTestFinished } from 'vitest';

/** The files of an artifact: text by path, or the rows of a dataset. */
type Given = Readonly<Record<string, string | Uint8Array>> | readonly unknown[];

/** What an input that takes a list is given. */
interface Many {
  readonly many: readonly Given[];
}

const isMany = (value: Given | Many): value is Many => 'many' in value && Array.isArray(value.many);

interface TestJob<Of extends AnyStage> {
  readonly stage: Of;
  /** As a pipeline file writes them, before defaults. */
  readonly params?: unknown;
  /** Artifacts by input name: rows or files; a list of these where the input is `many`. */
  readonly inputs?: Readonly<Record<string, Given | Many>>;
  /** The absolute path of each pinned file. */
  readonly externals?: Readonly<Record<string, string>>;
  readonly hubPin?: HubPin;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a job left behind: text by `output/file`, its warnings by code, and why it had to ask again. */
interface Outcome {
  text(output: string, file: string): Promise<string>;
  json<Shape>(output: string, file: string): Promise<Shape>;
  rows<Row>(output: string): Promise<readonly Row[]>;
  readonly warnings: readonly string[];
  readonly retries: readonly string[];
}

/** Runs an implementation in this process on a folder of its own, as a host job would on its job folder. */
export async function runJob<Of extends AnyStage>(
  implementation: Implementation<Of>,
  given: TestJob<Of>,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-stage-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const warnings: string[] = [];
  const retries: string[] = [];
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given.inputs ?? {})) {
    if (!isMany(value)) inputs[name] = await writeInput(join(folder, 'in', name), value);
    else {
      inputs[name] = await Promise.all(
        value.many.map((one, index) => writeInput(join(folder, 'in', `${name}-${index}`), one)),
      );
    }
  }
  const outputs: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(given.stage.definition.outputs)) {
    outputs[name] = await createOutput(join(folder, 'out', name), kind);
  }
  const temporaryFolder = join(folder, 'tmp');
  await mkdir(temporaryFolder);
  const job = {
    params: given.stage.definition.params.parse(given.params ?? {}),
    inputs,
    outputs,
    external: (path: string) => given.externals?.[path] ?? path,
    hubPin: given.hubPin,
    file: (path: string) => fileURLToPath(new URL(path, given.stage.definition.url)),
    checkpointFolder: folder,
    temporaryFolder,
    signal: new AbortController().signal,
    environment: given.environment ?? {},
    progress: () => undefined,
    phase: () => undefined,
    retrying: (cause: string) => void retries.push(cause),
    warning: (code: string) => void warnings.push(code),
  };
  await implementation.run(job as unknown as Job<Of>);
  const text = (output: string, file: string) => readFile(join(folder, 'out', output, file), 'utf8');
  return {
    text,
    json: async <Shape>(output: string, file: string) => JSON.parse(await text(output, file)) as Shape,
    rows: async <Row>(output: string) => parseLines(await text(output, 'rows.jsonl')) as Row[],
    warnings,
    retries,
  };
}

function parseLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

async function writeInput(path: string, given: Given) {
  const files = Array.isArray(given)
    ? { 'rows.jsonl': given.map((row) => `${JSON.stringify(row)}\n`).join('') }
    : (given as Readonly<Record<string, string>>);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), content);
  }
  const text = (file: string) => readFile(join(path, file), 'utf8');
  return {
    path,
    kind: 'test',
    digest: '0'.repeat(64),
    text,
    json: async (file: string) => JSON.parse(await text(file)) as unknown,
    async *rows() {
      yield* parseLines(await text('rows.jsonl'));
    },
  };
}

async function createOutput(path: string, kind: string) {
  await mkdir(path, { recursive: true });
  const write = async (file: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), content);
  };
  return {
    path,
    write,
    writeJson: (file: string, value: unknown) => write(file, `${JSON.stringify(value, null, 2)}\n`),
    written: () => ({ written: kind }),
    writeRows: async (rows: Iterable<unknown> | AsyncIterable<unknown>) => {
      let text = '';
      for await (const row of rows) text += `${JSON.stringify(row)}\n`;
      await write('rows.jsonl', text);
      return { written: kind };
    },
  };
}
