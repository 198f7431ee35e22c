// From prose to JSON. The sentence and the object are made from the same record, so every value can be found in the text.

const names = [
  '陈思远',
  '林晓岚',
  '周子涵',
  '吴国栋',
  '郑雅琴',
  '孙一鸣',
  '何静怡',
  '许文博',
  '沈佳宁',
  '曹立新',
  '彭雨桐',
  '袁浩然',
  '邓慧敏',
  '萧振宇',
];
const cities = [
  '厦门',
  '苏州',
  '青岛',
  '昆明',
  '哈尔滨',
  '桂林',
  '大连',
  '洛阳',
  '绍兴',
  '银川',
  '珠海',
  '宜昌',
];
const jobs = [
  '护士',
  '平面设计师',
  '高中物理教师',
  '消防员',
  '数据分析师',
  '园艺师',
  '公交司机',
  '律师',
  '面包师',
  '土木工程师',
  '记者',
  '药剂师',
];
const products = [
  ['蓝牙音箱', 159],
  ['保温杯', 68],
  ['机械键盘', 329],
  ['瑜伽垫', 85],
  ['护眼台灯', 139],
  ['登山杖', 96],
  ['空气炸锅', 279],
  ['雨伞', 45],
  ['双肩包', 188],
  ['电动牙刷', 129],
];
const events = [
  '新书分享会',
  '机器人比赛',
  '社区义诊',
  '秋季运动会',
  '摄影展',
  '消防演练',
  '招聘宣讲会',
  '亲子烘焙课',
  '古琴音乐会',
  '校友返校日',
];
const halls = [
  '三号报告厅',
  '体育馆北门',
  '市图书馆二楼',
  '文化广场',
  '第一会议室',
  '湖边草坪',
  '学生活动中心',
  '科技馆一层',
];
const json = (value) => JSON.stringify(value, null, 0).replaceAll('":', '": ').replaceAll(',"', ', "');

/** @param {import('../random.mjs').Random} random */
const makers = {
  person(random) {
    const [name, city, job] = [random.pick(names), random.pick(cities), random.pick(jobs)];
    const age = random.integer(22, 58);
    const sentence = random.pick([
      `${name}今年 ${age} 岁，住在${city}，是一名${job}。`,
      `我叫${name}，在${city}当${job}，今年 ${age} 岁。`,
      `来自${city}的${job}${name}（${age} 岁）获得了本月之星。`,
    ]);
    const ask = random.pick([
      '提取姓名、年龄、城市和职业，用 JSON 表示，键名为 name、age、city、job。',
      '从句子中抽取人物信息，输出 JSON，字段：name、age、city、job。',
    ]);
    return [ask, sentence, { name, age, city, job }];
  },
  order(random) {
    const [product, price] = random.pick(products);
    const [count, number, name] = [
      random.integer(1, 6),
      `D${random.integer(10000, 99999)}`,
      random.pick(names),
    ];
    const sentence = random.pick([
      `订单 ${number}：${name}购买${product} ${count} 件，单价 ${price} 元。`,
      `您好，我是${name}，我的订单号是 ${number}，买了 ${count} 件${product}，每件 ${price} 元，请问什么时候发货？`,
    ]);
    return [
      '把订单信息整理成 JSON，包含 order、customer、product、count、price、total。',
      sentence,
      {
        order: number,
        customer: name,
        product,
        count,
        price,
        total: price * count,
      },
    ];
  },
  event(random) {
    const [title, hall, month, number, hour] = [
      random.pick(events),
      random.pick(halls),
      random.integer(1, 12),
      random.integer(1, 28),
      random.integer(9, 20),
    ];
    const sentence = random.pick([
      `${title}将于 ${month} 月 ${number} 日 ${hour}:00 在${hall}举行，欢迎参加。`,
      `通知：${month} 月 ${number} 日 ${hour}:00，${hall}，${title}，请准时到场。`,
    ]);
    return [
      '从通知里提取活动的标题、日期、时间和地点，返回 JSON（title、date、time、place，日期用 MM-DD）。',
      sentence,
      {
        title,
        date: `${String(month).padStart(2, '0')}-${String(number).padStart(2, '0')}`,
        time: `${String(hour).padStart(2, '0')}:00`,
        place: hall,
      },
    ];
  },
  contact(random) {
    const name = random.pick(names);
    const digits = (length) => Array.from({ length }, () => random.integer(0, 9)).join('');
    const phone = `0${random.integer(20, 29)}-5550${digits(4)}`;
    const mail = `${random.pick(['info', 'service', 'office', 'hello', 'contact', 'hr'])}${random.integer(1, 99)}@example.${random.pick(['com', 'org', 'net'])}`;
    return [
      '找出文中的电话和邮箱，以 JSON 输出，键为 phone 和 email。',
      `如有疑问请联系${name}，电话 ${phone}，或写信到 ${mail}。`,
      { phone, email: mail },
    ];
  },
  places(random) {
    const trip = random.sample(cities, 3);
    const [season, traveller] = [random.pick(['春天', '暑假', '国庆假期', '年底']), random.pick(names)];
    return [
      '按出现的先后列出文中的城市，输出 JSON 数组。',
      `${season}，${traveller}先到${trip[0]}看朋友，然后坐火车去${trip[1]}，最后从${trip[2]}飞回家。`,
      trip,
    ];
  },
};

export function extraction(random) {
  const counts = { person: 16, order: 14, event: 14, contact: 10, places: 10 };
  return Object.entries(makers).flatMap(([name, maker]) =>
    Array.from({ length: counts[name] }, () => {
      const [instruction, input, value] = maker(random);
      return { instruction, input, output: json(value) };
    }),
  );
}
