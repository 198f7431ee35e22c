"""Writes zh.jsonl and en.jsonl: the rows on which the seed's tokenizer, and on request its weights, are trained.

    python generate.py

The tables are the project's own and stand here in full; a phrasing is chosen by the row's position, so the files are
the same on every machine. No row of these may appear in the data of a pipeline (a test compares them), or a warmed-up
model would have seen the test.
"""

import json
from pathlib import Path

# Place, what it is known for, when to go.
PLACES = [
    ('昆明', '云南', '四季如春，被称为春城', '滇池的红嘴鸥和石林的奇峰', '冬天'),
    ('哈尔滨', '黑龙江', '冰雪之城', '冰灯、雪雕和中央大街的老建筑', '一月'),
    ('苏州', '江苏', '园林之城', '拙政园、留园和平江路的小桥流水', '春天'),
    ('西安', '陕西', '十三朝古都', '兵马俑、城墙和大雁塔', '秋天'),
    ('厦门', '福建', '海上花园', '鼓浪屿的琴声和环岛路的海风', '十一月'),
    ('敦煌', '甘肃', '丝绸之路上的明珠', '莫高窟的壁画和鸣沙山的月牙泉', '九月'),
    ('桂林', '广西', '山水甲天下', '漓江的竹筏和阳朔的田园', '四月'),
    ('拉萨', '西藏', '日光城', '布达拉宫和八廓街', '夏天'),
    ('青岛', '山东', '红瓦绿树的海滨城市', '栈桥、八大关和新鲜的海货', '七月'),
    ('成都', '四川', '天府之国', '茶馆、火锅和憨态可掬的大熊猫', '三月'),
    ('杭州', '浙江', '人间天堂', '西湖的断桥和龙井的茶园', '清明前后'),
    ('三亚', '海南', '热带海滨', '亚龙湾的沙滩和椰林', '十二月'),
    ('洛阳', '河南', '牡丹之都', '龙门石窟和满城的牡丹', '四月下旬'),
    ('大同', '山西', '煤都与佛都', '云冈石窟和悬空寺', '八月'),
    ('喀什', '新疆', '丝路古城', '老城的巴扎和高原的雪山', '六月'),
    ('景德镇', '江西', '瓷都', '千年窑火和青花瓷', '十月'),
]

# Food, its taste, the steps.
DISHES = [
    (
        '番茄炒蛋',
        '酸甜可口',
        ['鸡蛋打散，加少许盐', '番茄切块', '热油炒熟鸡蛋后盛出', '炒软番茄，放回鸡蛋，加糖和盐翻匀'],
    ),
    ('麻婆豆腐', '麻辣鲜香', ['豆腐切块焯水', '炒香豆瓣酱和牛肉末', '加水煮开，放入豆腐', '勾芡，撒上花椒粉']),
    ('蒸水蛋', '嫩滑清淡', ['鸡蛋与温水按一比二调匀', '滤去泡沫', '盖上盘子，小火蒸十分钟', '淋上酱油和香油']),
    ('葱油拌面', '葱香浓郁', ['小火把葱段炸到焦黄', '加入酱油和糖煮开', '面条煮熟沥干', '浇上葱油拌匀']),
    (
        '皮蛋瘦肉粥',
        '咸鲜绵软',
        ['大米泡半小时', '瘦肉切丝腌一会儿', '米煮到开花，放入肉丝和皮蛋', '加盐和姜丝，再煮五分钟'],
    ),
    ('凉拌黄瓜', '清脆爽口', ['黄瓜拍碎切段', '加盐腌五分钟，倒掉水', '放蒜末、醋和香油', '拌匀后冷藏片刻']),
    ('红烧肉', '肥而不腻', ['五花肉切块焯水', '小火炒出糖色', '放肉翻炒，加酱油和黄酒', '加热水炖一小时，大火收汁']),
    ('清炒西兰花', '清爽鲜嫩', ['西兰花掰成小朵', '开水里焯一分钟', '蒜片爆香', '下锅快炒，加盐出锅']),
    ('紫菜蛋花汤', '鲜美暖胃', ['水烧开后放紫菜', '慢慢淋入蛋液', '加盐和虾皮', '撒上葱花']),
    ('炸酱面', '酱香醇厚', ['肉丁煸出油', '放黄酱小火炒香', '面条煮熟过水', '码上黄瓜丝和豆芽，浇酱拌匀']),
    ('酸辣土豆丝', '酸辣脆爽', ['土豆切细丝，洗去淀粉', '热油爆香干辣椒', '大火快炒土豆丝', '沿锅边淋醋，加盐出锅']),
    ('蛋炒饭', '粒粒分明', ['米饭放凉打散', '先炒鸡蛋', '倒入米饭，大火翻炒', '加盐和葱花']),
]

