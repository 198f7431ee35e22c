import { endpointOf, HubError, tokenOf, type HubName } from '@temper/hub';
import { openServer, TrackingError } from '@temper/tracking';
import { duration } from '@temper/report/words';
import { said, type Finding } from './finding.ts';

/** A network that needs longer for an answer of no bytes will not carry gigabytes. */
const patienceMilliseconds = 5000;
/** Servers round to seconds, and an answer takes a while. */
const toleratedSeconds = 60;

/** What a server answered: its clock, and how fast ours was then. */
export interface Heard {
  readonly secondsAhead: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export async function examineHub(
  hub: HubName,
  environment: Environment,
): Promise<{ readonly finding: Finding; readonly heard: Heard | undefined }> {
  const variable = hub === 'huggingface' ? 'HF_ENDPOINT' : 'MODELSCOPE_ENDPOINT';
  try {
    const endpoint = endpointOf(hub, environment);
    const token = await tokenOf(hub, environment);
    const isMirror = (environment[variable] ?? '').trim() !== '';
    // Hugging Face tells whether it knows a token; ModelScope has no such question.
    const question = hub === 'huggingface' && token !== undefined ? 'api/whoami-v2' : '';
    const asked = await ask(
      new URL(question, `${endpoint.href.replace(/\/$/, '')}/`),
      token !== undefined && question !== '' ? token : undefined,
    );
    const address = `${endpoint.href.replace(/\/$/, '')}${isMirror ? ` (${variable})` : ''}`;
    if ('trouble' in asked) {
      return {
        heard: undefined,
        finding: {
          id: hub,
          state: 'doubtful',
          found: (texts) => texts.doesNotAnswer(address, asked.trouble),
          mend: (texts) => texts.setMirror(variable),
        },
      };
    }
    const refused = question !== '' && asked.status === 401;
    return {
      heard: asked,
      finding: {
        id: hub,
        state: refused ? 'doubtful' : 'good',
        found: (texts) => texts.hub(address, refused ? 'refused' : token === undefined ? 'none' : 'there'),
        mend: refused ? (texts) => texts.renewToken : undefined,
      },
    };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const { message, hint } = error;
    return {
      heard: undefined,
      finding: {
        id: hub,
        state: 'doubtful',
        found: said(message),
        mend: said(hint),
      },
    };
  }
}

export async function examineSwanlab(environment: Environment, workspace: string): Promise<Finding> {
  const id = 'swanlab';
  if (environment['SWANLAB_MODE'] === 'disabled')
    return { id, state: 'missing', found: (texts) => texts.trackingIsOff };
  try {
    const server = await within(openServer({ environment, workspace }));
    if (server === undefined)
      return {
        id,
        state: 'doubtful',
        found: (texts) => texts.noAnswerInTime,
        mend: (texts) => texts.trackOffline,
      };
    const { host, username } = server;
    return { id, state: 'good', found: (texts) => texts.loggedIn(host, username) };
  } catch (error) {
    if (!(error instanceof TrackingError)) throw error;
    const { message, actor } = error;
    return actor === 'user'
      ? { id, state: 'missing', found: (texts) => texts.notLoggedIn, mend: (texts) => texts.logIn }
      : { id, state: 'doubtful', found: said(message), mend: (texts) => texts.trackOffline };
  }
}

/** This machine's clock against those of the servers that answered. */
export function examineClock(heard: readonly (Heard | undefined)[]): Finding {
  const known = heard.filter((one) => one !== undefined);
  const [first] = known;
  if (first === undefined) return { id: 'clock', state: 'missing', found: (texts) => texts.clockUnknown };
  // The server that agrees most: one of several may itself be wrong.
  const off = known.reduce(
    (least, { secondsAhead }) => (Math.abs(secondsAhead) < Math.abs(least) ? secondsAhead : least),
    first.secondsAhead,
  );
  const good = Math.abs(off) <= toleratedSeconds;
  return {
    id: 'clock',
    state: good ? 'good' : 'doubtful',
    found: (texts) => (good ? texts.clockRight : texts.clockWrong(duration(Math.abs(off)), off > 0)),
    mend: good ? undefined : (texts) => texts.setClock,
  };
}

async function ask(
  address: URL,
  token: string | undefined,
): Promise<(Heard & { readonly status: number }) | { readonly trouble: string }> {
  try {
    const answer = await fetch(address, {
      method: token === undefined ? 'HEAD' : 'GET',
      redirect: 'manual',
      headers: {
        'user-agent': 'temper-doctor',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    await answer.body?.cancel();
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    return { status: answer.status, secondsAhead: Number.isNaN(theirs) ? 0 : (Date.now() - theirs) / 1000 };
  } catch (error) {
    // fetch itself only says that it failed.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { trouble: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function within<Value>(work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMilliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
