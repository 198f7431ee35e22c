import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigEntry } from './config.ts';
import { matchFiles } from './globs.ts';
import type { Journal } from './journal.ts';
import { recordNumber, SavePolicy, SaveType } from './spool/records.ts';
import { toYaml } from './spool/yaml-writer.ts';
import type { Timestamp } from './timestamps.ts';

/** When a file is saved: at once, at the end, or at once and again at the end if it has changed. */
export type SavePolicyName = keyof typeof SavePolicy;

interface SavedFile {
  readonly name: string;
  readonly path: string;
  readonly policy: SavePolicyName;
  readonly stamp: string;
}

/** What belongs to a run besides its points: config, metadata, and the files saved with it. */
export class Attachments {
  readonly #journal: Journal;
  /** The folder `files` of the run. */
  readonly #folder: string;
  readonly #untilTheEnd: SavedFile[] = [];

  constructor(journal: Journal, folder: string) {
    this.#journal = journal;
    this.#folder = folder;
  }

  config(entries: Readonly<Record<string, ConfigEntry>>, time: Timestamp): void {
    this.#profile('config', 'config.yaml', toYaml(entries), time);
  }

  metadata(metadata: Readonly<Record<string, unknown>>, time: Timestamp): void {
    const text = `${JSON.stringify(metadata, undefined, 2)}\n`;
    this.#profile('metadata', 'swanlab-metadata.json', text, time);
  }

  /** The names under which the files are saved that `pattern` means. */
  save(
    pattern: string,
    policy: SavePolicyName,
    base: string | undefined,
    time: Timestamp,
  ): readonly string[] {
    const files = matchFiles(pattern, base);
    for (const { path, name } of files) {
      const saved = { path, name, policy, stamp: stampOf(path) };
      if (policy !== 'now') this.#untilTheEnd.push(saved);
      if (policy !== 'end') this.#file(saved, time);
    }
    return files.map((file) => file.name);
  }

  /** Saves what was to be saved at the end, and what has changed since it was. */
  saveLast(time: Timestamp): void {
    for (const saved of this.#untilTheEnd.splice(0)) {
      if (saved.policy === 'end' || stampOf(saved.path) !== saved.stamp) this.#file(saved, time);
    }
  }

  #profile(type: 'config' | 'metadata', fileName: string, text: string, time: Timestamp): void {
    const sourcePath = join(this.#folder, fileName);
    writeFileSync(sourcePath, text);
    const body = { name: type, sourcePath, policy: SavePolicy.now, type: SaveType[type], payload: undefined };
    this.#journal.write('save', body, time, recordNumber[type]);
  }

  #file({ name, path, policy }: SavedFile, time: Timestamp): void {
    const link = join(this.#folder, name);
    try {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(path, link);
    } catch {
      // There from an earlier save, or a file system without links; the record names the source anyway.
    }
    const body = {
      name,
      sourcePath: path,
      policy: SavePolicy[policy],
      type: SaveType.custom,
      payload: undefined,
    };
    this.#journal.write('save', body, time);
  }
}

/** Changes with the content, as far as that can be told without reading it. */
function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.size} ${stats.mtimeMs}`;
}
