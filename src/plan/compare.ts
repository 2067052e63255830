import { joinLines } from '../formats/encode/terminal';
import { markdownText } from '../formats/encode/markdown';
import { markdownTable } from './markdown';
import { markupText } from '../formats/encode/markup';
import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { trafficChart } from '../charts';
import type { RolloutModel, StepModel } from '../controller';
import { aligned, type Pair } from './align';
import { headline, momentText } from './picture';
import { htmlTable, pageOf, picturesOf } from './page';
import { APPROVAL, trafficLine } from './traffic-line';
import type { Plan } from './plan';
import { whatIfTable } from './table';
import { analysisSeconds, fullName, limits, rhythm, stepText, versionsOf, weightText } from './wording';

/** One difference between two plans. */
export interface Difference {
  readonly what: string;
  readonly old: string;
  readonly new: string;
}

const NONE = '(none)';

/** The differences between two plans: figures first, then steps and analyses. */
export function comparePlans(before: Plan, after: Plan): Difference[] {
  const figures: [string, (plan: Plan) => string][] = [
    ['a healthy update', headline],
    ['without waiting for pods', (plan) => lengthOfTime(plan.earliest)],
    ['waits for manual approval', (plan) => String(plan.persons)],
    [
      'traffic that meets the canary before it is promoted',
      (plan) => `as much as ${lengthOfTime(plan.exposure)} of all traffic`,
    ],
    ['replicas', (plan) => String(plan.rollout.replicas)],
  ];
  const whatIfs = [...new Set([...before.whatIfs, ...after.whatIfs].map(({ title }) => title))].map(
    (title): [string, (plan: Plan) => string] => [
      `if ${title}`,
      (plan) => {
        const row = whatIfTable(plan).find((found) => found.title === title);
        return row === undefined
          ? NONE
          : `${row.outcome} at ${row.when}; ${versionsOf(plan.rollout).fresh} seen by ${row.exposure}`;
      },
    ],
  );
  const pairs = aligned(contentsOf(before), contentsOf(after));
  const at = (plan: Plan, [old, now]: Pair): StepModel | undefined => {
    const index = plan === before ? old : now;
    return index === undefined ? undefined : plan.rollout.steps[index];
  };
  // Both plans may be the same object: then nothing differs.
  const steps = pairs.map((pair): [string, (plan: Plan) => string] => [
    `step ${placeOf(pair)}`,
    (plan) => {
      const step = at(plan, pair);
      return step === undefined ? NONE : stepText(step, plan.rollout);
    },
  ]);
  // Each analysis is written out once, with its queries.
  const analysisTexts = new Set<string>();
  const said = (analysis: StepModel['analysis']): string => {
    const text = analysisText(analysis);
    if (analysis !== undefined) analysisTexts.add(text);
    return text;
  };
  const analyses: [string, (plan: Plan) => string][] = [
    ...pairs.map((pair): [string, (plan: Plan) => string] => [
      `analysis of step ${placeOf(pair)}`,
      (plan) => said(at(plan, pair)?.analysis),
    ]),
    ...pairs.map((pair): [string, (plan: Plan) => string] => [
      `experiment of step ${placeOf(pair)}`,
      (plan) => experimentText(at(plan, pair)?.experiment, plan.rollout),
    ]),
    [
      'background analysis',
      ({ rollout: { background } }) =>
        `${analysisText(background?.analysis)}${background?.startingStep ? `, from step ${background.startingStep + 1}` : ''}`,
    ],
  ];
  const differences = [...figures, ...whatIfs, ...steps, ...analyses]
    .map(([what, say]) => ({ what, old: say(before), new: say(after) }))
    .filter((difference) => difference.old !== difference.new);
  const described = new Map<string, string>();
  const once = (text: string, what: string): string => {
    const place = described.get(text);
    if (place !== undefined && place !== what) return `as in: ${place}`;
    if (analysisTexts.has(text)) described.set(text, what);
    return text;
  };
  return differences.map(({ what, old, new: now }) => ({ what, old: once(old, what), new: once(now, what) }));
}

