import type { Findings, Period } from './period';
import { inSeconds, quantile, rounded } from './figures';
import { numbersOf, type Requests } from './requests';
import type { MetricsSource, TimedSeries } from './source';
import { andLabelled, selectorText } from './stable-query';
import { podSelector, type Subject } from './subject';

const NO_KUBE_STATE_METRICS = 'Prometheus has no kube-state-metrics of these pods';

/** How many pods there are. */
export async function measurePods(
  subject: Subject,
  requests: Requests | undefined,
  period: Period,
  { measured, missing }: Findings,
): Promise<void> {
  // kube-state-metrics may run in shards or replicas: one value of each pod.
  const ready = podSelector('kube_pod_status_ready', subject, [['condition', 'true']]);
  const ways = [{ query: `sum(max by (namespace, pod) (${ready}))`, from: `ready pods by ${ready}` }];
  if (requests?.as === 'counter' && !requests.metric.startsWith('istio_')) {
    const withPod = requests.selectors.map((one) => andLabelled(one, 'pod'));
    const present = withPod.map((one) => `present_over_time(${one}[${period.present}])`).join(' or ');
    ways.push({
      query: `count(group by (pod) (${present}))`,
      from: `pods that are scraped, by ${withPod.join(' or ')}`,
    });
  }
  for (const { query, from } of ways) {
    const values = numbersOf((await period.over(query))[0]?.samples).map(({ value }) => value);
    const median = Math.round(quantile(values, 0.5));
    if (values.length === 0 || median < 1) continue;
    measured.push({
      field: 'pods',
      value: median,
      from: `median, ${Math.min(...values)} to ${Math.max(...values)}; ${from}`,
    });
    return;
  }
  missing.push({
    what: 'pods',
    why: period.problem ?? `${NO_KUBE_STATE_METRICS}, and no pod label on the requests`,
  });
}

/** How long a pod takes from its creation until it is ready. */
export async function measurePodStart(
  subject: Subject,
  period: Period,
  { measured, missing }: Findings,
): Promise<void> {
  // A pod that was not ready for a while has a later time; the earliest that was seen is the first.
  const earliest = (metric: string): string =>
    `min by (namespace, pod) (min_over_time(${podSelector(metric, subject)}[${period.text}]))`;
  const answer = await period.now(`${earliest('kube_pod_status_ready_time')} - ${earliest('kube_pod_created')}`);
  const starts = startsOf(answer);
  if (starts.length === 0) {
    missing.push({ what: 'podStart', why: `${NO_KUBE_STATE_METRICS} (kube_pod_status_ready_time, kube_pod_created)` });
    return;
  }
  // Few pods have no quantiles. One that became ready again before the range began is an outlier.
  const [low, high] =
    starts.length < 10 ? [Math.min(...starts), Math.max(...starts)] : [0.1, 0.9].map((q) => quantile(starts, q));
  const pods = `${starts.length} ${starts.length === 1 ? 'pod' : 'pods'}`;
  const from = `${pods}: ${inSeconds(low)} to ${inSeconds(high)}${starts.length < 10 ? '' : ' (80 % of them)'}, median ${inSeconds(quantile(starts, 0.5))}; kube_pod_status_ready_time - kube_pod_created`;
  measured.push({ field: 'podStart', value: rounded(low), from });
  if (high > low) measured.push({ field: 'podStartSpread', value: rounded(high - low), from: 'the same pods' });
}

const startsOf = (answer: readonly TimedSeries[]): number[] =>
  answer
    .flatMap(({ samples }) => samples.map(({ value }) => value))
    .filter((value) => Number.isFinite(value) && value >= 0);

const LOOK_BACK = '30m';

/** The spacing of the samples of one series, in seconds. */
export async function measureScrapeInterval(
  requests: Requests | undefined,
  source: MetricsSource,
  at: number,
  { measured, missing }: Findings,
): Promise<number | undefined> {
  const what = 'scrapeInterval';
  if (requests === undefined) {
    missing.push({ what, why: 'no query reads a counter of requests' });
    return undefined;
  }
  const [selector] = requests.selectors;
  // A series may have ended minutes ago, and still has samples in this time.
  const [picked] = await source.query(`topk(1, count_over_time(${selector}[${LOOK_BACK}]))`, at);
  const { __name__: _, ...labels } = picked?.labels ?? {};
  const exact = selectorText(
    requests.metric,
    Object.entries(labels).map(([label, value]) => ({ label, operator: '=', value })),
  );
  const [series] = picked ? await source.query(`${exact}[${LOOK_BACK}]`, at) : [];
  const times = (series?.samples ?? []).map((sample) => sample.at);
  const gaps = times.slice(1).map((time, i) => (time - times[i]) / 1000);
  const found = quantile(gaps, 0.5);
  if (!(found > 0)) {
    missing.push({ what, why: `no series of ${selector} has two samples in the last ${LOOK_BACK}` });
    return undefined;
  }
  const from = `spacing of ${times.length} samples of one series, ${inSeconds(Math.min(...gaps))} to ${inSeconds(Math.max(...gaps))}; ${requests.metric}`;
  // Scrapes come a few milliseconds early or late.
  const value = found >= 1 ? Math.round(found) : rounded(found);
  measured.push({ field: what, value, from });
  return value;
}
