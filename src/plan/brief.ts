import { markdownText } from '../formats/encode/markdown';
import { markupText } from '../formats/encode/markup';
import { joinLines } from '../formats/encode/terminal';
import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { trafficChart } from '../charts';
import { markdownTable } from './markdown';
import { htmlTable } from './page';
import { endOf, passagesOf } from './passages';
import { headline, momentText } from './picture';
import type { Plan, Stretch } from './plan';
import { whatIfTable } from './table';
import type { Emphasis } from '../formats/encode/emphasis';
import { APPROVAL, trafficLine } from './traffic-line';
import { warningsOf } from './window';
import { conditionText, fullName, percent, rhythm, versionsOf } from './wording';

/** The time during which one share of the traffic stays. */
interface Weight {
  readonly when: string;
  readonly share: string;
  readonly takes: string;
  readonly steps: string;
  readonly what: string;
}

/** A plan in as few lines as there are weights and checks. */
interface Brief {
  readonly weights: readonly Weight[];
  readonly checks: readonly { readonly name: string; readonly where: string; readonly text: string }[];
  readonly whatIfs: readonly { readonly title: string; readonly outcome: string; readonly bad: boolean }[];
  readonly warnings: readonly string[];
  readonly assumed: readonly string[];
  /** Parts of the whole plan that the brief one leaves out. */
  readonly more: string;
}

const WHAT: { readonly [waits in Stretch['waits']]: string } = {
  pods: 'pods start',
  pause: 'pause',
  person: 'manual approval',
  analysis: 'analysis',
  experiment: 'experiment',
  promotion: 'all pods start',
};

function briefOf(plan: Plan): Brief {
  const { faults, notes } = plan;
  const left = [
    'queries and conditions',
    ...(faults.length > 0 ? [plural(faults.length, 'fault') + ' of the controller'] : []),
    ...(notes.length > 0 ? [plural(notes.length, 'part') + ' not in the plan'] : []),
  ];
  return {
    weights: weightsOf(plan),
    checks: checksOf(plan),
    whatIfs: whatIfTable(plan).map(({ title, outcome, when, exposure, bad }) => ({
      title,
      outcome: `${outcome} at ${when}; ${versionsOf(plan.rollout).fresh} seen by ${exposure}`,
      bad,
    })),
    warnings: warningsOf(plan),
    assumed: plan.assumed,
    more: `Left out: ${left.join(', ')}. The plan without --brief has them.`,
  };
}

/** Stretches of one share together, with the steps that they pass. */
function weightsOf(plan: Plan): Weight[] {
  const runs: Stretch[][] = [];
  for (const stretch of plan.stretches) {
    const run = runs.at(-1);
    if (run?.[0].share === stretch.share) run.push(stretch);
    else runs.push([stretch]);
  }
  const passages = passagesOf(plan);
  // Steps that take no time belong to the weight that they lead to.
  const beginOf = (run: Stretch[]): number => {
    let begin = passages.findIndex(({ stretch }) => stretch === run[0]);
    while (begin > 0 && passages[begin - 1].stretch === undefined) begin--;
    return begin;
  };
  const weights = runs.map((run, i): Weight => {
    const [first, last] = [run[0], run[run.length - 1]];
    const next = runs.at(i + 1);
    const steps = passages
      .slice(beginOf(run), next && beginOf(next))
      .flatMap(({ step }) => (step === undefined ? [] : [step + 1]));
    const seconds = last.to.seconds - first.from.seconds;
    const waits = last.to.persons - first.from.persons;
    const kinds = [...new Set(run.map((one) => one.waits))];
    return {
      when: momentText(first.from),
      share: percent(first.share),
      takes: [
        ...(seconds > 0 || waits === 0 ? [lengthOfTime(seconds)] : []),
        ...(waits === 0 ? [] : [waitsText(waits)]),
      ].join(' + '),
      steps: rangeOf(steps),
      what: kinds.map((kind) => `${WHAT[kind]}${timesOf(run, kind)}`).join(', '),
    };
  });
  if (plan.ending === 'promoted')
    weights.push({ when: momentText(endOf(plan)), share: '100 %', takes: '', steps: '', what: 'promoted' });
  return weights;
}

const waitsText = (waits: number): string => (waits === 1 ? 'P' : `${waits}P`);

function timesOf(run: readonly Stretch[], kind: Stretch['waits']): string {
  const own = run.filter(({ waits }) => waits === kind);
  const seconds = own.reduce((sum, { from, to }) => sum + to.seconds - from.seconds, 0);
  return kind === 'person' ? (own.length === 1 ? '' : ` (${own.length})`) : ` ${lengthOfTime(seconds)}`;
}

/** `3`, `3 to 5`, or `3, 5`. */
function rangeOf(steps: readonly number[]): string {
  if (steps.length < 2) return steps.join('');
  const [first, last] = [steps[0], steps[steps.length - 1]];
  return last - first === steps.length - 1 ? `${first} to ${last}` : steps.join(', ');
}

