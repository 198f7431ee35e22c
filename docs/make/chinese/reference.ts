/** What commands, events, failures, exit codes and configurations say of themselves in the code. */
export const referenceChinese = {
  option: '选项',
  fields: '字段',
  'exit code': '退出码',
  code: '代码',
  meaning: '含义',
  key: '键',

  'The plan is made and its steps are known.': '计划已定，各步骤已知。',
  'A Python environment is being built.': '正在构建 Python 环境。',
  'A step was given to its backend, with the reasons why it runs.': '一步已交给后端，附上运行的理由。',
  "The step's job is one that an earlier run left behind; all that it said is said again.":
    '这一步的作业是先前一次运行留下的；它说过的都会重说一遍。',
  'Another run works on the same step, and this one waits for its result.':
    '另一次运行正在做同一步，本次等它的结果。',
  'How far the job is, and its metrics there: numbers, or null for NaN and infinity.':
    '作业进行到哪里，以及此处的指标：数值，NaN 与无穷大记为 null。',
  'What the job does now.': '作业此刻在做什么。',
  'Something outside did not answer as it should; the job waits so many seconds and tries again.':
    '外部的东西没有正常应答；作业等这么多秒后重试。',
  'A text that belongs to a step of the training, such as a prediction.':
    '属于训练某一步的文本，例如一次预测。',
  "The job's own time, from its launcher's start to its end; the rest of a step is the runner's.":
    '作业自身的时间，从启动器开始到结束；一步的其余时间属于运行器。',
  'The job has saved a checkpoint at this step of the training.': '作业在训练的这一步保存了检查点。',
  'What the job runs on, and the versions of its libraries.': '作业在什么设备上运行，以及各个库的版本。',
  'What the job printed.': '作业打印的内容。',
  'Something to know that stops nothing; with the step that it concerns, if it is one.':
    '值得知道但不妨碍运行的事；只涉及某一步时带上那一步。',
  'What went wrong, told apart by its `type`.': '出了什么错，按其 `type` 区分。',
  'A step has its outcome, as in the result object.': '一步有了结局，内容与结果对象里的相同。',
  'The last event: the whole result object.': '最后一个事件：完整的结果对象。',

  'A job that did not end well.': '作业没有正常结束。',
  'A job succeeded, but what it made is not what its kind promises.':
    '作业成功了，但产物不符合其种类的要求。',
  'The store could not keep or find something.': '存储存不下或找不到某个东西。',
  'This machine lacks something that the plan needs.': '这台机器缺少计划所需的东西。',
  'A selection leaves out a step whose result is not up to date.': '所选范围排除了一个结果不是最新的步骤。',
  'The lock says otherwise than it is, and may not change.': '实际情况与锁文件不符，而锁不许改动。',
  'Something of ours broke.': '我们自己的东西坏了。',

  'Done.': '完成。',
  'A step failed, or Temper has a bug and says so.': '某一步失败，或 Temper 有缺陷并如实说明。',
  'Wrong usage or declaration: an option, a pipeline file, a configuration, a param.':
    '用法或声明有误：选项、流水线文件、配置或参数。',
  'A step outside the selection is not up to date, the frozen lock does not hold, or the store is damaged.':
    '所选范围之外的一步不是最新，冻结的锁与实际不符，或存储损坏。',
  'A gate said no.': '门禁不放行。',
  'The surroundings refuse: no GPU, no Python, no space, no network where one is needed.':
    '环境不允许：没有 GPU，没有 Python，没有空间，或需要网络时没有网络。',
  '`temper plan --check` found work to do.': '`temper plan --check` 发现有事要做。',
  'Interrupted by Ctrl-C; what was finished is kept.': '被 Ctrl-C 中断；已完成的保留。',
  'Interrupted by SIGTERM; what was finished is kept.': '被 SIGTERM 中断；已完成的保留。',

  'The name of another configuration of the same pipeline, which is laid below this one.':
    '同一流水线的另一个配置的名字，垫在本配置之下。',
  'Params by step address: `stage` means every step of that stage, `stage:variable` one of them.':
    '按步骤地址给出的参数：`stage` 指该阶段的每一步，`stage:variable` 指其中一步。',
  'A sentence; Nx shows it with the configuration.': '一句说明；Nx 会随配置显示。',
  'Where Python steps run: `local` or `container`.': 'Python 步骤在哪里运行：`local` 或 `container`。',
  'How Python steps run in containers.': 'Python 步骤如何在容器里运行。',
  '`docker`, `podman`, or the path of either.': '`docker`、`podman`，或其路径。',
  'The image that the environment is installed into, or is mounted into.': '把环境装进或挂载进哪个镜像。',
  "Whether the environment is part of the image, or this machine's own, mounted read-only.":
    '环境是镜像的一部分，还是只读挂载这台机器上的环境。',
  'Where images are pulled from before they are built.': '构建之前先从哪里拉取镜像。',
  'The most memory that a job may take, such as `24 GiB`.': '一个作业最多占多少内存，例如 `24 GiB`。',
  'Where the curves of training and evaluating steps go.': '训练与评测步骤的曲线发往哪里。',
  "`online` is the default; `offline` keeps them in the run's folder, `disabled` writes none.":
    '默认 `online`；`offline` 留在运行目录里，`disabled` 不写。',
  "The tracker's project; the pipeline's name by default.": '跟踪平台上的项目；默认是流水线的名字。',
  "The tracker's workspace; the one of the login by default.": '跟踪平台上的空间；默认是登录者的空间。',

  'There is no earlier result of this step.': '这一步没有更早的结果。',
  '`--force` or `--force-from` asks for it.': '由 `--force` 或 `--force-from` 要求。',
  'A param differs: `path`, `from`, `to`.': '某个参数不同：`path`、`from`、`to`。',
  'An input has other bytes.': '某个输入的字节不同。',
  "The stage's code differs; `lines` holds what went (`-`) and came (`+`).":
    '步骤的代码不同；`lines` 里是去掉的（`-`）与新增的（`+`）。',
  'A library of the Python environment differs.': 'Python 环境里的某个库不同。',
  "The stage's author raised its version.": '步骤的作者提高了它的版本。',
  'A pinned file, folder, repository or wheel differs.': '某个固定的文件、文件夹、仓库或 wheel 不同。',
  'A part of the result is gone from the store.': '结果的一部分已不在存储里。',
  'A part of the result is not what it was when it was stored.': '结果的一部分与存入时不同。',
  'The same fingerprint has given other bytes; both are kept.': '同一指纹给出过不同的字节；两份都保留。',
  "Only a format of Temper's own changed; the result was kept.": '只是 Temper 自己的格式变了；结果保留。',
};
