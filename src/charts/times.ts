import { clock, lengthOfTime } from '../formats/go-duration';
import {
  type Area,
  type ChartOptions,
  label,
  legend,
  line,
  marks,
  moments,
  round,
  shareAxis,
  svg,
  swatch,
} from './frame';

/** When bad versions are caught, of one plan. */
export interface Times {
  readonly name: string;
  /** The share of all updates that end within each part of time, in seconds. */
  readonly parts: readonly { readonly from: number; readonly to: number; readonly share: number }[];
  /** Undefined where nothing is caught. */
  readonly median?: number;
  readonly p95?: number;
}

/** The distribution of the times to detection of one or two plans, over the same time. */
export function timesChart(plans: readonly Times[], options: ChartOptions = {}): string {
  const { width = 720 } = options;
  const area: Area = { left: 52, right: width - 16, top: width < 520 ? 52 : 34, bottom: 192 };
  const last = Math.max(60, ...plans.flatMap(({ parts }) => parts.map(({ to }) => to))) * 1.02;
  const highest = Math.max(0.01, ...plans.flatMap(({ parts }) => parts.map(({ share }) => share)));
  const most = [0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1].find((level) => highest <= level) ?? 1;
  const x = (seconds: number): number => area.left + (seconds / last) * (area.right - area.left);
  const y = (share: number): number => area.bottom - (share / most) * (area.bottom - area.top);
  const bars = plans.flatMap(({ parts }, i) =>
    parts.map(({ from, to, share }) => {
      const [left, wide] = [round(x(from)), Math.max(2, round(x(to) - x(from) - 1))];
      const [top, high] = [round(y(share)), round(area.bottom - y(share))];
      const look =
        i === 0
          ? 'fill="var(--canary)" stroke="var(--canary-line)"'
          : 'fill="none" stroke="var(--pinned)" stroke-width="2" stroke-dasharray="4 2"';
      return `<rect x="${left}" y="${top}" width="${wide}" height="${high}" ${look}/>`;
    }),
  );
  const [now] = plans;
  const keys = legend(
    plans.map(({ name, median }, i) => ({
      mark: i === 0 ? swatch('var(--canary)', 'var(--canary-line)') : swatch('none', 'var(--pinned)'),
      text: `${name}${median === undefined ? ', never caught' : ''}`,
    })),
    area.left,
    area.right,
    area.bottom + 62,
  );
  return svg(
    {
      width,
      height: area.bottom + 58 + keys.height,
      title: 'Time to detection',
      description: plans
        .map(({ name, median, p95 }) =>
          median === undefined
            ? `${name}: never caught.`
            : `${name}: caught after ${lengthOfTime(median)} in the median, p95 ${lengthOfTime(p95 ?? median)}.`,
        )
        .join(' '),
    },
    [
      ...bars,
      shareAxis(area, 'share of all updates', most),
      ...(now?.median === undefined ? [] : [quantiles(now, area, x)]),
      marks(
        area,
        moments(last, area.right - area.left).map((at) => ({ x: x(at), text: clock(at) })),
        'time until it is caught',
      ),
      keys.markup,
    ],
    { id: 'times', ...options },
  );
}

/** The median and the p95, with labels that do not touch. */
function quantiles({ median = 0, p95 = 0 }: Times, area: Area, x: (seconds: number) => number): string {
  const at = (seconds: number): string =>
    line(x(seconds), area.top, x(seconds), area.bottom, 'var(--ink)', 'stroke-dasharray="2 3"');
  const words = `median ${lengthOfTime(median)}, p95 ${lengthOfTime(p95)}`;
  return at(median) + at(p95) + label(area.right, 22, words, 'strong', 'end');
}
