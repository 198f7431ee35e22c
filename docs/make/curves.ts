/**
 * Draws what a tracked training has recorded, for the page about watching one: its curves, and the last answers to the fixed
 * prompts. In comes the folder of a tracking run (`.temper/runs/N/swanlab/run-…`), out comes an SVG:
 *
 *     npx esbuild docs/make/curves.ts --bundle --platform=node --format=esm --conditions=@temper/source \
 *       --outfile=node_modules/.cache/curves.mjs && node node_modules/.cache/curves.mjs FOLDER > docs/how-to/curves.svg
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRecord } from '../../packages/swanlab-http/src/spool/decoding.ts';
import { SpoolReader } from '../../packages/swanlab-http/src/spool/reader.ts';

type Point = readonly [step: number, value: number];

interface Recorded {
  readonly name: string;
  readonly curves: ReadonlyMap<string, readonly Point[]>;
  readonly answers: readonly { readonly step: number; readonly prompt: string; readonly answer: string }[];
}

const width = 720;
const panel = { width: 330, height: 150, gap: 24, top: 60, left: 18 };
const colors = ['#2563eb', '#d97706'];

function read(folder: string): Recorded {
  const log = readdirSync(folder).find((file) => file.endsWith('.swanlab'));
  if (log === undefined) throw new Error(`${folder} holds no record log`);
  const curves = new Map<string, Point[]>();
  let name = '';
  let answers: Recorded['answers'] = [];
  const reader = new SpoolReader(join(folder, log));
  for (let payload = reader.next(); payload !== undefined; payload = reader.next()) {
    const record = decodeRecord(payload);
    if (record?.kind === 'start') name = `${record.body.project} · ${record.body.name}`;
    if (record?.kind === 'scalar') {
      const { key, step, value } = record.body;
      curves.set(key, [...(curves.get(key) ?? []), [step, value]]);
    }
    if (record?.kind === 'media') {
      const { step, items } = record.body;
      answers = items.map(({ fileName, caption }) => ({
        step,
        prompt: caption,
        answer: readFileSync(join(folder, 'media', 'text', fileName), 'utf8'),
      }));
    }
  }
  reader.close();
  return { name, curves, answers };
}

function draw({ name, curves, answers }: Recorded): string {
  const shown = answers.slice(0, 3);
  const bottom = panel.top + panel.height + 56;
  const height = bottom + shown.length * 42 + 16;
  const panels = [
    ['train/loss', 'eval/loss'],
    ['train/learning_rate', 'eval/token_accuracy'],
  ].map((keys, at) => drawPanel(keys, curves, panel.left + at * (panel.width + panel.gap)));
  const rows = shown.map(({ step, prompt, answer }, at) => {
    const y = bottom + at * 42;
    return `${text(panel.left, y, `Prediction, step ${String(step)}: ${cut(prompt, 60)}`, '#64748b', 12)}
${text(panel.left, y + 18, cut(answer, 84), '#0f172a', 13)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" font-family="ui-sans-serif, system-ui, sans-serif">
<rect width="${String(width)}" height="${String(height)}" rx="8" fill="#ffffff" stroke="#e2e8f0"/>
${text(panel.left, 32, name, '#0f172a', 16)}
${[...panels, ...rows].join('\n')}
</svg>
`;
}

function drawPanel(keys: readonly string[], curves: Recorded['curves'], left: number): string {
  const drawn = keys.map((key, at) => {
    const points = curves.get(key) ?? [];
    const values = points.map(([, value]) => value);
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const last = points.at(-1)?.[0] ?? 1;
    const path = points.map(([step, value]) => {
      const x = left + (step / last) * panel.width;
      const y = panel.top + panel.height * (0.95 - (0.9 * (value - low)) / span);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    const color = colors[at] ?? '#000000';
    const label = `${key}  ${figure(values[0])} → ${figure(values.at(-1))}`;
    return `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${path.join(' ')}"/>
${text(left + at * (panel.width / 2), panel.top + panel.height + 18, label, color, 11)}`;
  });
  const frame = `<rect x="${String(left)}" y="${String(panel.top)}" width="${String(panel.width)}" height="${String(panel.height)}" fill="#f8fafc" stroke="#e2e8f0"/>`;
  return [frame, ...drawn].join('\n');
}

function text(x: number, y: number, content: string, color: string, size: number): string {
  return `<text x="${String(x)}" y="${String(y)}" fill="${color}" font-size="${String(size)}">${escape(content)}</text>`;
}

const figure = (value: number | undefined): string => String(Number((value ?? Number.NaN).toPrecision(3)));

function cut(content: string, length: number): string {
  const characters = Array.from(content.replaceAll(/\s+/g, ' ').trim() || '(nothing)');
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('give the folder of a tracking run');
process.stdout.write(draw(read(folder)));
