import type { PlannedRollout, RolloutModel } from '../controller';
import type { Graph } from '../graph';
import { lengthOfTime, writeSeconds } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { profileProblems } from '../traffic-model';
import type { PrometheusClient } from './client';
import type { Copies } from './copies';
import { History } from './history';
import { measureLatency } from './latency';
import { DAY_SECONDS, type Findings, Period } from './period';
import { measurePods, measurePodStart, measureScrapeInterval } from './pods';
import { replay } from './replay';
import { allRequests, allSelectors, countsFailures, outcomesOf, type Requests } from './requests';
import type { Calibration, CheckReport, Finding, SelectorReport } from './result';
import { checkSelector, type Reality } from './selectors';
import { attempt, QueryFailed } from './source';
import { anyOutcome, type StableSelector } from './stable-query';
import { type Check, type Subject, subjectOf } from './subject';
import { type Tie, Ties } from './ties';
import { measureErrors, measureRate } from './traffic';
import { replayUpdates, type UpdatesReport } from './updates';
import { measureUsers } from './users';

/** What is calibrated, and over which time. */
export interface CalibrationOptions {
  readonly graph: Graph;
  readonly planned: PlannedRollout;
  readonly model: RolloutModel;
  /** Where the manifests state none. */
  readonly namespace?: string;
  /** Seconds. */
  readonly range: number;
  /** Seconds between two replayed measurements; default the interval of each metric. */
  readonly step?: number;
  /** A selector of counters of begun sessions. */
  readonly sessions?: string;
  /** The pod-template hash of the stable version, where Prometheus does not tell. */
  readonly stableHash?: string;
}

/** Fields that are about the next version or about people: no metric has them. */
const NOT_IN_METRICS =
  'errorRate and latency of the new version, users, approvalAfter, headerShare, slo: say them in the profile, or as options of simulate';
/** Clocks that differ more than this are worth a note, in milliseconds. */
const SKEW = 30_000;
const HOUR_SECONDS = 3600;

/**
 * Measures the traffic of a rollout's stable version, and compares its analyses with what Prometheus has. Throws InputError
 * where Prometheus cannot be asked.
 */
