import { HubError } from '../error.ts';
import { describeSource } from '../source.ts';
import type { Question } from './hub.ts';

/** How one shows each hub who one is. */
export const login = {
  huggingface: 'run `hf auth login`, or set HF_TOKEN',
  modelscope: 'set MODELSCOPE_API_TOKEN (the official login file is a pickle and is not read)',
} as const;

type Login = (typeof login)[keyof typeof login];

export function gated({ source, withToken }: Question, page: string): HubError {
  const whose = withToken ? 'the account whose token was sent has no access yet' : 'no token was sent';
  return new HubError({
    reason: 'gated',
    message: `The ${describeSource(source)} is gated: its owner asks for consent, and ${whose}`,
    hint: `ask for access on ${page}, then log in with that account: ${login.huggingface}`,
  });
}

export function noRepository({ source, withToken }: Question, how: Login): HubError {
  const told = withToken ? 'or the token that was sent may not see it' : 'or it is private';
  return new HubError({
    reason: 'repository-not-found',
    message: `The hub knows no ${describeSource(source)}, ${told}`,
    hint: withToken
      ? `check the spelling, and that the token belongs to an account with access`
      : `check the spelling; if it is private, ${how}. Over plain http a token is sent to this machine only`,
  });
}

/** A hub that answers so says neither that the repository is there nor that it is not. */
export function asksForToken({ source }: Question, how: Login): HubError {
  return new HubError({
    reason: 'unauthorized',
    message: `The hub tells nobody without a token about the ${describeSource(source)}: it is private, or not there`,
    hint: `check the spelling; if it is private, ${how}. Over plain http a token is sent to this machine only`,
  });
}

export function noRevision({ source }: Question, known: readonly string[] = []): HubError {
  const list = known.length === 0 ? '' : `; it has ${known.slice(0, 8).join(', ')}`;
  return new HubError({
    reason: 'revision-not-found',
    message: `The ${describeSource(source)} has no revision "${source.revision}"${list}`,
    hint: 'name a branch, a tag or a full commit that exists, or leave `revision` out for the default branch',
  });
}

export function noFile({ source, path }: Question): HubError {
  return new HubError({
    reason: 'file-not-found',
    message: `The ${describeSource(source)} has no file "${path ?? ''}" at revision "${source.revision}"`,
    hint: 'look at the list of files on the page of the repository',
  });
}

export function refusedToken({ source }: Question, how: Login): HubError {
  return new HubError({
    reason: 'unauthorized',
    message: `The hub does not accept the token that was sent for the ${describeSource(source)}`,
    hint: `it may have expired or been revoked: ${how}`,
  });
}

export function refused({ source, path, withToken }: Question, status: number, why: string): HubError {
  const what =
    path === undefined ? `the ${describeSource(source)}` : `${path} of the ${describeSource(source)}`;
  const detail = why === '' ? '' : `: ${why}`;
  if (status === 401 || status === 403) {
    return new HubError({
      reason: 'forbidden',
      message: `The hub answers ${status} for ${what}${detail}`,
      hint: withToken
        ? 'give the token the right to read this repository, or use one that has it'
        : 'log in with an account that may read it',
    });
  }
  return new HubError({
    reason: 'unexpected-answer',
    message: `The hub answers ${status} for ${what}${detail}`,
    hint: 'look at the page of the repository in a browser; the hub may say more there',
  });
}
