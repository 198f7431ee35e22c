/** The rig's job as a TypeScript stage: does what the test's files tell it, and answers each. See `steps.ts`. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { goFile, importingFile, livesFile, rigFolder, type Description, type Step } from './steps.ts';

interface RigJob {
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  readonly outputs: Readonly<Record<string, { written(): unknown }>>;
}

holdImports();

export default {
  type: 'implementation',
  async run(job: RigJob): Promise<Record<string, unknown>> {
    const folder = join(job.temporaryFolder, rigFolder);
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, livesFile), `${String(process.pid)}\n`);
    for (let number = 0; ; number++) {
      const file = join(folder, `${String(number)}.json`);
      while (!existsSync(file)) await pause(5);
      const step = JSON.parse(readFileSync(file, 'utf8')) as Step;
      if (step.do === 'exit') {
        if (step.code !== 0) process.exit(step.code);
        return Object.fromEntries(
          Object.entries(job.outputs).map(([name, output]) => [name, output.written()]),
        );
      }
      const answer = join(folder, `${String(number)}.answer`);
      writeFileSync(`${answer}.partial`, JSON.stringify((await perform(step, job)) ?? null));
      renameSync(`${answer}.partial`, answer);
    }
  },
};

/** As a stage does whose libraries take long to import: nothing of it can take a signal yet. */
function holdImports(): void {
  const { params } = JSON.parse(readFileSync('request.json', 'utf8')) as { params: { hold?: boolean } };
  if (params.hold !== true) return;
  const folder = join(process.env['TMPDIR'] ?? '', rigFolder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, importingFile), '');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(join(folder, goFile))) Atomics.wait(clock, 0, 0, 5);
}

async function perform(step: Exclude<Step, { do: 'exit' }>, job: RigJob): Promise<unknown> {
  switch (step.do) {
    case 'describe':
      return describe();
    case 'write':
      mkdirSync(dirname(step.path), { recursive: true });
      writeFileSync(step.path, step.text);
      return undefined;
    case 'append':
      for (let time = 0; time < step.times; time++)
        appendFileSync(step.path, Buffer.from(step.bytes, 'base64'));
      return undefined;
    case 'read':
      return readFileSync(step.path, 'utf8');
    case 'link':
      symlinkSync(step.target, step.path);
      return undefined;
    case 'fifo':
      execFileSync('mkfifo', [step.path]);
      return undefined;
    case 'print':
      for (let time = 0; time < step.times; time++)
        writeSync(step.stream === 'out' ? 1 : 2, Buffer.from(step.bytes, 'base64'));
      return undefined;
    case 'ignore-term':
      // To ask for the signal is to take SIGTERM upon oneself.
      return job.signal.aborted;
    case 'save-on-term':
      job.signal.addEventListener('abort', () => {
        writeFileSync(step.path, step.text);
        process.exit(75);
      });
      return undefined;
    case 'die':
      process.kill(process.pid, step.signal);
      return undefined;
    case 'spawn': {
      const script = 'setInterval(() => undefined, 1e6)';
      spawn(process.execPath, ['-e', script, step.mark], { detached: true, stdio: 'ignore' }).unref();
      return undefined;
    }
    case 'compiled':
      // A stage in TypeScript is one bundle, which Node compiles as it reads it.
      return [];
    case 'fill-memory':
      return step.inChild ? fillInChild() : fill();
    case 'connect':
      return reach(step.host, step.port);
  }
}

function describe(): Description {
  const environment = process.env as Record<string, string>;
  return { pid: process.pid, folder: process.cwd(), arguments: process.argv.slice(2), environment };
}

function fill(): never {
  for (const held: Buffer[] = []; ;) held.push(Buffer.alloc(2 ** 24, 1));
}

function fillInChild(): string | number | null {
  const script = 'for (const held = []; ; ) held.push(Buffer.alloc(2 ** 24, 1))';
  const { signal, status } = spawnSync(process.execPath, ['-e', script]);
  return signal ?? status;
}

function reach(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end('ok'));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
