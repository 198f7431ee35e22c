import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { connect } from '../connection.ts';
import { SwanLabError } from '../errors.ts';
import type { FinalState } from '../experiment.ts';
import type { Logger } from '../notices.ts';
import type { RunPlan } from '../options.ts';
import type { FinishReport } from '../report.ts';
import { Ledger, total, zeroCounts } from '../report.ts';
import type { Session } from '../session.ts';
import type { Settings } from '../settings.ts';
import { closeUpload } from '../upload/closing.ts';
import { createSyncGate } from '../upload/gate.ts';
import { UploadQueue } from '../upload/upload-queue.ts';
import type { Progress } from './bookmark.ts';
import { laneNames, readBookmark, targetOf } from './bookmark.ts';
import type { RunFolder } from './folder.ts';
import { openRunFolder } from './folder.ts';
import { holdFolder } from './hold.ts';
import type { ReadEnd } from './reader.ts';
import { SpoolReader } from './reader.ts';
import type { FinishRecord, StartRecord } from './records.ts';
import { decodeRecord, kindOf } from './decoding.ts';
import { RunState } from './records.ts';

export interface SyncOptions {
  /** Another run id than the stored one. */
  readonly id?: string;
  readonly project?: string;
  readonly workspace?: string;
  /** Milliseconds after which what is left is left for another time. @default ten minutes */
  readonly timeoutMs?: number;
  /** The state of a run whose log has no end, where it is known that nobody writes to it any longer. */
  readonly unended?: 'CRASHED' | 'ABORTED';
  /** Sends the data and leaves the state alone: another folder holds a later part of the run. */
  readonly leaveOpen?: boolean;
}

export interface SyncReport extends Omit<FinishReport, 'state'> {
  /** RUNNING where the server was told nothing: the log has no end, and somebody else may be writing to it. */
  readonly state: FinalState | 'RUNNING';
  readonly runId: string;
  /** An earlier upload had sent everything; nothing was done. */
  readonly alreadyUploaded: boolean;
  /** Whether the log is whole, breaks off, or is damaged; what lies before that place was sent. */
  readonly log: { readonly ended: ReadEnd; readonly at: number; readonly records: number };
}

export interface SyncSurroundings {
  readonly session: Session;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Settings;
}

interface Survey {
  readonly start: StartRecord;
  readonly finish: FinishRecord | undefined;
  readonly ended: ReadEnd;
  readonly end: number;
  readonly records: number;
}

const tenMinutes = 600_000;

export async function syncRunFolder(
  path: string,
  options: SyncOptions,
  around: SyncSurroundings,
): Promise<SyncReport> {
  const folder = openRunFolder(path);
  const release = holdFolder(folder);
  try {
    return await syncHeld(folder, options, around);
  } finally {
    release();
  }
}

async function syncHeld(
  folder: RunFolder,
  options: SyncOptions,
  around: SyncSurroundings,
): Promise<SyncReport> {
  const survey = surveyLog(folder);
  const log = { ended: survey.ended, at: survey.end, records: survey.records };
  if (log.ended !== 'end') {
    around.logger.warn(
      `${folder.log} is ${log.ended} at byte ${log.at}; its ${log.records} records before that are sent`,
    );
  }
  const workspace = (options.workspace ?? survey.start.workspace) || (await around.session.whoami()).username;
  const project = options.project ?? survey.start.project;
  const target = targetOf({ apiHost: around.settings.apiHost, workspace, project });
  const earlier = readBookmark(folder.bookmark, target);
  const progress = options.id === undefined || options.id === earlier?.runId ? earlier : undefined;
  const state = stateOf(survey, options);
  if (progress !== undefined && isDone(progress, survey, state)) {
    const done = {
      complete: true,
      closed: progress.closed,
      uploaded: zeroCounts(),
      pending: zeroCounts(),
      dropped: [],
    };
    return {
      ...done,
      state: state ?? 'RUNNING',
      runId: progress.runId,
      alreadyUploaded: true,
      log,
      reasons: [],
      folder: folder.path,
      hint: undefined,
    };
  }
  const id = options.id ?? progress?.runId ?? survey.start.id;
  const connection = await connect(
    around.session,
    around.clock,
    planOf(survey.start, { id, workspace, project }),
  );
  return upload(folder, survey, {
    ...around,
    connection,
    progress,
    log,
    state,
    leaveOpen: options.leaveOpen === true,
    timeout: options.timeoutMs ?? tenMinutes,
  });
}

