// Word problems. Every scene draws its numbers so that the answer is whole (or has at most two decimals) and shows the
// steps that lead to it.

import { inTurn } from '../random.mjs';

const people = [
  '小明',
  '丽丽',
  '王老师',
  '张叔叔',
  '阿雅',
  '李阿姨',
  '陈浩',
  '小雨',
  '外婆',
  '赵工',
  '晓彤',
  '老周',
];
const goods = [
  ['笔记本', '本', 4, 9],
  ['苹果', '斤', 5, 9],
  ['电影票', '张', 35, 60],
  ['毛巾', '条', 8, 18],
  ['水杯', '个', 12, 30],
  ['地铁卡套', '个', 3, 8],
  ['多肉植物', '盆', 6, 15],
  ['羽毛球', '只', 2, 6],
  ['牛奶', '盒', 3, 7],
  ['颜料', '支', 5, 11],
];
const vehicles = [
  ['一辆客车', 50, 90, ['县城', '机场', '邻市']],
  ['一列高铁', 220, 310, ['省城', '海滨城市', '首都']],
  ['一艘游船', 12, 25, ['对岸的码头', '湖心岛']],
  ['一位骑行者', 12, 22, ['景区', '大学城', '水库']],
  ['一辆货车', 40, 75, ['物流中心', '工业园', '港口']],
  ['一架无人机', 30, 60, ['山顶的观测站', '林场']],
];

