import { dirname } from 'node:path';
import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { type Rollout, rollouts } from './rollout';

/** An Argo CD Application, and which of the given resources it applies. */
export interface Application {
  readonly resource: Resource;
  /** `spec.ignoreDifferences`, one each. */
  readonly ignores: readonly Field[];
  readonly syncOptions: readonly string[];
  /** The namespace of resources that state none. */
  readonly destination: string | undefined;
  /**
   * The resources in the folder of one of its sources. If no given file is in such a folder, those of its destination
   * namespace.
   */
  readonly resources: readonly Resource[];
}

const byFolder = memoizeOnGraph((graph) => group(graph.resources, ({ origin }) => dirname(origin.file)));
const byNamespace = memoizeOnGraph((graph) => group(graph.resources, ({ namespace }) => namespace ?? ''));

/** All Applications. */
export const applications = memoizeOnGraph((graph): readonly Application[] =>
  graph.ofKind('Application', 'argoproj.io').map((resource) => {
    const spec = resource.field('spec');
    const destination = spec.get('destination', 'namespace').string;
    const paths = [spec.get('source'), ...spec.get('sources').items()].flatMap(
      (source) => source.get('path').string ?? [],
    );
    const found = resourcesFrom(graph, paths, destination);
    return {
      resource,
      ignores: spec.get('ignoreDifferences').items(),
      syncOptions: spec
        .get('syncPolicy', 'syncOptions')
        .items()
        .flatMap(({ string }) => string ?? []),
      destination,
      resources: found.filter((one) => one !== resource),
    };
  }),
);

/** The resources in the folders of sources. If no given file is in such a folder, those of the destination namespace. */
export function resourcesFrom(
  graph: Graph,
  paths: readonly string[],
  destination: string | undefined,
): readonly Resource[] {
  const folders = [...new Set(paths.flatMap((path) => byPathPart(graph).get(trimmed(path)) ?? []))];
  if (folders.length > 0) return folders.flatMap((folder) => byFolder(graph).get(folder) ?? []);
  return destination ? (byNamespace(graph).get(destination) ?? []) : [];
}

/**
 * The folders by each part of their path. The path of a source starts at the root of a repository, unlike those of the
 * given files, and names the folder itself or one above it.
 */
const byPathPart = memoizeOnGraph((graph) => {
  const found = new Map<string, string[]>();
  for (const folder of byFolder(graph).keys()) {
    const steps = folder.split('/');
    const parts = new Set(
      steps.flatMap((_, from) => steps.slice(from).map((_one, to) => steps.slice(from, from + to + 1).join('/'))),
    );
    for (const part of parts) append(found, part, folder);
  }
  found.delete('');
  found.delete('.');
  return found;
});

const trimmed = (path: string): string => path.replace(/^\.?\/+|\/+$/g, '');

const byResource = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Application[]>();
  for (const application of applications(graph)) {
    for (const resource of application.resources) append(found, resource, application);
  }
  return found;
});

const rolloutsByApplication = memoizeOnGraph((graph) => {
  const found = new Map<Application, Rollout[]>();
  for (const rollout of rollouts(graph)) {
    const { resource, virtualServices, destinationRule, gatewayApi, services, workload } = rollout;
    const written = [
      ...virtualServices.map(({ virtualService }) => virtualService?.resource),
      destinationRule?.target,
      ...(gatewayApi?.routes.map(({ reference }) => reference.target) ?? []),
      ...Object.values(services).map((service) => service?.target),
      workload.workloadRef?.target,
    ];
    const concerned = [resource, ...written].flatMap((one) => (one && byResource(graph).get(one)) ?? []);
    for (const application of new Set(concerned)) append(found, application, rollout);
  }
  return found;
});

/** The Rollouts that an Application applies, or that write into something that it applies. */
export function rolloutsTouching(graph: Graph, application: Application): readonly Rollout[] {
  return rolloutsByApplication(graph).get(application) ?? [];
}

const byFolderAndNamespace = memoizeOnGraph((graph) => group(graph.resources, placeOf));

const placeOf = ({ origin, namespace }: Resource): string => JSON.stringify([dirname(origin.file), namespace]);

/**
 * The resources that are synced together with a resource: those of its Application, or without one, those in its
 * folder.
 */
export function syncedWith(graph: Graph, resource: Resource): readonly Resource[] {
  return byResource(graph).get(resource)?.[0].resources ?? byFolderAndNamespace(graph).get(placeOf(resource)) ?? [];
}

function group(resources: readonly Resource[], key: (resource: Resource) => string): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of resources) append(found, key(resource), resource);
  return found;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const WAVE = 'argocd.argoproj.io/sync-wave';

/** The annotation with the sync wave of a resource, which may be absent. */
export const syncWaveField = (resource: Resource): Field => resource.field('metadata', 'annotations', WAVE);

/** The sync wave in which Argo CD applies a resource. Default: 0. */
export function syncWaveOf(resource: Resource): number {
  const wave = Number(syncWaveField(resource).value ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}
