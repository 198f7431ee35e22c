import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createStatCache, type StatCache } from '@temper/fingerprint';
import { createNameFinder, createPlan, type Plan } from '@temper/plan';
import { createLocalStore, type Store } from '@temper/store';
import { createTerminal, type Terminal } from './print/terminal.ts';
import { languageOf, textsOf, type Language } from './texts/catalogue.ts';
import { findPlaces, type Places } from './workspace.ts';

/** Options that every command shares. */
export interface CommonOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly lang?: Language;
}

/** Options of commands that plan. */
export interface PlanningFlags extends CommonOptions {
  readonly config?: string;
  readonly set?: readonly string[];
}

/** What a command works with. */
export interface Session {
  readonly places: Places;
  readonly store: Store;
  readonly stats: StatCache;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  plan(pipeline: string, flags: PlanningFlags): Promise<Plan>;
}

export function openSession(flags: CommonOptions, environment: NodeJS.ProcessEnv = process.env): Session {
  const places = findPlaces(flags, environment);
  const names = createNameFinder({
    workspace: places.workspace,
    script: program('names'),
    cache: places.names,
  });
  return {
    places,
    store: createLocalStore(places.store),
    stats: createStatCache(join(places.index, 'stats')),
    terminal: openTerminal(flags, environment),
    environment,
    plan: (pipeline, { config, set }) =>
      createPlan({
        workspace: places.workspace,
        pipeline,
        configuration: config,
        set: set ?? [],
        environment,
        names,
      }),
  };
}

export function openTerminal(flags: CommonOptions, environment: NodeJS.ProcessEnv = process.env): Terminal {
  return createTerminal({
    texts: textsOf(flags.lang ?? languageOf(environment)),
    json: flags.json === true,
    plain: flags.plain === true,
    environment,
  });
}

/** The absolute path of a program that the build puts beside the command. */
export function program(name: 'names' | 'check-worker' | 'host-launcher' | 'host-child'): string {
  const path = join(import.meta.dirname, `${name}.mjs`);
  if (!existsSync(path)) throw new Error(`${path} is missing: the command was not built whole`);
  return path;
}
