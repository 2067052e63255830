import { markupAttribute, markupText } from '../formats/encode/markup';
import { CHART_STYLE } from './style';
import { cut, widthOf } from './words';

/** How a chart is drawn. */
export interface ChartOptions {
  /** In CSS pixels; text keeps its size whatever the width is. @default 720 */
  readonly width?: number;
  /** Tells the charts of one page apart. @default - the name of the kind of chart */
  readonly id?: string;
  /** Whether the chart brings its own style, as one in a file of its own needs. @default true */
  readonly styled?: boolean;
}

/** The place of a chart in which its values are drawn. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const round = (value: number): number => Math.round(value * 10) / 10;

/** A whole chart. */
export function svg(
  { width, height, title, description }: Record<'width' | 'height', number> & Record<'title' | 'description', string>,
  parts: readonly string[],
  { id = 'chart', styled = true }: ChartOptions,
): string {
  const name = markupAttribute(id);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc">`,
    `<title id="${name}-title">${markupText(title)}</title>`,
    `<desc id="${name}-desc">${markupText(description)}</desc>`,
    ...(styled ? [`<style>${CHART_STYLE}</style>`] : []),
    `<rect width="${width}" height="${height}" rx="8" fill="var(--paper)"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** A line of text. */
export function label(
  x: number,
  y: number,
  text: string,
  kind = '',
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${kind === '' ? '' : ` class="${kind}"`}>${markupText(text)}</text>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, colour = 'var(--line)', more = ''): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"${more === '' ? '' : ` ${more}`}/>`;

/** The horizontal lines of shares, with their labels and the name of the axis. */
export function shareAxis({ left, right, top, bottom }: Area, name: string, most = 1): string {
  const steps = bottom - top < 90 ? 2 : 4;
  const parts = [label(left, top - 12, name, 'soft')];
  for (let i = 0; i <= steps; i++) {
    const y = bottom - (i / steps) * (bottom - top);
    const share = (most * i * 100) / steps;
    parts.push(line(left, y, right, y), label(left - 6, y + 4, `${Number(share.toPrecision(3))} %`, 'soft', 'end'));
  }
  return parts.join('\n');
}

/** Marks on a horizontal axis: those that would touch the one before are left without a label. */
export function marks(
  { bottom, left, right }: Area,
  places: readonly { readonly x: number; readonly text: string }[],
  name: string,
): string {
  let free = -Infinity;
  const parts = places.map(({ x, text }) => {
    const tick = line(x, bottom, x, bottom + 5, 'var(--soft)');
    const half = widthOf(text) / 2;
    // A label at an edge moves inwards, so that it stays in the frame.
    const at = Math.min(Math.max(x, left - 20 + half), right + 12 - half);
    if (at - half < free) return tick;
    free = at + half + 6;
    return tick + label(at, bottom + 18, text, 'soft', 'middle');
  });
  return [...parts, label(right, bottom + 36, name, 'soft', 'end')].join('\n');
}

const LENGTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Even moments of a time that lasts so long, as many as there is room for. */
export function moments(seconds: number, width: number): number[] {
  const most = Math.max(2, Math.floor(width / 70));
  const step = LENGTHS.find((length) => seconds / length <= most) ?? Math.ceil(seconds / most / 86_400) * 86_400;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}

/** What colours mean, in as many lines as it takes. Returns the markup, and how high it is. */
export function legend(
  items: readonly { readonly mark: (x: number, y: number) => string; readonly text: string }[],
  left: number,
  right: number,
  top: number,
): { readonly markup: string; readonly height: number } {
  let [x, y] = [left, top];
  const parts = items.map(({ mark, text }) => {
    const room = 20 + widthOf(text) + 12;
    if (x > left && x + room > right) [x, y] = [left, y + 18];
    const part = mark(x, y) + label(x + 20, y, cut(text, right - x - 20), 'soft');
    x += room;
    return part;
  });
  return { markup: parts.join('\n'), height: items.length === 0 ? 0 : y - top + 18 };
}

export const swatch =
  (fill: string, stroke = 'var(--line)') =>
  (x: number, y: number): string =>
    `<rect x="${round(x)}" y="${round(y - 10)}" width="14" height="11" rx="2" fill="${fill}" stroke="${stroke}"/>`;

export const stroke =
  (colour: string, dashes = '') =>
  (x: number, y: number): string =>
    line(x, y - 4, x + 14, y - 4, colour, `stroke-width="2.5"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`);

/** The pattern of waits for manual approval. Each chart has its own, since one that is not shown lends none. */
export const hatching = (id: string): string =>
  `<defs><pattern id="${markupAttribute(id)}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.5" height="7" fill="var(--pinned)" opacity="0.55"/></pattern></defs>`;
