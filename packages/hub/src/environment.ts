import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { codeOf, HubError, sentenceOf } from './error.ts';
import type { HubName } from './source.ts';

/** Environment variables by name. They are always handed in, so that a caller decides what counts. */
export type Environment = Readonly<Record<string, string | undefined>>;

const endpoints: Record<HubName, { readonly variable: string; readonly address: string }> = {
  huggingface: { variable: 'HF_ENDPOINT', address: 'https://huggingface.co' },
  modelscope: {
    variable: 'MODELSCOPE_ENDPOINT',
    address: 'https://modelscope.cn',
  },
};

/** Where a hub is asked: its own address or the mirror that the environment names, without a trailing slash. */
export function endpointOf(hub: HubName, environment: Environment): URL {
  const { variable, address } = endpoints[hub];
  const written = valueOf(environment, variable) ?? address;
  // The official ModelScope client has long taken a bare host name.
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `https://${written}`;
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint === undefined || !['http:', 'https:'].includes(endpoint.protocol)) {
    throw new HubError({
      reason: 'bad-endpoint',
      message: `${variable} is "${written}", which is not an http or https address`,
      hint: `set it to a mirror's address, or unset it to use ${address}`,
    });
  }
  endpoint.pathname = endpoint.pathname.replace(/\/+$/, '');
  return endpoint;
}

/** The variable by which the environment moves a hub to a mirror, as it was written; nothing where it does not. */
export interface Mirror {
  readonly variable: string;
  readonly written: string;
  /** Where the hub itself is. */
  readonly instead: string;
}

export function mirrorOf(hub: HubName, environment: Environment): Mirror | undefined {
  const { variable, address: instead } = endpoints[hub];
  const written = valueOf(environment, variable);
  return written === undefined ? undefined : { variable, written, instead };
}

/** A user's Hugging Face folder: token and cache lie in it. */
function huggingFaceHome(environment: Environment): string {
  const home = valueOf(environment, 'HOME') ?? homedir();
  const caches = valueOf(environment, 'XDG_CACHE_HOME') ?? join(home, '.cache');
  return valueOf(environment, 'HF_HOME') ?? join(caches, 'huggingface');
}

/**
 * The variables that say where the official client's cache and token file are, for a process with another home, which
 * would not find them.
 */
export function huggingFacePlaces(environment: Environment) {
  return { HF_HUB_CACHE: huggingFaceCache(environment), HF_TOKEN_PATH: tokenFile(environment) };
}

function tokenFile(environment: Environment): string {
  return valueOf(environment, 'HF_TOKEN_PATH') ?? join(huggingFaceHome(environment), 'token');
}

/** Where huggingface_hub keeps what it has downloaded. */
export function huggingFaceCache(environment: Environment): string {
  return (
    valueOf(environment, 'HF_HUB_CACHE') ??
    valueOf(environment, 'HUGGINGFACE_HUB_CACHE') ??
    join(huggingFaceHome(environment), 'hub')
  );
}

/**
 * The token that belongs to a hub, or nothing.
 *
 * Hugging Face: `HF_TOKEN`, then the file that `hf auth login` writes
 * (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables).
 * ModelScope: `MODELSCOPE_API_TOKEN` only, because its client keeps the login as a pickled cookie jar, and
 * reading a pickle is running it.
 */
export async function tokenOf(hub: HubName, environment: Environment): Promise<string | undefined> {
  const token = hub === 'modelscope' ? environment.MODELSCOPE_API_TOKEN : await huggingFaceToken(environment);
  const trimmed = token?.trim();
  if (!trimmed) return undefined;
  if (!/^[\u0021-\u007e]+$/.test(trimmed)) {
    throw new HubError({
      reason: 'bad-token',
      message: `The token for ${hub} holds a character that cannot be sent in a header`,
      hint: 'copy the token again, without line breaks or quotes of a word processor',
    });
  }
  return trimmed;
}

async function huggingFaceToken(environment: Environment): Promise<string | undefined> {
  if (isSet(environment.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const given = valueOf(environment, 'HF_TOKEN') ?? valueOf(environment, 'HUGGING_FACE_HUB_TOKEN');
  if (given !== undefined) return given;
  const file = tokenFile(environment);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw new HubError({
      reason: 'bad-token',
      message: `The token file ${file} cannot be read: ${sentenceOf(error)}`,
      hint: 'give yourself the right to read it, set HF_TOKEN, or run `hf auth login` again',
      cause: error,
    });
  }
}

/** Whether the environment forbids asking a hub. */
export function isOffline(environment: Environment): boolean {
  return isSet(environment.HF_HUB_OFFLINE);
}

/** Certificates of a company's own authority, which Node's trusted list does not hold. */
export async function extraCertificates(environment: Environment): Promise<string | undefined> {
  const file = valueOf(environment, 'SSL_CERT_FILE') ?? valueOf(environment, 'REQUESTS_CA_BUNDLE');
  return file !== undefined ? readFile(file, 'utf8').catch(() => undefined) : undefined;
}

function isSet(value: string | undefined): boolean {
  return ['1', 'on', 'yes', 'true'].includes(value?.trim().toLowerCase() ?? '');
}

/** A variable that is set to nothing is as good as unset. */
export function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
