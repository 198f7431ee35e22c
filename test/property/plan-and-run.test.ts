import { describe, expect, it, onTestFinished } from 'vitest';
import { RunRefused } from '@temper/run';
import { Model, type Flags, type Meddling, type ModelStep } from './model.ts';
import { createRandom, type Random } from './random.ts';
import { createWorld, type World } from './world.ts';

/** Each group is a graph of its own with this many cases: an edit, flags, a plan and a run. */
const groups = 200;
const casesEach = 5;
const atOnce = 4;

describe('on random graphs, edits and flags', () => {
  it(
    `what plan says and what run does agree with a model by brute force, ${String(groups * casesEach)} times`,
    { timeout: 900_000 },
    async () => {
      const seen = new Map<string, number>();
      const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
      const seeds = Array.from({ length: groups }, (_, index) => index + 1);
      // Side by side, since each waits for the file system's clock after a run.
      const worker = async (): Promise<void> => {
        for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) await playGroup(seed, count);
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      const figures = [...seen].map(([what, times]) => `${what} ${String(times)}`).sort();
      console.log(`plan and run: ${String(groups * casesEach)} cases\n  ${figures.join('\n  ')}`);
      // Rare things have to be among the cases, or they prove nothing about them.
      for (const rare of ['plan may-run', 'run refused', 'run failed', 'damage', 'meddling', 'kept apart'])
        expect(seen.get(rare) ?? 0, rare).toBeGreaterThan(10);
    },
  );
});

async function playGroup(seed: number, count: (what: string) => void): Promise<void> {
  const random = createRandom(seed);
  const world = await createWorld();
  onTestFinished(() => {
    world.dispose();
  });
  const model = new Model();
  const steps = randomGraph(random);
  world.write(steps);
  for (let round = 0; round < casesEach; round++) {
    const where = `seed ${String(seed)}, round ${String(round)}`;
    if (round > 0) {
      for (let edit = random.number(3); edit > 0; edit--) editSomething(random, steps, world);
      if (random.chance(0.25)) spoilSomething(random, model, world, count);
    }
    const flags =
      round === 0 ? { staleOk: false, keepGoing: random.chance(0.5) } : randomFlags(random, steps);
    await playCase({ where, random, world, model, steps, flags, count });
  }
  expect(await world.liars(), `seed ${String(seed)}`).toEqual([]);
  world.dispose();
}

async function playCase(options: {
  where: string;
  random: Random;
  world: World;
  model: Model;
  steps: ModelStep[];
  flags: Flags;
  count: (what: string) => void;
}): Promise<void> {
  const { where, random, world, model, steps, flags, count } = options;
  const told = `${where}: ${JSON.stringify({ flags, steps })}`;

  const expected = model.plan(steps, flags);
  const planned = await world.plan(steps, flags);
  const actions = planned.decisions.map(({ action }) =>
    action === 'skip' || action === 'wait' ? 'nothing' : action,
  );
  expect(actions, told).toEqual(expected);
  for (const action of expected) count(`plan ${action}`);

  const readers = steps.flatMap(({ outside }, index) => (outside === undefined ? [] : [index]));
  const meddling: Meddling | undefined =
    readers.length > 0 && random.chance(0.2)
      ? { during: random.number(steps.length), outsideOf: random.pick(readers) }
      : undefined;
  const outcomes = model.run(steps, flags, meddling);
  if (outcomes === 'refused') {
    count('run refused');
    await expect(world.run(steps, flags), told).rejects.toThrow(RunRefused);
    return;
  }
  const happenings = new Set<string>();
  const finished = await world.run(steps, flags, (step) => {
    if (step !== meddling?.during) return;
    happenings.add('meddling');
    world.writeOutside(meddling.outsideOf, steps[meddling.outsideOf]?.outside ?? 0, ' edited meanwhile');
  });
  const happened = finished.result.steps.map(({ outcome }) => outcome);
  expect(happened, told).toEqual(outcomes);
  expect(world.contentOf(finished), told).toEqual(
    steps.map(({ outputs }, index) =>
      model.made[index] === undefined ? {} : pick(model.made[index], outputs),
    ),
  );
  for (const outcome of outcomes) count(`run ${outcome}`);
  const didMeddle = happenings.has('meddling');
  if (didMeddle && meddling !== undefined) {
    count('meddling');
    world.writeOutside(meddling.outsideOf, steps[meddling.outsideOf]?.outside ?? 0);
  }
  for (const { reasons } of finished.result.steps)
    if (reasons.some(({ code }) => code === 'nondeterministic-kept')) count('kept apart');

  // What a plan promises is what happens, as far as nothing fails or is edited meanwhile.
  if (didMeddle || outcomes.includes('failed')) return;
  for (const [index, action] of actions.entries()) {
    if (action === 'reuse') expect(happened[index], told).toBe('reused');
    if (action === 'run' && !model.wasDamaged) expect(happened[index], told).toBe('ran');
    if (action === 'may-run') expect(['ran', 'reused'], told).toContain(happened[index]);
  }
}

