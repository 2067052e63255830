import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { momentText } from './picture';
import type { ReachingRoute, RolloutModel } from '../controller';
import { endOf, passagesOf } from './passages';
import type { Plan, PlannedAnalysis, Stretch, WhatIf } from './plan';
import {
  abortIncompleteText,
  conditionText,
  flaggerLimits,
  limits,
  outageText,
  percent,
  rhythm,
  stepText,
  versionsOf,
} from './wording';
import { routesText } from './routes';
import { sightOf, sightText } from './window';

/** One line of the plan's timetable. */
export interface Row {
  readonly when: string;
  readonly share: string;
  readonly pods: string;
  readonly step: string;
  readonly what: string;
  /** The update ends here, and is not promoted. */
  readonly bad?: true;
}

/** The plan's timetable, one line for each stretch, each step that takes no time, and the end. */
export function timetable(plan: Plan): Row[] {
  const rows = passagesOf(plan).map(({ at, stretch, step }): Row => {
    const [when, number] = [momentText(at), step === undefined ? 'end' : `${step + 1}`];
    if (stretch !== undefined) {
      const pods = `${stretch.canary} + ${stretch.stable}`;
      return { when, share: percent(stretch.share), pods, step: number, what: happening(plan, stretch) };
    }
    return {
      when,
      share: '',
      pods: '',
      step: number,
      what: `${stepText(plan.rollout.steps[step!], plan.rollout)}: takes no time`,
    };
  });
  if (plan.ending === 'promoted') {
    rows.push({
      when: momentText(endOf(plan)),
      share: '100 %',
      pods: `${plan.rollout.replicas}`,
      step: '',
      what: promotedText(plan.rollout),
    });
  }
  if (plan.ending === 'aborted') {
    const when = momentText({ seconds: plan.seconds, persons: plan.persons });
    rows.push({
      when,
      share: '',
      pods: '',
      step: '',
      what: 'aborted: the old version stays the stable one',
      bad: true,
    });
  }
  return rows;
}

/** Until the old pods stop, a rollback needs no new ones. */
function promotedText({ blueGreen, scaleDownDelaySeconds }: RolloutModel): string {
  const words = 'promoted: the new version is the stable one';
  if (!blueGreen) return words;
  const stay = scaleDownDelaySeconds === 0 ? 'stay' : `stop ${lengthOfTime(scaleDownDelaySeconds)} later`;
  return `${words}; the pods of the old one ${stay}`;
}

function happening(plan: Plan, { step, waits, from, to }: Stretch): string {
  const length = lengthOfTime(to.seconds - from.seconds);
  const last = plan.rollout.flagger
    ? 'the primary’s pods are replaced by ones of the new version'
    : 'all pods of the new version start';
  const words = step === undefined ? last : stepText(plan.rollout.steps[step], plan.rollout);
  switch (waits) {
    case 'person':
      return words === 'waits for manual approval' ? words : `${words}; waits for manual approval`;
    case 'pods':
      return `${words}: pods start, ${length}`;
    case 'promotion':
      return `${words}, ${length}`;
    case 'analysis':
      return `${words}, ${length}`;
    default:
      return words;
  }
}

/** What one metric of an analysis does. */
export interface MetricText {
  readonly name: string;
  readonly rhythm: string;
  /** What stands where the same metric or query was described before: `as in step 3`. */
  readonly as?: string;
  /** Undefined where the metric was described before. */
  readonly condition?: string;
  readonly limits?: string;
  readonly sight?: string;
  /** Undefined where the query was printed before. */
  readonly query?: string;
}

/** What one analysis does, in lines. */
export interface AnalysisText {
  readonly title: string;
  readonly metrics: readonly MetricText[];
}

function sightIn(plan: Plan, planned: Plan['analyses'][number]['metrics'][number]): string | undefined {
  const sight = sightOf(plan, planned);
  return sight && sightText(sight, versionsOf(plan.rollout).fresh);
}

function analysisTitle(
  { flagger, steps }: RolloutModel,
  { step, experiment }: Pick<PlannedAnalysis, 'step' | 'experiment'>,
): string {
  if (step !== undefined && experiment !== undefined) return `Step ${step + 1}, '${experiment}' of the experiment`;
  const stage = step === undefined ? undefined : steps[step].stage;
  if (step !== undefined) return `Step ${step + 1}${stage ? ` (${stage})` : ''}`;
  return flagger ? 'At each look behind the first weight' : 'In the background';
}

