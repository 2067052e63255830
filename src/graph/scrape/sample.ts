import type { Labels } from '../selector';
import { relabel, setLabel } from './relabel';
import type { ScrapeTarget } from './targets';

/** The series that Prometheus stores after a scrape. */
export interface ScrapedSamples {
  /** Each exposed series with its stored labels, in order. Undefined for a dropped one. */
  readonly kept: readonly (Labels | undefined)[];
  /** Why the whole scrape fails: nothing is stored, and `up` is 0. */
  readonly failure: string | undefined;
}

type Judged = Pick<ScrapeTarget, 'labels' | 'job' | 'fails' | 'utf8Names'>;

/**
 * The labels with which Prometheus stores a series that a target exposes, including `__name__`. Undefined if
 * `metricRelabelings` drop it. An exposed label that the target also has is renamed to `exported_…`, or with
 * `honorLabels` replaces the target's.
 */
export function keptLabels(target: Judged, exposed: Labels): Labels | undefined {
  const labels = new Map(
    Object.entries(exposed)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  if (target.job.honorLabels) {
    // An empty exposed label counts as present, so it replaces the target's.
    for (const [name, value] of Object.entries(target.labels))
      if (!Object.hasOwn(exposed, name)) labels.set(name, value);
  } else {
    const conflicts: [name: string, value: string][] = [];
    for (const [name, value] of Object.entries(target.labels)) {
      const own = labels.get(name);
      if (own !== undefined) conflicts.push([name, own]);
      labels.delete(name);
      labels.set(name, value);
    }
    for (const [name, value] of conflicts.sort(([a], [b]) => a.length - b.length)) {
      let renamed = `exported_${name}`;
      while (labels.has(renamed)) renamed = `exported_${renamed}`;
      setLabel(labels, renamed, value);
    }
  }
  if (!relabel(labels, target.job.metricRelabelings) || labels.size === 0) return undefined;
  return Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What Prometheus stores of everything that a target exposes, with the limits of its monitor. */
export function keptSamples(target: Judged, exposed: readonly Labels[]): ScrapedSamples {
  const kept = exposed.map((labels) => keptLabels(target, labels));
  const samples = kept.filter((labels) => labels !== undefined);
  const { samples: limit } = target.job.limits;
  const failure =
    target.fails ??
    samples.map((labels) => seriesProblem(target, labels)).find((problem) => problem !== undefined) ??
    (limit !== undefined && samples.length > limit
      ? `sample_limit exceeded (${samples.length} > ${limit})`
      : undefined);
  return { kept: failure === undefined ? kept : kept.map(() => undefined), failure };
}

/**
 * The series that Prometheus writes about a scrape, such as `up` and `scrape_duration_seconds`. No rule applies to it.
 */
export const reportLabels = (target: Judged, name: string): Labels => ({ __name__: name, ...target.labels });

/** Names before Prometheus 3.0. */
const LEGACY_METRIC = /^[a-zA-Z_:][\w:]*$/;
const LEGACY_LABEL = /^[a-zA-Z_]\w*$/;

const bytes = (text: string): number => Buffer.byteLength(text);

function seriesProblem({ job: { limits }, utf8Names }: Judged, labels: Labels): string | undefined {
  const name = labels.__name__;
  if (name === undefined) return 'relabeling left a series without a name';
  const entries = Object.entries(labels);
  if (!utf8Names && !(LEGACY_METRIC.test(name) && entries.every(([label]) => LEGACY_LABEL.test(label)))) {
    return `invalid metric name or label names (metric: ${name})`;
  }
  if (limits.labels !== undefined && entries.length > limits.labels) {
    return `label_limit exceeded (metric: ${name}, number of labels: ${entries.length}, limit: ${limits.labels})`;
  }
  for (const [label, value] of entries) {
    if (limits.labelNameLength !== undefined && bytes(label) > limits.labelNameLength) {
      return `label_name_length_limit exceeded (metric: ${name}, label name: ${label}, limit: ${limits.labelNameLength})`;
    }
    if (limits.labelValueLength !== undefined && bytes(value) > limits.labelValueLength) {
      return `label_value_length_limit exceeded (metric: ${name}, label name: ${label}, limit: ${limits.labelValueLength})`;
    }
  }
  return undefined;
}
