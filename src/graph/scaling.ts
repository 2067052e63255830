import { type Graph, memoizeOnGraph } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import { selectedByExpression, type Workload } from './workload';

/** A HorizontalPodAutoscaler, a KEDA ScaledObject or a VerticalPodAutoscaler, and what it scales. */
export interface Scaler {
  readonly resource: Resource;
  readonly target: Reference | undefined;
  /** The minimum and maximum of replicas, which may be absent. The kinds have different names for them. */
  readonly least: Field;
  readonly most: Field;
}

/** For each kind: the field of its target, the default kind of the target, and the fields of its bounds. */
const SCALERS = [
  {
    kind: 'HorizontalPodAutoscaler',
    target: 'scaleTargetRef',
    otherwise: '',
    least: 'minReplicas',
    most: 'maxReplicas',
  },
  {
    kind: 'ScaledObject',
    target: 'scaleTargetRef',
    otherwise: 'Deployment',
    least: 'minReplicaCount',
    most: 'maxReplicaCount',
  },
  { kind: 'VerticalPodAutoscaler', target: 'targetRef', otherwise: '', least: '', most: '' },
];

/** All scalers. What a VerticalPodAutoscaler changes is the size of pods: `replicaScalers` leaves it out. */
export const scalers = memoizeOnGraph((graph): readonly Scaler[] =>
  SCALERS.flatMap(({ kind, target, otherwise, least, most }) =>
    graph.ofKind(kind).map((resource) => {
      const spec = resource.field('spec');
      const ref = spec.get(target);
      const group = ref.get('apiVersion').string?.split('/').slice(0, -1).join('/');
      return {
        resource,
        target: referenceFrom(graph, ref.get('name'), ref.get('kind').string ?? otherwise, {
          group,
          namespace: resource.namespace,
        }),
        least: spec.get(least),
        most: spec.get(most),
      };
    }),
  ),
);

/** The scalers that set a number of pods. */
export const replicaScalers = memoizeOnGraph((graph): readonly Scaler[] =>
  scalers(graph).filter(({ resource }) => resource.kind !== 'VerticalPodAutoscaler'),
);

const byTarget = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Scaler[]>();
  for (const scaler of scalers(graph)) {
    const target = scaler.target?.target;
    if (target === undefined) continue;
    const list = found.get(target);
    if (list) list.push(scaler);
    else found.set(target, [scaler]);
  }
  return found;
});

/** What scales a resource. */
export function scalersOf(graph: Graph, resource: Resource): readonly Scaler[] {
  return byTarget(graph).get(resource) ?? [];
}

/** A PodDisruptionBudget. The workloads whose pods it protects are looked up when they are first asked for. */
export class DisruptionBudget {
  private ofWorkloads: readonly Workload[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.ofWorkloads = undefined;
  }

  get workloads(): readonly Workload[] {
    const { graph, resource } = this;
    return (this.ofWorkloads ??= graph.nearestOfEach(
      selectedByExpression(graph, resource.field('spec', 'selector'), resource.namespace),
      resource,
    ));
  }
}

/** All PodDisruptionBudgets. */
export const disruptionBudgets = memoizeOnGraph((graph): readonly DisruptionBudget[] =>
  graph.ofKind('PodDisruptionBudget', 'policy').map((resource) => new DisruptionBudget(graph, resource)),
);
