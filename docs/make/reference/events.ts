/** What can happen in a run, why a step runs, and what can go wrong, from the types of both and the code that an exit code comes from. */
import type { JobFailureReason } from '@temper/backend';
import { exitCodeOf, type Failure } from '@temper/run';
import type { StoreProblem } from '@temper/store';
import type { Project, Symbol as Named, Type } from 'ts-morph';
import { table, type Parts } from '../parts.ts';

export function eventParts(project: Project): Parts {
  const events = project
    .addSourceFileAtPath('packages/run/src/event.ts')
    .getTypeAliasOrThrow('RunEvent')
    .getType()
    .getUnionTypes();
  const failures = project
    .addSourceFileAtPath('packages/run/src/failure.ts')
    .getTypeAliasOrThrow('Failure')
    .getType()
    .getUnionTypes();
  const reasons = literals(project, 'packages/backend/src/job.ts', 'JobFailureReason') as JobFailureReason[];
  const problems = literals(project, 'packages/store/src/error.ts', 'StoreProblem') as StoreProblem[];
  const variants: Readonly<Record<string, readonly { readonly name: string }[]>> = {
    job: reasons.map((name) => ({ name, reason: name })),
    store: problems.map((name) => ({ name, problem: name })),
  };
  return {
    reasons: (say) =>
      table(
        [say('code'), ''],
        reasonsOf(project).map(({ code, about }) => [`\`${code}\``, say(about)]),
      ),
    events: (say) =>
      table(
        ['`type`', say('fields'), ''],
        events.map((event) => [
          `\`${typeOf(event)}\``,
          event.getProperties().filter(isField).map(fieldText).join(', '),
          say(documentation(event.getPropertyOrThrow('type'))),
        ]),
      ),
    failures: (say) =>
      table(
        ['`type`', '', say('exit code')],
        failures.map((failure) => {
          const type = typeOf(failure);
          const codes = exitCodes(type, variants[type] ?? [{ name: '' }]);
          return [`\`${type}\``, say(documentation(failure.getSymbolOrThrow())), codes];
        }),
      ),
  };
}

/** The members of the union, each with the comment before it, which the tree gives to no node. */
function reasonsOf(project: Project): readonly { readonly code: string; readonly about: string }[] {
  const source = project.addSourceFileAtPath('packages/run/src/result.ts');
  const text = source.getTypeAliasOrThrow('ReasonCode').getTypeNodeOrThrow().getFullText();
  return [...text.matchAll(/\/\*\*([\s\S]*?)\*\/\s*\|\s*'([a-z-]+)'/g)].map(([, about = '', code = '']) => ({
    code,
    about: about.replace(/\s+/g, ' ').trim(),
  }));
}

const isField = (property: Named): boolean => property.getName() !== 'type';

function fieldText(property: Named): string {
  return `\`${property.getName()}${property.isOptional() ? '?' : ''}\``;
}

function typeOf(type: Type): string {
  const [declaration] = type.getPropertyOrThrow('type').getDeclarations();
  return literalOf(declaration?.getType());
}

function literalOf(type: Type | undefined): string {
  const value = type?.getLiteralValue();
  if (typeof value !== 'string') throw new Error('no literal tells it from the others');
  return value;
}

/** The JSDoc of a declaration in one line. */
function documentation(symbol: Named): string {
  const text = symbol.compilerSymbol.getDocumentationComment(undefined).map(({ text }) => text);
  return text.join('').replace(/\s+/g, ' ').trim();
}

function literals(project: Project, file: string, name: string): readonly string[] {
  const union = project.addSourceFileAtPath(file).getTypeAliasOrThrow(name).getType().getUnionTypes();
  return union.map(literalOf);
}

/** The code that most variants of a failure end with, and the others with what asks for them. */
function exitCodes(type: string, variants: readonly { readonly name: string }[]): string {
  const byCode = new Map<number, string[]>();
  for (const variant of variants) {
    const code = exitCodeOf({ message: '', ...variant, type } as unknown as Failure);
    byCode.set(code, [...(byCode.get(code) ?? []), variant.name]);
  }
  const [usual, ...others] = [...byCode].sort(([, a], [, b]) => b.length - a.length);
  const named = others.map(([code, names]) => `${code}: ${names.map((name) => `\`${name}\``).join(', ')}`);
  return [String(usual?.[0]), ...named].join('; ');
}
