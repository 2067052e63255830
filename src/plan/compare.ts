import { joinLines } from '../formats/encode/terminal';
import { markdownText } from '../formats/encode/markdown';
import { markdownTable } from './markdown';
import { markupText } from '../formats/encode/markup';
import { lengthOfTime } from '../formats/go-duration';
import { headline, momentText, pictureOf } from './picture';
import { htmlTable, pageOf } from './page';
import type { Plan } from './plan';
import { whatIfTable } from './table';
import { analysisSeconds, fullName, limits, rhythm, stepText, versionsOf } from './wording';

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
  const most = Math.max(before.rollout.steps.length, after.rollout.steps.length);
  const steps = Array.from({ length: most }, (_, i): [string, (plan: Plan) => string] => [
    `step ${i + 1}`,
    ({ rollout }) => (rollout.steps[i] === undefined ? NONE : stepText(rollout.steps[i])),
  ]);
  const analyses: [string, (plan: Plan) => string][] = [
    ...Array.from({ length: most }, (_, i): [string, (plan: Plan) => string] => [
      `analysis of step ${i + 1}`,
      ({ rollout }) => analysisText(rollout.steps[i]?.analysis),
    ]),
    [
      'background analysis',
      ({ rollout: { background } }) =>
        `${analysisText(background?.analysis)}${background?.startingStep ? `, from step ${background.startingStep + 1}` : ''}`,
    ],
  ];
  return [...figures, ...whatIfs, ...steps, ...analyses]
    .map(([what, say]) => ({ what, old: say(before), new: say(after) }))
    .filter((difference) => difference.old !== difference.new);
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

/** Both pictures, one below the other, and what changes. */
export function comparisonPage(before: Plan, after: Plan): string {
  const rows = comparePlans(before, after).map((row) => [row.what, row.old, row.new].map(markupText));
  const ends = ([label, plan]: [string, Plan]): string =>
    `<h2>${label}</h2>\n<div class="scroll">${pictureOf(plan)}</div>`;
  const last = (plan: Plan): string => momentText({ seconds: plan.seconds, persons: plan.persons });
  return pageOf(
    `What changes for ${fullName(after.rollout)}`,
    [
      `<h1>What changes for ${markupText(fullName(after.rollout))}</h1>`,
      `<p class="soft">promoted at ${last(before)} before, at ${last(after)} after the change</p>`,
      ends(['Before', before]),
      ends(['After', after]),
      '<h2>Differences</h2>',
      rows.length === 0 ? '<p>None.</p>' : htmlTable(['', 'before', 'after'], rows),
    ].join('\n'),
  );
}
