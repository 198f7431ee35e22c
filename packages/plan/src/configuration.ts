import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PipelineError, type Place } from '@temper/pipeline';
import type { Document, LineCounter as Counter, Node as YamlNode, Pair, YAMLMap } from 'yaml';
import { didYouMean } from './nearest.ts';
import { isPlainObject } from './schema.ts';
import type { Settings, SettingsLayer } from './settings.ts';

/** One `pipelines/<pipeline>.<configuration>.yaml`, parsed, with the way back to its lines. */
export interface ConfigurationFile {
  readonly name: string;
  /** Relative to the workspace. */
  readonly file: string;
  readonly steps: readonly { readonly address: string; readonly where: Place; readonly params: unknown }[];
  readonly settings: SettingsLayer;
  /** The place of a path below `steps.<address>`. */
  placeOf(address: string, path: readonly (string | number)[]): Place;
}

/** The keys that a file may have. The reference of configurations is made from these lines, and those of settings. */
interface ConfigurationKeys extends Settings {
  /** The name of another configuration of the same pipeline, which is laid below this one. */
  readonly extends?: string;
  /** Params by step address: `stage` means every step of that stage, `stage:variable` one of them. */
  readonly steps?: object;
}

const topLevel: readonly string[] = [
  'description',
  'extends',
  'steps',
  'backend',
  'container',
  'tracking',
] satisfies (keyof ConfigurationKeys)[];

/** Reads a configuration and what it extends; the one asked for comes last. Answers the files that were read, too. */
export async function readConfigurations(
  workspace: string,
  pipeline: string,
  configuration: string,
  known: readonly string[],
): Promise<readonly ConfigurationFile[]> {
  const chain: ConfigurationFile[] = [];
  const seen: string[] = [];
  let next: { name: string; where: Place | undefined } | undefined = {
    name: configuration,
    where: undefined,
  };
  while (next !== undefined) {
    const { name, where }: { name: string; where: Place | undefined } = next;
    if (seen.includes(name)) {
      throw new PipelineError(
        'configuration-cycle',
        `the configurations extend each other: ${[...seen, name].join(' → ')}`,
        { where },
      );
    }
    if (!known.includes(name)) {
      throw new PipelineError('unknown-configuration', `${pipeline} has no configuration \`${name}\``, {
        where,
        hint:
          didYouMean(name, known) ??
          (known.length === 0
            ? `it has none; one would be the file pipelines/${pipeline}.${name}.yaml`
            : `its configurations are ${known.join(', ')}`),
      });
    }
    seen.push(name);
    const { file, extended } = await readOne(workspace, pipeline, name);
    chain.unshift(file);
    next = extended;
  }
  return chain;
}

