import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PipelineError } from '@temper/pipeline';

/**
 * The compiler's errors in the files of `pipelines/`: by the workspace's own tsconfig.json, except for what a pipeline
 * file is, which Temper knows better. It is always a module, whatever the nearest package.json says of its folder, and
 * imports in it are followed as the bundler will follow them.
 */
export async function typeErrors(workspace: string): Promise<readonly PipelineError[]> {
  const { Project, ts } = await import('ts-morph');
  const tsConfigFilePath = join(workspace, 'tsconfig.json');
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    noEmit: true,
  };
  const project = existsSync(tsConfigFilePath)
    ? new Project({ tsConfigFilePath, skipAddingFilesFromTsConfig: true, compilerOptions })
    : new Project({ compilerOptions: { ...compilerOptions, strict: true, target: ts.ScriptTarget.ES2023 } });
  const files = project.addSourceFilesAtPaths(join(workspace, 'pipelines', '*.ts'));
  return files.flatMap((file) =>
    file.getPreEmitDiagnostics().map((diagnostic) => {
      const start = diagnostic.getStart() ?? 0;
      const { line, column } = file.getLineAndColumnAtPos(start);
      return new PipelineError('type', deepest(diagnostic.compilerObject.messageText), {
        where: {
          file: relative(workspace, file.getFilePath()),
          line,
          column,
          length: diagnostic.getLength() ?? 1,
        },
      });
    }),
  );
}

/** The innermost message of a chain: the one that speaks of kinds and params. */
function deepest(
  message:
    string | { readonly messageText: string; readonly next?: readonly { readonly messageText: string }[] },
): string {
  if (typeof message === 'string') return message;
  const next = message.next?.[0];
  return next === undefined ? message.messageText : deepest(next);
}
