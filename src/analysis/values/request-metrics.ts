import { metricNameProblem } from '../../promql/matcher';
import { CanaryIsolation, Roles, Version } from './isolation';
import { LabelMatcher } from './label-matcher';
import { at, type Found } from '../../formats/option-problem';

/**
 * The proxy that counts requests.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export enum IstioReporter {
  /**
   * The proxy of the caller: a sidecar of the client, or the ingress gateway. Only it counts requests that never
   * reached a pod, such as refused connections.
   */
  SOURCE = 'source',
  /** The proxy of the pod: scraped with the pod, so its series have the pod-template hash. */
  DESTINATION = 'destination',
  /** The waypoint of an ambient mesh. */
  WAYPOINT = 'waypoint',
}

/**
 * The metrics of an application about its requests.
 */
export interface ApplicationMetricsOptions {
  /**
   * The counter of all requests.
   * @default 'http_requests_total'
   */
  readonly counter?: string;

  /**
   * The matchers of failed requests.
   * @default - `code=~"5.."`
   */
  readonly failureMatchers?: LabelMatcher[];

  /**
   * The histogram of request durations, without `_bucket`.
   * @default 'http_request_duration_seconds'
   */
  readonly histogram?: string;

  /**
   * Whether it is a native histogram.
   * @default false - a classic histogram
   */
  readonly nativeHistogram?: boolean;

  /**
   * Additional matchers for all queries.
   * @default - none
   */
  readonly matchers?: LabelMatcher[];

  /**
   * The way to distinguish series of the canary from those of the stable version.
   * @default CanaryIsolation.podTemplateHash()
   */
  readonly isolation?: CanaryIsolation;
}

/**
 * The metrics of the mesh about requests.
 */
export interface IstioMetricsOptions {
  /**
   * The proxy whose metrics are used.
   * @default IstioReporter.SOURCE
   */
  readonly reporter?: IstioReporter;

  /**
   * The name of the canary Service. Required unless `isolation` is given or the reporter is the destination.
   * @default - the canary Service of the `CanaryApp`
   */
  readonly canaryService?: string;

  /**
   * The name of the stable Service. Required like `canaryService`.
   * @default - the stable Service of the `CanaryApp`
   */
  readonly stableService?: string;

  /**
   * Additional matchers for all queries: `LabelMatcher.equalTo('request_protocol', 'grpc')`, say.
   * @default - none
   */
  readonly matchers?: LabelMatcher[];

  /**
   * The way to distinguish series of the canary from those of the stable version.
   * @default - by pod-template hash if the reporter is the destination, otherwise by the called Service
   */
  readonly isolation?: CanaryIsolation;

  /**
   * Whether the durations are native histograms.
   * @default false
   */
  readonly nativeHistogram?: boolean;
}

/** How durations are written down. */
interface Histogram {
  readonly name: string;
  readonly native: boolean;
  readonly milliseconds: boolean;
}

/** What every version does, a series each. */
export interface SideBySideQueries {
  /** The label that tells versions apart. */
  readonly label: string;
  /** The value of the label that each version has. Undefined where it changes with every version. */
  readonly versions?: { readonly canary: string; readonly stable: string };
  /** Requests a second. */
  readonly requests: string;
  /** Failures a second. */
  readonly failures: string;
  /** The share of the requests that failed. */
  readonly failureRatio: string;
  /** A quantile of the durations. */
  readonly quantile: (quantile: number) => string;
  /** Whether durations are in milliseconds; in seconds otherwise. */
  readonly milliseconds: boolean;
}

/**
 * The metrics of requests, failures and durations that predefined checks use.
 */
export class RequestMetrics {
  /**
   * Metrics of the application, as Prometheus client libraries export them.
   *
   * @param options The names of its metrics.
   */
  public static application(options: ApplicationMetricsOptions = {}): RequestMetrics {
    return new RequestMetrics(
      options.counter ?? 'http_requests_total',
      [options.failureMatchers ?? [LabelMatcher.matching('code', '5..')]],
      options.matchers ?? [],
      {
        name: options.histogram ?? 'http_request_duration_seconds',
        native: options.nativeHistogram ?? false,
        milliseconds: false,
      },
      options.isolation ?? CanaryIsolation.podTemplateHash(),
    );
  }

