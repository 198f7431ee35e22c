import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError, EnvironmentError, findInterpreter } from '@temper/backend';
import type { Needs } from '@temper/pipeline';
import type { Plan, PlannedStep } from '@temper/plan';
import { planAgainstStore, type Failure, type SelectionOptions } from '@temper/run';
import { bytes } from '@temper/report/words';
import type { Backends } from './backends.ts';
import type { Containers } from './container.ts';
import { listGpus } from './gpus.ts';
import type { Session } from './session.ts';

/** A Python environment with PyTorch and its CUDA libraries, unpacked, with room for what is fetched meanwhile. */
const environmentBytes = 5.4e9;
/** The same as layers of an image, which exist twice while they are put away. */
const imageBytes = 10e9;

/**
 * Holds a plan against this machine before anything runs: what cannot work is refused at once, with what it needs, what
 * the machine has, and the ways on.
 */
export async function preflight(
  plan: Plan,
  options: SelectionOptions & {
    readonly staleOk?: boolean;
    readonly session: Session;
    readonly backends: Backends;
  },
): Promise<Failure | undefined> {
  const { places, store, stats, environment } = options.session;
  const { containers } = options.backends;
  // An image has an environment of its own.
  const missing =
    containers?.environment === 'image'
      ? []
      : options.backends.specifications.filter(
          (specification) => !options.backends.environments.isReady(specification),
        );
  // Most plans have nothing that could be refused, and then the store need not be asked twice.
  if (
    missing.length === 0 &&
    containers === undefined &&
    !plan.steps.some(({ needs }) => needs.gpu === 'required')
  )
    return undefined;
  // Nothing is looked up outside for this: a step that may be reused cannot be refused, one that will run can.
  const { plan: planned } = await planAgainstStore(plan, {
    ...options,
    workspace: places.workspace,
    store,
    stats,
    resolveHub: () => Promise.resolve(undefined),
  });
  const due = new Set(planned.steps.filter(({ action }) => action !== 'reuse').map(({ label }) => label));
  const steps = plan.steps.filter((step) => due.has(step.label));

  const gpu = await refuseWithoutGpu(steps, plan);
  if (gpu !== undefined) return gpu;

  const python = steps.filter(({ implementation }) => implementation.type === 'python');
  if (python.length > 0 && containers !== undefined) {
    const engine = await refuseByEngine(python, options.backends, containers);
    if (engine !== undefined) return engine;
  }
  if (python.length > 0 && missing[0] !== undefined) {
    try {
      await findInterpreter(missing[0].python, environment);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      return { type: 'surroundings', reason: error.reason, message: error.message, hint: error.hint };
    }
    const free = await freeBytes(places.home);
    if (free !== undefined && free < environmentBytes) {
      return {
        type: 'surroundings',
        reason: 'no-space',
        message: `the Python environment takes ${bytes(environmentBytes)} and ${places.home} has ${bytes(free)} free`,
        hint: 'free some, or move it with TEMPER_HOME',
      };
    }
  }
  return undefined;
}

/** What the engine cannot give or cannot enforce, and images that there is no room for. */
async function refuseByEngine(
  steps: readonly PlannedStep[],
  { python, specifications, memory }: Backends,
  containers: Containers,
): Promise<Failure | undefined> {
  const available = (await listGpus()).length;
  const wanted = steps.map(({ implementation, needs }) =>
    implementation.type === 'python' ? (needs.gpus ?? implementation.gpus) : 0,
  );
  const gpus = Math.min(available, Math.max(...wanted));
  const [problem] = await python.check({ resources: { gpus, memory, seconds: null }, network: 'none' });
  if (problem !== undefined) return { type: 'surroundings', ...problem };
  if (containers.environment === 'mounted') return undefined;
  try {
    const { engine, facts } = await containers.findEngine();
    for (const specification of specifications) {
      if (await containers.images.isReady(engine, specification)) continue;
      const free = await freeBytes(facts.root);
      if (free === undefined || free >= imageBytes) continue;
      return {
        type: 'surroundings',
        reason: 'no-space',
        message: `the image takes ${bytes(imageBytes)} while it is built, and ${facts.root} has ${bytes(free)} free`,
        hint: `free some: \`${engine.kind} system df\` shows what takes it`,
      };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { reason, message, hint } = error;
    return { type: 'surroundings', reason, message, hint };
  }
}

async function refuseWithoutGpu(steps: readonly PlannedStep[], plan: Plan): Promise<Failure | undefined> {
  const wanting = steps.filter(({ needs }) => needs.gpu === 'required');
  const first = wanting[0];
  if (first === undefined) return undefined;
  const gpus = await listGpus();
  const most = Math.max(...wanting.map(({ needs }) => needs.gpuMemory?.bytes ?? 0));
  const largest = Math.max(0, ...gpus.map(({ memory }) => memory));
  if (gpus.length > 0 && largest >= most) return undefined;
  const special = wanting.find(({ needs }) => needs.gpuFor !== undefined);
  if (most === 0 && special?.needs.gpuFor !== undefined) {
    const { what, hint } = special.needs.gpuFor;
    return {
      type: 'surroundings',
      reason: 'not-enough-gpus',
      label: special.label,
      where: special.where,
      message: `${special.label} needs a GPU for ${what}, and this machine has none`,
      hint,
    };
  }
  const hungriest = wanting.find(({ needs }) => (needs.gpuMemory?.bytes ?? 0) === most) ?? first;
  const has =
    gpus.length === 0
      ? 'this machine has no GPU'
      : `the largest GPU here is ${gpus.map(({ name, memory }) => `${name} with ${bytes(memory)}`).join(', ')}`;
  return {
    type: 'surroundings',
    reason: gpus.length === 0 ? 'not-enough-gpus' : 'not-enough-gpu-memory',
    label: hungriest.label,
    where: hungriest.where,
    message: [
      `${plan.pipeline} needs a GPU with about ${bytes(most)}, and ${has}`,
      ...describe(hungriest.needs),
      ...totals(steps),
    ].join('\n'),
    hint: [
      `on this machine: \`temper run ${plan.pipeline} -c tiny\` runs the same graph on a tiny model`,
      'on a machine with a GPU: the same command, there; results come along with TEMPER_STORE',
    ].join('\n        '),
  };
}

function describe({ gpuMemory }: Needs): readonly string[] {
  return (gpuMemory?.parts ?? []).map(({ name, bytes: size }) => `    ${bytes(size).padStart(10)}  ${name}`);
}

function totals(steps: readonly PlannedStep[]): readonly string[] {
  const download = steps.reduce((sum, { needs }) => sum + (needs.download?.bytes ?? 0), 0);
  const disk = steps.reduce((sum, { needs }) => sum + (needs.disk?.bytes ?? 0), 0);
  return [
    ...(download > 0 ? [`    ${bytes(download).padStart(10)}  to download`] : []),
    ...(disk > 0 ? [`    ${bytes(disk).padStart(10)}  of disk`] : []),
  ];
}

async function freeBytes(folder: string): Promise<number | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch {
      if (at === dirname(at)) return undefined;
    }
  }
}
