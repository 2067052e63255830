import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { run } from '../../src/cli/run';
import { faint, inaccessible, misplaced, startBrowser, unprintable } from '../browser';
import { sample } from '../sample';

const QUERY = `sum(increase(http_requests_total{service="checkout-canary",namespace="shop",handler!~"/health|/ready|/metrics",code=~"5.."}[5m]))`;

function manifests(steps: readonly string[]): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout-with-a-long-name-of-many-words, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting:
        managedRoutes: [{ name: testers }]
        istio: { virtualService: { name: checkout } }
      steps:
${steps.map((step) => `        - ${step}\n`).join('')}---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec:
  metrics:
    - name: errors
      initialDelay: 5m
      successCondition: len(result) > 0 && !isNaN(result[0]) && result[0] <= 5
      provider:
        prometheus: { address: 'http://prometheus.monitoring:9090', query: '${QUERY}' }
`;
}

const ANALYSIS = 'analysis: { templates: [{ templateName: errors }] }';
const HEADER = `setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }] }`;
const LONG = [
  HEADER,
  ...Array.from({ length: 8 }, (_, i) => [
    `setWeight: ${5 + i * 10}`,
    `pause: { duration: ${i + 1}m }`,
    ANALYSIS,
  ]).flat(),
  'pause: {}',
  'setHeaderRoute: { name: testers }',
];
const SHORT = ['setWeight: 5', 'pause: { duration: 1h }', ANALYSIS, 'pause: {}', 'setWeight: 60', ANALYSIS];

/** Names that mean something to HTML, are written from right to left, or are wide. */
const ODD = [
  'fails <5 % & "quoted" <b>',
  'שגיאות של התשלום (אחוז)',
  'エラー率が高すぎるときに失敗する測定の名前',
  'w'.repeat(90),
];
const odd = manifests(['setWeight: 20', 'pause: { duration: 10m }', 'setWeight: 21', ANALYSIS]).replace(
  /    - name: errors\n([^]*)$/,
  (_, rest: string) => ODD.map((name) => `    - name: ${JSON.stringify(name)}\n${rest}`).join(''),
);
const blueGreen = manifests([]).replace(
  /    canary:[^]*?---/,
  `    blueGreen:
      activeService: checkout
      previewService: checkout-preview
      autoPromotionEnabled: false
      prePromotionAnalysis: { templates: [{ templateName: errors }] }
      postPromotionAnalysis: { templates: [{ templateName: errors }] }
