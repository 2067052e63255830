import type { GeneratedApplication, RollingSync } from '../graph';
import { plural } from '../formats/plural';
import {
  atOnceText,
  type Cohort,
  cohortOf,
  type FleetMember,
  type FleetPlan,
  HEALTHY,
  START,
  type Together,
} from './fleet';
import type { Moment } from './plan';
import { fullName } from './wording';

/** How many names a sentence has at most. */
const NAMED = 8;

/**
 * Plans the updates of the apps that an ApplicationSet of Argo CD syncs step by step. A Rollout that several of its
 * Applications apply, such as one for each environment, is updated with each of them.
 *
 * @param atOnce how many Applications of a step are updated at the same time; undefined: as the step states
 */
export function planRollingSync(members: readonly FleetMember[], sync: RollingSync, atOnce?: number): FleetPlan {
  const { set, steps, unselected } = sync;
  const byResource = new Map(members.map((member) => [member.resource, member]));
  const placed = new Set<FleetMember>();
  const togetherOf = (applications: readonly GeneratedApplication[]): Together[] =>
    applications.flatMap(({ name, resources }) => {
      const own = resources.flatMap((resource) => byResource.get(resource) ?? []);
      for (const one of own) placed.add(one);
      return own.length === 0 ? [] : [{ name, plans: own.map(({ plan }) => plan) }];
    });
  const cohorts: Cohort[] = [];
  const held: { name: string; apps: string[] }[] = [];
  const hold = (name: string, apps: readonly Together[]): void =>
    void held.push({ name, apps: apps.map(({ name: of, plans }) => of ?? fullName(plans[0].rollout)) });
  let from: Moment | undefined = START;
  steps.forEach(({ selects, applications, atOnce: stated }, i) => {
    const together = togetherOf(applications);
    const title = `step ${i + 1} (${selects})`;
    if (from === undefined) return hold(title, together);
    if (together.length === 0) return;
    if (stated === 0 && atOnce === undefined) {
      hold(`${title}, whose maxUpdate is 0`, together);
      from = undefined;
      return;
    }
    const cohort = cohortOf(title, together, from, atOnce ?? stated);
    cohorts.push(cohort);
    from = cohort.to;
  });
  const outside = togetherOf(unselected);
  if (outside.length > 0) hold('Applications in no step', outside);
  const rest = members.filter((one) => !placed.has(one)).map(({ plan }) => fullName(plan.rollout));
  return {
    cohorts,
    held: held.filter(({ apps }) => apps.length > 0),
    to: held.length > 0 ? undefined : from,
    assumed: [
      `cohorts are the steps of the RollingSync of ${set.toString()}; --cohorts divides otherwise`,
      'a step begins when all Applications of the one before are Healthy: a Rollout is not while it is updated, or waits for approval',
      ...(atOnce === undefined
        ? ['of each step so many Applications are updated at the same time as its maxUpdate says']
        : [atOnceText(atOnce)]),
      ...(outside.length > 0 ? ['Argo CD does not sync Applications in no step by itself'] : []),
      ...(rest.length > 0
        ? [
            `${plural(rest.length, 'Rollout')} of no Application of this set ${rest.length === 1 ? 'is' : 'are'} left out: ${rest.slice(0, NAMED).join(', ')}${rest.length > NAMED ? ` and ${rest.length - NAMED} more` : ''}`,
          ]
        : []),
      'Rollouts of one Application are updated at the same time, whatever their sync waves',
      HEALTHY,
    ],
  };
}

/** Whether a progressive sync says in which order these apps pass. */
export function orders({ steps, unselected }: RollingSync, members: readonly FleetMember[]): boolean {
  const planned = new Set(members.map(({ resource }) => resource));
  const all = [...steps.flatMap(({ applications }) => applications), ...unselected];
  return all.some(({ resources }) => resources.some((one) => planned.has(one)));
}