# Idiom, meaning, a sentence.
IDIOMS = [
    ('滥竽充数', '没有真本领，混在行家里面凑数', '合唱比赛每人独唱一句，想滥竽充数可不行。'),
    ('叶公好龙', '嘴上说喜欢，真遇到了却害怕', '他说想创业，机会来了又躲开，真是叶公好龙。'),
    ('邯郸学步', '一味模仿别人，连自己的长处也丢了', '照搬别家的菜单，反而没了招牌菜，这就是邯郸学步。'),
    ('盲人摸象', '只了解一部分，就以为知道了全体', '只看一张图表就下结论，难免盲人摸象。'),
    ('水滴石穿', '只要坚持，力量虽小也能成事', '每天背十个单词，水滴石穿，一年就很可观。'),
    ('取长补短', '吸收别人的长处，弥补自己的不足', '两个小组互相讲课，取长补短。'),
    ('揠苗助长', '不顾规律，急于求成，结果坏了事', '让五岁的孩子做奥数题，无异于揠苗助长。'),
    ('有备无患', '事先准备好，就不怕出问题', '出门前查好天气带上伞，有备无患。'),
    ('买椟还珠', '只看重外表，丢掉了真正有价值的东西', '为了盒子漂亮买茶，茶叶却扔在一边，岂不是买椟还珠。'),
    ('一丝不苟', '做事认真，一点也不马虎', '校对员一丝不苟，连标点也不放过。'),
    ('南辕北辙', '行动和目的正好相反', '想减肥却天天吃夜宵，真是南辕北辙。'),
    ('杯水车薪', '力量太小，解决不了问题', '几百元捐款对重建来说只是杯水车薪。'),
    ('精益求精', '已经很好了，还要求更好', '老工匠对每一道工序都精益求精。'),
    ('入乡随俗', '到一个地方就按当地的习惯做', '出国旅行要入乡随俗，先了解礼节。'),
    ('纸上谈兵', '只会空谈，不能解决实际问题', '没有下过厨房的人写菜谱，常常是纸上谈兵。'),
    ('温故知新', '复习旧知识，能得到新的体会', '期末整理笔记，常常温故知新。'),
    ('众志成城', '大家一条心，力量就很大', '抗洪的日子里，全城众志成城。'),
    ('班门弄斧', '在行家面前卖弄本领', '在老厨师面前谈火候，我可不敢班门弄斧。'),
    ('画龙点睛', '在关键的地方加一笔，使整体生动', '文章最后一句引用古诗，真是画龙点睛。'),
    ('千里之行，始于足下', '远大的目标要从眼前的小事做起', '想写一本书，先写好今天这一页：千里之行，始于足下。'),
]

# Term, field, definition.
TERMS = [
    ('光合作用', '生物', '植物利用阳光，把二氧化碳和水变成糖类，同时放出氧气的过程'),
    ('惯性', '物理', '物体保持原来静止或匀速直线运动状态的性质'),
    ('催化剂', '化学', '能改变反应速度而自身在反应前后质量不变的物质'),
    ('通货膨胀', '经济', '物价普遍而持续地上涨，货币的购买力下降'),
    ('质数', '数学', '大于一并且只能被一和它自身整除的自然数'),
    ('季风', '地理', '风向随着季节有规律变化的风'),
    ('算法', '计算机', '为解决一个问题而规定的明确、有限的步骤'),
    ('比喻', '语文', '用相似的事物来描写另一事物，使表达生动的修辞手法'),
    ('密度', '物理', '单位体积里物质的质量'),
    ('供求关系', '经济', '商品的供给与需求之间的对比，它影响价格的高低'),
    ('细胞', '生物', '构成生物体的基本单位'),
    ('板块运动', '地理', '地球表面的岩石板块缓慢移动，形成山脉和地震'),
    ('死循环', '计算机', '结束的条件永远不会满足，因此停不下来的循环'),
    ('氧化', '化学', '物质与氧结合，或者失去电子的反应'),
    ('概率', '数学', '表示一件事发生可能性大小的数，介于零和一之间'),
    ('拟人', '语文', '把事物当作人来写，赋予它人的动作和感情'),
    ('电阻', '物理', '导体对电流的阻碍作用'),
    ('食物链', '生物', '生物之间由吃与被吃的关系连成的链条'),
    ('复利', '经济', '把利息加入本金，再一起计算利息的方法'),
    ('排序', '计算机', '把一组数据按照大小或先后重新排列'),
    ('黄金分割', '数学', '把一条线段分成两部分，较长的一段与全长之比约为零点六一八'),
    ('潮汐', '地理', '海水在月亮和太阳引力作用下有规律的涨落'),
    ('机器学习', '计算机', '让程序从数据中总结规律，并用规律来预测'),
    ('对称', '数学', '图形沿一条线对折以后两边完全重合'),
]

