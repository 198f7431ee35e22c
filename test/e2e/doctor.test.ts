import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, shareWorkspace, type Workspace } from '../rig/workspace/index.ts';

interface Found {
  readonly id: string;
  readonly state: string;
  readonly found: string;
  readonly neededFor: string;
  readonly mend: string | null;
}

const card = (name: string, mebibytes: number): string =>
  `case "$*" in *--query-gpu=name,memory.total*) echo "${name}, ${String(mebibytes)}";; *) echo "GPU 0: ${name}";; esac`;
const docker = (runtimes: string): string =>
  `case "$1" in --version) echo "Docker version 28.0.1, build 1";; *) echo '{"ServerVersion":"28.0.1","CgroupVersion":"2","MemoryLimit":true,"Runtimes":{${runtimes}}}';; esac`;

/** A hub, a mirror and an index of packages in one; its clock can be wrong. */
let server: Server;
let secondsBehind = 0;
const address = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.sendDate = false;
    response.setHeader('date', new Date(Date.now() - secondsBehind * 1000).toUTCString());
    if (request.url === '/simple/uv/') {
      response.setHeader('content-type', 'text/html');

      response.end('<a href="uv-9.9.9-py3-none-any.whl">uv-9.9.9-py3-none-any.whl</a>');
    } else response.writeHead(request.headers.authorization === 'Bearer hf_old' ? 401 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const workspace = shareWorkspace(async ({ root }: Workspace) => {
  const name = 'pipelines/alpaca-glm4.ts';
  await mkdir(join(root, 'pipelines'), { recursive: true });
  await copyFile(join(repository, name), join(root, name));
});

/** Asks with programs of our own first on PATH; a program of no words is taken away from the machine's. */
async function doctor(
  words: readonly string[] = [],
  {
    programs = {},
    env = {},
  }: { programs?: Readonly<Record<string, string>>; env?: Readonly<Record<string, string>> } = {},
) {
  const { root } = workspace();
  const bin = join(
    dirname(root),
    `bin-${String(Object.keys(programs).length)}-${String(Math.random()).slice(2)}`,
  );
  await mkdir(bin);
  // A machine that has a card or an engine must not give another answer than one that has none.
  const absent = { 'nvidia-smi': 'exit 127', docker: 'exit 127', podman: 'exit 127', ...programs };
  for (const [name, text] of Object.entries(absent)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return workspace().temper(['doctor', ...words], {
    env: {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HF_ENDPOINT: address(),
      MODELSCOPE_ENDPOINT: address(),
      PIP_INDEX_URL: `${address()}/simple`,
      SWANLAB_MODE: 'disabled',
      ...env,
    },
  });
}

async function findings(options: Parameters<typeof doctor>[1] = {}): Promise<ReadonlyMap<string, Found>> {
  const { stdout } = await doctor(['--json'], options);
  const { schema, findings: found } = JSON.parse(stdout) as { schema: string; findings: readonly Found[] };
  expect(schema).toBe('temper.doctor/1');
  return new Map(found.map((one) => [one.id, one]));
}

describe('temper doctor', () => {
  it('looks at everything, and says of each thing what depends on it', async () => {
    const found = await findings();
    expect([...found.keys()]).toEqual([
      'node',
      'python',
      'uv',
      'memory',
      'disk',
      'fileSystem',
      'gpu',
      'docker',
      'podman',
      'packageIndex',
      'huggingface',
      'modelscope',
      'swanlab',
      'clock',
    ]);
    for (const { neededFor } of found.values()) expect(neededFor).not.toBe('');
    for (const { id, state, mend } of found.values())
      if (state === 'doubtful') expect(mend, id).not.toBeNull();
    expect(found.get('packageIndex')).toMatchObject({ state: 'good', found: `${address()}/simple` });
    expect(found.get('huggingface')).toMatchObject({
      state: 'good',
      found: `${address()} (HF_ENDPOINT), without a token`,
    });
    expect(found.get('clock')).toMatchObject({ state: 'good', found: 'right to the minute' });
    expect(found.get('fileSystem')?.found).toMatch(/^(reflinks|hard links, no reflinks)/);
  });

  it('finds a card, and an engine whose containers would not get it', async () => {
    const programs = { 'nvidia-smi': card('NVIDIA L4', 23034), docker: docker('"runc":{}') };
    const found = await findings({ programs });
    expect(found.get('gpu')).toMatchObject({ state: 'good', found: 'NVIDIA L4 (22.5 GiB)' });
    expect(found.get('docker')).toMatchObject({ state: 'doubtful', found: '28.0.1, no GPUs in containers' });
    expect(found.get('docker')?.mend).toContain('nvidia-ctk runtime configure --runtime=docker');

    const told = await findings({ programs: { ...programs, docker: docker('"runc":{},"nvidia":{}') } });
    expect(told.get('docker')).toMatchObject({ state: 'good', found: '28.0.1, GPUs by NVIDIA’s runtime' });
  });

  it('repeats what nvidia-smi and an engine that does not run say', async () => {
    const programs = {
      'nvidia-smi': 'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18',
      docker:
        'case "$1" in --version) echo "Docker version 28.0.1";; *) echo "Cannot connect to the Docker daemon" >&2; exit 1;; esac',
    };
    const found = await findings({ programs });
    expect(found.get('gpu')).toMatchObject({
      state: 'doubtful',
      found: 'nvidia-smi lists none: Failed to initialize NVML: Driver/library version mismatch',
    });
    expect(found.get('docker')).toMatchObject({
      state: 'doubtful',
      found: 'docker is installed and does not answer: Cannot connect to the Docker daemon',
      mend: '`sudo systemctl start docker`, and this user in the group `docker`; or Docker Desktop',
    });
  });

  it('names a refused token, a mirror that is away and a clock that is wrong', async () => {
    secondsBehind = 600;
    const found = await findings({
      env: {
        HF_TOKEN: 'hf_old',
        MODELSCOPE_ENDPOINT: 'http://127.0.0.1:1',
        PIP_INDEX_URL: 'http://127.0.0.1:1/simple',
      },
    });
    secondsBehind = 0;
    expect(found.get('huggingface')).toMatchObject({
      state: 'doubtful',
      found: `${address()} (HF_ENDPOINT) does not know the token`,
    });
    expect(found.get('modelscope')?.found).toContain(
      'http://127.0.0.1:1 (MODELSCOPE_ENDPOINT) does not answer',
    );
    expect(found.get('packageIndex')).toMatchObject({ state: 'doubtful' });
    expect(found.get('clock')).toMatchObject({
      state: 'doubtful',
      found: '<time> ahead of the servers that were asked',
      mend: '`sudo timedatectl set-ntp true`, or what your system has for it',
    });
  });

  it('ends with 5 when the pipeline that is asked for cannot run here, and with 0 when it can', async () => {
    const refused = await doctor(['alpaca-glm4']);
    expect(refused.code).toBe(5);
    expect(refused.stdout).toContain(
      '✗ alpaca-glm4 needs a GPU with about 20.0 GiB, and this machine has no GPU',
    );

    const small = await doctor(['alpaca-glm4'], { programs: { 'nvidia-smi': card('NVIDIA T4', 15360) } });
    expect(small.code).toBe(5);
    expect(small.stdout).toContain('the largest GPU here is NVIDIA T4 with 15.0 GiB');

    const large = await doctor(['alpaca-glm4'], { programs: { 'nvidia-smi': card('NVIDIA H100', 81559) } });
    expect(large).toMatchObject({ code: 0, stderr: '' });
    expect(large.stdout).toContain('alpaca-glm4 can run on this machine');
  });

  it.each([
    ['quantization: 4-bit', '4-bit weights', "quantization: 'none'"],
    ['optimizer: adamw-8bit', 'an 8-bit optimizer', "optimizer: 'adamw'"],
    ['precision: fp16', 'training in fp16', "precision: 'fp32'"],
    ['attention: flash-attention-2', 'FlashAttention', "attention: 'sdpa'"],
  ])('refuses `%s` of a small model where there is no GPU', async (param, what, instead) => {
    await workspace().write(
      'pipelines/alpaca-glm4.small.yaml',
      `steps: { load-weights: { from: seed }, lora-sft: { training: { ${param} } } }\n`,
    );
    const refused = await doctor(['alpaca-glm4', '-c', 'small']);
    expect(refused.code).toBe(5);
    expect(refused.stdout).toContain(`✗ lora-sft needs a GPU for ${what}, and this machine has none\n`);
    expect(refused.stdout).toContain(`set \`training.${instead}\``);
    const served = await doctor(['alpaca-glm4', '-c', 'small'], {
      programs: { 'nvidia-smi': card('NVIDIA T4', 15360) },
    });
    expect(served.stdout).toContain('alpaca-glm4 can run on this machine');
  });

  it('speaks Chinese, and says of what is missing what it is for and what mends it', async () => {
    const { stdout } = await doctor(['alpaca-glm4', '--lang', 'zh'], {
      programs: { 'nvidia-smi': card('NVIDIA H100', 81559), docker: docker('"runc":{}') },
    });
    expect(stdout).toContain('✓ Node          ');
    expect(stdout).toContain(`! docker        28.0.1，容器里没有 GPU
                用于在容器里运行 Python 步骤（\`--backend container\`）
                → 安装 nvidia-container-toolkit，`);
    expect(stdout).toContain('alpaca-glm4 可以在这台机器上运行');
  });
});
