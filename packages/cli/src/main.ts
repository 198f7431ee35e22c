/**
 * The `temper` command: reads arguments, calls one command, and turns whatever goes wrong into words and an exit code.
 * It owns texts and printing; what is printed comes from plans, events and results.
 */
import { CommanderError } from 'commander';
import { PipelineError } from '@temper/pipeline';
import { StoreError } from '@temper/store';
import { annotate } from './github.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { explainFileSystem } from './file-system-error.ts';
import { printPipelineError } from './print/problem.ts';
import { createProgram } from './program.ts';
import { openTerminal, type CommonOptions } from './session.ts';
import { languageOf, textsOf, type Language } from './texts/catalogue.ts';
import { nearestWorkspace } from './workspace.ts';

const texts = textsOf(askedLanguage(process.argv) ?? languageOf(process.env));

// Whoever reads our output may stop reading, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
process.exitCode = await createProgram(texts).run(process.argv).catch(explain);

/** What `--lang` says, read before commander has read anything: its own messages have a language, too. */
function askedLanguage(argv: readonly string[]): Language | undefined {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const value = argv[at]?.split('=')[1] ?? argv[at + 1];
  return at !== -1 && (value === 'en' || value === 'zh') ? value : undefined;
}

function explain(error: unknown): ExitCode {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  const flags: CommonOptions = {
    json: process.argv.includes('--json'),
    plain: process.argv.includes('--plain'),
  };
  const { colors } = openTerminal(flags);
  // Places are relative to the workspace, wherever in it the command was started.
  const style = { workspace: nearestWorkspace(process.cwd()) ?? process.cwd(), colors, texts };
  if (error instanceof PipelineError) {
    console.error(printPipelineError(error, style));
    annotate(error);
    return exitCode.usage;
  }
  if (error instanceof StoreError) {
    console.error(
      printPipelineError(new PipelineError(error.problem, error.message, { hint: error.hint }), style),
    );
    return error.problem === 'corrupt' ? exitCode.stale : exitCode.surroundings;
  }
  const refused = explainFileSystem(error);
  if (refused !== undefined) {
    console.error(printPipelineError(refused, style));
    return exitCode.surroundings;
  }
  console.error(`✗ ${texts.bug}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCode.stepFailed;
}
