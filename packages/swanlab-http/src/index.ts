/**
 * The `@swanlab/sdk-http` client: experiments tracked on a SwanLab server, from Node.
 *
 * It owns the HTTP protocol of SwanLab 0.10.3, its login file and its record log. Values, texts and pictures come in
 * through a `Run`; they go out to the server, or to a folder that `syncFolder` and the official `swanlab sync` upload later. It
 * takes for granted that a run's folder lies on a local disk with room for it: everything logged is written there first, and
 * memory holds no more than the batches on their way.
 */
export type { ClientOptions, SyncFolderOptions } from './client.ts';
export { SwanLabClient, syncFolder } from './client.ts';
export type { SavePolicyName } from './attachments.ts';
export type { Clock } from './clock.ts';
export type { Config, ConfigEntry } from './config.ts';
export { ApiError, SwanLabError } from './errors.ts';
export type { HardwareSample } from './hardware.ts';
export { createHardwareSampler } from './hardware.ts';
export { clientVersion, protocolVersion } from './http.ts';
export type { MediaKind } from './media.ts';
export { ECharts, Html, Image, Media, Text } from './media.ts';
export type { Logger } from './notices.ts';
export { silentLogger } from './notices.ts';
export type { InitOptions, Metadata, Resume } from './options.ts';
export type { ConsoleLine, MediaEntry, RunInfo, ScalarSeries } from './read/run-info.ts';
export type { MetricsOptions, RunReader } from './read/run-reader.ts';
export type { Project, ReadApi, RunFilter, RunSort, Workspace } from './read/read-api.ts';
export type { Counts, Dropped, DropReason, FinishReport } from './report.ts';
export type { FinishState, MediaOptions, Run } from './run.ts';
export type { MetricDefinition } from './series.ts';
export type { LoginInfo } from './session.ts';
export type { Mode, Settings } from './settings.ts';
export { readWishes } from './settings.ts';
export type { SyncOptions, SyncReport } from './spool/sync.ts';
export type { LogData, LogValue } from './values.ts';
