import { percentage } from '../formats/percentage';
import { markupText } from '../formats/encode/markup';
import { type Area, type ChartOptions, label, legend, round, svg, swatch } from './frame';
import { widthOf, wrapped } from './words';

/** A part of all updates. */
export interface OutcomePart {
  readonly name: string;
  readonly share: number;
  readonly kind: 'stopped' | 'paused' | 'promoted';
}

const FILLS = { stopped: 'var(--good-soft)', paused: 'var(--held-soft)', promoted: 'var(--bad-soft)' };
const EDGES = { stopped: 'var(--good)', paused: 'var(--held)', promoted: 'var(--bad)' };

/** What becomes of updates, and which check decides: one bar for each row. */
export function outcomeChart(
  rows: readonly { readonly name: string; readonly parts: readonly OutcomePart[] }[],
  options: ChartOptions = {},
): string {
  const { width = 720 } = options;
  const area: Area = { left: 16, right: width - 16, top: 30, bottom: 0 };
  let top = area.top;
  const parts = rows.flatMap(({ name, parts: shares }) => {
    const shown = shares.filter(({ share }) => share > 0);
    const names = wrapped(name, area.right - area.left);
    const begin = top + (names.length - 1) * 16;
    let x = area.left;
    const bars = shown.map(({ share, kind, name: what }) => {
      const wide = share * (area.right - area.left);
      const words = percentage(share);
      const bar = `<rect x="${round(x)}" y="${begin}" width="${round(Math.max(1, wide))}" height="26" fill="${FILLS[kind]}" stroke="${EDGES[kind]}"><title>${markupText(`${what}: ${words}`)}</title></rect>`;
      const text = wide > widthOf(words) + 8 ? label(x + wide / 2, begin + 17, words, 'strong', 'middle') : '';
      x += wide;
      return bar + text;
    });
    const keys = legend(
      shown.map(({ name: what, share, kind }) => ({
        mark: swatch(FILLS[kind], EDGES[kind]),
        // The figure comes first: a long name may be cut.
        text: `${percentage(share)} ${what}`,
      })),
      area.left,
      area.right,
      begin + 46,
    );
    top = begin + 46 + keys.height + 26;
    const heads = names.map((one, i) => label(area.left, begin - 8 - (names.length - 1 - i) * 16, one, 'strong'));
    return [...heads, ...bars, keys.markup];
  });
  return svg(
    {
      width,
      height: Math.max(60, top - 26),
      title: 'What becomes of updates, and which check decides',
      description: rows
        .map(
          ({ name, parts: shares }) =>
            `${name}: ${shares.map((one) => `${one.name} ${percentage(one.share)}`).join(', ')}.`,
        )
        .join(' '),
    },
    parts,
    { id: 'outcome', ...options },
  );
}