/** Each check once, with all places at which it measures. */
function checksOf(plan: Plan): Brief['checks'] {
  const found = new Map<string, { name: string; text: string; steps: number[]; background: boolean }>();
  for (const { step, metrics } of plan.analyses) {
    for (const { metric } of metrics) {
      const content = JSON.stringify([metric.name, rhythm(metric), conditionText(metric), metric.query]);
      const known = found.get(content) ?? { name: metric.name, text: rhythm(metric), steps: [], background: false };
      if (step === undefined) known.background = true;
      else known.steps.push(step + 1);
      found.set(content, known);
    }
  }
  return [...found.values()].map(({ name, text, steps, background }) => {
    const inSteps = steps.length === 0 ? [] : [`${steps.length === 1 ? 'step' : 'steps'} ${rangeOf(steps)}`];
    return { name, text, where: [...(background ? ['background'] : []), ...inSteps].join(' and ') };
  });
}

/** A plan for a terminal: a line for each weight, check and hypothesis. */
export function briefText(plan: Plan, { strong, soft, good, bad }: Emphasis): string {
  const { weights, checks, whatIfs, warnings, assumed, more } = briefOf(plan);
  const wide = (key: 'when' | 'share' | 'takes'): number => Math.max(0, ...weights.map((one) => one[key].length));
  const lines = [
    `${strong(fullName(plan.rollout))}  ${plan.ending === 'promoted' ? headline(plan) : bad(headline(plan))}`,
    ...weights.map(({ when, share, takes, steps, what }) => {
      const where = steps === '' ? '' : soft(`  (${/^\d+$/.test(steps) ? 'step' : 'steps'} ${steps})`);
      const words = what === 'promoted' ? good(what) : what;
      return `  ${when.padStart(wide('when'))}  ${share.padStart(wide('share'))}  ${takes.padEnd(wide('takes'))}  ${words}${where}`;
    }),
    ...checks.map(({ name, where, text }) => `  checks ${name}: ${text}, ${where}`),
    ...whatIfs.map(({ title, outcome, bad: isBad }) => `  if ${title}: ${isBad ? bad(outcome) : outcome}`),
    ...warnings.map((warning) => bad(`  ${warning}`)),
    ...assumed.map((one) => soft(`  assumed: ${one}`)),
    soft(`  ${more}`),
  ];
  return joinLines(lines);
}

const WEIGHT_HEADS = (plan: Plan): string[] => ['from', versionsOf(plan.rollout).fresh, 'takes', 'steps', 'what'];
const CHECK_HEADS = ['check', 'measured', 'in'];
const IF_HEADS = ['if', 'then'];

const rowsOf = ({ weights, checks, whatIfs }: Brief): readonly string[][][] => [
  weights.map(({ when, share, takes, steps, what }) => [when, share, takes, steps, what]),
  checks.map(({ name, text, where }) => [name, text, where]),
  whatIfs.map(({ title, outcome }) => [title, outcome]),
];

/** A plan for a pull request, in three small tables. */
export function briefMarkdown(plan: Plan, level = 2): string {
  const brief = briefOf(plan);
  const [weights, checks, whatIfs] = rowsOf(brief).map((rows) => rows.map((row) => row.map(markdownText)));
  const lines = [
    `${'#'.repeat(level)} Plan of ${markdownText(fullName(plan.rollout))}`,
    '',
    `${markdownText(headline(plan))}.`,
    '',
    ...markdownTable(WEIGHT_HEADS(plan), weights),
    ...(checks.length > 0 ? ['', ...markdownTable(CHECK_HEADS, checks)] : []),
    '',
    ...markdownTable(IF_HEADS, whatIfs),
    ...(brief.warnings.length > 0 ? ['', ...brief.warnings.map((one) => `- **${markdownText(one)}**`)] : []),
    ...(brief.assumed.length > 0 ? ['', ...brief.assumed.map((one) => `- assumed: ${markdownText(one)}`)] : []),
    '',
    brief.more,
  ];
  return `${lines.join('\n')}\n`;
}

/** The picture of a plan that is as high for many steps as for few. */
export const briefPicture = (plan: Plan, width = 720, id = 'brief'): string =>
  trafficChart([trafficLine(plan, APPROVAL)], { width, id });

/** A plan as a part of a page. */
export function briefSection(plan: Plan, i: number): string {
  const brief = briefOf(plan);
  const [weights, checks, whatIfs] = rowsOf(brief).map((rows) => rows.map((row) => row.map(markupText)));
  return [
    `<h2>${markupText(fullName(plan.rollout))}</h2>`,
    `<p>${markupText(headline(plan))}.</p>`,
    ...brief.warnings.map((one) => `<p class="bad">${markupText(one)}.</p>`),
    `<div class="wide">${briefPicture(plan, 900, `brief-wide-${i}`)}</div>`,
    `<div class="narrow">${briefPicture(plan, 328, `brief-narrow-${i}`)}</div>`,
    htmlTable(WEIGHT_HEADS(plan), weights, [0, 1, 2]),
    ...(checks.length > 0 ? [htmlTable(CHECK_HEADS, checks)] : []),
    htmlTable(IF_HEADS, whatIfs),
    ...(brief.assumed.length > 0
      ? [`<h3>Assumptions</h3><ul>${brief.assumed.map((one) => `<li>${markupText(one)}</li>`).join('')}</ul>`]
      : []),
    `<p class="soft">${brief.more}</p>`,
  ].join('\n');
}
