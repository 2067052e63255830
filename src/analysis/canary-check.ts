import { burnRate, BurnRateOptions } from './catalogue/burn-rate';
import { CheckDefinition } from './catalogue/check';
import { query, QueryCheckOptions } from './catalogue/custom';
import {
  errorRate,
  ErrorRateOptions,
  errorsAgainstStable,
  ErrorsAgainstStableOptions,
  failureCount,
  FailureCountOptions,
  successRate,
  SuccessRateOptions,
} from './catalogue/failures';
import { latency, latencyAgainstStable, LatencyAgainstStableOptions, LatencyOptions } from './catalogue/latency';
import { outOfMemoryKills, restarts, RestartsOptions, saturation, SaturationOptions } from './catalogue/pods';
import { sequentialTest, SequentialTestOptions } from './catalogue/sequential-test';
import { trafficShare, TrafficShareOptions } from './catalogue/traffic-share';

/**
 * A question about the canary, in the words of those who ask it. `PrometheusAnalysis` puts it to Prometheus.
 *
 * Each looks at the canary alone, or at the canary beside the stable version; gives one series, or none where there is
 * no data; and says what happens then.
 */
export class CanaryCheck {
  /**
   * How many requests failed?
   * @param options How many may.
   */
  public static failureCount(options: FailureCountOptions): CanaryCheck {
    return new CanaryCheck(failureCount(options));
  }

  /**
   * Which share of the requests succeeded?
   * @param options Which share must.
   */
  public static successRate(options: SuccessRateOptions): CanaryCheck {
    return new CanaryCheck(successRate(options));
  }

  /**
   * Which share of the requests failed?
   * @param options Which share may.
   */
  public static errorRate(options: ErrorRateOptions): CanaryCheck {
    return new CanaryCheck(errorRate(options));
  }

  /**
   * How many times as often as the stable version does it fail?
   * @param options How many times it may.
   */
  public static errorsAgainstStable(options: ErrorsAgainstStableOptions): CanaryCheck {
    return new CanaryCheck(errorsAgainstStable(options));
  }

  /**
   * How long do its requests take?
   * @param options Which share of them may take how long.
   */
  public static latency(options: LatencyOptions): CanaryCheck {
    return new CanaryCheck(latency(options));
  }

  /**
   * How many times as long as the stable version's do its requests take?
   * @param options How many times they may.
   */
  public static latencyAgainstStable(options: LatencyAgainstStableOptions): CanaryCheck {
    return new CanaryCheck(latencyAgainstStable(options));
  }

  /**
   * Does it get the share of the requests that its weight says? When it does not, what else is measured is not what was
   * meant: connections that stay open, sticky sessions, or a route that nobody splits.
   * @param options How far off it may be. Default: five percent of all requests.
   */
  public static trafficShare(options: TrafficShareOptions = {}): CanaryCheck {
    return new CanaryCheck(trafficShare(options));
  }

  /**
   * How often were its containers restarted? By kube-state-metrics.
   * @param options How often they may be. Default: never.
   */
  public static restarts(options: RestartsOptions = {}): CanaryCheck {
    return new CanaryCheck(restarts(options));
  }

  /**
   * How many of its containers were last ended for want of memory? By kube-state-metrics.
   * @param options How many may be. Default: none.
   */
  public static outOfMemoryKills(options: RestartsOptions = {}): CanaryCheck {
    return new CanaryCheck(outOfMemoryKills(options));
  }

  /**
   * How near are its containers to their limits? By cAdvisor and kube-state-metrics.
   * @param options Which limit, and how near they may be.
   */
  public static saturation(options: SaturationOptions): CanaryCheck {
    return new CanaryCheck(saturation(options));
  }

  /**
   * How fast does it use up the budget of failures that an objective leaves?
   * @param options The objective, and how fast it may.
   */
  public static burnRate(options: BurnRateOptions): CanaryCheck {
    return new CanaryCheck(burnRate(options));
  }

  /**
   * Is it worse than the stable version, beyond chance? A test of failures that may be looked at as often as one likes:
   * a canary as good as the stable version fails with a probability of `falseAlarmRate` at the most, whatever the
   * number of looks.
   * @param options How sure it must be. Default: a false alarm in a hundred.
   */
  public static sequentialTest(options: SequentialTestOptions = {}): CanaryCheck {
    return new CanaryCheck(sequentialTest(options));
  }

  /**
   * Anything else.
   * @param options The query, and what its value must keep to.
   */
  public static query(options: QueryCheckOptions): CanaryCheck {
    return new CanaryCheck(query(options));
  }

  private constructor(
    /** @internal */
    public readonly _definition: CheckDefinition,
  ) {}
}
