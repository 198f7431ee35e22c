import { expect, test } from 'vitest';
import { leadingSentence } from './description.js';

test.each([
  ['a comment on one line', '/** Trains a model. Then more. */\ncode();', 'Trains a model.'],
  [
    'a paragraph over several lines',
    '/**\n * Trains a model\n * on rows.\n * More.\n */',
    'Trains a model on rows.',
  ],
  ['a full stop inside a name', '/** GLM-4.5 learns v1.2 of it! Yes. */', 'GLM-4.5 learns v1.2 of it!'],
  ['a Chinese sentence, which no space follows', '/** 微调模型。然后评估。 */', '微调模型。'],
  ['a paragraph without a full stop', '/**\n * A title\n *\n * Text.\n */', 'A title'],
  ['a tag after the text', '/**\n * What it does\n * @packageDocumentation\n */', 'What it does'],
  ['a shebang and a line comment before it', '#!/usr/bin/env node\n// licence\n\n/** Trains. */', 'Trains.'],
])('%s is read', (_title, source, sentence) => {
  expect(leadingSentence(source)).toBe(sentence);
});

test.each([
  ['no comment', 'code();'],
  ['an empty one', '/** */ code();'],
  ['one that is no doc comment', '/* Trains. */ code();'],
  ['one that belongs to a statement further down', 'import "a";\n/** Trains. */\nconst a = 1;'],
])('%s is no description', (_title, source) => {
  expect(leadingSentence(source)).toBeUndefined();
});
