import {
  HubError,
  type HubReason,
  listFiles,
  resolveRevision,
  selectFiles,
  type SessionOptions,
} from '@temper/hub';
import { PipelineError, type Pin } from '@temper/pipeline';
import type { HubPin } from '@temper/pipeline/job';

/** What whoever wrote the declaration can mend; for all else the hub, the network or an account have to change. */
const declared: readonly HubReason[] = [
  'bad-source',
  'bad-glob',
  'pickle',
  'repository-not-found',
  'revision-not-found',
  'nothing-selected',
  'no-safetensors',
  'weights-twice',
];

/** Nothing is lost yet by giving up, and somebody may be looking on: seconds, where a download has a minute. */
const whilePlanning = { attempts: 3 } as const;

/**
 * Finds the repository that a pin names.
 *
 * @param onWait Told before each further try.
 * @throws PipelineError when there is none, HubError when the hub could not be asked or does not answer.
 */
export async function resolveHubPin(
  pin: Extract<Pin, { type: 'hub' }>,
  environment: NodeJS.ProcessEnv,
  onWait: SessionOptions['onWait'],
): Promise<HubPin> {
  try {
    return await askHub(pin, { environment, patience: whilePlanning, onWait });
  } catch (error) {
    if (!(error instanceof HubError) || !declared.includes(error.reason)) throw error;
    throw new PipelineError(error.reason, error.message, { hint: error.hint, cause: error });
  }
}

/** Asks the hub for the commit behind a revision and for the digests of the files that the pin selects. */
async function askHub(pin: Extract<Pin, { type: 'hub' }>, options: SessionOptions): Promise<HubPin> {
  const source = { hub: pin.hub, repo: pin.repository, revision: pin.revision, type: pin.repositoryType };
  const revision = await resolveRevision(source, options);
  const files = selectFiles(await listFiles(revision, options), source, pin);
  return {
    hub: pin.hub,
    repositoryType: pin.repositoryType,
    repository: pin.repository,
    commit: revision.commit,
    files: files.map(({ path, size, digest }) => ({
      path,
      size,
      ...(digest.algorithm === 'sha256' ? { sha256: digest.value } : { gitSha1: digest.value }),
    })),
  };
}
