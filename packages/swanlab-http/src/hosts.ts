import { SwanLabError } from './errors.ts';

export const officialApiHost = 'https://api.swanlab.cn';
const officialWebHost = 'https://swanlab.cn';

/** Scheme, host and port; `https` where no scheme is given; path, query and user are dropped. */
export function normaliseHost(given: string): string {
  const text = given.trim();
  const url = parseUrl(text.includes('://') ? text : `https://${text}`);
  if (url === null || url.hostname === '' || !['http:', 'https:'].includes(url.protocol)) {
    throw new SwanLabError('invalid-host', `"${text}" is not the address of a SwanLab server`, {
      hint: 'give it as https://host or http://host:port',
    });
  }
  // The official servers speak https only; people copy the http form from old pages.
  const official = url.origin.replace('http:', 'https:');
  return official === officialApiHost || official === officialWebHost ? official : url.origin;
}

/** The pages that belong to an API host: the official ones have their own, a self-hosted server has one origin for both. */
export function webHostOf(apiHost: string): string {
  return apiHost === officialApiHost ? officialWebHost : apiHost;
}

/** `URL.parse` came with Node 22. */
function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
