import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { run } from '../../src/cli/run';
import { inaccessible, misplaced, startBrowser } from '../browser';

const QUERY = `sum(increase(http_requests_total{service="checkout-canary",namespace="shop",handler!~"/health|/ready|/metrics",code=~"5.."}[5m]))`;

function manifests(steps: readonly string[]): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout-with-a-long-name-of-many-words, namespace: shop }
spec:
  replicas: 4
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
  browser = await startBrowser();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['long', 'short', 'compared', 'simulated', 'both'])(
  'the page %s is in its place at three widths, and accessible in both schemes',
  async (name) => {
    for (const width of [360, 768, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        await page.goto(pages[name]);
        expect({ width, wrong: await misplaced(page) }).toEqual({ width, wrong: [] });
        expect({ width, wrong: await inaccessible(page) }).toEqual({ width, wrong: [] });
        if (process.env.PICTURES) {
          await page.screenshot({
            path: join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`),
            fullPage: true,
          });
        }
        await page.close();
      }
    }
  },
  300_000,
);

test('a plan of 27 steps shows each of them, also those that take no time', async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  await page.goto(pages.long);
  const words = await page.evaluate<string>(`document.querySelector('.narrow svg').textContent`);
  expect(words).toContain('header route testers: takes no time');
  for (let step = 1; step <= 27; step++) expect(words).toMatch(new RegExp(`\\b${step}\\b`));
});
