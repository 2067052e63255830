import { Duration } from 'cdk8s';
import { writeDuration } from '../../formats/duration';
import { Threshold } from '../values/condition';
import {
  CheckDefinition,
  minimumOf,
  minimumProblem,
  positiveProblem,
  RequestCheckOptions,
  windowProblems,
} from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.burnRate`.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export interface BurnRateOptions extends RequestCheckOptions {
  /**
   * The objective: the share of successful requests, between 0 and 1, such as `0.999`.
   */
  readonly objective: number;

  /**
   * The maximum burn rate: how many times as fast as the objective allows the canary may use the error budget. 1 uses
   * it up exactly at the end of the period; 14.4 uses two percent of a 30-day budget in an hour.
   * @default 1
   */
  readonly atMost?: number;

  /**
   * A shorter window in which the burn rate must also be too high, so that a past problem does not count. At least four
   * scrape intervals long, and shorter than `window`.
   * @default - none: only `window` decides
   */
  readonly shortWindow?: Duration;
}

export function burnRate(options: BurnRateOptions): CheckDefinition {
  const { objective, atMost = 1, shortWindow } = options;
  // Rounded, since 1 - 0.999 is 0.0010000000000000009.
  const budget = Number((1 - objective).toPrecision(12));
  return {
    name: 'burn-rate',
    options,
    countsRequests: true,
    query: ({ requests, window }) => {
      const long = requests._failureRatio('canary', window, minimumOf(options));
      if (shortWindow === undefined) return `${long} / ${budget}`;
      const short = requests._failureRatio('canary', writeDuration(shortWindow), 1);
      const ratios = [long, short].map((ratio, i) => `  label_replace(${ratio}, "window", "${i}", "", "")`);
      // The lower rate of the two, so that both must be too high. If the short window had no request, the long one decides;
      // if the long one had too few requests, there is no data.
      return `(\n  min(\n${ratios.join('\nor\n')}\n  )\nand\n  ${long}\n) / ${budget}`;
    },
    threshold: () => Threshold.atMost(atMost),
    problems: ({ scrapeInterval, windowLength }) => [
      objective > 0 && objective < 1 ? undefined : `objective is ${objective}; use a share between 0 and 1`,
      at('atMost', positiveProblem('atMost', atMost)),
      minimumProblem(options),
      ...(shortWindow ? at('shortWindow', windowProblems('shortWindow', shortWindow, scrapeInterval)) : []),
      shortWindow && shortWindow.toMilliseconds() >= windowLength.toMilliseconds()
        ? `shortWindow is ${writeDuration(shortWindow)}, not shorter than the window of ${writeDuration(windowLength)}; shorten it`
        : undefined,
    ],
  };
}
