// The functions of data/tool-calls-zh.jsonl: for each its schema, what people say when they want it, what it answers and
// how the answer is told. `ask` leaves out `held` when it is given, for conversations in which that value comes later.

const text = (description, extra = {}) => ({
  type: 'string',
  description,
  ...extra,
});
const whole = (description, extra = {}) => ({
  type: 'integer',
  description,
  ...extra,
});
const amount = (description, extra = {}) => ({
  type: 'number',
  description,
  ...extra,
});
const tool = (name, description, properties, required = Object.keys(properties)) => ({
  name,
  description,
  parameters: { type: 'object', properties, required },
});

const cities = [
  '成都',
  '厦门',
  '青岛',
  '昆明',
  '长沙',
  '南京',
  '西安',
  '兰州',
  '三亚',
  '沈阳',
  '贵阳',
  '杭州',
];
const people = ['林小姐', '周先生', '何老师', '宋医生', '孟经理', '白女士', '尹师傅', '沈同学'];
const round = (number) => Number(number.toFixed(2));
const two = (number) => String(number).padStart(2, '0');
const day = (random) => `2026-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
const clock = (random) => `${two(random.integer(8, 21))}:${random.pick(['00', '15', '30', '45'])}`;

/**
 * @typedef {object} Skill
 * @property {{ name: string, description: string, parameters: object }} tool
 * @property {(random: import('../random.mjs').Random) => Record<string, unknown>} draw arguments
 * @property {((given: any) => string)[]} ask what the user says
 * @property {(given: any, random: import('../random.mjs').Random) => Record<string, unknown>} answer
 * @property {(given: any, answer: any) => string} tell
 * @property {{ ask: string, question: string, reply: (given: any) => string, given: (random: import('../random.mjs').Random) => Record<string, unknown> }} [missing]
 */

/** @type {Skill[]} */
export const skills = [
  {
    tool: tool('query_weather', '查询某座城市某一天的天气', {
      city: text('城市名'),
      date: text('日期，YYYY-MM-DD'),
    }),
    draw: (random) => ({ city: random.pick(cities), date: day(random) }),
    ask: [
      ({ city, date }) => `${date} ${city}的天气怎么样？`,
      ({ city, date }) => `我 ${date} 要去${city}出差，需要带伞吗？`,
      ({ city, date }) => `帮我看看${city}在 ${date} 那天冷不冷。`,
    ],
    answer: (_, random) => ({
      condition: random.pick(['晴', '多云', '小雨', '阴', '雷阵雨']),
      low: random.integer(2, 14),
      high: random.integer(15, 33),
    }),
    tell: ({ city, date }, { condition, low, high }) =>
      `${city} ${date} ${condition}，气温 ${low} 到 ${high} 度。${condition.includes('雨') ? '出门请带伞。' : '不需要带伞。'}`,
    missing: {
      ask: '明天的天气好吗？',
      question: '请问您想查询哪座城市？明天是几月几号？',
      reply: ({ city, date }) => `${city}，${date}。`,
      given: (random) => ({ city: random.pick(cities), date: day(random) }),
    },
  },
  {
    tool: tool('convert_currency', '按最新汇率换算货币', {
      amount: amount('金额'),
      from: text('原货币代码'),
      to: text('目标货币代码'),
    }),
    draw: (random) => {
      const [from, to] = random.sample(['CNY', 'USD', 'EUR', 'JPY', 'GBP', 'HKD'], 2);
      return { amount: random.integer(2, 90) * 50, from, to };
    },
    ask: [
      ({ amount: sum, from, to }) => `${sum} ${from} 能换多少 ${to}？`,
      ({ amount: sum, from, to }) => `请把 ${sum} ${from} 换算成 ${to}。`,
      ({ amount: sum, from, to }) => `手里有 ${sum} ${from}，想知道折合多少 ${to}。`,
    ],
    answer: ({ amount: sum, from, to }) => {
      const worth = {
        CNY: 1,
        USD: 7.1,
        EUR: 7.8,
        JPY: 0.048,
        GBP: 9.1,
        HKD: 0.91,
      };
      return {
        rate: Number((worth[from] / worth[to]).toFixed(4)),
        result: round(sum * Number((worth[from] / worth[to]).toFixed(4))),
      };
    },
    tell: ({ amount: sum, from, to }, { rate, result }) =>
      `按 1 ${from} = ${rate} ${to} 计算，${sum} ${from} 约合 ${result} ${to}。`,
  },
  {
    tool: tool('create_reminder', '新建一条提醒', {
      content: text('提醒的内容'),
      date: text('日期，YYYY-MM-DD'),
      time: text('时间，HH:MM'),
    }),
    draw: (random) => ({
      content: random.pick([
        '交水电费',
        '给妈妈打电话',
        '带孩子打疫苗',
        '提交季度报告',
        '取干洗的衣服',
        '给阳台的花浇水',
        '续借图书',
      ]),
      date: day(random),
      time: clock(random),
    }),
    ask: [
      ({ content, date, time }) => `${date} ${time} 提醒我${content}。`,
      ({ content, date, time }) => `设个提醒：${content}，时间是 ${date} ${time}。`,
      ({ content, date, time }) => `别让我忘了${content}，${date} 的 ${time} 叫我一下。`,
    ],
    answer: (_, random) => ({
      status: '已创建',
      id: `R${random.integer(1000, 9999)}`,
    }),
    tell: ({ content, date, time }, { id }) =>
      `好的，已设好提醒（编号 ${id}）：${date} ${time}，${content}。`,
    missing: {
      ask: '帮我设一个明早的闹钟提醒。',
      question: '好的，请告诉我具体的日期、时间，以及要提醒的内容。',
      reply: ({ content, date, time }) => `${date} ${time}，${content}。`,
      given: (random) => ({
        content: random.pick(['喂猫', '吃药', '开早会', '取体检报告']),
        date: day(random),
        time: clock(random),
      }),
    },
  },
  {
    tool: tool('search_train', '查询两地之间的火车车次', {
      from: text('出发城市'),
      to: text('到达城市'),
      date: text('出发日期，YYYY-MM-DD'),
    }),
    draw: (random) => {
      const [from, to] = random.sample(cities, 2);
      return { from, to, date: day(random) };
    },
    ask: [
      ({ from, to, date }) => `查一下 ${date} 从${from}到${to}的火车。`,
      ({ from, to, date }) => `我想 ${date} 坐高铁去${to}，从${from}出发，有哪些车次？`,
      ({ from, to, date }) => `${from}到${to}，${date}，还有票吗？`,
    ],
    answer: (_, random) => ({
      trains: [
        {
          number: `G${random.integer(100, 999)}`,
          departs: `${two(random.integer(7, 11))}:${random.pick(['05', '20', '48'])}`,
          price: random.integer(120, 640),
        },
        {
          number: `D${random.integer(1000, 2999)}`,
          departs: `${two(random.integer(13, 19))}:${random.pick(['12', '36', '55'])}`,
          price: random.integer(90, 420),
        },
      ],
    }),
    tell: ({ from, to }, { trains }) =>
      `${from}到${to}有 ${trains.length} 趟车：${trains.map(({ number, departs, price }) => `${number} ${departs} 发车，${price} 元`).join('；')}。`,
  },
  {
    tool: tool('book_restaurant', '预订餐厅座位', {
      restaurant: text('餐厅名'),
      people: whole('人数', { minimum: 1 }),
      date: text('日期'),
      time: text('时间'),
    }),
    draw: (random) => ({
      restaurant: random.pick(['竹里馆', '老灶火锅', '临江小厨', '稻香村', '拾味面馆', '渔家灯火']),
      people: random.integer(2, 12),
      date: day(random),
      time: random.pick(['11:30', '12:00', '17:45', '18:30', '19:00']),
    }),
    ask: [
      ({ restaurant, people: count, date, time }) =>
        `帮我在${restaurant}订 ${count} 个人的位子，${date} ${time}。`,
      ({ restaurant, people: count, date, time }) => `${date} ${time}，${count} 人，${restaurant}，请预订。`,
    ],
    answer: (_, random) => ({
      confirmed: true,
      table: `${random.pick(['A', 'B', 'C'])}${random.integer(1, 20)}`,
    }),
    tell: ({ restaurant, people: count, date, time }, { table }) =>
      `已在${restaurant}订好 ${table} 号桌，${count} 人，${date} ${time}。`,
    missing: {
      ask: '晚上想请朋友吃饭，帮我订个位子。',
      question: '没问题。请问是哪家餐厅，几位，哪天几点？',
      reply: ({ restaurant, people: count, date, time }) => `${restaurant}，${count} 位，${date} ${time}。`,
      given: (random) => ({
        restaurant: random.pick(['荷塘月色', '北平食堂', '小满私房菜']),
        people: random.integer(3, 9),
        date: day(random),
        time: random.pick(['18:00', '19:30']),
      }),
    },
  },
  {
    tool: tool('calculate_bmi', '根据身高和体重计算身体质量指数', {
      height: amount('身高，米'),
      weight: amount('体重，千克'),
    }),
    draw: (random) => ({
      height: random.integer(152, 188) / 100,
      weight: random.integer(45, 92),
    }),
    ask: [
      ({ height, weight }) => `我身高 ${height} 米，体重 ${weight} 千克，BMI 是多少？`,
      ({ height, weight }) => `算一下 BMI：${height} 米，${weight} 千克。`,
    ],
    answer: ({ height, weight }) => ({
      bmi: Number((weight / (height * height)).toFixed(1)),
    }),
    tell: (_, { bmi }) =>
      `BMI 是 ${bmi}，按中国成人标准属于${bmi < 18.5 ? '偏瘦' : bmi < 24 ? '正常' : bmi < 28 ? '超重' : '肥胖'}。`,
  },
  {
    tool: tool('calculate_loan', '按等额本息计算每月还款额', {
      principal: whole('本金，元'),
      annual_rate: amount('年利率，百分数'),
      months: whole('期数，月'),
    }),
    draw: (random) => ({
      principal: random.integer(3, 90) * 10000,
      annual_rate: random.pick([3.1, 3.6, 4.2, 4.9]),
      months: random.pick([12, 36, 60, 120, 240]),
    }),
    ask: [
      ({ principal, annual_rate: rate, months }) =>
        `贷款 ${principal} 元，年利率 ${rate}%，分 ${months} 个月还，每月还多少？`,
      ({ principal, annual_rate: rate, months }) =>
        `本金 ${principal}，利率 ${rate}%，期限 ${months} 个月，帮我算月供。`,
    ],
    answer: ({ principal, annual_rate: rate, months }) => {
      const monthly = rate / 1200;
      const payment = round((principal * monthly * (1 + monthly) ** months) / ((1 + monthly) ** months - 1));
      return { payment, total: round(payment * months) };
    },
    tell: ({ months }, { payment, total }) => `每月还款约 ${payment} 元，${months} 个月共还约 ${total} 元。`,
  },
  {
    tool: tool('track_package', '查询快递的物流状态', {
      number: text('快递单号'),
    }),
    draw: (random) => ({
      number: `${random.pick(['SF', 'YT', 'ZT', 'JD'])}${random.integer(100000000, 999999999)}`,
    }),
    ask: [
      ({ number }) => `单号 ${number} 的快递到哪儿了？`,
      ({ number }) => `帮我查一下包裹 ${number}。`,
      ({ number }) => `${number} 什么时候能送到？`,
    ],
    answer: (_, random) => ({
      status: random.pick(['运输中', '派送中', '已签收', '待揽收']),
      place: random.pick(cities),
    }),
    tell: ({ number }, { status, place }) => `快递 ${number} 目前${status}，最近一次记录在${place}。`,
    missing: {
      ask: '我的快递怎么还没到？',
      question: '请提供快递单号，我来查询。',
      reply: ({ number }) => `单号是 ${number}`,
      given: (random) => ({
        number: `EM${random.integer(100000000, 999999999)}`,
      }),
    },
  },
  {
    tool: tool('send_email', '发送一封邮件', {
      to: text('收件人邮箱'),
      subject: text('主题'),
      body: text('正文'),
    }),
    draw: (random) => ({
      to: `${random.pick(['linda', 'wei', 'office', 'kefu', 'zhang'])}${random.integer(1, 60)}@example.com`,
      subject: random.pick(['会议改期', '样品已寄出', '请确认合同', '周五聚餐']),
      body: random.pick([
        '请查收附件并在周三前回复。',
        '时间改为下午三点，地点不变。',
        '如有问题请随时联系我。',
        '收到后请回一封邮件。',
      ]),
    }),
    ask: [
      ({ to, subject, body }) => `给 ${to} 发邮件，主题“${subject}”，内容：${body}`,
      ({ to, subject, body }) => `发一封邮件到 ${to}。标题是${subject}，正文写“${body}”`,
    ],
    answer: () => ({ sent: true }),
    tell: ({ to, subject }) => `主题为“${subject}”的邮件已发送给 ${to}。`,
  },
  {
    tool: tool(
      'search_books',
      '按关键词检索馆藏图书',
      { keyword: text('书名或主题'), limit: whole('最多返回几本') },
      ['keyword'],
    ),
    draw: (random) => ({
      keyword: random.pick(['园艺', '宋词', '围棋', '天文', '烘焙', '丝绸之路', '心理学', '木工']),
      limit: random.integer(2, 6),
    }),
    ask: [
      ({ keyword, limit }) => `找 ${limit} 本关于${keyword}的书。`,
      ({ keyword, limit }) => `图书馆有${keyword}方面的书吗？列出 ${limit} 本就好。`,
    ],
    answer: ({ keyword }, random) => ({
      books: random.sample([`${keyword}入门`, `${keyword}小史`, `图解${keyword}`, `${keyword}十讲`], 2),
    }),
    tell: (_, { books }) => `找到 ${books.length} 本：${books.map((title) => `《${title}》`).join('、')}。`,
  },
  {
    tool: tool('translate_text', '把文字翻译成指定语言', {
      text: text('原文'),
      target: text('目标语言', { enum: ['英语', '日语', '法语', '德语'] }),
    }),
    draw: (random) => {
      const [source, ...targets] = random.pick([
        ['早上好', 'Good morning', 'おはようございます', 'Bonjour', 'Guten Morgen'],
        ['谢谢', 'Thank you', 'ありがとうございます', 'Merci', 'Danke'],
        ['再见', 'Goodbye', 'さようなら', 'Au revoir', 'Auf Wiedersehen'],
        [
          '生日快乐',
          'Happy birthday',
          'お誕生日おめでとうございます',
          'Joyeux anniversaire',
          'Alles Gute zum Geburtstag',
        ],
        ['图书馆', 'library', '図書館', 'bibliothèque', 'Bibliothek'],
        ['火车站', 'railway station', '駅', 'gare', 'Bahnhof'],
      ]);
      const index = random.integer(0, 3);
      return Object.defineProperty(
        { text: source, target: ['英语', '日语', '法语', '德语'][index] },
        'means',
        { value: targets[index] },
      );
    },
    ask: [
      ({ text: source, target }) => `“${source}”用${target}怎么说？`,
      ({ text: source, target }) => `请把“${source}”译成${target}。`,
    ],
    answer: (given) => ({ translation: given.means }),
    tell: ({ text: source, target }, { translation }) => `“${source}”的${target}是“${translation}”。`,
  },
  {
    tool: tool(
      'control_light',
      '控制房间的灯',
      {
        room: text('房间', { enum: ['客厅', '卧室', '厨房', '书房', '阳台'] }),
        on: { type: 'boolean', description: '开或关' },
        brightness: whole('亮度，百分数', { minimum: 1, maximum: 100 }),
      },
      ['room', 'on'],
    ),
    draw: (random) =>
      random.pick([true, false, true])
        ? {
            room: random.pick(['客厅', '卧室', '厨房', '书房', '阳台']),
            on: true,
            brightness: random.integer(2, 10) * 10,
          }
        : {
            room: random.pick(['客厅', '卧室', '厨房', '书房', '阳台']),
            on: false,
          },
    ask: [
      ({ room, on, brightness }) =>
        on ? `把${room}的灯打开，亮度调到 ${brightness}%。` : `关掉${room}的灯。`,
      ({ room, on, brightness }) =>
        on ? `${room}太暗了，开灯，亮度 ${brightness}%。` : `${room}没人了，把灯关了吧。`,
    ],
    answer: () => ({ ok: true }),
    tell: ({ room, on, brightness }) =>
      on ? `${room}的灯已打开，亮度 ${brightness}%。` : `${room}的灯已关闭。`,
  },
  {
    tool: tool('get_stock_price', '查询股票的最新价格', {
      symbol: text('股票代码'),
    }),
    draw: (random) => ({
      symbol: `${random.pick(['600', '601', '000', '300'])}${random.integer(100, 999)}`,
    }),
    ask: [({ symbol }) => `${symbol} 现在多少钱一股？`, ({ symbol }) => `看看股票 ${symbol} 的行情。`],
    answer: (_, random) => ({
      price: random.integer(300, 9000) / 100,
      change: random.integer(-500, 500) / 100,
    }),
    tell: ({ symbol }, { price, change }) =>
      `${symbol} 最新价 ${price} 元，${change === 0 ? '与昨日持平' : `${change > 0 ? '上涨' : '下跌'} ${Math.abs(change)}%`}。`,
  },
  {
    tool: tool('find_route', '规划两个地点之间的路线', {
      start: text('起点'),
      end: text('终点'),
      mode: text('方式', { enum: ['步行', '骑行', '公交', '驾车'] }),
    }),
    draw: (random) => {
      const [start, end] = random.sample(
        ['火车站', '人民公园', '市医院', '大学东门', '会展中心', '江边码头', '老城墙'],
        2,
      );
      return {
        start,
        end,
        mode: random.pick(['步行', '骑行', '公交', '驾车']),
      };
    },
    ask: [
      ({ start, end, mode }) => `从${start}到${end}，${mode}怎么走？`,
      ({ start, end, mode }) => `我在${start}，想${mode}去${end}，帮我规划路线。`,
    ],
    answer: (_, random) => ({
      distance_km: random.integer(12, 96) / 10,
      minutes: random.integer(9, 58),
    }),
    tell: ({ start, end, mode }, { distance_km: distance, minutes }) =>
      `从${start}${mode}到${end}约 ${distance} 千米，需要 ${minutes} 分钟。`,
  },
  {
    tool: tool('add_expense', '记一笔支出', {
      category: text('类别', {
        enum: ['餐饮', '交通', '购物', '医疗', '娱乐'],
      }),
      amount: amount('金额，元', { exclusiveMinimum: 0 }),
      note: text('备注'),
    }),
    draw: (random) => {
      const [category, note] = random.pick([
        ['餐饮', '和同事吃午饭'],
        ['交通', '打车去机场'],
        ['购物', '买了两件衬衫'],
        ['医疗', '感冒药'],
        ['娱乐', '看话剧'],
        ['餐饮', '买早点'],
      ]);
      return { category, amount: random.integer(80, 5000) / 10, note };
    },
    ask: [
      ({ category, amount: sum, note }) => `记账：${category}，${sum} 元，${note}。`,
      ({ category, amount: sum, note }) => `今天${note}花了 ${sum} 元，记到${category}里。`,
    ],
    answer: ({ amount: sum }, random) => ({
      saved: true,
      month_total: round(sum + random.integer(300, 4000)),
    }),
    tell: ({ category, amount: sum }, { month_total: total }) =>
      `已记下${category}支出 ${sum} 元，本月累计 ${total} 元。`,
  },
  {
    tool: tool('book_appointment', '预约门诊', {
      department: text('科室'),
      patient: text('患者称呼'),
      date: text('日期，YYYY-MM-DD'),
    }),
    draw: (random) => ({
      department: random.pick(['眼科', '口腔科', '皮肤科', '骨科', '儿科', '耳鼻喉科']),
      patient: random.pick(people),
      date: day(random),
    }),
    ask: [
      ({ department, patient, date }) => `给${patient}挂 ${date} 的${department}。`,
      ({ department, patient, date }) => `${patient}想在 ${date} 看${department}，请帮忙预约。`,
    ],
    answer: (_, random) => ({
      number: random.integer(1, 60),
      room: `${random.integer(2, 6)}0${random.integer(1, 9)}`,
    }),
    tell: ({ department, patient, date }, { number, room }) =>
      `${patient}的${department}预约成功：${date}，${number} 号，在 ${room} 诊室。`,
    missing: {
      ask: '我想挂个号。',
      question: '请问看哪个科室、哪一天，患者怎么称呼？',
      reply: ({ department, patient, date }) => `${department}，${date}，${patient}。`,
      given: (random) => ({
        department: random.pick(['内科', '中医科', '康复科']),
        patient: random.pick(people),
        date: day(random),
      }),
    },
  },
  {
    tool: tool('generate_password', '生成随机密码', {
      length: whole('长度', { minimum: 8 }),
      symbols: { type: 'boolean', description: '是否包含符号' },
    }),
    draw: (random) => ({
      length: random.integer(8, 24),
      symbols: random.pick([true, false]),
    }),
    ask: [
      ({ length, symbols }) => `生成一个 ${length} 位的密码，${symbols ? '要带符号' : '不要符号'}。`,
      ({ length, symbols }) => `我需要新密码，长度 ${length}，${symbols ? '包含' : '不含'}特殊符号。`,
    ],
    answer: ({ length, symbols }, random) => ({
      password: Array.from({ length }, () =>
        random.pick([...`abcdefghjkmnpqrstuvwxyz23456789${symbols ? '#%+=?' : ''}`]),
      ).join(''),
    }),
    tell: (_, { password }) => `新密码是 ${password}，请妥善保存。`,
  },
  {
    tool: tool(
      'split_bill',
      '按人数平摊账单',
      {
        total: amount('总金额，元'),
        people: whole('人数', { minimum: 1 }),
        tip_percent: amount('小费，百分数'),
      },
      ['total', 'people'],
    ),
    draw: (random) => ({
      total: random.integer(12, 90) * 10,
      people: random.integer(2, 9),
    }),
    ask: [
      ({ total, people: count }) => `${count} 个人吃饭一共 ${total} 元，每人付多少？`,
      ({ total, people: count }) => `账单 ${total} 元，${count} 人 AA，怎么分？`,
    ],
    answer: ({ total, people: count }) => ({ each: round(total / count) }),
    tell: ({ people: count }, { each }) => `${count} 人平摊，每人 ${each} 元。`,
  },
  {
    tool: tool('log_workout', '记录一次运动', {
      sport: text('项目'),
      minutes: whole('时长，分钟'),
    }),
    draw: (random) => ({
      sport: random.pick(['跑步', '游泳', '瑜伽', '骑行', '羽毛球', '跳绳']),
      minutes: random.integer(3, 18) * 5,
    }),
    ask: [
      ({ sport, minutes }) => `我刚做了 ${minutes} 分钟${sport}，记录一下。`,
      ({ sport, minutes }) => `添加运动记录：${sport}，${minutes} 分钟。`,
    ],
    answer: ({ minutes }, random) => ({
      calories: minutes * random.integer(5, 11),
    }),
    tell: ({ sport, minutes }, { calories }) => `已记录${sport} ${minutes} 分钟，约消耗 ${calories} 千卡。`,
  },
  {
    tool: tool('create_invoice', '为客户开具发票', {
      customer: text('客户'),
      items: {
        type: 'array',
        description: '商品',
        items: {
          type: 'object',
          properties: {
            name: text('名称'),
            quantity: whole('数量'),
            price: amount('单价，元'),
          },
          required: ['name', 'quantity', 'price'],
        },
      },
    }),
    draw: (random) => ({
      customer: random.pick(['青禾公司', '北岸书店', '南山小学', '云上花店']),
      items: random.sample(['打印纸', '文件夹', '签字笔', '白板', '订书机'], 2).map((name) => ({
        name,
        quantity: random.integer(2, 20),
        price: random.integer(3, 60),
      })),
    }),
    ask: [
      ({ customer, items }) =>
        `给${customer}开发票：${items.map(({ name, quantity, price }) => `${name} ${quantity} 个，单价 ${price} 元`).join('；')}。`,
    ],
    answer: ({ items }, random) => ({
      number: `FP${random.integer(10000, 99999)}`,
      total: items.reduce((sum, { quantity, price }) => sum + quantity * price, 0),
    }),
    tell: ({ customer }, { number, total }) =>
      `给${customer}的发票已开好，编号 ${number}，合计 ${total} 元。`,
  },
];

/** What people say that no function at hand can do, and the honest answer. */
export const beyond = [
  ['帮我订一份披萨外卖。', '抱歉，我现在没有点外卖的功能，您可以用外卖软件下单。'],
  ['把我的头像换成一只猫。', '我无法修改您的头像，请在账号设置里更换。'],
  ['给我讲个笑话吧。', '有个人去面试，面试官问：“你有什么特长？”他想了想说：“我的腿特别长。”'],
  ['你能替我去参加会议吗？', '我不能代您出席，不过可以帮您把要点整理成发言稿。'],
  ['“上善若水”是什么意思？', '出自《老子》，意思是最高的善像水一样，滋养万物而不与之相争。'],
  ['十二乘以十五等于多少？', '12 × 15 = 180。'],
  ['推荐一部适合全家看的动画片。', '可以看看《大闹天宫》，画面和音乐都很经典，老少皆宜。'],
  ['打开车库的门。', '很抱歉，我没有连接车库门的功能。'],
];

export const thanks = [
  ['谢谢！', '不客气，祝您一切顺利。'],
  ['好的，麻烦你了。', '不麻烦，有需要随时叫我。'],
  ['太好了，谢谢你。', '很高兴能帮上忙。'],
  ['知道了。', '好的，还有别的事可以随时告诉我。'],
];
export const systems = [
  '你是一个能够调用工具的中文助手，信息不足时先询问用户。',
  '你是生活助理。能用工具时请调用工具，不要编造结果。',
];