---`,
);
/** Forty apps in four waves. */
const fleet = Array.from({ length: 40 }, (_, i) =>
  manifests(['setWeight: 10', `pause: { duration: ${i + 3}m }`, ...(i % 3 === 0 ? ['pause: {}'] : [])])
    .split('---')[0]
    .replace(
      /name: checkout-with-[a-z-]+,/,
      `name: app-${i}-with-a-long-name-of-many-words, annotations: { argocd.argoproj.io/sync-wave: '${i % 4}' },`,
    ),
).join('---\n');

let folder: string;
let browser: Browser;

async function made(name: string, ...args: string[]): Promise<string> {
  let err = '';
  const io = { cwd: folder, env: {}, stdin: Readable.from([]), colour: false, progress: false, out: () => undefined };
  await run([...args, '-o', name], { ...io, err: (text) => void (err += text) });
  expect(err).not.toMatch(/error/i);
  return pathToFileURL(join(folder, name)).href;
}

const pages: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-pictures-'));
  expect(LONG).toHaveLength(27);
  writeFileSync(join(folder, 'long.yaml'), manifests(LONG));
  writeFileSync(join(folder, 'short.yaml'), manifests(SHORT));
  writeFileSync(join(folder, 'other.yaml'), manifests(SHORT.slice(0, 3)));
  writeFileSync(join(folder, 'odd.yaml'), odd);
  writeFileSync(join(folder, 'green.yaml'), blueGreen);
  writeFileSync(join(folder, 'fleet.yaml'), fleet);
  pages.odd = await made('odd.html', 'plan', 'odd.yaml', '--format', 'html');
  pages.green = await made('green.html', 'plan', 'green.yaml', '--format', 'html');
  pages.fleet = await made('fleet.html', 'plan', 'fleet.yaml', '--format', 'html', '--brief');
  pages.brief = await made('brief.html', 'plan', 'long.yaml', '--format', 'html', '--brief');
  pages.long = await made('long.html', 'plan', 'long.yaml', '--format', 'html');
  pages.short = await made('short.html', 'plan', 'short.yaml', '--format', 'html');
  pages.compared = await made('compared.html', 'plan', '--compare', 'short.yaml', 'long.yaml', '--format', 'html');
  pages.simulated = await made('simulated.html', 'simulate', 'short.yaml', '--format', 'html', '--runs', '200');
  pages.both = await made(
    'both.html',
    'simulate',
    '--compare',
    'short.yaml',
    'long.yaml',
    '--format',
    'html',
    '--runs',
    '100',
  );
  cpSync('test/fixtures/explain/aborted.yaml', join(folder, 'aborted.yaml'));
  pages.explained = await made('explained.html', 'explain', 'aborted.yaml', '--format', 'html');
  pages.upgraded = await made(
    'upgraded.html',
    'upgrade',
    ...['--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10', 'odd.yaml', 'green.yaml', '--format', 'html'],
  );
  browser = await startBrowser();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = [
  ...['long', 'short', 'compared', 'simulated', 'both', 'odd', 'green', 'fleet', 'brief', 'explained', 'upgraded'],
];

/** Widths in both schemes. A short run takes the narrowest in light and the widest in dark. */
const VIEWS = [
  [360, 'light'],
  [360, 'dark'],
  [768, 'light'],
  [1280, 'dark'],
  [1280, 'light'],
  [768, 'dark'],
] as const;

test.each(NAMES)(
  'the page %s is in its place at three widths, and accessible in both schemes',
  async (name) => {
    for (const [width, colorScheme] of sample(VIEWS, 3)) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      await page.goto(pages[name]);
      expect({ width, wrong: await misplaced(page) }).toEqual({ width, wrong: [] });
      expect({ width, wrong: await inaccessible(page) }).toEqual({ width, wrong: [] });
      // At 768 the pictures are those of 360.
      if (width !== 768)
        expect({ width, colorScheme, wrong: await faint(page) }).toEqual({ width, colorScheme, wrong: [] });
      if (process.env.PICTURES) {
        await page.screenshot({
          path: join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
      await page.close();
    }
  },
  300_000,
);

test.each(NAMES)('the page %s is whole and light on paper', async (name) => {
  const page = await browser.newPage();
  await page.goto(pages[name]);
  expect(await unprintable(page)).toEqual([]);
  await page.close();
});

test('a long name shrinks in the title of a picture, and is cut only where it has no room at all', async () => {
  const titleOf = async (namespace: string): Promise<{ readonly text: string; readonly style: string }> => {
    const text = manifests(SHORT).replaceAll('namespace: shop', `namespace: ${namespace}`);
    writeFileSync(join(folder, 'named.yaml'), text);
    await made('named.svg', 'plan', 'named.yaml', '--format', 'svg');
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'named.svg')).href);
    const title = await page.evaluate<{ text: string; style: string; outside: boolean }>(
      `(() => {
        const one = document.querySelector('.title');
        const box = one.getBBox();
        const outside = box.x + box.width > document.documentElement.viewBox.baseVal.width;
        return { text: one.textContent, style: one.getAttribute('style') ?? '', outside };
      })()`,
    );
    await page.close();
    expect(title.outside).toBe(false);
    return title;
  };
  expect((await titleOf('shop')).style).toBe('');
  const long = await titleOf('team-with-a-long-name-production-europe-west-4-of-the-company');
  expect(long).toMatchObject({ style: expect.stringContaining('font-size'), text: expect.not.stringContaining('…') });
  expect((await titleOf('m'.repeat(150))).text).toMatch(/^m+…$/);
});

test('a plan of 27 steps shows each of them, also those that take no time', async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  await page.goto(pages.long);
  const words = await page.evaluate<string>(`document.querySelector('.narrow svg').textContent`);
  expect(words).toContain('header route testers: takes no time');
  for (let step = 1; step <= 27; step++) expect(words).toMatch(new RegExp(`\\b${step}\\b`));
});

test.each([
  ['short', 'canary’s share', 'stable version’s share'],
  ['green', 'new version’s share', 'old version’s share'],
])('the legend of the page %s says which colour is whose share', async (name, ...labels) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await page.goto(pages[name]);
  const [fresh, stable] = await Promise.all(
    labels.map((label) =>
      page.evaluate<string>(
        `getComputedStyle([...document.querySelectorAll('.wide svg text, svg text')].find((one) => one.textContent === ${JSON.stringify(label)}).previousElementSibling).fill`,
      ),
    ),
  );
  const areas = await page.evaluate<string[]>(
    `[...document.querySelectorAll('svg path, svg rect')].map((one) => getComputedStyle(one).fill)`,
  );
  expect(fresh).not.toBe(stable);
  // Once in the legend, and at least once in the picture.
  for (const colour of [fresh, stable]) expect(areas.filter((one) => one === colour).length).toBeGreaterThan(1);
  await page.close();
});
