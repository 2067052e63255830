import { markupText } from '../formats/encode/markup';
import { clock } from '../formats/go-duration';
import { type Area, type ChartOptions, label, line, marks, moments, round, svg } from './frame';
import { cut, widthOf, wrapped } from './words';

/** One app of a fleet. Seconds since the beginning of the fleet's update. */
export interface FleetBar {
  readonly name: string;
  readonly from: number;
  /** Undefined for an update that never ends. */
  readonly to?: number;
  /** When it begins and ends, in words. */
  readonly words: string;
}

/** Apps that pass together. */
export interface FleetGroup {
  readonly name: string;
  readonly bars: readonly FleetBar[];
}

const ROW = 20;

/** When each app of a fleet is updated, a bar for each, one cohort below the other. */
export function fleetChart(groups: readonly FleetGroup[], title: string, options: ChartOptions = {}): string {
  const { width = 720 } = options;
  const bars = groups.flatMap((group) => group.bars);
  const last = Math.max(60, ...bars.map(({ from, to }) => to ?? from)) * 1.03;
  const names = Math.min(width * 0.36, Math.max(...bars.map(({ name }) => widthOf(name))) + 14);
  const [left, right] = [Math.round(16 + names), width - 16];
  const x = (seconds: number): number => left + (seconds / last) * (right - left);
  let y = 12;
  const parts = groups.flatMap((group) => {
    const head = wrapped(group.name, width - 32).map((one) => label(16, (y += 16), one, 'strong'));
    y += 8;
    const rows = group.bars.map((bar) => {
      const [from, to] = [x(bar.from), bar.to === undefined ? right : x(bar.to)];
      const look =
        bar.to === undefined
          ? 'fill="var(--bad-soft)" stroke="var(--bad)" stroke-dasharray="4 3"'
          : 'fill="var(--canary)" stroke="var(--canary-line)"';
      const row = [
        label(left - 8, y + 12, cut(bar.name, names - 10), '', 'end'),
        `<rect x="${round(from)}" y="${y + 2}" width="${round(Math.max(2, to - from))}" height="12" rx="3" ${look}><title>${markupText(`${bar.name}: ${bar.words}`)}</title></rect>`,
      ].join('');
      y += ROW;
      return row;
    });
    y += 6;
    const border = line(16, y, right, y);
    y += 4;
    return [...head, ...rows, border];
  });
  const area: Area = { left, right, top: 12, bottom: y };
  return svg(
    {
      width,
      height: y + 46,
      title,
      description: groups
        .map(({ name, bars: own }) => `${name}: ${own.map((bar) => `${bar.name} ${bar.words}`).join('; ')}.`)
        .join(' '),
    },
    [
      ...parts,
      marks(
        area,
        moments(last, right - left).map((at) => ({ x: x(at), text: clock(at) })),
        'time since the fleet’s update',
      ),
    ],
    { id: 'fleet', ...options },
  );
}
