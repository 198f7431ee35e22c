import { listFiles, resolveRevision } from '@temper/hub';
import type { Pin } from '@temper/pipeline';
import type { HubPin } from '@temper/pipeline/job';

/** Asks the hub for the commit behind a revision and for the digests of its files. */
export async function resolveHubPin(
  pin: Extract<Pin, { type: 'hub' }>,
  environment: NodeJS.ProcessEnv,
): Promise<HubPin> {
  const source = { hub: pin.hub, repo: pin.repository, revision: pin.revision, type: pin.repositoryType };
  const revision = await resolveRevision(source, { environment });
  const files = await listFiles(revision, { environment });
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
