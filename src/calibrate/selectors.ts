import { quantile } from './figures';
import type { History } from './history';
import type { Finding, SelectorReport } from './result';
import { firstValue, type MetricsSource } from './source';
import { anyOutcome, labelText, type Matchers, matcherText, selectorText, type StableSelector } from './stable-query';
import type { Tie } from './ties';

/** Where and when selectors are compared with what Prometheus has. */
export interface Reality {
  readonly source: MetricsSource;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How far back it is looked for series that are not there now, as PromQL writes it. */
  readonly lookBack: string;
  readonly history: History;
}

/** Below so many samples in its window, `rate()` has no value, and below the second it is at the mercy of one scrape. */
const SAMPLES_NEEDED = 2;
const SAMPLES_WANTED = 4;

/** Compares a selector with the series that there are. */
export async function checkSelector(
  selector: StableSelector,
  tie: Tie,
  reality: Reality,
): Promise<{ readonly report: SelectorReport; readonly findings: readonly Finding[] }> {
  const matchers: Matchers = [...selector.matchers, ...tie.matchers];
  const text = selectorText(selector.metric, matchers);
  const series = await countOf(text, reality);
  const findings: Finding[] = [];
  if (tie.problem !== undefined) findings.push({ severity: 'problem', message: tie.problem });
  if (tie.note !== undefined) findings.push({ severity: 'note', message: tie.note });
  let samplesInWindow: number | undefined;
  if (series === 0) findings.push(...(await whyEmpty(selector, matchers, text, reality)));
  else {
    findings.push(...(await silentLabels(selector.metric, matchers, reality)));
    samplesInWindow = await samples(selector, tie, reality);
    const sparse = samplesInWindow === undefined ? undefined : sparseWindow(selector, samplesInWindow);
    if (sparse) findings.push(sparse);
  }
  return { report: { selector: text, series, samplesInWindow, window: selector.windowText }, findings };
}

const countOf = async (text: string, { source, now }: Reality): Promise<number> =>
  firstValue(await source.query(`count(${text})`, now)) ?? 0;

/** Which matcher excludes all series: found by leaving them out one at a time. */
async function whyEmpty(
  selector: StableSelector,
  matchers: Matchers,
  text: string,
  reality: Reality,
): Promise<readonly Finding[]> {
  const { metric } = selector;
  const failures = matchers.some(({ outcome }) => outcome === 'failed');
  const earlier = await countOf(`last_over_time(${text}[${reality.lookBack}])`, reality);
  if (earlier > 0) {
    const message = `${text} matches no series now, but ${earlier} in the last ${reality.lookBack}`;
    return [{ severity: failures ? 'note' : 'warning', message }];
  }
  if ((await countOf(selectorText(metric, []), reality)) === 0) {
    const message = `Prometheus has no series of ${metric} now; is it scraped, and is this its name?`;
    return [{ severity: 'problem', message }];
  }
  const found: Finding[] = [];
  // What leaves out the outcomes comes first: where it is why, other matchers only keep out the failures of other apps.
  const outcomesFirst = [...matchers].sort((a, b) => Number(b.outcome === 'failed') - Number(a.outcome === 'failed'));
  for (const matcher of outcomesFirst) {
    const others = matchers.filter((one) => one !== matcher);
    if ((await countOf(selectorText(metric, others), reality)) === 0) continue;
    found.push(await excludes(metric, matcher, others, reality));
    if (matcher.outcome === 'failed') return found;
  }
  if (found.length > 0) return found;
  const message = `${text} matches no series: several of its matchers exclude all ${metric}, each on its own`;
  return [{ severity: 'problem', message }];
}

const SHOWN = 5;

async function excludes(
  metric: string,
  matcher: Matchers[number],
  others: Matchers,
  { source, now }: Reality,
): Promise<Finding> {
  const { label } = matcher;
  const written = matcherText(matcher);
  const rest = selectorText(metric, others);
  const values = await source.query(`topk(${SHOWN + 1}, count by (${labelText(label)}) (${rest}))`, now);
  const present = values.flatMap(({ labels }) => labels[label] ?? []);
  if (present.length === 0) {
    const isolates = matcher.by === 'hash' ? '; the monitor must copy it to the series (podTargetLabels)' : '';
    return {
      severity: 'problem',
      message: `${written} excludes every series: none of ${rest} has the label ${label}${isolates}`,
    };
  }
  if (matcher.outcome === 'failed')
    return {
      severity: 'note',
      message: `no request of ${rest} was counted with ${written}: nothing failed, or failures are labelled otherwise`,
    };
  const shown = present.slice(0, SHOWN).map((one) => JSON.stringify(one));
  const more = present.length > SHOWN ? ', …' : '';
  return { severity: 'problem', message: `${written} excludes every series: ${label} is ${shown.join(', ')}${more}` };
}

/** A matcher that accepts an absent label excludes nothing if no series has the label. */
async function silentLabels(metric: string, matchers: Matchers, reality: Reality): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const matcher of matchers) {
    const { label, operator, value, tells } = matcher;
    if (!((operator === '!=' || operator === '!~') && value !== '')) continue;
    const there = { label, operator: '!=' as const, value: '' };
    const others = matchers.filter((one) => one !== matcher);
    if ((await countOf(selectorText(metric, [...others, there]), reality)) > 0) continue;
    found.push({
      severity: tells === 'outcome' ? 'problem' : 'warning',
      message: `${matcherText(matcher)} excludes nothing: no series of ${selectorText(metric, others)} has the label ${label}`,
    });
  }
  return found;
}

/**
 * Moments at which the samples of a window are counted: a window whose length is a multiple of the scrape interval holds
 * one more where both its ends fall on scrapes. The step is no multiple of any usual interval.
 */
const MOMENTS = { seconds: 420, step: 6.73 };
/** Scrapes are sometimes late: the count that all but so many moments have. */
const LEAST_MOMENTS = 0.1;

/**
 * The samples that a window holds at nearly any moment, as the median over all series, whatever came of the requests:
 * failures have series of their own only sometimes.
 */
async function samples(
  selector: StableSelector,
  tie: Tie,
  { source, now, history }: Reality,
): Promise<number | undefined> {
  const { window, windowText } = selector;
  if (window === undefined) return undefined;
  const all = anyOutcome(selector, tie);
  const begin = await history.begin([all]);
  // Before the history fills the window, it holds less than it will.
  const start = Math.max(now - MOMENTS.seconds * 1000, (begin ?? -Infinity) + window * 1000);
  if (start > now) return undefined;
  const query = `quantile(0.5, count_over_time(${all}[${windowText}]))`;
  const [counts] = await source.queryRange(query, { start, end: now, step: MOMENTS.step });
  if (counts === undefined) return undefined;
  const values = counts.samples.map(({ value }) => value);
  return Math.floor(quantile(values, LEAST_MOMENTS));
}

function sparseWindow({ metric, windowText, counter }: StableSelector, found: number): Finding | undefined {
  if (!counter || found >= SAMPLES_WANTED) return undefined;
  const has = `[${windowText}] holds ${found} ${found === 1 ? 'sample' : 'samples'} of ${metric}`;
  return found < SAMPLES_NEEDED
    ? { severity: 'problem', message: `${has}, and a growth needs ${SAMPLES_NEEDED}; make the window longer` }
    : { severity: 'warning', message: `${has}; ${SAMPLES_WANTED} or more survive a scrape that is late` };
}
