import { lengthOfTime } from '../formats/go-duration';
import { hasSubquery, parsePromql, promqlAst, readPromqlDuration, walkPromql } from '../promql';
import type { MetricModel, ReachingRoute } from '../controller';
import type { Moment, Plan, PlannedAnalysis } from './plan';
import { distinctRoutes, routesText } from './routes';
import { versionsOf } from './wording';

/** How far a query looks back, in seconds: its longest range. Undefined without a range, or if it is unknown. */
export function windowOf({ query }: MetricModel): number | undefined {
  const root = query === undefined ? undefined : promqlAst(parsePromql(query));
  if (root === undefined) return undefined;
  let longest: number | undefined;
  walkPromql(root, (node) => {
    const window = node.kind === 'selector' || node.kind === 'subquery' ? node.window : undefined;
    const seconds = window === undefined ? undefined : readPromqlDuration(window.text);
    if (seconds !== undefined) longest = Math.max(longest ?? 0, seconds);
  });
  return longest;
}

/** The part of a metric's window during which the canary existed. */
export interface Sight {
  /** Seconds that the query looks back. */
  readonly window: number;
  /** For each measurement: seconds of the window in which the canary had traffic, waits for manual approval left out. */
  readonly canary: readonly number[];
  /** Whether the query looks back so far at most: a subquery reaches beyond the canary on purpose. */
  readonly atMost: boolean;
  /** Whether one of the measurements looks at nothing but traffic of the canary. A wait may be long enough for it. */
  readonly filled: boolean;
  /** The managed routes, where no request reaches the canary otherwise. */
  readonly by?: readonly ReachingRoute[];
}

/** The time window of a metric's measurements; undefined if the query does not show it. */
export function sightOf(plan: Plan, { metric, at }: PlannedAnalysis['metrics'][number]): Sight | undefined {
  const window = windowOf(metric);
  const first = plan.stretches.find(({ share, routes }) => share > 0 || routes !== undefined)?.from;
  if (window === undefined) return undefined;
  const canary = at.map(({ seconds }) =>
    first === undefined ? 0 : Math.min(window, Math.max(0, seconds - first.seconds)),
  );
  const filled = at.some(({ persons }, i) => canary[i] >= window || (first !== undefined && persons > first.persons));
  const by = onlyRoutes(plan, at[at.length - 1]);
  return { window, canary, atMost: hasSubquery(metric.query ?? ''), filled, ...(by.length > 0 ? { by } : {}) };
}

/** The managed routes that all requests to the canary go by until a moment. */
function onlyRoutes({ stretches }: Plan, until: Moment | undefined): readonly ReachingRoute[] {
  if (until === undefined) return [];
  const before = stretches.filter(({ from }) => from.seconds < until.seconds || from.persons < until.persons);
  if (before.some(({ share }) => share > 0)) return [];
  return distinctRoutes(before.flatMap(({ routes = [] }) => routes));
}

/** One line about it: what the first and the last measurement look at. */
export function sightText(sight: Sight, fresh: string): string {
  const only = sight.by === undefined ? '' : `; the ${fresh} gets only ${routesText(sight.by)}`;
  return `${filledText(sight, fresh)}${only}`;
}

function filledText({ window, canary, atMost, filled }: Sight, fresh: string): string {
  const looks = `looks back ${atMost ? 'at most ' : ''}${lengthOfTime(window)}`;
  if (canary.length === 0) return looks;
  const [first, last] = [canary[0], canary[canary.length - 1]];
  if (first >= window) return `${looks}, and the ${fresh} has had traffic for all of them`;
  const begins = `${looks}; at the first measurement the ${fresh} has had traffic for ${lengthOfTime(first)} of them`;
  if (last >= window)
    return `${begins}, from the ${nth(canary.findIndex((seconds) => seconds >= window) + 1)} on for all`;
  if (filled) return `${begins}, and for the wait for manual approval`;
  if (atMost) return canary.length === 1 ? begins : `${begins}, at the last for ${lengthOfTime(last)}`;
  return canary.length === 1
    ? `${begins}: never filled`
    : `${begins}, at the last for ${lengthOfTime(last)}: never filled`;
}

const nth = (n: number): string => `${n}${['th', 'st', 'nd', 'rd'][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? 'th'}`;

/** All warnings of a plan. */
export const warningsOf = (plan: Plan): string[] => [...windowNotes(plan), ...plan.warnings];

/** A warning for each metric whose window no measurement finds full of the canary's traffic. */
function windowNotes(plan: Plan): string[] {
  return plan.analyses.flatMap(({ step, experiment, metrics }) =>
    metrics.flatMap((planned) => {
      // Whether requests reach the pods of an experiment is not known.
      const sight = experiment === undefined ? sightOf(plan, planned) : undefined;
      if (sight === undefined || sight.filled || sight.atMost || planned.at.length === 0) return [];
      const most = Math.max(...sight.canary);
      const { fresh } = versionsOf(plan.rollout);
      if (step !== undefined && plan.rollout.steps[step].stage === 'pre-promotion') {
        return [
          `step ${step + 1}: no user reaches the new version before the promotion, so that '${planned.metric.name}' sees only what is sent to the preview Service; send requests there (a load generator, or a test Job as another metric)`,
        ];
      }
      const where = step === undefined ? 'background analysis' : `step ${step + 1}`;
      return [
        `${where}: '${planned.metric.name}' looks back ${lengthOfTime(sight.window)}, and the ${fresh} has had traffic for at most ${lengthOfTime(most)} when it is measured: its window is never filled; measure later (initialDelay, or a pause before) or look back less`,
      ];
    }),
  );
}
