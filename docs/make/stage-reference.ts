/**
 * The reference of stages, from their declarations: inputs, outputs, how they run, and every param with its type, its
 * default and its sentence. In come stage definitions, out comes Markdown; what is written where is up to the caller.
 */
import type { AnyKind, Port, Runs, StageDefinition } from '@temper/pipeline';
import { z } from 'zod';

/** A JSON Schema, as far as zod writes it for params. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

const opening = '<!-- params: made from stage.ts by npx vitest run test/docs/stages.test.ts --update -->';
const closing = '<!-- /params -->';

/** The whole page. */
export function stageReference(stages: readonly StageDefinition[]): string {
  const lines = [
    '# Stages',
    '',
    'Made from the declarations in `stages/*/stage.ts` by `npx vitest run test/docs/stages.test.ts --update`; do not edit. A param without a default must be given, unless its type says that it may be left out.',
    '',
  ];
  for (const stage of stages) {
    lines.push(
      `## ${stage.name}`,
      '',
      `[\`stages/${stage.name}\`](../../stages/${stage.name}/README.md), runs as ${runsText(stage.runs)}.`,
      '',
      ...portTable(stage),
      '',
      paramTables(stage),
      '',
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The names of a stage's params, those inside of others left out. */
export function paramNames({ params }: StageDefinition): readonly string[] {
  const schema = z.toJSONSchema(params, { io: 'input' }) as Schema;
  const variants = schema.oneOf ?? schema.anyOf ?? [schema];
  return [...new Set(variants.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** A stage's page with its table of params brought up to date; unchanged where it has no place for one. */
export function withParams(page: string, stage: StageDefinition): string {
  const from = page.indexOf(opening);
  const to = page.indexOf(closing);
  if (from === -1 || to === -1) return page;
  return `${page.slice(0, from + opening.length)}\n\n${paramTables(stage)}\n\n${page.slice(to)}`;
}

function portTable({ inputs, outputs }: StageDefinition): readonly string[] {
  const row = (direction: string, name: string, kind: string): string =>
    `| ${direction} | \`${name}\` | ${kind} |`;
  return [
    '| | name | kind |',
    '|---|---|---|',
    ...Object.entries(inputs).map(([name, port]) => row('in', name, portText(port))),
    ...Object.entries(outputs).map(([name, { kind }]) => row('out', name, kind)),
  ];
}

function portText(port: Port): string {
  switch (port.type) {
    case 'optional':
      return `${portText(port.of)}, optional`;
    case 'many':
      return `${portText(port.of)}, one or more`;
    case 'any-of':
      return port.of.map((kind: AnyKind) => kind.kind).join(' or ');
    case 'kind':
      return port.kind;
  }
}

function runsText(runs: Runs): string {
  switch (runs.type) {
    case 'host':
      return `\`${runs.entry.slice(2)}\` on the host${runs.network ? ', with a network' : ''}`;
    case 'python':
      return `\`${runs.entry.slice(2)}\` in the environment \`${runs.environment.name}\`${runs.gpus > 0 ? ', on a GPU where there is one' : ''}`;
    case 'by-param':
      return Object.entries(runs.branches)
        .map(([value, branch]) => `${runsText(branch)} (\`${runs.param}: ${value}\`)`)
        .join('; ');
    case 'by-params':
      return Object.values(runs.branches).map(runsText).join('; or, as its params ask, as ');
  }
}

function paramTables({ params }: StageDefinition): string {
  const schema = z.toJSONSchema(params, { io: 'input' }) as Schema;
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants === undefined) return paramTable(schema);
  return variants.map((variant) => `${tagOf(variant)}\n\n${paramTable(variant)}`).join('\n\n');
}

/** What tells a variant from the others: its constant property. */
function tagOf(variant: Schema): string {
  const tag = Object.entries(variant.properties ?? {}).find(([, { const: value }]) => value !== undefined);
  if (tag === undefined) return '';
  const about = tag[1].description;
  return `**\`${tag[0]}: ${JSON.stringify(tag[1].const)}\`**${about === undefined ? '' : `: ${about}`}`;
}

function paramTable(schema: Schema): string {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return 'No further params.';
  return ['| param | type | default | |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(schema: Schema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (property.const !== undefined) return [];
    const path = `${prefix}${name}`;
    const nested = property.properties !== undefined;
    const given = property.default;
    const empty = given !== undefined && JSON.stringify(given) === '{}';
    if (nested && (given === undefined || empty)) {
      const optional = schema.required?.includes(name) !== true && given === undefined;
      const own = optional || property.description !== undefined;
      return [
        ...(own
          ? [cells(path, optional ? 'object, may be left out' : 'object', '', property.description)]
          : []),
        ...rowsOf(property, `${path}.`),
      ];
    }
    const optional = given === undefined && schema.required?.includes(name) !== true;
    const type = `${typeText(property)}${optional ? ', may be left out' : ''}`;
    const shown = given === undefined ? '' : `\`${JSON.stringify(given)}\``;
    return [
      cells(path, type, shown, property.description),
      ...(property.type === 'object' && typeof property.additionalProperties === 'object'
        ? rowsOf(property.additionalProperties, `${path}.<name>.`)
        : nullableObject(property).flatMap((object) => rowsOf(object, `${path}.`))),
    ];
  });
}

/** The object of an object that may be null. */
function nullableObject({ anyOf }: Schema): readonly Schema[] {
  const others = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return others.length === 1 && others[0]?.properties !== undefined ? others : [];
}

function cells(path: string, type: string, shown: string, about = ''): string {
  return `| \`${path}\` | ${escape(type)} | ${escape(shown)} | ${escape(about)} |`;
}

const escape = (text: string): string => text.replaceAll('|', '\\|');

function typeText(schema: Schema): string {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.map(typeText).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type}${bounds(schema)}`;
    case 'string':
      return 'text';
    case 'array':
      return `list of ${typeText(schema.items ?? {})}`;
    case 'object':
      return schema.properties === undefined
        ? 'object by name'
        : `\`{ ${Object.keys(schema.properties).join(', ')} }\``;
    default:
      return [schema.type ?? 'anything']
        .flat()
        .map((type) => (type === 'string' ? 'text' : type))
        .join(' or ');
  }
}

function bounds({ minimum, maximum, multipleOf, ...schema }: Schema): string {
  const limits = [
    ...(schema.exclusiveMinimum === undefined ? [] : [`> ${String(schema.exclusiveMinimum)}`]),
    // zod writes the range of safe integers for every integer.
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? [] : [`≥ ${String(minimum)}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`< ${String(schema.exclusiveMaximum)}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`≤ ${String(maximum)}`]),
  ].join(', ');
  return `${limits === '' ? '' : ` ${limits}`}${multipleOf === undefined ? '' : `, a multiple of ${String(multipleOf)}`}`;
}
