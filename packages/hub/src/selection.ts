import { HubError } from './error.ts';
import type { HubFile } from './hubs/hub.ts';

/** Which files of a repository are wanted. */
export interface Selection {
  /**
   * Only files that one of these globs names. A glob without a slash is matched against the file's name in any
   * folder; with one, against the whole path, where `*` stays within a folder and `**` does not.
   * @default every file that is safe and of use
   * @example ['*.safetensors', '*.json']
   */
  readonly include?: readonly string[] | undefined;
  /** Never files that one of these globs names. */
  readonly exclude?: readonly string[] | undefined;
}

/** A file that stays where it is, and why. */
export interface LeftFile {
  readonly path: string;
  readonly why: 'pickle' | 'program' | 'other framework' | 'not included' | 'excluded';
}

/** Loading one of these with torch or joblib runs whatever program its author put in. */
const pickles = /\.(bin|pt|pth|ckpt|pkl|pickle|joblib|dill)$/i;
const programs = /\.(py|pyc|so|dll|dylib|sh|exe)$/i;
const otherFrameworks = /\.(h5|msgpack|ot|onnx|onnx_data|gguf|tflite|mlmodel|mlpackage)$/i;

function isPickle(path: string): boolean {
  return pickles.test(path);
}

/**
 * Parts a listing into what is downloaded and what is left. Pickles are left; a glob that asks for them is refused.
 */
export function select(files: readonly HubFile[], selection: Selection) {
  const include = selection.include?.map(matcher);
  // Leaving pickles out is done anyway, so that a glob for it is harmless.
  const exclude = (selection.exclude ?? []).filter((glob) => !isPickle(glob)).map(matcher);
  const taken: HubFile[] = [];
  const left: LeftFile[] = [];
  for (const file of files) {
    const why = reasonToLeave(file.path, include, exclude);
    if (why === undefined) taken.push(file);
    else left.push({ path: file.path, why });
  }
  return { taken, left };
}

type Matcher = (path: string) => boolean;

function reasonToLeave(
  path: string,
  include: Matcher[] | undefined,
  exclude: Matcher[],
): LeftFile['why'] | undefined {
  if (exclude.some((matches) => matches(path))) return 'excluded';
  const named = include?.some((matches) => matches(path)) ?? false;
  if (include !== undefined && !named) return 'not included';
  if (isPickle(path)) return 'pickle';
  if (programs.test(path)) return 'program';
  if (otherFrameworks.test(path) && !named) return 'other framework';
  return undefined;
}

function matcher(glob: string): Matcher {
  if (isPickle(glob)) throw pickleWanted(glob);
  if (glob === '' || glob.startsWith('/') || glob.startsWith('!')) throw badGlob(glob);
  // A folder's name with a slash means everything under it.
  const pattern = compile(glob.endsWith('/') ? `${glob}**` : glob);
  return glob.includes('/')
    ? (path) => pattern.test(path)
    : (path) => pattern.test(path.split('/').at(-1) ?? '');
}

function compile(glob: string): RegExp {
  try {
    return new RegExp(`^${translate(glob)}$`, 'u');
  } catch {
    throw badGlob(glob);
  }
}

const glyphs = /\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|\{[^{}]+\}|[^]/gu;

function translate(glob: string): string {
  return glob.replace(glyphs, (glyph) => {
    if (glyph === '**/') return '(?:.*/)?';
    if (glyph === '**') return '.*';
    if (glyph === '*') return '[^/]*';
    if (glyph === '?') return '[^/]';
    if (glyph.length > 1 && glyph.startsWith('[')) return characterClass(glyph);
    if (glyph.length > 1 && glyph.startsWith('{')) {
      return `(?:${glyph.slice(1, -1).split(',').map(translate).join('|')})`;
    }
    return literal(glyph);
  });
}

function characterClass(glyph: string): string {
  const negated = glyph.startsWith('[!');
  const inner = glyph.slice(negated ? 2 : 1, -1).replace(/[\\[\]^]/g, '\\$&');
  return `[${negated ? '^' : ''}${inner}]`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function badGlob(glob: string): HubError {
  return new HubError({
    reason: 'bad-glob',
    message: `"${glob}" is not a glob for files of a repository`,
    hint: "write it relative to the repository's root, as in 'onnx/**', and leave files out with `exclude`",
  });
}

function pickleWanted(glob: string): HubError {
  return new HubError({
    reason: 'pickle',
    message: `"${glob}" asks for pickles, and loading a pickle runs whatever program its author put in`,
    hint: 'take the safetensors files, or convert the pickle to safetensors on a machine you can spare',
  });
}
