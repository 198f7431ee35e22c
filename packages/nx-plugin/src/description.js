// @ts-check
'use strict';

/**
 * The first sentence of a source file's leading doc comment, for `nx show project pipelines`.
 *
 * Only what stands before the first statement counts, so that the comment of a constant is not mistaken for the
 * file's own. The file is not parsed: this runs for every command that Nx is given.
 *
 * @param {string} source
 * @returns {string | undefined}
 */
function leadingSentence(source) {
  const beginning = /^\uFEFF?(?:#!.*\n)?(?:\s|\/\/.*\n)*\/\*\*([\s\S]*?)\*\//.exec(source);
  if (beginning?.[1] === undefined) return undefined;
  const text = beginning[1]
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd())
    .join('\n')
    .trim();
  // A blank line or a tag ends the paragraph; a full stop ends the sentence when space follows it ("GLM-4.5" goes
  // on), a Chinese one always does.
  const paragraph = (text.split(/\n\s*\n|\n?@\w/)[0] ?? '').replace(/\s+/g, ' ').trim();
  const sentence = /^.*?(?:[.!?](?=\s|$)|[。！？])/.exec(paragraph)?.[0] ?? paragraph;
  return sentence === '' ? undefined : sentence;
}

module.exports = { leadingSentence };
