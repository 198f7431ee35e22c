/**
 * Verified downloads from model and data hubs, and readers for files of rows.
 *
 * This package owns the way of bytes from Hugging Face, ModelScope, their mirrors, a local cache or a folder into
 * a folder of the caller's. In come a source (`{ hub, repo, revision }`), a folder and the environment variables as
 * a record; out come the commit and, for each file, its path, size and SHA-256. A file has its name in the folder
 * only when its bytes are those that the hub lists. It takes for granted that nobody else writes into that folder
 * meanwhile, and it knows nothing of stages, stores or runs. What goes wrong is a `HubError` with a literal
 * `reason`, a sentence and a hint.
 */
export { type Clock, systemClock } from './clock.ts';
export type { Digest } from './digest.ts';
export {
  download,
  type Download,
  type DownloadOptions,
  listFiles,
  resolveRevision,
  selectFiles,
} from './download/download.ts';
export type { StoredFile } from './download/file.ts';
export { formatBytes, formatProgress, type Progress } from './download/progress.ts';
export { endpointOf, type Environment, huggingFacePlaces, tokenOf } from './environment.ts';
export { HubError, type HubReason } from './error.ts';
export type { Patience } from './http/patience.ts';
export type { NextTry, SessionOptions } from './http/session.ts';
export type { HubFile } from './hubs/hub.ts';
export { examineFolder, type FolderContents, type FolderOptions, takeFolder } from './local/folder.ts';
export type { TakenBy } from './local/take.ts';
export type { RowFormat } from './rows/format.ts';
export { type Notice, openRows, type Row, type RowFile } from './rows/open.ts';
export { type NumberedRow, readRows, type Remark } from './rows/read-rows.ts';
export type { LeftFile, Selection } from './selection.ts';
export type { HubName, HubSource, Revision } from './source.ts';
export { assertNoCode } from './weights/config.ts';
export { readSafetensorsHeader, type SafetensorsHeader, type TensorHeader } from './weights/safetensors.ts';
