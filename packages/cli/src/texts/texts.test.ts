import { describe, expect, it } from 'vitest';
import { createProgram } from '../program.ts';
import { textsOf } from './catalogue.ts';
import { doctorEnglish } from './doctor/en.ts';
import { doctorChinese } from './doctor/zh.ts';
import { english } from './en.ts';
import { createSay } from './say.ts';
import { tokensEnglish } from './tokens/en.ts';
import { tokensChinese } from './tokens/zh.ts';
import { chinese } from './zh.ts';
import { chinesePhrases } from './zh-phrases.ts';

const han = /\p{Script=Han}/u;

/** Every text of a catalogue by its path; functions are called with words that stand for anything. */
function textsIn(catalogue: object, path = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue) as [string, unknown][]) {
    const name = `${path}${key}`;
    if (typeof value === 'string') found.set(name, value);
    else if (typeof value === 'function') {
      const given = Array.from({ length: value.length }, () => 7);
      try {
        found.set(name, String((value as (...words: readonly unknown[]) => unknown)(...given)));
      } catch {
        // It takes facts and no words; that it is there in both languages is compared all the same.
        found.set(name, '');
      }
    } else if (typeof value === 'object' && value !== null)
      for (const [inner, text] of textsIn(value, `${name}.`)) found.set(inner, text);
  }
  return found;
}

describe.each([
  ['the texts', english, chinese],
  ['the texts of temper doctor', doctorEnglish, doctorChinese],
  ['the texts of the preview of tokenized rows', tokensEnglish, tokensChinese],
] as const)('%s', (_, inEnglish, inChinese) => {
  it('are the same ones in both languages', () => {
    expect([...textsIn(inChinese).keys()].sort()).toEqual([...textsIn(inEnglish).keys()].sort());
  });

  it('say in Chinese what is said in English', () => {
    const chineseTexts = textsIn(inChinese);
    // A command to type is the same in every language.
    const sentences = [...textsIn(inEnglish)].filter(
      ([, text]) => /[a-z]{3,} [a-z]{2,}/.test(text) && !text.startsWith('temper '),
    );
    const untranslated = sentences.filter(([name]) => !han.test(chineseTexts.get(name) ?? ''));
    expect(sentences.length).toBeGreaterThan(15);
    expect(untranslated).toEqual([]);
  });

  it('hold no Chinese in English', () => {
    expect([...textsIn(inEnglish)].filter(([, text]) => han.test(text))).toEqual([]);
  });
});

describe('sentences from below the command', () => {
  it('are found as they stand, and by their form', () => {
    const { say } = chinese;
    expect(say('first run')).toBe('首次运行');
    expect(say('there is no step `lora` in this pipeline')).toBe('这条流水线没有步骤 `lora`');
    expect(say('nothing that anybody has translated')).toBe('nothing that anybody has translated');
    expect(english.say('first run')).toBe('first run');
  });

  it('are found inside of each other', () => {
    const { say } = chinese;
    expect(say('input train because split ran')).toBe('输入 train，因为 split 运行过');
    expect(say('input train: changed because split ran')).toBe('输入 train 变了，因为 split 运行过');
    expect(say('code: mean() in stages/evaluate/figures.py')).toBe(
      '代码：stages/evaluate/figures.py 里的 mean()',
    );
    expect(say('train is outside the selection and not up to date: first run')).toBe(
      'train 在所选范围之外，且不是最新：首次运行',
    );
  });

  it.each([
    [
      'load-rows failed: 2 of 9 rows of a.csv do not fit the alpaca format',
      'load-rows 失败：a.csv 的 9 行中有 2 行不合 alpaca 格式',
    ],
    [
      'load-weights failed: hub.test answers 503 for config.json (tried 6 times)',
      'load-weights 失败：hub.test 对 config.json 回答 503（试了 6 次）',
    ],
    [
      'row 1: conversations: takes at least 2 items, not 1',
      '第 1 行：conversations：应为至少 2 项，而不是 1',
    ],
    [
      'load-weights: The hub knows no model team/none, or it is private',
      'load-weights：模型站没有模型 team/none，或者它是私有的',
    ],
    [
      'load-weights: hub.test cannot be reached: connect ECONNREFUSED',
      'load-weights：连不上 hub.test：connect ECONNREFUSED',
    ],
    [
      'load-rows failed: rows.csv:2:1: row 1 has a quote that is not closed',
      'load-rows 失败：rows.csv:2:1：第 1 行有一个引号没有收尾',
    ],
    ['row 1: the call is not JSON', '第 1 行：调用不是 JSON'],
    ['rows.jsonl:2:32: row 2: the line ends within a value', 'rows.jsonl:2:32：第 2 行：行在值的中间断了'],
    [
      'row 1: its call of f does not fit the function\'s schema: x: takes a number, not "one"',
      '第 1 行：它对 f 的调用不合函数的规格：x：应为数字，而不是 "one"',
    ],
  ])('%s is found behind what it is about', (english, translated) => {
    expect(chinese.say(english)).toBe(translated);
  });

  it('are found line by line, with the figures before them', () => {
    expect(
      chinese.say(
        'p needs a GPU with about 20.0 GiB, and this machine has no GPU\n      17.5 GiB  weights (bf16)',
      ),
    ).toBe('p 需要约 20.0 GiB 的 GPU，而这台机器没有 GPU\n      17.5 GiB  权重（bf16）');
  });

  it('say why a longer training cannot go on from a shorter one', () => {
    const reason = 'with `evaluation.earlyStopping` its length is not what was asked for';
    expect(chinese.say(`cannot go on from epochs 3 (run 4): ${reason}`)).toBe(
      '不能从 3 轮（第 4 次运行） 接着训练：使用 `evaluation.earlyStopping` 时，长度不等于所要求的',
    );
  });

  it('keep what was put in, in another order too', () => {
    const say = createSay(() => ({ '{} of {} is gone': '{2} 的 {1} 没有了', '{} is gone': '没有 {} 了' }));
    expect(say('b of a is gone')).toBe('a 的 b 没有了');
    expect(say('a (of $1) is gone')).toBe('没有 a (of $1) 了');
  });

  it('lose nothing that was put in', () => {
    for (const [form, translation] of Object.entries(chinesePhrases())) {
      const places = form.split(/\{(?:word)?\}/).length - 1;
      const taken = [...translation.matchAll(/\{(\d?)\}/g)].map(([, number], index) =>
        number === '' ? index + 1 : Number(number),
      );
      // `no such file` and the like say nothing that the place before them does not.
      expect(
        taken.every((place) => place >= 1 && place <= places),
        form,
      ).toBe(true);
      expect(new Set(taken).size, form).toBeGreaterThanOrEqual(Math.max(0, places - 1));
    }
  });

  it('are known for what help shows', () => {
    const shown = createProgram(textsOf('en')).commander.commands.flatMap((command) => [
      command.description(),
      ...command.options.map((option) => option.description),
      ...command.registeredArguments.map((argument) => argument.description),
    ]);
    expect(shown.length).toBeGreaterThan(40);
    // As they stand: by a form, a sentence of several parts would come out in pieces.
    const phrases = chinesePhrases();
    const unknown = shown.filter((text) => /[a-z]{2}/.test(text) && phrases[text] === undefined);
    expect(unknown).toEqual([]);
  });
});
