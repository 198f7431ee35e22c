import { describe, expect, it } from 'vitest';
import { createSets } from './sets.ts';
import { areSimilar, grams, similarPairs } from './similarity.ts';

/** The definition, without hashes. */
function jaccard(left: string, right: string): number {
  const of = (text: string) =>
    new Set(Array.from({ length: Math.max(1, text.length - 2) }, (_, at) => text.slice(at, at + 3)));
  const [one, other] = [of(left), of(right)];
  const shared = [...one].filter((gram) => other.has(gram)).length;
  return shared / (one.size + other.size - shared);
}

const sentence = (seed: number) =>
  Array.from({ length: 12 }, (_, at) => ((seed + 7) * (at + 3) * 7919) % 9973).join(' word ');

describe('areSimilar', () => {
  it.each([
    ['the same text', 'the same text'],
    ['一条完全不同的句子', 'nothing in common'],
    ['the quick brown fox jumps over the dog', 'the quick brown fox jumped over the dog'],
    ['ab', 'ab'],
    ['ab', 'abc'],
    ['aaaaaaaaaaaaaaaa', 'aaaaaaa'],
  ])('compares %j and %j by their Jaccard index', (left, right) => {
    const index = jaccard(left, right);
    expect(areSimilar(grams(left), grams(right), index)).toBe(true);
    expect(areSimilar(grams(left), grams(right), index + 1e-9)).toBe(false);
  });
});

describe('similarPairs', () => {
  it('finds each text changed in one place among two hundred that are not alike', () => {
    const texts = Array.from({ length: 200 }, (_, index) => sentence(index));
    const changed = texts.slice(0, 50).map((text) => `${text}!`);
    const found = new Set([...similarPairs([...texts, ...changed], 0.9)].map((pair) => pair.join()));
    for (let index = 0; index < 50; index++) expect(found).toContain(`${index},${200 + index}`);
  });

  it('finds only pairs that are as similar as was asked', () => {
    const texts = Array.from({ length: 60 }, (_, index) => `${sentence(index % 20)} and ${sentence(index)}`);
    for (const threshold of [0.3, 0.6, 0.8]) {
      for (const [left, right] of similarPairs(texts, threshold)) {
        expect(jaccard(texts[left] ?? '', texts[right] ?? '')).toBeGreaterThanOrEqual(threshold);
      }
    }
  });

  it('connects what is alike among rows that fill in one form, all of which share buckets', () => {
    const names = ['Anna', 'Bert', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Greta', 'Hiro', 'Ines', 'Jonas'];
    const places = ['Paris', 'London', 'Berlin', 'Madrid', 'Lisbon', 'Vienna', 'Prague', 'Warsaw', 'Athens'];
    const texts = Array.from(
      { length: 500 },
      (_, at) =>
        `please write a short story about ${String(names[(at * 7) % 10])} who lives in ${String(places[(at * 5) % 9])} ` +
        `and meets ${String(names[(at * 3 + Math.floor(at / 10)) % 10])} on day ${String((at * 7919) % 997)}`,
    );
    const threshold = 0.85;
    const sets = createSets(texts.length);
    for (const [left, right] of similarPairs(texts, threshold)) sets.join(left, right);
    const all = texts.map(grams);
    const missed = all.flatMap((one, left) =>
      all.flatMap((other, right) =>
        left < right && sets.find(left) !== sets.find(right) && areSimilar(one, other, threshold)
          ? [`${String(texts[left])} | ${String(texts[right])}`]
          : [],
      ),
    );
    expect(missed).toEqual([]);
  });
});
