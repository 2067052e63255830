import { lengthOfTime } from '../formats/go-duration';
import { type PlannedRollout, plannedRollout } from '../controller';
import { UnsupportedExpression } from '../expr';
import { type Graph, memoizeOnGraph, type Resource } from '../graph';
import { percent, type Plan, planMarkdown, planRollout, timetable } from '../plan';
import { isAnalysed, NeverPromoted, NotSimulated, simulateInStages } from '../simulate';
import { QueryNotRecognised } from '../traffic-model';

/** The share of failed requests for which the summary says how fast they are noticed. */
const ERROR_RATE = 0.01;
/** Enough for a share within some four points, in a part of a keystroke's 200 ms; `simulate` gives the exact one. */
const RUNS = 250;

/** What is planned of a rollout: the plan, or why there is none. */
interface Planned {
  readonly planned?: PlannedRollout;
  readonly plan?: Plan;
}

const plans = memoizeOnGraph(() => new Map<Resource, Planned>());
const summaries = memoizeOnGraph(() => new Map<Resource, RolloutSummary>());

function planOf(graph: Graph, resource: Resource): Planned {
  const known = plans(graph).get(resource) ?? makePlan(graph, resource);
  plans(graph).set(resource, known);
  return known;
}

function makePlan(graph: Graph, resource: Resource): Planned {
  const planned = plannedRollout(graph, resource);
  return { planned, plan: planned?.model && planRollout(planned.model, {}, planned) };
}

/** What a rollout does, in a line: `6 min to promotion · catches 1 % errors in 10 min`. */
export interface RolloutSummary {
  readonly title: string;
  /** What the figures assume. */
  readonly tooltip: string;
}

/** Summarizes a rollout, or says why it cannot be planned. */
export function summaryOf(graph: Graph, resource: Resource): RolloutSummary {
  const known = summaries(graph).get(resource) ?? makeSummary(graph, resource);
  summaries(graph).set(resource, known);
  return known;
}

function makeSummary(graph: Graph, resource: Resource): RolloutSummary {
  const { planned, plan } = planOf(graph, resource);
  if (planned === undefined || plan === undefined) {
    return { title: 'no plan: this rollout cannot be planned', tooltip: planned?.problems.join('\n') ?? '' };
  }
  const { title, tooltip } = detectionOf(graph, planned, plan);
  return { title: `${promotion(plan)} · ${title}`, tooltip };
}

function promotion({ ending, seconds, persons }: Plan): string {
  if (ending !== 'promoted') return 'never promoted';
  const approvals = persons === 0 ? '' : ` + ${persons === 1 ? 'a manual approval' : `${persons} manual approvals`}`;
  return `${roundedTime(seconds)}${approvals} to promotion`;
}

function detectionOf(graph: Graph, { rollout, notes }: PlannedRollout, { rollout: model }: Plan): RolloutSummary {
  if (!isAnalysed(model)) return { title: 'no analysis', tooltip: 'Only a manual abort can stop a bad version.' };
  const rate = percent(100 * ERROR_RATE);
  try {
    // The first stage has the figures of the whole rollout; the others, of each check alone, take most of the time.
    const found = simulateInStages(model, {
      profile: { errorRate: ERROR_RATE },
      around: { graph, rollout },
      runs: RUNS,
      curve: [],
      assumptions: notes,
    }).next().value;
    const { aborted, paused } = found.probability;
    const caught = aborted + paused;
    const tooltip = [
      `A version that fails ${rate} of its requests is caught with a probability of ${percent(Math.round(100 * caught))}.`,
      `Assumed: ${found.profile.rps as number} requests per second.`,
      ...found.assumptions,
      'cdk8s-canary simulate gives all figures.',
    ].join('\n');
    if (found.detectionSeconds === null || caught < 0.005) return { title: `does not catch ${rate} errors`, tooltip };
    const how = caught > 0.995 ? '' : ` (${percent(Math.round(100 * caught))} of the time)`;
    return { title: `catches ${rate} errors in ${roundedTime(found.detectionSeconds.mean)}${how}`, tooltip };
  } catch (error) {
    const known = [NeverPromoted, NotSimulated, QueryNotRecognised, UnsupportedExpression, AggregateError];
    if (!known.some((kind) => error instanceof kind)) throw error;
    return { title: 'detection unknown', tooltip: (error as Error).message };
  }
}

/** `6 min`, `1 h 5 min`; below two minutes in seconds. */
function roundedTime(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function stepMarkdown(plan: Plan, step: number): string | undefined {
  const rows = timetable(plan).filter((row) => row.step === String(step + 1));
  if (rows.length === 0) return undefined;
  const analysis = plan.analyses.find((one) => one.step === step);
  const measured = analysis?.metrics.map(
    ({ metric, at }) => `- \`${metric.name}\`: ${at.length} ${at.length === 1 ? 'measurement' : 'measurements'}`,
  );
  return [
    `**Step ${step + 1}** of ${plan.rollout.steps.length}`,
    '| when | canary traffic | pods (canary + stable) | |\n| --- | --- | --- | --- |\n' +
      rows.map(({ when, share, pods, what }) => `| ${when} | ${share} | ${pods} | ${what} |`).join('\n'),
    ...(measured && measured.length > 0 ? [measured.join('\n')] : []),
    `Promoted after ${lengthOfTime(plan.seconds)} if all goes well.`,
  ].join('\n\n');
}

/** What the plan says of a step, counting from 0, in Markdown. Undefined where there is no plan. */
export function stepText(graph: Graph, resource: Resource, step: number): string | undefined {
  const { plan } = planOf(graph, resource);
  return plan && stepMarkdown(plan, step);
}

/** The whole plan in Markdown, or why there is none. */
export function planText(graph: Graph, resource: Resource): string {
  const { planned, plan } = planOf(graph, resource);
  if (plan) return planMarkdown(plan);
  return planned?.problems.map((problem) => `- ${problem}\n`).join('') ?? '';
}
