import { markupText } from '../formats/encode/markup';
import { clock, lengthOfTime } from '../formats/go-duration';
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
  svg,
  swatch,
} from './frame';
import { cut, widthOf, wrapped } from './words';

/** Whether something went well; `held`: neither. */
export type Mood = 'good' | 'held' | 'bad';

/** A step of an update that ran. Seconds since its beginning. */
export interface RunStep {
  /** From 1; undefined behind the last step. */
  readonly number?: number;
  readonly words: string;
  readonly from: number;
  readonly to: number;
  /** For manual approval. */
  readonly waits: boolean;
}

/** The measurements of one check. */
export interface RunCheck {
  readonly name: string;
  readonly words: string;
  readonly measured: readonly { readonly at: number; readonly mood: Mood; readonly words: string }[];
}

/** One update that ran, up to its end. Seconds since its beginning. */
export interface Run {
  readonly title: string;
  /** The share of the new version, from 0 to 1, from each of these moments on. */
  readonly shares: readonly { readonly at: number; readonly share: number }[];
  readonly steps: readonly RunStep[];
  readonly checks: readonly RunCheck[];
  /** Failed requests of the new version per second, in stretches of so many seconds. */
  readonly failures: { readonly step: number; readonly rates: readonly number[] };
  readonly end: { readonly at: number; readonly words: string; readonly mood: Mood; readonly promoted: boolean };
}

const COLOURS: { readonly [mood in Mood]: string } = { good: 'var(--good)', held: 'var(--held)', bad: 'var(--bad)' };

/** An update that ran: shares of the traffic, steps and waits, measurements with their verdicts, and failed requests. */
export function runChart(run: Run, options: ChartOptions = {}): string {
  const { width = 720, id = 'run' } = options;
  const hatched = `${id}-approval`;
  const last = Math.max(1, run.end.at) * 1.06;
  const area: Area = { left: 52, right: width - 16, top: 54, bottom: 194 };
  const x = (seconds: number): number => area.left + (Math.min(seconds, last) / last) * (area.right - area.left);
  const strip = area.bottom + 58;
  const failures = failureBars(run, area, x, strip + 56);
  const checks = checkLanes(run, area, x, strip + 56 + failures.height);
  const keys = legend(keysOf(run, hatched), area.left, area.right, strip + 56 + failures.height + checks.height + 10);
  return svg(
    {
      width,
      height: strip + 62 + failures.height + checks.height + keys.height,
      title: run.title,
      description: describe(run),
    },
    [
      hatching(hatched),
      `<rect x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${area.bottom - area.top}" fill="var(--stable)"/>`,
      shares(run, area, x),
      ...run.steps
        .filter(({ waits, from, to }) => waits && to > from)
        .map(
          ({ from, to }) =>
            `<rect x="${round(x(from))}" y="${area.top}" width="${round(x(to) - x(from))}" height="${area.bottom - area.top}" fill="url(#${hatched})"/>`,
        ),
      shareAxis({ ...area, top: area.top }, 'share of the traffic'),
      ending(run, area, x),
      marks(
        area,
        moments(last, area.right - area.left).map((at) => ({ x: x(at), text: clock(at) })),
        'time since the update',
      ),
      stepStrip(run, area, x, strip, hatched),
      failures.markup,
      checks.markup,
      keys.markup,
    ],
    { id: 'run', ...options },
  );
}

function describe({ shares: all, steps, checks, end }: Run): string {
  const parts = all.map(({ at, share }) => `${Number((share * 100).toPrecision(3))} % from ${clock(at)}`);
  return [
    `Traffic of the new version: ${parts.join(', ') || 'none'}.`,
    `Steps: ${steps.map(({ from, words }) => `${clock(from)} ${words}`).join('; ') || 'none'}.`,
    ...checks.map(({ name, words }) => `${name}: ${words}.`),
    `${end.words}.`,
  ].join(' ');
}

type Scale = (seconds: number) => number;

function shares({ shares: all, end }: Run, area: Area, x: Scale): string {
  const y = (share: number): number => round(area.bottom - share * (area.bottom - area.top));
  const points = [`M ${area.left} ${area.bottom}`];
  let before = 0;
  for (const { at, share } of all) {
    points.push(`L ${round(x(at))} ${y(before)}`, `L ${round(x(at))} ${y(share)}`);
    before = share;
  }
  points.push(`L ${round(x(end.at))} ${y(before)}`);
  const right = end.promoted ? area.right : round(x(end.at));
  if (end.promoted) points.push(`L ${round(x(end.at))} ${area.top}`, `L ${right} ${area.top}`);
  points.push(`L ${right} ${area.bottom}`, 'Z');
  return `<path d="${points.join(' ')}" fill="var(--canary)" fill-opacity="0.9" stroke="var(--canary-line)"/>`;
}

function ending({ end }: Run, area: Area, x: Scale): string {
  const at = x(end.at);
  const words = cut(end.words, area.right - area.left);
  const anchor = at - widthOf(words) > 4 ? 'end' : 'start';
  const place = anchor === 'end' ? at : Math.min(at, area.right - widthOf(words));
  return (
    line(at, area.top - 24, at, area.bottom + 5, COLOURS[end.mood], 'stroke-width="2"') +
    label(anchor === 'end' ? place - 5 : place + 5, area.top - 30, words, `strong ${end.mood}`, anchor)
  );
}

