import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PipelineError } from '@temper/pipeline';
import type { BuildFailure, Message, Plugin } from 'esbuild';

/** A pipeline file and everything it imports, as one script. */
export interface Bundle {
  readonly code: string;
  readonly sourceMap: string;
  /** Absolute paths of every file that went in, in code-unit order. */
  readonly files: readonly string[];
}

/**
 * Bundles a pipeline file in memory. Registry packages go in too: the script is evaluated where nothing but a few
 * pure modules of Node can be required.
 *
 * @throws PipelineError when a file does not parse or an import does not resolve, with its place.
 */
export async function bundlePipeline(file: string, workspace: string): Promise<Bundle> {
  // Loaded here and not at the top: a plan that is remembered never needs the bundler.
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [file],
      absWorkingDir: workspace,
      bundle: true,
      write: false,
      outfile: 'pipeline.cjs',
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      conditions: ['@temper/source'],
      define: { 'import.meta.url': moduleUrl },
      plugins: [ownModuleUrls()],
      sourcemap: 'external',
      metafile: true,
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    const files = Object.keys(result.metafile.inputs)
      .map((path) => (isAbsolute(path) ? path : resolve(workspace, path)))
      .sort();
    const map = result.outputFiles.find((output) => output.path.endsWith('.map'));
    const code = result.outputFiles.find((output) => !output.path.endsWith('.map'));
    return { code: code?.text ?? '', sourceMap: map?.text ?? '', files };
  } catch (error) {
    throw explain(error, workspace);
  }
}

const moduleUrl = '__temperModuleUrl';

/**
 * A script has no `import.meta.url`, yet stages and kinds say with it where they are declared. Only files that use it
 * get the constant, on their first line, so that the lines and columns of pipeline files stay what they are.
 */
function ownModuleUrls(): Plugin {
  return {
    name: 'own-module-urls',
    setup(builder) {
      builder.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes('import.meta')) return undefined;
        const url = JSON.stringify(pathToFileURL(path).href);
        const loader = /\.[cm]?ts$/.test(path) ? 'ts' : path.endsWith('.tsx') ? 'tsx' : 'js';
        return { contents: `const ${moduleUrl} = ${url};${source}`, loader };
      });
    },
  };
}

function explain(error: unknown, workspace: string): unknown {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  if (first === undefined) return error;
  const where = placeOf(first, workspace);
  if (first.text.startsWith('Top-level await')) {
    return new PipelineError('pipeline-awaits', 'a pipeline file cannot await: planning is pure', {
      where,
      hint: 'do the waiting in a stage, and pass its output on',
    });
  }
  const missing = /^Could not resolve "(.+)"$/.exec(first.text)?.[1];
  if (missing !== undefined) {
    return new PipelineError('import-not-found', `\`${missing}\` is imported here but cannot be found`, {
      where,
      hint: missing.startsWith('.')
        ? 'check the path; imports name the file with its ending, as in `./stage.ts`'
        : `install it, or check the spelling: \`npm install ${missing}\``,
    });
  }
  const noExport = /^No matching export in "(.+)" for import "(.+)"$/.exec(first.text);
  if (noExport !== null) {
    return new PipelineError(
      'export-not-found',
      `\`${noExport[1] ?? ''}\` exports nothing named \`${noExport[2] ?? ''}\``,
      {
        where,
        hint: 'check the name of the import',
      },
    );
  }
  return new PipelineError('syntax', first.text, { where });
}

function placeOf(message: Message, workspace: string) {
  const location = message.location;
  if (location === null) return undefined;
  const file = isAbsolute(location.file) ? location.file : resolve(workspace, location.file);
  // esbuild counts columns from 0 and in bytes of UTF-8; people and editors from 1 and in characters.
  const prefix = Buffer.from(location.lineText, 'utf8').subarray(0, location.column).toString('utf8');
  return {
    file: relative(workspace, file),
    line: location.line,
    column: prefix.length + 1,
    length: Math.max(1, location.length),
  };
}

/** SHA-256 of a text, lower-case hex. */
export function contentDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