  /**
   * Metrics of a gRPC server with the usual interceptors.
   *
   * @param options Names that differ.
   * @see https://github.com/grpc-ecosystem/go-grpc-middleware
   */
  public static grpcServer(options: ApplicationMetricsOptions = {}): RequestMetrics {
    return RequestMetrics.application({
      ...options,
      counter: options.counter ?? 'grpc_server_handled_total',
      histogram: options.histogram ?? 'grpc_server_handling_seconds',
      failureMatchers: options.failureMatchers ?? [LabelMatcher.matching('grpc_code', GRPC_FAILURES.names)],
    });
  }

  /**
   * Metrics of the mesh: `istio_requests_total` and `istio_request_duration_milliseconds`. A request failed if its HTTP
   * status is 5xx, or its gRPC status is a server error, which has the HTTP status 200.
   *
   * @param options The proxy, and the labels that distinguish versions.
   * @see https://istio.io/latest/docs/reference/config/metrics/
   */
  public static istio(options: IstioMetricsOptions = {}): RequestMetrics {
    const { reporter = IstioReporter.SOURCE, canaryService = '', stableService = '' } = options;
    const byService = CanaryIsolation.destinationService(canaryService, stableService);
    const named = canaryService !== '' && stableService !== '';
    const isolation =
      options.isolation ?? (reporter === IstioReporter.DESTINATION ? CanaryIsolation.podTemplateHash() : byService);
    return new RequestMetrics(
      'istio_requests_total',
      [
        [LabelMatcher.matching('grpc_response_status', GRPC_FAILURES.numbers)],
        [
          LabelMatcher.matching('response_code', '5..'),
          LabelMatcher.notMatching('grpc_response_status', GRPC_FAILURES.numbers),
        ],
      ],
      [LabelMatcher.equalTo('reporter', reporter), ...(options.matchers ?? [])],
      {
        name: 'istio_request_duration_milliseconds',
        native: options.nativeHistogram ?? false,
        milliseconds: true,
      },
      isolation,
      isolation === byService && !named
        ? [
            `the metrics of Istio's ${reporter} tell versions apart by the Service that was called; give canaryService and stableService`,
          ]
        : [],
    );
  }

  /** Always true. Go compares types by their members, and so tells a RequestMetrics from other values. */
  public get isRequestMetrics(): boolean {
    return true;
  }

  private constructor(
    private readonly counter: string,
    /** Each the matchers of one kind of failure; no request is of two kinds. */
    private readonly failureKinds: LabelMatcher[][],
    private readonly matchers: LabelMatcher[],
    private readonly histogram: Histogram,
    /** @internal */
    public readonly _isolation: CanaryIsolation,
    private readonly problems: string[] = [],
  ) {}

  /**
   * The same, with the names of the Services where they are needed and not given.
   * @internal
   */
  public _ofServices(canaryService: string, stableService: string): RequestMetrics {
    if (this.problems.length === 0) return this;
    const isolation = CanaryIsolation.destinationService(canaryService, stableService);
    return new RequestMetrics(this.counter, this.failureKinds, this.matchers, this.histogram, isolation);
  }

  /**
   * The same, for people who look at versions by a label of their pods.
   * @internal
   */
  public _withRoles(roles: Roles): RequestMetrics {
    const isolation = this._isolation._withRoles(roles);
    return new RequestMetrics(this.counter, this.failureKinds, this.matchers, this.histogram, isolation, this.problems);
  }

  /**
   * The requests of a window, as one series without labels, or none.
   * @internal
   */
  public _requests(version: Version, window: string): string {
    return this.increase(this.counter, version, window);
  }

  /**
   * The failures of a window, as one series without labels: 0 if there are none.
   * @internal
   */
  public _failures(version: Version, window: string): string {
    const kinds = this.failureKinds.map(
      (kind) => `(${this.increase(this.counter, version, window, kind)} or vector(0))`,
    );
    return kinds.length === 1 ? kinds[0] : `(${kinds.join(' + ')})`;
  }

  /**
   * The share of the requests that failed, as one series without labels: none below so many requests.
   * @internal
   */
  public _failureRatio(version: Version, window: string, least: number): string {
    return `(${this._failures(version, window)} / (${this._requests(version, window)} >= ${least}))`;
  }

