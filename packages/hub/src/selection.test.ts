import { describe, expect, it } from 'vitest';

import { select, type Selection } from './selection.ts';

const paths = [
  'config.json',
  'model.safetensors',
  'onnx/model.onnx',
  'original/params.json',
  'pytorch_model.bin',
];

function taken(selection: Selection): string[] {
  const files = paths.map((path) => ({ path, size: 1, digest: { algorithm: 'sha256', value: '' } as const }));
  return select(files, selection).taken.map(({ path }) => path);
}

describe('include and exclude', () => {
  it.each<[Selection, string[]]>([
    [{}, ['config.json', 'model.safetensors', 'original/params.json']],
    [{ include: ['*.json'] }, ['config.json', 'original/params.json']],
    [{ include: ['**/*.json'] }, ['config.json', 'original/params.json']],
    [{ include: ['original/*'] }, ['original/params.json']],
    [{ include: ['original/'] }, ['original/params.json']],
    [{ include: ['*.onnx'] }, ['onnx/model.onnx']],
    [{ include: ['{config,params}.json'] }, ['config.json', 'original/params.json']],
    [{ include: ['c?nfig.[jk]son'] }, ['config.json']],
    [{ exclude: ['original/**', '*.bin'] }, ['config.json', 'model.safetensors']],
  ])('%j', (selection, expected) => {
    expect(taken(selection)).toEqual(expected);
  });

  it.each(['', '/config.json', '!config.json', '[z-a].json'])('the glob %j is refused', (glob) => {
    expect(() => taken({ include: [glob] })).toThrow(/is not a glob/);
  });

  it('a glob that asks for pickles is refused', () => {
    expect(() => taken({ include: ['*.bin'] })).toThrow(
      '"*.bin" asks for pickles, and loading a pickle runs whatever program its author put in',
    );
  });
});
