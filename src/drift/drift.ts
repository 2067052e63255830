import { untold } from '../formats/each';
import { type Graph, isMapping, isSame, type Resource } from '../graph';
import { kindByRelease, releaseOfField, SYSTEMS } from '../versions';
import { type Drift, driftOf } from './difference';
import { isOwned, type Owned, ownedFields } from './owned';
import { isSecret, storedSecret } from './secrets';
import { writtenInRoutes, withoutWritten } from './written-routes';
import { resets } from './resets';

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
 *
 * @param each Goes through the objects, to show progress.
 */
export function compareWithCluster(git: Graph, live: Graph, each = untold): Comparison {
  const drifts: Drift[] = [];
  const ownedTexts: string[] = [];
  let compared = 0;
  const owned = ownedFields(git, live);
  const written = writtenInRoutes(git, live);
  for (const resource of each(git.resources, 'comparing object')) {
    if (NOT_COMPARED.has(resource.kind) || resource.name === '') continue;
    const { group, kind, name, namespace } = resource;
    const found = live.find({ group, kind, name, namespace });
    if (found === undefined) {
      drifts.push(driftOf('missing', resource, '', `${resource} is in Git, and not in the cluster`));
      continue;
    }
    compared += 1;
    const { manifest: own, routes, destinations } = withoutWritten(found.manifest, written.get(resource));
    if (routes.length > 0)
      ownedTexts.push(`${resource} has the routes ${routes.join(', ')} in the cluster, which its Rollout manages`);
    if (destinations.length > 0)
      ownedTexts.push(
        `${resource} sends requests to ${destinations.join(', ')} in the cluster, for an experiment of its Rollout`,
      );
    for (const one of fieldsThatDiffer(resource, found, own)) {
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

/** @param manifest that of the cluster, without what is left out of the comparison */
function fieldsThatDiffer(git: Resource, live: Resource, manifest: Readonly<Record<string, unknown>>): Differing[] {
  const found: Differing[] = [];
  const context: Context = { found, replacesLists: isCustom(git) };
  for (const [key, value] of Object.entries(isSecret(git) ? storedSecret(git.manifest) : git.manifest)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'status') continue;
    if (key === 'metadata') {
      for (const part of ['labels', 'annotations']) {
        const stated = git.field('metadata', part).value;
        if (stated !== undefined)
          compare(stated, live.field('metadata', part).value, `metadata.${part}`, [part, 'metadata'], context);
      }
    } else compare(value, manifest[key], key, [key, ''], context);
  }
  return found;
}

/** Where differences go, and what an apply of the object does. */
interface Context {
  readonly found: Differing[];
  /** Whether an apply replaces lists as a whole, so that it takes away the members that only the cluster has. */
  readonly replacesLists: boolean;
}

/**
 * Whether a kind is defined by a CRD. Of the built-in kinds, apply merges the members of lists by their keys, and leaves
 * those that other programs added.
 */
const isCustom = ({ group }: Resource): boolean =>
  group.includes('.') && (!group.endsWith('.k8s.io') || group === 'gateway.networking.k8s.io');

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isMapping(value) && Object.values(value).every(isNothing));

/** A program that writes an object by its types, as the controller writes a Rollout, leaves such values out. */
const isZero = (value: unknown): boolean => value === false || value === 0 || value === '';

/** The name of a field, and of the field that has it. */
type Names = readonly [key: string, parent: string];

/** Adds the fields that Git states and that are not so in the cluster. */
function compare(git: unknown, live: unknown, path: string, names: Names, context: Context): void {
  if (isNothing(git) && isNothing(live)) return;
  if (live === undefined && isZero(git)) return;
  // What the API server fills in by itself may be stated in Git in any form, or not at all.
  if (isSame(git, live, ...names)) return;
  if (isMapping(git) && isMapping(live)) {
    for (const [name, value] of Object.entries(git)) {
      const below = /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
      compare(value, live[name], below, [name, names[0]], context);
    }
    return;
  }
  if (Array.isArray(git) && Array.isArray(live)) {
    compareLists(git, live, path, names, context);
    return;
  }
  if (String(git) === String(live) && typeof git !== 'object') return;
  context.found.push({ path, git, live });
}

const IDENTITIES = ['name', 'mountPath', 'containerPort', 'key', 'topologyKey', 'ip'];

/** Lists of named members whose order means something: the first route that matches, values that later ones refer to. */
const ORDERED = new Set(['http', 'tls', 'tcp', 'rules', 'env', 'initContainers']);

/** Lists are compared by what identifies their members, otherwise by position. */
function compareLists(git: unknown[], live: unknown[], path: string, names: Names, context: Context): void {
  const identity = IDENTITIES.find((one) => identifies(one, git));
  if (identity === undefined) {
    if (git.length !== live.length) context.found.push({ path, git, live });
    else git.forEach((member, i) => compare(member, live[i], `${path}[${i}]`, names, context));
    return;
  }
  const nameOf = (member: unknown): unknown => (isMapping(member) ? member[identity] : undefined);
  git.forEach((member, i) => {
    const other = live.find((one) => nameOf(one) === nameOf(member));
    compare(member, other, `${path}[${i}]`, names, context);
  });
  const stated = new Set(git.map(nameOf));
  const common = live.map(nameOf).filter((name) => stated.has(name));
  const kept = git.map(nameOf).filter((name) => common.includes(name));
  const isMoved = ORDERED.has(names[0]) && !isSame(kept, common);
  const hasMore = context.replacesLists && live.some((one) => !stated.has(nameOf(one)));
  if (isMoved || hasMore) context.found.push({ path, git: git.map(nameOf), live: live.map(nameOf) });
}

/** Whether a field tells all members of a list apart. */
function identifies(field: string, members: readonly unknown[]): boolean {
  const values = members.map((member) => (isMapping(member) ? (member[field] ?? undefined) : undefined));
  return values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

function toDrift(resource: Resource, { path, git, live }: Differing): Drift {
  if (isSecret(resource) && path !== 'type') {
    const what = live === undefined ? 'is not in the cluster' : 'is another one in the cluster';
    return driftOf('different', resource, path, `${resource} has ${path} in Git, and its value ${what}`);
  }
  if (live === undefined && path.startsWith('spec.')) {
    const known = kindByRelease(resource.kind, resource.group);
    const since = known && releaseOfField(known, path.replace(/\[\d+\]/g, '[]'));
    const why =
      since === undefined
        ? 'it was not applied, or the CRD of the cluster does not know it'
        : `${SYSTEMS[known!.system].title} has it since ${since}, so that its CRDs in the cluster are older, or it was not applied`;
    const message = `${resource} has ${path} ${shown(git)} in Git, and the cluster does not have the field: ${why}`;
    return driftOf('dropped', resource, path, message);
  }
  return driftOf(
    'different',
    resource,
    path,
    `${resource} has ${path} ${shown(git)} in Git, and ${shown(live)} in the cluster`,
  );
}

const ownedText = (resource: Resource, { path, git, live }: Differing, { by }: Owned): string =>
  `${resource}: ${path} is ${shown(live)} in the cluster and ${shown(git)} in Git; ${by} owns it`;

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
