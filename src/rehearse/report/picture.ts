import { markupText } from '../../formats/encode/markup';
import { clock } from '../../formats/go-duration';
import { fullName, PICTURE_STYLE, percent } from '../../plan';
import { type Frame, type RolloutModel } from '../../controller';
import type { RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import { answerText, outcomeText } from './wording';

const [WIDTH, LEFT, RIGHT, TOP, CHART, BARS, LANE] = [960, 56, 28, 84, 180, 56, 26];
const FLOOR = TOP + CHART;
const INNER = WIDTH - LEFT - RIGHT;

const STYLE = `${PICTURE_STYLE}
.pic { --fail:#b42318; --unsure:#a15c07; }
@media (prefers-color-scheme: dark) { .pic { --fail:#fda29b; --unsure:#fdb022; } }
`;

const COLOURS: Record<RehearsedMeasurement['phase'], string> = {
  Successful: 'var(--ok)',
  Failed: 'var(--fail)',
  Inconclusive: 'var(--unsure)',
  Error: 'var(--fail)',
};

/** A rehearsed update as one SVG picture: the canary's share, every measurement and its verdict, and the failed requests. */
export function rehearsalPicture(rollout: RolloutModel, update: RehearsedUpdate): string {
  const span = Math.max(1, update.endedAt * 1.06);
  const x = (time: number): number => round(LEFT + (time / span) * INNER);
  const metrics = [...new Set(update.measurements.map(({ metric }) => metric))];
  const bars = update.traffic.stretches.some(({ canary }) => canary.failures > 0) ? BARS : 0;
  const lanes = FLOOR + 34 + bars;
  const height = lanes + metrics.length * LANE + 34;
  const parts = [
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="var(--paper)"/>`,
    text(LEFT, 34, fullName(rollout), 'title'),
    text(LEFT, 56, outcomeText(update), 'soft'),
    share(rollout, update, x),
    ...grid(),
    ...ticks(update.endedAt, x),
    ending(update, x),
    ...(bars > 0 ? failures(update, x, FLOOR + 30) : []),
    ...metrics.map((metric, i) => lane(metric, update, x, lanes + i * LANE)),
    legend(height, bars > 0),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="pic" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${markupText(`Rehearsal of ${fullName(rollout)}: ${outcomeText(update)}`)}</title>`,
    `<style>${STYLE}</style>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

const y = (portion: number): number => round(FLOOR - portion * CHART);

function share(
  rollout: RolloutModel,
  { frames, endedAt, outcome }: RehearsedUpdate,
  x: (time: number) => number,
): string {
  const points = [`M ${x(0)} ${FLOOR}`];
  let last = 0;
  const labels: { from: number; to: number; portion: number }[] = [];
  const portionOf = ({ weight }: Frame): number => weight / rollout.maxTrafficWeight;
  for (const frame of frames.filter(({ time, promoted, aborted }) => time <= endedAt && !promoted && !aborted)) {
    const portion = portionOf(frame);
    if (portion === last) continue;
    points.push(`L ${x(frame.time)} ${y(last)}`, `L ${x(frame.time)} ${y(portion)}`);
    if (labels.length > 0) labels[labels.length - 1].to = frame.time;
    labels.push({ from: frame.time, to: endedAt, portion });
    last = portion;
  }
  points.push(`L ${x(endedAt)} ${y(last)}`, `L ${x(endedAt)} ${FLOOR}`);
  return [
    `<rect x="${LEFT}" y="${TOP}" width="${INNER}" height="${CHART}" fill="var(--stable)"/>`,
    `<path d="${points.join(' ')} Z" fill="var(--canary)" fill-opacity="0.9"/>`,
    ...(outcome === 'promoted'
      ? [
          `<rect x="${x(endedAt)}" y="${TOP}" width="${round(WIDTH - RIGHT - x(endedAt))}" height="${CHART}" fill="var(--canary)" fill-opacity="0.9"/>`,
        ]
      : []),
    ...labels
      .filter(({ from, to, portion }) => portion > 0 && x(to) - x(from) > 44)
      .map(({ from, to, portion }) => {
        const inside = portion > 0.2;
        const at = inside ? y(portion) + 22 : y(portion) - 8;
        const colour = inside ? 'var(--canary-ink)' : 'var(--ink)';
        return text((x(from) + x(to)) / 2, at, percent(portion * 100), 'share', 'middle', colour);
      }),
  ].join('\n');
}

function grid(): string[] {
  return [0, 50, 100].flatMap((at) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(at / 100)}" y2="${y(at / 100)}" stroke="var(--line)"/>`,
    text(LEFT - 8, y(at / 100) + 4, `${at} %`, 'soft small', 'end'),
  ]);
}

