import type { Subject } from './subject';
import type { Findings, Period } from './period';
import { inPercent, inSeconds, quantile, rounded, sum } from './figures';
import type { LatencyShare } from './result';
import { type Matchers, selectorText, type StableSelector } from './stable-query';
import { whyNoNumbers } from './requests';
import type { TimedSeries } from './source';
import type { Ties } from './ties';

interface Histogram {
  readonly selectors: readonly string[];
  readonly native: boolean;
  /** Seconds in a unit of the metric. */
  readonly unit: number;
}

const WHAT = 'baselineLatency';
const ISTIO = 'istio_request_duration_milliseconds_bucket';

/** The latency of the stable version, by the histograms of the queries. */
export async function measureLatency(subject: Subject, ties: Ties, period: Period, findings: Findings): Promise<void> {
  const histogram = await histogramOf(subject, ties);
  if (histogram === undefined) {
    findings.missing.push({ what: WHAT, why: 'no query reads a histogram of durations' });
    return;
  }
  const found = histogram.native ? await ofNative(histogram, period) : await ofBuckets(histogram, period, findings);
  if ('why' in found) {
    findings.missing.push({ what: WHAT, why: period.problem ?? found.why });
    return;
  }
  const { p50, p90, p99, low, high, shares, left } = found;
  findings.latencies = shares;
  const distribution = shares.map(({ seconds, share }) => `${inPercent(share)} within ${inSeconds(seconds)}`);
  findings.measured.push({
    field: WHAT,
    value: { p50: rounded(p50), p90: rounded(p90), p99: rounded(p99) },
    from: `${distribution.join(', ')}; by ${period.window} p99 is ${inSeconds(low)} to ${inSeconds(high)} (90 % of them); ${left}${histogram.selectors.join(' or ')}`,
  });
}

async function histogramOf(subject: Subject, ties: Ties): Promise<Histogram | undefined> {
  const all = subject.checks.flatMap(({ query }) => query?.selectors ?? []);
  const found = all.find(({ metric, native }) => native || /_bucket$/.test(metric)) ?? ofIstio(all);
  if (found === undefined) return undefined;
  const texts = new Set<string>();
  for (const one of found.metric === ISTIO ? [found] : all.filter(({ metric }) => metric === found.metric)) {
    const matchers: Matchers = [...one.matchers, ...(await ties.of(one)).matchers];
    texts.add(
      selectorText(
        found.metric,
        matchers.filter(({ tells }) => tells !== 'outcome' && tells !== 'bucket'),
      ),
    );
  }
  const unit = /milliseconds|_ms(_|$)/.test(found.metric) ? 0.001 : 1;
  return { selectors: [...texts], native: found.native, unit };
}

/** Istio counts durations of the requests that it counts, with the same labels. */
function ofIstio(all: readonly StableSelector[]): StableSelector | undefined {
  const requests = all.find(({ metric }) => metric === 'istio_requests_total');
  return requests && { ...requests, metric: ISTIO };
}

interface Points {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly low: number;
  readonly high: number;
  readonly shares: readonly LatencyShare[];
  /** Says which steps were left out. */
  readonly left: string;
}

/** Why there are no points, or none to be used. */
interface NoPoints {
  readonly why: string;
}

/** All buckets of all steps added up, and those of each step for the spread. */
async function ofBuckets(
  { selectors, unit }: Histogram,
  period: Period,
  { measured }: Findings,
): Promise<Points | NoPoints> {
  const rates = selectors.map((one) => `rate(${one}[${period.window}])`).join(' or ');
  const series = await period.over(`sum by (le) (${rates})`);
  const { bounds, steps, notNumbers } = stepsOf(series);
  const whole = bounds.map((_, i) => sum(steps.map((row) => row[i])));
  const all = whole[whole.length - 1];
  if (steps.length === 0) return { why: whyNoNumbers(series[0]?.samples, selectors.join(' or ')) };
  if (!(all > 0)) return { why: `no requests were counted by ${selectors.join(' or ')}` };
  if (bounds.length < 2) return { why: `${selectors.join(' or ')} has a single bucket, which tells no quantile` };
  const finite = bounds.filter(Number.isFinite).map((one) => exact(one * unit));
  measured.push({ field: 'latencyBuckets', value: finite, from: `the bounds of ${selectors[0]}` });
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => bucketQuantile(bounds, whole, share) * unit);
  const shares = finite.map((seconds, i) => ({ seconds, share: rounded(whole[i] / all) }));
  const each = steps.map((row) => bucketQuantile(bounds, row, 0.99) * unit).filter(Number.isFinite);
  const [low, high] = [0.05, 0.95].map((share) => quantile(each, share));
  if ([p50, p90, p99].includes(Infinity)) {
    const highest = inSeconds(finite[finite.length - 1]);
    return {
      why: `more than 1 % of requests take longer than the highest bucket, ${highest}; add buckets above it`,
    };
  }
  const left = notNumbers === 0 ? '' : `${notNumbers} windows of ${period.window} are NaN and left out; `;
  return { p50, p90, p99, low, high, shares, left };
}

