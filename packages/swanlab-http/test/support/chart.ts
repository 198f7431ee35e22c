import { readRecording } from './recorded-traffic.ts';

/** The option object that pyecharts made in the recording; what is in it is not our matter, that it arrives is. */
export function chartOption(): object {
  const fresh = readRecording().find(({ id }) => id === 'fresh');
  const entry = fresh?.entries.find(({ path }) => path.startsWith('/storage/put/media/echarts/'));
  return entry?.body as object;
}
