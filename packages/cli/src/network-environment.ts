import { huggingFacePlaces } from '@temper/hub';

/** Variables that a stage with a network needs to reach mirrors; secrets go another way. */
export function networkEnvironment(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = [
    'HF_ENDPOINT',
    'MODELSCOPE_ENDPOINT',
    'HF_HUB_OFFLINE',
    'HF_HUB_DISABLE_IMPLICIT_TOKEN',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'no_proxy',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'REQUESTS_CA_BUNDLE',
  ];
  // A job has a home of its own, below which the user's cache and login are not.
  const found: Record<string, string> = huggingFacePlaces(environment);
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