function pick(values: Readonly<Record<string, string>>, names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function randomGraph(random: Random): ModelStep[] {
  return Array.from({ length: 2 + random.number(6) }, (_, index) => ({
    label: `step-${String(index)}`,
    version: 1,
    code: randomCode(random),
    kind: random.number(2),
    param: random.number(3),
    outputs: random.chance(0.3) ? ['one', 'two'] : ['one'],
    reads: index === 0 ? [] : randomReads(random, index),
    outside: random.chance(0.4) ? random.number(3) : undefined,
  }));
}

function randomReads(random: Random, below: number): ModelStep['reads'] {
  const step = random.number(below);
  const further = random.chance(0.5) ? [{ step: random.number(below), output: 'one' }] : [];
  return random.chance(0.1) ? [] : [{ step, output: 'one' }, ...further];
}

function randomCode(random: Random): number {
  const kind = random.number(20);
  return random.number(5) + (kind === 0 ? 200 : kind <= 2 ? 100 : 0);
}

function editSomething(random: Random, steps: ModelStep[], world: World): void {
  const index = random.number(steps.length);
  const step = steps[index];
  if (step === undefined) return;
  const edits: readonly (() => void)[] = [
    () => (step.code = randomCode(random)),
    () => (step.code = random.number(5)),
    () => (step.kind = 1 - step.kind),
    () => (step.param = random.number(3)),
    () => (step.version += 1),
    () => (step.label = `${step.label}x`),
    () => {
      if (step.outside !== undefined) step.outside = random.number(3);
    },
    () => {
      if (index > 0) step.reads = randomReads(random, index);
    },
  ];
  random.pick(edits)();
  world.write(steps);
  if (random.chance(0.3)) world.reformat(random.number(steps.length));
}

function spoilSomething(random: Random, model: Model, world: World, count: (what: string) => void): void {
  count('damage');
  if (model.texts.length === 0 || random.chance(0.2)) {
    world.removeTrees();
    return;
  }
  const text = random.pick(model.texts);
  world.spoil(text, random.number(4));
  model.damage(text);
}

function randomFlags(random: Random, steps: readonly ModelStep[]): Flags {
  const some = (part: number): { readonly labels?: readonly string[] } =>
    random.chance(part)
      ? { labels: Array.from({ length: 1 + random.number(2) }, () => random.pick(steps).label) }
      : {};
  const flag = (name: 'from' | 'until' | 'only' | 'force' | 'forceFrom', part: number): object => {
    const { labels } = some(part);
    return labels === undefined ? {} : { [name]: labels };
  };
  return {
    ...flag('from', 0.25),
    ...flag('until', 0.2),
    ...flag('only', 0.2),
    ...flag('force', 0.2),
    ...flag('forceFrom', 0.1),
    staleOk: random.chance(0.3),
    keepGoing: random.chance(0.5),
  };
}
