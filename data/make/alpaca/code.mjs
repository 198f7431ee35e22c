// Short pieces of code, each run or read once by its author, and questions about tools of the trade.

const snippets = [
  [
    '用 Python 写一个函数，判断一个字符串是不是回文。',
    'def is_palindrome(text: str) -> bool:\n    return text == text[::-1]',
  ],
  [
    '用 Python 统计一段文字里每个字符出现的次数。',
    'from collections import Counter\n\ndef count_characters(text: str) -> dict[str, int]:\n    return dict(Counter(text))',
  ],
  [
    '写一个 Python 函数，返回斐波那契数列的前 n 项。',
    'def fibonacci(n: int) -> list[int]:\n    terms = []\n    a, b = 0, 1\n    for _ in range(n):\n        terms.append(a)\n        a, b = b, a + b\n    return terms',
  ],
  [
    '用 Python 读取 UTF-8 文本文件并打印行数。',
    'with open("notes.txt", encoding="utf-8") as file:\n    print(sum(1 for _ in file))',
  ],
  [
    '用 Python 把两个列表合并成字典，第一个作键，第二个作值。',
    'def to_dict(keys: list, values: list) -> dict:\n    return dict(zip(keys, values))',
  ],
  [
    '用 Python 实现二分查找，找不到返回 -1。',
    'def binary_search(items: list[int], target: int) -> int:\n    low, high = 0, len(items) - 1\n    while low <= high:\n        middle = (low + high) // 2\n        if items[middle] == target:\n            return middle\n        if items[middle] < target:\n            low = middle + 1\n        else:\n            high = middle - 1\n    return -1',
  ],
  [
    '写一个 Python 函数，把秒数格式化成“时:分:秒”。',
    'def clock(seconds: int) -> str:\n    hours, rest = divmod(seconds, 3600)\n    minutes, seconds = divmod(rest, 60)\n    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"',
  ],
  ['用列表推导式取出 1 到 50 中能被 7 整除的数。', '[number for number in range(1, 51) if number % 7 == 0]'],
  [
    '用 JavaScript 写一个去除数组重复元素的函数。',
    'function unique(items) {\n  return [...new Set(items)];\n}',
  ],
  [
    '用 JavaScript 把对象数组按 age 字段升序排序，不改变原数组。',
    'const sorted = [...people].sort((left, right) => left.age - right.age);',
  ],
  [
    '用 JavaScript 写一个等待若干毫秒的函数。',
    'function wait(milliseconds) {\n  return new Promise((resolve) => setTimeout(resolve, milliseconds));\n}',
  ],
  [
    '用 TypeScript 定义一个表示书籍的接口，含书名、作者、页数和可选的译者。',
    'interface Book {\n  title: string;\n  author: string;\n  pages: number;\n  translator?: string;\n}',
  ],
  [
    '用 JavaScript 求数组的平均值，空数组返回 0。',
    'function average(numbers) {\n  if (numbers.length === 0) return 0;\n  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;\n}',
  ],
  ['写一条 SQL，查出 orders 表中金额最高的 5 条订单。', 'SELECT * FROM orders ORDER BY amount DESC LIMIT 5;'],
  [
    '写一条 SQL，按城市统计 users 表的人数，只保留超过 100 人的城市。',
    'SELECT city, COUNT(*) AS people\nFROM users\nGROUP BY city\nHAVING COUNT(*) > 100;',
  ],
  [
    "写一条 SQL，把 products 表里库存为 0 的商品标记为下架（status = 'off'）。",
    "UPDATE products SET status = 'off' WHERE stock = 0;",
  ],
  [
    '写一条 SQL，查询没有下过订单的用户。',
    'SELECT users.*\nFROM users\nLEFT JOIN orders ON orders.user_id = users.id\nWHERE orders.id IS NULL;',
  ],
  ['写一个正则表达式，匹配 YYYY-MM-DD 形式的日期。', '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$'],
  ['用 Shell 命令统计当前目录下 .txt 文件的个数。', "find . -maxdepth 1 -name '*.txt' | wc -l"],
  ['用 Shell 命令查看文件 app.log 的最后 20 行并持续跟踪。', 'tail -n 20 -f app.log'],
  ['用 Shell 把目录 photos 打包压缩成 photos.tar.gz。', 'tar -czf photos.tar.gz photos'],
  [
    '写一段 HTML，显示带三个选项的无序列表：春、夏、秋。',
    '<ul>\n  <li>春</li>\n  <li>夏</li>\n  <li>秋</li>\n</ul>',
  ],
  [
    '写一段 CSS，让类名为 box 的元素水平垂直居中其内容。',
    '.box {\n  display: flex;\n  justify-content: center;\n  align-items: center;\n}',
  ],
  ['用 Git 新建并切换到名为 feature 的分支，命令是什么？', 'git switch -c feature'],
  ['如何撤销最近一次尚未推送的 Git 提交，但保留改动？', 'git reset --soft HEAD~1'],
];
const readings = [
  ['print(sum(range(1, 11)))', '55', 'range(1, 11) 是 1 到 10，它们的和是 55'],
  ['print("ab" * 3)', 'ababab', '字符串乘以 3 表示重复三次'],
  ['print(len({1, 2, 2, 3}))', '3', '集合会去掉重复的元素'],
  ['print(7 // 2, 7 % 2)', '3 1', '// 是整除，% 取余数'],
  ['print([x * x for x in range(4)])', '[0, 1, 4, 9]', 'x 依次取 0、1、2、3'],
  ['print("温度"[::-1])', '度温', '切片 [::-1] 把字符串倒过来'],
  ['print(sorted([3, 1, 2], reverse=True))', '[3, 2, 1]', 'reverse=True 表示降序'],
  ['print("a,b,c".split(","))', "['a', 'b', 'c']", 'split 按逗号切开字符串'],
];
const mistakes = [
  ['for i in range(5)\n    print(i)', 'for 语句的行尾缺少冒号，应写成 `for i in range(5):`。'],
  [
    'numbers = [1, 2, 3]\nprint(numbers[3])',
    '列表只有下标 0 到 2，`numbers[3]` 会引发 IndexError，应改为 `numbers[2]`。',
  ],
  ['age = input("年龄：")\nprint(age + 1)', '`input` 返回字符串，不能与整数相加，应改为 `int(age) + 1`。'],
  ['if x = 3:\n    print("三")', '条件里应使用比较运算符 `==`，写成 `if x == 3:`。'],
  [
    'def area(w, h):\n    w * h\n\nprint(area(2, 3))',
    '函数没有返回值，会打印 None，应在计算前加上 `return`。',
  ],
];
const terms = [
  [
    '什么是缓存？',
    '缓存是把常用或计算代价高的结果存放在取用更快的地方，下次需要时直接使用，以减少等待。数据改变后要及时更新或删除缓存。',
  ],
  [
    '什么是递归？',
    '递归是函数直接或间接调用自己。它需要一个能直接得到结果的终止条件，并且每次调用都要向终止条件靠近。',
  ],
  ['HTTP 状态码 404 和 500 分别表示什么？', '404 表示请求的资源不存在；500 表示服务器内部出错。'],
  [
    '什么是过拟合？',
    '模型把训练数据中的偶然特点也学了进去，在训练集上表现很好，在新数据上却变差。常用更多数据、正则化或提前停止来缓解。',
  ],
  [
    '训练集和测试集为什么要分开？',
    '测试集用来估计模型在没见过的数据上的表现。如果两者有重复，得分会虚高，不能说明真实水平。',
  ],
  ['时间复杂度 O(n) 是什么意思？', '运行时间随输入规模 n 大致成正比增长，n 变为原来的两倍，时间也约为两倍。'],
  ['IPv4 地址由多少位二进制数组成？', '32 位，通常写成四个 0 到 255 之间的十进制数。'],
  ['JSON 支持哪些数据类型？', '对象、数组、字符串、数字、布尔值（true 和 false）以及 null。'],
  [
    '什么是开源许可证？',
    '它规定别人在什么条件下可以使用、修改和再发布代码。例如 Apache-2.0 允许商用和修改，但要保留版权声明和许可证文本。',
  ],
];

export function code() {
  const rows = snippets.map(([instruction, output]) => ({
    instruction,
    input: '',
    output,
  }));
  for (const [input, output, why] of readings)
    rows.push({
      instruction: '这段 Python 代码会输出什么？',
      input,
      output: `输出 ${output}。因为${why}。`,
    });
  for (const [input, output] of mistakes)
    rows.push({
      instruction: '指出代码中的错误并说明如何改正。',
      input,
      output,
    });
  for (const [instruction, output] of terms) rows.push({ instruction, input: '', output });
  return rows;
}
