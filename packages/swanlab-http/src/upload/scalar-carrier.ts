import { formatTimestamp } from '../timestamps.ts';
import { numberToJson } from '../values.ts';
import type { Parcel } from './delivery.ts';
import { deliver } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Carrier } from './lane.ts';
import type { Target } from './target.ts';
import { postMetrics } from './target.ts';

interface ScalarParcel extends Parcel {
  readonly json: string;
}

/** Sends points. `ready` holds a batch back until the keys in it have been announced. */
export function createScalarCarrier(
  target: Target,
  gate: Gate,
  ready: (place: number) => Promise<void>,
): Carrier<ScalarParcel> {
  const quoted = new Map<string, string>();
  const quote = (key: string) => {
    let text = quoted.get(key);
    if (text === undefined) quoted.set(key, (text = JSON.stringify(key)));
    return text;
  };
  return {
    name: 'scalar',
    kinds: new Set(['scalar']),
    read(record, start) {
      if (record.kind !== 'scalar' || !gate.point('scalar', record.body.key, record.body.step))
        return undefined;
      const { key, step, value } = record.body;
      const time = formatTimestamp(record.body.time ?? record.time);
      const json = `{"key":${quote(key)},"index":${step},"data":${numberToJson(value)},"create_time":"${time}"}`;
      return { start, key, bytes: json.length + 1, json };
    },
    async deliver(items, signal) {
      await ready((items.at(-1) as ScalarParcel).start);
      return deliver(items, async (part) => {
        await postMetrics(
          target,
          'scalar',
          part.map((item) => item.json),
          signal,
        );
      });
    },
  };
}
