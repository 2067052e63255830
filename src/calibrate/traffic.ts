import { lengthOfTime } from '../formats/go-duration';
import type { Findings, Period } from './period';
import { inPercent, mean, quantile, rounded, sum } from './figures';
import { numbersOf, type Outcomes, rateOf, type Requests, whyNoNumbers } from './requests';
import { attempt, firstValue, type TimedValue } from './source';
import { andLabelled } from './stable-query';

/** Hours of a day and of a week. */
const HOURS_OF = { day: 24, week: 168 };
const HOUR_MS = 3_600_000;
/** 1970 began on a Thursday, and weeks begin on Monday. */
const MONDAY_OFFSET = 3 * HOURS_OF.day;

/** Requests per second by hour of the week or of the day, or as one mean, whichever the history allows. */
export async function measureRate(
  requests: Requests | undefined,
  period: Period,
  { measured, missing }: Findings,
): Promise<void> {
  const what = 'rps';
  if (requests === undefined) {
    missing.push({ what, why: 'no query reads a counter of requests with rate() or increase()' });
    return;
  }
  const samples = (await period.over(rateOf(requests, period.window)))[0]?.samples;
  const counted = numbersOf(samples);
  const rates = counted.map(({ at, value }) => ({ at, value: value / (requests.copies?.times ?? 1) }));
  if (rates.length === 0) {
    missing.push({ what, why: period.problem ?? whyNoNumbers(samples, requests.selectors.join(' or ')) });
    return;
  }
  const values = rates.map(({ value }) => value);
  const range = `${rounded(Math.min(...values))} to ${rounded(Math.max(...values))}`;
  const gaps = await gapsNote(rates, requests, period);
  const left = samples!.length - rates.length;
  const nans =
    left === 0 ? undefined : `${left} of ${samples!.length} windows of ${period.window} are NaN and left out`;
  const from = [requests.selectors.join(' or '), requests.note, nans, gaps]
    .filter((one) => one !== undefined)
    .join('; ');
  const length = lengthOfTime(values.length * period.step);
  for (const cycle of ['week', 'day'] as const) {
    const hours = byHour(rates, period.step, HOURS_OF[cycle]);
    if (hours === undefined) continue;
    const note = cycle === 'day' ? 'less than a week of history, so not by hour of the week; ' : '';
    measured.push({
      field: what,
      value: hours.map((one) => rounded(mean(one))),
      from: `mean of each hour of the ${cycle} (UTC${cycle === 'week' ? ', from Monday on' : ''}) over ${length}, ${range} in all; ${spreadOf(hours, cycle)}; ${note}${from}`,
    });
    return;
  }
  measured.push({
    field: what,
    value: rounded(mean(values)),
    from: `mean over ${length}, ${range} by ${period.window}; less than a day of history, so not by hour; ${from}`,
  });
}

/** A window is looked at so many times, and is whole if nearly all of them find samples. */
const LOOKS = 60;
const WHOLE = 0.9;

/** Windows with samples for a part of their time: a rate takes it that nothing was requested in the rest. */
async function gapsNote(
  rates: readonly TimedValue[],
  { selectors }: Requests,
  period: Period,
): Promise<string | undefined> {
  const every = Math.max(1, Math.floor(period.step / LOOKS));
  const present = selectors.map((one) => `count_over_time(${one}[${period.present}])`).join(' or ');
  const looks = `count_over_time((count(${present}))[${period.window}:${every}s])`;
  const tried = await attempt(() => period.over(looks));
  if ('failed' in tried) return undefined;
  const found = new Map(tried.value[0]?.samples.map(({ at, value }) => [at, value]));
  const isWhole = ({ at }: TimedValue): boolean => (found.get(at) ?? 0) >= (WHOLE * period.step) / every - 1;
  const whole = rates.filter(isWhole);
  const gaps = rates.length - whole.length;
  if (gaps === 0) return undefined;
  const others =
    whole.length === 0 ? '' : `; the mean of the others is ${rounded(mean(whole.map(({ value }) => value)))}`;
  return `${gaps} of ${rates.length} windows of ${period.window} have no samples for a part of their time, taken as no requests${others}`;
}

/** The rates of each hour of a week that begins on Monday, or of a day; undefined where one has none. */
function byHour(rates: readonly TimedValue[], step: number, hours: number): number[][] | undefined {
  const found = Array.from({ length: hours }, (): number[] => []);
  for (const { at, value } of rates) {
    // A rate at a moment is that of the window before it.
    const hour = Math.floor((at - step * 1000) / HOUR_MS) + MONDAY_OFFSET;
    found[hour % hours].push(value);
  }
  return found.every((one) => one.length > 0) ? found : undefined;
}

function spreadOf(hours: readonly (readonly number[])[], cycle: keyof typeof HOURS_OF): string {
  const several = hours.filter((one) => one.length > 1);
  if (several.length < hours.length / 2)
    return `there is one ${cycle} only, so how much an hour differs from ${cycle} to ${cycle} is not known`;
  const spread = several.map((one) => (Math.max(...one) - Math.min(...one)) / (2 * mean(one) || 1));
  return `from ${cycle} to ${cycle} an hour differs by ±${inPercent(quantile(spread, 0.5))} (median)`;
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
  const asked = (await period.over(rateOf(total, period.window)))[0]?.samples;
  const ofTelling = (await period.over(rateOf(outcomes, period.window)))[0]?.samples ?? [];
  const counted = new Map(ofTelling.map(({ at, value }) => [at, value]));
  // Of a window without a number nothing is known: it had not no failures.
  const totals = numbersOf(asked).filter(({ at }) => Number.isFinite(counted.get(at) ?? 0));
  const all = sum(totals.map(({ value }) => value));
  if (all === 0) {
    const none = totals.length === 0;
    const named = (none && numbersOf(asked).length > 0 ? selectors : total.selectors).join(' or ');
    const why = none ? whyNoNumbers(asked, named) : `no requests were counted by ${named}`;
    missing.push({ what, why: period.problem ?? why });
    return;
  }
  if (label !== undefined) {
    // All through the period: scrapes may have ended minutes ago.
    const labelled = total.selectors.map((one) => `present_over_time(${andLabelled(one, label)}[${period.window}])`);
    if ((await period.over(`count(${labelled.join(' or ')})`)).length === 0) {
      missing.push({
        what,
        why: `no series of ${total.metric} has the label ${label}, by which the queries tell failures`,
      });
      return;
    }
  }
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
