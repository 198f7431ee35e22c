/** The sidebar, from the tree of pages in a folder: a section for each folder, a line for each page, named by its first heading. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'en' | 'zh';

export interface Section {
  readonly text: string;
  readonly items: { readonly text: string; readonly link: string }[];
}

interface Folder {
  readonly en: string;
  readonly zh: string;
  /** What is read first; pages that are not named follow by the alphabet. */
  readonly first: readonly string[];
}

const folders: Readonly<Record<string, Folder>> = {
  tutorial: { en: 'Tutorial', zh: '教程', first: [] },
  'how-to': {
    en: 'How to',
    zh: '操作指南',
    first: [
      'own-data',
      'own-stage-in-typescript',
      'own-stage-in-python',
      'run-in-containers',
      'train-longer',
      'compare-runs',
    ],
  },
  reference: { en: 'Reference', zh: '参考', first: ['commands', 'configuration', 'stages'] },
  explanation: { en: 'Explanation', zh: '说明', first: ['architecture', 'decisions', 'reproducibility'] },
};

export function sidebarOf(language: Language, docs: string): Section[] {
  const root = language === 'en' ? '' : `${language}/`;
  return Object.entries(folders)
    .filter(([folder]) => existsSync(join(docs, root, folder)))
    .map(([folder, about]) => ({
      text: about[language],
      items: namesIn(join(docs, root, folder), about.first).map((name) => ({
        text: titleOf(readFileSync(join(docs, root, folder, `${name}.md`), 'utf8')) ?? name,
        link: `/${root}${folder}/${name}`,
      })),
    }));
}

function namesIn(folder: string, first: readonly string[]): readonly string[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length));
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function titleOf(page: string): string | undefined {
  return (
    /^title: *(.+)$/m.exec(/^---\n([\s\S]*?)\n---\n/.exec(page)?.[1] ?? '')?.[1] ??
    /^# (.+)$/m.exec(page)?.[1]
  );
}
