import { formatBytes } from '../download/progress.ts';
import { HubError } from '../error.ts';
import { plainAddress } from './exchange.ts';
import type { Patience } from './patience.ts';
import type { Session } from './session.ts';

/** How a connection stands. */
interface Standing {
  /** What it has brought since it was opened. */
  readonly bytes: number;
  readonly waitsForUs: boolean;
}

/**
 * Gives a connection up on which nothing, or next to nothing, arrives: less than `leastBytes` in one `stallWindow`, as
 * curl's `--speed-limit` and `--speed-time` have it. A server that drips is as useless as one that is silent.
 *
 * @param file What comes over it, for the message.
 */
export function watchForStall(
  { clock, patience }: Session,
  address: URL,
  look: () => Standing,
  give: (error: HubError) => void,
  file?: string,
): { end(): void } {
  const over = new AbortController();
  const watching = async () => {
    for (let before = 0; ;) {
      await clock.sleep(patience.stallWindow, over.signal);
      if (over.signal.aborted) return;
      const { bytes, waitsForUs } = look();
      if (bytes - before < patience.leastBytes && !waitsForUs) {
        give(stalled(address, file, bytes - before, patience));
        return;
      }
      before = bytes;
    }
  };
  void watching();
  return { end: () => over.abort() };
}

function stalled(
  address: URL,
  file: string | undefined,
  bytes: number,
  { stallWindow, leastBytes }: Patience,
): HubError {
  const [seconds, sent, least] = [stallWindow / 1000, formatBytes(bytes), formatBytes(leastBytes)];
  return new HubError({
    reason: 'stalled',
    message:
      file === undefined
        ? `${plainAddress(address)} sent ${sent} in ${seconds} s, and with less than ${least} a connection counts as dead`
        : `${address.host} sent ${sent} of ${file} in ${seconds} s, and with less than ${least} a connection counts as dead`,
    hint: 'run again later to go on where it stopped, or set a mirror with HF_ENDPOINT or MODELSCOPE_ENDPOINT',
    transient: true,
  });
}
