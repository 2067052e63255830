import {
  type Application,
  type Field,
  type GlobalIgnore,
  globalIgnores,
  type Graph,
  ignoreAnnotation,
  ownIgnores,
  type Resource,
} from '../../graph';
import { ARGO_CD, lookUp } from '../../versions';
import { jqFails } from './jq-failure';

/** A path that Argo CD ignores, as a jq path without `?`, spaces and `select`: `.spec.http[].route[].weight`. */
export interface IgnoredPath {
  readonly field: Field;
  readonly path: string;
  /** False for a JSON pointer. */
  readonly isJq: boolean;
  /** Whether it applies only to objects that a `select` at its start chooses, such as those during a rollout. */
  readonly sometimes: boolean;
}

/** The entries of `ignoreDifferences` that are about a resource: of its Application, its own, and of `argocd-cm`. */
export function ignoresFor(graph: Graph, { ignores }: Application, resource: Resource): Field[] {
  const own = ignores.filter((entry) => {
    const [group, kind] = ['group', 'kind'].map((key) => entry.get(key).string ?? '');
    const [name, namespace] = ['name', 'namespace'].map((key) => entry.get(key).string || undefined);
    return (
      matches(group, resource.group) &&
      matches(kind, resource.kind) &&
      (name === undefined || name === resource.name) &&
      (namespace === undefined || resource.namespace === undefined || namespace === resource.namespace)
    );
  });
  const annotated = lookUp(ARGO_CD.readsOwnIgnores, graph.releases.argoCd) ? (ownIgnores(resource) ?? []) : [];
  return [...own, ...globallyIgnored(graph, resource).map(({ entry }) => entry)].concat(annotated);
}

/** Why what an object itself says that is ignored has no effect. Undefined where it has, and where it says nothing. */
export function withoutEffect(graph: Graph, resource: Resource): string | undefined {
  if (!ignoreAnnotation(resource).exists) return undefined;
  if (!lookUp(ARGO_CD.readsOwnIgnores, graph.releases.argoCd)) {
    return 'its annotation ignore-differences has an effect from Argo CD 3.6 on';
  }
  return ownIgnores(resource) === undefined
    ? 'its annotation ignore-differences counts with jsonPointers only'
    : undefined;
}

const globallyIgnored = (graph: Graph, resource: Resource): GlobalIgnore[] =>
  globalIgnores(graph).filter(({ group, kind }) => matches(group, resource.group) && matches(kind, resource.kind));

/** Argo CD reads groups and kinds as patterns, in which a star matches anything. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** The paths of an entry. JSON pointers are turned into jq paths. */
export function ignoredPaths(entry: Field): IgnoredPath[] {
  const pointers = entry.get('jsonPointers').items();
  const expressions = entry.get('jqPathExpressions').items();
  return [
    ...pointers.map((field) => ({ field, path: fromPointer(field.string ?? ''), isJq: false, sometimes: false })),
    // Expressions joined by a comma are separate paths.
    ...expressions.flatMap((field) =>
      splitTop(field.string ?? '', ',').map((one) => {
        const all = stages(one.replace(/[?\s]/g, ''));
        const sometimes = all.length > 1 && all[0].startsWith('select(');
        return { field, path: fromStages(sometimes ? all.slice(1) : all), isJq: true, sometimes };
      }),
    ),
  ];
}

/** Which elements of a list a path selects does not matter, unless the elements themselves are ignored. */
function fromStages([first = '', ...rest]: readonly string[]): string {
  return rest
    .filter((stage, i) => i === rest.length - 1 || !stage.startsWith('select('))
    .reduce((path, stage) => path + (stage.startsWith('select(') ? `|${stage}` : stage), first)
    .replace(/\[\d+\]/g, '[]');
}

/** The parts between pipes, except for pipes in parentheses. */
const stages = (expression: string): string[] => splitTop(expression, '|');

/** Splits at a letter outside parentheses. */
function splitTop(expression: string, by: string): string[] {
  const found = [''];
  let depth = 0;
  for (const letter of expression) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === by && depth === 0) found.push('');
    else found[found.length - 1] += letter;
  }
  return found;
}

const fromPointer = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => (/^\d+$/.test(key) ? '[]' : `.${key.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');

/** The jq expressions about a resource that fail on it, so that Argo CD drops them. */
export const failingExpressions = (graph: Graph, application: Application, resource: Resource): Field[] =>
  ignoresFor(graph, application, resource).flatMap((entry) =>
    entry
      .get('jqPathExpressions')
      .items()
      .filter(({ string }) => string !== undefined && jqFails(string, resource)),
  );

/** Whether Argo CD ignores something below a path of a resource: the path itself, what contains it, or what is in it. */
export function ignoresBelow(graph: Graph, application: Application, resource: Resource, path: string): boolean {
  // What a text ignores that cannot be read is not known.
  if (globallyIgnored(graph, resource).some(({ readable }) => !readable)) return true;
  return ignoresFor(graph, application, resource).some(
    (entry) =>
      managersOf(entry).length > 0 ||
      ignoredPaths(entry).some(
        (one) =>
          one.path !== '' &&
          (one.path.startsWith(path) || path.startsWith(one.path)) &&
          !(one.isJq && jqFails(one.field.string ?? '', resource)),
      ),
  );
}

/** The field managers of an entry that stand for the controller. */
export const managersOf = (entry: Field): Field[] =>
  entry
    .get('managedFieldsManagers')
    .items()
    .filter(({ string }) => string === 'rollouts-controller');

/** The sync option with which a sync keeps what is ignored. */
export const RESPECT = 'RespectIgnoreDifferences=true';

/** The place where an Application turns that option on. */
export const respectOf = ({ resource }: Application): Field | undefined =>
  resource
    .field('spec', 'syncPolicy', 'syncOptions')
    .items()
    .find(({ string }) => string === RESPECT);

/** Whether a sync of an Application leaves a field of a resource as it is in the cluster. */
export const keepsLive = (graph: Graph, application: Application, resource: Resource, path: string): boolean =>
  respectOf(application) !== undefined &&
  ignoresFor(graph, application, resource)
    .flatMap(ignoredPaths)
    .some((one) => !one.sometimes && one.path !== '' && (one.path === path || path.startsWith(`${one.path}.`)));
