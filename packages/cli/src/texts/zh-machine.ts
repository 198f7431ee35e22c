import type { Phrases } from './say.ts';

/** Sentences about where jobs run, what is kept and what a command was asked, in Chinese. */
export const chineseOfMachines = (): Phrases => ({
  // Environments and images that are made
  'another run is building it': '另一次运行正在构建它',
  'making it with Python {}; once for all checkouts, some minutes':
    '正在用 Python {} 构建；所有检出只需一次，要几分钟',
  'installing {} packages with {}': '正在用 {2} 安装 {1} 个包',
  'ready after {} s': '{} 秒后就绪',
  'compiling …': '正在编译',
  'downloading {} ({} MiB)': '正在下载 {}（{} MiB）',
  '{} packages are here; unpacking': '{} 个包已到；正在解包',
  'building the image {} on {}; once, some minutes': '正在 {2} 上构建镜像 {1}；只需一次，要几分钟',
  'the image is ready after {} s': '{} 秒后镜像就绪',
  'another run is building its image': '另一次运行正在构建它的镜像',

  // Jobs that were ended
  'run again: it goes on from its checkpoint of step {}': '请再运行一次：它会从第 {} 步的检查点继续',

  // Params, wiring and configurations
  '{} takes {}, not {}': '{} 应为{}，而不是 {}',
  'takes {}, not {}': '应为{}，而不是 {}',
  '{} takes {} or {}, not both': '{} 只能取 {} 或 {} 之一',
  'a text': '文字',
  'a number': '数字',
  'a whole number': '整数',
  'a number or {}': '数字或 {}',
  '"{}" or "{}"': '"{}" 或 "{}"',
  'true or false': ' true 或 false',
  'a map': '映射',
  'a list': '列表',
  'at least {}': '不小于 {} 的数',
  'more than {}': '大于 {} 的数',
  'at most {}': '不大于 {} 的数',
  'at least {} item': '至少 {} 项',
  'at least {} items': '至少 {} 项',
  'at most {} items': '至多 {} 项',
  'at least {} character': '至少 {} 个字符',
  'at least {} characters': '至少 {} 个字符',
  'at most {} characters': '至多 {} 个字符',
  'less than {}': '小于 {} 的数',
  '{} is missing': '缺少 {}',
  'is missing': '缺失',
  'is empty': '为空',
  '{} is not part of it': '{} 不属于它',
  '{} are not part of it': '{} 不属于它',
  'row {}: {}: {}': '第 {} 行：{}：{}',
  'row {word} (line {word}): {word}: {}': '第 {} 行（文件的第 {} 行）：{}：{}',
  'row {word} (line {word}): {}: {}': '第 {} 行（文件的第 {} 行）：{}：{}',
  'row {word}: {word}: {}': '第 {} 行：{}：{}',
  'the row': '整行',
  'and {} more': '另有 {} 行',
  '{} of {} rows do not fit': '{2} 行中有 {1} 行不合规格',
  'a fraction below 1, or a whole number of rows': '小于 1 的比例，或整数行数',
  'a fraction below 1, or a whole number of steps': '小于 1 的比例，或整数步数',
  "{} needs `training.attention: 'flash-attention-2'`: with other attention the rows packed together see each other":
    "{} 需要 `training.attention: 'flash-attention-2'`：用别的注意力实现时，打包在一起的行会彼此看见",
  '`cosine` where `training.restarts` is 0: without a restart they are the same':
    ' `cosine`（`training.restarts` 是 0，没有重新开始，两者相同）',
  '0 where `training.schedule` is not `cosine-with-restarts`: no other schedule restarts':
    ' 0（`training.schedule` 不是 `cosine-with-restarts`，别的学习率曲线不会重新开始）',
  '0 where `training.schedule` is `constant` (`constant-with-warmup` has a warm-up)':
    ' 0（因为 `training.schedule` 是 `constant`；`constant-with-warmup` 才有预热）',
  '{} needs evaluations on the way, and `evaluation.every` is `never`':
    '{} 需要途中的评测，而 `evaluation.every` 是 `never`',
  '`last` where `evaluation.every` is `never`: no other checkpoint has a held-out loss':
    ' `last`（`evaluation.every` 是 `never`，别的检查点都没有留出损失）',
  '`ddp` where `launch.processes` is 1: ZeRO-2 shares the optimizer among processes':
    ' `ddp`（`launch.processes` 是 1，而 ZeRO-2 把优化器分给各进程）',
  'the input `{}` of {} takes {}, not {}': '{2} 的输入 `{1}` 应为 {3}，而不是 {4}',
  'the input `{}` of {} takes a list': '{2} 的输入 `{1}` 要一个列表',
  'the input `{}` of {} takes one artifact': '{2} 的输入 `{1}` 只要一个产物',
  'the input `{}` of {} is not an artifact but {}': '{2} 的输入 `{1}` 不是阶段的产物，而是{3}',
  "the pipeline's output `{}` is not an artifact but {}": '流水线的产物 `{}` 不是阶段的产物，而是{}',
  missing: '空缺',
  'the text {}': '文字 {}',
  'a stage that is not called': '一个没有调用的阶段',
  'a function': '函数',
  'an object': '对象',
  'all outputs of a call: {}': '一次调用的全部产物：{}',
  'pass one output of a stage call, as in `const { rows } = loadRows(…)`':
    '请传入阶段调用的某一个产物，例如 `const { rows } = loadRows(…)`',
  'name the artifacts that you want, as in `pipeline({ model, report })`':
    '请写出想要的产物，例如 `pipeline({ model, report })`',
  '{} needs an input `{}`': '{} 需要输入 `{}`',
  '{} has no input `{}`': '{} 没有输入 `{}`',
  'its inputs are {}': '它的输入有 {}',
  'the list `{}` of {} is empty': '{2} 的列表 `{1}` 是空的',
  '{} cannot be the name of a folder': '{} 不能作文件夹名',
  'begin with a letter, and go on with letters, digits, `-`, `_` and `.`':
    '请以字母开头，后面用字母、数字、`-`、`_` 和 `.`',
  '{} chooses to run as `{}`, and says nothing about that': '{} 选择以 `{}` 方式运行，却没有声明这种方式',
  'it has none; one would be the file {}': '它没有配置；配置就是文件 {}',
  'its configurations are {}': '它的配置有 {}',
  '{} is not UTF-8 text': '{} 不是 UTF-8 文本',
  'write it anew, or convert it with `{}`': '请重新写，或用 `{}` 转换',
  '`{}` is not a key of {}': '`{}` 不是 {} 的键',
  '`{}` is no `{}`': '`{}` 不能作 `{}`',
  'it takes {}': '可取 {}',
  '{} reads {}, and that is a folder, not a file': '{} 要读 {}，而那是文件夹，不是文件',
  '{} reads {}, and that is a file, not a folder': '{} 要读 {}，而那是文件，不是文件夹',
  '{} reads {}, and that is a device or a pipe, not a {}': '{} 要读 {}，而那是设备或管道',
  'it was set by `--set {}`; {}': '它由 `--set {}` 设定；{}',

  // Selection, results and the store
  'it has no earlier result; `{}` makes one': '它没有早先的结果，`{}` 会生成一个',
  '`{}` runs it as well, and `--stale-ok` takes its newest result instead':
    '`{}` 会连它一起运行，`--stale-ok` 则取其最近一次的结果',
  'that run did not make it': '那次运行没有生成它',
  'the result of that run is gone': '那次运行的结果已不在',
  'the module of the kind `{}` does not export it': '种类 `{}` 的模块没有导出它',
  '{} changed while {} was at work, so what it made belongs to neither state':
    '{2} 工作时 {1} 变了，生成的结果不属于任何一个状态',
  'run again when nobody writes to it any more': '等没有人再写它时，重新运行',
  'the output `{}` is {}, and its job wrote {}': '产物 `{}` 现为 {}，而作业写的是 {}',
  'something wrote to it after the job had ended; run again': '作业结束后有人改了它；请重新运行',
  '{} filled the disk that holds the store ({}, and nothing is free)':
    '{} 写满了仓库所在的磁盘（{}，已无剩余）',
  'the lock was written for fingerprints of format {}, and this is format {}':
    '锁文件用的是第 {} 版指纹，现在是第 {} 版',
  '{} is not up to date: there is no result that a second one could be compared with':
    '{} 不是最新：没有可以对照的结果',
  'bring it up to date first: `{}`': '请先更新它：`{}`',
  "{} could not be copied: the store's bytes are not what its digest says":
    '{} 无法复制：仓库里的字节与摘要不符',
  'run the pipeline again: the step that made it runs anew': '请重新运行流水线：生成它的步骤会重做',
  '{} cannot be read, so what it needs is not known': '{} 读不了，不知道它需要什么',
  '{} cannot be read, so what its runs need is not known': '{} 读不了，不知道其中的运行需要什么',
  'mend or remove it; until then nothing is removed from the store':
    '请修复或删除它；在此之前仓库里什么也不删',
  '`temper verify` names all damage; running its pipeline again puts what is damaged away':
    '`temper verify` 会列出全部损坏；重新运行其流水线会把损坏的部分移走',
  'what was taken into the store is damaged already': '刚收进仓库的内容已经损坏',
  'an artifact is damaged': '有产物损坏',
  'run the same command again: the step that made it runs anew': '请再运行同一命令：生成它的步骤会重做',
  'the manifest is gone': '清单不见了',
  'the manifest cannot be read: {}': '清单读不了：{}',
  'the blob of {} does not have the bytes its name says': '{} 的数据块与其名称不符',
  '{} is gone': '{} 不见了',
  '{} cannot be read: {}': '{} 读不了：{}',
  '{} is no longer a file': '{} 不再是文件',
  '{} has other bytes than its digest says': '{} 的字节与摘要不符',
  '{} does not say which workspace uses the store': '{} 没有写明哪个工作区在用仓库',

  // Commands
  'git cannot say where this branch left `{}`: {}': 'git 说不出本分支从 `{}` 的何处分出：{}',
  'a clone without history lacks it: fetch it with `git fetch --unshallow`, or check out with `fetch-depth: 0`':
    '没有历史的克隆缺少它：用 `git fetch --unshallow` 取回，或以 `fetch-depth: 0` 检出',
  '`{}` is no size of memory for `container.memory`': '`{}` 不能作 `container.memory` 的内存大小',
  'write it as `24 GiB`': '请写成 `24 GiB` 这样',
  '{} {} could not be fetched: {}': '取不到 {} {}：{}',
  'check the network and the index of pip (`pip config list`)':
    '请检查网络和 pip 的索引（`pip config list`）',
  '{} has the digest {}, not {}': '{} 的摘要是 {}，而不是 {}',
  'the index serves other bytes under this name; trust neither until you know why':
    '索引用同一名称给出了不同的字节；弄清原因之前哪个都不要信',
  'the index serves another file under this name; trust neither until you know why':
    '索引用同一名称给出了另一个文件；弄清原因之前哪个都不要信',
  'run it: `{}`': '请运行：`{}`',
  'the image takes {} while it is built, and {} has {} free': '构建镜像时要占 {}，而 {} 只剩 {}',
  'free some: `{}` shows what takes it': '请腾出空间：`{}` 显示谁占用了',
  '`{} {}` is not a size': '`{} {}` 不是大小',
  'for example `{}`': '例如 `{}`',
  'the chat is over': '对话已结束',
  'the store no longer holds the weights that {} is for': '仓库里已没有 {} 所用的权重',
  '{} makes nothing that could answer': '{} 不生成能回答的东西',
  '{} trains nothing: none of its steps makes an adapter or a merged model':
    '{} 什么也不训练：没有步骤生成适配器或合并后的模型',
  '{} was not trained yet: the store has no result of {}': '{} 还没有训练：仓库里没有 {} 的结果',
  'the store no longer holds the {}': '仓库里已没有 {}',
  'the store no longer holds `{}` of run {}': '仓库里已没有第 {2} 次运行的 `{1}`',
  'there is no `{}`': '没有 `{}` 这个命令',
  'accept a run that succeeded': '请接受一次成功的运行',
  'run {} has no evaluation that can be read': '第 {} 次运行没有可读的评测',
  'a baseline holds the metrics of the artifacts of kind `evaluation`': '基线记录 `evaluation` 类产物的指标',
  '`--tolerance {}` is not a metric and a number': '`--tolerance {}` 不是“指标=数字”',
  'it is `temper cache save FOLDER` or `temper cache restore FOLDER`':
    '写法是 `temper cache save FOLDER` 或 `temper cache restore FOLDER`',
  '`{} {}` is not {}': '`{} {}` 不是{}',
  '`--compare {}`: only `base` can be compared with': '`--compare {}`：只能与 `base` 对比',
  'the store has results ({} and others) and no list of the workspaces that need them':
    '仓库里有结果（{} 等），却没有需要它们的工作区名单',
  '`{}` is nothing that can be done': '没有 `{}` 这个操作',
  'it is `temper jobs`, `temper jobs --clean` or `temper jobs cancel JOB`':
    '写法是 `temper jobs`、`temper jobs --clean` 或 `temper jobs cancel JOB`',
  '`temper jobs cancel` needs a job': '`temper jobs cancel` 要写明作业',
  'there is none': '现在没有',
  'the jobs are {}': '作业有 {}',
  'there is no job `{}`': '没有作业 `{}`',
  '`{}` begins more than one job': '以 `{}` 开头的作业不止一个',
  'no step reads the repository {}': '没有步骤读仓库 {}',
  'nothing is read from a hub here': '这里不从模型站读取任何东西',
  'the repositories are {}': '仓库有 {}',
  '{} is missing: the command was not built whole': '缺少 {}：命令没有构建完整',
  'run `npm run build`': '请运行 `npm run build`',
  'nothing says of which pipeline the step is': '没有说明这是哪条流水线的步骤',
  'name it: `{}`': '请写明：`{}`',

  // Backends, containers and Python environments
  'no environment of the plan has the digest {}': '计划里没有摘要为 {} 的环境',
  '{} does not answer: {}': '{} 没有回应：{}',
  '{} cannot hand a GPU to a container: {}': '{} 不能把 GPU 交给容器：{}',
  'install the NVIDIA Container Toolkit; `temper doctor` shows what is there':
    '请安装 NVIDIA Container Toolkit；`temper doctor` 显示现有的情况',
  'install the NVIDIA Container Toolkit, then `{}`': '请安装 NVIDIA Container Toolkit，然后 `{}`',
  'the engine lost a container that it made': '引擎丢失了它创建的容器',
  '{} {} on control groups of version {} and would ignore the limit of {} of memory':
    '{} {}（控制组第 {} 版），会忽略 {} 的内存上限',
  'leave `container.memory` out, run the engine as root, or move the machine to control groups of version 2':
    '去掉 `container.memory`，或以 root 运行引擎，或让机器改用第 2 版控制组',
  'a job is to have up to {} of memory, and the machine of {} has {}':
    '作业最多要用 {} 内存，而 {} 的机器只有 {}',
  'the container engine `{}` is neither docker nor podman, or does not run':
    '容器引擎 `{}` 既不是 docker 也不是 podman，或无法运行',
  'TEMPER_CONTAINER_ENGINE and `container.engine` take `docker`, `podman`, or the path of either':
    'TEMPER_CONTAINER_ENGINE 和 `container.engine` 可取 `docker`、`podman` 或其路径',
  '{} is installed and does not answer{}': '{} 已安装，却没有回应{}',
  '{} {} cannot build images here: it lacks its component buildx':
    '{} {} 在这里不能构建镜像：缺少组件 buildx',
  'install it (`apt install docker-buildx`, or the package `docker-buildx-plugin`)':
    '请安装它（`apt install docker-buildx`，或软件包 `docker-buildx-plugin`）',
  'there is no space left for the image, which takes about 5 GB': '没有空间放镜像了，它约占 5 GB',
  'free some: `{} system df` shows what takes it; log: {}':
    '腾出一些空间：`{} system df` 会列出是什么占着；日志：{}',
  'the base image {} is not on this machine and could not be pulled': '本机没有基础镜像 {}，也拉取不到',
  'the base image {} is not on this machine and could not be pulled: {}':
    '本机没有基础镜像 {}，也拉取不到：{}',
  'name one that is there with `container.base` or TEMPER_CONTAINER_BASE; log: {}':
    '用 `container.base` 或 TEMPER_CONTAINER_BASE 指定现有的镜像；日志：{}',
  'name one that is there with `container.base` or TEMPER_CONTAINER_BASE, or `docker load` it':
    '用 `container.base` 或 TEMPER_CONTAINER_BASE 指定现有的镜像，或用 `docker load` 装入',
  '`{} pull` or `{} load` it, or name another with `container.base` or TEMPER_CONTAINER_BASE':
    '用 `{} pull` 或 `{} load` 取得它，或用 `container.base` 或 TEMPER_CONTAINER_BASE 另指一个',
  'the base image {} has no Python of 3.10 to 3.13': '基础镜像 {} 里没有 Python 3.10 至 3.13',
  'choose another with `container.base`; log: {}': '用 `container.base` 另选一个；日志：{}',
  'the image could not be built: {}': '镜像构建失败：{}',
  'the next run begins it again': '下一次运行会重新开始',
  'an index or a cache serves other bytes under the same version: look at PIP_INDEX_URL, or clean the cache (`uv cache clean`)':
    '索引或缓存用同一版本给出了不同的字节：请查看 PIP_INDEX_URL，或清理缓存（`uv cache clean`）',
  'install uv, or Python’s own (`apt install python3-venv python3-pip`)':
    '请安装 uv，或 Python 自带的工具（`apt install python3-venv python3-pip`）',
  'the locked packages exist for Linux (x86-64, arm64) and macOS on arm64':
    '锁定的软件包只有 Linux（x86-64、arm64）和 arm64 的 macOS 版本',
  'check the network, or name a mirror with PIP_INDEX_URL': '请检查网络，或用 PIP_INDEX_URL 指定镜像站',
  '{}, and there is only {}': '{}，而这里只有 {}',
  '{}, and there is none on PATH': '{}，而 PATH 上一个也没有',
  'TEMPER_PYTHON is {}, and that does not run': 'TEMPER_PYTHON 是 {}，而它不能运行',
  'the stage stopped before it was done: {}': '阶段没有做完就停了：{}',
  'await every promise that the stage starts': '请等待（await）阶段发起的每一个 promise',
  'return the outputs when they are written, and throw an error when the stage has to give up':
    '写完后返回产物；阶段做不下去时抛出错误',
  '{} has no default export made by implement(…)': '{} 没有由 implement(…) 生成的默认导出',
  'return { {}: … } with what writeRows(…) or written() gave':
    '请返回 { {}: … }，值取自 writeRows(…) 或 written()',
  'the job stopped when it was asked to: {}': '作业按要求停止：{}',
  'free some space (`temper gc` shows what the store could give back)':
    '请腾出空间（`temper gc` 显示仓库能让出多少）',
  "the job wrote '{}', which is none of its outputs ({})": '作业写了“{}”，它不在产物之列（{}）',
  "'{}' is {}; outputs are made of regular files": '“{}”是{}；产物只由普通文件组成',
  "the job made a file of its output '{}' ({}), which is a folder":
    '作业把产物“{}”（{}）写成了文件，而产物是一个文件夹',
  "the job ended well but wrote nothing into its output '{}' ({}/)":
    '作业正常结束，却没有往产物“{}”（{}/）里写东西',
  'nothing here can hold a job to {} GiB of memory': '这里没有办法把作业限制在 {} GiB 内存以内',
  'leave the limit out, or use a backend that runs containers': '去掉上限，或改用容器后端',
  'the job asks for {} GPU{}, and this machine has {}': '作业要 {1} 块 GPU，而这台机器有 {3} 块',
  '`temper doctor` shows which GPUs are seen, and by whom': '`temper doctor` 显示能看到哪些 GPU、被谁看到',
  '`{}` is not a package: a lock lists name==version': '`{}` 不是软件包：锁文件每行是 name==version',
  'check the path; an entry is relative to stage.ts, a root to the module that declares the environment':
    '请检查路径：入口以 stage.ts 为起点，根目录以声明环境的模块为起点',
  '{}, the check of {}': '{}，{} 的检查',

  'no run of `{}` has {} in this workspace yet': '这个工作区里 `{}` 的运行还没有 {}',
  '`{}` has no version in the lock': '锁文件里 `{}` 没有版本',
  'a pipeline is a file in pipelines/, and this workspace has none':
    '流水线是 pipelines/ 里的文件，而这个工作区一个也没有',
  'run any pipeline once in each of your workspaces after removing this file; they write it anew':
    '删除这个文件后，在每个工作区各运行一次任意流水线；它们会重新写',
  'run any pipeline once in each of your workspaces; they write it':
    '请在每个工作区各运行一次任意流水线；它们会写好名单',
  'there is no image {} in {}': '{2} 里没有镜像 {1}',
});
