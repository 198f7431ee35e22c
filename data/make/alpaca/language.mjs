// The Chinese language itself: idioms, verses, measure words, antonyms, wrong characters, and translation.

import { inTurn } from '../random.mjs';

const idioms = [
  ['画蛇添足', '比喻做了多余的事，反而把事情弄坏。', '文章写到这里已经完整，再加一段就是画蛇添足了。'],
  ['守株待兔', '比喻不主动努力，希望侥幸得到意外的收获。', '找工作不能守株待兔，要主动投递简历。'],
  [
    '亡羊补牢',
    '比喻出了问题以后及时补救，可以防止再受损失。',
    '虽然数据丢了一部分，但现在做好备份，亡羊补牢还不晚。',
  ],
  ['对牛弹琴', '比喻说话不看对象，对不懂的人讲道理。', '跟刚入学的孩子讲微积分，无异于对牛弹琴。'],
  ['胸有成竹', '比喻做事之前已经有了周密的考虑和把握。', '她胸有成竹地走上了讲台。'],
  ['一举两得', '做一件事得到两方面的好处。', '骑车上班既省钱又锻炼身体，真是一举两得。'],
  ['半途而废', '事情没做完就停止了。', '学外语最怕半途而废。'],
  ['雪中送炭', '比喻在别人急需的时候给予帮助。', '灾区最缺药品，这批物资真是雪中送炭。'],
  ['锦上添花', '比喻在好的基础上再加上好的东西。', '这段配乐让本来就精彩的短片锦上添花。'],
  ['刻舟求剑', '比喻不顾情况的变化，死守旧办法。', '市场已经变了，再用十年前的方案就是刻舟求剑。'],
  ['掩耳盗铃', '比喻自己欺骗自己。', '删掉差评并不能解决质量问题，只是掩耳盗铃。'],
  ['水到渠成', '比喻条件成熟，事情自然成功。', '准备工作做足了，合作便水到渠成。'],
  ['滴水穿石', '比喻只要坚持不懈，力量虽小也能做成难事。', '每天背十个单词，滴水穿石，一年后就很可观。'],
  ['井底之蛙', '比喻见识短浅的人。', '多出去走走，才不会成为井底之蛙。'],
  ['杯弓蛇影', '比喻疑神疑鬼，自相惊扰。', '听到一点响动就报警，未免有些杯弓蛇影。'],
  ['青出于蓝', '比喻学生超过老师，后人胜过前人。', '他的学生拿了全国冠军，可谓青出于蓝。'],
  ['破釜沉舟', '比喻下定决心，不留退路。', '面对最后一次机会，队员们拿出了破釜沉舟的勇气。'],
  ['闻鸡起舞', '形容有志气的人及时奋发努力。', '备赛的那几个月，他天天闻鸡起舞。'],
  ['未雨绸缪', '比喻事先做好准备。', '台风来临前检修线路，就是未雨绸缪。'],
  ['因材施教', '根据学习者的不同情况采用不同的教育方法。', '班里水平差别大，老师只好因材施教。'],
  ['囫囵吞枣', '比喻学习时不加理解，笼统地接受。', '读书不能囫囵吞枣，要边读边想。'],
  ['入木三分', '形容书法有力，也比喻见解深刻。', '这篇评论对人物的分析入木三分。'],
  ['柳暗花明', '比喻困境中出现转机。', '实验失败了几十次，换一种材料后终于柳暗花明。'],
  ['三人成虎', '比喻谣言反复出现就会使人信以为真。', '网络时代更要警惕三人成虎。'],
];
const verses = [
  ['床前明月光', '疑是地上霜', '李白《静夜思》'],
  ['春眠不觉晓', '处处闻啼鸟', '孟浩然《春晓》'],
  ['白日依山尽', '黄河入海流', '王之涣《登鹳雀楼》'],
  ['锄禾日当午', '汗滴禾下土', '李绅《悯农》'],
  ['千山鸟飞绝', '万径人踪灭', '柳宗元《江雪》'],
  ['红豆生南国', '春来发几枝', '王维《相思》'],
  ['两个黄鹂鸣翠柳', '一行白鹭上青天', '杜甫《绝句》'],
  ['朝辞白帝彩云间', '千里江陵一日还', '李白《早发白帝城》'],
  ['月落乌啼霜满天', '江枫渔火对愁眠', '张继《枫桥夜泊》'],
  ['停车坐爱枫林晚', '霜叶红于二月花', '杜牧《山行》'],
  ['不识庐山真面目', '只缘身在此山中', '苏轼《题西林壁》'],
  ['春风又绿江南岸', '明月何时照我还', '王安石《泊船瓜洲》'],
  ['接天莲叶无穷碧', '映日荷花别样红', '杨万里《晓出净慈寺送林子方》'],
  ['山重水复疑无路', '柳暗花明又一村', '陆游《游山西村》'],
  ['海内存知己', '天涯若比邻', '王勃《送杜少府之任蜀州》'],
  ['会当凌绝顶', '一览众山小', '杜甫《望岳》'],
  ['海上生明月', '天涯共此时', '张九龄《望月怀远》'],
  ['野火烧不尽', '春风吹又生', '白居易《赋得古原草送别》'],
];
const measures = [
  ['书', '本'],
  ['纸', '张'],
  ['马', '匹'],
  ['鱼', '条'],
  ['伞', '把'],
  ['桥', '座'],
  ['井', '口'],
  ['帽子', '顶'],
  ['画', '幅'],
  ['珍珠', '颗'],
  ['汽车', '辆'],
  ['飞机', '架'],
  ['信', '封'],
  ['牛', '头'],
  ['树', '棵'],
  ['衣服', '件'],
];
const antonyms = [
  ['宽阔', '狭窄'],
  ['谦虚', '骄傲'],
  ['勤劳', '懒惰'],
  ['寒冷', '炎热'],
  ['节约', '浪费'],
  ['清晰', '模糊'],
  ['安静', '喧闹'],
  ['聚集', '分散'],
  ['前进', '后退'],
  ['增加', '减少'],
  ['简单', '复杂'],
  ['温柔', '粗暴'],
  ['诚实', '虚伪'],
  ['团结', '分裂'],
];
const synonyms = [
  ['立刻', '马上、立即'],
  ['美丽', '漂亮、秀丽'],
  ['帮助', '协助、援助'],
  ['著名', '知名、闻名'],
  ['仔细', '细致、认真'],
  ['寻找', '搜寻、寻觅'],
  ['忽然', '突然、骤然'],
  ['爱护', '爱惜、呵护'],
];
const wrong = [
  ['他迫不急待地打开了礼物。', '他迫不及待地打开了礼物。', '“迫不急待”应为“迫不及待”'],
  ['我们要再接再励，争取更好的成绩。', '我们要再接再厉，争取更好的成绩。', '“励”应为“厉”'],
  ['这家店的菜名符其实，味道很好。', '这家店的菜名副其实，味道很好。', '“符”应为“副”'],
  ['会议按步就班地进行着。', '会议按部就班地进行着。', '“步”应为“部”'],
  ['请大家安装说明书操作。', '请大家按照说明书操作。', '“安装”应为“按照”'],
  ['面对难题，大家一愁莫展。', '面对难题，大家一筹莫展。', '“愁”应为“筹”'],
  ['假期我门去了海边。', '假期我们去了海边。', '“门”应为“们”'],
  ['老师把试券发给了同学。', '老师把试卷发给了同学。', '“券”应为“卷”'],
  ['这件事情己经处理完了。', '这件事情已经处理完了。', '“己”应为“已”'],
  ['他做事总是一如继往地认真。', '他做事总是一如既往地认真。', '“继”应为“既”'],
  ['比赛以经开始十分钟了。', '比赛已经开始十分钟了。', '“以经”应为“已经”'],
  ['天气渐渐变得悔暗。', '天气渐渐变得晦暗。', '“悔”应为“晦”'],
];
const phrases = [
  ['请问最近的地铁站在哪里？', 'Excuse me, where is the nearest subway station?'],
  ['我想预订一间靠窗的双人房。', 'I would like to book a double room by the window.'],
  ['会议推迟到下周三下午。', 'The meeting has been postponed until next Wednesday afternoon.'],
  ['谢谢你的耐心等待。', 'Thank you for your patience.'],
  ['这条裙子有小一号的吗？', 'Do you have this dress in a smaller size?'],
  ['请把附件里的表格填好寄回。', 'Please fill in the attached form and send it back.'],
  ['我对花生过敏。', 'I am allergic to peanuts.'],
  ['火车晚点了二十分钟。', 'The train is twenty minutes late.'],
  ['实验结果与预期一致。', 'The results of the experiment agree with our expectations.'],
  ['他每天早上沿着河跑步。', 'He runs along the river every morning.'],
  ['这本书值得再读一遍。', 'This book is worth reading again.'],
  ['请在离开前关好窗户。', 'Please close the windows before you leave.'],
  ['我们需要更多的时间来讨论。', 'We need more time to discuss this.'],
  ['超市几点关门？', 'What time does the supermarket close?'],
  ['你的建议对我帮助很大。', 'Your advice helped me a lot.'],
  ['这座桥建于一百年前。', 'This bridge was built a hundred years ago.'],
  ['请不要在这里拍照。', 'Please do not take photos here.'],
  ['她正在学习弹吉他。', 'She is learning to play the guitar.'],
  ['软件更新后请重新启动电脑。', 'Please restart the computer after the software update.'],
  ['我们的航班什么时候登机？', 'When does our flight start boarding?'],
  ['知识就是力量。', 'Knowledge is power.'],
  ['雨停了，我们继续走吧。', 'The rain has stopped; let us go on.'],
  ['这个问题没有简单的答案。', 'There is no simple answer to this question.'],
  ['祝你旅途愉快！', 'Have a pleasant journey!'],
];