const placeOf = ({ step, experiment }: Pick<PlannedAnalysis, 'step' | 'experiment'>): string =>
  step === undefined
    ? 'the background analysis'
    : `${experiment === undefined ? '' : `'${experiment}' of `}step ${step + 1}`;

/** The plan's analyses in words. What several of them measure alike is described once, and each query printed once. */
export function analysisTexts(plan: Plan): AnalysisText[] {
  const described = new Map<string, string>();
  const asked = new Map<string, string>();
  return plan.analyses.map((analysis) => ({
    title: `${analysisTitle(plan.rollout, analysis)}, from ${momentText(analysis.from)} to ${momentText(analysis.to)}`,
    metrics: analysis.metrics.map(({ metric, at }): MetricText => {
      const condition = conditionText(metric);
      const limit = plan.rollout.flagger ? flaggerLimits(plan.rollout.flagger) : limits(metric);
      const query = metric.query?.trim();
      const common = {
        name: metric.name,
        rhythm: `${rhythm(metric)} (${plural(at.length, 'measurement')} in this plan)`,
        // Whether requests reach the pods of an experiment is not known.
        sight: analysis.experiment === undefined ? sightIn(plan, { metric, at }) : undefined,
      };
      const content = JSON.stringify([metric.name, condition, limit, query]);
      const before = described.get(content);
      if (before !== undefined) return { ...common, as: `as in ${before}` };
      described.set(content, placeOf(analysis));
      const same = query === undefined ? undefined : asked.get(query);
      if (same !== undefined) return { ...common, condition, limits: limit, as: `the query is that of ${same}` };
      if (query !== undefined) asked.set(query, `'${metric.name}' in ${placeOf(analysis)}`);
      return { ...common, condition, limits: limit, query };
    }),
  }));
}

/** What stands below a plan: titles with sentences, none of them empty. */
export function blocksOf(plan: Plan): { readonly title: string; readonly sentences: readonly string[] }[] {
  return [
    { title: 'Assumptions', sentences: plan.assumed },
    { title: 'Faults of the controller', sentences: plan.faults },
    { title: 'Not in this plan', sentences: plan.notes },
  ].filter(({ sentences }) => sentences.length > 0);
}

const ENDINGS: { readonly [ending in WhatIf['ending']]: string } = {
  promoted: 'PROMOTED anyway',
  aborted: 'aborted',
  waiting: 'paused, waits for manual approval',
  stuck: 'stuck: nothing happens any more',
};

/** One line about a possible failure of an update. */
export interface WhatIfRow {
  readonly title: string;
  readonly outcome: string;
  readonly when: string;
  readonly exposure: string;
  readonly why: string;
  /** It reaches all users. */
  readonly bad: boolean;
}

/** The outcome of an update that is not healthy. */
export function whatIfTable(plan: Plan): WhatIfRow[] {
  return plan.whatIfs.map((row) => ({
    title: row.title,
    outcome: ENDINGS[row.ending],
    when: momentText(row.at),
    exposure: exposureText(plan.rollout, row),
    why: row.ending === 'promoted' ? '' : row.message,
    bad: row.ending === 'promoted' || row.abortIncomplete || row.outageSeconds === null,
  }));
}

function exposureText(
  rollout: RolloutModel,
  { ending, share, exposure, tailSeconds, outageSeconds, abortIncomplete, routes }: WhatIf,
): string {
  const words = outageText(outageSeconds);
  const outage = words === undefined ? '' : `; ${words}`;
  if (ending === 'promoted') return `everybody${outage}`;
  if (share === 0) return `${seenByRoutes(routes)}${outage}`;
  if (abortIncomplete) {
    return `up to ${percent(share)}, without end: ${abortIncompleteText(rollout)}${outage}`;
  }
  const tail = tailSeconds > 0 ? `, until ${lengthOfTime(tailSeconds)} after the abort` : '';
  return `up to ${percent(share)}, as much as ${lengthOfTime(exposure)} of all traffic${tail}${outage}`;
}

/** Who meets the canary without a weight: copies have no user who sees the response. */
function seenByRoutes(routes: readonly ReachingRoute[] = []): string {
  const headers = routes.filter(({ kind }) => kind === 'header');
  if (headers.length > 0) return routesText(headers);
  return routes.length > 0 ? `nobody; it gets ${routesText(routes)}` : 'nobody';
}
