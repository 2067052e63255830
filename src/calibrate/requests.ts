import { type Copies, copiesOf } from './copies';
import { firstValue, type MetricsSource, type TimedValue } from './source';
import { anyOutcome, countsRequests, type Matchers, selectorText, type StableSelector } from './stable-query';
import type { Subject } from './subject';
import type { Ties } from './ties';

/** How the requests of a metric are counted. */
export type CountedAs = 'counter' | 'native';

/** Selectors of one metric whose series together count requests of the rollout. */
export interface Requests {
  readonly metric: string;
  readonly as: CountedAs;
  /** Distinct; a series may be in several of them. */
  readonly selectors: readonly string[];
  readonly note?: string;
  /** Why and how often each request is counted, if more than once. */
  readonly copies?: Copies;
}

/** A counter of failures alone, by its name. */
const FAILURES = /error|fail|exception|timeout|panic|reject|5xx/i;

/** Whether a metric, by its name, counts nothing but failures. */
export const countsFailures = (metric: string): boolean => FAILURES.test(metric);

const isBucket = (metric: string): boolean => metric.endsWith('_bucket');

/** All selectors that the queries of a rollout read as counters of its requests. */
function counted(subject: Subject): StableSelector[] {
  return subject.checks
    .flatMap(({ query }) => query?.selectors ?? [])
    .filter(({ metric, counter, native }) => (counter || native) && countsRequests(metric) && !metric.endsWith('_sum'));
}

/** Every selector of the rollout's queries, whatever came of the requests. */
export async function allSelectors(subject: Subject, ties: Ties): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (const one of subject.checks.flatMap(({ query }) => query?.selectors ?? []))
    texts.add(anyOutcome(one, await ties.of(one)));
  return [...texts];
}

/** All requests of the rollout, by the metric of its queries that tells most about them. */
export async function allRequests(
  subject: Subject,
  ties: Ties,
  source: MetricsSource,
  at: number,
): Promise<Requests | undefined> {
  const rank = ({ metric, matchers, native }: StableSelector): number => {
    if (native) return 3;
    if (isBucket(metric) || metric.endsWith('_count')) return 2;
    return matchers.some(({ tells }) => tells === 'outcome') ? 0 : 1;
  };
  const candidates = counted(subject)
    .filter(({ metric }) => !countsFailures(metric))
    .sort((a, b) => rank(a) - rank(b));
  const [best] = candidates;
  if (best === undefined) return undefined;
  const same = candidates.filter(({ metric }) => metric === best.metric);
  return requestsOf(same, subject, ties, source, at);
}

/** The requests that some selectors of one metric count, whatever came of them. */
async function requestsOf(
  selectors: readonly StableSelector[],
  subject: Subject,
  ties: Ties,
  source: MetricsSource,
  at: number,
): Promise<Requests> {
  const [{ metric: asked, native }] = selectors;
  const metric = isBucket(asked) ? asked.replace(/_bucket$/, '_count') : asked;
  const texts = new Set<string>();
  const notes = new Set<string>();
  for (const selector of selectors) {
    const tie = await ties.of(selector);
    const all: Matchers = [...selector.matchers, ...tie.matchers];
    const kept = all.filter(({ tells }) => tells !== 'outcome' && tells !== 'bucket');
    const { matchers, note } = await onceEach(metric, kept, source, at);
    if (note !== undefined) notes.add(note);
    texts.add(selectorText(metric, matchers));
  }
  const copies = await copiesOf([...texts], subject, source, at);
  if (copies) notes.add(`each request is counted ${copies.times} times, because ${copies.because}, and here once`);
  const note = notes.size === 0 ? undefined : [...notes].join('; ');
  return { metric, as: native ? 'native' : 'counter', selectors: [...texts], note, copies };
}

