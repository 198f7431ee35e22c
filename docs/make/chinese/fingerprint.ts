/** The ingredients of a fingerprint, and what is left out of it. */
export const fingerprintChinese = {
  ingredient: '成分',
  what: '内容',
  why: '理由',

  'The version of the stage': '阶段的版本',
  'Its author raises it when results change although the code does not.':
    '代码没变而结果会变时，由作者提高版本号。',
  'TypeScript: the bundle of the implementation, the helpers and workspace packages it reaches, and the JSON it imports':
    'TypeScript：实现、它用到的辅助函数和工作区包，以及它导入的 JSON 所打成的包',
  'It is the very file that the job executes, with comments, types and code that is never reached taken out.':
    '它就是作业所执行的那个文件，去掉了注释、类型和执行不到的代码。',
  'TypeScript: name, version and lock-file closure of each registry package that the bundle imports':
    'TypeScript：打包文件所导入的每个注册表包的名字、版本和锁文件闭包',
  'The code of a package, or of a package below it, runs in the job. The closure holds name, version and integrity of all of them, for every platform.':
    '包的代码，以及它下面各个包的代码，会在作业里运行。闭包里有所有这些包的名字、版本和完整性校验值，涵盖每个平台。',
  'Python: the syntax trees of the entry and of every module of the repository it imports, by the name under which it is imported':
    'Python：入口文件及其导入的仓库内每个模块的语法树，按导入时的名字',
  'They run in the job. Comments, docstrings and layout are not in the tree; a file that does not parse counts by its bytes.':
    '它们在作业里运行。注释、文档字符串和排版不在树里；解析不了的文件按字节计。',
  'Declared files: path from the folder of the entry, executable bit and bytes':
    '声明过的文件：相对于入口所在目录的路径、可执行位和字节',
  'The job can read them, and nothing else of the repository.': '作业能读它们，仓库里的其他文件都读不到。',
  'For each output its name, its kind and the bundle of the kind’s module with its packages':
    '每个产物的名字、种类，以及种类模块连同其包所打成的包',
  'A stricter check can refuse what an earlier one let pass, so results that passed the earlier one are not proof.':
    '更严的检查可能拒绝从前放行的东西，所以通过了旧检查的结果不足为凭。',
  'The lock file of the Python environment: package, version, extras, marker and hashes':
    'Python 环境的锁文件：包、版本、附加项、标记和哈希',
  'Libraries compute the result. The lock is universal, so machines that install different wheels from it agree.':
    '结果由库计算得出。锁是通用的，所以据此安装了不同 wheel 的机器仍然一致。',
  'Every param after defaults, configuration and options': '默认值、配置和选项都生效之后的每个参数',
  'A param is what the stage is told to do.': '参数就是告诉阶段要做什么。',
  'For each input its name and the digests of its artifacts, in order':
    '每个输入的名字及其产物的摘要，按顺序',
  'The content read, not the step that made it: a step that ran again and made the same bytes changes nothing after it.':
    '算的是读到的内容，而不是做出它的步骤：重跑一步而字节相同，之后什么都不变。',
  'For each pinned file, folder, hub repository or wheel its pin and the digest of its content':
    '每个钉住的文件、目录、模型站点仓库或 wheel：钉住的写法及其内容的摘要',
  'It is read like an input but no step makes it.': '它像输入一样被读取，却没有哪一步做出它。',

  'The stage’s name': '阶段的名字',
  'A step is what it does, not what it is called.': '步骤由它做的事决定，而不是由名字决定。',
  'Labels, and the names of pipelines, variables and configurations': '标签，以及流水线、变量和配置的名字',
  'They say where a step is used, not what it does.': '它们说的是步骤用在哪里，而不是它做什么。',
  'Call sites and the order of calls': '调用的位置与先后',
  'They place a message on the screen.': '它们只用来给屏幕上的消息定位。',
  'The folder of the stage and of the workspace': '阶段和工作区所在的目录',
  'Paths count from the entry, so a moved stage and a second checkout keep their results.':
    '路径从入口算起，所以挪动的阶段和另一个检出仍保有结果。',
  'Comments, docstrings, layout, quotes, trailing commas, redundant parentheses, the order of names within an import, types of TypeScript':
    '注释、文档字符串、排版、引号、尾随逗号、多余的括号、一次导入之内名字的顺序、TypeScript 的类型',
  'The program is the same without them.': '没有它们，程序还是同一个。',
  'TypeScript that is never reached from the entry, and the stage’s own declaration':
    '从入口执行不到的 TypeScript，以及阶段自己的声明',
  'It does not run in the job; what it decides arrives as params.':
    '它不在作业里运行；它所决定的以参数形式到达。',
  'The backend': '后端',
  'Where a job runs is not what it computes; the manifest records it.':
    '作业在哪里运行，不是它算什么；清单里有记录。',
  'GPUs asked for, memory limit, timeouts, retries, grace time, parallel jobs':
    '所要的 GPU、内存上限、超时、重试、宽限时间、并行的作业数',
  'They decide whether a job ends, not what it makes when it does.':
    '它们决定作业能否结束，而不是结束时做出什么。',
  'Whether the stage may use the network': '阶段是否可以使用网络',
  'What it fetches is pinned, and counts by its digest.': '它取来的东西是钉住的，按摘要计。',
  'Log level, language and printing': '日志级别、语言与打印',
  'They change what is shown.': '它们只改变显示的内容。',
  'Environment variables that the stage does not list, the locale and the time zone':
    '阶段没有列出的环境变量、区域设置与时区',
  'They do not reach the job: it runs with its own locale, UTC and a short list of variables.':
    '它们到不了作业：作业有自己的区域设置、UTC 和一小份变量清单。',
  'Machine, platform, device, and the versions of Node and Python':
    '机器、平台、设备，以及 Node 和 Python 的版本',
  'A result made elsewhere is shared; the manifest records what made it.':
    '别处做出的结果可以共用；由什么做出，清单里有记录。',
  'The launcher and the code of the runner': '启动器和运行器的代码',
  'They carry bytes to and from the job and are held to a contract with a version of its own.':
    '它们只是替作业搬运字节，并受一份自有版本号的契约约束。',
  'Modes but the executable bit, owners, times, and empty folders':
    '可执行位以外的权限、所有者、时间和空目录',
  'Not every file system can hold them, and none is content.':
    '不是每个文件系统都存得下，而且它们都不是内容。',
};
