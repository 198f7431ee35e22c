/**
 * The reference of stages, from their declarations: inputs, outputs, how they run, and every param with its type, its
 * default and its sentence. In come stage definitions, out comes Markdown; what is written where is up to the caller.
 */
import type { AnyKind, Port, Runs, StageDefinition } from '@temper/pipeline';
import { z } from 'zod';
import { table } from './parts.ts';
import { sayEnglish, type Say } from './say.ts';

/** A JSON Schema, as far as zod writes it for params. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  /** What a number counts, or what it is a part of: from `.meta({ unit })`. */
  readonly unit?: string;
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

/** Where the page comes from, and how it is read. */
const introduction =
  'Made from the declarations in `stages/*/stage.ts` by `npx vitest run test/docs/made.test.ts --update`; do not edit. A param without a default must be given, unless its type says that it may be left out.';

/**
 * The whole page.
 *
 * @param root The way from the page to the root of the repository.
 */
export function stageReference(stages: readonly StageDefinition[], say: Say, root: string): string {
  const lines = [`# ${say('Stages')}`, '', say(introduction), ''];
  for (const stage of stages) {
    lines.push(
      `## ${stage.name}`,
      '',
      `[\`stages/${stage.name}\`](${root}/stages/${stage.name}/README.md)${say(', runs as ')}${runsText(stage.runs, say)}${say('.')}`,
      '',
      ...portTable(stage, say),
      '',
      paramTables(stage, say),
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
  return `${page.slice(0, from + opening.length)}\n\n${paramTables(stage, sayEnglish)}\n\n${page.slice(to)}`;
}

function portTable({ inputs, outputs }: StageDefinition, say: Say): readonly string[] {
  const row = (direction: string, name: string, kind: string): string =>
    `| ${say(direction)} | \`${name}\` | ${kind} |`;
  return [
    `| | ${say('name')} | ${say('kind')} |`,
    '|---|---|---|',
    ...Object.entries(inputs).map(([name, port]) => row('in', name, portText(port, say))),
    ...Object.entries(outputs).map(([name, { kind }]) => row('out', name, kind)),
  ];
}

function portText(port: Port, say: Say): string {
  switch (port.type) {
    case 'optional':
      return `${portText(port.of, say)}${say(', optional')}`;
    case 'many':
      return `${portText(port.of, say)}${say(', one or more')}`;
    case 'any-of':
      return port.of.map((kind: AnyKind) => kind.kind).join(say(' or '));
    case 'kind':
      return port.kind;
  }
}

function runsText(runs: Runs, say: Say): string {
  switch (runs.type) {
    case 'host':
      return `\`${runs.entry.slice(2)}\`${say(' on the host')}${runs.network ? say(', with a network') : ''}`;
    case 'python':
      return `\`${runs.entry.slice(2)}\`${say(' in the environment ')}\`${runs.environment.name}\`${runs.gpus > 0 ? say(', on a GPU where there is one') : ''}`;
    case 'by-param':
      return Object.entries(runs.branches)
        .map(([value, branch]) => `${runsText(branch, say)} (\`${runs.param}: ${value}\`)`)
        .join(say('; '));
    case 'by-params':
      return Object.values(runs.branches)
        .map((branch) => runsText(branch, say))
        .join(say('; or, as its params ask, as '));
  }
}

function paramTables({ params }: StageDefinition, say: Say): string {
  const schema = z.toJSONSchema(params, { io: 'input' }) as Schema;
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants === undefined) return paramTable(schema, say);
  return variants.map((variant) => `${tagOf(variant, say)}\n\n${paramTable(variant, say)}`).join('\n\n');
}

/** What tells a variant from the others: its constant property. */
function tagOf(variant: Schema, say: Say): string {
  const tag = Object.entries(variant.properties ?? {}).find(([, { const: value }]) => value !== undefined);
  if (tag === undefined) return '';
  const about = tag[1].description;
  return `**\`${tag[0]}: ${JSON.stringify(tag[1].const)}\`**${about === undefined ? '' : `${say(': ')}${say(about)}`}`;
}

function paramTable(schema: Schema, say: Say): string {
  const rows = rowsOf(schema, '', say);
  if (rows.length === 0) return say('No further params.');
  // A table without units has no column for them.
  const columns = rows.some(({ unit }) => unit !== '')
    ? [...allColumns]
    : allColumns.filter((name) => name !== 'unit');
  const heads = columns.map((name) => (name === 'about' ? '' : say(name)));
  return table(
    heads,
    rows.map((row) => columns.map((name) => row[name])),
  );
}

const allColumns = ['param', 'type', 'unit', 'default', 'about'] as const;

type Row = Readonly<Record<(typeof allColumns)[number], string>>;

function rowsOf(schema: Schema, prefix: string, say: Say): readonly Row[] {
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
          ? [
              {
                param: `\`${path}\``,
                type: say(optional ? 'object, may be left out' : 'object'),
                unit: '',
                default: '',
                about: say(property.description ?? ''),
              },
            ]
          : []),
        ...rowsOf(property, `${path}.`, say),
      ];
    }
    const optional = given === undefined && schema.required?.includes(name) !== true;
    const type = `${typeText(property, say)}${optional ? say(', may be left out') : ''}`;
    const shown = given === undefined ? '' : `\`${JSON.stringify(given)}\``;
    return [
      {
        param: `\`${path}\``,
        type,
        unit: say(property.unit ?? ''),
        default: shown,
        about: say(property.description ?? ''),
      },
      ...(property.type === 'object' && typeof property.additionalProperties === 'object'
        ? rowsOf(property.additionalProperties, `${path}.<name>.`, say)
        : nullableObject(property).flatMap((object) => rowsOf(object, `${path}.`, say))),
    ];
  });
}