/** About eight of them, at round times. */
function ticks(end: number, x: (time: number) => number): string[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
  const step = steps.find((one) => end / one <= 10) ?? 604_800;
  const marks: string[] = [];
  for (let at = 0; at <= end; at += step) {
    marks.push(
      `<line x1="${x(at)}" x2="${x(at)}" y1="${FLOOR}" y2="${FLOOR + 5}" stroke="var(--soft)"/>`,
      text(x(at), FLOOR + 18, clock(at), 'small soft', 'middle'),
    );
  }
  return marks;
}

function ending({ outcome, endedAt }: RehearsedUpdate, x: (time: number) => number): string {
  const colour = outcome === 'promoted' ? 'var(--ok)' : outcome === 'aborted' ? 'var(--fail)' : 'var(--unsure)';
  return [
    `<line x1="${x(endedAt)}" x2="${x(endedAt)}" y1="${TOP - 6}" y2="${FLOOR + 6}" stroke="${colour}" stroke-width="2"/>`,
    text(x(endedAt), TOP - 10, outcome, 'strong', 'end', colour),
  ].join('');
}

/** Failed requests of the canary, as bars. */
function failures({ traffic, endedAt }: RehearsedUpdate, x: (time: number) => number, top: number): string[] {
  const { step, stretches } = traffic;
  const rates = stretches.map(({ canary }) => canary.failures / step);
  const most = Math.max(...rates);
  const floor = top + BARS - 8;
  const parts = [text(LEFT - 8, top + 8, `${Number(most.toPrecision(2))}/s`, 'soft small', 'end')];
  rates.forEach((rate, i) => {
    const height = (rate / most) * (BARS - 12);
    const [from, to] = [x(i * step), x(Math.min(endedAt, (i + 1) * step))];
    if (height > 0) {
      parts.push(
        `<rect x="${from}" y="${round(floor - height)}" width="${round(Math.max(1, to - from - 0.5))}" height="${round(height)}" fill="var(--fail)" opacity="0.75"/>`,
      );
    }
  });
  parts.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}" stroke="var(--line)"/>`);
  return parts;
}

function lane(
  metric: string,
  { measurements, endedAt }: RehearsedUpdate,
  x: (time: number) => number,
  top: number,
): string {
  const own = measurements.filter((one) => one.metric === metric);
  const last = own[own.length - 1];
  const right = x(last.at) > WIDTH / 2;
  const label = `${metric}: ${own.length === 1 ? answerText(last.answer) : `${own.length} measurements, the last ${answerText(last.answer)}`} → ${last.phase}`;
  const at = right ? x(own[0].at) - 12 : x(last.at) + 12;
  return [
    `<line x1="${LEFT}" x2="${x(endedAt)}" y1="${top + 10}" y2="${top + 10}" stroke="var(--line)"/>`,
    ...own.map(
      (one) =>
        `<circle cx="${x(one.at)}" cy="${top + 10}" r="4.5" fill="${COLOURS[one.phase]}"><title>${markupText(`${clock(one.at)} ${answerText(one.answer)} ${one.phase}`)}</title></circle>`,
    ),
    `<g>${text(at, top + 14, label, 'small strong halo', right ? 'end' : 'start')}</g>`,
  ].join('');
}

function legend(height: number, withFailures: boolean): string {
  const items: [string, string][] = [
    ['var(--canary)', 'canary’s share'],
    ['var(--stable)', 'stable version’s share'],
    ['var(--ok)', 'successful'],
    ['var(--unsure)', 'inconclusive'],
    ['var(--fail)', withFailures ? 'failed or error; failed requests of the canary' : 'failed or error'],
  ];
  let left = LEFT;
  return items
    .map(([colour, label]) => {
      const part = `<rect x="${left}" y="${height - 22}" width="10" height="10" rx="2" fill="${colour}" stroke="var(--line)"/>${text(left + 15, height - 13, label, 'small soft')}`;
      left += 34 + label.length * 6;
      return part;
    })
    .join('');
}

function text(x: number, at: number, words: string, kind: string, anchor = 'start', colour?: string): string {
  const halo = kind.includes('halo') ? ' paint-order="stroke" stroke="var(--paper)" stroke-width="4"' : '';
  const style = colour === undefined ? '' : ` style="fill:${colour}"`;
  return `<text x="${round(x)}" y="${round(at)}" text-anchor="${anchor}" class="${kind}"${halo}${style}>${markupText(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
