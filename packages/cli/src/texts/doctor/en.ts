/** What `temper doctor` says, in English. */
export const doctorEnglish = {
  /** A sentence from below the command, in the language of these texts. */
  say: (english: string) => english,
  names: {
    node: 'Node',
    python: 'Python',
    uv: 'uv',
    memory: 'memory',
    disk: 'disk',
    fileSystem: 'file system',
    gpu: 'GPU',
    docker: 'docker',
    podman: 'podman',
    packageIndex: 'package index',
    huggingface: 'Hugging Face',
    modelscope: 'ModelScope',
    swanlab: 'SwanLab',
    clock: 'clock',
  },
  neededFor: {
    node: 'everything',
    python: 'the steps that tokenize, train, evaluate and merge',
    uv: 'building Python environments quickly',
    memory: 'jobs at once; the tiny model takes 1 GiB, SmolLM2 3 GiB',
    disk: 'the store, and 4.2 GB for the Python environment',
    fileSystem: 'results that take their space once',
    gpu: 'training models of billions of parameters',
    docker: 'Python steps in containers (`--backend container`)',
    podman: 'Python steps in containers (`--backend container`)',
    packageIndex: 'building the Python environment, `from: wheel`',
    huggingface: '`from: hub` of load-weights and load-rows',
    modelscope: '`hub: modelscope` of load-weights and load-rows',
    swanlab: 'watching a training in the browser',
    clock: 'secure connections and signed uploads',
  },
  needed: (what: string) => `for ${what}`,
  installNode: (oldest: string) => `install Node ${oldest} or newer: https://nodejs.org`,
  installPython: 'apt install python3 python3-venv, brew install python@3.13, or name one with TEMPER_PYTHON',
  uvComes: 'none on PATH; a pinned one is fetched when an environment is built',
  noPythonToAsk: 'not asked, for want of Python',
  doesNotAnswer: (address: string, reason: string) => `${address} does not answer: ${reason}`,
  setIndex: 'pip config set global.index-url https://…/simple names an index that can be reached',
  memory: (free: string, total: string, processors: number) =>
    `${free} of ${total} free, ${String(processors)} ${processors === 1 ? 'processor' : 'processors'}`,
  freeMemory: 'end other programs, or let fewer steps run at once: `--jobs 1`',
  freeIn: (free: string, folder: string) => `${free} free in ${folder}`,
  freeDisk: '`temper gc` names what could go; TEMPER_HOME moves store and environments',
  fileSystem: (facts: { reflinks: boolean; hardLinks: boolean; ignoresCase: boolean }) =>
    [
      facts.reflinks
        ? 'reflinks'
        : facts.hardLinks
          ? 'hard links, no reflinks'
          : 'neither reflinks nor hard links: every file is copied',
      ...(facts.ignoresCase ? ['names differ by more than case'] : []),
    ].join('; '),
  notWritable: (folder: string, reason: string) => `nothing can be written to ${folder}: ${reason}`,
  moveHome: 'set TEMPER_HOME to a folder on another file system',
  noGpu: 'none (there is no nvidia-smi)',
  nvidiaSmiFails: (said: string) => `nvidia-smi lists none: ${said}`,
  mendDriver: 'restart the machine, so that kernel and driver are of one version; then `nvidia-smi -L`',
  notInstalled: 'not installed',
  engine: (facts: {
    version: string;
    rootless: boolean;
    access: 'runtime' | 'cdi' | 'none';
    devices: number;
    lacksMemoryLimit: boolean;
  }) =>
    [
      facts.version,
      ...(facts.rootless ? ['rootless'] : []),
      facts.access === 'runtime'
        ? 'GPUs by NVIDIA’s runtime'
        : facts.access === 'cdi'
          ? `${String(facts.devices)} GPU devices by CDI`
          : 'no GPUs in containers',
      ...(facts.lacksMemoryLimit ? ['no memory limit'] : []),
    ].join(', '),
  giveDockerGpus:
    'install nvidia-container-toolkit, then `sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker`',
  givePodmanGpus:
    'install nvidia-container-toolkit, then `sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`',
  delegateMemory: 'let the engine use the memory controller of cgroups v2, or run without a memory limit',
  startDocker: '`sudo systemctl start docker`, and this user in the group `docker`; or Docker Desktop',
  startPodman: 'see what `podman info` says; `podman machine start` where it needs a virtual machine',
  setMirror: (variable: string) =>
    `check the network, or set ${variable} to a mirror; \`--offline\` does without`,
  hub: (address: string, token: 'there' | 'none' | 'refused') =>
    token === 'refused'
      ? `${address} does not know the token`
      : `${address}, ${token === 'there' ? 'with a token' : 'without a token'}`,
  renewToken: '`hf auth login`, or a new HF_TOKEN: https://huggingface.co/settings/tokens',
  trackingIsOff: 'switched off by SWANLAB_MODE',
  noAnswerInTime: 'no answer within 5 s',
  trackOffline: 'runs keep their curves on this machine; `temper sync` uploads them later',
  loggedIn: (host: string, username: string) => `${host} as ${username}`,
  notLoggedIn: 'nobody is logged in',
  logIn: 'temper login swanlab',
  clockUnknown: 'nobody answered with the time',
  clockRight: 'right to the minute',
  clockWrong: (off: string, ahead: boolean) =>
    `${off} ${ahead ? 'ahead of' : 'behind'} the servers that were asked`,
  setClock: '`sudo timedatectl set-ntp true`, or what your system has for it',
  ready: (pipeline: string) => `${pipeline} can run on this machine`,
};

export type DoctorTexts = {
  readonly [Key in keyof typeof doctorEnglish]: (typeof doctorEnglish)[Key];
};