/** The actions of each step, by which it is found again: with the metrics that it measures. */
const contentsOf = ({ rollout }: Plan): string[] =>
  rollout.steps.map(
    (step) => `${stepText(step, rollout)} ${step.analysis?.metrics.map(({ name }) => name).join(' ') ?? ''}`,
  );

/** The number of a step; both where they differ. */
function placeOf([old, now]: Pair): string {
  if (old === undefined || now === undefined) return String((old ?? now)! + 1);
  return old === now ? `${now + 1}` : `${old + 1}, now ${now + 1}`;
}

function experimentText(experiment: StepModel['experiment'], rollout: RolloutModel): string {
  if (experiment === undefined) return NONE;
  const pods = experiment.templates.map(({ name, version, replicas, weight }) => {
    const share = weight === undefined ? '' : `, weight ${weightText(weight, rollout)}`;
    return `${name}: ${plural(replicas, 'pod')} of the ${version} version${share}`;
  });
  const analyses = experiment.analyses.map(
    ({ name, analysis, required }) => `${name}${required ? ' (required)' : ''}: ${analysisText(analysis)}`,
  );
  return [...pods, ...analyses].join('; ');
}

function analysisText(analysis: Plan['rollout']['steps'][number]['analysis']): string {
  if (analysis === undefined) return NONE;
  const metrics = analysis.metrics.map((metric) =>
    [
      `${metric.name}: ${rhythm(metric)}`,
      metric.successCondition,
      metric.failureCondition,
      limits(metric),
      metric.query?.trim(),
    ]
      .filter(Boolean)
      .join('; '),
  );
  const seconds = analysisSeconds(analysis);
  return `${metrics.join(' / ')}${seconds === Infinity ? '' : ` (${lengthOfTime(seconds)})`}`;
}

/** The comparison for a terminal or a pull request. */
export function comparisonMarkdown(before: Plan, after: Plan): string {
  const differences = comparePlans(before, after);
  const title = `## What changes for ${markdownText(fullName(after.rollout))}`;
  if (differences.length === 0) return `${title}\n\nNothing: both plans are the same.\n`;
  const rows = differences.map(({ what, old, new: now }) => [what, old, now].map(markdownText));
  return [title, '', ...markdownTable(['', 'before', 'after'], rows), ''].join('\n');
}

export function comparisonText(before: Plan, after: Plan): string {
  const differences = comparePlans(before, after);
  if (differences.length === 0) return `${fullName(after.rollout)}: both plans are the same\n`;
  const lines = differences.flatMap(({ what, old, new: now }) => [`  ${what}`, `    - ${old}`, `    + ${now}`]);
  return joinLines([fullName(after.rollout), ...lines]);
}

/** Both plans on one time scale, their pictures one below the other, and what changes. */
export function comparisonPage(before: Plan, after: Plan, stated?: readonly string[]): string {
  const rows = comparePlans(before, after).map((row) => [row.what, row.old, row.new].map(markupText));
  const ends = ([label, plan]: [string, Plan], i: number): string =>
    [`<h2>${label}</h2>`, ...picturesOf(plan, i)].join('\n');
  const last = (plan: Plan): string => momentText({ seconds: plan.seconds, persons: plan.persons });
  const both = (width: number, id: string): string =>
    trafficChart(
      [
        { ...trafficLine(after, APPROVAL), name: 'after the change' },
        { ...trafficLine(before, APPROVAL), name: 'before' },
      ],
      { width, id },
    );
  return pageOf(
    `What changes for ${fullName(after.rollout)}`,
    [
      `<h1>What changes for ${markupText(fullName(after.rollout))}</h1>`,
      `<p class="soft">promoted at ${last(before)} before, at ${last(after)} after the change</p>`,
      `<div class="wide">${both(900, 'both-wide')}</div><div class="narrow">${both(328, 'both-narrow')}</div>`,
      ends(['Before', before], 0),
      ends(['After', after], 1),
      '<h2>Differences</h2>',
      rows.length === 0 ? '<p>None.</p>' : htmlTable(['', 'before', 'after'], rows),
    ].join('\n'),
    stated,
  );
}
