import type { Phrases } from './say.ts';

/** Sentences about hubs of models and data, and about what comes from them, in Chinese. */
export const chineseOfHubs = (): Phrases => ({
  '{} is "{}", which is not an http or https address': '{} 是“{}”，不是 http 或 https 地址',
  "set it to a mirror's address, or unset it to use {}": '请设成镜像站的地址，或取消设置以使用 {}',
  'copy the token again, without line breaks or quotes of a word processor':
    '请重新复制令牌，不要带换行或文字处理软件的引号',
  'The token file {} cannot be read: {}': '令牌文件 {} 读不了：{}',
  'give yourself the right to read it, set HF_TOKEN, or run `hf auth login` again':
    '请给自己读它的权限，或设置 HF_TOKEN，或重新运行 `hf auth login`',
  'The repository lists a file named {}, which cannot be written safely': '仓库列出的文件 {} 不能安全地写入',
  'leave it out with `exclude`, and do not trust this repository without a look':
    '用 `exclude` 去掉它，先看清楚再信任这个仓库',
  '"{}" is not a glob for files of a repository': '“{}”不是仓库文件的通配式',
  '"{}" asks for pickles, and loading a pickle runs whatever program its author put in':
    '“{}”要的是 pickle，加载它会运行作者放进去的任何程序',
  'take the safetensors files, or convert the pickle to safetensors on a machine you can spare':
    '请用 safetensors 文件，或在可以牺牲的机器上把 pickle 转成 safetensors',
  'There is no hub named "{}"': '没有名为“{}”的模型站',
  "write hub: 'huggingface' or hub: 'modelscope'": "请写 hub: 'huggingface' 或 hub: 'modelscope'",
  '"{}" is not the name of a repository': '“{}”不是仓库名',
  '"{}" is not the name of a revision': '“{}”不是版本名',
  'name a branch, a tag or a commit, or leave `revision` out for the default branch':
    '请写分支、标签或提交，或去掉 `revision` 使用默认分支',
  'The {} has its weights only as pickle ({}), and loading a pickle runs whatever program its author put in':
    '{} 的权重只有 pickle（{}），加载它会运行作者放进去的任何程序',
  'take a repository or a revision with safetensors; Hugging Face often has one as refs/pr/N':
    '请用带 safetensors 的仓库或版本；Hugging Face 上常有 refs/pr/N',
  'Of the {} files of the {} none was selected: {}': '{2} 的 {1} 个文件一个也没选中：{3}',
  'The {} has no file {}: its files are {}': '{} 没有文件 {}：它的文件有 {}',
  'write the path of one of them, as its page lists it': '请照它的页面写其中一个的路径',
  'check `include` and `exclude` against the list of files on its page':
    '请对照页面上的文件列表检查 `include` 和 `exclude`',
  '{} arrived broken: {}': '{} 到达时已损坏：{}',
  'it was thrown away: run again, and use another mirror if it happens twice':
    '它已被丢弃：请重新运行，再次发生就换一个镜像站',
  'HF_HUB_OFFLINE forbids to ask a hub for the {}, and {} is missing from the cache or damaged there':
    'HF_HUB_OFFLINE 不允许向模型站询问 {}，而缓存里没有 {}，或者它已损坏',
  'HF_HUB_OFFLINE forbids to ask a hub for the {}, and {} of its files are missing from the cache or damaged there, such as {}':
    'HF_HUB_OFFLINE 不允许向模型站询问 {}，而缓存里缺少或损坏了 {} 个文件，如 {}',
  'HF_HUB_OFFLINE forbids to ask a hub for the {}': 'HF_HUB_OFFLINE 不允许向模型站询问 {}',
  'unset HF_HUB_OFFLINE to download it': '取消 HF_HUB_OFFLINE 即可下载',
  'The disk of {} filled up while {} was being written': '写 {2} 时 {1} 所在的磁盘满了',
  'free some space and run again to go on where it stopped': '请腾出空间再运行，会从中断处继续',
  '{} is no longer the file that was listed: {}': '{} 已不是列表里的那个文件：{}',
  'what had come of it was thrown away: run again to start it anew, or pin a commit':
    '已收到的部分已丢弃：请重新运行，或锁定一个提交',
  "{} has {} bytes where the hub's listing says {}": '{} 有 {} 字节，而模型站的列表说 {} 字节',
  'what had come of it was thrown away: run again, or use another mirror':
    '已收到的部分已丢弃：请重新运行，或换一个镜像站',
  '{} ended at byte {} of {}': '{} 在 {3} 字节中的第 {2} 字节处中断',
  'run again to go on where it stopped': '再运行一次，会从中断处继续',
  '{} are to be downloaded, and {} has {} free': '要下载 {}，而 {} 只剩 {}',
  'free some space, or choose a folder on another disk': '请腾出空间，或选另一块磁盘上的文件夹',
  '{} redirects to {}, where the bytes would not be protected': '{} 转向 {}，那里的传输不受保护',
  'use another mirror, or write its address with https': '请换一个镜像站，或把地址写成 https',
  '{} redirected more than {} times': '{} 转向超过 {} 次',
  'use another mirror': '请换一个镜像站',
  '{} answers 429: too many requests': '{} 回答 429：请求过多',
  'wait some minutes and run again to go on, or log in: hubs allow more to those they know':
    '请等几分钟再运行以继续，或登录：模型站对登录用户更宽',
  'run again later to go on where it stopped, or set a mirror with HF_ENDPOINT or MODELSCOPE_ENDPOINT':
    '请稍后再运行，会从中断处继续；或用 HF_ENDPOINT 或 MODELSCOPE_ENDPOINT 设置镜像站',
  '{} sent a part packed with {}, though nobody had asked for that':
    '{} 送来的部分用 {} 压缩过，而没有人这样要求',
  'go around the proxy that packs it, or use another mirror': '请绕开做压缩的代理，或换一个镜像站',
  'The certificate of {} is not trusted: {}': '不信任 {} 的证书：{}',
  '{} sent a packed answer that does not unpack: {}': '{} 送来的压缩回答解不开：{}',
  'The connection to {} was cut': '到 {} 的连接断了',
  'The connection to {} was cut while {} came': '接收 {2} 时到 {1} 的连接断了',
  '{} answers 429 for {}: too many requests': '{} 对 {} 回答 429：请求过多',
  '{} answers {} for {}': '{1} 对 {3} 回答 {2}',
  '{} answers with a web page instead of {}': '{} 回答的是网页，不是 {}',
  '{} answers {} with a web page instead of {}': '{} 以网页回答 {}，而不是给出 {}',
  '{} answers {} with {}, as no hub does': '{} 以{3}回答 {2}，模型站不会这样回答',
  '{} is "{}": set it to the address of a hub or of its mirror, or unset it to use {}':
    '{} 是“{}”：请设成模型站或其镜像站的地址，或取消设置以使用 {}',
  '{} answers {}': '{} 回答 {}',
  '{} (tried {word} times)': '{}（试了 {} 次）',
  '{} cannot be reached: {}': '连不上 {}：{}',
  'check the network, or set a mirror with HF_ENDPOINT or MODELSCOPE_ENDPOINT':
    '请检查网络，或用 HF_ENDPOINT 或 MODELSCOPE_ENDPOINT 设置镜像站',
  '{} cannot be reached through the proxy {}: {}': '经代理 {2} 连不上 {1}：{3}',
  'check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, and name in NO_PROXY the hosts that need no proxy':
    '请检查 HTTPS_PROXY、HTTP_PROXY 和 ALL_PROXY，并把不需要代理的主机写进 NO_PROXY',
  'The proxy {} answers 407: it wants to know who asks for {}': '代理 {1} 回答 407：它要知道是谁在访问 {2}',
  'write user and password into the address of the proxy, as in http://user:password@host:port':
    '请把用户名和密码写进代理地址，例如 http://user:password@host:port',
  'The proxy {} answers {} when asked for {}': '向代理 {1} 请求 {3} 时，它回答 {2}',
  '{} does not hold the address of an http proxy': '{} 不是 http 代理的地址',
  'write it as http://host:port, or with http://user:password@host:port where the proxy asks for that':
    '请写成 http://host:port；代理要求登录时写成 http://user:password@host:port',
  'The download was cancelled': '下载已取消',
  '{}, and asks to wait {} s': '{}，并要求等 {} 秒',
  'The listing of {} gives no usable digest for {}, so it could not be verified':
    '{} 的列表没有给出 {} 的可用摘要，无法校验',
  'use the hub itself instead of the mirror': '请不用镜像站，直接用模型站',
  'The listing of the {} gives no SHA-256 or size for "{}", so it could not be verified':
    '{} 的列表没有给出“{}”的 SHA-256 或大小，无法校验',
  'exclude the file, or take the repository from Hugging Face':
    '请排除这个文件，或从 Hugging Face 取这个仓库',
  'The {} is no longer what was pinned: {} changed': '{} 已不是锁定时的内容：{} 变了',
  'pin it anew, or name a tag that stays': '请重新锁定，或写一个不变的标签',
  'The folder "{}" of the {} has {} entries or more, and the hub lists no more than that':
    '{2} 的文件夹“{1}”有 {3} 项或更多，模型站最多只列这么多',
  'take the repository from Hugging Face': '请从 Hugging Face 取这个仓库',
  'The {} is gated: its owner asks for consent, and {}': '{} 需要授权：所有者要求同意，而{}',
  'ask for access on {}, then log in with that account: {}': '请在 {} 申请访问，并用该账号登录：{}',
  'The hub knows no {}, {}': '模型站没有{}，{}',
  'The hub tells nobody without a token about the {}: it is private, or not there':
    '没有令牌，模型站不透露{}的任何情况：它是私有的，或者不存在',
  'check the spelling, and that the token belongs to an account with access':
    '请检查拼写，以及令牌所属账号是否有权访问',
  'check the spelling; if it is private, {}. Over plain http a token is sent to this machine only':
    '请检查拼写；如果是私有的，{}。明文 http 只向本机发送令牌',
  'The {} has no revision "{}"': '{} 没有版本“{}”',
  'The {} has no revision "{}"{}': '{} 没有版本“{}”{}',
  'name a branch, a tag or a full commit that exists, or leave `revision` out for the default branch':
    '请写存在的分支、标签或完整提交，或去掉 `revision` 使用默认分支',
  'The {} has no file "{}" at revision "{}"': '{} 的版本“{3}”里没有文件“{2}”',
  'look at the list of files on the page of the repository': '请看仓库页面上的文件列表',
  'The hub does not accept the token that was sent for the {}': '模型站不接受为{}发送的令牌',
  'it may have expired or been revoked: {}': '它可能已过期或被撤销：{}',
  'The hub answers {} for {}': '模型站对 {2} 回答 {1}',
  'give the token the right to read this repository, or use one that has it':
    '请给令牌读这个仓库的权限，或用有权限的令牌',
  'HF_HUB_OFFLINE is set, and {} does not hold the {} at revision "{}"':
    '设置了 HF_HUB_OFFLINE，而 {} 里没有版本“{3}”的{2}',
  'unset HF_HUB_OFFLINE to download it, or name a revision that was downloaded before':
    '取消 HF_HUB_OFFLINE 以下载，或写一个以前下载过的版本',
  '{} begins with a byte order mark; it was left out': '{} 以字节顺序标记开头，已去掉',
  '{} has one object on each line, so it is read as JSON lines': '{} 每行一个对象，因此按 JSON 行读取',
  '{} is one JSON array, so it is not read line by line': '{} 是一个 JSON 数组，因此不逐行读取',
  '{} is not a usable configuration: {}': '{} 不是可用的配置：{}',
  'take another revision of the repository, or tell its owner': '请用仓库的另一个版本，或告知所有者',
  '{} has the key "{}", by which a library would run code that the repository names':
    '{} 有键“{}”，库会据此运行仓库指定的代码',
  '{} is not an index of shards: it has no "weight_map" from tensors to files':
    '{} 不是分片索引：没有从张量到文件的“weight_map”',
  'widen `include`, or take a revision of the repository that is complete':
    '请放宽 `include`，或用完整的版本',
  'do not load it: take the file from its source again, or write it anew with the safetensors library':
    '不要加载它：请从来源重新取得，或用 safetensors 库重新写',

  'The token for {} holds a character that cannot be sent in a header': '{} 的令牌含有不能放进请求头的字符',
  "write it relative to the repository's root, as in 'onnx/**', and leave files out with `exclude`":
    "请相对仓库根目录书写，例如 'onnx/**'，并用 `exclude` 去掉文件",
  "write it as 'owner/name', as in 'THUDM/glm-4-9b-hf', without an address before it":
    "请写成 'owner/name'，例如 'THUDM/glm-4-9b-hf'，前面不带地址",
  'The {} has its weights twice: whole in {}, and in the shards that {} names':
    '{} 的权重有两份：整份在 {}，分片由 {} 列出',
  "leave one of them out, as in exclude: ['{}']": "请去掉一份，例如 exclude: ['{}']",
  'check that HF_ENDPOINT or MODELSCOPE_ENDPOINT names a hub, and that no proxy answers in its place':
    '请检查 HF_ENDPOINT 或 MODELSCOPE_ENDPOINT 指向模型站，且没有代理替它回答',
  '{} sent {} in {} s, and with less than {} a connection counts as dead':
    '{} 在 {3} 秒里只送来 {2}，不足 {4} 的连接视为已断',
  '{} sent {} of {} in {} s, and with less than {} a connection counts as dead':
    '{} 在 {4} 秒里只送来 {3} 的 {2}，不足 {5} 的连接视为已断',
  'name the file of your own certificate authority in SSL_CERT_FILE':
    '请在 SSL_CERT_FILE 里写明自己的证书颁发机构文件',
  'log in with an account that may read it': '用有权读取的账号登录',
  'look at the page of the repository in a browser; the hub may say more there':
    '请用浏览器看仓库页面；模型站在那里可能说得更多',
  "use a variant of the model that its library knows by itself (for GLM-4 the repositories ending in '-hf')":
    '请用库本身支持的模型版本（GLM-4 为以“-hf”结尾的仓库）',
  '{} looks for "{}" in {}, which is not among the files': '{} 要在 {3} 里找“{2}”，而文件里没有它',
});
