import { matches, type Matcher, type Selector } from '../../promql';
import type { TrafficProfile } from '../profile';
import { countedBy, unitOf } from './counted';
import { candidates, written } from './matcher-texts';
import { DEFAULT_STATUS, statusLabel, type StatusLabel } from './outcome';
import type { QueriedMetric } from './queried';
import { histogramSamples, type CountedOutcome, type DescribedSample } from './sample';

/** What a user states about a metric of the app. */
export interface StatedMetric {
  /** Labels that all of its series have. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The label of the outcome. */
  readonly status?: StatusLabel;
}

/** Whether a series gets a label from its target, by the label's name and the values in queries. */
export type TargetSide = (label: string, values: readonly string[]) => boolean;

/** How the label tells the outcomes of requests. */
interface Family {
  readonly name: string;
  /** A histogram may be exposed in both forms at once. */
  readonly kinds: ReadonlySet<'counter' | 'classic' | 'native'>;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: readonly StatusLabel[];
  /** Of a counter: the only outcome that it counts; undefined: it counts all requests. */
  readonly only?: Exclude<CountedOutcome, 'any'>;
  /** Of a histogram: its units in a second. */
  readonly factor: number;
}

/** How histograms sort durations. */
export type Buckets = Pick<TrafficProfile, 'latencyBuckets' | 'nativeBucketFactor'>;

/** Something about a metric that its queries do not tell. */
class Unknown extends Error {}

/**
 * The request metrics of an app: those that the queries name. Their labels are the ones that the user states, or that
 * follow from the matchers without doubt, which is listed in `assumptions`. Everything else is listed in `refused`.
 */
export class AppMetrics {
  readonly assumptions: string[] = [];
  /** By metric: why its label sets are not known. */
  readonly refused = new Map<string, string>();
  readonly samples: readonly DescribedSample[];

  /** @param asked the metrics that the app exposes itself */
  constructor(
    asked: readonly QueriedMetric[],
    private readonly stated: Readonly<Record<string, StatedMetric>>,
    private readonly targetSide: TargetSide,
    private readonly buckets: Buckets,
  ) {
    const families = new Map<string, Family>();
    for (const [name, metrics] of grouped(asked)) {
      try {
        families.set(name, this.family(name, metrics));
      } catch (error) {
        if (!(error instanceof Unknown) && !(error instanceof SyntaxError)) throw error;
        for (const metric of metrics) this.refused.set(metric.name, error.message);
      }
    }
    this.samples = [...families.values()].flatMap((family) => samplesOf(family, buckets));
  }

  private family(name: string, metrics: readonly QueriedMetric[]): Family {
    const native = metrics.some((metric) => metric.native);
    const classic = metrics.some((metric) => metric.name !== name);
    const histogram = native || classic;
    const kinds = new Set(
      histogram
        ? [...(classic ? (['classic'] as const) : []), ...(native ? (['native'] as const) : [])]
        : ['counter' as const],
    );
    if (native) {
      this.assumptions.push(
        `${name} is a native histogram, which Prometheus scrapes as such, and its bounds grow by a factor of ${this.buckets.nativeBucketFactor} at most (nativeBucketFactor of the profile)`,
      );
    }
    const given = this.stated[name];
    const { only, factor } = this.meaningOf(name, metrics, histogram, given !== undefined);
    if (given) {
      const status = given.status ? [given.status] : [];
      return { name, kinds, labels: given.labels ?? {}, status, only: given.status ? undefined : only, factor };
    }
    const selectors = metrics.flatMap((metric) => metric.selectors);
    const labels: Record<string, string> = {};
    const status: StatusLabel[] = [];
    const wanted = new Set(selectors.flatMap(({ matchers }) => matchers.map((one) => one.label)));
    if (wanted.size > MOST_LABELS) {
      throw new Unknown(`queries select ${name} by ${wanted.size} labels, and no series has more than ${MOST_LABELS}`);
    }
    for (const label of wanted) {
      if (label === 'le' || label === '__name__') continue;
      const on = selectors.map(({ matchers }) => matchers.filter((one) => one.label === label));
      const all = on.flat();
      const values = all.map(({ value }) => value);
      if (this.targetSide(label, values)) continue;
      const found = statusLabel(name, label, all);
      if (found === undefined) {
        const value = constantOf(name, on, selectors);
        if (value !== '') labels[label] = value;
        this.assumptions.push(
          value === ''
            ? `no series of ${name} has the label ${label}, and no request is one that ${all.map(written)[0]} leaves out`
            : `every series of ${name} has ${label}="${value}"`,
        );
      } else if ('unclear' in found) throw new Unknown(found.unclear);
      else status.push(found);
    }
    const telling = status.length > 0 ? status : histogram || only ? [] : [DEFAULT_STATUS];
    for (const { label, succeeded, failed } of status) {
      this.assumptions.push(`${name} has ${label}="${succeeded}" for a success and ${label}="${failed}" for a failure`);
    }
    return { name, kinds, labels, status: telling, only, factor };
  }

