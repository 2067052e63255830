import { type Field, type Graph, memoizeOnGraph, type Rollout, serviceOf, type Workload, workloads } from '../../graph';
import { closest } from './suggest';

/** A label by which a Rollout's own selector and its pods disagree. */
export interface LabelDispute {
  readonly key: string;
  readonly wanted: string;
  /** In the selector. */
  readonly selector: Field;
  /** In the pod template; it need not exist. */
  readonly label: Field;
  /**
   * Which of the two stands alone: the Services that the Rollout names ask for the other. Undefined where no Service
   * here has a say.
   */
  readonly odd: Field | undefined;
}

/** What of the selector's `matchLabels` the pods do not have. */
export function labelDisputes(graph: Graph, { resource, workload, services }: Rollout): LabelDispute[] {
  const { labels } = workload;
  if (labels === undefined) return [];
  const wanted = resource.field('spec', 'selector', 'matchLabels');
  const selectors = Object.values(services).map(({ target }) => serviceOf(graph, target)?.selector);
  const disputed = wanted.entries().filter(([key, { string }]) => string !== undefined && string !== labels[key]);
  return disputed.map(([key, selector]): LabelDispute => {
    const label = workload.template.get('metadata', 'labels', key);
    const says = (value: string | undefined): boolean =>
      value !== undefined && selectors.some((one) => one?.[key] === value);
    const [forLabel, forSelector] = [says(labels[key]), says(selector.string)];
    const odd = forLabel === forSelector ? undefined : forLabel ? selector : label;
    return { key, wanted: selector.string!, selector, label, odd };
  });
}

/**
 * Where it comes from that pods lack a label that something else asks for: the selector of their own workload asks for
 * the same, so that it does not agree with itself.
 */
export function selectorAsksToo({ resource, template }: Workload, key: string, value: unknown): Field[] | undefined {
  const selector = resource.field('spec', 'selector');
  const own = selector.get('matchLabels', key);
  return own.value === value ? [own, selector, template.get('metadata', 'labels', key)] : undefined;
}

/** The values of a label that the pods of a namespace have, each with a workload that has it. */
const podLabels = memoizeOnGraph((graph) => {
  const found = new Map<string, Map<string, Workload>>();
  for (const workload of workloads(graph)) {
    for (const [key, value] of Object.entries(workload.labels ?? {})) {
      for (const namespace of new Set([workload.resource.namespace ?? '', '*'])) {
        const values = found.get(`${namespace} ${key}`) ?? new Map<string, Workload>();
        found.set(`${namespace} ${key}`, values.set(value, workload));
      }
    }
  }
  return found;
});

/** A label of pods that is nearly what a selector asks for. */
export interface NearLabel {
  readonly meant: string;
  readonly workload: Workload;
}

/** What a selector in a namespace probably means, if no pods there have the value that it asks for. */
export function nearestLabel(
  graph: Graph,
  namespace: string | undefined,
  key: string,
  value: string,
): NearLabel | undefined {
  for (const space of namespace === undefined ? ['*'] : [namespace, '']) {
    const values = podLabels(graph).get(`${space} ${key}`);
    if (values === undefined) continue;
    if (values.has(value)) return undefined;
    const meant = closest(value, values.keys());
    if (meant !== undefined) return { meant, workload: values.get(meant)! };
  }
  return undefined;
}
