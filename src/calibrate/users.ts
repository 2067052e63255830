import { parsePromql, promqlAst } from '../promql';
import { quantile, rounded, sum } from './figures';
import type { Findings, Period } from './period';
import { numbersOf, rateOf, type Requests, whyNoNumbers } from './requests';
import { podSelector, type Subject } from './subject';

/** Sessions that Tomcat began, as Micrometer exports them. No other metric that is widely used counts users. */
const SESSIONS = 'tomcat_sessions_created_sessions_total';

/** Whether a text is a selector of series, as `--sessions` takes it. */
export function isSelector(text: string): boolean {
  const root = promqlAst(parsePromql(text));
  return root?.kind === 'selector' && root.metric !== undefined && root.window === undefined;
}

/**
 * Requests per user, where something counts sessions.
 *
 * @param sessions a selector of counters of begun sessions; default those of Tomcat in the rollout's pods
 */
export async function measureUsers(
  subject: Subject,
  requests: Requests | undefined,
  sessions: string | undefined,
  period: Period,
  { measured, missing }: Findings,
): Promise<void> {
  const what = 'requestsPerUser';
  if (requests === undefined) {
    missing.push({ what, why: 'no query reads a counter of requests' });
    return;
  }
  const counter = sessions ?? podSelector(SESSIONS, subject);
  const samples = (await period.over(`sum(rate(${counter}[${period.window}]))`))[0]?.samples;
  const begun = numbersOf(samples);
  if (sum(begun.map(({ value }) => value)) === 0) {
    const why =
      samples !== undefined && samples.length > 0 && begun.length === 0
        ? whyNoNumbers(samples, counter)
        : sessions === undefined
          ? `no metric tells: Prometheus has no sessions of ${SESSIONS}; name a counter of sessions with --sessions`
          : `${sessions} counted no session`;
    missing.push({ what, why: period.problem ?? why });
    return;
  }
  const made = new Map<number, number>();
  for (const { at, value } of numbersOf((await period.over(rateOf(requests, period.window)))[0]?.samples))
    made.set(at, value);
  // Only times in which both were counted.
  const both = begun.flatMap(({ at, value }) => {
    const rate = made.get(at);
    return rate === undefined ? [] : [{ requests: rate, sessions: value }];
  });
  const all = sum(both.map((one) => one.requests)) / sum(both.map((one) => one.sessions));
  if (!(all > 0) || !Number.isFinite(all)) {
    missing.push({ what, why: `requests and sessions (${counter}) were never counted at the same time` });
    return;
  }
  const each = both.flatMap((one) => (one.sessions > 0 ? [one.requests / one.sessions] : []));
  const [low, high] = [0.05, 0.95].map((share) => rounded(quantile(each, share)));
  measured.push({
    field: what,
    value: rounded(all),
    from: `requests per session, each session taken for one user; by ${period.window} ${low} to ${high} (90 % of them); ${counter}`,
  });
}
