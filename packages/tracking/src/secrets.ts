/** Takes secrets out of what is sent away. */
export interface Mask {
  (text: string): string;
  /** Of a value as JSON has it: texts are masked, and whatever a key says is a secret goes as a whole. */
  readonly values: <Value>(value: Value) => Value;
}

const stars = '***';
const secretVariable = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE)$/;
/** Anything shorter is a switch or a test's word, and masking it would garble ordinary text. */
const shortest = 8;

/** Words that name a secret alone. */
const secretWords =
  'secret password passwd passphrase credential credentials authorization cookie apikey'.split(' ');
/** What stands before `key` or `token` where it is one to a door: `maxTokens`, `padToken` and `textKey` are none. */
const ofDoors =
  'access api auth authorization bearer bot client deploy hf hub huggingface id modelscope private refresh secret session signing ssh user'.split(
    ' ',
  );

/** How the tokens of well-known services look: Hugging Face, ModelScope, GitHub, GitLab, OpenAI's kind, Amazon. */
const tokenShapes =
  /\b(?:hf_[A-Za-z0-9]{16,}|ms-[0-9a-f]{8}-[0-9a-f-]{27}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16})\b/g;
/** `https://user:password@host` */
const urlLogin = /(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/gi;
/** `name=value`, as in the query of an address, on a command line and in logs. */
const assignment = /([\w.-]+)=([^\s&"']+)/g;

/** Masks by the values of the environment's secret variables, by names, and by what tokens look like. */
export function createMask(environment: Readonly<Record<string, string | undefined>>): Mask {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretVariable.test(name.toUpperCase()))
    .flatMap(([, value]) => (value !== undefined && value.length >= shortest ? [value] : []))
    // A secret that contains another goes first, or its rest would stay.
    .sort((one, other) => other.length - one.length);

  const mask = (text: string): string =>
    secrets
      .reduce((masked, secret) => masked.replaceAll(secret, stars), text)
      .replaceAll(urlLogin, stars)
      .replaceAll(tokenShapes, stars)
      .replaceAll(assignment, (whole, name: string) =>
        isSecretName(name.split('.').at(-1) ?? '') || /signature$/i.test(name) ? `${name}=${stars}` : whole,
      );

  function maskValue(value: unknown, secret: boolean): unknown {
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) return value.map((item) => maskValue(item, secret));
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, maskValue(item, secret || isSecretName(key))]),
      );
    }
    if (secret && value !== null && value !== undefined) return stars;
    return typeof value === 'string' ? mask(value) : value;
  }

  return Object.assign(mask, { values: <Value>(value: Value) => maskValue(value, false) as Value });
}

/** Whether a param or a header of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const last = words.at(-1) ?? '';
  if (secretWords.includes(last)) return true;
  if (!['key', 'keys', 'token', 'tokens'].includes(last)) return false;
  return words.length === 1 ? last === 'token' : ofDoors.includes(words.at(-2) ?? '');
}
