import { EnvironmentError } from './error.ts';

const causes: readonly {
  readonly seen: RegExp;
  readonly reason: EnvironmentError['reason'];
  readonly message: (words: string) => string;
  readonly hint: string;
}[] = [
  {
    seen: /No space left on device|ENOSPC|os error 28|Disk quota exceeded/,
    reason: 'no-space',
    message: () => 'there is no space left for the Python environment (with PyTorch it takes about 5 GB)',
    hint: 'free some, or move it with TEMPER_HOME',
  },
  {
    seen: /[Hh]ash mismatch|DO NOT MATCH THE HASHES/,
    reason: 'environment-failed',
    message: (words) => `a package is not the one that the lock names: ${words}`,
    hint: 'an index or a cache serves other bytes under the same version: look at PIP_INDEX_URL, or clean the cache (`uv cache clean`)',
  },
  {
    seen: /No module named (?:'|")?(?:pip|venv|ensurepip)|ensurepip is not available/,
    reason: 'environment-failed',
    message: () => 'Python has neither pip nor venv here, and there is no uv',
    hint: 'install uv, or Python’s own (`apt install python3-venv python3-pip`)',
  },
  {
    seen: /no wheels? with a matching|not a supported wheel on this platform|has no usable wheels/,
    reason: 'environment-failed',
    message: (words) => `a package does not come for this machine: ${words}`,
    hint: 'the locked packages exist for Linux (x86-64, arm64) and macOS on arm64',
  },
  {
    seen: /[Ff]ailed to (?:fetch|connect|download)|Could not connect|Could not find a version|dns error|error sending request|Connection (?:refused|reset)|Network is unreachable|name resolution|timed out|No matching distribution|ConnectionError|ProxyError|certificate verify failed|invalid peer certificate/,
    reason: 'registry-unreachable',
    message: (words) => `the Python packages could not be fetched: ${words}`,
    hint: 'check the network, or name a mirror with PIP_INDEX_URL',
  },
];

/** Turns what uv or pip printed into a reason that a person can act on. */
export function explainInstall(output: string, log: string): EnvironmentError {
  const words = gist(output);
  const cause = causes.find(({ seen }) => seen.test(output));
  const reason = cause?.reason ?? 'environment-failed';
  const message = cause?.message(words) ?? `the Python environment could not be built: ${words}`;
  return new EnvironmentError(reason, message, `${cause?.hint ?? 'read the log and run again'}; log: ${log}`);
}

/** The complaint and its deepest cause, in one line; pip tells the cause only in its warnings. */
function gist(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const last = (start: RegExp): string | undefined =>
    lines.findLast((line) => start.test(line))?.replace(start, '');
  const mismatched =
    /[Hh]ash mismatch for `([^`]+)`/.exec(output)?.[1] ?? /^\s+(\S+==\S+) from \S+/m.exec(output)?.[1];
  if (mismatched !== undefined) return mismatched;
  // Where uv tried several times it says that first, and what it asked for behind it.
  const fetched = /^\s*(?:cause|Caused by): (Failed to fetch: .*)/m.exec(output)?.[1];
  const complaint =
    fetched ?? last(/^(?:error|ERROR): /) ?? lines.findLast((line) => line !== '') ?? 'it said nothing';
  const cause = last(/^(?:cause|Caused by): /) ?? /\[Errno -?\d+\] [^'")]+/.exec(output)?.[0];
  return [complaint, ...(cause === undefined ? [] : [cause])].join(': ').slice(0, 400);
}

/** An index may carry a user's name and password in its address. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}
