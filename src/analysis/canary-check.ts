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
import { sequentialLatencyTest, sequentialTest, SequentialTestOptions } from './catalogue/sequential-test';
import { trafficShare, TrafficShareOptions } from './catalogue/traffic-share';

/**
 * A check of the canary, which `PrometheusAnalysis` measures with Prometheus.
 *
 * Each check measures the canary alone, or compares it with the stable version. Its query returns one series, or none
 * without data, and its no-data policy decides what happens then.
 *
 * @exampleMetadata fixture=app
 * @example
 * const checks = [
 *   CanaryCheck.successRate({ atLeast: 0.99 }),
 *   CanaryCheck.latency({ quantile: 0.95, atMost: Duration.millis(500) }),
 * ];
 */
export class CanaryCheck {
  /**
   * Limits the number of failed requests.
   * @param options The limit.
   */
  public static failureCount(options: FailureCountOptions): CanaryCheck {
    return new CanaryCheck(failureCount(options));
  }

  /**
   * Requires a share of successful requests.
   * @param options The minimum share.
   */
  public static successRate(options: SuccessRateOptions): CanaryCheck {
    return new CanaryCheck(successRate(options));
  }

  /**
   * Limits the share of failed requests.
   * @param options The maximum share.
   */
  public static errorRate(options: ErrorRateOptions): CanaryCheck {
    return new CanaryCheck(errorRate(options));
  }

  /**
   * Limits the error rate relative to the stable version.
   * @param options The maximum ratio.
   */
  public static errorsAgainstStable(options: ErrorsAgainstStableOptions): CanaryCheck {
    return new CanaryCheck(errorsAgainstStable(options));
  }

  /**
   * Limits the latency.
   * @param options The quantile and its maximum latency.
   */
  public static latency(options: LatencyOptions): CanaryCheck {
    return new CanaryCheck(latency(options));
  }

  /**
   * Limits the latency relative to the stable version.
   * @param options The maximum ratio.
   */
  public static latencyAgainstStable(options: LatencyAgainstStableOptions): CanaryCheck {
    return new CanaryCheck(latencyAgainstStable(options));
  }

  /**
   * Requires that the canary receives the share of requests that its weight states. Otherwise other checks measure
   * something else than intended: connections stay open, sessions are sticky, or a route is not split.
   * @param options The tolerance. Default: five percent of all requests.
   */
  public static trafficShare(options: TrafficShareOptions = {}): CanaryCheck {
    return new CanaryCheck(trafficShare(options));
  }

  /**
   * Limits the restarts of the canary's containers, from kube-state-metrics.
   * @param options The maximum. Default: none.
   */
  public static restarts(options: RestartsOptions = {}): CanaryCheck {
    return new CanaryCheck(restarts(options));
  }

  /**
   * Limits the containers of the canary that were last killed for lack of memory, from kube-state-metrics.
   * @param options The maximum. Default: none.
   */
  public static outOfMemoryKills(options: RestartsOptions = {}): CanaryCheck {
    return new CanaryCheck(outOfMemoryKills(options));
  }

  /**
   * Limits the use of resources relative to the containers' limits, from cAdvisor and kube-state-metrics.
   * @param options The resource and the maximum share of its limit.
   */
  public static saturation(options: SaturationOptions): CanaryCheck {
    return new CanaryCheck(saturation(options));
  }

  /**
   * Limits the burn rate: how fast the canary uses the error budget of an objective.
   * @param options The objective and the maximum burn rate.
   */
  public static burnRate(options: BurnRateOptions): CanaryCheck {
    return new CanaryCheck(burnRate(options));
  }

  /**
   * Tests whether the canary fails significantly more often than the stable version. The test may be evaluated any
   * number of times: a canary as good as the stable version fails it with a probability of at most `falseAlarmRate`.
   * @param options The false alarm rate. Default: 1 %.
   */
  public static sequentialTest(options: SequentialTestOptions = {}): CanaryCheck {
    return new CanaryCheck(sequentialTest(options));
  }

  /**
   * Tests whether requests to the canary take significantly longer than those to the stable version, by the whole
   * histogram and without a limit. It may be evaluated any number of times, as `sequentialTest`.
   * @param options The false alarm rate. Default: 1 %.
   */
  public static sequentialLatencyTest(options: SequentialTestOptions = {}): CanaryCheck {
    return new CanaryCheck(sequentialLatencyTest(options));
  }

  /**
   * Limits the value of a custom query.
   * @param options The query and the threshold of its value.
   */
  public static query(options: QueryCheckOptions): CanaryCheck {
    return new CanaryCheck(query(options));
  }

  /** Always true. Go compares types by their members, and so tells a CanaryCheck from other values. */
  public get isCanaryCheck(): boolean {
    return true;
  }

  /**
   * The same, with the names of the Services where its requests need them and they are not given.
   * @internal
   */
  public _ofServices(canaryService: string, stableService: string): CanaryCheck {
    const { options } = this._definition;
    if (options.requests === undefined) return this;
    const requests = options.requests._ofServices(canaryService, stableService);
    return new CanaryCheck({ ...this._definition, options: { ...options, requests } });
  }

  private constructor(
    /** @internal */
    public readonly _definition: CheckDefinition,
  ) {}
}
