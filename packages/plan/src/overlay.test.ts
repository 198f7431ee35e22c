import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ground, originOf, overlay, type Layered, type Origin } from './overlay.ts';

const schema = z.strictObject({
  from: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('file'), path: z.string(), gzip: z.boolean().optional() }),
      z.strictObject({ type: z.literal('hub'), repo: z.string() }),
    ])
    .optional(),
  duration: z
    .union([z.strictObject({ epochs: z.number() }), z.strictObject({ steps: z.number() })])
    .default({ epochs: 3 }),
  training: z.strictObject({ rate: z.number().default(1), size: z.number().default(2) }).prefault({}),
  targets: z.array(z.string()).default([]),
});

const pipeline: Origin = { from: 'pipeline', where: undefined };
const set: Origin = { from: 'set', text: 'x' };
const base = ground(
  {
    from: { type: 'file', path: 'a', gzip: true },
    duration: { epochs: 1 },
    training: { rate: 3, size: 4 },
    targets: ['q', 'k'],
  },
  () => pipeline,
);
const over = (above: unknown, below: Layered = base): Layered => overlay(below, above, schema, () => set);

describe('an overlay', () => {
  it('merges objects and replaces scalars and lists', () => {
    expect(over({ training: { rate: 9 }, targets: ['v'] }).value).toEqual({
      from: { type: 'file', path: 'a', gzip: true },
      duration: { epochs: 1 },
      training: { rate: 9, size: 4 },
      targets: ['v'],
    });
  });

  it('leaves what lies below as it was', () => {
    over({ training: { rate: 9 } });
    expect(base.value).toMatchObject({ training: { rate: 3 } });
  });

  it('merges a tagged union while the tag stays, and replaces it whole when the tag changes', () => {
    expect(over({ from: { path: 'b' } }).value).toMatchObject({
      from: { type: 'file', path: 'b', gzip: true },
    });
    expect(over({ from: { type: 'hub', repo: 'r' } }).value).toMatchObject({
      from: { type: 'hub', repo: 'r' },
    });
    expect(over({ from: { type: 'hub', repo: 'r' } }).value).not.toHaveProperty('from.path');
  });

  it('replaces an untagged union whole when its keys fit no option together', () => {
    expect(over({ duration: { steps: 60 } }).value).toMatchObject({ duration: { steps: 60 } });
    expect(over({ duration: { steps: 60 } }).value).not.toHaveProperty('duration.epochs');
  });

  it('takes a value away with null, so that the default shows again', () => {
    expect(over({ training: { rate: null } }).value).toMatchObject({ training: { size: 4 } });
    expect(over({ training: { rate: null } }).value).not.toHaveProperty('training.rate');
    expect(over({ training: null }).value).not.toHaveProperty('training');
  });

  it('knows no nulls in what it replaces whole', () => {
    expect(over({ from: { type: 'hub', repo: 'r', note: null } }).value).toMatchObject({
      from: { type: 'hub', repo: 'r' },
    });
  });

  it('keeps a key such as __proto__ a key', () => {
    const { value } = over(JSON.parse('{"training": {"__proto__": {"rate": 1}}}'));
    expect(Object.keys((value as { training: object }).training)).toContain('__proto__');
    expect(({} as { rate?: number }).rate).toBeUndefined();
  });
});

describe('origins', () => {
  it('name for each value the layer it came from', () => {
    const { origins } = over({ training: { rate: 9 } });
    expect(originOf(origins, ['training', 'rate'])).toEqual(set);
    expect(originOf(origins, ['training', 'size'])).toEqual(pipeline);
  });

  it('of a value that nobody set are the default’s, also after null', () => {
    expect(originOf(over({ training: null }).origins, ['training', 'rate'])).toEqual({ from: 'default' });
    expect(originOf(base.origins, ['seed'])).toEqual({ from: 'default' });
  });

  it('of what was inside a replaced union are forgotten', () => {
    const { origins } = over({ from: { type: 'hub', repo: 'r' } });
    expect(origins.has('from.path')).toBe(false);
    expect(originOf(origins, ['from', 'repo'])).toEqual(set);
  });
});