# Word, opposite, near synonym, in a phrase.
WORDS = [
    ('朴素', '华丽', '朴实', '朴素的衣裳'), ('稀疏', '稠密', '稀少', '稀疏的星星'), ('慷慨', '吝啬', '大方', '慷慨的朋友'),
    ('茂盛', '枯萎', '繁茂', '茂盛的树林'), ('光明', '黑暗', '明亮', '光明的前途'), ('温暖', '寒冷', '暖和', '温暖的阳光'),
    ('复杂', '简单', '繁杂', '复杂的机器'), ('勇敢', '胆小', '英勇', '勇敢的消防员'), ('崎岖', '平坦', '坎坷', '崎岖的山路'),
    ('聪明', '愚笨', '机灵', '聪明的小猴'), ('坚强', '软弱', '刚强', '坚强的意志'), ('清楚', '模糊', '清晰', '清楚的字迹'),
    ('开始', '结束', '开端', '新的开始'), ('热情', '冷淡', '热心', '热情的主人'), ('湿润', '干燥', '潮湿', '湿润的泥土'),
    ('富裕', '贫穷', '富有', '富裕的生活'), ('轻松', '紧张', '轻快', '轻松的音乐'), ('进步', '退步', '提高', '明显的进步'),
    ('赞美', '批评', '称赞', '赞美劳动'), ('陌生', '熟悉', '生疏', '陌生的城市'), ('弯曲', '笔直', '曲折', '弯曲的小路'),
    ('狭窄', '宽阔', '窄小', '狭窄的走廊'), ('喜欢', '讨厌', '喜爱', '喜欢读书'), ('成功', '失败', '胜利', '成功的经验'),
]  # fmt: skip

# Animal, class, habitat, food, a fact.
ANIMALS = [
    ('大熊猫', '哺乳动物', '山地竹林', '竹子', '前掌有一个像拇指的突起，便于抓竹子'),
    ('鸵鸟', '鸟类', '非洲的草原', '草和种子', '不会飞，却跑得比马还快'),
    ('海豚', '哺乳动物', '温暖的海洋', '鱼和乌贼', '用超声波探测周围'),
    ('刺猬', '哺乳动物', '灌木丛和田边', '昆虫和蚯蚓', '遇到危险会缩成一个刺球'),
    ('蜜蜂', '昆虫', '花丛和蜂巢', '花蜜和花粉', '用舞蹈告诉同伴花在哪里'),
    ('青蛙', '两栖动物', '池塘和稻田', '害虫', '小时候是用鳃呼吸的蝌蚪'),
    ('骆驼', '哺乳动物', '沙漠', '干草和灌木', '驼峰里储存的是脂肪'),
    ('章鱼', '软体动物', '海底的岩石间', '螃蟹和贝类', '有三颗心脏'),
    ('猫头鹰', '鸟类', '森林', '田鼠', '飞行时几乎没有声音'),
    ('海龟', '爬行动物', '热带海域', '海草和水母', '会回到出生的沙滩产卵'),
    ('蚂蚁', '昆虫', '地下的巢穴', '各种食物碎屑', '能举起比自己重许多倍的东西'),
    ('变色龙', '爬行动物', '热带雨林', '昆虫', '两只眼睛可以分别转动'),
]

