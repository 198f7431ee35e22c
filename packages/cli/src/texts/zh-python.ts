import type { Phrases } from './say.ts';

/** Sentences of the Python stages and of what they run in, in Chinese. */
export const chineseOfPython = (): Phrases => ({
  // What a stage does
  'loading the libraries': '正在载入库',
  'loading the model': '正在载入模型',
  'training on from step {}': '从第 {} 步接着训练',
  'training …': '正在训练',
  'writing the adapter': '正在写出适配器',
  'reading the rows': '正在读入行',
  'comparing the chat templates': '正在比对对话模板',
  'tokenizing …': '正在分词',
  'scoring …': '正在评分',
  'answering …': '正在回答',
  'copying the base': '正在复制基座模型',
  'merging …': '正在合并',
  'comparing logits': '正在比较 logits',
  'checking the package': '正在核对安装包',
  'training the tokenizer': '正在训练分词器',
  'making the weights': '正在生成权重',
  'warming up': '正在预热',
  'writing the weights': '正在写出权重',
  'downloading {} at {}': '正在下载 {}（{}）',
  'fetching {} of {} at {}': '正在获取 {2} 的 {1}（{3}）',

  // lora-sft
  'the warm-up takes {} steps and the training has {}: the learning rate never reaches {}':
    '预热要 {} 步，而训练只有 {} 步：学习率到不了 {}',
  '{}: {} of {} rows have nothing to learn': '{}：{2} 行（共 {3} 行）没有可学的内容',
  '{} of {} rows teach to end with token {}, at which generation does not stop (`eos_token_id` of the weights is {}): add it to their generation_config.json':
    '{} 行（共 {} 行）教模型以词元 {} 结尾，而生成不在它那里停下（权重的 `eos_token_id` 是 {}）：请把它加进权重的 generation_config.json',
  '{} of {} rows teach to end with {}, at which generation does not stop (the model stops at {}): add it to `eos_token_id` in the generation_config.json of the model':
    '{} 行（共 {} 行）教模型以 {} 结尾，而生成不在它那里停下（模型停在 {}）：请把它加进模型的 generation_config.json 里的 `eos_token_id`',
  'line {} of {}': '{2} 的第 {1} 行',
  '{}: {} was not saved': '{}：没有存下 {}',
  '{}: the optimizer was saved in {} parts, not {}': '{}：优化器存成了 {} 份，而不是 {} 份',
  '{}: {} is missing': '{}：缺少 {}',
  '{}: {} is not the file that was saved': '{}：{} 不是当时存下的文件',
  'the GPU ran out of memory {} (peak {} GiB)': 'GPU 显存{}用尽（峰值 {} GiB）',
  'at step {}': '在第 {} 步',
  'in the evaluation after step {}': '在第 {} 步之后的评测中',
  'in the predictions after step {}': '在第 {} 步之后回答固定提示时',
  'while the weights were loaded': '在载入权重时',
  'set `training.gradientCheckpointing: true`': '请设 `training.gradientCheckpointing: true`',
  'set `training.batchSize: {}` and `training.gradientAccumulation: {}`, which trains the same, or lower `maxLength` in `tokenize`':
    '请设 `training.batchSize: {}` 和 `training.gradientAccumulation: {}`（训练结果相同），或调低 `tokenize` 的 `maxLength`',
  "lower `maxLength` in `tokenize`, or set `training.quantization: '4-bit'`":
    "请调低 `tokenize` 的 `maxLength`，或设 `training.quantization: '4-bit'`",
  'lower `maxLength` in `tokenize`, or use a GPU with more memory':
    '请调低 `tokenize` 的 `maxLength`，或换一块显存更大的 GPU',
  "set `training.quantization: '4-bit'`, or use a GPU with more memory":
    "请设 `training.quantization: '4-bit'`，或换一块显存更大的 GPU",
  'use a GPU with more memory, and see with `nvidia-smi` that nobody else is on this one':
    '请换一块显存更大的 GPU，并用 `nvidia-smi` 看看有没有别人在用这一块',
  'set `evaluation.batchSize: {}`, which gives the same loss': '请设 `evaluation.batchSize: {}`，损失不变',
  'lower `maxLength` in `tokenize`, or leave out the `test` input and measure with `evaluate` afterwards':
    '请调低 `tokenize` 的 `maxLength`，或去掉输入 `test`，训练后再用 `evaluate` 评测',
  'give fewer `predictions.prompts`': '请减少 `predictions.prompts`',
  'lower `predictions.maxNewTokens`': '请调低 `predictions.maxNewTokens`',
  '{} at step {}, so the training was stopped; the checkpoints before it are kept':
    '第 {2} 步{1}，训练因此停止；之前的检查点都保留着',
  'the loss became {}': '损失变成了 {}',
  'the gradient became {}': '梯度变成了 {}',
  'lower `training.learningRate`, lengthen `training.warmup`, or lower `training.maxGradNorm`':
    '请调低 `training.learningRate`、加长 `training.warmup`，或调低 `training.maxGradNorm`',
  'the evaluation loss became {} at step {}': '第 {2} 步的评测损失变成了 {1}',
  'lower `training.learningRate`; the checkpoints before it are kept':
    '请调低 `training.learningRate`；之前的检查点都保留着',
  '`continueFrom` was trained for {} steps already, and this training ends after {}':
    '`continueFrom` 已训练了 {} 步，而这次训练到第 {} 步就结束',
  'raise `training.duration`, which counts from the very beginning':
    '请加大 `training.duration`，它从最开头算起',
  '`continueFrom` was trained by {} process(es), and `launch.processes` is {}':
    '`continueFrom` 由 {} 个进程训练，而 `launch.processes` 是 {}',
  'set `launch.processes: {}`': '请设 `launch.processes: {}`',
  '`continueFrom` was trained with `{}` {}, this training has {}':
    '`continueFrom` 训练时 `{}` 是 {}，而这次训练是 {}',
  'an adapter cannot change its shape: give `lora` the same values':
    '适配器不能改变形状：请给 `lora` 同样的值',
  '`launch.processes` is {}, but the job was given {} GPU(s)':
    '`launch.processes` 是 {}，而作业分到 {} 块 GPU',
  'process {} of {} was ended by {}': '进程 {}（共 {} 个，从 0 数起）被 {} 结束',
  'packing needs FlashAttention: with other attention the rows packed together see each other':
    '打包需要 FlashAttention：用别的注意力实现时，打包在一起的行会彼此看见',
  "set `training.packing` to null, or use a GPU and `training.attention: 'flash-attention-2'`":
    "请把 `training.packing` 设为 null，或用 GPU 并设 `training.attention: 'flash-attention-2'`",
  FlashAttention: 'FlashAttention',
  'FlashAttention a CPU does not have': 'CPU 上没有 FlashAttention',
  'FlashAttention is not installed in this environment': '这个环境里没有安装 FlashAttention',
  "set `training.attention: 'sdpa'`": "请设 `training.attention: 'sdpa'`",
  '4-bit weights need a GPU': '4 比特权重需要 GPU',
  "set `training.quantization: 'none'`": "请设 `training.quantization: 'none'`",
  '4-bit weights and 8-bit optimizers need bitsandbytes, which this environment lacks':
    '4 比特权重和 8 比特优化器需要 bitsandbytes，而这个环境里没有',
  'ZeRO-2 needs DeepSpeed, which this environment lacks': 'ZeRO-2 需要 DeepSpeed，而这个环境里没有',
  "set `launch.strategy: 'ddp'`: with LoRA there is little to share, some tens of MiB on a 9B model":
    "请设 `launch.strategy: 'ddp'`：用 LoRA 时可分摊的很少，9B 模型上只有几十 MiB",
  'ZeRO-2 shares the optimizer among processes, and `launch.processes` is 1':
    'ZeRO-2 把优化器分给各进程，而 `launch.processes` 是 1',
  "set `launch.processes` to the number of GPUs, or `launch.strategy: 'ddp'`":
    "请把 `launch.processes` 设为 GPU 的数目，或设 `launch.strategy: 'ddp'`",
  'fp16 trains on a GPU only': 'fp16 只能在 GPU 上训练',
  "set `training.precision: 'fp32'`": "请设 `training.precision: 'fp32'`",
  '`{}` names {}, which this model does not have': '`{}` 提到 {}，而这个模型没有它',
  'did you mean {}? There are {}': '是不是想写 {}？这里有 {}',
  '`lora.targets` names {}, which is a {}: LoRA adapts linear layers and embeddings':
    '`lora.targets` 提到 {}，而它是 {}：LoRA 只适配线性层和嵌入',
  'name what lies in it: {}': '请写它里面的：{}',
  'name it in `lora.modulesToSave`, which trains it in full': '请写进 `lora.modulesToSave`，那里是整个训练',
  '`lora.modulesToSave` names {}, and `lora.targets` adapts {} in it':
    '`lora.modulesToSave` 提到 {}，而 `lora.targets` 要适配其中的 {}',
  'name it in one of the two: what is trained in full needs no matrices':
    '请只在其中一处写它：整个训练的模块不需要矩阵',
  'pass the test tokens that `tokenize` makes': '请传入 `tokenize` 产出的测试词元',
  '{} needs an evaluation loss, but the step has no `test` input': '{} 需要评测损失，而这一步没有输入 `test`',
  "`checkpoints.select: 'best'` needs an evaluation at the step of a checkpoint, and there was none":
    "`checkpoints.select: 'best'` 需要在存检查点的那一步评测，而一次也没有",
  'make `checkpoints.every` a multiple of `evaluation.every`':
    '请让 `checkpoints.every` 是 `evaluation.every` 的倍数',
  '{} holds no token to learn: {} rows, and every label of each is masked':
    '{} 里没有可学的词元：{} 行，每行的标签都被遮住了',
  'raise `maxLength` in `tokenize`: the answers were probably cut off':
    '请调高 `tokenize` 的 `maxLength`：回答多半被截掉了',
  'packing into rows of {} tokens would cut off the end of {} of {} rows; the longest has {}':
    '打包成 {} 个词元的行会截掉 {2} 行（共 {3} 行）的结尾；最长的有 {4} 个词元',
  'set `training.packing.length` to {} or more, or lower `maxLength` in `tokenize` to {}':
    '请把 `training.packing.length` 设为 {} 或更大，或把 `tokenize` 的 `maxLength` 调低到 {}',
  'stopped after step {} of {}; its checkpoint is kept': '在第 {} 步（共 {} 步）之后停下；它的检查点保留着',
  'DeepSpeed does not take our configuration: {}': 'DeepSpeed 不接受我们的配置：{}',

  // adapters, weights, precision
  'merged by PEFT with the whole model in memory, because of {}': '由 PEFT 把整个模型放进内存合并，因为有 {}',
  'the adapter is of type {}, expected LORA': '适配器的类型是 {}，应为 LORA',
  'the adapter has no {}': '适配器没有 {}',
  'the adapter was trained on the weights {}, but is used with {}':
    '适配器是在权重 {} 上训练的，却要用在 {} 上',
  'pass the weights that `lora-sft` was given': '请传入 `lora-sft` 用过的权重',
  'the adapter changes nothing: every lora_B is zero': '适配器什么也没有改变：所有 lora_B 都是零',
  'raise `training.learningRate`, or train for more steps': '请调高 `training.learningRate`，或多训练几步',
  '{} tensors of the adapter fit no module of the weights, the first is {}':
    '适配器有 {} 个张量在权重里没有对应的模块，第一个是 {}',
  'the adapter does not fit the weights: {}': '适配器与权重不合：{}',
  'the adapter holds numbers that are not finite, the first in {}': '适配器里有非有限的数，第一个在 {}',
  'lower `training.learningRate`': '请调低 `training.learningRate`',
  'the job asks for {} GPU(s), but torch {} sees none': '作业要 {} 块 GPU，而 torch {} 一块也看不到',
  'run `temper doctor`: the driver, the device nodes or the container runtime is missing':
    '请运行 `temper doctor`：缺了驱动、设备节点或容器运行时',
  'neither generation_config.json nor config.json names an eos_token_id':
    'generation_config.json 和 config.json 都没有写 eos_token_id',
  'name in generation_config.json the tokens at which an answer ends: it could never end':
    '请在 generation_config.json 里写明回答在哪些词元处结束：否则回答永远不会结束',
  'config.json and the weights may belong to different models: take both from one source':
    'config.json 和权重可能属于不同的模型：请从同一来源取两者',
  'take both from one source': '请从同一来源取两者',
  'the weights hold such numbers, or overflow in `training.precision`':
    '权重里有这样的数，或在 `training.precision` 下溢出',
  'fp16 overflows in {} models: the loss becomes 0 and nothing is learned':
    'fp16 在 {} 模型里会溢出：损失变成 0，什么也学不到',
  "set `precision: 'bf16'`, or 'fp32' on a CPU": "请设 `precision: 'bf16'`，在 CPU 上设 'fp32'",
  '{} is {} in the weights, but config.json makes it {}': '{} 在权重里是 {}，而 config.json 说是 {}',
  'the weights do not load: {}': '权重载入不了：{}',
  '{} is of type {}, which this stage does not compute with': '{} 的类型是 {}，这个步骤不用它计算',
  'use weights that are not quantized; QLoRA quantizes them itself': '请用未量化的权重；QLoRA 会自己量化',
  'config.json asks for {}, which the weights lack': 'config.json 要 {}，而权重里没有',
  'the weights hold {}, which config.json knows nothing of': '权重里有 {}，而 config.json 里没有',
  '{} tensors, beginning with {}': '{} 个张量（从 {} 起）',
  '{} tensors of the index are in no shard, the first is {}': '索引里有 {} 个张量不在任何分片里，第一个是 {}',
  '{} is no safetensors file: its header would be {} of {} bytes':
    '{} 不是 safetensors 文件：头部会有 {} 字节，而文件共 {} 字节',
  '{}: {} does not lie where the header says, the file may be cut':
    '{}：{} 不在头部所说的地方，文件可能被截断了',
  'the weights have neither model.safetensors nor model.safetensors.index.json':
    '权重里既没有 model.safetensors，也没有 model.safetensors.index.json',
  'the index names {}, but the weights do not have it': '索引里写着 {}，而权重里没有它',
  '{} ends inside {}': '{} 在 {} 中间就结束了',
  'the header of {} is not JSON: {}': '{} 的头部不是 JSON：{}',
  'the tokens of {} were made by the tokenizer {}, but are used with {}':
    '{} 的词元是用分词器 {} 做的，却要和 {} 一起用',
  'pass the tokenizer that `tokenize` was given': '请传入 `tokenize` 用过的分词器',
  'the rows hold token {}, but the weights know {} tokens': '行里有词元 {}，而权重只认识 {} 个词元',
  'pass the weights that the tokenizer belongs to': '请传入与分词器配套的权重',
  'tokens.safetensors holds {} rows, but rows.jsonl {}':
    'tokens.safetensors 有 {} 行，而 rows.jsonl 有 {} 行',

  // merge
  'the merged model computes something else than base and adapter: logits differ by {} ({} of it beyond rounding) where the largest is {}':
    '合并后的模型与基座加适配器算出的不同：logits 相差 {}（其中 {} 不能用舍入解释），最大的 logit 是 {}',
  '{} is allowed, {} of the largest logit, and nothing beyond rounding':
    '允许 {}，即最大 logit 的 {}，且不得超出舍入',
  '{} tensors of the adapter were not merged, the first is {}': '适配器有 {} 个张量没有合并进去，第一个是 {}',
  '{} is of type {}, into which nothing can be merged': '{} 的类型是 {}，不能往里合并',
  'use weights that are not quantized': '请用未量化的权重',
  'the adapter adds {} to {}, which is {}': '适配器要把 {} 加到 {} 上，而后者是 {}',
  '{} is no longer finite after the merge': '合并后 {} 不再是有限的数',
  'the adapter is broken: choose another checkpoint': '适配器坏了：请另选检查点',
  'the adapter changes {}, which the weights do not have': '适配器要改 {}，而权重里没有它',
  'the adapter has only lora_{} for {}': '适配器对 {2} 只有 lora_{1}',

  // evaluate, tokenize, load-weights
  'the test tokens hold no labelled token': '测试词元里没有带标签的词元',
  'raise `maxLength` in `tokenize`, or give the split more rows':
    '请调高 `tokenize` 的 `maxLength`，或给测试集更多的行',
  'the loss of row {} is {}: the model does not compute in this precision':
    '第 {} 行的损失是 {}：模型在这个精度下算不了',
  "set `precision: 'bf16'` or `precision: 'fp32'`": "请设 `precision: 'bf16'` 或 `precision: 'fp32'`",
  '{}/{} has no rows': '{}/{} 没有行',
  'give the split more rows': '请给它更多的行',
  'row {} begins with its special tokens twice: {}': '第 {} 行开头的特殊词元写了两遍：{}',
  'remove the prefix from the text of the row, or from the chat template':
    '请从这一行的文本或对话模板中去掉前缀',
  'the chat template refuses row {}: {}': '对话模板拒绝第 {} 行：{}',
  'mend or remove the row, or use a chat template that takes it':
    '请修好或去掉这一行，或改用能接受它的对话模板',
  'row {} has an answer whose end would not be learned: …{} is followed by {}':
    '第 {} 行有一个回答的结尾不会被学到：…{} 之后是 {}',
  'a model that learns no end talks on for ever; let a user or tool turn follow each answer, or end it in the chat template':
    '学不到结尾的模型会说个不停；请让每个回答后面跟着用户或工具的一轮，或在对话模板里写明结尾',
  '{} of {} test rows stand in the training rows too (same {}), such as row {}':
    '测试集的 {} 行（共 {} 行）也在训练集里（{} 相同），例如第 {} 行',
  'split by prompt, so that rows that repeat a prompt fall on one side':
    '请按提示划分，让提示相同的行落在同一边',
  '{} of {} {} rows have no answer within {} tokens (allowed: {}), such as row {}':
    '{3} 的 {1} 行（共 {2} 行）在 {4} 个词元之内没有回答（允许 {5}），例如第 {6} 行',
  'raise maxLength, shorten the rows, or allow more with maxDropped':
    '请调高 maxLength、缩短这些行，或用 maxDropped 放宽',
  'mark the answers in the chat template with {% generation %}, or use a tokenizer with a template that is known':
    '请在对话模板里用 {% generation %} 标出回答，或改用模板已知的分词器',
  "no training template fits the tokenizer's chat template: {}": '没有训练模板与分词器的对话模板相符：{}',
  'the tokenizer has no chat template': '分词器没有对话模板',
  'name one in trainingTemplate: {}': '请在 trainingTemplate 里写一个：{}',
  'the corpus of the stage gives {} tokens, asked for {}': '步骤自带的语料只够 {} 个词元，要的是 {}',
  'lower vocabulary': '请调低 vocabulary',
  'the loss of the warm-up is {} at step {}': '预热在第 {2} 步的损失是 {1}',
  'lower warmUp.learningRate': '请调低 warmUp.learningRate',
  '{} has the digest {}, expected {}': '{} 的摘要是 {}，应为 {}',
  'look at what {} {} is on the index, then correct sha256': '请看索引上的 {} {} 是什么，再改正 sha256',
  '{} holds no {}': '{} 里没有 {}',
  'its models are: {}': '里面的模型有：{}',

  // the launcher, and what every job shares
  'the job {} and gave no reason': '作业{}，没有说明原因',
  'the job {}': '作业{}',
  'was killed by {}': '被 {} 杀死',
  'ended with exit code {}': '以退出码 {} 结束',
  'the time limit of {} s is over': '超过了 {} 秒的时限',
  'the kernel killed the job for want of memory; its largest process had {}':
    '内存不足，内核杀死了作业；它最大的进程用了 {}',
  'the kernel killed the job for want of memory; its largest process had {} of {}':
    '内存不足，内核杀死了作业；它最大的进程用了 {}，上限是 {}',
  'lower the batch size or the length of the rows, or {}': '请调低批大小或行的长度，或{}',
  'run it on a machine with more memory': '换一台内存更大的机器',
  'raise `container.memory`': '调高 `container.memory`',
  'lower the batch size or the length of the rows, or ask for more GPU memory':
    '请调低批大小或行的长度，或用显存更大的 GPU',
  'the job made a file of its output {} ({}), which is a folder':
    '作业把输出 {}（{}）写成了文件，而输出是一个文件夹',
  'the job ended well but wrote nothing into its output {} ({}/)':
    '作业正常结束，却没有往输出 {}（{}/）里写东西',
  '{} is {}; outputs are made of regular files': '{} 是 {}；输出只能由普通文件组成',
  'a symbolic link': '符号链接',
  'a FIFO': 'FIFO',
  'a socket': '套接字',
  'a device': '设备',
  'the job wrote {}, which is none of its outputs ({})': '作业写了 {}，而它不在输出（{}）之列',
  'cannot start {}: {}': '启动不了 {}：{}',
  'there is no {} in the job folder': '作业文件夹里没有 {}',
  'the disk is full: {}': '磁盘满了：{}',
  'free some space where the store lies, then run again': '请在存储所在的磁盘上腾出空间，再运行一次',
  'the stage read {}, which it does not declare': '步骤读了没有声明的 {}',
  "declare it in {}/stage.ts: files: ['{}']": "请在 {}/stage.ts 里声明：files: ['{}']",
  'there is no module {}': '没有模块 {}',
  'a job holds the modules that are imported by their literal names, and the packages of its environment: import it by its name, or add its package to the environment':
    '作业里只有按字面名字导入的模块和环境里的包：请按名字导入它，或把它的包加进环境',
  'a job sees only what its stage declares: list the file under `files` or as a pin, and ask job.external(…) for its path':
    '作业只看得到步骤声明的东西：请把文件写在 `files` 里或作为外部数据固定，再用 job.external(…) 取它的路径',
  '{} is not JSON: {}': '{} 不是 JSON：{}',
  '{}:{} is not JSON: {}': '{}:{} 不是 JSON：{}',
  '{}:{} holds {}, expected an object': '{}:{} 里是 {}，应为对象',

  // chat
  'the conversation has {} tokens, and the model reads {} at most': '对话有 {} 个词元，而模型最多读 {} 个',
  '`/new` begins another one': '`/new` 开始新的对话',
});
