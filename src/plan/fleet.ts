import { type Resource, syncWaveOf } from '../graph';
import type { Moment, Plan } from './plan';
import { fullName } from './wording';

/** How a fleet is divided into cohorts that pass one after the other. */
export type CohortsBy =
  | { readonly by: 'wave' }
  | { readonly by: 'namespace' }
  | {
      readonly by: 'label';
      readonly key: string;
      /** The values in their order. Empty: in alphabetical order. */
      readonly values: readonly string[];
    };

/** One app of a fleet with the time of its update. */
export interface FleetApp {
  readonly name: string;
  readonly plan: Plan;
  readonly from: Moment;
  /** Undefined where the update is never promoted. */
  readonly to?: Moment;
}

/** Apps that pass together. The next cohort begins when all of them are promoted. */
export interface Cohort {
  readonly name: string;
  readonly apps: readonly FleetApp[];
  readonly from: Moment;
  /** Undefined where one of the updates is never promoted, so that the next cohort never begins. */
  readonly to?: Moment;
}

/** In which order and in how much time the apps of a fleet pass. */
export interface FleetPlan {
  readonly cohorts: readonly Cohort[];
  /** Cohorts that never begin. */
  readonly held: readonly { readonly name: string; readonly apps: readonly string[] }[];
  /** Undefined where the fleet never passes as a whole. */
  readonly to?: Moment;
  readonly assumed: readonly string[];
}

/** One app that is to be planned for. */
export interface FleetMember {
  readonly resource: Resource;
  readonly plan: Plan;
}

/** Nothing has begun. */
export const START: Moment = { seconds: 0, persons: 0 };

/**
 * Plans the updates of many apps, one cohort after the other.
 *
 * @param atOnce how many apps of a cohort are updated at the same time; undefined: all
 */
export function planFleet(members: readonly FleetMember[], by: CohortsBy, atOnce?: number): FleetPlan {
  const cohorts: Cohort[] = [];
  const held: { name: string; apps: string[] }[] = [];
  let from: Moment | undefined = START;
  for (const { name, own } of groupsOf(members, by)) {
    if (from === undefined) {
      held.push({ name, apps: own.map(({ plan }) => fullName(plan.rollout)) });
      continue;
    }
    const together = own.map(({ plan }) => ({ plans: [plan] }));
    const cohort = cohortOf(name, together, from, atOnce);
    cohorts.push(cohort);
    from = cohort.to;
  }
  return { cohorts, held, to: from, assumed: assumptionsOf(by, atOnce) };
}

/** Members in groups, in their order. */
function groupsOf(
  members: readonly FleetMember[],
  by: CohortsBy,
): { readonly name: string; readonly own: readonly FleetMember[] }[] {
  const keyOf = ({ resource, plan }: FleetMember): string | undefined => {
    if (by.by === 'wave') return String(syncWaveOf(resource));
    if (by.by === 'namespace') return plan.rollout.namespace;
    return resource.field('metadata', 'labels', by.key).string;
  };
  const groups = new Map<string | undefined, FleetMember[]>();
  for (const member of members) groups.set(keyOf(member), [...(groups.get(keyOf(member)) ?? []), member]);
  const stated = by.by === 'label' ? by.values : [];
  const rank = (key: string | undefined): number => {
    const place = key === undefined ? -1 : stated.indexOf(key);
    return key === undefined ? Infinity : place < 0 ? stated.length : place;
  };
  const natural = (a = '', b = ''): number => (by.by === 'wave' ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
  const title = (key: string | undefined): string => {
    if (by.by === 'wave') return `sync wave ${key}`;
    if (by.by === 'namespace') return key === undefined ? 'no namespace' : `namespace ${key}`;
    return key === undefined ? `without label ${by.key}` : `${by.key}=${key}`;
  };
  return [...groups]
    .sort(([a], [b]) => {
      const [first, second] = [rank(a), rank(b)];
      return first === second ? natural(a, b) : first - second;
    })
    .map(([key, own]) => ({ name: title(key), own }));
}

/** Updates that begin at the same time; the name is that of the app, where it is not that of the Rollout. */
export interface Together {
  readonly name?: string;
  readonly plans: readonly Plan[];
}

/** The apps of a cohort: as soon as one is promoted, the next one waiting begins. */
export function cohortOf(name: string, members: readonly Together[], from: Moment, atOnce = members.length): Cohort {
  const lanes: (Moment | undefined)[] = Array.from({ length: Math.min(atOnce, members.length) }, () => from);
  let begun = 0;
  const apps = members.flatMap(({ name: of, plans }): FleetApp[] => {
    // A lane that an endless update holds is never free again.
    const free = lanes.reduce<number | undefined>((best, lane, i) => {
      if (lane === undefined) return best;
      return best === undefined || later(lanes[best]!, lane) ? i : best;
    }, undefined);
    if (free === undefined) return [];
    const begin = lanes[free]!;
    begun++;
    const own = plans.map((plan): FleetApp => {
      const to =
        plan.ending === 'promoted'
          ? { seconds: begin.seconds + plan.seconds, persons: begin.persons + plan.persons }
          : undefined;
      const rollout = fullName(plan.rollout);
      return { name: of === undefined ? rollout : `${of}: ${rollout}`, plan, from: begin, to };
    });
    lanes[free] = endOf(own, begin);
    return own;
  });
  return { name, apps, from, to: begun === members.length ? endOf(apps, from) : undefined };
}

/** When the last of several updates ends; undefined where one of them never does. */
function endOf(apps: readonly FleetApp[], from: Moment): Moment | undefined {
  return apps.reduce<Moment | undefined>((end, { to }) => (end && to ? latest(end, to) : undefined), from);
}

const later = (a: Moment, b: Moment): boolean =>
  a.seconds === b.seconds ? a.persons > b.persons : a.seconds > b.seconds;

/** Manual approvals of several apps are given side by side. */
const latest = (a: Moment, b: Moment): Moment => ({
  seconds: Math.max(a.seconds, b.seconds),
  persons: Math.max(a.persons, b.persons),
});

function assumptionsOf(by: CohortsBy, atOnce: number | undefined): string[] {
  const order: { readonly [kind in CohortsBy['by']]: string } = {
    wave: 'cohorts are the sync waves of the Rollouts, as if one Argo CD Application held all of them',
    namespace: 'cohorts are namespaces in alphabetical order, since no manifest states their order',
    label:
      by.by === 'label' && by.values.length > 0
        ? `cohorts are the values of label ${by.key} in the order that was given`
        : 'cohorts are the values of the label in alphabetical order, since no manifest states their order',
  };
  return [
    order[by.by],
    'a cohort begins when all apps of the one before are promoted',
    atOnce === undefined ? 'all apps of a cohort are updated at the same time' : atOnceText(atOnce),
    HEALTHY,
  ];
}

/** How many apps of a cohort are updated at the same time, in words. */
export const atOnceText = (atOnce: number): string =>
  `${atOnce === 1 ? 'one app' : `${atOnce} apps`} of a cohort ${atOnce === 1 ? 'is' : 'are'} updated at the same time, in the order of the manifests`;

/** The assumptions of every plan of a fleet. */
export const HEALTHY = 'every version is healthy, and nothing else waits for an approval than the pauses of the plans';
