// Questions about numbers themselves: divisors, primes, fractions, bases, sequences, units.

const divisor = (left, right) => (right === 0 ? left : divisor(right, left % right));
const factors = (number) => {
  const found = [];
  for (let rest = number, candidate = 2; rest > 1; candidate += 1) {
    for (; rest % candidate === 0; rest /= candidate) found.push(candidate);
  }
  return found;
};

/** Decimal places that binary arithmetic adds are cut off; every quantity here has at most four. */
const tidy = (number) => String(Number(number.toFixed(4)));

const units = [
  ['千米', '米', 1000, [1.2, 3.5, 0.75, 12]],
  ['吨', '千克', 1000, [2.4, 0.35, 7, 1.08]],
  ['小时', '分钟', 60, [1.5, 2.25, 4, 0.4]],
  ['公顷', '平方米', 10000, [0.6, 2.5, 1.25]],
  ['升', '毫升', 1000, [0.33, 2.75, 1.6]],
  ['米', '厘米', 100, [1.78, 0.9, 3.05]],
  ['天', '小时', 24, [3, 5, 2.5]],
  ['斤', '克', 500, [3, 1.5, 0.8]],
  ['分钟', '秒', 60, [7, 2.5, 12]],
  ['平方米', '平方分米', 100, [4.2, 0.85]],
  ['立方米', '升', 1000, [0.45, 2.6]],
  ['里', '米', 500, [6, 10, 25]],
  ['GB', 'MB', 1024, [2, 0.5, 8]],
  ['打', '个', 12, [5, 8, 15]],
];
const unitForms = [
  (value, from, to) => `${value} ${from}等于多少${to}？`,
  (value, from, to) => `请把 ${value} ${from}换算成${to}。`,
  (value, from, to) => `单位换算：${value} ${from} = ？${to}`,
];

/** @param {import('../random.mjs').Random} random */
export function numbers(random) {
  const rows = [];
  const add = (instruction, output, input = '') => rows.push({ instruction, input, output });

  units.forEach(([from, to, rate, values], index) => {
    values.forEach((value, offset) => {
      const form = unitForms[(index + offset) % unitForms.length];
      add(
        form(value, from, to),
        `1 ${from} = ${rate} ${to}，所以 ${value} ${from} = ${tidy(value * rate)} ${to}。`,
      );
    });
  });
  for (const celsius of [-10, 0, 15, 25, 37, 100]) {
    add(
      `气温（或体温、水温）${celsius} 摄氏度换成华氏度是多少？`,
      `华氏度 = 摄氏度 × 1.8 + 32 = ${tidy(celsius * 1.8)} + 32 = ${tidy(celsius * 1.8 + 32)}，即 ${tidy(celsius * 1.8 + 32)} °F。`,
    );
  }
  for (let count = 0; count < 9; count += 1) {
    const common = random.integer(3, 12);
    const [left, right] = random.sample([2, 3, 5, 7, 11], 2).map((prime) => prime * common);
    const greatest = divisor(left, right);
    add(
      `求 ${left} 和 ${right} 的最大公约数与最小公倍数。`,
      `${left} = ${factors(left).join(' × ')}，${right} = ${factors(right).join(' × ')}。最大公约数是 ${greatest}，最小公倍数是 ${(left * right) / greatest}。`,
    );
  }
  for (const number of random.sample([51, 53, 57, 59, 71, 87, 91, 97, 101, 111, 113, 119, 127, 133], 9)) {
    const parts = factors(number);
    add(
      `${number} 是质数吗？说明理由。`,
      parts.length === 1
        ? `${number} 是质数：用不超过它平方根的质数逐个试除，都除不尽。`
        : `${number} 不是质数，因为 ${number} = ${parts.join(' × ')}。`,
    );
  }
  for (const number of random.sample([60, 72, 84, 90, 126, 150, 168, 210, 256, 360], 6)) {
    add(`把 ${number} 分解质因数。`, `${number} = ${factors(number).join(' × ')}`);
  }
  for (const number of random.sample([13, 22, 37, 45, 58, 76, 99, 100, 128, 255], 8)) {
    const base = random.pick([2, 8, 16]);
    const name = { 2: '二', 8: '八', 16: '十六' }[base];
    add(
      `十进制数 ${number} 写成${name}进制是什么？`,
      `${number} 的${name}进制表示是 ${number.toString(base).toUpperCase()}。`,
    );
  }
  for (let count = 0; count < 8; count += 1) {
    const [top, bottom, scale] = [random.integer(1, 6), random.integer(7, 11), random.integer(2, 9)];
    const shared = divisor(top, bottom);
    add(
      `化简分数 ${top * scale}/${bottom * scale}。`,
      `分子分母同除以 ${scale * shared}，得 ${top / shared}/${bottom / shared}。`,
    );
  }
  for (const [terms, next, rule] of [
    ['2, 5, 8, 11', 14, '每一项比前一项大 3'],
    ['3, 6, 12, 24', 48, '每一项是前一项的 2 倍'],
    ['1, 4, 9, 16', 25, '各项是 1、2、3、4 的平方'],
    ['1, 1, 2, 3, 5', 8, '从第三项起，每一项是前两项之和'],
    ['81, 27, 9, 3', 1, '每一项是前一项的三分之一'],
    ['100, 93, 86, 79', 72, '每一项比前一项小 7'],
    ['1, 3, 6, 10', 15, '相邻两项的差依次是 2、3、4，下一个差是 5'],
    ['2, 3, 5, 7, 11', 13, '这是从小到大的质数'],
    ['1, 8, 27, 64', 125, '各项是 1、2、3、4 的立方'],
    ['5, 10, 20, 40', 80, '每一项是前一项的 2 倍'],
  ]) {
    add('找规律，写出数列的下一项并说明规律。', `下一项是 ${next}。规律：${rule}。`, terms);
  }
  return rows;
}
