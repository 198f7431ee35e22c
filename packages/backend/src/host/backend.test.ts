import { fileURLToPath } from 'node:url';
import { describeBackend } from '../conformance/index.ts';
import { processSkips } from '../process/skips.ts';

describeBackend('host', fileURLToPath(new URL('backend.conformance.ts', import.meta.url)), {
  skip: processSkips,
});
