import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { run } from '../../src/cli/run';
import { inaccessible, misplaced, startBrowser, unprintable } from '../browser';

let folder: string;
let browser: Browser;
const file = (name: string): string => join(folder, name);

async function cli(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const io = { cwd: folder, env: {}, stdin: Readable.from([]), colour: false, progress: false };
  const code = await run(args, { ...io, out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-page-'));
  expect(await cli('design', '-o', 'design.html')).toMatchObject({ code: 0, out: '' });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page, without any network; what it asks for and complains about is collected. */
async function opened(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ offline: true, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void complaints.push(message.text()));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file('design.html')).href);
  await page.waitForSelector('#figure-caught', { timeout: 60_000 });
  return { page, complaints };
}

/** Waits until an expression is true in the page, whose policy lets nothing else be evaluated in it. */
async function until(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + 110_000; Date.now() < end; await page.waitForTimeout(50)) {
    if (await page.evaluate(expression)) return;
  }
  throw new Error(`never true: ${expression}`);
}

const figure = (page: Page, id: string): Promise<number> =>
  page
    .locator(`#figure-${id} .big`)
    .innerText()
    .then((text) => parseFloat(text.replace('<', '')));

/** Moves a slider by the keyboard until it shows a value. */
async function moveTo(page: Page, id: string, value: string, key: 'ArrowLeft' | 'ArrowRight'): Promise<void> {
  const range = page.locator(`[id="${id}"]`);
  await range.focus();
  for (let i = 0; i < 40 && (await range.getAttribute('aria-valuetext')) !== value; i++) await page.keyboard.press(key);
  expect(await range.getAttribute('aria-valuetext')).toBe(value);
}

test('from the page alone one finds a plan that catches 1 % of errors without false alarms, and leaves with its YAML', async () => {
  const { page, complaints } = await opened();
  expect(await page.locator('[id="traffic-rps"]').getAttribute('aria-valuetext')).toBe('20/s');
  await moveTo(page, 'traffic-errorRate', '1 %', 'ArrowLeft');
  await page.click('#pin');
  await page.click('#suggest');
  await until(page, `/shortest variant/.test(document.getElementById('suggestion').textContent)`);
  await until(page, `document.getElementById('yaml').textContent.includes('spec:')`);
  await until(page, `/; 20,000 updates/.test(document.getElementById('status').textContent)`);
  expect(await page.locator('#figure-caught dt').innerText()).toContain('1.0 %');
  expect(await figure(page, 'caught')).toBeGreaterThanOrEqual(95);
  expect(await figure(page, 'false-alarms')).toBeLessThan(1);
  await page.check('#show-whole');
  const download = page.waitForEvent('download');
  await page.click('#download');
  writeFileSync(file('canary.yaml'), readFileSync(await (await download).path()));
  expect(await cli('synth', 'canary.yaml', '--output', 'rendered')).toMatchObject({ code: 0 });
  const command = (await page.locator('#command').innerText()).split(' ').slice(1);
  const { out } = await cli(...command, '--format', 'json');
  const [there] = JSON.parse(out) as { probability: { promoted: number }; falseAlarm: { value: number } }[];
  expect(1 - there.probability.promoted).toBeGreaterThanOrEqual(0.95);
  expect(there.falseAlarm.value).toBeLessThan(0.01);
  expect(complaints).toEqual([]);
}, 300_000);

test('a dropped file takes the place of the first, and what is copied is the change', async () => {
  const { page } = await opened({ permissions: ['clipboard-read', 'clipboard-write'] });
  const text = readFileSync('examples/quickstart/canary.yaml', 'utf8').replace('checkout,', 'dropped,');
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], 'canary.yaml')); return data; })()`,
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await until(page, `document.getElementById('name').textContent.includes('dropped')`);
  await moveTo(page, 'step-0', '45 %', 'ArrowLeft');
  await until(page, `document.getElementById('yaml').textContent.includes('setWeight: 45')`);
  await page.click('#copy');
  await until(page, `document.getElementById('done').textContent !== ''`);
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await page.locator('#yaml').innerText());
  const bad = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File(['a: 1'], 'x.yaml')); return data; })()`,
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: bad });
  const told = `document.getElementById('problems').textContent.includes('x.yaml')`;
  await until(page, told);
  // Answers that come later leave it there; a change takes it away.
  await until(page, `document.getElementById('status').textContent.includes('20,000 updates')`);
  expect(await page.evaluate(told)).toBe(true);
  await moveTo(page, 'step-0', '40 %', 'ArrowLeft');
  await until(page, `!(${told})`);
});

