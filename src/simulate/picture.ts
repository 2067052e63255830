import { type ChartOptions, curveChart, outcomeChart, stackedCharts, timesChart } from '../charts';
import { markdownText } from '../formats/encode/markdown';
import { joinLines } from '../formats/encode/terminal';
import { markupText } from '../formats/encode/markup';
import { clock, lengthOfTime } from '../formats/go-duration';
import { percentage } from '../formats/percentage';
import { htmlTable, markdownTable, pageOf } from '../plan';
import type { DecidingMetric } from './decisions';
import { disruptionText, seenText } from './effects';
import { figuresOf, outcomeParts } from './figures';
import { regressionText } from './regression';
import type { Simulation } from './simulate';

/** One simulation, or two of which the second is to be compared with the first: what is to be, then what was. */
export interface Shown {
  readonly now: Simulation;
  readonly before?: Simulation;
}

const all = ({ now, before }: Shown): Simulation[] => (before === undefined ? [now] : [now, before]);

const nameIn = ({ before }: Shown, { rollout }: Simulation, i: number): string =>
  before === undefined ? rollout : `${rollout} ${i === 0 ? 'after' : 'before'}`;

/** The charts of a simulation, one below the other. */
function chartsOf(shown: Shown, options: ChartOptions): string[] {
  const simulations = all(shown);
  const { id = '' } = options;
  return [
    curveChart(
      simulations.map((one, i) => ({
        name: nameIn(shown, one, i),
        points: one.detectionCurve,
        falseAlarm: one.falseAlarm.value,
      })),
      shown.now.profile.errorRate,
      { ...options, id: `${id}curve` },
    ),
    timesChart(
      simulations.map((one, i) => ({
        name: nameIn(shown, one, i),
        parts: one.detectionTimes,
        median: one.detectionSeconds?.p50,
        p95: one.detectionSeconds?.p95,
      })),
      { ...options, id: `${id}times` },
    ),
    outcomeChart(
      simulations.map((one, i) => ({ name: nameIn(shown, one, i), parts: outcomeParts(one) })),
      { ...options, id: `${id}outcome` },
    ),
  ];
}

/** A simulation as one picture: the detection curve, the times to detection, and what becomes of updates. */
export const simulationPicture = (shown: Shown): string =>
  stackedCharts(chartsOf(shown, { styled: false }), `Simulation of ${shown.now.rollout}`);

/** What is assumed about the world, in one line. */
function circumstances({ profile, runs, seed }: Simulation): string {
  const { rps, scrapeInterval } = profile;
  const traffic =
    typeof rps === 'number' ? `${rps} requests/s` : `${Math.min(...rps)} to ${Math.max(...rps)} requests/s`;
  const scrapes = scrapeInterval === 0 ? 'no scrapes' : `scrapes every ${lengthOfTime(scrapeInterval)}`;
  return `a version that ${regressionText(profile)} at ${traffic}, ${scrapes}; ${runs.toLocaleString('en')} updates, seed ${seed}`;
}

/** The figures, those of before beside them where there are some. */
function figureRows({ now, before }: Shown): string[][] {
  const old = before && figuresOf(before);
  return figuresOf(now).map(({ name, value, more }, i) => [name, ...(old ? [old[i].value] : []), value, more]);
}

const figureHeads = ({ before }: Shown): string[] =>
  before ? ['figure', 'before', 'after', 'more'] : ['figure', 'value', 'more'];

/** Of two curves over the same regressions, the first one's shares beside the second one's. */
const curveRows = ({ now, before }: Shown): string[][] =>
  now.detectionCurve.map(({ what, value, low, high, detectionSeconds }) => {
    const old = before?.detectionCurve.find((point) => point.what === what);
    return [
      what,
      ...(before === undefined ? [] : [old === undefined ? '' : percentage(old.value)]),
      percentage(value),
      `${percentage(low)} to ${percentage(high)}`,
      detectionSeconds === null ? 'never' : lengthOfTime(detectionSeconds),
    ];
  });

const curveHeads = ({ before }: Shown): string[] => [
  'regression',
  ...(before === undefined ? ['caught'] : ['caught before', 'caught after']),
  '95 %',
  'on average after',
];

/** Rows with the name of their plan, where there are two. */
function ofEach(shown: Shown, rowsOf: (simulation: Simulation) => string[][]): string[][] {
  if (shown.before === undefined) return rowsOf(shown.now);
  return [
    ...rowsOf(shown.before).map((row) => ['before', ...row]),
    ...rowsOf(shown.now).map((row) => ['after', ...row]),
  ];
}

const headsOfEach = ({ before }: Shown, heads: readonly string[]): string[] =>
  before === undefined ? [...heads] : ['plan', ...heads];

const timeRows = ({ detectionTimes }: Simulation): string[][] =>
  detectionTimes
    .filter(({ share }) => share > 0)
    .map(({ from, to, share }) => [clock(from), clock(to), percentage(share)]);

const TIME_HEADS = ['caught from', 'to', 'of updates'];

const outcomeRows = (simulation: Simulation): string[][] =>
  outcomeParts(simulation).map(({ name, share, kind }) => [
    kind === 'stopped' ? `stopped by ${name}` : name,
    percentage(share),
  ]);

const OUTCOME_HEADS = ['what becomes of them', 'of updates'];

const decidedRows = (found: readonly DecidingMetric[]): string[][] =>
  found.map((one) => [
    one.metric,
    one.step === undefined ? 'background' : `step ${one.step + 1}`,
    percentage(one.share),
    seenText(one),
    one.limits.join(' and '),
  ]);