async function readOne(
  workspace: string,
  pipeline: string,
  name: string,
): Promise<{ file: ConfigurationFile; extended: { name: string; where: Place } | undefined }> {
  const { isAlias, isMap, isScalar, LineCounter, parseDocument, visit } = await import('yaml');
  const path = join(workspace, 'pipelines', `${pipeline}.${name}.yaml`);
  const file = relative(workspace, path);
  const counter: Counter = new LineCounter();
  const bytes = await readFile(path);
  if (!isUtf8(bytes)) {
    throw new PipelineError('broken-yaml', `${file} is not UTF-8 text`, {
      hint: `write it anew, or convert it with \`iconv -f OLD-ENCODING -t UTF-8 ${file}\``,
    });
  }
  const source = bytes.toString('utf8');
  const document: Document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: true,
    lineCounter: counter,
    prettyErrors: false,
  });
  const placeAt = (start: number, end: number): Place => {
    const { line, col } = counter.linePos(start);
    const stop = counter.linePos(end);
    return { file, line, column: col, length: stop.line === line ? Math.max(1, stop.col - col) : 1 };
  };
  const placeOfNode = (node: YamlNode | null | undefined): Place =>
    placeAt(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0);

  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    // What is never closed is missed at the end of the file; the place to look at is where the text ends.
    const ended = source.slice(problem.pos[0]).trim() === '';
    const [start, end] = ended ? [source.trimEnd().length - 1, source.trimEnd().length] : problem.pos;
    const key = /^[^\s:]+/.exec(source.slice(start))?.[0] ?? '';
    const isTwice = problem.code === 'DUPLICATE_KEY';
    const message = isTwice ? `\`${key}\` stands twice` : `this is not YAML: ${lowerFirst(problem.message)}`;
    throw new PipelineError('broken-yaml', message, {
      where: placeAt(start, isTwice ? start + key.length : end),
      hint: 'a configuration is plain YAML 1.2: maps, lists, texts, numbers',
    });
  }
  visit(document, {
    Node(_, node) {
      const tagged = (node as { tag?: string }).tag;
      const { anchor } = node as { anchor?: string };
      if (isAlias(node) || anchor !== undefined) {
        // The range of a node begins after its anchor.
        const mark = source.lastIndexOf(`&${anchor ?? ''}`, node.range?.[0]);
        throw new PipelineError('yaml-anchor', 'anchors and aliases are not used in configurations', {
          where: anchor === undefined ? placeOfNode(node) : placeAt(mark, mark + anchor.length + 1),
          hint: 'write the value twice, or let one configuration extend the other',
        });
      }
      if (tagged !== undefined) {
        throw new PipelineError('yaml-tag', `the tag \`${tagged}\` means nothing here`, {
          where: placeOfNode(node),
        });
      }
    },
  });

  const root = document.contents;
  if (root !== null && !isMap(root)) {
    throw new PipelineError('broken-yaml', 'a configuration is a map with `steps`', {
      where: placeOfNode(root),
    });
  }
  const pairs = (map: YAMLMap): { key: string; pair: Pair; where: Place }[] =>
    map.items.map((pair) => ({
      key: String(isScalar(pair.key) ? pair.key.value : pair.key),
      pair,
      where: placeOfNode(pair.key as YamlNode),
    }));

  const byKey = new Map((root === null ? [] : pairs(root)).map((entry) => [entry.key, entry]));
  for (const { key, where } of byKey.values()) {
    if (!topLevel.includes(key)) {
      throw new PipelineError('unknown-key', `\`${key}\` is not a key of a configuration`, {
        where,
        hint: didYouMean(key, topLevel) ?? `the keys are ${topLevel.join(', ')}`,
      });
    }
  }
  const value = (key: string): unknown =>
    root === null ? undefined : (document.toJS() as Record<string, unknown>)[key];
  const text = (key: string): string | undefined => {
    const found = value(key);
    if (found === undefined || found === null || typeof found === 'string') return found ?? undefined;
    throw new PipelineError('wrong-type', `\`${key}\` takes a text`, {
      where: placeOfNode(byKey.get(key)?.pair.value as YamlNode),
    });
  };

  const placeOfKey = (key: string): Place => placeOfNode(byKey.get(key)?.pair.value as YamlNode);

  const stepsNode = byKey.get('steps')?.pair.value as YamlNode | null | undefined;
  if (
    stepsNode !== null &&
    stepsNode !== undefined &&
    !isMap(stepsNode) &&
    !(isScalar(stepsNode) && stepsNode.value === null)
  ) {
    throw new PipelineError('wrong-type', '`steps` takes a map from step to params', {
      where: placeOfNode(stepsNode),
    });
  }
  const stepPairs = isMap(stepsNode) ? pairs(stepsNode) : [];
  const steps = stepPairs.map(({ key, pair, where }) => {
    const params = (pair.value as YamlNode | null)?.toJS(document) as unknown;
    if (!isPlainObject(params)) {
      throw new PipelineError('wrong-type', `\`${key}\` takes a map of params`, {
        where: placeOfNode(pair.value as YamlNode),
      });
    }
    return { address: key, where, params };
  });

  const extended = text('extends');
  const settings: SettingsLayer = {
    ...optional('description', text('description')),
    ...optional('backend', text('backend')),
    ...optional('backendAt', text('backend') === undefined ? undefined : placeOfKey('backend')),
    ...optional(
      'container',
      textsOf('container', containerKeys, value('container'), placeOfKey('container')),
    ),
    ...optional('tracking', textsOf('tracking', trackingKeys, value('tracking'), placeOfKey('tracking'))),
  };
  return {
    file: {
      name,
      file,
      steps,
      settings,
      placeOf(address, path) {
        const step = stepPairs.find(({ key }) => key === address);
        let place = step?.where ?? { file, line: 1, column: 1 };
        let node = step?.pair.value as YamlNode | null | undefined;
        for (const key of path) {
          if (isMap(node)) {
            const entry = pairs(node).find((candidate) => candidate.key === String(key));
            if (entry === undefined) break;
            place = entry.where;
            node = entry.pair.value as YamlNode | null;
          } else if (typeof key === 'number' && node !== null && node !== undefined && 'items' in node) {
            node = (node.items as YamlNode[])[key];
            place = placeOfNode(node);
          } else break;
        }
        return place;
      },
    },
    extended:
      extended === undefined
        ? undefined
        : { name: extended, where: placeOfNode(byKey.get('extends')?.pair.value as YamlNode) },
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

type Choices = Readonly<Record<string, readonly string[] | undefined>>;

/** What each key takes: one of a list, or any text. */
const containerKeys: Choices = {
  engine: undefined,
  base: undefined,
  environment: ['image', 'mounted'],
  repository: undefined,
  memory: undefined,
};

const trackingKeys: Choices = {
  mode: ['online', 'offline', 'disabled'],
  project: undefined,
  workspace: undefined,
};

/** A map of texts under a key of the top level; null, for it or for one of them, takes away what lies below. */
function textsOf(
  name: string,
  keys: Choices,
  value: unknown,
  where: Place,
): Readonly<Record<string, string | null>> | null | undefined {
  if (value === undefined || value === null) return value;
  if (!isPlainObject(value)) throw new PipelineError('wrong-type', `\`${name}\` takes a map`, { where });
  for (const [key, item] of Object.entries(value)) {
    if (!(key in keys)) {
      const known = Object.keys(keys);
      throw new PipelineError('unknown-key', `\`${key}\` is not a key of ${name}`, {
        where,
        hint: didYouMean(key, known) ?? `the keys are ${known.join(', ')}`,
      });
    }
    if (item === null) continue;
    if (typeof item !== 'string')
      throw new PipelineError('wrong-type', `\`${name}.${key}\` takes a text`, { where });
    const choices = keys[key];
    if (choices !== undefined && !choices.includes(item)) {
      throw new PipelineError('wrong-type', `\`${item}\` is no \`${name}.${key}\``, {
        where,
        hint: didYouMean(item, choices) ?? `it takes ${choices.join(' or ')}`,
      });
    }
  }
  return value as Readonly<Record<string, string | null>>;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, Value>>;
}
