import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { Candidate } from './candidate';
import { defined } from './container';
import { Json } from './manifests';
import { queryFacts } from './query-facts';
import { applicationOptions, requestFacts, rolloutFacts } from './requests';

/** The one metric of the app's own analysis: how many failures the canary may give, and how they are counted. */
export function failureCandidates(analysis: Json, workload: Json): Candidate[] {
  const [metric] = analysis?.spec?.metrics ?? [];
  const query: unknown = metric?.provider?.prometheus?.query;
  if (typeof query !== 'string') return [];
  const conditions = `${metric.successCondition ?? ''} ${metric.failureCondition ?? ''}`;
  const limit = /result\[0\]\s*(?:<=|>)\s*(-?[\d.]+)/.exec(conditions)?.[1];
  const facts = queryFacts(query);
  const requests = facts && requestFacts(facts);
  const within = facts?.selectors.find((one) => one.window)?.window ?? '5m';
  const [least] = facts?.least ?? [];
  const built: { [option: string]: Json } = {
    ...(requests && applicationOptions(requests, rolloutFacts(workload))),
    minimumRequests: least === 1 ? undefined : least,
  };
  const usualName = `${workload.metadata.name}-failures`;
  const measured: { [option: string]: Json } = {
    name: analysis.metadata.name === usualName ? undefined : analysis.metadata.name,
    metricName: metric.name,
    initialDelay: metric.initialDelay ?? '0s',
    interval: metric.interval,
    count: typeof metric.count === 'number' ? metric.count : undefined,
    failureLimit: metric.failureLimit,
    inconclusiveLimit: metric.inconclusiveLimit,
    consecutiveErrorLimit: metric.consecutiveErrorLimit,
    // A window shorter than four of the usual scrapes is refused.
    scrapeInterval: fourth(within),
  };
  const criteria = { atMost: Number(limit ?? 0), within };
  const policies = ['pause', 'error', 'fail', 'succeed'];
  // All at once first, since a template by another name is another object; then each is tried without.
  const together = [built, { query }].flatMap((counted) =>
    policies.map((noData) => ({ ...criteria, ...defined({ ...counted, ...measured }), noData })),
  );
  return [
    { path: ['failures'], values: [...together, criteria] },
    { path: ['failures', 'noData'], values: policies },
    ...Object.entries({ ...built, ...measured, query }).map(([option, value]) => ({
      path: ['failures', option],
      values: [value],
    })),
  ];
}

function fourth(window: string): string | undefined {
  const seconds = readPromqlDuration(window);
  return seconds === undefined || seconds >= 120
    ? undefined
    : writeDuration(Duration.millis(Math.floor(seconds * 250)));
}
