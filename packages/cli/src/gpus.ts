import { execa } from 'execa';

/** The GPUs that nvidia-smi lists; none where it is not there. Memory in bytes. */
export async function listGpus(): Promise<readonly { readonly name: string; readonly memory: number }[]> {
  const asked = await execa(
    'nvidia-smi',
    ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'],
    { reject: false, stdin: 'ignore' },
  );
  if (asked.failed) return [];
  return asked.stdout.split('\n').flatMap((line) => {
    const [name, mebibytes] = line.split(',').map((cell) => cell.trim());
    const memory = Number(mebibytes) * 2 ** 20;
    return name === undefined || !(memory > 0) ? [] : [{ name, memory }];
  });
}
