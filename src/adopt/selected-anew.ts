import {
  type Field,
  isMapping,
  type Labels,
  matchesMap,
  matchesSelector,
  type Resource,
  sameNamespace,
} from '../graph';

/** Where objects say which pods they are for: a map of labels, or a label selector. */
const MAPS: { readonly [kind: string]: readonly string[] } = {
  Service: ['spec', 'selector'],
  Sidecar: ['spec', 'workloadSelector', 'labels'],
  EnvoyFilter: ['spec', 'workloadSelector', 'labels'],
  DestinationRule: ['spec', 'workloadSelector', 'matchLabels'],
  ServiceEntry: ['spec', 'workloadSelector', 'labels'],
};
const SELECTORS: { readonly [kind: string]: readonly string[] } = {
  NetworkPolicy: ['spec', 'podSelector'],
  ...Object.fromEntries(
    [
      ...['PodDisruptionBudget', 'PodMonitor', 'AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
      ...['Telemetry', 'WasmPlugin'],
    ].map((kind) => [kind, ['spec', 'selector']]),
  ),
};

/** The selectors of a set, by the labels that they name, so that a new label finds those that it concerns. */
export class Selectors {
  private readonly byLabel = new Map<string, Resource[]>();
  private readonly monitors: readonly Resource[];

  constructor(objects: readonly Resource[]) {
    this.monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor');
    for (const object of objects) {
      const field = selectorOf(object);
      if (field === undefined) continue;
      for (const label of labelsIn(field)) {
        const list = this.byLabel.get(label);
        if (list) list.push(object);
        else this.byLabel.set(label, [object]);
      }
    }
  }

  /** The objects that select pods by labels that these have anew. */
  public anew(before: Labels, after: Labels, namespace: string | undefined): readonly Resource[] {
    const added = Object.keys(after).filter((label) => after[label] !== before[label]);
    const concerned = [...new Set(added.flatMap((label) => this.byLabel.get(label) ?? []))];
    return concerned.filter(
      (object) => selectsIn(object, namespace) && selects(object, after) && !selects(object, before),
    );
  }

  /** The ServiceMonitors that select a Service. */
  public monitorsOf(service: Resource): readonly Resource[] {
    const labels = service.field('metadata', 'labels').strings;
    return this.monitors.filter(
      (object) => selectsIn(object, service.namespace) && matchesSelector(object.field('spec', 'selector'), labels),
    );
  }

  /** The ServiceMonitors that select a Service by labels that it has anew. */
  public monitorsAnew(before: Labels, after: Labels, namespace: string | undefined): readonly Resource[] {
    return this.monitors.filter((object) => {
      const selector = object.field('spec', 'selector');
      return selectsIn(object, namespace) && matchesSelector(selector, after) && !matchesSelector(selector, before);
    });
  }
}

function selectorOf(object: Resource): Field | undefined {
  const path = MAPS[object.kind] ?? SELECTORS[object.kind];
  const field = path && object.field(...path);
  return field !== undefined && isMapping(field.value) ? field : undefined;
}

function selects(object: Resource, labels: Labels): boolean {
  const field = selectorOf(object)!;
  return Object.hasOwn(MAPS, object.kind) ? matchesMap(field.strings, labels) : matchesSelector(field, labels);
}

function labelsIn(selector: Field): readonly string[] {
  const expressions = selector.get('matchExpressions').items();
  return [
    ...Object.keys(selector.strings),
    ...Object.keys(selector.get('matchLabels').strings),
    ...expressions.flatMap((one) => one.get('key').string ?? []),
  ];
}

/** Whether an object selects in a namespace: its own, and monitors may look into others. */
export function selectsIn(object: Resource, namespace: string | undefined): boolean {
  const selector = object.field('spec', 'namespaceSelector');
  if (object.kind.endsWith('Monitor') && selector.exists) {
    const names = selector.get('matchNames').items();
    return selector.get('any').value === true || names.some(({ value }) => value === namespace);
  }
  return sameNamespace(object.namespace, namespace);
}
