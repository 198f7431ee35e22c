import { fileURLToPath } from 'node:url';
import { whyNot } from '../../../../test/rig/engines/index.ts';
import { describeBackend } from '../conformance/index.ts';
import { containerSkips } from './skips.ts';

describeBackend('podman', fileURLToPath(new URL('podman.conformance.ts', import.meta.url)), {
  skip: [
    ...containerSkips,
    {
      reason: 'podman has no daemon',
      tests: [
        'a daemon that dies under a job leaves it unknown, and finds it again',
        'a job that ended while the daemon was away is collected when it is back',
      ],
    },
  ],
  killEvery: 4,
  absent: whyNot('podman'),
});
