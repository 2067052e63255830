// A real browser for tests: Debian's Chromium. What runs in pages is text, since tests know no browser's types.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts Chromium. Without one the tests fail, and say what to install. */
export async function startBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  } catch (error) {
    throw new Error(`these tests need Chromium: apt-get install chromium, or set CHROMIUM\n${String(error)}`);
  }
}

/** What axe-core finds wrong with a page, by its levels A and AA of WCAG. */
export async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
  );
}

/** What is wrong with where things are: texts that are too small, touch each other or leave their picture, and a page that is wider than its window. */
export const misplaced = (page: Page): Promise<string[]> => page.evaluate<string[]>(GEOMETRY);

const GEOMETRY = `(() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) found.push('the page is ' + root.scrollWidth + ' wide, its window ' + root.clientWidth);
  for (const svg of document.querySelectorAll('svg')) {
    if (svg.getBoundingClientRect().width === 0) continue;
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '');
    const boxes = texts.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect(), size: parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width }));
    for (const { text, box, size } of boxes) {
      if (size < 10.95) found.push('text of ' + size.toFixed(1) + ' px: ' + text);
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.push('outside its picture: ' + text);
    }
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 1 && high > 3) found.push('overlap: ' + a.text + ' | ' + b.text);
    }));
  }
  return found;
})()`;

/** Texts of pictures whose contrast to the shapes behind them is below level AA. */
export const faint = (page: Page): Promise<string[]> => page.evaluate<string[]>(CONTRAST);

const CONTRAST = `(() => {
  const rgb = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const linear = (value) => value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const found = [];
  for (const text of document.querySelectorAll('svg text')) {
    if (text.textContent.trim() === '' || text.getBoundingClientRect().width === 0) continue;
    text.scrollIntoView({ block: 'center', inline: 'center' });
    const box = text.getBoundingClientRect();
    const style = getComputedStyle(text);
    if (style.paintOrder.startsWith('stroke')) continue;
    const below = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2)
      .filter((one) => ['rect', 'path', 'polygon', 'circle'].includes(one.localName) && getComputedStyle(one).fill.startsWith('rgb'));
    if (below.length === 0) { found.push('nothing behind: ' + text.textContent); continue; }
    const back = below.reverse().reduce((colour, one) => {
      const { fill, fillOpacity, opacity } = getComputedStyle(one);
      const top = rgb(fill);
      return over({ ...top, a: top.a * Number(fillOpacity) * Number(opacity) }, colour);
    }, { r: 255, g: 255, b: 255, a: 1 });
    const [light, dark] = [luminance(rgb(style.fill)), luminance(back)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600) ? 3 : 4.5;
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least) found.push(ratio.toFixed(2) + ': ' + text.textContent);
  }
  return [...new Set(found)];
})()`;

/** The width in pixels of what fits between the margins of a sheet of Letter in landscape, which is less than of A4. */
const SHEET = 965;

/**
 * What is wrong with a page on paper, printed while the screen is dark: what is cut off or folded, what can only be
 * operated on a screen, and colours that are not those of paper.
 */
export async function unprintable(page: Page): Promise<string[]> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: SHEET, height: 1000 });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const found = [...(await misplaced(page)), ...(await page.evaluate<string[]>(PAPER))];
  await page.emulateMedia({ media: 'screen', colorScheme: null });
  await page.setViewportSize(before);
  return found;
}

const PAPER = `(() => {
  const found = [];
  const shown = (one) => one.getClientRects().length > 0 && one.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const light = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return a === 0 ? 255 : 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const name = (one) => one.localName + (one.id && '#' + one.id) + ' ' + one.textContent.trim().slice(0, 40);
  for (const one of document.querySelectorAll('body, body *')) {
    const style = getComputedStyle(one);
    const unseen = style.clipPath !== 'none';
    if (one.closest('svg') || unseen) continue;
    if (one.closest('details') && !one.closest('summary') && !shown(one) && one.textContent.trim() !== '' && !one.matches('details, summary')) found.push('folded: ' + name(one));
    if (!shown(one)) continue;
    if (['button', 'input', 'select', 'textarea'].includes(one.localName)) found.push('a control: ' + name(one));
    const hides = (overflow) => overflow !== 'visible';
    if ((hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1) || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1)) found.push('cut off: ' + name(one));
    const right = one.getBoundingClientRect().right;
    if (right > document.documentElement.clientWidth + 1) found.push('beyond the sheet: ' + name(one));
    if (light(style.backgroundColor) < 200) found.push('a dark ground: ' + name(one));
    if (light(style.color) > 150) found.push('faint on paper: ' + name(one));
  }
  for (const svg of document.querySelectorAll('svg')) {
    if (!shown(svg)) continue;
    const coloured = (selector, wrong) => [...svg.querySelectorAll(selector)].some((one) => { const { fill } = getComputedStyle(one); return fill.startsWith('rgb') && wrong(light(fill)); });
    if (coloured('text', (value) => value > 150) || coloured('rect', (value) => value < 60)) found.push('a picture in colours of the dark: ' + svg.textContent.slice(0, 40));
  }
  return found;
})()`;
