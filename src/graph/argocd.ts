import { dirname } from 'node:path';
import { once } from './graph';
import type { Field, Resource } from './resource';

/** An Argo CD Application, and which of the given resources it applies. */
export interface Application {
  readonly resource: Resource;
  /** `spec.ignoreDifferences`, one each. */
  readonly ignores: readonly Field[];
  readonly syncOptions: readonly string[];
  /** The namespace into which it puts what states none. */
  readonly destination: string | undefined;
  /**
   * The resources in the folder that one of its sources names, as far as the given files show it; where no given file
   * is in such a folder, those of its destination namespace.
   */
  readonly resources: readonly Resource[];
}

const byFolder = once((graph) => group(graph.resources, ({ origin }) => dirname(origin.file)));
const byNamespace = once((graph) => group(graph.resources, ({ namespace }) => namespace ?? ''));

/** All Applications. */
export const applications = once((graph): readonly Application[] =>
  graph.ofKind('Application', 'argoproj.io').map((resource) => {
    const spec = resource.field('spec');
    const destination = spec.get('destination', 'namespace').string;
    const paths = [spec.get('source'), ...spec.get('sources').items()].flatMap(
      (source) => source.get('path').string ?? [],
    );
    const folders = [...byFolder(graph).keys()].filter((folder) => paths.some((path) => isBelow(folder, path)));
    const inFolders = folders.flatMap((folder) => byFolder(graph).get(folder) ?? []);
    const found = folders.length > 0 ? inFolders : destination ? (byNamespace(graph).get(destination) ?? []) : [];
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

/** Whether a folder is what a source's path names, or below it: paths count from the root of a repository. */
function isBelow(folder: string, path: string): boolean {
  const wanted = path.replace(/^\.?\/+|\/+$/g, '');
  if (wanted === '' || wanted === '.') return false;
  return `/${folder}/`.includes(`/${wanted}/`);
}

function group(resources: readonly Resource[], key: (resource: Resource) => string): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of resources) {
    const list = found.get(key(resource));
    if (list) list.push(resource);
    else found.set(key(resource), [resource]);
  }
  return found;
}