/** Without what multiplications of floating-point numbers add. */
const exact = (value: number): number => Number(value.toPrecision(12));

/** The rates of each bucket at each step, as rows in the order of the bounds. */
interface BucketSteps {
  /** Ascending. */
  readonly bounds: readonly number[];
  readonly steps: readonly (readonly number[])[];
  /** Steps that were left out because a rate was not a number. */
  readonly notNumbers: number;
}

/** Spellings of one bound, such as `1` and `1.0`, are one bucket: pods and releases of Prometheus write it differently. */
function stepsOf(series: readonly TimedSeries[]): BucketSteps {
  const buckets = series
    .map(({ labels, samples }) => ({ bound: boundOf(labels.le), samples }))
    .filter(({ bound }) => !Number.isNaN(bound));
  const bounds = [...new Set(buckets.map(({ bound }) => bound))].sort((a, b) => a - b);
  const steps = new Map<number, number[]>();
  for (const { bound, samples } of buckets) {
    for (const { at, value } of samples) {
      const row = steps.get(at) ?? bounds.map(() => 0);
      row[bounds.indexOf(bound)] += value;
      steps.set(at, row);
    }
  }
  const rows = [...steps.values()];
  const kept = rows.filter((row) => row.every(Number.isFinite));
  return { bounds, steps: kept, notNumbers: rows.length - kept.length };
}

const boundOf = (le: string | undefined): number => (le === '+Inf' ? Infinity : le === undefined ? NaN : Number(le));

/** As `histogram_quantile` interpolates, but for Infinity where it lies beyond the highest finite bound. */
function bucketQuantile(bounds: readonly number[], cumulative: readonly number[], share: number): number {
  const all = cumulative[cumulative.length - 1];
  if (!(all > 0)) return NaN;
  const wanted = share * all;
  const i = cumulative.findIndex((count) => count >= wanted);
  if (i < 0 || bounds[i] === Infinity) return Infinity;
  const [from, before] = i === 0 ? [0, 0] : [bounds[i - 1], cumulative[i - 1]];
  return from + ((bounds[i] - from) * (wanted - before)) / (cumulative[i] - before);
}

/** The quantiles of a native histogram that are asked for. */
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** The median of the steps: adding up histograms over a long range is too much for one query. */
async function ofNative({ selectors, unit }: Histogram, period: Period): Promise<Points | NoPoints> {
  const rates = selectors.map((one) => `rate(${one}[${period.window}])`).join(' or ');
  const query = QUANTILES.map(
    (share) => `label_replace(histogram_quantile(${share}, sum(${rates})), "quantile", "${share}", "", "")`,
  ).join(' or ');
  const values = new Map<string | undefined, readonly number[]>();
  const series = await period.over(query);
  for (const { labels, samples } of series) {
    const numbers = samples.map(({ value }) => value).filter(Number.isFinite);
    values.set(
      labels.quantile,
      numbers.map((value) => value * unit),
    );
  }
  const of = (share: number): readonly number[] => values.get(String(share)) ?? [];
  const median = (share: number): number => quantile(of(share), 0.5);
  if (of(0.5).length === 0 || of(0.99).length === 0) {
    const named = selectors.join(' or ');
    // The quantile of no requests is NaN.
    const why = series.length === 0 ? whyNoNumbers(undefined, named) : `no requests were counted by ${named}`;
    return { why };
  }
  return {
    p50: median(0.5),
    p90: median(0.9),
    p99: median(0.99),
    low: quantile(of(0.99), 0.05),
    high: quantile(of(0.99), 0.95),
    shares: QUANTILES.map((share) => ({ seconds: rounded(median(share)), share })),
    left: '',
  };
}
