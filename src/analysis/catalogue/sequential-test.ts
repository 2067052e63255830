import { Duration } from 'cdk8s';
import { writeDuration } from '../../formats/duration';
import { Threshold } from '../values/condition';
import { Version } from '../values/isolation';
import { RequestMetrics } from '../values/request-metrics';
import { CheckDefinition, minimumOf, minimumProblem, RequestCheckOptions, windowProblems } from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.sequentialTest`.
 */
export interface SequentialTestOptions extends RequestCheckOptions {
  /**
   * The maximum probability that a canary as good as the stable version fails, for any number of evaluations: between 0
   * and 0.5.
   * @default 0.01
   */
  readonly falseAlarmRate?: number;

  /**
   * The length of a slot. `window`, by default an hour, is divided into slots, and only slots in which the canary had
   * requests count. The counts therefore begin with the canary, and grow as long as it is younger than the window.
   * @default - four scrape intervals
   */
  readonly slot?: Duration;
}

/**
 * A sequential test: its error rate does not grow with the number of evaluations.
 *
 * If the canary is as good as the stable version, each failure belongs to the canary with a probability equal to its share
 * of the requests. The evidence against this is the Bayes factor of all other probabilities, with a uniform prior, over
 * this one: B(1 + Fc, 1 + Fs) / (r^Fc (1 - r)^Fs), with Fc and Fs the failures of canary and stable, r the
 * canary's share of the requests and B the beta function. By Ville's inequality, the probability that
 * it ever reaches 1/a is at most a. The value of the query is its natural logarithm if the canary has more than its share
 * of the failures, and 0 otherwise.
 *
 * PromQL has no gamma function, so Stirling's formula without its correction is used. It reduces the logarithm of the
 * evidence by at most a sixth, so the rate of false alarms is not exceeded.
 *
 * @see https://arxiv.org/abs/2011.03567
 */
export function sequentialTest(options: SequentialTestOptions): CheckDefinition {
  const { falseAlarmRate = 0.01 } = options;
  return {
    name: 'sequential-test',
    options,
    countsRequests: true,
    comparesVersions: true,
    defaultWindow: Duration.hours(1),
    firstLook: ({ scrapeInterval }) => Duration.millis(2 * slotOf(options, scrapeInterval).toMilliseconds()),
    query: ({ requests, window, scrapeInterval }) =>
      evidence(requests, window, slotOf(options, scrapeInterval), minimumOf(options)),
    threshold: () => Threshold.below(Number(Math.log(1 / falseAlarmRate).toFixed(6))),
    problems: ({ scrapeInterval, windowLength }) => [
      falseAlarmRate > 0 && falseAlarmRate < 0.5
        ? undefined
        : `falseAlarmRate is ${falseAlarmRate}; use a probability between 0 and 0.5`,
      minimumProblem(options),
      ...(options.slot ? at('slot', windowProblems('slot', options.slot, scrapeInterval)) : []),
      slotOf(options, scrapeInterval).toMilliseconds() >= windowLength.toMilliseconds()
        ? `the window of ${writeDuration(windowLength)} is not longer than a slot of ${writeDuration(slotOf(options, scrapeInterval))}; look back over several`
        : undefined,
    ],
  };
}

function slotOf({ slot }: SequentialTestOptions, scrapeInterval: Duration): Duration {
  return slot ?? Duration.millis(4 * scrapeInterval.toMilliseconds());
}

function evidence(requests: RequestMetrics, window: string, slotLength: Duration, least: number): string {
  const slot = writeDuration(slotLength);
  const whileCanary = `(${requests._requests('canary', slot)} > 0)`;
  /** Sums over the slots in which the canary had requests. Other requests of the stable version do not count. */
  const total = (count: string) => `sum_over_time((${count} and ${whileCanary})[${window}:${slot}])`;
  const failures = (version: Version) => total(requests._failures(version, slot));
  const handled = (version: Version) => total(requests._requests(version, slot));
  const both = (of: (version: Version) => string) =>
    `(label_replace(${of('canary')}, "version", "canary", "", "") or label_replace(${of('stable')}, "version", "stable", "", ""))`;
  const F = both(failures);
  const R = both(handled);
  const share = `(${R} / scalar(sum(${R})))`;
  const halfLog2Pi = 0.918939;
  return [
    '# The logarithm of the evidence: of the beta function by the formula of Stirling, less that of equal shares,',
    '(',
    `  sum((${F} + 0.5) * ln(${F} + 1) - ${F} * ln${share})`,
    `- (sum(${F}) + 1.5) * ln(sum(${F}) + 2)`,
    `+ ${halfLog2Pi}`,
    ')',
    '# where the canary has more than its share of the failures,',
    '*',
    `(${failures('canary')} / ${handled('canary')} > bool ${failures('stable')} / ${handled('stable')})`,
    '# and both versions have had enough requests.',
    'and',
    `(min(${R}) >= ${least}) and (count(${R}) == 2)`,
  ].join('\n');
}
