import { type Graph, isMapping, isSame, type Resource, rollouts, type Rollout } from '../graph';
import { isOwned, type Owned, ownedFields } from './owned';

/** The relation between the object in the cluster and that in Git. */
export type DriftKind = 'missing' | 'different' | 'reset' | 'dropped';

/** One thing in which the cluster is not what Git says. */
export interface Drift {
  readonly kind: DriftKind;
  readonly resource: { readonly kind: string; readonly name: string; readonly namespace?: string };
  /** The field; empty for a whole object. */
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

/** The comparison of Git with a cluster. */
export interface Comparison {
  readonly drifts: readonly Drift[];
  /** Number of objects that were compared. */
  readonly compared: number;
  /** Fields that differ because a controller owns them, in words. */
  readonly owned: readonly string[];
  /** Objects of the kinds that Git has, which only the cluster has. */
  readonly onlyInCluster: readonly string[];
}

/** Kinds of Git that are never objects of the cluster, or that are made anew each time. */
const NOT_COMPARED = new Set(['Kustomization', 'CanaryApp']);

/**
 * Compares Git with the cluster by meaning: everything that Git states must be in the cluster, in any equivalent form.
 * Fields that the API server or controllers add or own are not differences.
 */
export function compareWithCluster(git: Graph, live: Graph): Comparison {
  const drifts: Drift[] = [];
  const ownedTexts: string[] = [];
  let compared = 0;
  const owned = ownedFields(git, live);
  for (const resource of git.resources) {
    if (NOT_COMPARED.has(resource.kind) || resource.name === '') continue;
    const { group, kind, name, namespace } = resource;
    const found = live.find({ group, kind, name, namespace });
    if (found === undefined) {
      drifts.push(driftOf('missing', resource, '', `${resource} is in Git, and not in the cluster`));
      continue;
    }
    compared += 1;
    for (const one of fieldsThatDiffer(resource, found)) {
      const owner = isOwned(owned, resource, one.path);
      if (owner) ownedTexts.push(ownedText(resource, one, owner));
      else drifts.push(toDrift(resource, one));
    }
  }
  drifts.push(...resets(git, live));
  return { drifts, compared, owned: ownedTexts, onlyInCluster: onlyInCluster(git, live) };
}

/** A field that is not what Git says. */
interface Differing {
  readonly path: string;
  readonly git: unknown;
  /** Undefined where the cluster does not have it. */
  readonly live: unknown;
}

function fieldsThatDiffer(git: Resource, live: Resource): Differing[] {
  const found: Differing[] = [];
  for (const [key, value] of Object.entries(git.manifest)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'status') continue;
    if (key === 'metadata') {
      for (const part of ['labels', 'annotations']) {
        const stated = git.field('metadata', part).value;
        if (stated !== undefined) compare(stated, live.field('metadata', part).value, `metadata.${part}`, part, found);
      }
    } else compare(value, live.manifest[key], key, key, found);
  }
  return found;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isMapping(value) && Object.values(value).every(isNothing));

/** A program that writes an object by its types, as the controller writes a Rollout, leaves such values out. */
const isZero = (value: unknown): boolean => value === false || value === 0 || value === '';

/** Adds the fields that Git states and that are not so in the cluster. */
function compare(git: unknown, live: unknown, path: string, key: string, found: Differing[]): void {
  if (isNothing(git) && isNothing(live)) return;
  if (live === undefined && isZero(git)) return;
  // What the API server fills in by itself may be stated in Git in any form, or not at all.
  if (isSame(git, live, key)) return;
  if (isMapping(git) && isMapping(live)) {
    for (const [name, value] of Object.entries(git)) {
      const below = /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
      compare(value, live[name], below, name, found);
    }
    return;
  }
  if (Array.isArray(git) && Array.isArray(live)) {
    compareLists(git, live, path, key, found);
    return;
  }
  if (String(git) === String(live) && typeof git !== 'object') return;
  found.push({ path, git, live });
}

const IDENTITIES = ['name', 'mountPath', 'containerPort', 'key', 'topologyKey', 'ip'];

