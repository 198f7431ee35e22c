import type { DownloadOptions } from '@temper/hub';
import type { Job } from '@temper/pipeline/job';

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
