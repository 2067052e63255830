import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

/** The pages, which build.mjs puts together. */
const PAGES = fileURLToPath(new URL('../build/pages', import.meta.url));
const { repository } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  repository: { url: string };
};

interface Item {
  readonly text: string;
  readonly link: string;
}

/** A page's own heading, and its address. */
function item(page: string): Item {
  const [, heading] = /^# (.*)$/m.exec(readFileSync(join(PAGES, `${page}.md`), 'utf8')) ?? [];
  if (heading === undefined) throw new Error(`${page}.md has no heading`);
  return { text: heading.replaceAll('`', ''), link: `/${page}` };
}

const GUIDE = {
  Begin: ['index', 'guide/specs', 'guide/rollout', 'guide/traffic', 'guide/analysis', 'guide/monitoring'],
  'Before you deploy': [
    'demo',
    'guide/lint',
    'guide/plan',
    'guide/will-my-canary-catch-it',
    'guide/design',
    'guide/rehearse',
    'guide/from-your-prometheus-to-a-plan',
  ],
  'In operation': ['guide/operating', 'guide/gitops', 'guide/openshift', 'guide/upgrade'],
  'At work': ['guide/editor', 'guide/untrusted', 'guide/surprises', 'coming-from-flagger'],
};
const REFERENCE = [
  'supported-versions',
  'guide/every-field',
  'conformance',
  'performance',
  'mutation',
  'adding-a-rule',
];

/** Pages of a folder, its overview first. */
function pagesOf(folder: string): Item[] {
  const names = readdirSync(join(PAGES, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => item(`${folder}/${basename(name, '.md')}`)).sort((a, b) => a.link.localeCompare(b.link));
}

/** A sidebar for the rules of each group, by the address that its pages begin with, which also leads to the other groups. */
function rules(): Record<string, { text: string; items: Item[] }[]> {
  const overview = readFileSync(join(PAGES, 'rules/index.md'), 'utf8');
  const groups = [...overview.matchAll(/^## (([A-Z]+): .*)$/gm)].map(([, text, letters]) => ({ text, letters }));
  const all = { text: 'Rules', items: [{ text: 'All rules', link: '/rules/' }] };
  const names = readdirSync(join(PAGES, 'rules')).sort();
  const itemsOf = (letters: string): Item[] =>
    names.flatMap((name) =>
      new RegExp(`^${letters}\\d+\\.md$`).test(name) ? [item(`rules/${basename(name, '.md')}`)] : [],
    );
  const others = {
    text: 'Groups',
    items: groups.map(({ text, letters }) => ({ text, link: itemsOf(letters)[0].link })),
  };
  const sidebars = groups.map(({ text, letters }): [string, { text: string; items: Item[] }[]] => [
    `/rules/${letters}`,
    [all, { text, items: itemsOf(letters) }, others],
  ]);
  return { '/rules/': [all, others], ...Object.fromEntries(sidebars) };
}

/** Fails where a page cannot be reached from the sidebar. */
function everyPageListed(): void {
  const listed = new Set([...Object.values(GUIDE).flat(), ...REFERENCE]);
  const pages = ['', 'guide/'].flatMap((folder) =>
    readdirSync(join(PAGES, folder)).flatMap((name) =>
      name.endsWith('.md') ? [`${folder}${basename(name, '.md')}`] : [],
    ),
  );
  const missing = pages.filter((page) => !listed.has(page));
  if (missing.length > 0) throw new Error(`add to the sidebar in site/.vitepress/config.mts: ${missing.join(', ')}`);
}

everyPageListed();
const guide = Object.entries(GUIDE).map(([text, pages]) => ({ text, items: pages.map(item) }));
export default defineConfig({
  title: 'cdk8s-canary',
  description:
    'Canary releases with Argo Rollouts, Istio and Prometheus: one spec in, a complete, verified canary out.',
  // Where the site is not at the root of its host.
  base: process.env.SITE_BASE ?? '/',
  srcDir: PAGES,
  outDir: fileURLToPath(new URL('../build/out', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../build/cache', import.meta.url)),
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    // Braces in queries are no attributes.
    attrs: { disable: true },
    config: ({ renderer, utils }) => {
      // Vue would take double braces for an expression, and queries have them.
      const escaped = (text: string) => utils.escapeHtml(text).replace(/[{}]/g, (one) => `&#${one.charCodeAt(0)};`);
      renderer.rules.text = (tokens, i) => escaped(tokens[i].content);
      renderer.rules.code_inline = (tokens, i) => `<code>${escaped(tokens[i].content)}</code>`;
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository.url.replace(/\.git$/, '') }],
    nav: [
      { text: 'Guide', link: '/guide/specs' },
      { text: 'Design a canary', link: '/demo' },
      { text: 'Rules', link: '/rules/' },
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: {
      '/': [...guide, { text: 'Reference', items: REFERENCE.map(item) }],
      ...rules(),
      '/api/': [
        { text: 'Constructs', items: pagesOf('api') },
        { text: 'More', items: REFERENCE.map(item) },
      ],
      '/decisions/': [{ text: 'Decisions', items: pagesOf('decisions') }],
    },
  },
});
