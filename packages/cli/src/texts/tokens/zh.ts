import { count, type TokensTexts } from './en.ts';

/** 分词结果预览的中文文本。 */
export const tokensChinese: TokensTexts = {
  template: (name, rows) =>
    name === 'original'
      ? '使用模型自带的对话模板，它标出了回答'
      : `使用模板 ${name}${rows === 0 ? '' : `，在全部 ${count(rows)} 行上与模型自带的模板一致`}`,
  end: (token, rows, of, stops) =>
    `${count(of)} 行完整的行里${rows === of ? '全部' : `有 ${count(rows)} 行`}教模型以 ${token} 结尾，${
      stops === null ? '而模型没有说明生成在哪些词元处停下' : `生成${stops ? '' : '不'}在它那里停下`
    }`,
  train: '训练',
  test: '测试',
  rows: '行数',
  dropped: (length) => `丢弃：前 ${count(length)} 个词元内没有回答`,
  cut: (length) => `截断：超过 ${count(length)} 个词元`,
  tokens: '词元',
  learned: '其中学习',
  middle: '半数短于',
  most: '95 % 短于',
  longest: '最长',
  language: (name) => ({ chinese: '中文', latin: '拉丁字母', mixed: '混合', other: '其他' })[name] ?? name,
  histogram: '训练行的词元数',
  histogramCut: '截断',
  histogramCutFrom: (length) => `从 ${count(length)} 起截断`,
  findings: '值得一看',
  nothingFound: '无：没有重复、空白或异常的行，也没有未填的花括号',
  finding: (split, rows, what) => `${split}：${count(rows)} 行${what}`,
  placed: (id, line) => `${id}，第 ${count(line)} 行`,
  found: {
    dropped: '在上限之内没有回答，已丢弃',
    repeatedPrompts: '的提示前面已有',
    emptyAnswers: '的回答为空',
    echoedPrompts: '的回答就是提示',
    unfilledBraces: '有未填的花括号',
    repeatedCharacters: '把一个字符重复了 20 次以上',
    replacementCharacters: '含有编码错误留下的 �',
    specialTokensInText: '的文本里写着特殊词元',
  },
  samples: (shown, of) => `${count(of)} 个样本中的 ${count(shown)} 个；学习的部分已标出`,
  sample: (split, tokens, truncated) => `${split}，${count(tokens)} 个词元${truncated ? '，已截断' : ''}`,
  more: (lines) => `…… 还有 ${count(lines)} 行`,
  moreSamples: (command) => `全部：${command}`,
};
