/** A page for each file outside of `docs` that a page links to, or a Markdown file that one links to does. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { targetOf } from '../make/site/links.ts';

interface Source {
  readonly params: { readonly path: string };
  readonly content: string;
}

export default {
  paths(): Source[] {
    const root = join(import.meta.dirname, '../..');
    const found = new Set(readPages(root));
    // A set that grows while it is walked hands out what came last, too.
    for (const file of found)
      if (file.endsWith('.md'))
        for (const target of targetsIn(root, file)) if (isShown(root, target)) found.add(target);
    return [...found]
      .filter((path) => !path.startsWith('docs/'))
      .map((path) => ({
        params: { path: path.replace(/\.md$/, '') },
        content: contentOf(path, readFileSync(join(root, path), 'utf8')),
      }));
  },
};

function readPages(root: string): readonly string[] {
  return readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function targetsIn(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(
    ([, link = '']) => targetOf(file, link) ?? [],
  );
}

/** What is not there gets no page, so that the build names the link to it. */
function isShown(root: string, path: string): boolean {
  return existsSync(join(root, path)) && statSync(join(root, path)).isFile();
}

function contentOf(path: string, text: string): string {
  if (path.endsWith('.md')) return text;
  const language = extname(path).slice(1) || 'txt';
  return `# ${path}\n\n\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\`\n`;
}
