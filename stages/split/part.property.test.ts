import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toConversation } from '../to-chat/conversation.ts';
import { part } from './part.ts';

// Few words, so that prompts often repeat, up to spacing and case too.
const prompt = fc
  .array(fc.constantFrom('Name', 'name', 'a', 'river', 'river?', 'long', '  ', '长江'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((words) => words.join(' '))
  .filter((text) => text.trim() !== '');
const row = fc
  .record({ instruction: prompt, output: fc.constantFrom('yes', 'no') })
  .map((source) => toConversation(source, undefined));
const options = fc.record({
  test: fc.oneof(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.integer({ min: 1, max: 20 })),
  seed: fc.nat(),
  stratify: fc.constantFrom('none' as const, 'tool' as const, 'turns' as const, 'length' as const),
  duplicates: fc.constantFrom('drop' as const, 'keep' as const, 'drop-similar' as const),
  nearDuplicates: fc.constantFrom(null, 0.5, 0.8, 1),
});

it('the halves share no prompt, and no row is lost unless it was counted as dropped', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), options, (rows, chosen) => {
      const { train, test, stats } = part(rows, chosen);
      const held = new Set(test.map(({ id }) => id));
      expect(train.filter(({ id }) => held.has(id))).toEqual([]);
      expect(train.length + test.length + stats.droppedDuplicates + stats.droppedSimilar).toBe(rows.length);
      if (chosen.test >= 1) expect(test.length).toBeLessThanOrEqual(chosen.test);
    }),
  );
});
