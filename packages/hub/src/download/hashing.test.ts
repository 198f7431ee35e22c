import { expect, it, onTestFinished } from 'vitest';

import { createHashingThread } from './hashing.ts';

it('a thread that died gives back the memory that it was lent, and says why to whoever brings more', async () => {
  const thread = createHashingThread();
  onTestFinished(() => thread.close());
  const size = 8 * 1024 * 1024;
  const hashing = thread.begin({ algorithm: 'sha256', value: '' }, size);
  await hashing.end();
  // It knows nothing of a file that has ended, and dies of that.
  const piece = () => ({ chunks: [new Uint8Array(new SharedArrayBuffer(16))] });
  await new Promise<void>((release) => void hashing.add({ ...piece(), release }));
  await expect(hashing.add({ ...piece(), release: () => undefined })).rejects.toThrow(TypeError);
  await expect(hashing.end()).rejects.toThrow(TypeError);
});
