import { fileURLToPath } from 'node:url';
import { whyNot } from '../../../../test/rig/engines/index.ts';
import { describeBackend } from '../conformance/index.ts';
import { containerSkips } from './skips.ts';

describeBackend('docker', fileURLToPath(new URL('docker.conformance.ts', import.meta.url)), {
  skip: containerSkips,
  killEvery: 4,
  absent: whyNot('docker'),
});