/** Reads the whole log once: how it begins and ends, and how far it can be trusted. */
function surveyLog(folder: RunFolder): Survey {
  const reader = new SpoolReader(folder.log);
  try {
    const first = reader.next();
    const start = first === undefined ? undefined : decodeRecord(first);
    if (start?.kind !== 'start') {
      throw new SwanLabError('no-start-record', `${folder.log} does not begin with the start of a run`);
    }
    let finish: FinishRecord | undefined;
    let records = 1;
    for (let payload = reader.next(); payload !== undefined; payload = reader.next()) {
      records += 1;
      if (kindOf(payload) !== 'finish') continue;
      const record = decodeRecord(payload);
      if (record?.kind === 'finish') finish ??= record.body;
    }
    return { start: start.body, finish, ended: reader.ended ?? 'end', end: reader.position, records };
  } finally {
    reader.close();
  }
}

function isDone(progress: Progress, survey: Survey, state: FinalState | undefined): boolean {
  const sent = laneNames.every((name) => progress.sent[name] >= survey.end);
  return sent && (progress.closed || state === undefined);
}

/** The colour is left to the server's count, as the official sync does. */
function planOf(start: StartRecord, place: { id: string; workspace: string; project: string }): RunPlan {
  const { name, description, jobType, group, tags } = start;
  return {
    ...place,
    name,
    description,
    jobType,
    group,
    tags,
    color: '',
    public: start.public,
    resume: 'allow',
  };
}

async function upload(
  folder: RunFolder,
  survey: Survey,
  around: SyncSurroundings & {
    connection: Connection;
    progress: Progress | undefined;
    log: SyncReport['log'];
    state: FinalState | undefined;
    leaveOpen: boolean;
    timeout: number;
  },
): Promise<SyncReport> {
  const { connection, progress, clock, settings, logger } = around;
  const { summary, experiment, runId } = connection;
  const ledger = new Ledger();
  const deadline = clock.deadline(around.timeout, 'finish');
  const lastLine = progress?.lastLine ?? summary?.lastLine ?? 0;
  const queue = new UploadQueue({
    target: connection.target,
    folder,
    settings,
    clock,
    ledger,
    logger,
    // Where we know what we sent, steps below the server's highest can still be missing there.
    gate: createSyncGate(summary?.known, lastLine, {
      floors: progress === undefined,
      onSkip(lane, key, step, verdict) {
        const reason = verdict === 'used' ? 'step-used' : 'step-before-resume';
        ledger.drop({ lane, key, reason, detail: `step ${step} of "${key}" is there already` });
      },
    }),
    runId,
    from: progress,
    lastLine,
    adopt: true,
    limit: () => survey.end,
  });
  // A log without an end was cut off, unless the run was there before: then somebody else may be writing to it.
  const state = around.state ?? (!around.leaveOpen && experiment.created ? 'CRASHED' : undefined);
  const { pending, closed, reasons } = await closeUpload(queue, {
    target: connection.target,
    clock,
    state,
    deadline,
  });
  const complete = total(pending) === 0 && (closed || state === undefined);
  return {
    state: state ?? 'RUNNING',
    runId,
    alreadyUploaded: false,
    log: around.log,
    complete,
    closed,
    uploaded: ledger.counts,
    pending,
    dropped: ledger.drops,
    reasons,
    folder: folder.path,
    hint: complete ? undefined : 'call syncFolder again; it goes on where it stopped',
  };
}

/** What the server is to be told; undefined where it is to be told nothing. */
function stateOf({ finish }: Survey, { unended, leaveOpen }: SyncOptions): FinalState | undefined {
  if (leaveOpen === true) return undefined;
  return finish === undefined ? unended : finalState(finish);
}

function finalState(finish: FinishRecord): FinalState {
  if (finish.state === RunState.aborted) return 'ABORTED';
  return finish.state === RunState.finished ? 'FINISHED' : 'CRASHED';
}
