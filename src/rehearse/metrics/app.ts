import type { RequestCounts, RequestTally } from './request-counters';
import { matchersOn, type QueriedMetric } from './queried';
import { DEFAULT_STATUS, type StatusLabel, statusLabel } from './status';

/** A sample as a process exposes it. */
export interface Exposed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What somebody says about a metric of the app. */
export interface StatedMetric {
  /** Labels that all of its series have. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The label of the outcome. */
  readonly status?: StatusLabel;
}

/** Labels that Prometheus gives to a target. An app that exposes them itself is not what a rehearsal assumes. */
const TARGET_LABELS =
  /^(job|instance|namespace|pod|pod_name|service|container|endpoint|node|prometheus|cluster|le|exported_.*|.*pod_template_hash.*)$/;

/** How the app's requests come out of it. */
interface Family {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly labels: Readonly<Record<string, string>>;
  readonly status: StatusLabel | undefined;
}

/**
 * The metrics that an app exposes: those of its requests for which the queries ask, by the names that they use. What it
 * cannot know about them it takes from the matchers and says so in `notes`; a label that only a target can have it never
 * invents.
 */
export class AppMetrics {
  readonly notes: string[] = [];
  private readonly families: readonly Family[];
  /** Upper bounds of the histogram's buckets in seconds; none where no histogram is asked for. */
  readonly bounds: readonly number[];

  /**
   * @param asked those metrics that are the app's own
   * @param targetSide whether a label comes from the target: those that monitors copy from pods and Services
   */
  constructor(
    asked: readonly QueriedMetric[],
    private readonly stated: Readonly<Record<string, StatedMetric>>,
    private readonly targetSide: (label: string, value: string) => boolean,
    buckets: readonly number[],
    private readonly countersFromZero: boolean,
  ) {
    const families = new Map<string, Family>();
    for (const metric of asked) {
      const base = metric.name.replace(/_(bucket|sum|count)$/, '');
      const histogram = base !== metric.name && /_(bucket|sum)$/.test(metric.name);
      const known = asked.some(({ name }) => name === `${base}_bucket` || name === `${base}_sum`);
      const family = this.family(metric, histogram || known ? base : metric.name, histogram || known);
      const other = families.get(family.name);
      families.set(family.name, other ? { ...other, ...family, status: family.status ?? other.status } : family);
    }
    this.families = [...families.values()];
    this.bounds = this.families.some(({ kind }) => kind === 'histogram') ? buckets : [];
  }

  /** What a process exposes at a moment. */
  expose(counters: RequestCounts): Exposed[] {
    return this.families.flatMap((family) =>
      family.kind === 'counter' ? this.counter(family, counters) : this.histogram(family, counters),
    );
  }

  private counter({ name, labels, status }: Family, counters: RequestCounts): Exposed[] {
    const { succeeded, failed } = counters;
    if (status === undefined) return [{ name, labels, value: succeeded.count + failed.count }];
    return [
      { name, labels: { ...labels, [status.label]: status.succeeded }, value: succeeded.count },
      { name, labels: { ...labels, [status.label]: status.failed }, value: failed.count },
    ].filter(({ value }) => value > 0 || this.countersFromZero);
  }

  private histogram({ name, labels, status }: Family, { succeeded, failed }: RequestCounts): Exposed[] {
    const series = (of: readonly RequestTally[], more: Readonly<Record<string, string>>): Exposed[] => {
      const count = of.reduce((sum, tally) => sum + tally.count, 0);
      if (count === 0 && !this.countersFromZero && status !== undefined) return [];
      let below = 0;
      const buckets = this.bounds.map((bound, i): Exposed => {
        below += of.reduce((sum, tally) => sum + tally.buckets[i], 0);
        return { name: `${name}_bucket`, labels: { ...labels, ...more, le: String(bound) }, value: below };
      });
      const all = { ...labels, ...more };
      return [
        ...buckets,
        { name: `${name}_bucket`, labels: { ...all, le: '+Inf' }, value: count },
        { name: `${name}_sum`, labels: all, value: of.reduce((sum, tally) => sum + tally.sum, 0) },
        { name: `${name}_count`, labels: all, value: count },
      ];
    };
    if (status === undefined) return series([succeeded, failed], {});
    return [
      ...series([succeeded], { [status.label]: status.succeeded }),
      ...series([failed], { [status.label]: status.failed }),
    ];
  }

  private family(metric: QueriedMetric, name: string, histogram: boolean): Family {
    const given = this.stated[name];
    const kind = histogram ? 'histogram' : 'counter';
    if (given) return { name, kind, labels: given.labels ?? {}, status: given.status };
    const labels: Record<string, string> = {};
    let status: StatusLabel | undefined;
    const asked = new Set(metric.selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label)));
    for (const label of asked) {
      if (label === 'le' || TARGET_LABELS.test(label)) continue;
      const matchers = matchersOn(metric, label);
      const own = matchers.filter(({ value }) => !this.targetSide(label, value));
      if (own.length < matchers.length) continue;
      const found = statusLabel(label, matchers);
      const [plain] = matchers.filter(({ operator }) => operator === '=');
      if (found) status ??= found;
      else if (plain) {
        labels[label] = plain.value;
        this.notes.push(`${name} is taken to have ${label}="${plain.value}" on every series, as the query asks for it`);
      } else {
        this.notes.push(`${name} is taken to have no label '${label}', for which the query asks`);
      }
    }
    return { name, kind, labels, status: status ?? (histogram ? undefined : DEFAULT_STATUS) };
  }
}
