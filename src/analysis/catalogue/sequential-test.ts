import { Duration } from 'cdk8s';
import { writeDuration } from '../../formats/duration';
import { Threshold } from '../values/condition';
import { RequestMetrics } from '../values/request-metrics';
import { CheckDefinition, minimumOf, minimumProblem, RequestCheckOptions, windowProblems } from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.sequentialTest` and `CanaryCheck.sequentialLatencyTest`.
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
 * Ratios of the canary's odds of a failure to those of the stable version that the evidence is spread over. Any others
 * give evidence as well, a little later.
 */
const ODDS = [1.5, 2.5, 6, 20];

/**
 * A sequential test: its error rate does not grow with the number of evaluations, and it does not depend on how traffic,
 * weights and error rates change meanwhile.
 *
 * If the canary is as good as the stable version, each failure of a slot belongs to the canary with a probability equal to
 * its share r of the requests of that slot. If its odds of a failure are o times as high, the probability is
 * o r / (1 + (o - 1) r). The likelihood ratio of the two is, over all slots, the product of o^Fc / (1 + (o - 1) r)^F, with
 * Fc the failures of the canary and F those of both. Its mean over several o is a martingale under the first assumption,
 * whatever r and F are in each slot; by Ville's inequality, the probability that it ever reaches 1/a is at most a. The
 * value of the query is the logarithm of the largest term of this mean, which is at most that of the mean.
 *
 * `increase()` extrapolates from the scrapes of a slot to all of it: of n scrapes it has seen n - 1 intervals. The evidence
 * is that of the requests seen, so it is reduced by this factor.
 *
 * @see https://arxiv.org/abs/2011.03567
 */
export function sequentialTest(options: SequentialTestOptions): CheckDefinition {
  return sequential('sequential-test', options, evidence);
}

/**
 * The same test for the whole distribution of latencies: at each bound of the histogram, a request that takes longer is
 * what a failure is to `sequentialTest`. The mean of the evidence over all bounds and odds is a martingale as well, since
 * each is; so the false alarm rate holds for all bounds together, and no limit is set.
 *
 * A native histogram has no bounds of its own.
 *
 * @see https://arxiv.org/abs/2205.14762
 */
export function sequentialLatencyTest(options: SequentialTestOptions): CheckDefinition {
  const definition = sequential('sequential-latency-test', options, latencyEvidence);
  return {
    ...definition,
    problems: (context) => [
      ...definition.problems!(context),
      context.requests._hasBuckets
        ? undefined
        : 'the histogram is native, and the test compares the buckets of a classic one; use latencyAgainstStable, or expose classic buckets as well',
    ],
  };
}

/** Writes the logarithm of the evidence. `seen` is the part of a slot between its first and its last scrape. */
type Evidence = (requests: RequestMetrics, window: string, slot: string, seen: number, least: number) => string;

function sequential(name: string, options: SequentialTestOptions, write: Evidence): CheckDefinition {
  const { falseAlarmRate = 0.01 } = options;
  return {
    name,
    options,
    countsRequests: true,
    comparesVersions: true,
    defaultWindow: Duration.hours(1),
    firstLook: ({ scrapeInterval }) => Duration.millis(2 * slotOf(options, scrapeInterval).toMilliseconds()),
    query: ({ requests, window, scrapeInterval }) => {
      const slot = slotOf(options, scrapeInterval);
      const seen = 1 - scrapeInterval.toMilliseconds() / slot.toMilliseconds();
      return write(requests, window, writeDuration(slot), Number(seen.toFixed(6)), minimumOf(options));
    },
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

const evidence: Evidence = (requests, window, slot, seen, least) => {
  const canary = requests._failures('canary', slot);
  const all = `(${canary} + ${requests._failures('stable', slot)})`;
  const [own, others] = [requests._requests('canary', slot), requests._requests('stable', slot)];
  const share = `${own} / (${own} + ${others} > 0)`;
  const terms = ODDS.map((odds) => {
    const term = `${canary} * ${figure(Math.log(odds))} - ${all} * ln(1 + ${figure(odds - 1)} * ${share})`;
    return `  label_replace(sum_over_time((\n    ${term}\n  )[${window}:${slot}]), "odds", "${odds}", "", "")`;
  });
  const handled = (count: string): string => `(sum_over_time((${count})[${window}:${slot}]) >= ${least})`;
  return [
    '# The logarithm of the evidence that the odds of a failure are this many times as high as those of the stable version,',
    `max(\n${terms.join('\nor\n')}\n) * ${seen} - ${figure(Math.log(ODDS.length))}`,
    '# where both versions have had enough requests.',
    `and ${handled(own)} and ${handled(`${others} and ${own}`)}`,
  ].join('\n');
};

/** The same for bounds of latencies, of which there are many: few, so that the query stays small. */
const LATENCY_ODDS = [1.5, 4];

/** exp() of more is infinite, and a mean with an infinite part is not always. */
const LARGEST = 700;

const latencyEvidence: Evidence = (requests, window, slot, seen, least) => {
  const [own, others] = [requests._timed('canary', slot), requests._timed('stable', slot)];
  // A number, so that it goes with the series of each bucket; NaN where there are no requests, which drops the slot.
  const slower = (count: string, version: 'canary' | 'stable'): string =>
    `(scalar(${count}) - ${requests._within(version, slot)})`;
  const share = `${own} / (${own} + ${others} > 0)`;
  const terms = LATENCY_ODDS.map((odds) => {
    const canary = `${slower(own, 'canary')} * ${figure(Math.log(odds))}`;
    const all = `(${slower(own, 'canary')} + ${slower(others, 'stable')}) * scalar(ln(1 + ${figure(odds - 1)} * ${share}))`;
    const term = `${canary} - ${all}`;
    return `  label_replace(sum_over_time((\n    (${term}) > -Inf\n  )[${window}:${slot}]), "odds", "${odds}", "", "")`;
  });
  const handled = (count: string): string => `(sum_over_time((${count})[${window}:${slot}]) >= ${least})`;
  return [
    '# The logarithm of the evidence that requests to the canary take longer: its mean over the bounds of all buckets, and over',
    '# the odds of exceeding them, relative to those of the stable version,',
    `ln(avg(exp(clamp_max((\n${terms.join('\nor\n')}\n) * ${seen}, ${LARGEST}))))`,
    '# where both versions have had enough requests.',
    `and ${handled(own)} and ${handled(`${others} and ${own}`)}`,
  ].join('\n');
};

const figure = (value: number): string => String(Number(value.toFixed(6)));
