import { DAY_SECONDS, type Findings, type Period } from './period';
import { inPercent, mean, quantile, rounded, sum } from './figures';
import { numbersOf, type Outcomes, rateOf, type Requests } from './requests';
import { firstValue, type TimedValue } from './source';
import { andLabelled } from './stable-query';

const HOURS = 24;

/** Requests per second by hour of the day. Returns when the first of them were counted, in milliseconds since 1970. */
export async function measureRate(
  requests: Requests | undefined,
  period: Period,
  { measured, missing }: Findings,
): Promise<number | undefined> {
  const what = 'rps';
  if (requests === undefined) {
    missing.push({ what, why: 'no query reads a counter of requests with rate() or increase()' });
    return undefined;
  }
  const rates = numbersOf((await period.over(rateOf(requests, period.window)))[0]?.samples);
  if (rates.length === 0) {
    missing.push({ what, why: `Prometheus has no history of ${requests.selectors.join(' or ')}` });
    return undefined;
  }
  const byHour = Array.from({ length: HOURS }, (): number[] => []);
  // A rate at a moment is that of the window before it.
  for (const { at, value } of rates) byHour[new Date(at - period.step * 1000).getUTCHours()].push(value);
  const values = rates.map(({ value }) => value);
  const days = rounded((values.length * period.step) / DAY_SECONDS);
  const range = `${rounded(Math.min(...values))} to ${rounded(Math.max(...values))}`;
  const from = `${requests.selectors.join(' or ')}${requests.note ? `; ${requests.note}` : ''}`;
  if (byHour.every((one) => one.length > 0)) {
    const spread = byHour.map((one) => (Math.max(...one) - Math.min(...one)) / (2 * mean(one) || 1));
    measured.push({
      field: 'rps',
      value: byHour.map((one) => rounded(mean(one))),
      from: `mean of each hour of the day (UTC) over ${days} days, ${range} in all; from day to day an hour differs by ±${inPercent(quantile(spread, 0.5))} (median); ${from}`,
    });
  } else {
    const hours = byHour.filter((one) => one.length > 0).length;
    measured.push({
      field: 'rps',
      value: rounded(mean(values)),
      from: `mean, ${range}; there is history of ${hours} hours of the day only, so not by hour; ${from}`,
    });
  }
  return period.firstSample(`count(${requests.selectors.join(' or ')})`, rates[0].at);
}

/** The share of requests that the stable version fails. */
export async function measureErrors(
  outcomes: Outcomes | undefined,
  period: Period,
  { measured, missing }: Findings,
): Promise<void> {
  const what = 'baselineErrorRate';
  if (outcomes === undefined) {
    missing.push({ what, why: 'no query tells failed requests from others' });
    return;
  }
  const { total, label, failed, selectors } = outcomes;
  const totals = numbersOf((await period.over(rateOf(total, period.window)))[0]?.samples);
  const all = sum(totals.map(({ value }) => value));
  if (all === 0) {
    missing.push({ what, why: `no requests were counted by ${total.selectors.join(' or ')}` });
    return;
  }
  if (label !== undefined) {
    const labelled = total.selectors.map((one) => andLabelled(one, label)).join(' or ');
    if (firstValue(await period.now(`count(${labelled})`)) === undefined) {
      missing.push({
        what,
        why: `no series of ${total.metric} has the label ${label}, by which the queries tell failures`,
      });
      return;
    }
  }
  const counted = new Map<number, number>();
  for (const { at, value } of numbersOf((await period.over(rateOf(outcomes, period.window)))[0]?.samples))
    counted.set(at, value);
  const failures = totals.map(({ at, value }) => (failed ? (counted.get(at) ?? 0) : value - (counted.get(at) ?? 0)));
  const share = Math.min(1, Math.max(0, sum(failures) / all));
  const shares = totals.flatMap(({ value }: TimedValue, i) => (value > 0 ? failures[i] / value : []));
  measured.push({
    field: what,
    value: rounded(share),
    from: `${inPercent(share)} of all requests; by ${period.window} the median is ${inPercent(Math.max(0, quantile(shares, 0.5)))}, the worst ${inPercent(Math.max(...shares))}; ${selectors.join(' or ')}`,
  });
  if (failed && label !== undefined && outcomes.as === 'counter') {
    const zeros = firstValue(await period.now(`count((${selectors.join(' or ')}) == 0)`));
    if (zeros !== undefined && zeros > 0)
      measured.push({ field: 'countersFromZero', value: true, from: `${zeros} counters of failures stand at 0` });
  }
}
