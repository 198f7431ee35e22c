/** The page in a browser, from disk, without a network. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { collectReport } from './collect.ts';
import { htmlReport, type PageAssets } from './html.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';
import { hostile, writeRuns, type TrainingOptions, type WrittenRuns } from './testing/run.ts';

const executablePath = '/usr/bin/chromium';

/** Every colour that a canvas has somewhere in full, as `#rrggbb`. Runs in the page. */
function coloursOf(canvas: unknown): readonly string[] {
  const drawing = canvas as {
    readonly width: number;
    readonly height: number;
    getContext(kind: '2d'): {
      getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
    };
  };
  const { data } = drawing.getContext('2d').getImageData(0, 0, drawing.width, drawing.height);
  const colours = new Set<string>();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] !== 255) continue;
    colours.add(`#${[...data.slice(at, at + 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`);
  }
  return [...colours];
}

async function buildPage(): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page/page.tsx'), join(import.meta.dirname, 'page/page.css')],
    bundle: true,
    write: false,
    minify: true,
    target: 'es2022',
    format: 'iife',
    outdir: 'out',
  });
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: text('page.js'), style: text('page.css') };
}

async function reportOf(
  runs: WrittenRuns,
  run: number,
  otherWorkspaces: readonly string[] = [],
): Promise<Report> {
  const report = await collectReport({
    workspace: runs.workspace,
    run,
    otherWorkspaces,
    keptResult: (_, step) =>
      Promise.resolve({
        at: '2026-01-02T03:04:05.000Z',
        run: '1',
        seconds: 61,
        backend: 'local',
        device: 'cpu',
        versions: { python: '3.12.1', torch: '2.13.0' },
        nondeterministic: false,
        params: {},
        files: Object.fromEntries(
          Object.keys(step.outputs).map((name) => [name, [{ path: 'a', bytes: 1, sha256: 'a'.repeat(64) }]]),
        ),
      }),
  });
  if (report === undefined) throw new Error(`run ${String(run)} was not written`);
  return report;
}

async function twoRuns(options: TrainingOptions = {}): Promise<Report> {
  const runs = await writeRuns();
  await runs.training(1, { learningRate: 0.002 });
  await runs.training(2, { learningRate: 0.001, ...options });
  return reportOf(runs, 2);
}

describe('what a report collects', () => {
  it('is curves with those of the run before, params that differ, metrics, answers and lengths', async () => {
    const report = await twoRuns();
    expect(report.previous).toBe(1);
    expect(report.command).toBe('temper run chat -c tiny --set lora-sft.training.learningRate=0.001');
    expect(report.changedParams).toEqual([
      { label: 'lora-sft', path: 'training.learningRate', before: '0.002', after: '0.001' },
    ]);
    const [curve] = report.curves;
    expect(curve?.steps).toHaveLength(40);
    expect(Object.keys(curve?.series ?? {})).toEqual(['loss', 'evalLoss', 'learningRate']);
    expect(curve?.before?.run).toBe(1);
    expect(report.metrics.map(({ label }) => label)).toEqual(['evaluate:before', 'evaluate:after']);
    expect(report.samples[0]?.answers.map(({ name }) => name)).toEqual(['before', 'after']);
    expect(report.lengths[0]).toMatchObject({ half: 'train', kept: 98, maxLength: 512 });
    expect(report.graph.edges.map(({ from, to }) => `${from} ${to}`)).toContain('lora-sft evaluate:after');
  });

  it('takes plan and curves of a run that was answered from memory from the run that it repeats', async () => {
    const runs = await writeRuns();
    await runs.training(1);
    const again = await runs.training(2);
    const steps = again.steps.map((step) => ({ ...step, outcome: 'reused' as const }));
    await runs.write('.temper/runs/3/result.json', JSON.stringify({ ...again, run: 3, steps }));
    const report = await reportOf(runs, 3);
    expect(report.graph.edges).toHaveLength(6);
    expect(report.curves[0]?.steps).toHaveLength(40);
    expect(report.curves[0]?.measuredIn).toEqual({ run: 2, elsewhere: false });
  });

  it('takes the curves of what another checkout made from the run there that made it', async () => {
    const [maker, user] = [await writeRuns(), await writeRuns()];
    const made = await maker.training(1);
    const steps = made.steps.map((step) => ({ ...step, outcome: 'reused' as const }));
    await user.write('.temper/runs/4/result.json', JSON.stringify({ ...made, run: 4, steps }));
    expect((await reportOf(user, 4)).curves).toEqual([]);
    const [curve] = (await reportOf(user, 4, [maker.workspace])).curves;
    expect(curve?.steps).toHaveLength(40);
    expect(curve?.measuredIn).toEqual({ run: 1, elsewhere: true });
  });
});

