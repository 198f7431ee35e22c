// Dates. The calendar arithmetic is done in UTC days, so a time zone cannot move an answer.

import { inTurn } from '../random.mjs';

const weekdays = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'];
const animals = ['鼠', '牛', '虎', '兔', '龙', '蛇', '马', '羊', '猴', '鸡', '狗', '猪'];
const day = 86_400_000;
const date = (year, month, number) => new Date(Date.UTC(year, month - 1, number));
const written = (value) =>
  `${value.getUTCFullYear()} 年 ${value.getUTCMonth() + 1} 月 ${value.getUTCDate()} 日`;

/** @param {import('../random.mjs').Random} random */
export function calendar(random) {
  const rows = [];
  const add = (instruction, output, input = '') => rows.push({ instruction, input, output });

  const weekday = inTurn([
    (value, name) => [`${written(value)}是星期几？`, `${written(value)}是${name}。`],
    (value, name) => [`请算一算，${written(value)}那天是周几。`, `那天是${name}。`],
  ]);
  for (let count = 0; count < 10; count += 1) {
    const value = date(random.integer(1990, 2030), random.integer(1, 12), random.integer(1, 28));
    add(...weekday()(value, weekdays[value.getUTCDay()]));
  }
  for (let count = 0; count < 8; count += 1) {
    const start = date(random.integer(2020, 2027), random.integer(1, 12), random.integer(1, 28));
    const days = random.integer(20, 120);
    add(
      `从${written(start)}算起，再过 ${days} 天是哪一天？`,
      `是${written(new Date(start.getTime() + days * day))}。`,
    );
  }
  for (let count = 0; count < 8; count += 1) {
    const start = date(2026, random.integer(1, 6), random.integer(1, 28));
    const end = date(2026, random.integer(7, 12), random.integer(1, 28));
    add(
      '两个日期之间相差多少天？',
      `相差 ${(end.getTime() - start.getTime()) / day} 天。`,
      `${written(start)}\n${written(end)}`,
    );
  }
  for (const year of [1900, 1996, 2000, 2018, 2024, 2100, 2028]) {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const reason =
      year % 400 === 0
        ? '能被 400 整除'
        : year % 100 === 0
          ? '能被 100 整除但不能被 400 整除'
          : year % 4 === 0
            ? '能被 4 整除且不能被 100 整除'
            : '不能被 4 整除';
    add(
      `${year} 年是闰年还是平年？为什么？`,
      `${year} 年${reason}，所以是${leap ? '闰年' : '平年'}，二月有 ${leap ? 29 : 28} 天。`,
    );
  }
  for (const year of [1985, 1992, 1999, 2003, 2008, 2015, 2020, 2026]) {
    add(
      `农历${year}年的生肖是什么？`.replace('农历', '农历 ').replace('年的', ' 年的'),
      `${year} 年的生肖是${animals[(year - 4) % 12]}（从春节起算）。`,
    );
  }
  for (const [clock, minutes] of [
    ['上午 9:40', 95],
    ['下午 1:15', 50],
    ['晚上 10:30', 45],
    ['上午 7:05', 130],
    ['下午 3:50', 85],
  ]) {
    const [, part, hour, minute] = /^(..) (\d+):(\d+)$/.exec(clock) ?? [];
    const total = (Number(hour) + (part === '上午' ? 0 : 12)) * 60 + Number(minute) + minutes;
    const ends = `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
    add(
      `活动${clock} 开始，持续 ${minutes} 分钟，几点结束？用 24 小时制回答。`,
      `${minutes} 分钟是 ${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分钟，活动在 ${ends} 结束。`,
    );
  }
  for (const [format, show] of [
    ['YYYY-MM-DD', (value) => value.toISOString().slice(0, 10)],
    ['YYYY/MM/DD', (value) => value.toISOString().slice(0, 10).replaceAll('-', '/')],
    ['DD.MM.YYYY', (value) => value.toISOString().slice(0, 10).split('-').reverse().join('.')],
  ]) {
    for (let count = 0; count < 3; count += 1) {
      const value = date(random.integer(2015, 2030), random.integer(1, 12), random.integer(1, 28));
      add(`把日期写成 ${format} 的格式，只输出结果。`, show(value), written(value));
    }
  }
  return rows;
}