# Situation, a polite letter's middle.
LETTERS = [
    ('请假一天去看病', '因身体不适，需要去医院检查', '请假一天'),
    ('推迟项目的交付时间', '测试中发现了两个需要修复的问题', '把交付时间推迟三天'),
    ('感谢老师的推荐信', '您的推荐帮助我顺利拿到了录取通知', '当面向您道谢'),
    ('邀请同事参加团建', '本周六我们在郊外组织徒步活动', '邀请您一起参加'),
    ('向客户说明发货延误', '因台风影响，货物晚到仓库两天', '为您免去运费'),
    ('询问租房的情况', '我在网上看到了您发布的两居室', '约个时间看房'),
    ('反映小区的噪音问题', '楼下的施工常常持续到深夜', '请物业协调施工时间'),
    ('向图书馆荐购图书', '馆里关于天文的新书比较少', '推荐购入一套科普丛书'),
]

# Review, label, reason.
REVIEWS = [
    ('耳机音质清澈，戴一整天也不累。', '正面', '称赞了音质和舒适度'),
    ('等了一个小时菜还没上，服务员也不理人。', '负面', '抱怨上菜慢、服务差'),
    ('包装完好，第二天就送到了。', '正面', '满意包装和速度'),
    ('屏幕有两个坏点，客服还推卸责任。', '负面', '指出质量问题和售后问题'),
    ('房间不大，不过很干净，离地铁也近。', '正面', '整体肯定，缺点很小'),
    ('剧情拖沓，看到一半就睡着了。', '负面', '认为内容无聊'),
    ('面料柔软，颜色和图片一样。', '正面', '肯定面料和颜色'),
    ('用了一周就开裂，质量太差。', '负面', '指出很快损坏'),
    ('孩子非常喜欢，每晚都要听一段。', '正面', '说明孩子喜欢'),
    ('电池半天就没电，根本不够用。', '负面', '抱怨续航短'),
    ('讲解清楚，例子也贴近生活。', '正面', '肯定讲解和例子'),
    ('路线标识混乱，绕了很久才找到入口。', '负面', '抱怨指引不清'),
]

# Topic, three tips.
TIPS = [
    ('提高阅读速度', ['先看标题和小结，明确目的', '用手指或笔引导视线，减少回看', '每天固定练习二十分钟']),
    ('改善睡眠', ['固定起床时间', '睡前一小时不看屏幕', '下午以后少喝咖啡']),
    ('准备面试', ['了解公司的产品和岗位要求', '用具体的例子说明自己的经历', '提前演练自我介绍']),
    ('节省电费', ['随手关灯，换用节能灯', '空调温度不要设得太低', '长时间不用的电器拔掉插头']),
    ('学好数学', ['弄懂概念再做题', '把错题整理成册', '试着给别人讲解解法']),
    ('保护视力', ['每看书四十分钟就望远', '保持合适的坐姿和光线', '多到户外活动']),
    ('管理时间', ['把任务按重要程度排序', '一次只做一件事', '给每项任务留出余地']),
    ('养护盆栽', ['了解它喜光还是喜阴', '见干见湿，不要天天浇水', '定期松土和施肥']),
    ('写好工作邮件', ['标题写明事项', '先写结论再写理由', '发送前检查附件和收件人']),
    ('练习长跑', ['从快走和慢跑交替开始', '穿合脚的鞋', '每周增加的距离不超过一成']),
    ('减少压力', ['把担心的事写下来', '每天散步或做深呼吸', '和信任的人聊一聊']),
    ('安全用火', ['做饭时不离开厨房', '熟悉灭火器的位置', '睡前检查燃气阀门']),
    ('备份照片', ['本地和云端各存一份', '按年月建立文件夹', '每半年检查一次能否打开']),
    ('记住新单词', ['放在句子里记', '隔天、隔周反复复习', '用新词写几句日记']),
    ('整理房间', ['先扔掉一年没用的东西', '同类物品放在一起', '用完马上放回原处']),
    ('练习演讲', ['先写出三个要点', '对着镜子计时练习', '开头讲一个小故事']),
]

