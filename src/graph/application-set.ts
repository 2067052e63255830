import { basename } from 'node:path';
import { applications, resourcesFrom } from './argocd';
import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { type Labels, matchesSelector } from './selector';

/** An Application that an ApplicationSet generates, and which of the given resources it applies. */
export interface GeneratedApplication {
  readonly name: string;
  readonly labels: Labels;
  readonly resources: readonly Resource[];
}

/** One step of a progressive sync. */
export interface RollingSyncStep {
  /** The conditions on the labels of Applications, in words. */
  readonly selects: string;
  readonly applications: readonly GeneratedApplication[];
  /** How many of them are updated at the same time. 0: none is ever updated. */
  readonly atOnce: number;
}

/** The strategy RollingSync of an ApplicationSet. */
export interface RollingSync {
  readonly set: Resource;
  readonly steps: readonly RollingSyncStep[];
  /** In no step: Argo CD does not sync them by itself. */
  readonly unselected: readonly GeneratedApplication[];
  /** Why the Applications are not known, so that steps have none. */
  readonly unknown?: string;
}

/**
 * The progressive syncs of all ApplicationSets. An Application is in the first step that selects it.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/
 */
export const rollingSyncs = memoizeOnGraph((graph): readonly RollingSync[] =>
  graph.ofKind('ApplicationSet', 'argoproj.io').flatMap((set) => {
    const strategy = set.field('spec', 'strategy');
    const written = strategy.get('rollingSync', 'steps').items();
    if (strategy.get('type').string !== 'RollingSync' || written.length === 0) return [];
    const generated = generatedBy(graph, set);
    const all = typeof generated === 'string' ? [] : generated;
    const placed = new Set<GeneratedApplication>();
    const steps = written.map((step): RollingSyncStep => {
      const own = all.filter((one) => !placed.has(one) && matchesSelector(step, one.labels));
      for (const one of own) placed.add(one);
      return { selects: conditionsOf(step), applications: own, atOnce: atOnceOf(step.get('maxUpdate'), own.length) };
    });
    const unselected = all.filter((one) => !placed.has(one));
    return [{ set, steps, unselected, ...(typeof generated === 'string' ? { unknown: generated } : {}) }];
  }),
);

const conditionsOf = (step: Field): string =>
  step
    .get('matchExpressions')
    .items()
    .map((one) => {
      const values = one.get('values').items();
      const not = one.get('operator').string === 'NotIn' ? ' not' : '';
      return `${one.get('key').string}${not} ${values.map(({ string }) => string).join(' or ')}`;
    })
    .join(', ') || 'all';

/** A share is rounded down, and is at least one unless it is 0 %. */
function atOnceOf(maxUpdate: Field, applications: number): number {
  if (!maxUpdate.exists) return applications;
  if (maxUpdate.number !== undefined) return Math.max(0, maxUpdate.number);
  const share = /^(\d+)%$/.exec(maxUpdate.string ?? '')?.[1];
  if (share === '0') return 0;
  // Argo CD takes a text that is no share for 0, and updates one at a time.
  return Math.max(1, Math.floor((Number(share ?? 0) * applications) / 100));
}

/** The Applications that are given, as in what a cluster holds; else those of list generators. A text says why not. */
function generatedBy(graph: Graph, set: Resource): readonly GeneratedApplication[] | string {
  const given = applications(graph).filter(
    ({ resource }) =>
      resource.namespace === set.namespace &&
      resource
        .field('metadata', 'ownerReferences')
        .items()
        .some((owner) => owner.get('kind').string === 'ApplicationSet' && owner.get('name').string === set.name),
  );
  if (given.length > 0) {
    return given.map(({ resource, resources }) => ({
      name: resource.name,
      labels: resource.field('metadata', 'labels').strings,
      resources,
    }));
  }
  const spec = set.field('spec');
  if (spec.get('templatePatch').exists) return 'its templatePatch may change labels';
  const generators = spec.get('generators').items();
  const other = generators.flatMap((one) => one.entries().map(([name]) => name)).find((name) => name !== 'list');
  if (other !== undefined) return `its generator '${other}' reads what is not among the manifests`;
  const elements = generators.flatMap((one) => one.get('list', 'elements').items());
  if (elements.length === 0) return 'its list generator has no elements here';
  const made: GeneratedApplication[] = [];
  const known = new Map<string, readonly Resource[]>();
  const resourcesAt = (path: string, include: string, namespace: string): readonly Resource[] => {
    const key = JSON.stringify([path, include, namespace]);
    const found =
      known.get(key) ??
      resourcesFrom(graph, path === '' ? [] : [path], namespace || undefined).filter(({ origin }) =>
        includes(include, basename(origin.file)),
      );
    known.set(key, found);
    return found;
  };
  for (const element of elements) {
    const fill = (field: Field): string => filled(field.string ?? '', element);
    const template = spec.get('template');
    const source = template.get('spec', 'source');
    const name = fill(template.get('metadata', 'name'));
    const labels = Object.fromEntries(
      template
        .get('metadata', 'labels')
        .entries()
        .map(([key, value]) => [key, fill(value)]),
    );
    const [path, include, namespace] = [
      source.get('path'),
      source.get('directory', 'include'),
      template.get('spec', 'destination', 'namespace'),
    ].map(fill);
    const unknown = [name, path, include, namespace, ...Object.values(labels)].find((text) => text.includes('{{'));
    if (unknown !== undefined) return `its template has '${unknown}', which is more than a parameter of a list`;
    made.push({ name, labels, resources: resourcesAt(path, include, namespace) });
  }
  return made;
}

const PARAMETER = /\{\{-?\s*\.?([\w.-]+)\s*-?\}\}/g;

/** A text of a template with the parameters of an element of a list; what is no parameter stays. */
const filled = (text: string, element: Field): string =>
  text.replace(PARAMETER, (whole, name: string) => {
    const value = element.get(...name.split('.')).value;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : whole;
  });

/** Whether a directory source takes a file. Patterns with more than `*` and alternatives take all. */
function includes(pattern: string, file: string): boolean {
  const names = /^\{([^{}]*)\}$/.exec(pattern)?.[1].split(',') ?? [pattern];
  return names.some((one) => one === '' || /[[\]{}?]/.test(one) || matchesStars(one.replace(/^.*\//, ''), file));
}

/** Whether a name is what a pattern says, in which `*` stands for anything. */
function matchesStars(pattern: string, name: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  return rest.every((part) => {
    const found = name.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= end;
  });
}
