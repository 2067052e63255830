import { type Field, type Graph, injectionOf, type Resource } from '../graph';
import type { Options } from './values';

/** How a workload's pods belong to the mesh of Istio, before and after it is adopted. */
export interface MeshRemarks {
  /** What changes and is usual, one sentence each. */
  readonly said: readonly string[];
  /** What contradicts the manifests, one sentence each. */
  readonly dangerous: readonly string[];
}

const templateOf = (workload: Resource): Field => workload.field('spec', 'template');

/** What keeps the pods of a workload outside the mesh of Istio, as a reader would write it. Undefined if nothing does. */
export function keptOutBy(graph: Graph, workload: Resource): string | undefined {
  const template = templateOf(workload);
  if (template.get('spec', 'hostNetwork').value === true) return 'hostNetwork: true';
  const labels = template.get('metadata', 'labels').strings;
  const { state, decidedBy } = injectionOf(graph, { resource: workload, template, labels });
  return state === 'disabled' && decidedBy !== undefined ? written(decidedBy) : undefined;
}

/** The options of an app whose pods stay outside the mesh, so that no sidecar serves their metrics. */
export const OUTSIDE_THE_MESH: Options = { sidecar: 'none', monitoring: { access: 'direct' } };

/** A label or an annotation with its object: `annotation sidecar.istio.io/inject: "false"`. */
function written(field: Field): string {
  const path = field.path.map(String);
  const what = path.includes('annotations') ? 'annotation' : 'label';
  const where = field.resource.kind === 'Namespace' ? ` of Namespace ${field.resource.name}` : '';
  return `${what} ${path[path.length - 1]}: ${JSON.stringify(field.value)}${where}`;
}

/** Sidecars of other meshes, by the annotation or label that asks for them. */
const OTHER_MESHES: readonly (readonly [mesh: string, key: string, values: readonly string[]])[] = [
  ['Linkerd', 'linkerd.io/inject', ['enabled', 'ingress']],
  ['Consul', 'consul.hashicorp.com/connect-inject', ['true']],
  ['Kuma', 'kuma.io/sidecar-injection', ['enabled', 'true']],
];

/**
 * What a Rollout changes in how its pods belong to meshes.
 *
 * @param isSplitByIstio Whether a route of Istio splits its requests.
 */
export function meshRemarks(
  graph: Graph,
  deployment: Resource,
  rollout: Resource,
  isSplitByIstio: boolean,
): MeshRemarks {
  const stateOf = (workload: Resource) => {
    const template = templateOf(workload);
    const labels = template.get('metadata', 'labels').strings;
    return injectionOf(graph, { resource: workload, template, labels });
  };
  const { name } = deployment;
  const keptOut = keptOutBy(graph, deployment);
  if (keptOut !== undefined) {
    const why = `the pods of ${name} stay outside the mesh (${keptOut}), so that Istio splits only the requests that pass a gateway or come from pods of the mesh`;
    return {
      said: [],
      dangerous: isSplitByIstio ? [`${why}; let the pods join the mesh, or state another router`] : [],
    };
  }
  const [before, after] = [stateOf(deployment), stateOf(rollout)];
  if (after.state !== 'enabled' || before.state === 'enabled' || after.decidedBy === undefined) {
    return { said: [], dangerous: [] };
  }
  const join = `the pods of ${name} join the mesh of Istio and get a sidecar, by the ${written(after.decidedBy)}`;
  if (before.state === 'ambient') {
    const by = before.decidedBy ? ` (${written(before.decidedBy)})` : '';
    return { said: [], dangerous: [`${join}, although they are in the ambient mesh${by}; state \`ambient\``] };
  }
  const metadata = templateOf(deployment).get('metadata');
  const other = OTHER_MESHES.find(([, key, values]) =>
    ['annotations', 'labels'].some((where) => values.includes(metadata.get(where, key).string ?? '')),
  );
  if (other === undefined) return { said: [join], dangerous: [] };
  return {
    said: [],
    dangerous: [`${join}, although they are in the mesh of ${other[0]} (${other[1]}); state another router`],
  };
}

/** Pods that ask not to be scraped, and what scrapes them from now on. */
export function scrapeRemarks(deployment: Resource, rollout: Resource, added: readonly Resource[]): readonly string[] {
  const annotation = (workload: Resource, key: string) =>
    templateOf(workload).get('metadata', 'annotations', key).string;
  const opted = ['prometheus.io/scrape', 'prometheus.istio.io/merge-metrics'].filter(
    (key) => annotation(deployment, key) === 'false',
  );
  if (opted.length === 0) return [];
  const merge = 'prometheus.istio.io/merge-metrics';
  const isMerged = annotation(rollout, merge) === 'true' && annotation(deployment, merge) !== 'true';
  const scrapes = [
    ...added.map(({ kind, name }) => `the new ${kind} ${name}`),
    ...(isMerged ? [`their sidecars (annotation ${merge}: "true")`] : []),
  ];
  if (scrapes.length === 0) return [];
  const what = opted.map((key) => `annotation ${key}: "false"`).join(', ');
  return [
    `the pods of ${deployment.name} ask not to be scraped (${what}), but ${scrapes.join(' and ')} would scrape them; if they serve metrics, remove the annotation, otherwise the analyses find no data`,
  ];
}