# Chinese, English.
SENTENCES = [
    ('今天下午三点开会。', 'The meeting is at three this afternoon.'),
    ('请把窗户关上。', 'Please close the window.'),
    ('他住在学校附近。', 'He lives near the school.'),
    ('这本书比那本书便宜。', 'This book is cheaper than that one.'),
    ('我们应该保护环境。', 'We should protect the environment.'),
    ('她会说三种语言。', 'She speaks three languages.'),
    ('火车晚点了半个小时。', 'The train was half an hour late.'),
    ('明天可能会下雨。', 'It may rain tomorrow.'),
    ('你能帮我一个忙吗？', 'Could you do me a favour?'),
    ('孩子们在公园里放风筝。', 'The children are flying kites in the park.'),
    ('这道菜有点咸。', 'This dish is a little salty.'),
    ('我从来没有去过那座城市。', 'I have never been to that city.'),
    ('锻炼对身体有好处。', 'Exercise is good for your health.'),
    ('他一边听音乐一边做作业。', 'He listens to music while doing his homework.'),
    ('超市九点开门。', 'The supermarket opens at nine.'),
    ('请告诉我怎么去车站。', 'Please tell me how to get to the station.'),
]

# Season, subject, four lines.
POEMS = [
    ('春雨', ['细雨轻轻落柳枝，', '一城新绿正当时。', '行人莫怨衣衫湿，', '夜半花开自有知。']),
    ('夏夜', ['荷风送凉入小窗，', '萤火三两绕池塘。', '谁家笛声随月起，', '吹得星河满院香。']),
    ('秋山', ['一山红叶一山霜，', '雁字南飞过夕阳。', '樵径无人松子落，', '白云深处是家乡。']),
    ('冬雪', ['昨夜北风过小桥，', '今朝白雪压梅梢。', '炉边煮茗等人至，', '脚印一行到柴寮。']),
]

FACTS = [
    ('竹子为什么长得特别快？', '因为竹子每一节都有能分裂的组织，许多节同时伸长，所以长得特别快。'),
    ('为什么新切的苹果会变色？', '果肉里的物质碰到空气被氧化，颜色就变深了。'),
    ('猫的胡须有什么用？', '胡须能感觉周围的宽窄，猫靠它判断自己能不能钻过去。'),
    ('轮胎上为什么有花纹？', '花纹能排开积水，增加轮胎与路面的摩擦。'),
    ('洋葱为什么让人流泪？', '切开洋葱会放出一种刺激的气体，眼睛流泪来把它冲掉。'),
    ('为什么要在铁轨之间留缝？', '钢轨受热会变长，留下缝隙可以防止铁轨被挤弯。'),
    ('蜗牛爬过为什么留下白印？', '那是它分泌的黏液干了以后的痕迹，黏液保护它的身体。'),
    ('面团发酵为什么会变大？', '酵母把糖变成二氧化碳，气泡把面团撑了起来。'),
    ('为什么冬天脱毛衣会有火花？', '摩擦使衣服带上静电，放电的时候就有火花和响声。'),
    ('向日葵总是跟着太阳转吗？', '只有年轻的花盘会转，开花以后它大多朝着东方。'),
    ('香蕉为什么没有种子？', '常吃的香蕉是人们选育的品种，种子退化成了果肉里的小黑点。'),
    ('酒精灯为什么不能用嘴吹灭？', '吹气可能把火焰压进灯里，引起危险，应当用灯帽盖灭。'),
    ('夜里走路月亮为什么跟着人？', '月亮离我们太远，走几步路，它的方向几乎不变。'),
    ('鞋带为什么会自己松开？', '走路时的冲击和摆动一点一点拉松绳结，最后它就散了。'),
    ('毛巾为什么吸水？', '棉纤维之间有许多细小的空隙，水沿着空隙被吸进去。'),
    ('啄木鸟为什么不会头痛？', '它的头骨结实，颈部的肌肉也有力，能承受反复的撞击。'),
]

EN_TERMS = [
    ('gravity', 'the force that pulls objects towards each other'),
    ('photosynthesis', 'the way plants turn light, water and carbon dioxide into sugar and oxygen'),
    ('inflation', 'a general and lasting rise in prices'),
    ('a prime number', 'a number above one that only one and itself divide'),
    ('an algorithm', 'a finite list of clear steps that solves a problem'),
    ('a habitat', 'the place where a plant or an animal naturally lives'),
    ('a metaphor', 'a figure of speech that describes one thing as if it were another'),
    ('evaporation', 'the change of a liquid into a gas below its boiling point'),
    ('a budget', 'a plan for what to earn and what to spend'),
    ('encryption', 'a way to write a message so that only the holder of a key can read it'),
    ('erosion', 'the slow wearing away of soil and rock by wind, water or ice'),
    ('a vaccine', 'a substance that teaches the body to defend itself against a disease'),
    ('a synonym', 'a word that means nearly the same as another word'),
    ('momentum', 'mass times velocity: how hard it is to stop a moving thing'),
    ('a compiler', 'a program that translates source code into machine code'),
    ('overfitting', 'learning the training data by heart and failing on new data'),
]

