/** Exit codes, keys of configurations, and the ingredients of a fingerprint, each from the code that they are. */
import type { InterfaceDeclaration, Project, PropertyAssignment, PropertySignature } from 'ts-morph';
import { Node, SyntaxKind } from 'ts-morph';
import { ingredientReasons, leftOut } from '../../../packages/fingerprint/src/ingredients.ts';
import { table, type Parts } from '../parts.ts';

export function exitCodeParts(project: Project): Parts {
  const codes = project
    .addSourceFileAtPath('packages/cli/src/exit-code.ts')
    .getVariableDeclarationOrThrow('exitCode')
    .getDescendantsOfKind(SyntaxKind.PropertyAssignment);
  return {
    'exit codes': (say) =>
      table(
        [say('code'), say('meaning')],
        codes.map((code) => [code.getInitializerOrThrow().getText(), say(commentOf(code))]),
      ),
  };
}

/** The comment above a property of an object, in which JSDoc is no part of the tree. */
function commentOf(property: PropertyAssignment): string {
  const text = property.getLeadingCommentRanges().map((range) => range.getText());
  return text.join('').replace(/^\/\*\*\s*|\s*\*\/$/g, '');
}

export function configurationParts(project: Project): Parts {
  const source = project.addSourceFileAtPath('packages/plan/src/configuration.ts');
  const known = source
    .getVariableDeclarationOrThrow('topLevel')
    .getDescendantsOfKind(SyntaxKind.StringLiteral)
    .map((literal) => literal.getLiteralText());
  const keys = keysOf(source.getInterfaceOrThrow('ConfigurationKeys'));
  const rows = known.flatMap((name) => keys.filter(({ path }) => path.split('.')[0] === name));
  return {
    'configuration keys': (say) =>
      table(
        [say('key'), say('type'), ''],
        rows.map(({ path, type, about }) => [
          `\`${path}\``,
          type.startsWith('`') ? type : say(type),
          say(about),
        ]),
      ),
  };
}

interface Key {
  readonly path: string;
  readonly type: string;
  readonly about: string;
}

function keysOf(declared: InterfaceDeclaration): readonly Key[] {
  const inherited = declared.getBaseDeclarations().filter(Node.isInterfaceDeclaration).flatMap(keysOf);
  return [...declared.getProperties().flatMap((property) => keysAt(property, '')), ...inherited];
}

function keysAt(property: PropertySignature, prefix: string): readonly Key[] {
  const path = `${prefix}${property.getName()}`;
  const type = property.getType().getNonNullableType();
  const inner = (type.isObject() ? type.getProperties() : [])
    .flatMap((symbol) => symbol.getDeclarations())
    .filter(Node.isPropertySignature);
  const about = property
    .getJsDocs()
    .map((doc) => doc.getDescription().trim().replace(/\s+/g, ' '))
    .join(' ');
  return [
    { path, type: type.isObject() ? 'object' : typeText(type.getText()), about },
    ...inner.flatMap((each) => keysAt(each, `${path}.`)),
  ];
}

/** `'a' | 'b'` as the values that may be written. */
function typeText(type: string): string {
  if (!type.includes('"')) return type === 'string' ? 'text' : type;
  return type
    .split(' | ')
    .map((value) => `\`${value.slice(1, -1)}\``)
    .join(', ');
}

export const fingerprintParts: Parts = {
  'what counts': (say) =>
    table(
      [say('ingredient'), say('what'), say('why')],
      Object.entries(ingredientReasons).flatMap(([name, reasons]) =>
        reasons.map(({ what, why }) => [`\`${name}\``, say(what), say(why)]),
      ),
    ),
  'what is left out': (say) =>
    table(
      [say('what'), say('why')],
      leftOut.map(({ what, why }) => [say(what), say(why)]),
    ),
};
