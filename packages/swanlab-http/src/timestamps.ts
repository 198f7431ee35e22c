/** A moment as protobuf's Timestamp keeps it. */
export interface Timestamp {
  /** Whole seconds since 1970. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** From milliseconds with fractions; exact to the microsecond. */
export function toTimestamp(milliseconds: number): Timestamp {
  const micros = Math.round(milliseconds * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  return { seconds, nanos: (micros - seconds * 1_000_000) * 1000 };
}

const lastSecond = { seconds: Number.NaN, text: '' };

/** RFC 3339 in UTC with 0, 3, 6 or 9 fraction digits, as protobuf's JSON mapping writes it: `2026-11-24T00:15:02.792782Z`. */
export function formatTimestamp({ seconds, nanos }: Timestamp): string {
  // Points come in the order of time, so nearly all share their second with the one before.
  if (seconds !== lastSecond.seconds) {
    lastSecond.seconds = seconds;
    lastSecond.text = new Date(seconds * 1000).toISOString().slice(0, 19);
  }
  if (nanos === 0) return `${lastSecond.text}Z`;
  const digits = String(nanos).padStart(9, '0');
  if (nanos % 1_000_000 === 0) return `${lastSecond.text}.${digits.slice(0, 3)}Z`;
  if (nanos % 1000 === 0) return `${lastSecond.text}.${digits.slice(0, 6)}Z`;
  return `${lastSecond.text}.${digits}Z`;
}