EN_TIPS = [
    (
        'sleep better',
        ['Go to bed at the same hour.', 'Keep the room dark and cool.', 'Leave the phone in another room.'],
    ),
    (
        'write a clear email',
        ['Say what you want in the first line.', 'Use short paragraphs.', 'End with the next step.'],
    ),
    ('save water', ['Fix dripping taps.', 'Take shorter showers.', 'Water plants in the evening.']),
    ('learn a language', ['Practise a little every day.', 'Speak from the first week.', 'Read what you enjoy.']),
    ('prepare for an exam', ['Make a plan early.', 'Test yourself often.', 'Rest the night before.']),
    ('cook on a budget', ['Plan meals for the week.', 'Buy what is in season.', 'Freeze what is left over.']),
    ('stay focused', ['Do one thing at a time.', 'Silence notifications.', 'Take a break every hour.']),
    ('pack for a trip', ['Write a list.', 'Roll your clothes.', 'Carry medicine in your hand luggage.']),
]

EN_OPPOSITES = [
    ('ancient', 'modern'), ('brave', 'cowardly'), ('cheap', 'expensive'), ('deep', 'shallow'), ('early', 'late'),
    ('generous', 'mean'), ('heavy', 'light'), ('narrow', 'wide'), ('polite', 'rude'), ('rough', 'smooth'),
    ('simple', 'complicated'), ('strong', 'weak'), ('wet', 'dry'), ('visible', 'hidden'),
]  # fmt: skip


def pick(choices: list, position: int):
    return choices[position % len(choices)]


def numbered(lines: list) -> str:
    return '\n'.join(f'{number}. {line}' for number, line in enumerate(lines, start=1))


def row(instruction: str, output: str, input: str = '') -> dict:
    return {'instruction': instruction, 'input': input, 'output': output}


