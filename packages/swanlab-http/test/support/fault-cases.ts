import type { Exchange, Fault } from './fixture-server.ts';

/** What a client made of ten points and a text while the server misbehaved. */
export interface Outcome {
  /** Distinct points and texts that the server took. */
  readonly points: number;
  readonly texts: number;
  /** Records that are still in the folder, for another time. */
  readonly kept: number;
  /** Whether `finish` came back while the fault went on. */
  readonly ends: boolean;
}

export interface FaultCase {
  readonly name: string;
  /** The name, for the Chinese README. */
  readonly chinese: string;
  readonly faults: readonly Fault[];
  /** How many points are logged. @default 10 */
  readonly points?: number;
  readonly official: Outcome;
  readonly ours: Outcome;
}

const metrics = '/api/house/metrics';
const presign = '/api/resources/presigned/put';

const whole: Outcome = { points: 10, texts: 1, kept: 0, ends: true };

const holdsFourth = ({ body }: Exchange): boolean => {
  const { type, metrics: sent } = body as { type: string; metrics: { index: number }[] };
  return type === 'scalar' && sent.some(({ index }) => index === 4);
};

/** The specification's list of faults; what each costs stands in the README. */
export const faultCases: readonly FaultCase[] = [
  {
    name: '503 for a while',
    chinese: '503 持续一段时间',
    faults: [{ prefix: metrics, status: 503, times: 3 }],
    official: whole,
    ours: whole,
  },
  {
    name: '503 to the end',
    chinese: '503 直到结束',
    faults: [{ prefix: metrics, status: 503 }],
    official: { points: 0, texts: 0, kept: 0, ends: false },
    ours: { points: 0, texts: 0, kept: 11, ends: true },
  },
  {
    name: '429 once, `Retry-After: 1`',
    chinese: '一次 429，`Retry-After: 1`',
    faults: [{ prefix: metrics, type: 'scalar', status: 429, headers: { 'retry-after': '1' }, times: 1 }],
    official: { ...whole, points: 0 },
    ours: whole,
  },
  {
    name: '401 once',
    chinese: '一次 401',
    faults: [{ prefix: metrics, type: 'scalar', status: 401, times: 1 }],
    official: { ...whole, points: 0 },
    ours: whole,
  },
  {
    name: '400 for one record',
    chinese: '一条记录引起 400',
    faults: [{ prefix: metrics, status: 400, when: holdsFourth }],
    official: { ...whole, points: 0 },
    ours: { ...whole, points: 9 },
  },
  {
    name: '403, the project is not yours any longer',
    chinese: '403，项目不再属于你',
    faults: [{ prefix: metrics, status: 403 }],
    official: { points: 0, texts: 0, kept: 0, ends: true },
    ours: { points: 0, texts: 0, kept: 11, ends: true },
  },
  {
    name: '413 for more than 100 kB',
    chinese: '超过 100 kB 即 413',
    points: 5000,
    faults: [{ prefix: metrics, status: 413, when: ({ bytes }) => bytes.length > 100_000 }],
    official: { ...whole, points: 0 },
    ours: { ...whole, points: 5000 },
  },
  {
    name: 'an answer that is cut off',
    chinese: '应答中途断开',
    faults: [{ prefix: metrics, type: 'scalar', manner: 'cut', times: 1 }],
    official: whole,
    ours: whole,
  },
  {
    name: 'an answer that takes two seconds',
    chinese: '应答需要两秒',
    faults: [{ prefix: metrics, manner: 'slow', times: 2 }],
    official: whole,
    ours: whole,
  },
  {
    name: 'no answer, once',
    chinese: '一次没有应答',
    faults: [{ prefix: metrics, type: 'scalar', manner: 'hang', times: 1 }],
    official: whole,
    ours: whole,
  },
  {
    name: 'presigning: 500 twice',
    chinese: '预签名：两次 500',
    faults: [{ prefix: presign, status: 500, times: 2 }],
    official: whole,
    ours: whole,
  },
  {
    name: 'presigning: 429 once',
    chinese: '预签名：一次 429',
    faults: [{ prefix: presign, status: 429, times: 1 }],
    official: { ...whole, texts: 0 },
    ours: whole,
  },
  {
    name: 'presigning: too few addresses, once',
    chinese: '预签名：一次地址不足',
    faults: [{ prefix: presign, status: 200, reply: { urls: [] }, times: 1 }],
    official: { ...whole, texts: 0 },
    ours: whole,
  },
  {
    name: "a proxy's web page with status 200, once",
    chinese: '一次代理网页，状态码 200',
    faults: [
      { prefix: metrics, type: 'scalar', status: 200, reply: '<!DOCTYPE html><p>Log in</p>', times: 1 },
    ],
    official: { ...whole, points: 0 },
    ours: whole,
  },
  {
    name: 'object storage: 403 twice',
    chinese: '对象存储：两次 403',
    faults: [{ prefix: '/storage/put/', status: 403, times: 2 }],
    official: whole,
    ours: whole,
  },
];

/** The two languages of the README. */
export type Language = 'en' | 'zh';

const sentences = {
  never: { en: '`finish` never returns', zh: '`finish` 永不返回' },
  delayed: { en: 'delayed', zh: '延迟送达' },
  kept: { en: 'kept in the folder', zh: '保留在目录中' },
  refused: { en: 'the refused record is lost, and named', zh: '只丢失被拒绝的那条，并予列出' },
  all: { en: '**all lost**', zh: '**全部丢失**' },
  points: { en: '**the points are lost**', zh: '**数据点丢失**' },
  text: { en: '**the text is lost**', zh: '**文本丢失**' },
} as const;

/** An outcome as the table of the README says it. */
function sentenceOf({ points, texts, kept, ends }: Outcome, logged: number, language: Language): string {
  const missing = logged - points + (1 - texts);
  if (!ends) return sentences.never[language];
  if (missing === 0) return sentences.delayed[language];
  if (kept === missing) return sentences.kept[language];
  if (missing === 1 && texts === 1) return sentences.refused[language];
  if (texts === 0 && points === 0) return sentences.all[language];
  return sentences[points < logged ? 'points' : 'text'][language];
}

/** The rows of that table. */
export function faultRows(language: Language): readonly (readonly string[])[] {
  return faultCases.map(({ name, chinese, points = 10, official, ours }) => [
    language === 'zh' ? chinese : name,
    sentenceOf(official, points, language),
    sentenceOf(ours, points, language),
  ]);
}