/** @param {import('../random.mjs').Random} random */
export function language(random) {
  const rows = [];
  const add = (instruction, output, input = '') => rows.push({ instruction, input, output });

  const idiom = inTurn([
    ([word, meaning, example]) => [`解释成语“${word}”并造一个句子。`, `意思：${meaning}\n例句：${example}`],
    ([word, meaning]) => [`成语“${word}”是什么意思？`, meaning],
    ([word, meaning]) => ['根据释义写出对应的四字成语。', word, meaning],
    ([word, , example]) => [`用“${word}”造句。`, example],
  ]);
  for (const entry of idioms) add(...idiom()(entry));

  const verse = inTurn([
    ([first, second, source]) => [`“${first}”的下一句是什么？`, `下一句是“${second}”，出自${source}。`],
    ([first, second, source]) => [`请写出“${second}”的上一句及出处。`, `上一句是“${first}”，出自${source}。`],
    ([first, second, source]) => [
      '这句诗出自哪首作品，作者是谁？',
      `出自${source}。`,
      `${first}，${second}。`,
    ],
  ]);
  for (const entry of verses) add(...verse()(entry));

  for (const group of [0, 4, 8, 12]) {
    const four = measures.slice(group, group + 4);
    add(
      '在括号里填上合适的量词。',
      four.map(([noun, unit]) => `一${unit}${noun}`).join('、'),
      four.map(([noun]) => `一（　）${noun}`).join('　'),
    );
  }
  for (const [noun, unit] of random.sample(measures, 7))
    add(`“${noun}”一般用什么量词？`, `用“${unit}”，例如“一${unit}${noun}”。`);

  const opposite = inTurn([
    (word, other) => [`写出“${word}”的反义词。`, other],
    (word, other) => [`“${word}”和哪个词意思相反？`, `“${word}”的反义词是“${other}”。`],
  ]);
  for (const [word, other] of antonyms) add(...opposite()(word, other));
  for (const [word, others] of synonyms) add(`列出两个与“${word}”意思相近的词。`, others);

  const mend = inTurn(['找出句中的错别字并改正。', '下面的句子有一处写错了，请改过来。', '校对这句话。']);
  for (const [sentence, right, note] of wrong) add(mend(), `${right}（${note}）`, sentence);

  const translate = inTurn([
    (chinese, english) => ['把下面的句子翻译成英文。', english, chinese],
    (chinese, english) => ['Translate into Chinese（译成中文）：', chinese, english],
    (chinese, english) => [`“${chinese.replace(/[。！]$/, '')}”用英语怎么说？`, english],
    (chinese, english) => [`请把这句英文译成通顺的中文：${english}`, chinese],
  ]);
  for (const [chinese, english] of phrases) add(...translate()(chinese, english));
  return rows;
}
