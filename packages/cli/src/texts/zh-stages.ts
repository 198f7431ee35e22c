import type { Phrases } from './say.ts';

/** Sentences of the stages and of the checks of their artifacts, in Chinese. */
export const chineseOfStages = (): Phrases => ({
  'the evaluations were made on different rows ({} differs from the first)':
    '这些评测用的行不同（{} 与第一份不一样）',
  'pass the same `test` and `tokens` to every `evaluate`':
    '每个 `evaluate` 都应传入相同的 `test` 和 `tokens`',
  'the report holds one evaluation, and a gate holds the last against the first':
    '报告里只有一份评测，而闸门要拿最后一份对照第一份',
  'compare the base with the adapter: `{}`': '请把基座与适配器对比：`{}`',
  'the report holds no metric {}': '报告里没有指标 {}',
  'it holds {}': '它有 {}',
  'train it better, choose another checkpoint, or change what `gate` asks':
    '请改进训练、另选检查点，或改变 `gate` 的要求',
  '{} holds no tensor': '{} 里没有张量',
  '{} is not a safetensors file: it has {} bytes': '{} 不是 safetensors 文件：它有 {} 字节',
  '{} is not a safetensors file: its header would have {} bytes, and the file has {}':
    '{} 不是 safetensors 文件：头部应有 {} 字节，而文件只有 {} 字节',
  '{} is not a safetensors file: its header is not JSON': '{} 不是 safetensors 文件：头部不是 JSON',
  '{}: the bytes of {} do not follow on those before it': '{}：{} 的字节没有接着前一个张量',
  '{}: its tensors take {} bytes, and it holds {}': '{}：张量要占 {} 字节，而它有 {} 字节',
  'there is no safetensors file': '没有 safetensors 文件',
  'keep the shards or the whole file, not both': '分片和整个文件只留其一',
  '{} puts {} into {}, which is missing': '{} 说 {} 在 {} 里，而后者不存在',
  '{} puts {} into {}, and it is not there': '{} 说 {} 在 {} 里，而那里没有',
  '{} does not list {}': '{} 没有列出 {}',
  '{} is not JSON': '{} 不是 JSON',
  'there is no chat template': '没有对话模板',
  'take a chat model, or bring a `chat_template.jinja`': '请用对话模型，或自带 `chat_template.jinja`',
  'tokens.safetensors holds no {}': 'tokens.safetensors 里没有 {}',
  'there are not as many labels as tokens': '标签与词元数目不等',
  'it is empty': '它是空的',
  'Alpaca rows have `instruction` and `output`, ShareGPT rows `conversations`, OpenAI rows `messages`':
    'Alpaca 行有 `instruction` 和 `output`，ShareGPT 行有 `conversations`，OpenAI 行有 `messages`',
  '{} holds no rows': '{} 里没有行',
  'name another file, or export it again': '请写另一个文件，或重新导出',
  '{} of {} rows of {} do not fit the {} format': '{3} 的 {2} 行中有 {1} 行不合 {4} 格式',
  '{} of {} rows of {} does not fit the {} format': '{3} 的 {2} 行中有 {1} 行不合 {4} 格式',
  'row {} of {} is in no format that is read: it has {}': '{2} 的第 {1} 行不是能读的格式：它有 {3}',
  '{} holds {} files of rows': '{} 里有 {} 个数据文件',
  '{} holds no file {}': '{} 里没有文件 {}',
  'rows are read from .json, .jsonl, .csv, .tsv and .parquet files; this repository has none':
    '数据行读自 .json、.jsonl、.csv、.tsv 和 .parquet 文件；这个仓库一个也没有',
  'say which one with `file`: {}': '请用 `file` 指明是哪一个：{}',
  'the model has no safetensors file': '模型没有 safetensors 文件',
  'do not leave it out with `include` or `exclude`; pickled weights are not loaded: convert them first':
    '不要用 `include` 或 `exclude` 把它排除；pickle 权重不会加载：请先转换',
  'there are checkpoints at {}': '检查点在第 {} 步',
  'of {} rows none is left for the {} half{}': '{} 行里没有一行能留给 {} 这一半{}',
  'rows that repeat a prompt, or nearly, stay together (groups: {}); raise `nearDuplicates` or bring more rows':
    '提示相同或相近的行不能拆开（共 {} 组）；请调高 `nearDuplicates` 或增加数据',
  'ask for fewer test rows: {} are left when rows that repeat others are dropped':
    '请减少测试行：去掉重复的行之后还有 {} 行',
  'bring more rows: each half needs one': '请增加数据：每一半至少要一行',
  '{} of {} rows cannot become conversations': '{2} 行中有 {1} 行不能变成对话',
  "its call of {} does not fit the function's schema: {}: {}": '它对 {} 的调用不合函数的规格：{}：{}',
  'it calls {}, which is not among its tools': '它调用了 {}，而它的工具里没有',
  'it has a result where no function was called': '没有调用函数，却有结果',
  'the {} message is empty': '{} 消息是空的',
  'it does not end with an answer': '它没有以回答结尾',
  '{} ({})': '{}（{}）',
  'it has a system message behind another one': '它的系统消息不在最前面',
  'it has two answers in a row': '它连着有两个回答',
  'it has an answer before any question': '它在任何提问之前就有回答',
  'the first row has {}: rename them, or say with `format` how the rows are laid out; nothing was kept':
    '第一行有{}：请改名，或用 `format` 说明行的格式；什么也没有保留',
  'rows with `chosen` and `rejected` are preferences: make `messages` of the question and the chosen answer; nothing was kept':
    '带 `chosen` 和 `rejected` 的行是偏好数据：请用提问和被选中的回答做成 `messages`；什么也没有保留',
  'a list of {} values instead of keys': '一个有 {} 个值的列表，而不是键',
  'holds half of a character, a lone surrogate such as \\ud83d':
    '里有半个字符，即像 \\ud83d 这样落单的代理项',
  'the keys {}': '键 {}',
  'the model has no {}': '模型没有 {}',
  'take a repository or a folder that holds it, and do not leave it out with `include` or `exclude`':
    '请用带有它的仓库或文件夹，也不要用 `include` 或 `exclude` 把它去掉',
  'the model has no chat template': '模型没有对话模板',
  "take the model's chat or instruct variant, or a folder to which you add a `chat_template.jinja`":
    '请用这个模型的 chat 或 instruct 版本，或在文件夹里自己加一个 `chat_template.jinja`',
  '{} is not a JSON object': '{} 不是 JSON 对象',
  "it has {}, which is the older form: take a repository with a tokenizer.json, such as one ending in '-hf'":
    "它有 {}，那是旧的形式：请用带 tokenizer.json 的仓库，例如以 '-hf' 结尾的",
  '{} was never filled in': '{} 没有填上',
  'a call names no function': '有调用没写函数名',
  'the arguments of {} are not an object': '{} 的参数不是对象',
  '`tool_calls` is not a list': '`tool_calls` 不是列表',
  '`{}` is not a list': '`{}` 不是列表',
  '`tools` is not a list': '`tools` 不是列表',
  'a tool has no name': '有工具没有名称',
  'mend or remove these rows, or keep what is about templates with `braces: keep`; nothing was kept':
    '请修正或删除这些行，或用 `braces: keep` 保留讲模板的行；什么也没有保留',
  '{} of {} rows were dropped': '去掉了 {} 行（共 {} 行）',
  '{} of {} {} rows are longer than {} tokens': '{} 行（共 {} 行，{}）超过 {} 个词元',
  '{} conversations have more than {} characters': '{} 个对话超过 {} 个字符',
  'all {} rows were dropped for their calls': '全部 {} 行都因调用有误被去掉',
  'mend the rows, or keep them with `wrongCalls: keep`': '请修正这些行，或用 `wrongCalls: keep` 保留',
  '{} is empty': '{} 是空的',
  'fetch or export it again': '请重新下载或导出',
  'mend the file at that place, or export it again': '请修正文件的这一处，或重新导出',
  'each line must be one whole JSON object; a file with one array has the extension .json':
    '每行必须是一个完整的 JSON 对象；整个数组的文件用扩展名 .json',
  'put the rows into one array, or one object on each line of a .jsonl file':
    '请把行放进一个数组，或在 .jsonl 文件里每行一个对象',
  '{} is {}, as its first two bytes say': '{} 是 {}，前两个字节就是标记',
  '{} is {}, as its first four bytes say': '{} 是 {}，从前四个字节可知',
  '{} is not UTF-8: the byte at offset {} does not belong there': '{} 不是 UTF-8：偏移 {} 处的字节不合规',
  'convert it with `{}`': '请用 `{}` 转换',

  // Why a longer training cannot go on from a shorter one
  'epochs {} (run {})': '{} 轮（第 {} 次运行）',
  'steps {} (run {})': '{} 步（第 {} 次运行）',
  'the learning rate of a `{}` schedule depends on the last step, so the first steps differ, too (`continueFrom` goes on all the same, as a training of its own)':
    '`{}` 学习率计划取决于最后一步，因此开头的步也不同（`continueFrom` 仍能接着训练，但算另一次训练）',
  '`{}` is a part of the whole training; give it in steps': '`{}` 是整个训练的比例；请用步数给出',
  'with `evaluation.earlyStopping` its length is not what was asked for':
    '使用 `evaluation.earlyStopping` 时，长度不等于所要求的',
  '`{}` is a part of the whole training, so other steps are kept; give it in steps':
    '`{}` 是整个训练的比例，因此保留的步会不同；请用步数给出',
  '`{}` is a part of the whole training, so other steps are evaluated; give it in steps':
    '`{}` 是整个训练的比例，因此评测的步会不同；请用步数给出',

  '{} stands in two files: {} and {}': '{} 出现在两个文件里：{} 和 {}',
  'the weights in bf16': 'bf16 权重',
  'the weights in the store': '仓库里的权重',
  'the datasets have {} rows, in the order of `datasets`; no row is taken twice':
    '各数据集有 {} 行（按 `datasets` 的顺序）；每行只取一次',
});
