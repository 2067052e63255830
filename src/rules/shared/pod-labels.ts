import { type Field, type Graph, memoizeOnGraph, type Rollout, serviceOf, type Workload, workloads } from '../../graph';
import { closest } from './suggest';

/** A label whose value differs between a Rollout's selector and its pods. */
export interface LabelDispute {
  readonly key: string;
  readonly wanted: string;
  /** In the selector. */
  readonly selector: Field;
  /** The label in the pod template, which may be absent. */
  readonly label: Field;
  /**
   * Which of the two is the typo: the one that the Services of the Rollout do not select. Undefined if no given Service
   * selects the label.
   */
  readonly odd: Field | undefined;
}

/** The labels of the selector's `matchLabels` that the pods do not have. */
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
 * The cause if pods do not have a label that another object selects: the selector of their workload requires the same
 * label, so the workload contradicts itself.
 */
export function selectorAsksToo({ resource, template }: Workload, key: string, value: unknown): Field[] | undefined {
  const selector = resource.field('spec', 'selector');
  const own = selector.get('matchLabels', key);
  return own.value === value ? [own, selector, template.get('metadata', 'labels', key)] : undefined;
}

/** The field of a canary whose labels the controller sets on running pods. Of two with the label, the one with this value. */
export function metadataThatSets(key: string, wanted: unknown, canary: Field): string | undefined {
  const [first, second] = ['canaryMetadata', 'stableMetadata'].filter((one) => canary.get(one, 'labels', key).exists);
  return second !== undefined && canary.get(second, 'labels', key).value === wanted ? second : first;
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

/** A label of pods that is similar to the one that a selector requires. */
export interface NearLabel {
  readonly meant: string;
  readonly workload: Workload;
}

/** The value that a selector in a namespace probably means, if no pods there have the stated one. */
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