const DECIDED_HEADS = ['check', 'where', 'of updates', 'measured', 'limit'];

/** One or more simulations as a page, headed by what is stated. Each chart is there for wide and for narrow windows. */
export function simulationPage(simulations: readonly Shown[], stated?: readonly string[]): string {
  const title = simulations.map(({ now }) => now.rollout).join(', ');
  return pageOf(`Simulation of ${title}`, simulations.map(section).join('\n<hr>\n'), stated);
}

function section(shown: Shown, i: number): string {
  const { now } = shown;
  const wide = chartsOf(shown, { width: 900, id: `wide-${i}-` });
  const narrow = chartsOf(shown, { width: 328, id: `narrow-${i}-` });
  const cells = (rows: string[][]): string[][] => rows.map((row) => row.map(markupText));
  const heads = ['Which version would be caught', 'When it is caught', 'What becomes of updates'];
  const tables = [
    htmlTable(curveHeads(shown), cells(curveRows(shown))),
    htmlTable(headsOfEach(shown, TIME_HEADS), cells(ofEach(shown, timeRows))),
    htmlTable(headsOfEach(shown, OUTCOME_HEADS), cells(ofEach(shown, outcomeRows))),
  ];
  const decided = decidedRows(now.decidedBy);
  const alarms = decidedRows(now.falseAlarmBy);
  return [
    `<h1>${markupText(now.rollout)}</h1>`,
    `<p class="soft">${markupText(circumstances(now))}</p>`,
    htmlTable(figureHeads(shown), cells(figureRows(shown))),
    ...disruptionText(now).map((one) => `<p class="bad">${markupText(one)}</p>`),
    ...heads.flatMap((head, at) => [
      `<h2>${head}</h2>`,
      `<div class="wide">${wide[at]}</div><div class="narrow">${narrow[at]}</div>`,
      tables[at],
    ]),
    ...(decided.length > 0 ? ['<h2>What stops it</h2>', htmlTable(DECIDED_HEADS, cells(decided))] : []),
    ...(alarms.length > 0 ? ['<h2>What stops a healthy version</h2>', htmlTable(DECIDED_HEADS, cells(alarms))] : []),
    ...(now.faults.length > 0
      ? [
          '<h2>Faults of the controller</h2>',
          `<ul>${now.faults.map((one) => `<li>${markupText(one)}</li>`).join('')}</ul>`,
        ]
      : []),
    '<h2>Assumptions</h2>',
    `<ul>${now.assumptions.map((one) => `<li>${markupText(one)}</li>`).join('')}</ul>`,
  ].join('\n');
}

/** A simulation for a pull request. */
export function simulationMarkdown(shown: Shown): string {
  const { now } = shown;
  const rows = (all: string[][]): string[][] => all.map((row) => row.map(markdownText));
  const decided = decidedRows(now.decidedBy);
  const alarms = decidedRows(now.falseAlarmBy);
  return [
    `## Simulation of ${markdownText(now.rollout)}`,
    '',
    `For ${markdownText(circumstances(now))}.`,
    '',
    ...markdownTable(figureHeads(shown), rows(figureRows(shown))),
    '',
    ...disruptionText(now).flatMap((one) => [`- ${markdownText(one)}`, '']),
    '**Which version would be caught**',
    '',
    ...curveDiagram(shown),
    '',
    ...markdownTable(curveHeads(shown), rows(curveRows(shown))),
    '',
    '**When it is caught**',
    '',
    ...markdownTable(headsOfEach(shown, TIME_HEADS), rows(ofEach(shown, timeRows))),
    '',
    '**What becomes of updates**',
    '',
    ...markdownTable(headsOfEach(shown, OUTCOME_HEADS), rows(ofEach(shown, outcomeRows))),
    ...(decided.length > 0 ? ['', '**What stops it**', '', ...markdownTable(DECIDED_HEADS, rows(decided))] : []),
    ...(alarms.length > 0
      ? ['', '**What stops a healthy version**', '', ...markdownTable(DECIDED_HEADS, rows(alarms))]
      : []),
    ...(now.faults.length > 0
      ? ['', '**Faults of the controller**', '', ...now.faults.map((one) => `- ${markdownText(one)}`)]
      : []),
    ...(now.assumptions.length > 0
      ? ['', '**Assumptions**', '', ...now.assumptions.map((one) => `- ${markdownText(one)}`)]
      : []),
    '',
  ].join('\n');
}

/** A line chart: GitHub and GitLab draw it themselves. */
function curveDiagram(shown: Shown): string[] {
  const steps = shown.now.detectionCurve.map(({ what }) => `"${what}"`);
  const line = ({ detectionCurve }: Simulation): string =>
    `  line [${detectionCurve.map(({ value }) => Number((value * 100).toFixed(1))).join(', ')}]`;
  return [
    '```mermaid',
    'xychart-beta',
    `  x-axis "regression of the new version" [${steps.join(', ')}]`,
    '  y-axis "caught, %" 0 --> 100',
    ...all(shown).map(line),
    '```',
  ];
}

/** What a change of the manifests alters about the figures, for a terminal. */
export function simulationComparison({ now, before }: Required<Shown>): string {
  const old = figuresOf(before);
  const lines = figuresOf(now).flatMap(({ name, value, more }, i) =>
    old[i].value === value && old[i].more === more
      ? []
      : [`  ${name}`, `    - ${old[i].value} (${old[i].more})`, `    + ${value} (${more})`],
  );
  return joinLines([now.rollout, ...(lines.length > 0 ? lines : ['  both plans have the same figures'])]);
}