/** @type {((random: import('../random.mjs').Random) => [string, string])[]} */
const scenes = [
  function shopping(random) {
    const [who] = random.sample(people, 1);
    const [[thing, unit, low, high], [other, otherUnit, otherLow, otherHigh]] = random.sample(goods, 2);
    const [price, otherPrice, count, otherCount] = [
      random.integer(low, high),
      random.integer(otherLow, otherHigh),
      random.integer(2, 7),
      random.integer(2, 6),
    ];
    const total = price * count + otherPrice * otherCount;
    return [
      `${who}买了 ${count} ${unit}${thing}和 ${otherCount} ${otherUnit}${other}，${thing}每${unit} ${price} 元，${other}每${otherUnit} ${otherPrice} 元。一共花了多少钱？`,
      `${thing}：${count} × ${price} = ${count * price}（元）\n${other}：${otherCount} × ${otherPrice} = ${otherCount * otherPrice}（元）\n合计：${count * price} + ${otherCount * otherPrice} = ${total}（元）\n答：一共花了 ${total} 元。`,
    ];
  },
  function change(random) {
    const who = random.pick(people);
    const [thing, unit, low, high] = random.pick(goods);
    const [price, count] = [random.integer(low, high), random.integer(2, 9)];
    const paid = Math.ceil((price * count + 1) / 50) * 50;
    return [
      `${thing}的单价是 ${price} 元，${who}要买 ${count} ${unit}，付给收银员 ${paid} 元，应找回多少元？`,
      `先算总价：${price} × ${count} = ${price * count} 元；再算找零：${paid} - ${price * count} = ${paid - price * count} 元。所以应找回 ${paid - price * count} 元。`,
    ];
  },
  function distance(random) {
    const [what, low, high, places] = random.pick(vehicles);
    const [speed, hours, place] = [random.integer(low, high), random.integer(2, 5), random.pick(places)];
    return [
      `${what}以每小时 ${speed} 千米的速度开往${place}，${hours} 小时后到达。求这段路程的长度。`,
      `路程 = 速度 × 时间 = ${speed} × ${hours} = ${speed * hours}（千米）。这段路程长 ${speed * hours} 千米。`,
    ];
  },
  function meeting(random) {
    const [fast, slow, hours] = [random.integer(55, 80), random.integer(35, 54), random.integer(2, 6)];
    const far = (fast + slow) * hours;
    return [
      `甲、乙两地相距 ${far} 千米，两辆汽车同时从两地相向开出，速度分别是每小时 ${fast} 千米和 ${slow} 千米，几小时后相遇？`,
      `两车每小时一共靠近 ${fast} + ${slow} = ${fast + slow} 千米，${far} ÷ ${fast + slow} = ${hours}，所以 ${hours} 小时后相遇。`,
    ];
  },
  function rectangle(random) {
    const [length, width] = [random.integer(9, 40), random.integer(3, 8)];
    const field = random.pick(['菜地', '游泳池', '操场', '画框', '停车场', '会议室']);
    return [
      `一个长方形${field}长 ${length} 米、宽 ${width} 米，它的周长和面积各是多少？`,
      `周长：(${length} + ${width}) × 2 = ${(length + width) * 2} 米。\n面积：${length} × ${width} = ${length * width} 平方米。`,
    ];
  },
  function sharing(random) {
    const [each, persons, rest] = [random.integer(4, 15), random.integer(5, 12), random.integer(1, 4)];
    const total = each * persons + rest;
    const [thing, unit] = random.pick([
      ['糖果', '颗'],
      ['贴纸', '张'],
      ['乒乓球', '个'],
      ['核桃', '个'],
      ['彩笔', '支'],
      ['书签', '枚'],
    ]);
    return [
      `把 ${total} ${unit}${thing}平均分给 ${persons} 个小朋友，每人最多分到几${unit}，还剩几${unit}？`,
      `${total} ÷ ${persons} = ${each} …… ${rest}。每人分到 ${each} ${unit}，还剩 ${rest} ${unit}。`,
    ];
  },
  function discount(random) {
    const price = random.integer(6, 40) * 20;
    const tenths = random.integer(5, 9);
    const thing = random.pick(['外套', '台灯', '背包', '耳机', '书架', '电饭煲', '跑鞋', '行李箱']);
    return [
      `一件商品（${thing}）原价 ${price} 元，现在打${'五六七八九'[tenths - 5]}折出售，现价多少元？比原价便宜多少元？`,
      `打${'五六七八九'[tenths - 5]}折就是按原价的 ${tenths * 10}% 出售：${price} × ${tenths * 10}% = ${(price * tenths) / 10} 元，便宜了 ${price} - ${(price * tenths) / 10} = ${price - (price * tenths) / 10} 元。`,
    ];
  },
  function average(random) {
    const mean = random.integer(68, 85);
    const [first, second] = [random.integer(1, 7), random.integer(1, 7)];
    const scores = random.shuffle([mean - first, mean + first + second, mean - second, mean]);
    const who = random.pick(people);
    return [
      `${who}四次测验的成绩是 ${scores.join('、')} 分，平均分是多少？`,
      `总分：${scores.join(' + ')} = ${mean * 4}，平均分：${mean * 4} ÷ 4 = ${mean} 分。`,
    ];
  },
  function ages(random) {
    const [child, times, years] = [random.integer(4, 9), random.integer(4, 6), random.integer(3, 9)];
    return [
      `儿子今年 ${child} 岁，爸爸的年龄是他的 ${times} 倍。${years} 年后两人的年龄之和是多少？`,
      `爸爸今年 ${child} × ${times} = ${child * times} 岁，两人今年共 ${child + child * times} 岁。${years} 年后每人都长 ${years} 岁，所以是 ${child + child * times} + ${years} × 2 = ${child + child * times + years * 2} 岁。`,
    ];
  },
  function cage(random) {
    const [chickens, rabbits] = [random.integer(4, 16), random.integer(3, 14)];
    const [heads, feet] = [chickens + rabbits, chickens * 2 + rabbits * 4];
    return [
      `笼子里有鸡和兔共 ${heads} 只，数一数共有 ${feet} 只脚。鸡和兔各有几只？`,
      `假设全是鸡，应有 ${heads} × 2 = ${heads * 2} 只脚，比实际少 ${feet} - ${heads * 2} = ${feet - heads * 2} 只。每把一只鸡换成兔就多 2 只脚，所以兔有 ${feet - heads * 2} ÷ 2 = ${rabbits} 只，鸡有 ${heads} - ${rabbits} = ${chickens} 只。`,
    ];
  },
  function trees(random) {
    const [gap, pieces] = [random.integer(3, 12), random.integer(12, 40)];
    const what = random.pick(['银杏', '路灯', '垂柳', '指示牌', '樱花树']);
    const unit = what === '路灯' ? '盏' : what === '指示牌' ? '块' : '棵';
    return [
      `在一条 ${gap * pieces} 米长的小路一侧安排${what}，两端都要有，每隔 ${gap} 米一${unit}，共需要多少${unit}？`,
      `间隔数：${gap * pieces} ÷ ${gap} = ${pieces}。两端都有时，数量比间隔数多 1，所以共需要 ${pieces + 1} ${unit}。`,
    ];
  },
  function workRate(random) {
    const [first, second, together] = random.pick([
      [6, 3, 2],
      [12, 6, 4],
      [12, 4, 3],
      [15, 10, 6],
      [20, 5, 4],
      [30, 20, 12],
      [24, 8, 6],
      [20, 30, 12],
      [18, 9, 6],
      [10, 15, 6],
      [28, 21, 12],
      [36, 18, 12],
      [40, 10, 8],
      [60, 40, 24],
    ]);
    const task = random.pick([
      '录入一批档案',
      '粉刷一间教室',
      '装配一批机器',
      '修整一块草坪',
      '翻译一本小册子',
      '清点一座仓库',
    ]);
    const unit = random.pick(['小时', '天']);
    return [
      `${task}，甲单独做要 ${first} ${unit}，乙单独做要 ${second} ${unit}，两人合作要多久？`,
      `把任务看作 1，甲每${unit === '天' ? '天' : '小时'}做 1/${first}，乙做 1/${second}，合作的时间是 1 ÷ (1/${first} + 1/${second}) = ${together} ${unit}。`,
    ];
  },
  function ratio(random) {
    const [left, right] = random.pick([
      [2, 3],
      [1, 4],
      [3, 5],
      [4, 5],
      [2, 7],
      [3, 7],
      [5, 6],
    ]);
    const part = random.integer(6, 45);
    const [mixture, one, other] = random.pick([
      ['果汁', '浓缩液', '水'],
      ['混凝土', '水泥', '沙子'],
      ['饲料', '豆粕', '玉米'],
      ['合唱队', '男生', '女生'],
      ['消毒液', '原液', '清水'],
    ]);
    const unit = mixture === '合唱队' ? '人' : mixture === '混凝土' || mixture === '饲料' ? '千克' : '毫升';
    const total = (left + right) * part;
    return [
      `某${mixture}中${one}与${other}的比是 ${left}:${right}，总量是 ${total} ${unit}，${one}和${other}各有多少${unit}？`,
      `总份数 ${left} + ${right} = ${left + right}，每份 ${total} ÷ ${left + right} = ${part} ${unit}。${one}有 ${part * left} ${unit}，${other}有 ${part * right} ${unit}。`,
    ];
  },
  function growth(random) {
    const base = random.integer(4, 30) * 100;
    const percent = random.pick([5, 8, 10, 12, 15, 20, 25, 30]);
    const what = random.pick([
      '某书店四月的销量',
      '图书馆上周的借阅量',
      '农场去年的产量',
      '网站昨天的访问量',
      '社区活动首日的人数',
    ]);
    return [
      `${what}是 ${base}，之后增加了 ${percent}%，增加后的数值是多少？`,
      `增加的部分是 ${base} × ${percent}% = ${(base * percent) / 100}，增加后是 ${base} + ${(base * percent) / 100} = ${base + (base * percent) / 100}。`,
    ];
  },
];

const asks = [
  '',
  '',
  '',
  '请解下面的应用题。',
  '读题并给出计算过程。',
  '这道题怎么算？请写出步骤。',
  '帮我算一下。',
];

/** @param {import('../random.mjs').Random} random */
export function arithmetic(random) {
  const ask = inTurn(asks);
  return scenes.flatMap((scene) =>
    Array.from({ length: 7 }, () => {
      const [problem, output] = scene(random);
      const instruction = ask();
      return instruction === ''
        ? { instruction: problem, input: '', output }
        : { instruction, input: problem, output };
    }),
  );
}
