import { expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { explainBuild } from './explain-build.ts';

const engine: Engine = { kind: 'docker', command: 'docker', version: '20.10.24' };
const explained = (output: string) => {
  const { reason, message, hint } = explainBuild(engine, 'debian:12', output, '/home/images/1.log');
  return { reason, message, hint };
};

it('a disk that is full is named, with what shows what takes it; log: /home/images/1.log', () => {
  // What docker 20.10 prints, from a program in the build and from the engine itself.
  for (const words of [
    "#5 0.228 head: error writing 'standard output': No space left on device\n#5 ERROR: executor failed running [/bin/sh …]: exit code: 1",
    'ERROR: failed to register layer: write /opt/venv/lib/libtorch.so: no space left on device',
    '#9 21.3 error: Failed to extract archive\n#9 21.3   Caused by: No space left on device (os error 28)',
  ])
    expect(explained(words)).toEqual({
      reason: 'no-space',
      message: 'there is no space left for the image, which takes about 5 GB',
      hint: 'free some: `docker system df` shows what takes it; log: /home/images/1.log',
    });
});

it.each([
  [
    'ERROR: BuildKit is enabled but the buildx component is missing or broken.',
    'image-failed',
    'docker 20.10.24 cannot build images here: it lacks its component buildx',
  ],
  [
    'ERROR: failed to resolve source metadata for docker.io/library/debian:12',
    'image-missing',
    'the base image debian:12 is not on this machine and could not be pulled',
  ],
  [
    "#6 0.249 error: No interpreter found for Python 3 in managed installations or search path\n#6 0.251 hint: A managed Python download is available for Python 3, but Python downloads are set to 'never'",
    'image-failed',
    'the base image debian:12 has no Python of 3.10 to 3.13',
  ],
  [
    '#7 0.3 /context/install.sh: 13: python3: not found',
    'image-failed',
    'the base image debian:12 has no Python of 3.10 to 3.13',
  ],
])('%s', (output, reason, message) => {
  expect(explained(output)).toMatchObject({ reason, message });
});

it('what an installer says is told as it is without a container', () => {
  const { reason, message } = explained('#9 3.1 error: hash mismatch for torch==2.13.0');
  expect(reason).toBe('image-failed');
  expect(message).toMatch(/^the image could not be built: /);
});

it.each([
  [
    'docker 20.10',
    '#6 ERROR: executor failed running [/bin/sh -c /bin/sh /context/install.sh]: exit code: 2\n------\n > [2/5] RUN /bin/sh /context/install.sh:\n------\nexecutor failed running [/bin/sh -c /bin/sh /context/install.sh]: exit code: 2',
  ],
  [
    'docker with buildx',
    '#6 ERROR: process "/bin/sh -c /bin/sh /context/install.sh" did not complete successfully: exit code: 2\n------\n > [2/5] RUN /bin/sh /context/install.sh:\n------\nERROR: failed to solve: process "/bin/sh -c /bin/sh /context/install.sh" did not complete successfully: exit code: 2',
  ],
  [
    'podman',
    'Error: building at STEP "RUN /bin/sh /context/install.sh": while running runtime: exit status 2',
  ],
])('that a command failed, which %s adds, is left out', (_, words) => {
  const installer =
    '#6 3.1 error: Failed to fetch: `http://mirror/simple/torch/`\n#6 3.1   Caused by: Connection refused (os error 111)';
  expect(explained(`${installer}\n${words}`)).toMatchObject({
    reason: 'registry-unreachable',
    message:
      'the image could not be built: the Python packages could not be fetched: Failed to fetch: `http://mirror/simple/torch/`: Connection refused (os error 111)',
  });
});
