import { PipelineError } from '@temper/pipeline';
import { configurationSchema, listPipelines, workspacePath } from '@temper/plan';
import { writeSchema } from '../editor-schema.ts';
import { annotate } from '../github.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { printPipelineError } from '../print/problem.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { typeErrors } from '../type-check.ts';

/** `temper check`: every pipeline and configuration plans, and the types are right; nothing runs. */
export async function checkCommand(flags: CommonOptions): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places } = session;
  const problems: PipelineError[] = [...(await typeErrors(places.workspace))];
  // A pipeline that does not compile is not planned as well: its mistake would be told twice.
  const mistyped = new Set(problems.map(({ where }) => where?.file));
  let sound = 0;
  for (const { name, file, configurations } of await listPipelines(places.workspace)) {
    if (mistyped.has(workspacePath(places.workspace, file))) continue;
    for (const config of [undefined, ...configurations]) {
      try {
        const plan = await session.plan(name, { ...flags, ...(config === undefined ? {} : { config }) });
        await writeSchema(places.workspace, name, await configurationSchema(plan.steps));
        sound += 1;
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        if (
          !problems.some(
            ({ message, where }) => message === error.message && where?.file === error.where?.file,
          )
        )
          problems.push(error);
      }
    }
  }
  for (const problem of problems) annotate(problem);
  if (flags.json === true) {
    terminal.json({
      schema: 'temper.check/1',
      sound,
      problems: problems.map(({ code, message, hint, where }) => ({ code, message, hint, where })),
    });
  } else {
    for (const problem of problems)
      console.error(
        printPipelineError(problem, {
          workspace: places.workspace,
          colors: terminal.colors,
          texts: terminal.texts,
        }),
      );
    terminal.line(
      problems.length === 0 ? terminal.texts.checkPassed(sound) : terminal.texts.checkFailed(problems.length),
    );
  }
  return problems.length === 0 ? exitCode.done : exitCode.usage;
}