/** Lists are compared by what identifies their members, otherwise by position. */
function compareLists(git: unknown[], live: unknown[], path: string, key: string, found: Differing[]): void {
  const identity = IDENTITIES.find((one) =>
    git.every((member) => isMapping(member) && member[one] !== undefined && member[one] !== null),
  );
  if (identity === undefined) {
    if (git.length !== live.length) found.push({ path, git, live });
    else git.forEach((member, i) => compare(member, live[i], `${path}[${i}]`, key, found));
    return;
  }
  git.forEach((member, i) => {
    const value = (member as Record<string, unknown>)[identity];
    const other = live.find((one) => isMapping(one) && one[identity] === value);
    compare(member, other, `${path}[${i}]`, key, found);
  });
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

function toDrift(resource: Resource, { path, git, live }: Differing): Drift {
  if (live === undefined && path.startsWith('spec.'))
    return driftOf(
      'dropped',
      resource,
      path,
      `${resource} has ${path} ${shown(git)} in Git, and the cluster does not have the field: it was not applied, or the CRD of the cluster does not know it`,
    );
  return driftOf(
    'different',
    resource,
    path,
    `${resource} has ${path} ${shown(git)} in Git, and ${shown(live)} in the cluster`,
  );
}

const ownedText = (resource: Resource, { path, git, live }: Differing, { by }: Owned): string =>
  `${resource}: ${path} is ${shown(live)} in the cluster and ${shown(git)} in Git; ${by} owns it`;

function driftOf(kind: DriftKind, { kind: of, name, namespace }: Resource, path: string, message: string): Drift {
  return { kind, resource: { kind: of, name, ...(namespace === undefined ? {} : { namespace }) }, path, message };
}

/** Syncs that would move live traffic: Git states weights, an update is under way, and they are not those of the cluster. */
function resets(git: Graph, live: Graph): Drift[] {
  return rollouts(git).flatMap((rollout) => {
    const there = live.find({
      group: 'argoproj.io',
      kind: 'Rollout',
      name: rollout.resource.name,
      namespace: rollout.resource.namespace,
    });
    const status = there?.field('status');
    const current = status?.get('currentPodHash').string;
    if (current === undefined || current === status?.get('stableRS').string) return [];
    return rollout.virtualServices.flatMap(({ virtualService }) =>
      weightReset(rollout, virtualService?.resource, live),
    );
  });
}

function weightReset(rollout: Rollout, resource: Resource | undefined, live: Graph): Drift[] {
  if (resource === undefined) return [];
  const { group, kind, name, namespace } = resource;
  const there = live.find({ group, kind, name, namespace });
  if (there === undefined) return [];
  const canary = rollout.services.canary?.to.name ?? rollout.services.pong?.to.name;
  return resource
    .field('spec', 'http')
    .items()
    .flatMap((route) => {
      const routeName = route.get('name').string;
      const other = there
        .field('spec', 'http')
        .items()
        .find((one) => one.get('name').string === routeName && !one.get('match', 0, 'headers').exists);
      const weightOf = (field: typeof route | undefined): number | undefined =>
        field
          ?.get('route')
          .items()
          .find((one) => one.get('destination', 'host').string?.split('.')[0] === canary)
          ?.get('weight').integer;
      const [inGit, inCluster] = [weightOf(route), weightOf(other)];
      if (inGit === undefined || inCluster === undefined || inGit === inCluster) return [];
      return [
        driftOf(
          'reset',
          resource,
          `${route.toString()}.route`,
          `${rollout.resource} is in the middle of an update, and ${resource} sends ${inCluster} % to ${canary} in the cluster and ${inGit} % in Git: a sync that applies the weights of Git moves the traffic until the controller corrects it; let Argo CD ignore the weights`,
        ),
      ];
    });
}

/** Kinds that a team writes, and nobody else creates. */
const WRITTEN = [
  'Rollout',
  'AnalysisTemplate',
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'ServiceMonitor',
  'PodMonitor',
];

function onlyInCluster(git: Graph, live: Graph): string[] {
  const namespaces = new Set(git.resources.map(({ namespace }) => namespace));
  return live.resources
    .filter(({ kind, namespace }) => WRITTEN.includes(kind) && namespaces.has(namespace))
    .filter((one) => !one.field('metadata', 'ownerReferences', 0).exists)
    .filter(({ group, kind, name, namespace }) => git.find({ group, kind, name, namespace }) === undefined)
    .map((one) => one.toString());
}
