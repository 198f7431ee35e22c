import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isAlive } from '@temper/store';
import {
  findSpools,
  openServer,
  TrackingError,
  type Server,
  type Spool,
  type SyncedSpool,
} from '@temper/tracking';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { refuse } from './login.ts';

/**
 * `temper sync [RUN]`: uploads what SwanLab does not have yet of a run's tracking, or of that of all runs. What is there is not
 * sent again. A run that goes on is uploaded only when it is named: its end is not in the spool yet.
 */
export async function syncCommand(name: string | undefined, flags: CommonOptions): Promise<ExitCode> {
  const { terminal, places, environment } = openSession(flags);
  const { workspace } = places;
  const { texts } = terminal;
  const runs = join(workspace, '.temper', 'runs');
  const spools = spoolsOf(runs, name, workspace);
  /** Nobody writes to it any longer: its run has a result, or was killed. */
  const isLeft = ({ run, note }: Spool): boolean =>
    existsSync(join(runs, String(run), 'result.json')) || (note !== undefined && !isAlive(note.writer));
  const ready = spools.filter((spool) => name !== undefined || isLeft(spool));
  for (const run of new Set(spools.filter((spool) => !ready.includes(spool)).map((spool) => spool.run)))
    terminal.line(texts.runGoesOn(run));
  const synced: { readonly spool: Spool; readonly report: SyncedSpool }[] = [];
  let refused: ExitCode = exitCode.done;
  if (spools.length === 0) terminal.line(texts.nothingTracked);
  else if (ready.length > 0) {
    try {
      const server = await openServer({ environment, workspace });
      for (const spool of ready) {
        const report = await sync(spool, server);
        if (report !== undefined) synced.push({ spool, report });
      }
    } catch (error) {
      return refuse(error, terminal);
    }
  }

  async function sync(spool: Spool, server: Server): Promise<SyncedSpool | undefined> {
    const { run, label } = spool;
    try {
      const report = await server.sync(spool, { records: places.tracking, left: isLeft(spool) });
      const place = report.url ?? report.runId;
      if (!report.complete) terminal.line(texts.notWhole(run, label, report.reasons.join('; ')));
      else if (report.alreadyUploaded) terminal.line(texts.uploadedBefore(run, label, place));
      else terminal.line(texts.uploaded(run, label, place));
      return report;
    } catch (error) {
      // One spool that cannot be read is no reason to keep the others back; a server that is away is.
      if (!(error instanceof TrackingError) || error.actor === 'surroundings') throw error;
      terminal.line(texts.notWhole(run, label, error.message));
      refused = exitCode.stepFailed;
      return undefined;
    }
  }

  if (flags.json === true) {
    terminal.json({
      schema: 'temper.sync/1',
      uploads: synced.map(({ spool, report }) => ({
        run: spool.run,
        step: spool.label,
        folder: relative(workspace, spool.folder),
        id: report.runId,
        url: report.url,
        state: report.state,
        complete: report.complete,
        alreadyUploaded: report.alreadyUploaded,
        dropped: report.dropped,
      })),
    });
  }
  return synced.every(({ report }) => report.complete) ? refused : exitCode.surroundings;
}

function spoolsOf(runs: string, name: string | undefined, workspace: string): readonly Spool[] {
  if (name === undefined) return findSpools(runs);
  const number = Number(name);
  const named = findSpools(runs, number);
  // A run that was killed has a spool and no result; one that left neither is no run.
  return named.length > 0 ? named : findSpools(runs, findRun(workspace, name).run);
}
