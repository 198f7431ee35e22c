import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { implement, JobError, type Job } from '@temper/pipeline/job';
import type { misbehave } from './stage.ts';

type Misbehaving = Job<typeof misbehave>;

const ways: Readonly<Record<Misbehaving['params']['how'], (job: Misbehaving) => Promise<unknown>>> = {
  behave: () => Promise.resolve(),
  'bad-row': ({ outputs }) =>
    outputs.numbers.write('rows.jsonl', '{"n":1}\n{"n":"two"}\n{"n":3}\nfour\n{"n":5,"m":6}\n'),
  async binary() {
    process.stderr.write(Buffer.from([0x62, 0x1b, 0x5b, 0x32, 0x4a, 0x00, 0xff, 0xfe, 0x0a]));
    process.stderr.write('readable after all\n');
    throw new Error('printed binary');
  },
  async device({ outputs }) {
    execFileSync('mknod', [join(outputs.numbers.path, 'null'), 'c', '1', '3']);
  },
  async elsewhere({ outputs }) {
    await mkdir(join(outputs.numbers.path, '../extra'));
    await writeFile(join(outputs.numbers.path, '../extra/rows.jsonl'), '{"n":1}\n');
  },
  exit: () => process.exit(3),
  forget: () => new Promise(() => undefined),
  hang: () =>
    new Promise(() => {
      setInterval(() => undefined, 1000);
    }),
  kill: () => Promise.resolve(process.kill(process.pid, 'SIGKILL')),
  async link({ outputs }) {
    await symlink('/etc/hostname', join(outputs.numbers.path, 'hostname'));
  },
  much: ({ outputs }) => outputs.numbers.write('rows.jsonl', Buffer.alloc(16 * 2 ** 20)),
  nothing: () => Promise.resolve(),
  newline: ({ outputs }) => outputs.numbers.write('two\nlines', ''),
  async pipe({ outputs }) {
    execFileSync('mkfifo', [join(outputs.numbers.path, 'pipe')]);
  },
  async refuse() {
    throw new JobError('bad-input', 'there are 4 numbers and 5 are needed', { hint: 'count further' });
  },
  async throw() {
    throw new RangeError('the number 7 is out of range');
  },
  async 'throw-text'() {
    // Not every library throws errors.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'out of paper';
  },
  undeclared: () => readFile(join(import.meta.dirname, 'secret.txt'), 'utf8'),
  async 'write-input'({ inputs }) {
    const rows = join(inputs.numbers.path, 'rows.jsonl');
    await chmod(rows, 0o644);
    await writeFile(rows, '{"n":666}\n');
  },
};

export default implement<typeof misbehave>(async (job) => {
  const { how } = job.params;
  await ways[how](job);
  // What was written by hand, or not at all, is claimed to be whole.
  if (how === 'bad-row' || how === 'nothing') return { numbers: job.outputs.numbers.written() };
  return { numbers: await job.outputs.numbers.writeRows([{ n: 1 }]) };
});
