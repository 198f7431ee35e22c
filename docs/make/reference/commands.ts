/** The options of the commands, from the calls that declare them. */
import { Node, type Project } from 'ts-morph';
import { table, type Parts } from '../parts.ts';

interface Option {
  readonly flags: string;
  readonly about: string;
}

/** Which options are shared, by the function that adds them, and the name of their part. */
const shared = { command: 'every command', planning: 'planning', selecting: 'selection' } as const;

export function commandParts(project: Project): Parts {
  const source = project.addSourceFileAtPath('packages/cli/src/program.ts');
  const program = source.getFunctionOrThrow('createProgram');
  const parts = new Map<string, readonly Option[]>();
  for (const [name, part] of Object.entries(shared))
    parts.set(`options of ${part}`, optionsIn(program.getFunctionOrThrow(name)));
  const language = optionsIn(source.getVariableDeclarationOrThrow('language'));
  parts.set('options of every command', [...language, ...(parts.get('options of every command') ?? [])]);
  for (const statement of program.getStatements()) {
    const name = Node.isExpressionStatement(statement) ? commandIn(statement) : undefined;
    if (name !== undefined) parts.set(`options of temper ${name}`, optionsIn(statement));
  }
  return Object.fromEntries(
    [...parts].map(([name, options]) => [
      name,
      (say) =>
        table(
          [say('option'), ''],
          options.map(({ flags, about }) => [`\`${flags}\``, asCode(say(about))]),
        ),
    ]),
  );
}

/** The name that a statement gives a command, as in `command('runs', …)` or `planning('plan', …)`. */
function commandIn(statement: Node): string | undefined {
  return statement
    .getDescendants()
    .filter(Node.isCallExpression)
    .filter((call) => ['command', 'planning'].includes(call.getExpression().getText()))
    .map((call) => textOf(call.getArguments()[0])?.split(' ')[0])
    .find((name) => name !== undefined);
}

/** In the order of the source: the calls of a chain contain each other, and what comes first ends first. */
function optionsIn(node: Node): readonly Option[] {
  return node
    .getDescendants()
    .filter((each) => Node.isNewExpression(each) || Node.isCallExpression(each))
    .filter((each) =>
      /(^|\.)(Option|option|requiredOption)$/.test(each.getExpression().getText().replace(/\s/g, '')),
    )
    .sort((a, b) => a.getEnd() - b.getEnd())
    .map((each) => each.getArguments().map(textOf))
    .flatMap(([flags, about]) => (flags === undefined || about === undefined ? [] : [{ flags, about }]));
}

function textOf(node: Node | undefined): string | undefined {
  return Node.isStringLiteral(node) ? node.getLiteralText() : undefined;
}

/** A path with places such as `<name>` is code; a page would take them for HTML. */
function asCode(text: string): string {
  return text.replace(/[\w./-]*(<[^>]+>[\w./-]*)+/g, '`$&`');
}
