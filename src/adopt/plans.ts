import { plannedCanaries, plannedRollouts, type RolloutModel } from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { Graph, type Resource } from '../graph';
import { isSamePlace } from './manifests';
import { comparePlans, type Plan, planRollout, type WhatIf } from '../plan';

/** How the behaviour of a rollout changes when it is adopted. */
export interface PlanComparison {
  /** Differences between the two plans, one line each. */
  readonly differences: readonly string[];
  /** Differences because another controller runs it: how long it takes, not who gets requests. */
  readonly said: readonly string[];
}

/**
 * Compares the plan of a workload with that of the Rollout that it becomes. Deployments, and rollouts that the controller
 * refuses, have no plan.
 */
export function comparedPlans(
  workload: Resource,
  before: readonly Resource[],
  after: readonly Resource[],
): PlanComparison {
  const none = { differences: [], said: [] };
  if (!['Rollout', 'Canary'].includes(workload.kind)) return none;
  const old = planOf(workload, before);
  const rollout = after.find(({ kind }) => kind === 'Rollout');
  const made = rollout && planOf(rollout, after);
  if (workload.kind === 'Canary') {
    if (old !== undefined && made !== undefined) return ofFlagger(old, made);
    return {
      differences: [`plan: it cannot be compared with that of Flagger${unplanned(workload, before)}`],
      said: [],
    };
  }
  if (old === undefined || made === undefined) return none;
  const differences = comparePlans(old, made).map(
    ({ what, old: was, new: now }) => `plan, ${what}: becomes ${now}, was ${was}`,
  );
  return { differences, said: [] };
}

/** The model of the controller for a Flagger Canary. Undefined if it cannot be planned. */
export function flaggerModel(canary: Resource, objects: readonly Resource[]): RolloutModel | undefined {
  return updateOf(canary, objects)?.model;
}

/** Why a Flagger Canary has no plan, as the end of a sentence. */
function unplanned(canary: Resource, objects: readonly Resource[]): string {
  const [problem] = updateOf(canary, objects)?.problems ?? [];
  return problem === undefined ? '' : `: ${problem}`;
}

function planOf(workload: Resource, objects: readonly Resource[]): Plan | undefined {
  const model = updateOf(workload, objects)?.model;
  return model && planRollout(model);
}

function updateOf(workload: Resource, objects: readonly Resource[]) {
  const graph = new Graph(objects);
  const updates = workload.kind === 'Canary' ? plannedCanaries(graph) : plannedRollouts(graph);
  return updates.find(({ resource }) => resource.name === workload.name && isSamePlace(resource, workload));
}

/** Compares who gets requests and how the update ends; the two controllers take their steps at different times. */
function ofFlagger(old: Plan, made: Plan): PlanComparison {
  const differences: string[] = [];
  const compare = (what: string, was: string, now: string) => {
    if (was !== now) differences.push(`plan, ${what}: becomes ${now}, was ${was}`);
  };
  compare('weights', weights(old), weights(made));
  compare('a healthy update', old.ending, made.ending);
  for (const was of old.whatIfs) {
    const now = made.whatIfs.find(({ name }) => name === was.name);
    if (now !== undefined) compare(`if ${was.title}`, outcome(was), outcome(now));
  }
  const time = (plan: Plan) =>
    `${lengthOfTime(plan.seconds)} to promotion and as much as ${lengthOfTime(plan.exposure)} of all traffic`;
  const said =
    time(old) === time(made)
      ? []
      : [
          `a healthy update: ${time(made)}; with Flagger ${time(old)}, which checks once per interval and copies the version at the end`,
        ];
  return { differences, said };
}

function weights({ stretches }: Plan): string {
  const shares = stretches.map(({ share }) => share).filter((share) => share > 0 && share < 100);
  return (
    shares
      .filter((share, i) => share !== shares[i - 1])
      .map((share) => `${share} %`)
      .join(', ') || 'none'
  );
}

function outcome({ ending, share }: WhatIf): string {
  return `${ending}, after as much as ${share} % of the traffic`;
}
