import { plannedCanaries, plannedRollouts, type RolloutModel } from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { graphOf } from '../graph';
import { comparePlans, type Plan, planRollout, type WhatIf } from '../plan';
import { Json, titleOf } from './manifests';

/** How a rollout behaves after it was adopted, beside how it behaved before. */
export interface PlanComparison {
  /** Differences between the two plans, one line each. */
  readonly differences: readonly string[];
  /** What differs because another controller runs it: how long it takes, not who gets requests. */
  readonly said: readonly string[];
}

/**
 * Compares the plan of a workload with that of the Rollout that is made of it. A Deployment has no plan, and neither has
 * what the controller would refuse.
 */
export function comparedPlans(workload: Json, before: readonly Json[], after: readonly Json[]): PlanComparison {
  const none = { differences: [], said: [] };
  if (!['Rollout', 'Canary'].includes(workload.kind)) return none;
  const old = planOf(workload.kind, workload.metadata.name, before);
  const rollout = after.find(({ kind }) => kind === 'Rollout');
  const made = rollout && planOf('Rollout', rollout.metadata.name, after);
  if (workload.kind === 'Canary') {
    if (old !== undefined && made !== undefined) return ofFlagger(old, made);
    return {
      differences: ['plan: it cannot be compared with that of Flagger, which is not known for this Canary'],
      said: [],
    };
  }
  if (old === undefined || made === undefined) return none;
  const differences = comparePlans(old, made).map(
    ({ what, old: was, new: now }) => `plan, ${what}: becomes ${now}, was ${was}`,
  );
  return { differences, said: [] };
}

/** What a Flagger Canary is to the model of its controller. Undefined where it cannot be planned. */
export function flaggerModel(canary: Json, objects: readonly Json[]): RolloutModel | undefined {
  return plannedCanaries(graphIn(objects)).find(({ resource }) => resource.name === canary.metadata.name)?.model;
}

function planOf(kind: string, name: string, objects: readonly Json[]): Plan | undefined {
  const graph = graphIn(objects);
  const updates = kind === 'Canary' ? plannedCanaries(graph) : plannedRollouts(graph);
  const model = updates.find(({ resource }) => resource.name === name)?.model;
  return model && planRollout(model);
}

const graphIn = (objects: readonly Json[]) =>
  graphOf(objects.map((manifest) => ({ origin: titleOf(manifest), manifest: manifest as object })));

/** The two controllers take their steps at other moments: what counts is who gets requests, and how it ends. */
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
          `a healthy update: ${time(made)}; with Flagger ${time(old)}, which looks once an interval and copies the version at the end`,
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
