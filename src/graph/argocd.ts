import { append } from '../formats/append';
import { dirname } from 'node:path';
import { memoize } from '../formats/memoize';
import { readDocument } from '../formats/yaml';
import { withoutRoom } from '../formats/without-room';
import { type Graph, memoizeOnGraph } from './graph';
import { isMapping, type Mapping } from './path';
import { Field, type Resource } from './resource';
import { type Rollout, rollouts } from './rollout';

/** An Argo CD Application. Which of the given resources it applies is looked up when that is first asked for. */
export class Application {
  /** The namespace of resources that state none. */
  readonly destination: string | undefined;
  private ofFolders: readonly string[] | undefined;
  private ofResources: readonly Resource[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.destination = resource.field('spec', 'destination', 'namespace').string;
    this.ofFolders = undefined;
    this.ofResources = undefined;
  }

  /** `spec.ignoreDifferences`, one each. */
  get ignores(): readonly Field[] {
    return this.resource.field('spec', 'ignoreDifferences').items();
  }

  get syncOptions(): readonly string[] {
    const options = this.resource.field('spec', 'syncPolicy', 'syncOptions').items();
    return options.flatMap(({ string }) => string ?? []);
  }

  /**
   * The resources in the folder of one of its sources. If no given file is in such a folder, those of its destination
   * namespace.
   */
  get resources(): readonly Resource[] {
    return (this.ofResources ??= withoutRoom(
      resourcesIn(this.graph, this.folders, this.destination).filter((one) => one !== this.resource),
    ));
  }

  /** The given folders of its sources. */
  get folders(): readonly string[] {
    return (this.ofFolders ??= foldersOf(this.graph, pathsOf(this.resource.field('spec'))));
  }
}

const byFolder = memoizeOnGraph((graph) => group(graph.resources, ({ origin }) => dirname(origin.file)));
const byNamespace = memoizeOnGraph((graph) => group(graph.resources, ({ namespace }) => namespace ?? ''));

/** All Applications. */
export const applications = memoizeOnGraph((graph): readonly Application[] =>
  graph.ofKind('Application', 'argoproj.io').map((resource) => new Application(graph, resource)),
);

/** The paths of the sources of an Application. */
const pathsOf = (spec: Field): readonly string[] =>
  [spec.get('source'), ...spec.get('sources').items()].flatMap((source) => source.get('path').string ?? []);

/** The resources in the folders of sources. If no given file is in such a folder, those of the destination namespace. */
export function resourcesFrom(
  graph: Graph,
  paths: readonly string[],
  destination: string | undefined,
): readonly Resource[] {
  return resourcesIn(graph, foldersOf(graph, paths), destination);
}

function resourcesIn(graph: Graph, folders: readonly string[], destination: string | undefined): readonly Resource[] {
  if (folders.length > 0) return folders.flatMap((folder) => byFolder(graph).get(folder) ?? []);
  return destination ? (byNamespace(graph).get(destination) ?? []) : [];
}

/** The folders of sources, each once. */
const foldersOf = (graph: Graph, paths: readonly string[]): readonly string[] => [
  ...new Set(paths.flatMap((path) => foldersAt(graph)(trimmed(path)))),
];

/**
 * The folders of a source. Its path starts at the root of a repository, unlike those of the given files, and names the
 * folder itself or one above it.
 */
const foldersAt = memoizeOnGraph((graph) => memoize((path) => foldersBelow(path, byStep(graph)), Infinity));

/** Those that contain the steps of a path one after the other. */
function foldersBelow(path: string, ofStep: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (path === '' || path === '.') return [];
  const candidates = path.split('/').map((step) => ofStep.get(step) ?? []);
  const fewest = candidates.reduce((a, b) => (b.length < a.length ? b : a));
  return fewest.filter((folder) => `/${folder}/`.includes(`/${path}/`));
}

/** The folders by each step of their path. */
const byStep = memoizeOnGraph((graph) => {
  const found = new Map<string, string[]>();
  for (const folder of byFolder(graph).keys()) {
    for (const step of new Set(folder.split('/'))) append(found, step, folder);
  }
  return found;
});

const trimmed = (path: string): string => path.replace(/^\.?\/+|\/+$/g, '');

/** The Applications that apply what is in a folder, or in a namespace, with their places among all. */
const byPlace = memoizeOnGraph((graph) => {
  const ofFolder = new Map<string, [place: number, Application][]>();
  const ofNamespace = new Map<string, [place: number, Application][]>();
  applications(graph).forEach((application, place) => {
    const { folders, destination } = application;
    for (const folder of folders) append(ofFolder, folder, [place, application]);
    if (folders.length === 0 && destination) append(ofNamespace, destination, [place, application]);
  });
  return { ofFolder, ofNamespace };
});

/** The Applications that apply a resource, in the order of all. */
export function applicationsOf(graph: Graph, resource: Resource): readonly Application[] {
  const { ofFolder, ofNamespace } = byPlace(graph);
  const found = [
    ...(ofFolder.get(dirname(resource.origin.file)) ?? []),
    ...(ofNamespace.get(resource.namespace ?? '') ?? []),
  ];
  const others = found.filter(([, application]) => application.resource !== resource);
  return others.sort(([a], [b]) => a - b).map(([, application]) => application);
}

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
    const concerned = [resource, ...written].flatMap((one) => (one ? applicationsOf(graph, one) : []));
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
  return applicationsOf(graph, resource).at(0)?.resources ?? byFolderAndNamespace(graph).get(placeOf(resource)) ?? [];
}

