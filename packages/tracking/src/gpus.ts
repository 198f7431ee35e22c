import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const query = 'index,utilization.gpu,utilization.memory,memory.used,memory.total,temperature.gpu,power.draw';

/** Asks the driver for the load of all GPUs, under the names of the official monitor; nothing where there is none. */
export async function sampleGpus(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, number>>> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${query}`, '--format=csv,noheader,nounits'],
      { env: { ...environment }, timeout: 5000 },
    );
    return readGpus(stdout);
  } catch {
    return {};
  }
}

/** One line a GPU: percent, percent, MiB, MiB, °C, W. A card that does not know a figure writes `[N/A]`. */
export function readGpus(csv: string): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const line of csv.split('\n')) {
    const cells = line.split(',').map((cell) => cell.trim());
    const index = cells[0] ?? '';
    if (!/^\d+$/.test(index)) continue;
    const [, load, access, used, total, temperature, power] = cells.map((cell) =>
      cell === '' ? Number.NaN : Number(cell),
    );
    const named = {
      pct: load,
      'mem.time': access,
      'mem.value': used,
      'mem.pct': (100 * (used ?? Number.NaN)) / (total ?? Number.NaN),
      temp: temperature,
      power,
    };
    for (const [name, value] of Object.entries(named))
      if (value !== undefined && Number.isFinite(value)) figures[`gpu.${index}.${name}`] = value;
  }
  return figures;
}
