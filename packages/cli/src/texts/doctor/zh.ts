import { chinese } from '../zh.ts';
import type { DoctorTexts } from './en.ts';

/** `temper doctor` 的中文文本。 */
export const doctorChinese: DoctorTexts = {
  say: chinese.say,
  names: {
    node: 'Node',
    python: 'Python',
    uv: 'uv',
    memory: '内存',
    disk: '磁盘',
    fileSystem: '文件系统',
    gpu: 'GPU',
    docker: 'docker',
    podman: 'podman',
    packageIndex: '软件包索引',
    huggingface: 'Hugging Face',
    modelscope: '魔搭社区',
    swanlab: 'SwanLab',
    clock: '时钟',
  },
  neededFor: {
    node: '一切',
    python: '分词、训练、评估、合并等步骤',
    uv: '快速建立 Python 环境',
    memory: '同时运行的作业；tiny 模型占 1 GiB，SmolLM2 占 3 GiB',
    disk: '存储，以及 4.2 GB 的 Python 环境',
    fileSystem: '结果只占一份空间',
    gpu: '训练数十亿参数的模型',
    docker: '在容器里运行 Python 步骤（`--backend container`）',
    podman: '在容器里运行 Python 步骤（`--backend container`）',
    packageIndex: '建立 Python 环境，`from: wheel`',
    huggingface: 'load-weights 与 load-rows 的 `from: hub`',
    modelscope: 'load-weights 与 load-rows 的 `hub: modelscope`',
    swanlab: '在浏览器里看训练过程',
    clock: '安全连接与带签名的上传',
  },
  needed: (what) => `用于${/^[\w`]/.test(what) ? ' ' : ''}${what}`,
  installNode: (oldest) => `安装 Node ${oldest} 或更新的版本：https://nodejs.org`,
  installPython: 'apt install python3 python3-venv，brew install python@3.13，或用 TEMPER_PYTHON 指定一个',
  uvComes: 'PATH 上没有；建立环境时会取一个固定版本',
  noPythonToAsk: '没有 Python，无从询问',
  doesNotAnswer: (address, reason) => `${address} 没有应答：${reason}`,
  setIndex: '用 pip config set global.index-url https://…/simple 指定一个连得上的索引',
  memory: (free, total, processors) => `空闲 ${free}，共 ${total}；${String(processors)} 个处理器`,
  freeMemory: '关掉别的程序，或减少同时运行的步骤：`--jobs 1`',
  freeIn: (free, folder) => `${folder} 空闲 ${free}`,
  freeDisk: '`temper gc` 列出可以清理的；TEMPER_HOME 可把存储与环境移到别处',
  fileSystem: ({ reflinks, hardLinks, ignoresCase }) =>
    [
      reflinks
        ? '支持 reflink'
        : hardLinks
          ? '支持硬链接，不支持 reflink'
          : '既无 reflink 也无硬链接：每个文件都要复制',
      ...(ignoresCase ? ['文件名不分大小写'] : []),
    ].join('；'),
  notWritable: (folder, reason) => `${folder} 无法写入：${reason}`,
  moveHome: '把 TEMPER_HOME 设为另一个文件系统上的目录',
  noGpu: '没有（找不到 nvidia-smi）',
  nvidiaSmiFails: (said) => `nvidia-smi 一个也没列出：${said}`,
  mendDriver: '重启机器，使内核与驱动版本一致；然后 `nvidia-smi -L`',
  notInstalled: '未安装',
  engine: ({ version, rootless, access, devices, lacksMemoryLimit }) =>
    [
      version,
      ...(rootless ? ['rootless'] : []),
      access === 'runtime'
        ? '通过 NVIDIA 运行时使用 GPU'
        : access === 'cdi'
          ? `通过 CDI 使用 ${String(devices)} 个 GPU 设备`
          : '容器里没有 GPU',
      ...(lacksMemoryLimit ? ['无法限制内存'] : []),
    ].join('，'),
  giveDockerGpus:
    '安装 nvidia-container-toolkit，然后 `sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker`',
  givePodmanGpus:
    '安装 nvidia-container-toolkit，然后 `sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`',
  delegateMemory: '让引擎能用 cgroups v2 的内存控制器，或不设内存上限',
  startDocker: '`sudo systemctl start docker`，并把当前用户加入 `docker` 组；或启动 Docker Desktop',
  startPodman: '看看 `podman info` 怎么说；需要虚拟机时用 `podman machine start`',
  setMirror: (variable) => `检查网络，或把 ${variable} 设为镜像站；\`--offline\` 则不联网`,
  hub: (address, token) =>
    token === 'refused'
      ? `${address} 不认识这个令牌`
      : `${address}，${token === 'there' ? '有令牌' : '没有令牌'}`,
  renewToken: '`hf auth login`，或换一个 HF_TOKEN：https://huggingface.co/settings/tokens',
  trackingIsOff: '已由 SWANLAB_MODE 关闭',
  noAnswerInTime: '5 秒内没有应答',
  trackOffline: '曲线先留在本机，之后用 `temper sync` 上传',
  loggedIn: (host, username) => `${host}，用户 ${username}`,
  notLoggedIn: '尚未登录',
  logIn: 'temper login swanlab',
  clockUnknown: '没有服务器报时',
  clockRight: '误差在一分钟以内',
  clockWrong: (off, ahead) => `比所问的服务器${ahead ? '快' : '慢'} ${off}`,
  setClock: '`sudo timedatectl set-ntp true`，或用系统自带的办法',
  ready: (pipeline) => `${pipeline} 可以在这台机器上运行`,
};
