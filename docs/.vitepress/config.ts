/**
 * The site of the documentation: English at the root, Chinese below `zh/`, the same pages in both. It is built of the
 * Markdown that lies in `docs`, asks nobody for anything once it is loaded, and a link that leads nowhere fails the build.
 */
import { join } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { leadLinks, slug } from '../make/site/links.ts';
import { sidebarOf, type Language } from '../make/site/sidebar.ts';
import { chineseSearch, tokenize } from '../make/site/search.ts';

const english = {
  outline: { level: [2, 3], label: 'On this page' },
} satisfies DefaultTheme.Config;

const chinese = {
  outline: { level: [2, 3], label: '本页内容' },
  docFooter: { prev: '上一页', next: '下一页' },
  darkModeSwitchLabel: '深浅色',
  lightModeSwitchTitle: '切换到浅色',
  darkModeSwitchTitle: '切换到深色',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '语言',
  skipToContentLabel: '跳到正文',
  notFound: {
    title: '没有这一页',
    quote: '链接可能已经变了，请从目录里找。',
    linkLabel: '回到首页',
    linkText: '回到首页',
  },
} satisfies DefaultTheme.Config;

export default defineConfig({
  title: 'Temper',
  // No icon: without this line a browser asks for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // Beside what else is built, and out of the tree that people read.
  outDir: '../dist/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  srcExclude: ['make/**'],
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify: slug }, config: leadLinks },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Fine-tuning pipelines as typed TypeScript',
      themeConfig: { ...english, ...navigation('en') },
    },
    zh: {
      label: '中文',
      lang: 'zh-CN',
      description: '用带类型的 TypeScript 写微调流水线',
      themeConfig: { ...chinese, ...navigation('zh') },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize }, searchOptions: { combineWith: 'AND' } },
        locales: { zh: { translations: chineseSearch } },
      },
    },
  },
});

/** The sections of the sidebar are the entries of the menu, each leading to its first page. */
function navigation(language: Language): Pick<DefaultTheme.Config, 'nav' | 'sidebar'> {
  const sidebar = sidebarOf(language, join(import.meta.dirname, '..'));
  return { sidebar, nav: sidebar.map(({ text, items }) => ({ text, link: items[0]?.link ?? '/' })) };
}
