import { clock } from '../formats/go-duration';
import {
  type Area,
  type ChartOptions,
  hatching,
  label,
  legend,
  line,
  marks,
  moments,
  round,
  shareAxis,
  stroke,
  svg,
  swatch,
} from './frame';
import { cut } from './words';

/** The canary's share of the traffic over time, of one plan. Seconds since the update. */
export interface TrafficLine {
  readonly name: string;
  readonly stretches: readonly {
    readonly from: number;
    readonly to: number;
    /** From 0 to 1. */
    readonly share: number;
    /** The number of the step, from 1; undefined behind the last. */
    readonly step?: number;
    readonly waits: string;
  }[];
  /** When something is measured. */
  readonly measured: readonly number[];
  /** All traffic goes to the new version in the end. */
  readonly promoted: boolean;
}

/** The share of one or two plans over the same time. The first one is filled. */
export function trafficChart(lines: readonly TrafficLine[], options: ChartOptions = {}): string {
  const { width = 720, id = 'traffic' } = options;
  const hatched = `${id}-approval`;
  const ends = lines.map(({ stretches }) => stretches.at(-1)?.to ?? 0);
  const last = Math.max(1, ...ends) * 1.04;
  const area: Area = { left: 52, right: width - 16, top: 34, bottom: 204 };
  const x = (seconds: number): number => area.left + (seconds / last) * (area.right - area.left);
  const y = (share: number): number => area.bottom - share * (area.bottom - area.top);
  const [now, pinned] = lines;
  const keys = legend(
    [
      {
        mark: swatch('var(--canary)', 'var(--canary-line)'),
        text: pinned ? now.name : `canary of ${now.name}`,
      },
      ...(pinned ? [{ mark: stroke('var(--pinned)', '5 3'), text: pinned.name }] : []),
      ...(now.stretches.some(({ waits }) => waits === 'person')
        ? [{ mark: swatch(`url(#${hatched})`), text: 'wait for manual approval' }]
        : []),
      { mark: (at: number, level: number) => dot(at + 7, level - 4), text: 'measurement' },
    ],
    area.left,
    area.right,
    area.bottom + 62,
  );
  const ending = (plan: TrafficLine, end: number): string =>
    `${plan.name}: ${plan.stretches.map(({ from, share }) => `${Math.round(share * 100)} % from ${clock(from)}`).join(', ')}${plan.promoted ? `, promoted at ${clock(end)}` : ''}.`;
  return svg(
    {
      width,
      height: area.bottom + 58 + keys.height,
      title: 'Traffic of the new version over time',
      description: lines.map((plan, i) => ending(plan, ends[i])).join(' '),
    },
    [
      hatching(hatched),
      `<rect x="${area.left}" y="${area.top}" width="${round(area.right - area.left)}" height="${area.bottom - area.top}" fill="var(--stable)"/>`,
      filled(now, ends[0], area, x, y),
      approvals(now, area, x, hatched),
      shareAxis(area, 'share of the traffic'),
      pinned === undefined ? '' : outlined(pinned, ends[1], area, x, y),
      ...now.measured.slice(0, 400).map((at) => dot(Math.min(x(at), area.right), area.bottom)),
      steps(now, area, x),
      ...(now.promoted ? [promotion(x(ends[0]), area, 'now')] : []),
      ...(pinned?.promoted ? [promotion(x(ends[1]), area, 'pinned')] : []),
      marks(
        area,
        moments(last, area.right - area.left).map((at) => ({ x: x(at), text: clock(at) })),
        'time since the update',
      ),
      keys.markup,
    ],
    { id: 'traffic', ...options },
  );
}

type Scale = (value: number) => number;

const dot = (x: number, y: number): string => `<circle cx="${round(x)}" cy="${round(y)}" r="2.5" fill="var(--good)"/>`;

function edges(plan: TrafficLine, end: number, area: Area, x: Scale, y: Scale): string[] {
  const points = [`M ${area.left} ${area.bottom}`];
  let before = 0;
  for (const { from, to, share } of plan.stretches) {
    if (share !== before)
      points.push(`L ${round(x(from))} ${round(y(before))}`, `L ${round(x(from))} ${round(y(share))}`);
    points.push(`L ${round(x(to))} ${round(y(share))}`);
    before = share;
  }
  if (plan.promoted) points.push(`L ${round(x(end))} ${area.top}`, `L ${area.right} ${area.top}`);
  return points;
}

function filled(plan: TrafficLine, end: number, area: Area, x: Scale, y: Scale): string {
  const down = plan.promoted ? area.right : round(x(end));
  const path = [...edges(plan, end, area, x, y), `L ${down} ${area.bottom}`, 'Z'].join(' ');
  return `<path d="${path}" fill="var(--canary)" fill-opacity="0.9" stroke="var(--canary-line)"/>`;
}

const outlined = (plan: TrafficLine, end: number, area: Area, x: Scale, y: Scale): string =>
  `<path d="${edges(plan, end, area, x, y).join(' ')}" fill="none" stroke="var(--pinned)" stroke-width="2" stroke-dasharray="5 3"/>`;

function approvals({ stretches }: TrafficLine, area: Area, x: Scale, hatched: string): string {
  return stretches
    .filter(({ waits }) => waits === 'person')
    .map(
      ({ from, to }) =>
        `<rect x="${round(x(from))}" y="${area.top}" width="${round(Math.max(2, x(to) - x(from)))}" height="${area.bottom - area.top}" fill="url(#${hatched})"/>`,
    )
    .join('\n');
}

/** The numbers of the steps above the chart, each where it begins. */
function steps({ stretches }: TrafficLine, area: Area, x: Scale): string {
  let free = area.left + 130;
  const seen = new Set<number>();
  return stretches
    .flatMap(({ step, from }) => {
      if (step === undefined || seen.has(step)) return [];
      seen.add(step);
      const at = x(from);
      const tick = line(at, area.top, at, area.top - 4, 'var(--soft)');
      const text = `${step}`;
      if (at < free || at > area.right - 70) return [tick];
      free = at + 8 * text.length + 6;
      return [tick + label(at + 2, area.top - 6, cut(text, 40), 'soft')];
    })
    .join('\n');
}

function promotion(at: number, area: Area, kind: 'now' | 'pinned'): string {
  const colour = kind === 'now' ? 'var(--canary-line)' : 'var(--pinned)';
  return line(at, area.top - 4, at, area.bottom, colour, kind === 'now' ? '' : 'stroke-dasharray="5 3"');
}