describe('the report as Markdown', () => {
  it('shows what a model wrote as text', async () => {
    const text = markdownReport(await twoRuns());
    expect(text).toContain('```mermaid\ngraph LR\n');
    expect(text).toContain('| loss (lower is better) | 3 | 2 | −1 (−1.3000 … −0.7000) |');
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/[^\\]\]\(javascript/);
    expect(text).not.toContain('https://example');
    expect(text).not.toContain('@all');
  });

  it('stays below 200 KB', async () => {
    const report = await twoRuns();
    const step = report.steps[0]!;
    const text = markdownReport({ ...report, steps: Array.from({ length: 5000 }, () => step) });
    expect(Buffer.byteLength(text)).toBeLessThan(201 * 1024);
    expect(text).toContain('The rest was left out');
  });
});

describe.skipIf(!existsSync(executablePath))(`the report as a page (needs ${executablePath})`, () => {
  let browser: Browser;
  let assets: PageAssets;
  beforeAll(async () => {
    assets = await buildPage();
    // A container has no user namespaces to make a sandbox of, and the page is our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function open(
    report: Report,
    scheme: 'light' | 'dark' = 'light',
    chineseOf = (english: string): string => english,
  ): Promise<{ page: Page; heard: string[] }> {
    const runs = await writeRuns();
    await runs.write('report.html', htmlReport(report, assets, { chineseOf }));
    const page = await browser.newPage({ colorScheme: scheme });
    onTestFinished(() => page.close());
    const heard: string[] = [];
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', ({ message }) => heard.push(message));
    page.on('request', (request) => heard.push(request.url()));
    await page.goto(`file://${runs.workspace}/report.html`);
    await page.waitForSelector('main');
    return { page, heard };
  }

  /** A colour of the style sheet, which is the first of its name in light colours and the second in dark ones. */
  function hexOf(name: string, scheme: 'light' | 'dark'): string {
    const found = [...assets.style.matchAll(new RegExp(`${name}:\\s*(#[0-9a-f]{6})`, 'g'))];
    return found[scheme === 'light' ? 0 : 1]?.[1] ?? '';
  }

  it('asks nobody for anything, breaks no policy, and is small', async () => {
    const report = await twoRuns();
    const { page, heard } = await open(report);
    await page.waitForSelector('.plot canvas');
    expect(heard.filter((text) => !text.startsWith('file://'))).toEqual([]);
    expect(heard).toHaveLength(1);
    expect(Buffer.byteLength(htmlReport(report, assets))).toBeLessThan(300 * 1024);
  });

  it('shows what a model wrote as text', async () => {
    const { page } = await open(await twoRuns());
    expect(await page.title()).toBe('chat (tiny) · 2');
    expect(await page.locator('.sample .prompt').allTextContents()).toContain(`say ${hostile}`);
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('says what came out in a sentence, in both languages', async () => {
    const { page } = await open(await twoRuns());
    expect(await page.textContent('.lead')).toBe(
      'Run 2 succeeded after 1m 35s: 4 steps ran, 1 was reused, which saved 1m 01s. On 40 held-out rows, loss went from 3 to 2 (95 % interval of the difference −1.3000 to −0.7000).',
    );
    await page.getByLabel('Language').selectOption('zh');
    expect(await page.textContent('.lead')).toContain('第 2 次运行成功，用时 1m 35s');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    expect(await page.locator('h2').allTextContents()).toContain('生成结果');
  });

  it('says of curves that were measured in another run which one that was, in both languages', async () => {
    const runs = await writeRuns();
    const made = await runs.training(1);
    const steps = made.steps.map((step) => ({ ...step, outcome: 'reused' as const }));
    await runs.write('.temper/runs/2/result.json', JSON.stringify({ ...made, run: 2, steps }));
    const { page } = await open(await reportOf(runs, 2));
    const said = page.locator('#curves .step-curves > p');
    expect(await said.allTextContents()).toEqual([
      'Reused here: the curves are those of run 1, which made this result.',
    ]);
    expect(await page.locator('.plot canvas').count()).toBeGreaterThan(0);
    await page.getByLabel('Language').selectOption('zh');
    expect(await said.allTextContents()).toEqual(['本次复用：曲线来自第 1 次运行，该结果由它生成。']);
  });

  it('marks the words that only one answer has', async () => {
    const { page } = await open(await twoRuns());
    const sample = page.locator('.sample').first();
    expect(await sample.locator('del').allTextContents()).toEqual([' once more']);
    await page.getByRole('searchbox').fill('浙江');
    expect(await page.locator('.sample').count()).toBe(1);
    await page.locator('#generations select').nth(1).selectOption({ label: 'reference' });
    expect((await sample.locator('del').allTextContents()).join('')).toContain('浙江省的省会');
  });

  it('zooms its curves with the keyboard, and smooths them', async () => {
    const { page } = await open(await twoRuns());
    const plot = page.locator('.plot').first();
    const picture = (): Promise<string> =>
      plot.locator('canvas').evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
    const changed = async (before: string): Promise<string> => {
      await expect.poll(picture).not.toBe(before);
      return picture();
    };
    const whole = await picture();
    await plot.focus();
    await page.keyboard.press('+');
    const zoomed = await changed(whole);
    await page.keyboard.press('ArrowRight');
    await changed(zoomed);
    await page.keyboard.press('Escape');
    await expect.poll(picture).toBe(whole);
    await page.getByLabel('Smoothing').fill('0');
    await changed(whole);
  });

  it.each(['light', 'dark'] as const)(
    'draws its curves in %s colours, and in the others when asked',
    async (scheme) => {
      const { page } = await open(await twoRuns(), scheme);
      const drawn = (): Promise<readonly string[]> =>
        page.locator('.plot canvas').first().evaluate(coloursOf);
      const light = hexOf('--line-1', 'light');
      const dark = hexOf('--line-1', 'dark');
      const [own, other] = scheme === 'light' ? [light, dark] : [dark, light];
      await expect.poll(drawn).toContain(own);
      expect(await drawn()).not.toContain(other);
      await page.getByLabel('Theme').selectOption(scheme === 'light' ? 'dark' : 'light');
      await expect.poll(drawn).toContain(other);
      expect(await drawn()).not.toContain(own);
    },
  );

  it('leads from the graph to a step by keyboard alone', async () => {
    const { page } = await open(await twoRuns());
    await page.locator('.graph a[href="#step-lora-sft"]').focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#step-lora-sft');
    await page.locator('#step-lora-sft summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#step-lora-sft .inside').isVisible()).toBe(true);
  });

  it('says in Chinese what the run said, where there is Chinese for it', async () => {
    const { page } = await open(await twoRuns(), 'light', (english) =>
      english.replace(/^training\./, '训练.'),
    );
    const reason = (): Promise<string | null> => page.locator('#step-lora-sft .why').textContent();
    expect(await reason()).toBe('training.learningRate 0.01 → 0.001');
    await page.getByLabel('Language').selectOption('zh');
    expect(await reason()).toBe('训练.learningRate 0.01 → 0.001');
  });

  it('shows a failure first, with its log open', async () => {
    const failure = {
      type: 'job',
      reason: 'gate',
      label: 'lora-sft',
      message: 'loss of tuned is worse by 0.1',
      hint: 'train it better',
      log: 'x',
      seconds: 1,
      where: { file: 'pipelines/chat.ts', line: 9, column: 3 },
    } as const;
    const { page } = await open(await twoRuns({ failure }));
    expect(await page.locator('main section').first().textContent()).toContain('pipelines/chat.ts:9:3');
    expect(await page.locator('.log pre').isVisible()).toBe(true);
  });

  it.each([
    ['light', 'en'],
    ['light', 'zh'],
    ['dark', 'en'],
    ['dark', 'zh'],
  ] as const)('has nothing in %s colours and %s that axe-core objects to', async (scheme, language) => {
    const { page } = await open(await twoRuns(), scheme);
    await page.getByLabel('Language').selectOption(language);
    await page
      .locator('details')
      .evaluateAll((all: readonly { setAttribute(name: string, value: string): void }[]) => {
        for (const details of all) details.setAttribute('open', '');
      });
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe: tester } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await tester.run()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    });
    expect(violations).toEqual([]);
  });

  it('leaves out what is heavy before it is larger than 10 MB, and says so', async () => {
    const report = await twoRuns();
    const heavy = {
      ...report,
      logs: [{ label: 'x', path: 'x', bytes: 1, tail: 'x'.repeat(11 * 1024 * 1024) }],
    };
    const { page } = await open(heavy);
    expect(await page.textContent('main')).toContain('Left out to keep this page small: logs');
  });
});
