import type { JobEvent } from '@temper/backend';
import type { RunEvent } from './event.ts';

/** A job's event as an event of the run; nothing for those that we do not know, because events are advice. */
export function runEventOf(label: string, event: JobEvent): RunEvent | undefined {
  switch (event.type) {
    case 'hello':
      return {
        type: 'step-device',
        label,
        device: deviceOf(event),
        versions: (event['versions'] as Record<string, string> | undefined) ?? {},
      };
    case 'progress':
      return {
        type: 'step-progress',
        label,
        step: Number(event['step']),
        of: Number(event['of']),
        metrics: (event['metrics'] as Record<string, number> | undefined) ?? {},
      };
    case 'phase':
      return { type: 'step-phase', label, name: String(event['name']) };
    case 'retrying':
      return {
        type: 'step-retrying',
        label,
        cause: String(event['cause']),
        seconds: Number(event['seconds']),
        next: event['next'] as { number: number; of: number },
      };
    case 'text':
      return {
        type: 'step-text',
        label,
        key: String(event['key']),
        step: Number(event['step']),
        caption: (event['caption'] as string | undefined) ?? null,
        content: String(event['content']),
      };
    case 'checkpoint':
      return { type: 'step-checkpoint', label, step: Number(event['step']) };
    case 'warning':
      return { type: 'warning', label, code: String(event['code']), message: String(event['message']) };
    default:
      return undefined;
  }
}

/** What the events of one attempt add up to. */
export interface Told {
  /** What it runs on. */
  device: string | null;
  /** The step that an earlier attempt had come to, and this one went on from. */
  resumedFrom: number | null;
  /** The step of its last checkpoint. */
  checkpoint: number | null;
}

export function nothingTold(): Told {
  return { device: null, resumedFrom: null, checkpoint: null };
}

/** Keeps what an event adds. */
export function hear(told: Told, event: JobEvent): void {
  switch (event.type) {
    case 'hello':
      Object.assign(told, nothingTold(), { device: deviceOf(event) });
      break;
    case 'resumed':
      told.resumedFrom = told.checkpoint = Number(event['step']);
      break;
    case 'checkpoint':
      told.checkpoint = Number(event['step']);
  }
}

function deviceOf(event: JobEvent): string | null {
  return typeof event['device'] === 'string' ? event['device'] : null;
}