  /** The meaning of a metric, by its name and by how queries read it. A metric that the user describes counts requests. */
  private meaningOf(
    name: string,
    metrics: readonly QueriedMetric[],
    histogram: boolean,
    isStated: boolean,
  ): Pick<Family, 'only' | 'factor'> {
    // Any metric may be asked whether it has series.
    if (metrics.every(({ valued }) => !valued)) return { factor: 1 };
    const plain = metrics.find((metric) => metric.name === name && !metric.native);
    if (plain?.valued && !isStated && (histogram || !(plain.grows || /_(total|count)$/.test(name)))) {
      throw new Unknown(
        `${name} is read as a value of the moment, and a traffic profile knows none of ${histogram ? 'a summary' : 'a gauge'}`,
      );
    }
    const meaning = histogram ? unitOf(name) : countedBy(name);
    if ('unclear' in meaning) {
      if (!isStated) throw new Unknown(meaning.unclear);
      return { factor: 1 };
    }
    if (meaning.assumption !== undefined) this.assumptions.push(meaning.assumption);
    if ('factor' in meaning) return { factor: meaning.factor };
    return { factor: 1, only: meaning.outcome === 'labelled' ? undefined : meaning.outcome };
  }
}

/** Beyond what any app exposes: each label is part of every series and of every scrape. */
const MOST_LABELS = 100;

/** Buckets, sum and count of a histogram are one metric. */
function grouped(asked: readonly QueriedMetric[]): Map<string, QueriedMetric[]> {
  const names = new Set(asked.map(({ name }) => name));
  const natives = new Set(asked.filter(({ native }) => native).map(({ name }) => name));
  const families = new Map<string, QueriedMetric[]>();
  for (const metric of asked) {
    const base = metric.name.replace(/_(bucket|sum|count)$/, '');
    const histogram =
      base !== metric.name &&
      (/_(bucket|sum)$/.test(metric.name) ||
        natives.has(base) ||
        names.has(`${base}_bucket`) ||
        names.has(`${base}_sum`));
    const name = histogram ? base : metric.name;
    families.set(name, [...(families.get(name) ?? []), metric]);
  }
  return families;
}

/**
 * The value of a label that does not depend on outcomes: one value for all series if every selector of the metric
 * selects the same value; no value if the matchers accept an absent label. Throws Unknown otherwise: the label divides
 * requests, and nobody stated in which shares.
 */
function constantOf(metric: string, on: readonly (readonly Matcher[])[], selectors: readonly Selector[]): string {
  const all = on.flat();
  if (all.every((matcher) => matches(matcher, ''))) return '';
  const wanted = candidates(all).find((value) => on.every((matchers) => matchers.every((one) => matches(one, value))));
  const everywhere = on.every((matchers) => matchers.length > 0);
  if (wanted !== undefined && everywhere) return wanted;
  const how = everywhere
    ? 'selectors of it ask for different values'
    : `of ${selectors.length} selectors of it only ${on.filter((matchers) => matchers.length > 0).length} ask for it`;
  throw new Unknown(
    `it is not known which requests ${metric} counts with ${[...new Set(all.map(written))].join(' and ')}: ${how}`,
  );
}

function samplesOf(
  { name, kinds, labels, status, only, factor }: Family,
  { latencyBuckets }: Buckets,
): DescribedSample[] {
  const all: readonly CountedOutcome[] = status.length === 0 ? ['any'] : ['succeeded', 'failed'];
  const outcomes = only === undefined ? all : [only];
  return outcomes.flatMap((outcome): DescribedSample[] => {
    const own = Object.fromEntries(
      status.map(({ label, succeeded, failed }) => [label, outcome === 'failed' ? failed : succeeded]),
    );
    const every = { ...labels, ...own };
    const appears = status.length === 0 ? 'at-once' : 'as-the-profile-says';
    return [
      ...(kinds.has('classic') ? histogramSamples(name, every, outcome, latencyBuckets, { factor, appears }) : []),
      ...(kinds.has('native')
        ? [{ name, labels: every, shows: { type: 'requests', outcome, part: 'histogram', factor, appears } as const }]
        : []),
      ...(kinds.has('counter')
        ? [{ name, labels: every, shows: { type: 'requests', outcome, part: 'count', factor: 1, appears } as const }]
        : []),
    ];
  });
}
