/** Every part of the reference that is made from the code. */
import { Project } from 'ts-morph';
import type { Parts } from '../parts.ts';
import { commandParts } from './commands.ts';
import { eventParts } from './events.ts';
import { configurationParts, exitCodeParts, fingerprintParts } from './others.ts';

/** Reads the sources of a repository, from its root. */
export function referenceParts(root: string): Parts {
  const project = new Project({
    tsConfigFilePath: `${root}/tsconfig.json`,
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  });
  return {
    ...commandParts(project),
    ...eventParts(project),
    ...exitCodeParts(project),
    ...configurationParts(project),
    ...fingerprintParts,
  };
}