/** The object of an object that may be null. */
function nullableObject({ anyOf }: Schema): readonly Schema[] {
  const others = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return others.length === 1 && others[0]?.properties !== undefined ? others : [];
}

/** Paths of params that are numbers, each with its unit; undefined for a number that counts nothing. */
export function unitsOf({ params }: StageDefinition): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const walk = (schema: Schema, path: string, unit?: string): void => {
    const own = schema.unit ?? unit;
    if (schema.type === 'number' || schema.type === 'integer') found.set(path, own);
    for (const inner of [
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
      ...(schema.items ? [schema.items] : []),
    ])
      walk(inner, path, own);
    const { additionalProperties: others } = schema;
    if (typeof others === 'object') walk(others, `${path}.<name>`);
    for (const [name, inner] of Object.entries(schema.properties ?? {}))
      walk(inner, path === '' ? name : `${path}.${name}`);
  };
  walk(z.toJSONSchema(params, { io: 'input' }) as Schema, '');
  return found;
}

function typeText(schema: Schema, say: Say): string {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.map((variant) => typeText(variant, say)).join(say(' or '));
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${say(schema.type)}${bounds(schema, say)}`;
    case 'string':
      return say('text');
    case 'array':
      return `${say('list of ')}${typeText(schema.items ?? {}, say)}`;
    case 'object':
      return schema.properties === undefined
        ? say('object by name')
        : `\`{ ${Object.keys(schema.properties).join(', ')} }\``;
    default:
      return [schema.type ?? 'anything']
        .flat()
        .map((type) => say(type === 'string' ? 'text' : type))
        .join(say(' or '));
  }
}

function bounds({ minimum, maximum, multipleOf, ...schema }: Schema, say: Say): string {
  const limits = [
    ...(schema.exclusiveMinimum === undefined ? [] : [`> ${String(schema.exclusiveMinimum)}`]),
    // zod writes the range of safe integers for every integer.
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? [] : [`≥ ${String(minimum)}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`< ${String(schema.exclusiveMaximum)}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`≤ ${String(maximum)}`]),
  ].join(', ');
  return `${limits === '' ? '' : ` ${limits}`}${multipleOf === undefined ? '' : `${say(', a multiple of ')}${String(multipleOf)}`}`;
}
