import { join } from 'node:path';
import type { Backend } from '../backend.ts';
import { jobFiles } from '../folder/names.ts';
import { readEvents, readLog } from './read.ts';

/** What a job tells, read from its folder: the same for every backend whose folders this machine can see. */
export const tailOfJob: Pick<Backend, 'events' | 'logs'> = {
  events: (handle, from) => readEvents(join(handle.folder, jobFiles.events), from),
  logs: (handle, stream, from) =>
    readLog(join(handle.folder, stream === 'out' ? jobFiles.out : jobFiles.err), from),
};
