import { markupText } from '../formats/encode/markup';
import { cut, widthOf } from '../charts';
import { clock, lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { passagesOf } from './passages';
import { layOut, LEFT, RIGHT, type Axis, type Column } from './picture-layout';
import type { Moment, Plan, PlannedAnalysis } from './plan';
import { conditionText, fullName, percent, rhythm, stepText, versionsOf } from './wording';
import type { RolloutModel } from '../controller';

const TOP = 92;
const CHART = 220;
const FLOOR = TOP + CHART;
const STEPS = FLOOR + 44;
const LANES = STEPS + 58;
const LANE = 46;
/** The row of steps that take no time, below the axis. */
const INSTANTS = 22;
/** The size of small text. */
const SMALL = 11;

/** Both colour schemes; in an `<img>` as well as inside a page. */
const PICTURE_STYLE = `
.pic { --paper:#ffffff; --ink:#1f2933; --soft:#55636f; --line:#d5dce3; --stable:#dbe7f5; --stable-ink:#40658f; --canary:#f5a524; --canary-ink:#4f2f00; --gate:#8b5cf6; --ok:#15803d; --ok-soft:#d8f3e0; --back:#0e7490; --back-soft:#d3eef4; --chip:#f3f5f8; }
@media screen and (prefers-color-scheme: dark) { .pic { --paper:#12181f; --ink:#e6ebf0; --soft:#94a3b3; --line:#31404e; --stable:#1d2f45; --stable-ink:#8fb6e4; --canary:#d98a10; --canary-ink:#1c1204; --gate:#a78bfa; --ok:#4ade80; --ok-soft:#14351f; --back:#67d4ea; --back-soft:#0f3540; --chip:#1b242e; } }
.pic text { font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12px; fill: var(--ink); }
.pic .title { font-size: 20px; font-weight: 650; }
.pic .soft { fill: var(--soft); }
.pic .share { font-size: 17px; font-weight: 650; }
.pic .strong { font-weight: 600; }
.pic .small { font-size: 11px; }
`;

/** The plan as one SVG picture: traffic over time, steps, analyses and gates. Legible in light and dark, no script. */
export function pictureOf(plan: Plan): string {
  const axis = layOut(plan);
  const { width } = axis;
  const lanes = plan.analyses.flatMap(({ metrics, ...analysis }) =>
    metrics.map(({ metric, at }) => ({ ...analysis, metric, at })),
  );
  const instants = instantsOf(plan, axis);
  const shift = instants.length > 0 ? INSTANTS : 0;
  const top = LANES + shift;
  const begin = top + lanes.length * LANE;
  const keys = legend(plan, axis, instants.length > 0, begin + 21);
  const height = begin + keys.height + 16;
  const parts = [
    `<rect width="${width}" height="${height}" rx="10" fill="var(--paper)"/>`,
    heading(plan, axis),
    chart(plan, axis),
    ...instants,
    `<g transform="translate(0 ${shift})">`,
    ...axis.columns.map((column, i) => stepChip(column, axis.columns[i + 1])),
    '</g>',
    times(axis),
    ...lanes.map((lane, i) => analysisLane(plan, lane, axis, top + i * LANE)),
    keys.markup,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="pic" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="plan-title plan-desc">`,
    `<title id="plan-title">${markupText(`Plan of ${fullName(plan.rollout)}`)}</title>`,
    `<desc id="plan-desc">${markupText(describe(plan))}</desc>`,
    `<style>${PICTURE_STYLE}</style>`,
    `<defs><pattern id="gate" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="8" fill="var(--gate)" opacity="0.35"/></pattern></defs>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function describe(plan: Plan): string {
  const steps = plan.rollout.steps.map((step, i) => `${i + 1}. ${stepText(step, plan.rollout)}`).join('; ');
  return `${headline(plan)}. Steps: ${steps || 'none'}.`;
}

/** The plan in one line. */
export function headline(plan: Plan): string {
  const persons =
    plan.persons === 0
      ? ''
      : ` plus ${plan.persons === 1 ? 'the wait for manual approval' : `${plan.persons} waits for manual approval`}`;
  if (plan.ending === 'aborted') return `aborted after ${lengthOfTime(plan.seconds)}${persons}: ${plan.message}`;
  if (plan.ending !== 'promoted') return `does not end by itself: ${plan.message || plan.ending}`;
  const outage = plan.outageSeconds
    ? `; an outage of ${lengthOfTime(plan.outageSeconds)}: no pod of either version serves`
    : '';
  return `${lengthOfTime(plan.seconds)} to promotion${persons}${outage}`;
}

function splitText({ blueGreen, trafficRouting }: RolloutModel): string {
  if (blueGreen) return 'all traffic to one version';
  return `traffic split ${trafficRouting === undefined ? 'by numbers of pods' : `through ${trafficRouting}`}`;
}

/** The size of a title, and the least to which a long one shrinks before its end is cut. */
const TITLE = { size: 20, least: 13, bold: 1.1 };

function heading(plan: Plan, { toScale, width }: Axis): string {
  const { rollout } = plan;
  const facts = [
    headline(plan),
    plural(rollout.replicas, 'replica'),
    splitText(rollout),
    `pods ready after ${lengthOfTime(plan.assumptions.podStart + rollout.minReadySeconds)}`,
    ...(toScale ? [] : ['time is not to scale']),
  ];
  const room = width - LEFT - 16;
  const name = fullName(rollout);
  const { size, least, bold } = TITLE;
  const fitting = Math.floor((size * room) / (widthOf(name, size) * bold));
  const shown = Math.min(size, Math.max(least, fitting));
  return [
    text(LEFT, 38, cut(name, room / bold, shown), 'title', undefined, shown === size ? undefined : shown),
    // A tenth more than has room by the estimate, which is rather too wide: the end is lost only where it must be.
    text(LEFT, 60, cut(facts.join('  ·  '), room * 1.1), 'soft'),
  ].join('\n');
}

const GATE_WIDTH = 106;

const y = (share: number): number => FLOOR - (share / 100) * CHART;

function chart(plan: Plan, axis: Axis): string {
  const { columns, end, width } = axis;
  const right = width - RIGHT;
  const promoted = plan.ending === 'promoted';
  const parts = [
    `<rect x="${LEFT}" y="${TOP}" width="${round(right - LEFT)}" height="${CHART}" fill="var(--stable)"/>`,
    canaryArea(columns, end, right, promoted),
  ];
  for (const share of [0, 25, 50, 75, 100]) {
    const at = round(y(share));
    parts.push(
      `<line x1="${LEFT}" x2="${right}" y1="${at}" y2="${at}" stroke="var(--line)" stroke-width="1" opacity="0.8"/>`,
      text(LEFT - 10, at + 4, `${share} %`, 'soft small', 'end'),
    );
  }
  for (const { stretch, x, width: wide } of columns) if (stretch.waits === 'person') parts.push(gate(x, wide));
  parts.push(...shareLabels(columns));
  const free = columns.filter(({ stretch }) => stretch.waits !== 'person' && stretch.share <= 85);
  if (free.length > 0) {
    const widest = free.reduce((best, column) => (column.width > best.width ? column : best));
    parts.push(
      text(
        widest.x + widest.width / 2,
        TOP + 20,
        plan.rollout.blueGreen ? 'old version' : 'stable version',
        'small stable-label',
        'middle',
      ),
    );
  }
  if (promoted) {
    parts.push(
      `<line x1="${round(end)}" x2="${round(end)}" y1="${TOP - 8}" y2="${FLOOR + 8}" stroke="var(--ok)" stroke-width="2"/>`,
      text(end - 6, TOP - 12, 'promoted', 'small strong ok-label', 'end'),
    );
  }
  return parts.join('\n');
}

function canaryArea(columns: readonly Column[], end: number, right: number, promoted: boolean): string {
  const points: string[] = [`M ${LEFT} ${FLOOR}`];
  let last = 0;
  for (const { stretch, x, width } of columns) {
    if (stretch.share !== last)
      points.push(`L ${round(x)} ${round(y(last))}`, `L ${round(x)} ${round(y(stretch.share))}`);
    points.push(`L ${round(x + width)} ${round(y(stretch.share))}`);
    last = stretch.share;
  }
  if (promoted) points.push(`L ${round(end)} ${TOP}`, `L ${right} ${TOP}`, `L ${right} ${FLOOR}`);
  else points.push(`L ${round(end)} ${FLOOR}`);
  const path = `${points.join(' ')} Z`;
  return `<path d="${path}" fill="var(--canary)" fill-opacity="0.9"/>`;
}

function gate(x: number, width: number): string {
  const middle = x + width / 2;
  return [
    `<rect x="${round(x)}" y="${TOP}" width="${round(width)}" height="${CHART}" fill="url(#gate)"/>`,
    `<line x1="${round(x)}" x2="${round(x)}" y1="${TOP}" y2="${FLOOR}" stroke="var(--gate)" stroke-dasharray="4 3"/>`,
    `<line x1="${round(x + width)}" x2="${round(x + width)}" y1="${TOP}" y2="${FLOOR}" stroke="var(--gate)" stroke-dasharray="4 3"/>`,
    `<g transform="translate(${round(middle)} ${TOP + 24})"><rect x="-${GATE_WIDTH / 2}" y="-16" width="${GATE_WIDTH}" height="48" rx="8" fill="var(--paper)" stroke="var(--gate)"/>`,
    `<circle cx="0" cy="-5" r="4.5" fill="var(--gate)"/><path d="M -8 9 a 8 8 0 0 1 16 0 Z" fill="var(--gate)"/>`,
    `<text x="0" y="24" text-anchor="middle" class="small strong">manual approval</text></g>`,
  ].join('');
}

/** One label for each run of columns with the same share, in its widest column. */
function shareLabels(columns: readonly Column[]): string[] {
  const labels: string[] = [];
  for (let i = 0; i < columns.length;) {
    let j = i;
    while (j < columns.length && columns[j].stretch.share === columns[i].stretch.share) j++;
    const run = columns.slice(i, j);
    const open = run.filter(({ stretch }) => stretch.waits !== 'person');
    const best = (open.length > 0 ? open : run).reduce((widest, column) =>
      column.width > widest.width ? column : widest,
    );
    const { share, canary } = best.stretch;
    if (share > 0) {
      const middle = best.x + best.width / 2;
      const roomy = y(share) + 44 < FLOOR;
      const at = roomy ? y(share) + 22 : y(share) - 22;
      const kind = roomy ? 'on-canary' : 'on-stable';
      labels.push(text(middle, at, percent(share), `share ${kind}`, 'middle'));
      labels.push(text(middle, at + 16, `${plural(canary, 'pod')}`, `small ${kind}`, 'middle'));
    }
    i = j;
  }
  return labels;
}

const WAITING: { readonly [waits: string]: string } = {
  pods: 'pods start',
  promotion: 'all pods start',
  person: 'waits',
  pause: 'pause',
  analysis: 'analysis',
  experiment: 'experiment',
};

function stepChip({ stretch, x, width }: Column, next: Column | undefined): string {
  const { step, waits, from, to } = stretch;
  const number = step === undefined ? 'end' : `${step + 1}`;
  // While pods start, the result of the step is more useful than what it waits for.
  const target = waits === 'pods' && next && next.stretch.share !== stretch.share ? next.stretch.share : undefined;
  const label = fitting(width - 8, [
    ...(target === undefined ? [`${number} · ${WAITING[waits]}`] : [`${number} → ${percent(target)}`]),
    number,
  ]);
  const seconds = to.seconds - from.seconds;
  const below =
    waits === 'person'
      ? fitting(width - 8, ['no limit', '∞'])
      : fitting(width - 8, [lengthOfTime(seconds), clock(seconds)]);
  return [
    `<rect x="${round(x + 2)}" y="${STEPS - 18}" width="${round(width - 4)}" height="40" rx="6" fill="var(--chip)" stroke="var(--line)"/>`,
    text(x + width / 2, STEPS - 2, label, 'small strong', 'middle'),
    text(x + width / 2, STEPS + 13, below, 'small soft', 'middle'),
  ].join('');
}

/** The first of several small texts that has room, or the last. */
const fitting = (room: number, texts: readonly string[]): string =>
  texts.find((words) => widthOf(words, SMALL) <= room) ?? texts[texts.length - 1];

/** A moment as a plan writes it: `5:30`, or `P + 5:30` behind a wait. */
export function momentText({ seconds, persons }: Moment): string {
  if (persons === 0) return clock(seconds);
  return `${clock(seconds)} + ${persons === 1 ? 'P' : `${persons}P`}`;
}

function times({ columns, end }: Axis): string {
  const marks = columns.map(({ stretch, x }) => ({ x, label: momentText(stretch.from) }));
  const last = columns[columns.length - 1]?.stretch.to ?? { seconds: 0, persons: 0 };
  marks.push({ x: end, label: momentText(last) });
  const halfWidth = (label: string): number => widthOf(label, SMALL) / 2 + 3;
  const edge = end - halfWidth(marks[marks.length - 1].label);
  let free = -Infinity;
  return marks
    .map(({ x, label }, i) => {
      const tick = `<line x1="${round(x)}" x2="${round(x)}" y1="${FLOOR}" y2="${FLOOR + 6}" stroke="var(--soft)"/>`;
      const half = halfWidth(label);
      const isLast = i === marks.length - 1;
      if (!isLast && (x - half < free || x + half > edge)) return tick;
      free = x + half;
      return tick + text(x, FLOOR + 19, label, 'small soft', 'middle');
    })
    .join('\n');
}

const diamond = (x: number, middle: number): string =>
  `<path d="M ${round(x)} ${middle} l 5 -5 l 5 5 l -5 5 Z" fill="var(--gate)"/>`;

/** Marks of the steps that take no time, with their numbers; several at one moment share a mark. */
function instantsOf(plan: Plan, axis: Axis): string[] {
  const at = new Map<number, number[]>();
  for (const { at: moment, stretch, step } of passagesOf(plan)) {
    if (stretch !== undefined || step === undefined) continue;
    const x = axis.columns.find(({ stretch: { from } }) => from === moment)?.x ?? axis.at(moment);
    at.set(x, [...(at.get(x) ?? []), step]);
  }
  let free = -Infinity;
  return [...at].map(([x, steps]) => {
    const words = steps.map((step) => `${step + 1} ${stepText(plan.rollout.steps[step], plan.rollout)}`).join('; ');
    const names = `${steps.map((step) => step + 1).join(', ')}`;
    const left = Math.max(x - 5, free);
    free = left + 14 + widthOf(names, SMALL) + 6;
    return `<g><title>${markupText(`${words}: takes no time`)}</title>${diamond(left, FLOOR + 34)}${text(left + 13, FLOOR + 38, names, 'small strong')}</g>`;
  });
}

/** One metric of an analysis, with the moments at which it is measured. */
type Lane = Omit<PlannedAnalysis, 'metrics'> & PlannedAnalysis['metrics'][number];

function analysisLane({ rollout }: Plan, { step, from, to, metric, at }: Lane, axis: Axis, top: number): string {
  const [x1, x2] = [axis.at(from), axis.at(to)];
  const background = step === undefined;
  const [ink, fill] = background ? ['var(--back)', 'var(--back-soft)'] : ['var(--ok)', 'var(--ok-soft)'];
  const width = Math.max(14, x2 - x1);
  const rule = conditionText(metric);
  const where = background ? (rollout.flagger ? 'checked' : 'in the background') : `step ${step + 1}`;
  const label = `${where}: ${metric.name}, ${rhythm(metric)}${metric.dryRun ? ', dry' : ''}`;
  const dots = at
    .map((moment) => axis.at(moment))
    .slice(0, 240)
    .map(
      (x) =>
        `<circle cx="${round(Math.max(x1 + 4, Math.min(x, x1 + width - 4)))}" cy="${top + 8}" r="3" fill="${ink}"/>`,
    );
  // The words stand where there is room for them: behind the beginning of the bar, or right-aligned at the edge.
  const edge = axis.width - RIGHT;
  const said = cut(label, edge - LEFT, SMALL);
  const rest = edge - LEFT - widthOf(said, SMALL) - 12;
  const shown = rest < 60 ? '' : cut(rule, rest, SMALL);
  const long = widthOf(said, SMALL) + 12 + widthOf(shown, SMALL);
  const [x, anchor] = x1 + long > edge ? [edge, 'end'] : [x1, 'start'];
  return [
    `<rect x="${round(x1)}" y="${top}" width="${round(width)}" height="16" rx="8" fill="${fill}" stroke="${ink}"/>`,
    ...dots,
    `<text x="${round(x)}" y="${top + 31}" text-anchor="${anchor}" class="small"><tspan class="strong">${markupText(said)}</tspan>${shown === '' ? '' : `<tspan dx="8" class="soft">${markupText(shown)}</tspan>`}</text>`,
  ].join('');
}

function legend(
  { analyses, rollout }: Plan,
  { columns, width }: Axis,
  instants: boolean,
  top: number,
): { readonly markup: string; readonly height: number } {
  const persons = columns.some(({ stretch }) => stretch.waits === 'person');
  const items: [string, string][] = [
    ['var(--canary)', `${versionsOf(rollout).fresh}’s share`],
    ['var(--stable)', `${rollout.blueGreen ? 'old' : 'stable'} version’s share`],
    ...(analyses.some(({ step }) => step !== undefined)
      ? [['var(--ok)', 'analysis, one dot a measurement'] as [string, string]]
      : []),
    ...(analyses.some(({ step }) => step === undefined)
      ? [['var(--back)', 'background analysis'] as [string, string]]
      : []),
    ...(persons ? [['var(--gate)', 'P: the wait for manual approval'] as [string, string]] : []),
  ];
  if (instants) items.push(['', 'step that takes no time']);
  let [x, level] = [LEFT, top];
  const parts = items.map(([colour, label]) => {
    const wide = Math.ceil(34 + widthOf(label, SMALL));
    if (x > LEFT && x + wide > width - RIGHT) [x, level] = [LEFT, level + 18];
    const mark =
      colour === ''
        ? diamond(x, level - 5)
        : `<rect x="${x}" y="${level - 10}" width="10" height="10" rx="2" fill="${colour}" stroke="var(--line)"/>`;
    const part = mark + text(x + 15, level - 1, label, 'small soft');
    x += wide;
    return part;
  });
  return { markup: parts.join(''), height: level - top + 18 };
}

const COLOURED: { readonly [kind: string]: string } = {
  'on-canary': 'var(--canary-ink)',
  'on-stable': 'var(--ink)',
  'stable-label': 'var(--stable-ink)',
  'ok-label': 'var(--ok)',
};

function text(x: number, at: number, words: string, kind: string, anchor = 'start', size?: number): string {
  const colour = kind.split(' ').flatMap((name) => COLOURED[name] ?? [])[0];
  const stated = [...(colour ? [`fill:${colour}`] : []), ...(size === undefined ? [] : [`font-size:${size}px`])];
  const style = stated.length === 0 ? '' : ` style="${stated.join(';')}"`;
  return `<text x="${round(x)}" y="${round(at)}" text-anchor="${anchor}" class="${kind}"${style}>${markupText(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