def chinese():
    for at, (city, province, name, sights, season) in enumerate(PLACES):
        yield row(
            pick([f'请介绍一下{city}。', f'{city}是一座怎样的城市？'], at),
            f'{city}位于{province}，素有“{name}”的说法。到了那里，可以看看{sights}。最适合去的时候是{season}。',
        )
        yield row(
            pick([f'我打算去{city}玩三天，请给我一个简单的安排。', f'写一份{city}三日游的计划。'], at),
            f'第一天：到达{city}，在住处附近散步，尝尝当地的小吃。\n第二天：看{sights}。\n第三天：逛逛市场，买些纪念品，下午返程。',
        )
        yield row('写一句旅游广告语。', f'{season}的{city}，{name}，等你来。', f'城市：{city}')
    for at, (dish, taste, steps) in enumerate(DISHES):
        yield row(
            pick([f'{dish}怎么做？', f'请写出{dish}的做法。'], at),
            f'{dish}的做法如下：\n{numbered([step + "。" for step in steps])}',
        )
        yield row('用一句话描述这道菜的味道。', f'{dish}{taste}，让人吃了还想再吃。', dish)
        yield row(pick([f'做{dish}的第一步是什么？', f'做{dish}时先做什么？'], at), f'先{steps[0]}。')
    for at, (idiom, meaning, sentence) in enumerate(IDIOMS):
        yield row(pick([f'“{idiom}”是什么意思？', f'请解释成语“{idiom}”。'], at), f'“{idiom}”的意思是{meaning}。')
        yield row(f'用“{idiom}”造一个句子。', sentence)
        yield row('下面的解释说的是哪个成语？', f'这个成语是“{idiom}”。', meaning)
    for at, (term, field, definition) in enumerate(TERMS):
        yield row(
            pick([f'什么是{term}？', f'请用一句话解释{term}。', f'给初学者讲讲“{term}”。'], at),
            f'{term}是{definition}。',
        )
        yield row('这个词属于哪个学科？', f'“{term}”属于{field}。', term)
    for word, opposite, near, phrase in WORDS:
        yield row(f'“{word}”的反义词是什么？', f'“{word}”的反义词是“{opposite}”。')
        yield row(f'“{word}”的近义词是什么？', f'“{word}”的近义词是“{near}”。')
        yield row('用这个词组成一个短语。', f'{phrase}。', word)
    for at, (animal, family, home, food, fact) in enumerate(ANIMALS):
        yield row(
            pick([f'介绍一下{animal}。', f'{animal}有什么特点？'], at),
            f'{animal}属于{family}，生活在{home}，主要吃{food}。有趣的是，它{fact}。',
        )
        yield row('判断下面的动物属于哪一类。', f'{animal}属于{family}。', animal)
    for case, reason, wish in LETTERS:
        yield row(
            f'写一封简短的邮件：{case}。', f'您好！\n\n{reason}，因此想{wish}。给您添麻烦了，盼复。\n\n此致\n敬礼'
        )
    for review, label, reason in REVIEWS:
        yield row('判断这条评论是正面还是负面，并说明理由。', f'{label}。理由：{reason}。', review)
        yield row('只回答“正面”或“负面”。', label, review)
    for at, (topic, tips) in enumerate(TIPS):
        yield row(
            pick([f'怎样{topic}？请给三条建议。', f'关于{topic}，你有什么建议？'], at),
            numbered([tip + '。' for tip in tips]),
        )
        yield row(f'用一句话说明{topic}最重要的一点。', f'最重要的是{tips[0]}。')
    for source, target in SENTENCES:
        yield row('把下面的句子翻译成英文。', target, source)
        yield row('把下面的句子翻译成中文。', source, target)
    for subject, lines in POEMS:
        yield row(f'以“{subject}”为题写一首四句的诗。', '\n'.join(lines))
    for question, answer in FACTS:
        yield row(question, answer)
    for at in range(40):
        left, right = 12 + at * 7 % 83, 3 + at * 5 % 17
        signs = [('+', '加', left + right), ('-', '减', left - right), ('×', '乘以', left * right)]
        sign, name, result = pick(signs, at)
        yield row(
            pick(['计算下面的算式。', '下面的算式等于多少？'], at),
            f'{left}{name}{right}等于{result}。',
            f'{left} {sign} {right}',
        )
    for at in range(20):
        price, count = 3 + at % 9, 2 + at * 3 % 7
        thing, unit = pick([('苹果', '斤'), ('铅笔', '支'), ('面包', '个'), ('橙汁', '瓶')], at)
        yield row(
            f'{thing}每{unit}{price}元，买{count}{unit}要多少钱？',
            f'{price}乘以{count}等于{price * count}，所以要{price * count}元。',
        )
    for at in range(16):
        cities = [PLACES[(at + step) % len(PLACES)][0] for step in (0, 3, 7)]
        yield row('把下面的城市用顿号连起来。', '、'.join(cities) + '。', ' '.join(cities))


def english():
    for at, (term, meaning) in enumerate(EN_TERMS):
        name = term.split()[-1] if term.startswith(('a ', 'an ')) else term
        yield row(
            pick([f'What is {term}?', f'Explain {name} in one sentence.'], at),
            f'{term[0].upper()}{term[1:]} is {meaning}.',
        )
        yield row('Which word fits this definition?', f'The word is "{name}".', meaning)
    for at, (goal, tips) in enumerate(EN_TIPS):
        yield row(pick([f'How can I {goal}?', f'Give me three tips to {goal}.'], at), numbered(tips))
        yield row(f'Name one way to {goal}.', tips[0])
    for word, opposite in EN_OPPOSITES:
        yield row(f'What is the opposite of "{word}"?', f'The opposite of "{word}" is "{opposite}".')
    for at in range(30):
        left, right = 9 + at * 11 % 71, 2 + at * 3 % 13
        sign, name, result = pick(
            [('+', 'plus', left + right), ('-', 'minus', left - right), ('*', 'times', left * right)], at
        )
        yield row('Work out the sum.', f'{left} {name} {right} is {result}.', f'{left} {sign} {right}')
    for at in range(14):
        words = [EN_OPPOSITES[(at + step) % len(EN_OPPOSITES)][0] for step in (0, 2, 5, 9)]
        yield row('Sort these words alphabetically.', ', '.join(sorted(words)), ', '.join(words))


def main() -> None:
    for name, rows in (('zh', chinese()), ('en', english())):
        lines = [json.dumps(each, ensure_ascii=False) + '\n' for each in rows]
        Path(__file__).with_name(f'{name}.jsonl').write_text(''.join(lines), encoding='utf-8')
        print(f'{name}.jsonl: {len(lines)} rows')


if __name__ == '__main__':
    main()
