import type { Clock } from '../clock.ts';

/** How far a download is. */
export interface Progress {
  /** Bytes that are here, those from an earlier try and from caches included. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Files that are here and verified. */
  readonly files: number;
  readonly totalFiles: number;
  /** Bytes a second over the last seconds. */
  readonly rate: number;
  /** Seconds until the end at this rate; nothing when nothing moves. */
  readonly secondsLeft: number | undefined;
  /** Set while a try has failed and the next one is waited for. */
  readonly waiting?: { readonly cause: string; readonly seconds: number };
}

/** Adds up what all connections bring and reports it, at most ten times a second. */
export interface Tally {
  arrived(bytes: number): void;
  /** Bytes that were here before, which say nothing about the rate. Negative when they turn out useless. */
  found(bytes: number): void;
  fileDone(): void;
  waiting(cause: string, milliseconds: number): void;
  end(): void;
}

const betweenReports = 100;
const rateWindow = 5000;

export function createTally(
  total: { readonly bytes: number; readonly files: number },
  clock: Clock,
  report: (progress: Progress) => void = () => undefined,
): Tally {
  let bytes = 0;
  let files = 0;
  let reported = -Infinity;
  const marks: { at: number; fresh: number }[] = [{ at: clock.now(), fresh: 0 }];
  let fresh = 0;

  const send = (now: number, waiting?: Progress['waiting']) => {
    reported = now;
    marks.push({ at: now, fresh });
    while (marks.length > 2 && (marks[1]?.at ?? now) < now - rateWindow) marks.shift();
    const first = marks[0];
    const seconds = first === undefined ? 0 : (now - first.at) / 1000;
    const rate = first !== undefined && seconds > 0 ? (fresh - first.fresh) / seconds : 0;
    const left = total.bytes - bytes;
    report({
      bytes,
      totalBytes: total.bytes,
      files,
      totalFiles: total.files,
      rate,
      secondsLeft: left <= 0 ? 0 : rate > 0 ? left / rate : undefined,
      ...(waiting === undefined ? {} : { waiting }),
    });
  };
  const sendNowAndThen = () => {
    const now = clock.now();
    if (now - reported >= betweenReports) send(now);
  };

  return {
    arrived(more) {
      bytes += more;
      fresh += more;
      sendNowAndThen();
    },
    found(more) {
      bytes += more;
      sendNowAndThen();
    },
    fileDone() {
      files += 1;
      sendNowAndThen();
    },
    waiting: (cause, milliseconds) => send(clock.now(), { cause, seconds: milliseconds / 1000 }),
    end: () => send(clock.now()),
  };
}

/** Progress as one line: `3.2 GB of 18.8 GB · 2 of 14 files · 85 MB/s · 3 min left`. */
export function formatProgress(progress: Progress): string {
  const { bytes, totalBytes, files, totalFiles, rate, secondsLeft, waiting } = progress;
  const parts = [`${formatBytes(bytes)} of ${formatBytes(totalBytes)}`, `${files} of ${totalFiles} files`];
  if (waiting !== undefined) parts.push(`${waiting.cause}; next try in ${Math.ceil(waiting.seconds)} s`);
  else if (secondsLeft !== 0) parts.push(`${formatBytes(rate)}/s`, formatTimeLeft(secondsLeft));
  return parts.join(' · ');
}

/** Bytes in the decimal units that hubs print: `18.8 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

function formatTimeLeft(seconds: number | undefined): string {
  if (seconds === undefined) return 'no end in sight';
  if (seconds < 90) return `${Math.ceil(seconds)} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}
