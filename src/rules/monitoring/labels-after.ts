import { type Field, readRelabelRule, relabel, relabelProblem } from '../../graph';

/** A series of a pod after the relabelings of an endpoint. */
export interface Relabeled {
  readonly labels: ReadonlyMap<string, string>;
  /** The last rule that was applied. Undefined before the first. */
  readonly rule: Field | undefined;
}

/**
 * The labels of a series before the rules of an endpoint, and after each of them: `relabelings` change the labels of the
 * target, `metricRelabelings` those of a sample. Rules that select targets or samples, and rules that the operator
 * refuses, are passed over.
 *
 * @param target The labels of the target before `relabelings`, such as `__meta_kubernetes_pod_name`, and those that the
 * operator derives from them.
 */
export function* labelsAfter(endpoint: Field, target: Readonly<Record<string, string>>): Generator<Relabeled> {
  const labels = new Map(Object.entries(target));
  yield { labels: visible(labels), rule: undefined };
  for (const rule of endpoint.get('relabelings').items()) {
    apply(labels, rule);
    yield { labels: visible(labels), rule };
  }
  const sample = new Map([...visible(labels), ['__name__', 'metric']]);
  for (const rule of endpoint.get('metricRelabelings').items()) {
    apply(sample, rule);
    yield { labels: visible(sample), rule };
  }
}

/** The labels that series have: not those that Prometheus removes after the relabeling of a target. */
const visible = (labels: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...labels].filter(([name]) => !name.startsWith('__')));

const SELECTS: readonly string[] = ['keep', 'drop', 'keepequal', 'dropequal'];

function apply(labels: Map<string, string>, field: Field): void {
  const rule = readRelabelRule(field);
  if (SELECTS.includes(rule.action ?? 'replace') || relabelProblem(field) !== undefined) return;
  relabel(labels, [rule]);
}