export async function calibrate(client: PrometheusClient, options: CalibrationOptions): Promise<Calibration> {
  const now = await client.now();
  const subject = subjectOf(options.graph, options.planned, options.model, options.namespace);
  const notes = [...subject.notes, ...skewNote(now)];
  const ties = new Ties(client, subject, now, options.stableHash);
  // Whole hours may begin before the range.
  const history = new History(client, now, options.range + (options.range >= DAY_SECONDS ? HOUR_SECONDS : 0));
  const findings: Findings = { measured: [], missing: [] };
  const measured = await measureTraffic(subject, ties, client, history, { ...options, now }, findings);
  const { period, historyStart, copies } = measured;
  if (copies)
    notes.push(
      `each request is counted ${copies.times} times, because ${copies.because}: the sums of the analyses count it as often; ${copies.advice}`,
    );
  const start = now - options.range * 1000;
  if (historyStart !== undefined && historyStart - start > Math.max(2 * period.step, 0.1 * options.range) * 1000)
    notes.push(
      `history begins ${lengthOfTime(Math.round((now - historyStart) / 1000))} ago: less than the range of ${lengthOfTime(options.range)} that was asked for`,
    );
  const reality: Reality = { source: client, now, lookBack: writeSeconds(options.range), history };
  const range = { start, end: now, step: options.step };
  const checks: CheckReport[] = [];
  for (const check of subject.checks) checks.push(await checkReport(check, ties, reality, range));
  const updates = await allTogether(subject, ties, client, { ...range, historyStart }, checks);
  findings.missing.push({ what: 'what no metric has', why: NOT_IN_METRICS });
  return {
    rollout: `${subject.namespace}/${subject.name}`,
    address: client.address,
    from: new Date(Math.max(start, historyStart ?? start)),
    to: new Date(now),
    ...valid(findings),
    latencies: findings.latencies ?? [],
    checks,
    ...(updates ? { updates } : {}),
    notes: [
      ...notes,
      ...client.warnings,
      ...[...client.unanswered].map(([why, count]) => `${plural(count, 'query', 'queries')} got no answer: ${why}`),
    ],
    queries: client.sent,
    unanswered: [...client.unanswered.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** Updates begin so often in a replay, in seconds. */
const BEGINNINGS = 300;

/** All checks together, where each can be replayed: one that is left out might have stopped more. */
async function allTogether(
  subject: Subject,
  ties: Ties,
  client: PrometheusClient,
  { start, end, historyStart }: { readonly start: number; readonly end: number; readonly historyStart?: number },
  checks: readonly CheckReport[],
): Promise<UpdatesReport | undefined> {
  const judging = checks.filter(({ dryRun }) => !dryRun);
  if (judging.length === 0 || judging.some(({ replay: one }) => one === undefined)) return undefined;
  const from = Math.max(start, historyStart ?? start);
  const tried = await attempt(() => replayUpdates(subject, ties, client, { start: from, end, every: BEGINNINGS }));
  return 'failed' in tried ? undefined : tried.value;
}

function skewNote(now: number): string[] {
  const skew = now - Date.now();
  if (Math.abs(skew) < SKEW) return [];
  const how = skew > 0 ? 'ahead of' : 'behind';
  return [
    `the clock of Prometheus is ${lengthOfTime(Math.round(Math.abs(skew) / 1000))} ${how} this machine's; its own time is used`,
  ];
}

/** Measures every field that Prometheus may tell, over the range or the history that there is. */
async function measureTraffic(
  subject: Subject,
  ties: Ties,
  client: PrometheusClient,
  history: History,
  { now, range, sessions }: Pick<CalibrationOptions, 'range' | 'sessions'> & { readonly now: number },
  findings: Findings,
): Promise<{ readonly period: Period; readonly historyStart?: number; readonly copies?: Copies }> {
  const { missing } = findings;
  const trying = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    const tried = await attempt(work);
    if ('value' in tried) return tried.value;
    missing.push({ what, why: tried.failed });
    return undefined;
  };
  const requests = await trying('requests', () => allRequests(subject, ties, client, now));
  const scrapeInterval = await trying('scrapeInterval', () => measureScrapeInterval(requests, client, now, findings));
  const historyStart = await trying('history', () => historyOf(requests, subject, ties, history));
  const period = new Period(client, { end: now, seconds: range, historyStart, scrapeInterval });
  await trying('rps', () => measureRate(requests, period, findings));
  await trying('baselineErrorRate', async () => {
    const outcomes = await outcomesOf(subject, requests, ties, client, period.end);
    await measureErrors(outcomes, period, findings);
  });
  await trying('baselineLatency', () => measureLatency(subject, ties, period, findings));
  await trying('pods', () => measurePods(subject, requests, period, findings));
  await trying('requestsPerUser', () => measureUsers(subject, requests, sessions, period, findings));
  await trying('podStart', () => measurePodStart(subject, period, findings));
  return { period, historyStart, copies: requests?.copies };
}

/** When the requests of the rollout are counted first; without requests, when anything is that the queries select. */
async function historyOf(
  requests: Requests | undefined,
  subject: Subject,
  ties: Ties,
  history: History,
): Promise<number | undefined> {
  const selectors = requests?.selectors ?? (await allSelectors(subject, ties));
  return selectors.length === 0 ? undefined : history.begin(selectors);
}

/** Only what a profile takes is in it. */
function valid({ measured, missing }: Findings): Pick<Calibration, 'measured' | 'missing'> {
  const wrong = measured.flatMap(({ field, value }) =>
    profileProblems({ [field]: value }).map((why) => ({ what: field, why })),
  );
  const kept = measured.filter(({ field }) => !wrong.some(({ what }) => what === field));
  return { measured: kept, missing: [...wrong, ...missing] };
}

async function checkReport(
  check: Check,
  ties: Ties,
  reality: Reality,
  range: Omit<Parameters<typeof replay>[3], 'historyStart'>,
): Promise<CheckReport> {
  const { metric, place, query, unread } = check;
  const head = { metric: metric.name, place, dryRun: metric.dryRun };
  if (query === undefined) return { ...head, selectors: [], findings: [], notReplayed: unread };
  const findings: Finding[] = [];
  const selectors: SelectorReport[] = [];
  const found = new Map<StableSelector, Tie>();
  for (const selector of query.selectors) {
    const tried = await attempt(async () => {
      const tie = await ties.of(selector);
      return { tie, ...(await checkSelector(selector, tie, reality)) };
    });
    if ('failed' in tried) {
      findings.push({ severity: 'problem', message: `${selector.metric} was not checked: ${tried.failed}` });
      continue;
    }
    const { tie, report, findings: more } = tried.value;
    found.set(selector, tie);
    if (!selectors.some((one) => one.selector === report.selector && one.window === report.window))
      selectors.push(report);
    findings.push(...more);
  }
  if (query.selectors.length > 0 && query.selectors.every(({ version }) => version === 'both'))
    findings.push({
      severity: 'warning',
      message: 'no matcher tells the canary from the stable version: the query measures both together',
    });
  const distinct = [...new Map(findings.map((one) => [one.message, one])).values()];
  const blocked = [...found.values()].find(({ problem }) => problem !== undefined);
  if (blocked || found.size < query.selectors.length)
    return { ...head, selectors, findings: distinct, notReplayed: 'what it selects is not known' };
  const replayed = await attempt(async () => {
    const historyStart = await beginOf(found, reality.history);
    return replay({ ...check, query }, found, reality.source, { ...range, historyStart });
  });
  return 'failed' in replayed
    ? { ...head, selectors, findings: distinct, notReplayed: replayed.failed }
    : { ...head, selectors, findings: distinct, replay: replayed.value };
}

/**
 * When every selector of a query has samples. What counts failures alone is left out, for it may begin with the first
 * failure. Throws QueryFailed where there are none.
 */
async function beginOf(found: ReadonlyMap<StableSelector, Tie>, history: History): Promise<number> {
  const texts = [...found].map(([selector, tie]) => ({ metric: selector.metric, text: anyOutcome(selector, tie) }));
  const steady = texts.filter(({ metric }) => !countsFailures(metric));
  const begins: number[] = [];
  for (const { text } of steady.length > 0 ? steady : texts) {
    const begin = await history.begin([text]);
    if (begin === undefined) throw new QueryFailed(`Prometheus has no history of ${text}`);
    begins.push(begin);
  }
  return Math.max(...begins);
}
