import { createHash } from 'node:crypto';
import type { ColumnType } from './spool/records.ts';

export type MediaKind = 'text' | 'image' | 'audio' | 'video' | 'echarts' | 'object3d' | 'molecule' | 'html';

/** Most bytes of one item, and most items of one key at one step. */
export const mediaLimits = { bytes: 10 * 1024 * 1024, items: 108 } as const;

/** Something other than a number that a run can log: bytes of a kind, with a caption if there is one to say. */
export abstract class Media {
  abstract readonly kind: MediaKind;
  abstract readonly bytes: Uint8Array;
  /** Without a dot. */
  abstract readonly extension: string;
  readonly caption: string | undefined;

  constructor(options: { caption?: string } = {}) {
    this.caption = options.caption;
  }
}

/** UTF-8 text, shown as Markdown by the web pages; line ends stay as they are. */
export class Text extends Media {
  readonly kind = 'text';
  readonly extension = 'txt';
  readonly bytes: Uint8Array;

  constructor(content: string, options: { caption?: string } = {}) {
    super(options);
    this.bytes = Buffer.from(content, 'utf8');
  }
}

export class Html extends Media {
  readonly kind = 'html';
  readonly extension = 'html';
  readonly bytes: Uint8Array;

  constructor(content: string, options: { caption?: string } = {}) {
    super(options);
    this.bytes = Buffer.from(content, 'utf8');
  }
}

/** An option object of ECharts, or its JSON. */
export class ECharts extends Media {
  readonly kind = 'echarts';
  readonly extension = 'json';
  readonly bytes: Uint8Array;

  constructor(option: object | string) {
    super();
    this.bytes = Buffer.from(typeof option === 'string' ? option : JSON.stringify(option), 'utf8');
  }
}

/** An encoded picture; nothing is decoded or scaled here. */
export class Image extends Media {
  readonly kind = 'image';
  readonly extension: string;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, extension: string, options: { caption?: string } = {}) {
    super(options);
    this.bytes = bytes;
    this.extension = extension.replace(/^\./, '').toLowerCase();
  }
}

/** `<step, at least 3 digits>-<8 hex of the SHA-256>.<extension>`: the same content at one step is one object. */
export function mediaFileName(step: number, sha256: string, extension: string): string {
  return `${String(step).padStart(3, '0')}-${sha256.slice(0, 8)}.${extension}`;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const columnTypes: Record<MediaKind, ColumnType> = {
  image: 2,
  audio: 3,
  text: 4,
  video: 5,
  echarts: 6,
  object3d: 7,
  molecule: 8,
  html: 9,
};

export function columnTypeOf(kind: MediaKind): ColumnType {
  return columnTypes[kind];
}

export function mediaKindOf(type: number): MediaKind | undefined {
  return (Object.keys(columnTypes) as MediaKind[]).find((kind) => columnTypes[kind] === type);
}

const contentTypes: Record<string, string> = {
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  wav: 'audio/x-wav',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
};

export function contentTypeOf(path: string): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
  return (extension === undefined ? undefined : contentTypes[extension]) ?? 'application/octet-stream';
}
