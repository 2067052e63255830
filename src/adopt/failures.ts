import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import type { Resource } from '../graph';
import { readPromqlDuration } from '../promql';
import { Candidate } from './candidate';
import { queryFacts } from './query-facts';
import { applicationOptions, requestFacts, rolloutFacts } from './requests';
import { defined, type Options, picked } from './values';

/** The only metric of the app's own analysis: how many requests to the canary may fail, and how they are counted. */
export function failureCandidates(analysis: Resource | undefined, workload: Resource): Candidate[] {
  const [metric] = analysis?.field('spec', 'metrics').items() ?? [];
  const query = metric?.get('provider', 'prometheus', 'query').string;
  if (analysis === undefined || query === undefined) return [];
  const text = (condition: string) => metric.get(condition).string ?? '';
  const conditions = `${text('successCondition')} ${text('failureCondition')}`;
  const limit = /result\[0\]\s*(?:<=|>)\s*(-?[\d.]+)/.exec(conditions)?.[1];
  const facts = queryFacts(query);
  const requests = facts && requestFacts(facts);
  const within = facts?.selectors.find((one) => one.window)?.window ?? '5m';
  const [least] = facts?.least ?? [];
  const built: Options = {
    ...(requests && applicationOptions(requests, rolloutFacts(workload))),
    minimumRequests: least === 1 ? undefined : least,
  };
  const usualName = `${workload.name}-failures`;
  const measured: Options = {
    name: analysis.name === usualName ? undefined : analysis.name,
    metricName: metric.get('name').value,
    initialDelay: metric.get('initialDelay').value ?? '0s',
    ...picked(metric, 'interval'),
    count: metric.get('count').number,
    ...picked(metric, 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'),
    // A window shorter than four default scrape intervals is refused.
    scrapeInterval: fourth(within),
  };
  const criteria = { atMost: Number(limit ?? 0), within };
  const policies = ['pause', 'error', 'fail', 'succeed'];
  // First all together, because a template of another name is another object; then each option is tried without.
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
