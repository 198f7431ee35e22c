import { engineModule } from './rig.conformance.ts';

export const { language, prepare, release, createBackend, launcherPid, inspect } = engineModule('podman');
