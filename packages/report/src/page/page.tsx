/** The page of a report: reads the data blocks beside it and draws. Nothing is fetched, and all data is shown as text. */
import { render } from 'preact';
import type { Report } from '../report.ts';
import { App } from './app.tsx';
import { readLanguage, type Sentences } from './texts.ts';

const read = (block: string): unknown => JSON.parse(document.getElementById(block)?.textContent ?? '');
const place = document.getElementById('page');
if (place !== null) {
  const [report, chinese] = [read('report') as Report, read('chinese') as Sentences];
  render(<App report={report} chinese={chinese} language={readLanguage()} />, place);
}
