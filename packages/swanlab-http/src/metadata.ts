import { availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import { protocolVersion } from './http.ts';

/** The machine and the program, in the form that the web pages show (version 2 of the official client's metadata). */
export function collectMetadata(runFolder: string): Record<string, unknown> {
  return {
    _version: 2,
    hardware: {
      apple_silicon: null,
      cpu: { brand: cpus()[0]?.model ?? null, physical_count: null, logical_count: availableParallelism() },
      memory: { total: Math.round(totalmem() / 1024 ** 3), total_unit: 'GB' },
      accelerators: [],
    },
    runtime: {
      os: type(),
      os_pretty: `${type()} ${release()}`,
      hostname: hostname(),
      pid: process.pid,
      cwd: process.cwd(),
      command: process.argv.slice(1).join(' '),
      node_version: process.versions.node,
    },
    git: null,
    swanlab: { version: protocolVersion, run_dir: runFolder },
  };
}
