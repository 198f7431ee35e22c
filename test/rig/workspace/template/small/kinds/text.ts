import { artifactKind, KindError } from '@temper/pipeline';

export const text = artifactKind(import.meta.url, 'text', {
  check({ files }) {
    if (files.length === 1 && files[0]?.path === 'text.txt') return;
    const found = files.map(({ path }) => path).join(', ');
    throw new KindError(`a text is one file text.txt, and here is ${found}`, { hint: 'write text.txt only' });
  },
});