  /**
   * A quantile of the durations in the unit of the histogram, as one series without labels: none below so many
   * requests.
   * @internal
   */
  public _quantile(version: Version, window: string, quantile: number, least: number): string {
    const { name, native } = this.histogram;
    if (native) {
      const durations = this.increase(name, version, window);
      return `(histogram_quantile(${quantile}, ${durations}) and (histogram_count(${durations}) >= ${least}))`;
    }
    const buckets = this.increase(`${name}_bucket`, version, window).replace(/^sum\(/, 'sum by (le) (');
    const count = this.increase(`${name}_count`, version, window);
    return `(histogram_quantile(${quantile}, ${buckets}) and (${count} >= ${least}))`;
  }

  /**
   * Whether the histogram has buckets, each a series.
   * @internal
   */
  public get _hasBuckets(): boolean {
    return !this.histogram.native;
  }

  /**
   * The requests of a window whose duration was measured, as one series without labels, or none.
   * @internal
   */
  public _timed(version: Version, window: string): string {
    return this.increase(`${this.histogram.name}_count`, version, window);
  }

  /**
   * The requests of a window that took at most as long as the bound of each finite bucket: a series for each `le`.
   * @internal
   */
  public _within(version: Version, window: string): string {
    const finite = LabelMatcher.notEqualTo('le', '+Inf');
    return this.increase(`${this.histogram.name}_bucket`, version, window, [finite]).replace(/^sum\(/, 'sum by (le) (');
  }

  /**
   * What every version of a Rollout does, a series each: for people who look, not for analyses. Undefined where nothing
   * is known by which all versions could be shown.
   * @internal
   */
  public _sideBySide(rollout: string, namespace: string | undefined, window: string): SideBySideQueries | undefined {
    const shown = this._isolation._sideBySide;
    if (shown === undefined) return undefined;
    const matchers = [...shown.matchers(rollout, namespace), ...this.matchers];
    const sum = (metric: string, more: LabelMatcher[] = [], by = shown.label) =>
      `sum by (${by}) (rate(${metric}{${[...matchers, ...more].map((one) => one._toPromql()).join(',')}}[${window}]))`;
    const requests = sum(this.counter);
    // A version without failures has no such series: its requests, times nothing, take their place.
    const failures = this.failureKinds.map((kind) => `(${sum(this.counter, kind)} or ${requests} * 0)`).join(' + ');
    const { name, native } = this.histogram;
    const buckets = native ? sum(name) : sum(`${name}_bucket`, [], `${shown.label}, le`);
    return {
      label: shown.label,
      versions: shown.versions,
      requests,
      failures,
      failureRatio: `(${failures}) / (${requests} > 0)`,
      quantile: (quantile) => `histogram_quantile(${quantile}, ${buckets})`,
      milliseconds: this.histogram.milliseconds,
    };
  }

  /**
   * Seconds in the unit of the histogram.
   * @internal
   */
  public _durationIn(seconds: number): number {
    return this.histogram.milliseconds ? seconds * 1000 : seconds;
  }

  /** @internal */
  public _problems(): Found[] {
    const all = [...this.matchers, ...this.failureKinds.flat()];
    const problems = [
      ...this.problems,
      at('counter', metricNameProblem('counter', this.counter)),
      at('histogram', metricNameProblem('histogram', this.histogram.name)),
      ...all.map((matcher) => matcher._problem()),
      ...this._isolation._problems(),
    ];
    if (this.failureKinds.some((kind) => kind.length === 0)) {
      problems.push(
        at('failureMatchers', 'failureMatchers is empty, so that every request would be a failure; say which are'),
      );
    }
    return problems;
  }

  private increase(metric: string, version: Version, window: string, more: LabelMatcher[] = []): string {
    const matchers = [...this._isolation._matchers(version), ...this.matchers, ...more];
    return `sum(increase(${metric}{${matchers.map((matcher) => matcher._toPromql()).join(',')}}[${window}]))`;
  }
}

/**
 * The gRPC statuses that are the server's fault; NOT_FOUND, say, is an answer.
 *
 * @see https://grpc.io/docs/guides/status-codes/
 */
const GRPC_FAILURES = {
  names: 'Unknown|DeadlineExceeded|ResourceExhausted|Unimplemented|Internal|Unavailable|DataLoss',
  numbers: '2|4|8|12|13|14|15',
};
