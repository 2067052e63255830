// Builds the documentation as a site, in site/build/out: the README as its first page, the pages of docs/, and the design
// page as a live demonstration. Run it from the root by `npm run docs:site`; the command line must have been built.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SITE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(SITE, '..');
const OUT = join(SITE, 'build');
const PAGES = join(OUT, 'pages');
const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const SOURCES = `${repository.url.replace(/\.git$/, '')}/blob/main`;
/** What the page of a file is called, from the root of the repository. */
const pageOf = (file) =>
  file === 'README.md' ? 'index.md' : file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');

rmSync(OUT, { recursive: true, force: true });
const broken = [];
// The reference of the other languages stays in the sources: as pages it would take most of the time of the build.
const isElsewhere = (file) => /^docs\/api\/[^/]+\//.test(file);
for (const file of ['README.md', ...filesOf('docs').filter((name) => !isElsewhere(name))]) {
  if (file.endsWith('.md')) put(pageOf(file), page(file));
  else if (/\.(svg|png)$/.test(file)) put(pageOf(file), readFileSync(join(ROOT, file)));
  // Pages of their own are served as they are.
  else if (file.endsWith('.html')) put(`public/${pageOf(file)}`, readFileSync(join(ROOT, file)));
}
if (broken.length > 0) {
  for (const problem of broken) console.error(problem);
  process.exit(1);
}
put(
  'demo.md',
  `---
aside: false
---

# Design a canary

Move weights, pauses, limits and traffic, and see what becomes of bad and of healthy versions. This is the page that
\`cdk8s-canary design\` writes, for the [first example of the guide](/). It runs in your browser and sends nothing;
<a href="/design-page.html" target="_self">the whole page</a> has more room.

<iframe src="/design-page.html" title="A canary to design" style="width:100%;height:80vh;border:1px solid var(--vp-c-divider)"></iframe>
`.replaceAll('"/design-page', `"${process.env.SITE_BASE ?? '/'}design-page`),
);
const design = ['design', 'examples/quickstart/canary.yaml', '-o', join(PAGES, 'public/design-page.html')];
execFileSync(process.execPath, ['lib/cli/main.js', ...design], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });

const install = ['ci', '--no-audit', '--no-fund', '--silent'];
if (!existsSync(join(SITE, 'node_modules'))) execFileSync('npm', install, { cwd: SITE, stdio: 'inherit' });
execFileSync('npx', ['--no-install', 'vitepress', 'build'], { cwd: SITE, stdio: 'inherit' });
console.log(`${relative(process.cwd(), join(OUT, 'out'))} has the site`);

function filesOf(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => statSync(join(ROOT, file)).isFile());
}

function put(file, contents) {
  mkdirSync(dirname(join(PAGES, file)), { recursive: true });
  writeFileSync(join(PAGES, file), contents);
}

/** A page, whose links lead to other pages, or to the sources where no page is. */
function page(file) {
  let fenced = false;
  return readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
      if (fenced) return line;
      return line.replace(/(!?\[[^\]]*\])\(([^)\s]+)\)/g, (_, text, link) => `${text}(${target(file, link)})`);
    })
    .join('\n');
}

function target(file, link) {
  if (/^([a-z]+:|#)/.test(link)) return link;
  const [path, fragment] = link.split('#');
  const to = posix.normalize(posix.join(posix.dirname(file), path));
  const hash = fragment === undefined ? '' : `#${fragment}`;
  if (!existsSync(join(ROOT, to))) {
    broken.push(`${file} links to ${link}, which does not exist`);
    return link;
  }
  if (to !== 'README.md' && !(to.startsWith('docs/') && statSync(join(ROOT, to)).isFile()))
    return `${SOURCES}/${to}${hash}`;
  if (isElsewhere(to)) return `${SOURCES}/${to}${hash}`;
  if (/\.html$/.test(to)) return `${process.env.SITE_BASE ?? '/'}${pageOf(to)}`;
  if (!/\.(md|svg|png)$/.test(to)) return `${SOURCES}/${to}${hash}`;
  const from = posix.dirname(pageOf(file));
  const way = posix.relative(from, pageOf(to));
  return `${way.startsWith('.') ? way : `./${way}`}${hash}`;
}
