import type { Subject } from './subject';
import type { Findings, Period } from './period';
import { inPercent, inSeconds, quantile, rounded, sum } from './figures';
import type { LatencyShare } from './result';
import { type Matchers, selectorText, type StableSelector } from './stable-query';
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
  const from = histogram.selectors.join(' or ');
  if (found === undefined) {
    findings.missing.push({ what: WHAT, why: period.problem ?? `Prometheus has no history of ${from}` });
    return;
  }
  const { p50, p90, p99, low, high, shares, problem } = found;
  if (problem !== undefined) {
    findings.missing.push({ what: WHAT, why: problem });
    return;
  }
  findings.latencies = shares;
  const distribution = shares.map(({ seconds, share }) => `${inPercent(share)} within ${inSeconds(seconds)}`);
  findings.measured.push({
    field: WHAT,
    value: { p50: rounded(p50), p90: rounded(p90), p99: rounded(p99) },
    from: `${distribution.join(', ')}; by ${period.window} p99 is ${inSeconds(low)} to ${inSeconds(high)} (90 % of them); ${from}`,
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
  /** Why they are not to be used. */
  readonly problem?: string;
}

/** All buckets of all steps added up, and those of each step for the spread. */
async function ofBuckets(
  { selectors, unit }: Histogram,
  period: Period,
  { measured }: Findings,
): Promise<Points | undefined> {
  const rates = selectors.map((one) => `rate(${one}[${period.window}])`).join(' or ');
  const series = await period.over(`sum by (le) (${rates})`);
  const buckets = series
    .map(({ labels, samples }) => ({ bound: boundOf(labels.le), samples }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound);
  const bounds = buckets.map(({ bound }) => bound);
  const whole = buckets.map(({ samples }) => sum(samples.map(({ value }) => value).filter(Number.isFinite)));
  if (whole.length < 2 || !(whole[whole.length - 1] > 0)) return undefined;
  const finite = bounds.filter(Number.isFinite).map((one) => rounded(one * unit));
  measured.push({ field: 'latencyBuckets', value: finite, from: `the bounds of ${selectors[0]}` });
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => bucketQuantile(bounds, whole, share) * unit);
  const shares = finite.map((seconds, i) => ({ seconds, share: rounded(whole[i] / whole[whole.length - 1]) }));
  const steps = new Map<number, number[]>();
  buckets.forEach(({ samples }, i) => {
    for (const { at, value } of samples) {
      const row = steps.get(at) ?? Array.from({ length: buckets.length }, () => 0);
      row[i] = value;
      steps.set(at, row);
    }
  });
  const each = [...steps.values()].map((row) => bucketQuantile(bounds, row, 0.99) * unit).filter(Number.isFinite);
  const [low, high] = [0.05, 0.95].map((share) => quantile(each, share));
  const beyond = [p50, p90, p99].includes(Infinity);
  const problem = beyond
    ? `more than 1 % of requests take longer than the highest bucket, ${inSeconds(finite[finite.length - 1])}; add buckets above it`
    : undefined;
  return { p50, p90, p99, low, high, shares, problem };
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
async function ofNative({ selectors, unit }: Histogram, period: Period): Promise<Points | undefined> {
  const rates = selectors.map((one) => `rate(${one}[${period.window}])`).join(' or ');
  const query = QUANTILES.map(
    (share) => `label_replace(histogram_quantile(${share}, sum(${rates})), "quantile", "${share}", "", "")`,
  ).join(' or ');
  const values = new Map<string | undefined, readonly number[]>();
  for (const { labels, samples } of await period.over(query)) {
    const numbers = samples.map(({ value }) => value).filter(Number.isFinite);
    values.set(
      labels.quantile,
      numbers.map((value) => value * unit),
    );
  }
  const of = (share: number): readonly number[] => values.get(String(share)) ?? [];
  const median = (share: number): number => quantile(of(share), 0.5);
  if (of(0.5).length === 0 || of(0.99).length === 0) return undefined;
  return {
    p50: median(0.5),
    p90: median(0.9),
    p99: median(0.99),
    low: quantile(of(0.99), 0.05),
    high: quantile(of(0.99), 0.95),
    shares: QUANTILES.map((share) => ({ seconds: rounded(median(share)), share })),
  };
}
