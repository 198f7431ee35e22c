import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Interpreter } from './interpreter.ts';

/**
 * What uv runs with: the user's own variables; where uv was told nothing, what pip was told (its variables and pip.conf,
 * so that a mirror that works for pip works here); and the system's certificates, since uv brings its own, which do not
 * know a company's proxy. https://docs.astral.sh/uv/reference/environment/ and https://pip.pypa.io/en/stable/topics/configuration/
 */
export async function uvEnvironment(
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const pip = await readPipSettings(python, environment);
  const told = (...names: string[]): boolean => names.some((name) => environment[name] !== undefined);
  const settings: NodeJS.ProcessEnv = { ...environment };
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') settings[name] = value;
  };
  if (!told('UV_INDEX', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_EXTRA_INDEX_URL')) {
    set('UV_DEFAULT_INDEX', pip.get('index-url'));
    const extra = words(pip.get('extra-index-url'));
    set('UV_INDEX', extra.join(' '));
    // As pip does it: every index is asked. The lock's digests make it safe.
    if (extra.length > 0) set('UV_INDEX_STRATEGY', environment['UV_INDEX_STRATEGY'] ?? 'unsafe-best-match');
  }
  if (!told('UV_FIND_LINKS')) {
    // Pip passes over a folder that is not there; uv ends.
    const links = words(pip.get('find-links')).filter((link) => link.includes('://') || existsSync(link));
    set('UV_FIND_LINKS', links.join(','));
  }
  if (!told('UV_INSECURE_HOST')) set('UV_INSECURE_HOST', words(pip.get('trusted-host')).join(' '));
  if (!told('SSL_CERT_FILE')) set('SSL_CERT_FILE', pip.get('cert') ?? systemCertificates());
  if (!told('ALL_PROXY', 'HTTPS_PROXY', 'https_proxy')) set('ALL_PROXY', pip.get('proxy'));
  // A virtual environment of the user's that is active would be taken for the one to install into.
  for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYTHONPATH', 'PYTHONHOME']) settings[name] = undefined;
  return settings;
}

/** Where packages come from first, whoever was told: uv, or pip. */
export async function packageIndex(python: Interpreter, environment: NodeJS.ProcessEnv): Promise<string> {
  const { UV_DEFAULT_INDEX, UV_INDEX_URL } = await uvEnvironment(python, environment);
  return UV_DEFAULT_INDEX ?? UV_INDEX_URL ?? 'https://pypi.org/simple';
}

/** Pip's settings by the name of their option; a variable counts before `[install]`, and that before `[global]`. */
async function readPipSettings(
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const options = { env: environment, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  const listed = await execa(python.path, ['-m', 'pip', 'config', 'list'], options);
  return parsePipSettings(listed.failed ? '' : listed.stdout);
}

export function parsePipSettings(listed: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const source of ['global', 'install', ':env:']) {
    for (const line of listed.split('\n')) {
      const [, from, name, value] =
        /^(global|install|:env:)\.([\w-]+)=(['"])(.*)\3$/.exec(line)?.filter((_, index) => index !== 3) ?? [];
      // Python's repr: several lines of pip.conf come as one with escapes.
      if (from === source && name !== undefined)
        settings.set(name, (value ?? '').replaceAll('\\n', '\n').trim());
    }
  }
  return settings;
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}

function systemCertificates(): string | undefined {
  return ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'].find(
    existsSync,
  );
}
