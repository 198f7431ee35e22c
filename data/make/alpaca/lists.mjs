// Lists and tables: sorting, counting, filtering, turning one notation into another. Answers are computed from the items.

const words = [
  '柠檬',
  '核桃',
  '蜂蜜',
  '芝麻',
  '红枣',
  '绿豆',
  '花椒',
  '海带',
  '香菇',
  '莲子',
  '木耳',
  '枸杞',
];
const rivers = [
  ['长江', 6300],
  ['黄河', 5464],
  ['珠江', 2320],
  ['松花江', 1927],
  ['淮河', 1000],
];
const planets = ['水星', '金星', '地球', '火星', '木星', '土星', '天王星', '海王星'];
const dynasties = ['秦', '汉', '隋', '唐', '宋', '元', '明', '清'];
const students = ['安然', '白露', '程远', '杜若', '方舟', '顾盼', '韩冰', '江帆', '柯岩', '陆离'];
const subjects = ['语文', '数学', '英语', '科学', '美术', '音乐'];

/** @param {import('../random.mjs').Random} random */
export function lists(random) {
  const rows = [];
  const add = (instruction, input, output) => rows.push({ instruction, input, output });

  for (let count = 0; count < 8; count += 1) {
    const numbers = random.sample(
      Array.from({ length: 90 }, (_, index) => index + 10),
      6,
    );
    const rising = count % 2 === 0;
    const sorted = [...numbers].sort((left, right) => (rising ? left - right : right - left));
    add(`把这些数${rising ? '从小到大' : '从大到小'}排列。`, numbers.join('、'), sorted.join('、'));
  }
  for (let count = 0; count < 6; count += 1) {
    const numbers = Array.from({ length: 7 }, () => random.integer(1, 60));
    add(
      '求这组数的最大值、最小值和总和。',
      numbers.join(', '),
      `最大值 ${Math.max(...numbers)}，最小值 ${Math.min(...numbers)}，总和 ${numbers.reduce((sum, number) => sum + number, 0)}。`,
    );
  }
  for (let count = 0; count < 5; count += 1) {
    const some = random.sample(words, 4);
    const list = random.shuffle([...some, some[0], some[1]]);
    add('去掉列表里重复的词，保持第一次出现的顺序。', list.join('、'), [...new Set(list)].join('、'));
  }
  for (let count = 0; count < 5; count += 1) {
    const list = Array.from({ length: 8 }, () => random.pick(words.slice(count, count + 3)));
    const seen = [...new Set(list)];
    add(
      '统计每个词出现的次数，用 JSON 表示。',
      list.join(' '),
      `{${seen.map((word) => `"${word}": ${list.filter((other) => other === word).length}`).join(', ')}}`,
    );
  }
  for (let count = 0; count < 4; count += 1) {
    const some = random.sample(rivers, 4);
    add(
      '按长度从长到短排列这些河流。',
      some.map(([name]) => name).join('、'),
      [...some]
        .sort((left, right) => right[1] - left[1])
        .map(([name]) => name)
        .join('、'),
    );
  }
  for (const [what, order] of [
    ['按离太阳由近到远排列这些行星。', planets],
    ['按时间先后排列这些朝代。', dynasties],
  ]) {
    for (let count = 0; count < 4; count += 1) {
      const some = random.sample(order, 4);
      add(what, some.join('、'), order.filter((name) => some.includes(name)).join('、'));
    }
  }
  for (let count = 0; count < 6; count += 1) {
    const people = random.sample(students, 3);
    const [left, right] = random.sample(subjects, 2);
    const table = people.map((name) => [name, random.integer(70, 100), random.integer(70, 100)]);
    const text = [`姓名,${left},${right}`, ...table.map((cells) => cells.join(','))].join('\n');
    if (count % 2 === 0) {
      add(
        '把下面的 CSV 转成 Markdown 表格。',
        text,
        [
          `| 姓名 | ${left} | ${right} |`,
          '| --- | --- | --- |',
          ...table.map((cells) => `| ${cells.join(' | ')} |`),
        ].join('\n'),
      );
    } else {
      add(
        '根据成绩表算出每个人的总分。',
        text,
        table.map(([name, first, second]) => `${name}：${first} + ${second} = ${first + second}`).join('\n'),
      );
    }
  }
  for (let count = 0; count < 6; count += 1) {
    const people = random.sample(students, 4).map((name) => [name, random.integer(8, 15)]);
    const limit = random.integer(10, 13);
    const chosen = people.filter(([, age]) => age >= limit).map(([name]) => name);
    add(
      `从名单中选出年满 ${limit} 岁的人，用顿号隔开；没有就写“无”。`,
      people.map(([name, age]) => `${name} ${age} 岁`).join('；'),
      chosen.length === 0 ? '无' : chosen.join('、'),
    );
  }
  for (let count = 0; count < 4; count += 1) {
    const some = random.sample(words, 4);
    add(
      '把列表改写成 JSON 数组。',
      some.map((word) => `- ${word}`).join('\n'),
      `[${some.map((word) => `"${word}"`).join(', ')}]`,
    );
  }
  for (let count = 0; count < 4; count += 1) {
    const pairs = random.sample(students, 3).map((name) => [name, random.pick(subjects)]);
    add(
      '把“键: 值”形式的文字转换为 JSON 对象。',
      pairs.map((pair) => pair.join(': ')).join('\n'),
      `{${pairs.map(([key, value]) => `"${key}": "${value}"`).join(', ')}}`,
    );
  }
  return rows;
}