/** Steps below the axis: as many words as there is room for; those that take no time are diamonds. */
function stepStrip({ steps }: Run, area: Area, x: Scale, top: number, hatched: string): string {
  const parts = [label(area.left, top - 6, 'steps', 'soft')];
  for (const { number, words, from, to, waits } of steps) {
    const [left, wide] = [x(from), x(to) - x(from)];
    const name = number === undefined ? 'end' : `${number}`;
    const title = `<title>${markupText(`${clock(from)} ${name} ${words}, ${to > from ? lengthOfTime(to - from) : 'takes no time'}`)}</title>`;
    if (to <= from) {
      parts.push(
        `<path d="M ${round(left - 5)} ${top + 11} l 5 -5 l 5 5 l -5 5 Z" fill="var(--pinned)" stroke="var(--paper)">${title}</path>`,
      );
      continue;
    }
    const text = [`${name} · ${words}`, name].find((one) => widthOf(one) <= wide - 8);
    parts.push(
      `<rect x="${round(left)}" y="${top}" width="${round(Math.max(1, wide))}" height="22" rx="3" fill="var(--paper)" stroke="var(--soft)">${title}</rect>`,
      ...(waits
        ? [
            `<rect x="${round(left)}" y="${top}" width="${round(wide)}" height="22" rx="3" fill="url(#${hatched})" fill-opacity="0.5"/>`,
          ]
        : []),
      text === undefined ? '' : label(left + wide / 2, top + 15, text, waits ? 'strong halo' : '', 'middle'),
    );
  }
  return parts.join('\n');
}

interface Part {
  readonly markup: string;
  readonly height: number;
}

function failureBars({ failures: { step, rates }, end }: Run, area: Area, x: Scale, top: number): Part {
  const most = Math.max(0, ...rates);
  if (most === 0) return { markup: '', height: 0 };
  const [high, floor] = [36, top + 52];
  const bars = rates.map((rate, i) => {
    const [from, to] = [x(i * step), x(Math.min(end.at, (i + 1) * step))];
    const height = (rate / most) * high;
    return height <= 0
      ? ''
      : `<rect x="${round(from)}" y="${round(floor - height)}" width="${round(Math.max(1, to - from - 0.5))}" height="${round(height)}" fill="var(--bad)" opacity="0.75"/>`;
  });
  const words = `failed requests of the new version, at most ${Number(most.toPrecision(2))}/s`;
  const text = wrapped(words, area.right - area.left);
  const shift = (text.length - 1) * 16;
  return {
    markup: [
      ...text.map((one, i) => label(area.left, top + 8 + i * 16, one, 'soft')),
      `<g transform="translate(0 ${shift})">`,
      ...bars,
      line(area.left, floor, area.right, floor),
      '</g>',
    ].join('\n'),
    height: 72 + shift,
  };
}

/** A line of words and a line of dots for each check. */
function checkLanes({ checks, end }: Run, area: Area, x: Scale, top: number): Part {
  let at = top;
  const parts = checks.flatMap(({ name, words, measured }) => {
    const lines = wrapped(`${name}: ${words}`, area.right - area.left);
    const texts = lines.map((one, i) => label(area.left, at + 8 + i * 16, one, i === 0 ? 'strong' : ''));
    const level = at + 8 + (lines.length - 1) * 16 + 14;
    at = level + 22;
    return [
      ...texts,
      line(area.left, level, x(end.at), level),
      ...measured.map((one) => verdict(x(one.at), level, one.mood, `${clock(one.at)} ${one.words}`)),
    ];
  });
  return { markup: parts.join('\n'), height: at - top };
}

/** The verdict of a measurement: told by its shape, too. */
function verdict(x: number, y: number, mood: Mood, words = ''): string {
  const title = words === '' ? '' : `<title>${markupText(words)}</title>`;
  const fill = `fill="${COLOURS[mood]}" stroke="var(--paper)"`;
  if (mood === 'good') return `<circle cx="${round(x)}" cy="${y}" r="4.5" ${fill}>${title}</circle>`;
  if (mood === 'bad') return `<rect x="${round(x - 4.5)}" y="${y - 4.5}" width="9" height="9" ${fill}>${title}</rect>`;
  return `<path d="M ${round(x - 5.5)} ${y} l 5.5 -5.5 l 5.5 5.5 l -5.5 5.5 Z" ${fill}>${title}</path>`;
}

function keysOf({ steps, checks }: Run, hatched: string): Parameters<typeof legend>[0] {
  const moods = new Set(checks.flatMap(({ measured }) => measured.map(({ mood }) => mood)));
  const key = (mood: Mood, text: string) =>
    moods.has(mood) ? [{ mark: (x: number, y: number) => verdict(x + 7, y - 4, mood), text }] : [];
  return [
    { mark: swatch('var(--canary)', 'var(--canary-line)'), text: 'new version' },
    { mark: swatch('var(--stable)'), text: 'stable version' },
    ...(steps.some(({ waits, from, to }) => waits && to > from)
      ? [{ mark: swatch(`url(#${hatched})`), text: 'wait for manual approval' }]
      : []),
    ...(steps.some(({ from, to }) => to <= from)
      ? [
          {
            mark: (x: number, y: number) =>
              `<path d="M ${x + 2} ${y - 4} l 5 -5 l 5 5 l -5 5 Z" fill="var(--pinned)"/>`,
            text: 'step that takes no time',
          },
        ]
      : []),
    ...key('good', 'successful'),
    ...key('held', 'inconclusive'),
    ...key('bad', 'failed or error'),
  ];
}
