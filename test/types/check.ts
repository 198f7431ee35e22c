import { join } from 'node:path';
import { Node, Project, ts, type SourceFile } from 'ts-morph';

/** A statement that should not compile, with what is written above it and what the compiler says. */
export interface Refusal {
  /** Its first line, for titles. */
  readonly code: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** The compiler with the settings of the repository. */
export function createCompiler(): Project {
  return new Project({
    tsConfigFilePath: join(import.meta.dirname, '../../tsconfig.json'),
    skipAddingFilesFromTsConfig: true,
    // ts-morph does not read package.json for the format of a module and takes each for CommonJS under `nodenext`.
    compilerOptions: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  });
}

/** Holds the comments `// ✗ message` of a file against its diagnostics, statement by statement. */
export function readRefusals(file: SourceFile): readonly Refusal[] {
  const diagnostics = messages(file);
  return file
    .getStatementsWithComments()
    .filter((statement) => !Node.isCommentStatement(statement))
    .map((statement) => ({
      code: statement.getText().split('\n')[0] ?? '',
      expected: statement
        .getLeadingCommentRanges()
        .flatMap((comment) => /^\/\/ ✗ (.*)$/.exec(comment.getText())?.[1] ?? []),
      actual: diagnostics
        .filter(({ at }) => statement.getStart() <= at && at < statement.getEnd())
        .map(({ text }) => text),
    }))
    .filter(({ expected, actual }) => expected.length > 0 || actual.length > 0);
}

/** Everything the compiler has to say about a file, each at its place and in its innermost words. */
export function messages(file: SourceFile): readonly { readonly at: number; readonly text: string }[] {
  return file.getPreEmitDiagnostics().map((diagnostic) => ({
    at: diagnostic.getStart() ?? 0,
    text: innermost(diagnostic.compilerObject.messageText),
  }));
}

/** A chain narrows down to the cause: what a reader looks for is at its end. */
function innermost(message: string | ts.DiagnosticMessageChain): string {
  if (typeof message === 'string') return message;
  const next = message.next?.at(-1);
  return next === undefined ? message.messageText : innermost(next);
}
