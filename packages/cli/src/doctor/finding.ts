import type { DoctorTexts } from '../texts/doctor/en.ts';

export type FindingId = keyof DoctorTexts['names'];

/** A sentence in the language that it is asked for; JSON takes the English one. */
export type Sentence = (texts: DoctorTexts) => string;

/** One thing that was looked at. `missing` is something that one can do without, `doubtful` something that is there and will not do. */
export interface Finding {
  readonly id: FindingId;
  readonly state: 'good' | 'missing' | 'doubtful';
  readonly found: Sentence;
  /** The command, or the one thing to do, that mends it. */
  readonly mend?: Sentence | undefined;
  /** Nothing at all can run before this is mended. */
  readonly blocking?: boolean;
}

/** What somebody else said: a version, an error of theirs. It has one language. */
export const verbatim =
  (text: string): Sentence =>
  () =>
    text;

/** What a package below the command said in English, as it makes the messages and hints of its errors. */
export const said =
  (sentence: string): Sentence =>
  (texts) =>
    texts.say(sentence);
