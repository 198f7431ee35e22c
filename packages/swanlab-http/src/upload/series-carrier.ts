import { sectionOf, systemPrefix } from '../keys.ts';
import type { MediaKind } from '../media.ts';
import { mediaKindOf } from '../media.ts';
import type { ColumnRecord } from '../spool/records.ts';
import type { Parcel } from './delivery.ts';
import { deliver } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Carrier } from './lane.ts';
import type { Target } from './target.ts';

/** A key as the server wants to hear of it. */
export interface SeriesBody {
  readonly key: string;
  readonly type: string;
  readonly xAxis?: string;
  readonly sectionName?: string;
  readonly hidden?: true;
}

interface SeriesParcel extends Parcel {
  readonly body: SeriesBody;
}

export const mostSeries = 3000;

/**
 * Announces keys. Logs of our own have a column for every key; in others a key may be first met in its data, and then gets
 * the column it would have had (`adopt`).
 */
export function createSeriesCarrier(
  target: Target,
  gate: Gate,
  options: { sectionRule: number; adopt: boolean },
): Carrier<SeriesParcel> {
  return {
    name: 'series',
    kinds: new Set(options.adopt ? ['column', 'scalar', 'media'] : ['column']),
    read(record, start) {
      let column: ColumnRecord;
      if (record.kind === 'column') column = record.body;
      else if (record.kind === 'scalar') column = adopted(record.body.key, 1, options.sectionRule);
      else if (record.kind === 'media')
        column = adopted(record.body.key, record.body.type, options.sectionRule);
      else return undefined;
      if (!gate.column(column.key)) return undefined;
      const body = seriesBody(column);
      return { start, key: column.key, bytes: column.key.length + 80, body };
    },
    deliver(items, signal) {
      const path = target.multiView
        ? `/projects/${target.projectPath}/series`
        : `/experiment/${target.experimentId}/columns`;
      return deliver(items, async (part) => {
        const series = part.map((item) => item.body);
        const body = target.multiView ? { series } : series;
        await target.session.post(path, body, { patience: 'none', signal });
      });
    },
  };
}

function adopted(key: string, type: number, sectionRule: number): ColumnRecord {
  const system = key.startsWith(systemPrefix);
  const section = system ? undefined : sectionOf(key, sectionRule);
  return { system, type, key, section: section ?? '', xAxis: undefined, hidden: false };
}

function seriesBody(column: ColumnRecord): SeriesBody {
  return {
    key: column.key,
    type: column.system ? 'SYSTEM' : typeName(mediaKindOf(column.type)),
    ...(column.xAxis !== undefined && { xAxis: column.xAxis }),
    ...(column.section !== '' && { sectionName: column.section }),
    ...(column.hidden && { hidden: true as const }),
  };
}

function typeName(kind: MediaKind | undefined): string {
  return kind === undefined ? 'FLOAT' : kind.toUpperCase();
}
