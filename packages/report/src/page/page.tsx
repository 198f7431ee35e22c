/** The page of a report: reads the data block beside it and draws. Nothing is fetched, and all data is shown as text. */
import { render } from 'preact';
import type { Report } from '../report.ts';
import { App } from './app.tsx';
import { readLanguage } from './texts.ts';

const data = document.getElementById('report')?.textContent ?? '';
const place = document.getElementById('page');
if (place !== null) render(<App report={JSON.parse(data) as Report} language={readLanguage()} />, place);
