/** A sign for each outcome, so that colour is never the only one to tell. */
export const marks = { ran: '▶', reused: '✓', failed: '✕', skipped: '–', cancelled: '–' } as const;

/** The anchor of a step. */
export function anchorOf(label: string): string {
  return `step-${label.replaceAll(':', '-')}`;
}
