import { isMapping, type Resource } from '../graph';
import { wordsIn } from './outline';

/** Kinds of which each app has its own objects. Those of all other kinds may concern any number of objects. */
const OF_APPS = new Set([
  ...['Rollout', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'AnalysisTemplate'],
  ...['Service', 'ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'Ingress', 'Role', 'RoleBinding'],
  ...['VirtualService', 'DestinationRule', 'HTTPRoute', 'GRPCRoute', 'PodMonitor', 'ServiceMonitor', 'Application'],
  ...['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ScaledObject'],
]);

/** Configuration of the controllers, which is looked up by a fixed name. */
const OF_CONTROLLERS = /^(argo|istio|prometheus|kube)/;

/** Selectors. Those of namespaces and nodes only narrow down what another one selects. */
const SELECTOR = /^(selector|labelSelector|podSelector|matchLabels)$/;
const HOSTS = /^(host|hosts|hostnames)$/;

/** Facts about the set of all files. */
export interface Surroundings {
  /** Whether so many files hold a word that it connects nothing. */
  readonly isCommon: (word: string) => boolean;
  /** Whether there is a folder whose path ends with, or has, this part. */
  readonly hasFolder: (path: string) => boolean;
}

/**
 * Whether an object concerns others that share no uncommon word with it: by its kind, by a selector of common labels, by a
 * wildcard, or by a name that many use. Its findings depend on any number of files.
 */
export function isWide(resource: Resource, around: Surroundings): boolean {
  const { kind, name, manifest } = resource;
  if (!OF_APPS.has(kind) || allCommon(wordsIn(name), around)) return true;
  if ((kind === 'ConfigMap' || kind === 'Secret') && OF_CONTROLLERS.test(name)) return true;
  if (kind === 'Application') return appliesMany(resource, around);
  if (/Route$/.test(kind) && !resource.field('spec', 'hostnames').exists) return true;
  return reachesFar(manifest, around);
}

const allCommon = (words: readonly string[], { isCommon }: Surroundings): boolean => words.every(isCommon);

/** An Application whose folder is not among the given ones is taken for one of all objects of its namespace. */
function appliesMany(resource: Resource, around: Surroundings): boolean {
  const spec = resource.field('spec');
  const paths = [spec.get('source'), ...spec.get('sources').items()].map((source) => source.get('path').string ?? '');
  return paths.length === 0 || paths.some((path) => !around.hasFolder(path) || allCommon(wordsIn(path), around));
}

function reachesFar(value: unknown, around: Surroundings): boolean {
  if (Array.isArray(value)) return value.some((item) => reachesFar(item, around));
  if (!isMapping(value)) return false;
  for (const [key, below] of Object.entries(value)) {
    if (SELECTOR.test(key) && isMapping(below) && selectsMany(below, around)) return true;
    if (HOSTS.test(key) && textsOf(below).some((host) => host.includes('*'))) return true;
    if (typeof below === 'object' && reachesFar(below, around)) return true;
  }
  return false;
}

const selectsMany = (selector: object, around: Surroundings): boolean =>
  'matchExpressions' in selector || allCommon(textsOf(selector).flatMap(wordsIn), around);

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
