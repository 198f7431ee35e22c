import { fileURLToPath } from 'node:url';
import { describeBackend } from '../conformance/index.ts';
import { processSkips } from '../process/skips.ts';

describeBackend('local', fileURLToPath(new URL('backend.conformance.ts', import.meta.url)), {
  skip: processSkips,
});
