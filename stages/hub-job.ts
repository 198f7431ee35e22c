import { type DownloadOptions, HubError } from '@temper/hub';
import { type Job, JobError } from '@temper/pipeline/job';

/** How a job asks a hub, and lets whoever watches see how far it is and what it waits for. */
export function fetching(
  job: Pick<Job, 'environment' | 'progress' | 'retrying'>,
): Pick<DownloadOptions, 'environment' | 'onProgress' | 'onWait'> {
  return {
    environment: job.environment,
    onProgress({ bytes, totalBytes, rate }) {
      job.progress(bytes, totalBytes, { bytesPerSecond: rate });
    },
    onWait(cause, milliseconds, next) {
      job.retrying(cause.message, milliseconds / 1000, next);
    },
  };
}

/** What a hub, a folder or a file of rows has done wrong, as the failure of a job. A full disk is the machine's. */
export async function asJobError<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const reason = error.reason === 'no-space' ? 'no-space' : 'bad-input';
    throw new JobError(reason, error.message, { hint: error.hint });
  }
}