/** Istio's proxies at both ends count the same request; a query that names none counts it twice. */
async function onceEach(
  metric: string,
  matchers: Matchers,
  source: MetricsSource,
  at: number,
): Promise<{ readonly matchers: Matchers; readonly note?: string }> {
  if (!metric.startsWith('istio_') || matchers.some(({ label }) => label === 'reporter')) return { matchers };
  for (const value of ['destination', 'waypoint', 'source']) {
    const one: Matchers = [...matchers, { label: 'reporter', operator: '=', value }];
    const found = firstValue(await source.query(`count(${selectorText(metric, one)})`, at));
    if (found !== undefined && found > 0)
      return { matchers: one, note: `requests are those of reporter="${value}"; the query names none` };
  }
  return { matchers };
}

/** Requests that failed, or that did not: `failed` says which. */
export interface Outcomes extends Requests {
  readonly failed: boolean;
  /** The label that tells, and what is in its place where the metric counts failures alone. */
  readonly label: string | undefined;
  /** All requests, of the same metric. */
  readonly total: Requests;
}

/** The failed requests as the queries tell them; undefined where none does. */
export async function outcomesOf(
  subject: Subject,
  total: Requests | undefined,
  ties: Ties,
  source: MetricsSource,
  at: number,
): Promise<Outcomes | undefined> {
  const all = counted(subject);
  for (const wanted of ['failed', 'succeeded'] as const) {
    const telling = all.filter((one) => outcomeOf(one) === wanted);
    // The metric that all requests are counted by comes first.
    const metric = telling.find((one) => one.metric === total?.metric)?.metric ?? telling[0]?.metric;
    const same = telling.filter((one) => one.metric === metric);
    if (same.length === 0) continue;
    const texts = new Set<string>();
    for (const selector of same) {
      const name = countMetric(selector.metric);
      const tied: Matchers = [...selector.matchers, ...(await ties.of(selector)).matchers];
      const matchers = tied.filter(({ tells }) => tells !== 'bucket');
      // What counts each request once is found by all requests: there may be no failure now.
      const all = matchers.filter(({ tells }) => tells !== 'outcome');
      const { matchers: once } = await onceEach(name, all, source, at);
      texts.add(selectorText(name, [...matchers, ...once.slice(all.length)]));
    }
    return {
      metric: countMetric(same[0].metric),
      as: same[0].native ? 'native' : 'counter',
      selectors: [...texts],
      failed: wanted === 'failed',
      label: same[0].matchers.find(({ outcome }) => outcome === wanted)?.label,
      total: await requestsOf(same, subject, ties, source, at),
    };
  }
  const failures = all.filter(({ metric }) => countsFailures(metric));
  if (failures.length === 0 || total === undefined) return undefined;
  const named = failures.filter(({ metric }) => metric === failures[0].metric);
  return { ...(await requestsOf(named, subject, ties, source, at)), failed: true, label: undefined, total };
}

const countMetric = (metric: string): string => metric.replace(/_bucket$/, '_count');

/** What of the requests a selector counts: a matcher for failures decides before those that leave others out. */
function outcomeOf({ matchers }: StableSelector): 'failed' | 'succeeded' | undefined {
  const outcomes = matchers.flatMap(({ outcome }) => outcome ?? []);
  return outcomes.includes('failed') ? 'failed' : outcomes[0];
}

/** A query for the requests per second over a window. */
export function rateOf({ selectors, as }: Pick<Requests, 'selectors' | 'as'>, window: string): string {
  const rates = selectors.map((one) => `rate(${one}[${window}])`).join(' or ');
  return as === 'native' ? `histogram_count(sum(${rates}))` : `sum(${rates})`;
}

/** The samples of the single series of an answer that are numbers. */
export const numbersOf = (samples: readonly TimedValue[] | undefined): TimedValue[] =>
  (samples ?? []).filter(({ value }) => Number.isFinite(value));

/** Why an answer has no numbers. */
export const whyNoNumbers = (samples: readonly TimedValue[] | undefined, selectors: string): string =>
  samples === undefined || samples.length === 0
    ? `Prometheus has no history of ${selectors}`
    : `the sum over ${selectors} is NaN, because at least one of its series has NaN for a value; what exposes it must give numbers`;
