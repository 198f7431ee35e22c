/**
 * Owns the identity of a step. In come a stage's code, kinds, environment, resolved params, and the digests of what it
 * reads; out comes a fingerprint that holds everything that can change the step's result and nothing else, and, of two
 * such sets of ingredients, the reasons why they differ. It takes for granted that files do not change under its hands
 * unseen: what is read and hashed is also what is given to the job.
 */
export { artifactDigest, readArtifact } from './artifact.ts';
export type { ArtifactFile } from './artifact.ts';
export { canonical, CanonicalError } from './canonical.ts';
export { parseDigest, parseFingerprint, recordDigest, sha256 } from './digest.ts';
export type { Digest, Fingerprint } from './digest.ts';
export { environmentIdentity, environmentPackages, LockError } from './environment.ts';
export type { EnvironmentPackage } from './environment.ts';
export { differsInFormatOnly, explain } from './explain/explain.ts';
export type { ExplainedStep } from './explain/explain.ts';
export type { ExplainedCode } from './explain/code.ts';
export type { Difference } from './explain/reason.ts';
export {
  externalFileDigest,
  externalFolderDigest,
  externalHubDigest,
  externalKey,
  externalWheelDigest,
  parseExternalKey,
} from './external.ts';
export type { HubContent } from './external.ts';
export { FileChangedError, hashFile, sha256File } from './file.ts';
export type { HashedFile } from './file.ts';
export { continuationKey, fingerprint, fingerprintFormat } from './fingerprint.ts';
export { ingredientReasons, leftOut } from './ingredients.ts';
export type {
  CodeIdentity,
  CodeOrigin,
  Ingredients,
  Json,
  KindIdentity,
  PackageIngredient,
  Reasoned,
  SourceFile,
} from './ingredients.ts';
export { pythonCode } from './python/code.ts';
export type { PythonEntry } from './python/code.ts';
export { createStatCache } from './stat-cache.ts';
export type { StatCache } from './stat-cache.ts';
export {
  kindCode,
  kindCodes,
  typescriptCode,
  typescriptCodes,
  typescriptSourceMap,
} from './typescript/code.ts';
export type { KindEntry, TypescriptEntry } from './typescript/code.ts';