/**
 * Whether one sync applies two resources, so that their waves order them. That is known of those that Applications
 * apply. Of others it is assumed within a folder, between a folder and one below it, and of a namespace also between
 * folders side by side.
 */
export function syncedTogether(graph: Graph, one: Resource, other: Resource): boolean {
  const [first, second] = [applicationsOf(graph, one), applicationsOf(graph, other)];
  if (first.length > 0 && second.length > 0) return first.some((application) => second.includes(application));
  const [here, there] = [dirname(one.origin.file), dirname(other.origin.file)];
  if (isBelow(here, there) || isBelow(there, here)) return true;
  return one.namespace === other.namespace && dirname(here) === dirname(there);
}

const isBelow = (folder: string, above: string): boolean =>
  above === '.' || folder === above || folder.startsWith(`${above}/`);

function group(resources: readonly Resource[], key: (resource: Resource) => string): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of resources) append(found, key(resource), resource);
  return found;
}

const WAVE = 'argocd.argoproj.io/sync-wave';

/** The annotation with the sync wave of a resource, which may be absent. */
export const syncWaveField = (resource: Resource): Field => resource.field('metadata', 'annotations', WAVE);

/** The sync wave in which Argo CD applies a resource. Default: 0. */
export function syncWaveOf(resource: Resource): number {
  const wave = Number(syncWaveField(resource).value ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}

/** What `argocd-cm` ignores of objects of some kinds, in all Applications. */
export interface GlobalIgnore {
  /** Patterns, in which a star matches anything. Empty: the core group. */
  readonly group: string;
  readonly kind: string;
  /** With `jsonPointers`, `jqPathExpressions` and `managedFieldsManagers`, as an entry of an Application. */
  readonly entry: Field;
  /** False if the text is no YAML, for example because it is a template: then it is not known what is ignored. */
  readonly readable: boolean;
}

const CUSTOMIZATIONS = 'resource.customizations';
const IGNORES = `${CUSTOMIZATIONS}.ignoreDifferences.`;

/**
 * What Argo CD ignores in all Applications: the keys `resource.customizations.ignoreDifferences.<group>_<kind>`, and
 * the older key `resource.customizations` with all kinds in one text. Of two for one kind, the former counts.
 */
export const globalIgnores = memoizeOnGraph((graph): readonly GlobalIgnore[] =>
  graph
    .ofKind('ConfigMap', '')
    .filter(({ name }) => name === 'argocd-cm')
    .flatMap((one) => {
      const split = one
        .field('data')
        .entries()
        .filter(([key]) => key.startsWith(IGNORES))
        .map(([key, field]) => {
          const name = key.slice(IGNORES.length);
          return ignoreOf(name === 'all' ? '*/*' : name.replace('_', '/'), field, field);
        });
      const keys = new Set(split.map(({ key }) => key));
      return [...oldIgnores(one).filter(({ key }) => !keys.has(key)), ...split];
    }),
);

type KeyedIgnore = GlobalIgnore & { readonly key: string };

function oldIgnores(configMap: Resource): KeyedIgnore[] {
  const field = configMap.field('data', CUSTOMIZATIONS);
  if (!field.string) return [];
  const all = parsedIn(field);
  if (all === undefined) return [{ key: '*/*', group: '*', kind: '*', entry: field, readable: false }];
  return all.entries().flatMap(([key, kind]) => {
    const ignored = kind.get('ignoreDifferences');
    return ignored.exists ? [ignoreOf(key, ignored, field)] : [];
  });
}

/**
 * @param key `<group>/<kind>`, or the kind alone for the core group
 * @param ignored has the text with what is ignored
 * @param at what to report if there is something wrong
 */
function ignoreOf(key: string, ignored: Field, at: Field): KeyedIgnore {
  const [group, kind] = key.includes('/') ? key.split('/') : ['', key];
  const read = parsedIn(ignored, at);
  if (read === undefined) return { key, group, kind, entry: at, readable: false };
  // Argo CD looks for managers by the whole key.
  const exact = key === '*/*' || (key.includes('/') && !key.includes('*'));
  const { managedFieldsManagers, ...paths } = read.value as Mapping;
  const value = exact ? { ...paths, managedFieldsManagers } : paths;
  return { key, group, kind, entry: new Field(at.resource, at, [], value), readable: true };
}

/** The YAML in a text, as a field below `at`, which has a place in the file. Undefined if it cannot be read. */
function parsedIn(field: Field, at = field): Field | undefined {
  if (field.exists && field.string === undefined) return undefined;
  const { value, error } = readDocument(field.string ?? '');
  if (error || !(value === null || value === undefined || isMapping(value))) return undefined;
  return new Field(at.resource, at, [], value ?? {});
}

const OWN_IGNORES = 'argocd.argoproj.io/ignore-differences';

/** The annotation in which an object may say what Argo CD ignores of it. */
export const ignoreAnnotation = (resource: Resource): Field => resource.field('metadata', 'annotations', OWN_IGNORES);

/**
 * The fields that an object tells Argo CD to ignore by its own annotation: `jsonPointers`, as in an entry of an Application.
 * Argo CD reads nothing else in the annotation, and ignores an annotation in another form.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/
 */
export function ownIgnores(resource: Resource): Field | undefined {
  const field = ignoreAnnotation(resource);
  const pointers = field.exists ? (parsedIn(field)?.get('jsonPointers').items() ?? []) : [];
  const jsonPointers = pointers.flatMap(({ string }) => string ?? []);
  if (pointers.length === 0 || jsonPointers.length < pointers.length) return undefined;
  return new Field(resource, field, [], { jsonPointers });
}
