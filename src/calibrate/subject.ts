import { escapedPattern } from '../formats/go-regexp';
import { argumentsIn, type Graph } from '../graph';
import { CANARY_HASH, type MetricModel, type PlannedRollout, type RolloutModel, STABLE_HASH } from '../controller';
import { type Plan, planRollout } from '../plan';
import { analysed, DEFAULT_PROFILE, TrafficDescription } from '../traffic-model';
import { ANY_HASH, selectorText, stableQuery, type StableQuery, type VersionNames, versionNames } from './stable-query';

/** A metric of an analysis as it is checked against Prometheus. */
export interface Check {
  readonly metric: MetricModel;
  /** `step 2`, or `background`. */
  readonly place: string;
  /** The canary's share of the traffic when it is measured: 0 to 1. */
  readonly share: number;
  /** Measurements of one run; undefined: the plan of the rollout does not say. */
  readonly measurements: number | undefined;
  /** Seconds from the beginning of an update to each measurement; empty where the plan of the rollout does not say. */
  readonly at: readonly number[];
  readonly query?: StableQuery;
  /** Why its query cannot be asked. */
  readonly unread?: string;
}

/** A rollout whose traffic is measured. */
export interface Subject {
  readonly name: string;
  readonly namespace: string;
  readonly names: VersionNames;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** A selector of the series of a metric that are about the pods of a rollout. */
export const podSelector = (
  metric: string,
  { name, namespace }: Subject,
  more: readonly (readonly [label: string, value: string])[] = [],
): string =>
  selectorText(metric, [
    { label: 'namespace', operator: '=', value: namespace },
    { label: 'pod', operator: '=~', value: `${escapedPattern(name)}-${ANY_HASH}-${ANY_HASH}` },
    ...more.map(([label, value]) => ({ label, operator: '=' as const, value })),
  ]);

/** Seconds until a manual approval comes, where nobody states them: as in a traffic profile. */
const APPROVAL = DEFAULT_PROFILE.approvalAfter;

/** Reads the analyses of a rollout, with the arguments filled in that the manifests tell. */
export function subjectOf(
  graph: Graph,
  planned: PlannedRollout,
  model: RolloutModel,
  namespace?: string,
  approvalAfter = APPROVAL,
): Subject {
  const hashes = { canary: CANARY_HASH, stable: STABLE_HASH };
  const description = new TrafficDescription({ model, around: { graph, rollout: planned.rollout }, namespace, hashes });
  const names = versionNames(model, planned.rollout.canary.value);
  const plan = attemptedPlan(model);
  // The pods of an experiment have no counterpart in the version that runs.
  const uses = analysed(model)
    .filter(({ experiment }) => experiment === undefined)
    .map((use) => ({ metric: description.filled(use), stepIndex: use.stepIndex }));
  const queries = uses.flatMap(({ metric }) => metric.query ?? []);
  const checks = uses.map(({ metric, stepIndex }): Check => {
    const moments = momentsIn(plan, stepIndex, metric.name, approvalAfter);
    const check = {
      metric,
      place: stepIndex === undefined ? 'background' : `step ${stepIndex + 1}`,
      share: model.blueGreen ? 1 : shareAt(model, stepIndex),
      measurements: metric.count ?? (moments.length > 0 ? moments.length : undefined),
      at: moments,
    };
    const unread = whyUnread(metric);
    if (unread !== undefined) return { ...check, unread };
    const query = stableQuery(metric.query!, queries, names);
    return query ? { ...check, query } : { ...check, unread: 'its query does not parse' };
  });
  const stated = planned.resource.namespace === undefined && namespace === undefined;
  return {
    name: model.name,
    namespace: description.namespace,
    names,
    checks,
    notes: stated ? [`the namespace is taken to be ${description.namespace}; give --namespace if it is another`] : [],
  };
}

function whyUnread({ provider, query, rangeQuery }: MetricModel): string | undefined {
  if (provider !== 'prometheus') return `its provider is ${provider || 'not stated'}, not Prometheus`;
  if (query === undefined || query.trim() === '') return 'it has no query';
  const [open] = argumentsIn(query);
  if (open !== undefined) return `the value of the argument ${open.name} is not in the manifests`;
  return rangeQuery === undefined ? undefined : 'it is a range query, which is not replayed';
}

/** None where the controller would refuse the rollout. */
function attemptedPlan(model: RolloutModel): Plan | undefined {
  const plan = planRollout(model);
  return plan.ending === 'promoted' ? plan : undefined;
}

function momentsIn(plan: Plan | undefined, step: number | undefined, name: string, approvalAfter: number): number[] {
  const analysis = plan?.analyses.find((one) => one.step === step);
  const at = analysis?.metrics.find(({ metric }) => metric.name === name)?.at ?? [];
  return at.map(({ seconds, persons }) => seconds + persons * approvalAfter);
}

/** At an analysis of a step the weight that was set before it; in the background the largest below all traffic. */
function shareAt({ steps, maxTrafficWeight }: RolloutModel, step: number | undefined): number {
  const before = steps.slice(0, step ?? steps.length);
  const shares = before.flatMap(({ setWeight }) => (setWeight === undefined ? [] : setWeight / maxTrafficWeight));
  const partial = shares.filter((one) => one > 0 && one < 1);
  // Without a weight, what the canary gets is not known: its counts are taken as they are.
  if (step === undefined) return partial.length > 0 ? Math.max(...partial) : 1;
  return Math.min(1, shares[shares.length - 1] || 1);
}
