import { type Graph, memoizeOnGraph, type Wanted } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import { type Workload, workloadOf } from './workload';

/** A Flagger Canary, and what it names. */
export interface FlaggerCanary {
  readonly resource: Resource;
  readonly spec: Field;
  /** `spec.analysis`, or the older `spec.canaryAnalysis`. */
  readonly analysis: Field;
  /** The workload that it takes over. Undefined if the field has no name. */
  readonly target?: Reference;
  readonly workload?: Workload;
  /** The Service that callers use. Flagger owns it, and two more with the suffixes `-primary` and `-canary`. */
  readonly apex: string | undefined;
}

const GROUPS: { readonly [kind: string]: string } = { Deployment: 'apps', DaemonSet: 'apps', Service: '' };

/** Every Flagger Canary. */
export const flaggerCanaries = memoizeOnGraph((graph): readonly FlaggerCanary[] =>
  graph.ofKind('Canary', 'flagger.app').map((resource) => {
    const spec = resource.field('spec');
    const kind = spec.get('targetRef', 'kind').string ?? 'Deployment';
    const { namespace } = resource;
    const target = referenceFrom(graph, spec.get('targetRef', 'name'), kind, { group: GROUPS[kind], namespace });
    const older = spec.get('canaryAnalysis');
    return {
      resource,
      spec,
      analysis: !spec.get('analysis').exists && older.exists ? older : spec.get('analysis'),
      target,
      workload: target?.target && workloadOf(graph, target.target),
      apex: spec.get('service', 'name').string ?? target?.to.name,
    };
  }),
);

/** The names of the Services that Flagger creates, with their namespaces: `shop/checkout-primary`. */
const flaggerServices = memoizeOnGraph(
  (graph) =>
    new Set(
      flaggerCanaries(graph).flatMap(({ resource, apex, target }) =>
        apex === undefined || target?.to.kind === 'Service'
          ? []
          : ['', '-primary', '-canary'].map((suffix) => `${resource.namespace ?? ''}/${apex}${suffix}`),
      ),
    ),
);

/** Whether a Service that the given manifests lack is one that Flagger creates for a Canary. */
export const isMadeByFlagger = (graph: Graph, { kind, name, namespace }: Wanted): boolean =>
  kind === 'Service' && flaggerServices(graph).has(`${namespace ?? ''}/${name}`);
