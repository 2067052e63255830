import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import type { Browser } from 'playwright-core';
import { faint, inaccessible, misplaced, startBrowser, unprintable } from '../browser';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, changed, describeReal, rendered } from './real';

const SCENARIOS = `manifests: app.yaml
traffic: { rps: 20, baselineErrorRate: 0 }
person: 1m
scenarios:
  - { name: a bad version is rolled back, version: fails, expect: aborted }
  - { name: a bad version is promoted, version: fails, expect: promoted }
  - { name: "שגיאות <b> & more", version: healthy, expect: promoted }
  - { name: twice, version: fails, expect: aborted, retry: { version: fails, expect: promoted } }
`;
// A step that takes no time: the weight is there already.
const APP = changed(rendered('quickstart.k8s.yaml'), '- pause: {}', '- pause: {}\n        - setWeight: 50');

const folder = folderWith({ 'app.yaml': APP, 'canary.scenarios.yaml': SCENARIOS });
const section = (page: string, name: string): string => page.split(`<h2>${name}</h2>`)[1].split('<h2>')[0];

test('a page of scenarios without a Prometheus has the verdicts, too', async () => {
  const { code, out } = await runCli(['test', '--engine', 'simulation', '--format', 'html'], { cwd: folder });
  expect(code).toBe(1);
  expect(out).toContain('<h1>4 scenarios: 2 passed, 1 failed, 1 skipped</h1>');
  expect(section(out, 'a bad version is rolled back')).toContain('<span class="good">✓ passed</span>');
  expect(section(out, 'a bad version is promoted')).toMatch(/<p class="bad">only 0 % of the simulated updates/);
});

describeReal('the page of scenarios, with a real Prometheus', () => {
  let browser: Browser;
  let page: string;
  beforeAll(async () => {
    const args = ['test', '--prometheus', BINARY!, '--format', 'html', '-o', 'page.html'];
    expect((await runCli(args, { cwd: folder })).code).toBe(1);
    page = readFileSync(join(folder, 'page.html'), 'utf8');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('an abort that was expected is green, and one that was not is red', () => {
    expect(page).toContain('<h1>4 scenarios: 2 passed, 2 failed</h1>');
    const good = section(page, 'a bad version is rolled back');
    expect(good).toContain('<span class="good">✓ passed</span>');
    expect(good).toMatch(/class="strong good">aborted at \d+:\d+, as expected</);
    expect(good).not.toMatch(/class="bad">aborted|class="strong bad"/);
    const row = page.split('</tr>').find((one) => one.includes('a bad version is promoted'))!;
    expect(row.match(/failureLimit/g)).toHaveLength(1);
    const bad = section(page, 'a bad version is promoted');
    expect(bad).toMatch(/class="bad">expected promoted, was aborted/);
    expect(bad).toMatch(/class="strong bad">aborted at \d+:\d+, not as expected</);
    // Of two updates, each has its own verdict.
    const twice = section(page, 'twice');
    expect(twice).toMatch(/class="strong good">aborted at[^]*<h3>Retry<\/h3>[^]*class="strong bad">aborted at/);
  });

  test('pictures show steps, waits, and steps that take no time; a query is printed once', () => {
    const good = section(page, 'a bad version is rolled back');
    const [picture] = /<svg [^]*?<\/svg>/.exec(good)!;
    expect(XMLValidator.validate(picture)).toBe(true);
    expect(picture).toContain('<title>0:30 2 waits for manual approval, 1 min</title>');
    expect(picture).toContain('<title>1:30 3 setWeight 50 %, takes no time</title>');
    // Half of 20 requests/s reach the canary, and all of them fail.
    expect(Number(/at most ([\d.]+)\/s/.exec(picture)![1])).toBeLessThan(14);
    expect(picture).toMatch(/<text [^>]*>4 · analysis checkout-failures<\/text>/);
    expect(good).toMatch(/<span>1:30<\/span><\/td><td [^>]*><span>takes no time<\/span>/);
    expect(page.match(/<h3>shop\/checkout: failures<\/h3>/g)).toHaveLength(1);
  });

  test('the page is whole and light on paper', async () => {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(join(folder, 'page.html')).href);
    expect(await unprintable(tab)).toEqual([]);
    await tab.close();
  });

  test.each([360, 768, 1280])('everything is in its place and accessible, %i pixels wide', async (width) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      await tab.goto(pathToFileURL(join(folder, 'page.html')).href);
      expect(await misplaced(tab)).toEqual([]);
      expect(await inaccessible(tab)).toEqual([]);
      if (width !== 768) expect(await faint(tab)).toEqual([]);
      if (process.env.PICTURES)
        await tab.screenshot({
          path: join(process.env.PICTURES, `scenarios-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      await tab.close();
    }
  });
});
