/**
 * From a run's events to a tracker. In come the `RunEvent`s of one run and what its plan says of each step; out go
 * SwanLab runs, one for every step that trains or evaluates, on the server or in spool folders that are uploaded later.
 * It owns what things are called over there, and how long anybody waits for a server: a run never fails and is never
 * delayed by more than five seconds because of it. It takes for granted that jobs know neither network nor key, so that
 * everything a tracker learns comes as an event.
 */
export type { PlannedFacts } from './facts.ts';
export { logIn, openServer, TrackingError } from './server.ts';
export type { Login, Server } from './server.ts';
export type { TrackingSettings } from './settings.ts';
export { findSpools } from './spools.ts';
export type { Spool, SyncedSpool, Writer } from './spools.ts';
export type { TrackedRun } from './tracked-step.ts';
export { createTracker } from './tracker.ts';
export type { Tracker, TrackerOptions, TrackingNotice, TrackingReport } from './tracker.ts';