test('steps are added, moved and removed, and a refused value says why', async () => {
  const { page } = await opened();
  await page.click('#add button:has-text("pause")');
  expect(await page.locator('#steps li').count()).toBe(5);
  await page.click('[id="move-4-up"]');
  await page.click('[id="remove-4"]');
  expect(await page.locator('#steps li').count()).toBe(4);
  await until(page, `document.getElementById('yaml').textContent.includes('duration: 5m')`);
  await page.locator('input[aria-label="window, typed"]').fill('30s');
  await page.keyboard.press('Enter');
  await until(page, `/within/.test(document.getElementById('problems').textContent)`);
  await page.click('#reset');
  await until(page, `document.getElementById('problems').textContent === ''`);
});

test('the keyboard goes on where it was after a step was added, moved to an end or removed', async () => {
  const { page } = await opened();
  const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.id');
  const press = async (id: string): Promise<string> => {
    await page.locator(`[id="${id}"]`).focus();
    await page.keyboard.press('Enter');
    return focused();
  };
  expect(await press('add-weight')).toBe('step-4');
  expect(await press('add-approval')).toBe('remove-5');
  expect(await press('move-1-up')).toBe('move-0-down');
  expect(await press('move-4-down')).toBe('move-5-up');
  for (let left = 5; left > 0; left--) expect(await press(`remove-${left}`)).toBe(`remove-${left - 1}`);
  expect(await press('remove-0')).toBe('add-weight');
});

test('the figures that the page is written with are those that it computes, and are there without its engine', async () => {
  const engine = '<script type="text/plain" id="engine">';
  const html = readFileSync(file('design.html'), 'utf8');
  writeFileSync(file('without-engine.html'), html.replace(engine, `${engine}!`));
  const context = await browser.newContext({ offline: true });
  const still = await context.newPage();
  await still.goto(pathToFileURL(file('without-engine.html')).href);
  const figures = `document.getElementById('figures').textContent`;
  const curve = `document.getElementById('curve-table').textContent`;
  const status = `document.getElementById('status').textContent`;
  const shown = await still.evaluate(`[${figures}, ${curve}, ${status}]`);
  const { page } = await opened();
  const there = page.locator('[id="knob-failures-atMost"]');
  await there.focus();
  await page.keyboard.press('ArrowRight');
  await until(page, `${figures} !== ${JSON.stringify((shown as string[])[0])}`);
  await page.keyboard.press('ArrowLeft');
  await until(page, `JSON.stringify([${figures}, ${curve}, ${status}]) === ${JSON.stringify(JSON.stringify(shown))}`);
});

test('the page is whole and light on paper', async () => {
  const { page } = await opened();
  await page.click('#pin');
  await page.locator('[id="step-0"]').focus();
  await page.keyboard.press('ArrowLeft');
  await until(page, `document.getElementById('yaml').textContent.includes('spec:')`);
  await page.check('#show-whole');
  expect(await unprintable(page)).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, hasTouch] of [
    [360, true],
    [768, true],
    [1280, false],
  ] as const) {
    test(`everything is in its place and accessible, ${width} pixels wide, ${colorScheme}`, async () => {
      const { page } = await opened({ viewport: { width, height: 800 }, colorScheme, hasTouch });
      await page.click('#pin');
      const range = page.locator('[id="traffic-errorRate"]');
      const box = (await range.boundingBox())!;
      const before = await range.inputValue();
      await range.scrollIntoViewIfNeeded();
      const at = { x: box.width * 0.8, y: box.height / 2 };
      if (hasTouch) await range.tap({ position: at });
      else await range.click({ position: at });
      expect(await range.inputValue()).not.toBe(before);
      await until(page, `document.querySelectorAll('#figures .pinned').length === 6`);
      // Whoever moves a slider sees what becomes of the figures, which do not cover it.
      const seen = `(() => { const [figures, range] = ['figures', 'traffic-errorRate'].map((id) => document.getElementById(id).getBoundingClientRect()); return figures.top >= 0 && figures.bottom <= innerHeight && (figures.right <= range.left || figures.left >= range.right || figures.bottom <= range.top); })()`;
      if (width < 900) expect(await page.evaluate(seen)).toBe(true);
      const rows = await page.evaluate<number[]>(
        `[...document.querySelectorAll('.figure')].map((one) => one.getBoundingClientRect().top)`,
      );
      const perRow = [...new Set(rows)].map((top) => rows.filter((one) => one === top).length);
      expect(new Set(perRow).size).toBe(1);
      expect(await misplaced(page)).toEqual([]);
      expect(await inaccessible(page)).toEqual([]);
      if (process.env.PICTURES)
        await page.screenshot({
          path: join(process.env.PICTURES, `design-${width}-${colorScheme}.png`),
          fullPage: true,
        });
    });
  }
}
