import { Duration } from 'cdk8s';
import {
  CanaryCheck,
  CanaryIsolation,
  IstioReporter,
  LabelMatcher,
  PrometheusAnalysis,
  PrometheusAnalysisProps,
  RequestMetrics,
  SaturatedResource,
  Threshold,
} from '../../src';
import { parsePromql } from '../../src/promql/parse';
import { Series, valueOf } from '../promql/evaluate';
import { only, refusal, synthesize } from '../synthesized';
import { analysisOf, PROMETHEUS, queryOf, SERVICES } from './queries';

const CHECKS: Record<string, CanaryCheck> = {
  'failure count': CanaryCheck.failureCount({ atMost: 5 }),
  'success rate': CanaryCheck.successRate({ atLeast: 0.99 }),
  'error rate': CanaryCheck.errorRate({ atMost: 0.01 }),
  'errors against stable': CanaryCheck.errorsAgainstStable({ atMost: 1.5, floor: 0.01 }),
  latency: CanaryCheck.latency({ quantile: 0.9, atMost: Duration.millis(300) }),
  'latency against stable': CanaryCheck.latencyAgainstStable({ quantile: 0.9, atMost: 1.2 }),
  'traffic share': CanaryCheck.trafficShare(),
  restarts: CanaryCheck.restarts(),
  'out-of-memory kills': CanaryCheck.outOfMemoryKills(),
  'memory saturation': CanaryCheck.saturation({ resource: SaturatedResource.MEMORY, atMost: 0.9 }),
  'CPU saturation': CanaryCheck.saturation({ resource: SaturatedResource.CPU, atMost: 0.9 }),
  'CPU throttling': CanaryCheck.saturation({ resource: SaturatedResource.CPU_THROTTLING, atMost: 0.25 }),
  'burn rate': CanaryCheck.burnRate({ objective: 0.99, atMost: 2 }),
  'burn rate in two windows': CanaryCheck.burnRate({ objective: 0.99, shortWindow: Duration.minutes(2) }),
  'sequential test': CanaryCheck.sequentialTest(),
  'sequential latency test': CanaryCheck.sequentialLatencyTest(),
};

const SOURCES: Record<string, RequestMetrics> = {
  'of the application': RequestMetrics.application({ matchers: [LabelMatcher.notEqualTo('path', '/health')] }),
  'of a gRPC server': RequestMetrics.grpcServer(),
  'of the application, native histograms': RequestMetrics.application({ nativeHistogram: true }),
  'by Service': RequestMetrics.application({
    isolation: CanaryIsolation.service('checkout-canary', 'service', 'checkout-stable'),
  }),
  'of the caller’s proxy': RequestMetrics.istio(SERVICES),
  'of the pod’s proxy': RequestMetrics.istio({ reporter: IstioReporter.DESTINATION }),
  'of the waypoint': RequestMetrics.istio({ reporter: IstioReporter.WAYPOINT, ...SERVICES }),
  'by revision': RequestMetrics.istio({ isolation: CanaryIsolation.workloadRevision() }),
};

const refused = (check: CanaryCheck, props: Partial<PrometheusAnalysisProps> = {}) =>
  refusal((scope) => new PrometheusAnalysis(scope, 'checks', { prometheus: PROMETHEUS, checks: [check], ...props }));

describe.each(Object.entries(SOURCES))('by the metrics %s,', (_, requests) => {
  const asked = Object.entries(CHECKS).filter(([name]) => requests._hasBuckets || name !== 'sequential latency test');
  test.each(asked)('the query of %s parses, and every selector is of one version', (__, check) => {
    const query = queryOf(check, requests);
    const { tree, errors } = parsePromql(query);
    expect(errors).toEqual([]);
    const selectors: string[] = [];
    tree.iterate({
      enter: ({ name, from, to }) => {
        if (name === 'VectorSelector') selectors.push(query.slice(from, to));
      },
    });
    expect(selectors.length).toBeGreaterThan(0);
    const version =
      /rollouts_pod_template_hash="(new|old)"|pod=~"checkout-new-\.\*"|service(_name)?="checkout-(canary|stable)"|destination_canonical_revision!?="v2"/;
    for (const selector of selectors) {
      expect(selector).toMatch(version);
      expect(selector).toMatch(/namespace="shop"/);
    }
  });
});

test('each check becomes a metric, whose conditions say what happens without data', () => {
  const { 'burn rate in two windows': _sameName, ...checks } = CHECKS;
  expect(analysisOf(Object.values(checks)).spec).toMatchSnapshot();
});

test('what the queries use is declared, and passed by every Rollout that runs them', () => {
  const made = synthesize((chart) => {
    const checks = [CHECKS['errors against stable'], CHECKS['traffic share'], CHECKS.restarts];
    const template = new PrometheusAnalysis(chart, 'checks', { prometheus: PROMETHEUS, checks });
    expect(template.rolloutArgs.map((arg) => arg.name)).toEqual(template._args.map((arg) => arg.name));
  });
  expect(only(made, 'AnalysisTemplate').spec.args).toEqual([
    { name: 'namespace' },
    { name: 'canary-hash' },
    { name: 'stable-hash' },
    { name: 'canary-weight' },
    { name: 'rollout' },
  ]);
});

describe('what is measured:', () => {
  /** So many requests, evenly over all time. */
  const perMinute = (name: string, labels: Record<string, string>, count: number): Series => ({
    name,
    labels: { namespace: 'shop', ...labels },
    grew: (from, to) => (count * (to - Math.max(from, 0))) / 60,
  });
  const requests = (hash: string, code: string, count: number) =>
    perMinute('http_requests_total', { rollouts_pod_template_hash: hash, code }, count);
  const TRAFFIC = [requests('old', '200', 396), requests('old', '500', 4), requests('new', '200', 95)];
  const FAILING = [...TRAFFIC, requests('new', '503', 3), requests('new', '500', 2)];
  const at = (check: string, series: Series[]) => valueOf(queryOf(CHECKS[check]), series, 3600);

  test.each<[string, string, Series[], number | undefined]>([
    ['25 of 500 requests failed', 'failure count', FAILING, 25],
    ['none failed', 'failure count', TRAFFIC, 0],
    ['there were none', 'failure count', [], undefined],
    ['5 in 100 failed', 'success rate', FAILING, 0.95],
    ['none failed', 'success rate', TRAFFIC, 1],
    ['too few to say', 'success rate', [requests('new', '500', 5)], undefined],
    ['5 in 100 failed', 'error rate', FAILING, 0.05],
    ['5 in 100 beside 1 in 100', 'errors against stable', FAILING, 5],
    ['none beside 1 in 100', 'errors against stable', TRAFFIC, 0],
    ['5 in 100 beside none', 'errors against stable', [requests('old', '200', 400), ...FAILING.slice(2)], 5],
    ['the stable version has no requests', 'errors against stable', FAILING.slice(2), undefined],
    ['100 of 500, as its weight says', 'traffic share', FAILING, 0],
    ['none at all, though its weight is 20 %', 'traffic share', TRAFFIC.slice(0, 2), 0.2],
    ['5 in 100 of an objective of 99 %', 'burn rate', FAILING, 5],
    ['5 in 100 in both windows', 'burn rate in two windows', FAILING, 5],
  ])('%s: %s', (_, check, series, expected) => {
    const value = at(check, series);
    if (expected === undefined) expect(value).toBeUndefined();
    else expect(value).toBeCloseTo(expected, 10);
  });

  test('a fault that is over does not burn in the short window', () => {
    const over: Series = {
      name: 'http_requests_total',
      labels: { namespace: 'shop', rollouts_pod_template_hash: 'new', code: '500' },
      grew: (from, to) => (from < 3400 && to > 3400 ? 50 : 0),
    };
    expect(at('burn rate', [...TRAFFIC, over])).toBeGreaterThan(5);
    expect(at('burn rate in two windows', [...TRAFFIC, over])).toBe(0);
  });

  test('a quantile is read from the buckets of all pods together', () => {
    const bucket = (pod: string, le: string, count: number) =>
      perMinute('http_request_duration_seconds_bucket', { rollouts_pod_template_hash: 'new', pod, le }, count);
    const pods = ['a', 'b'].flatMap((pod) => [
      bucket(pod, '0.1', 40),
      bucket(pod, '0.5', 50),
      bucket(pod, '+Inf', 50),
      perMinute('http_request_duration_seconds_count', { rollouts_pod_template_hash: 'new', pod }, 50),
    ]);
    // Nine in ten are within the bucket from 0.1 to 0.5 that holds the last fifth: in its middle.
    expect(at('latency', pods)).toBeCloseTo(0.3, 10);
  });

  test('restarts are those of the canary’s pods since they were started', () => {
    const pod = (name: string, restarts: number): Series => ({
      name: 'kube_pod_container_status_restarts_total',
      labels: { namespace: 'shop', pod: name },
      grew: () => restarts,
    });
    expect(at('restarts', [pod('checkout-old-x', 7), pod('checkout-new-y', 2), pod('checkout-new-z', 1)])).toBe(3);
    expect(at('restarts', [pod('checkout-old-x', 7)])).toBeUndefined();
    expect(at('out-of-memory kills', [pod('checkout-new-y', 0)])).toBe(0);
    expect(at('out-of-memory kills', [])).toBeUndefined();
  });

  test('the fullest container counts', () => {
    const gauge = (name: string, pod: string, value: number, labels = {}): Series => ({
      name,
      labels: { namespace: 'shop', pod, container: 'app', ...labels },
      grew: () => value,
    });
    const memory = (pod: string, used: number) => [
      gauge('container_memory_working_set_bytes', pod, used),
      gauge('kube_pod_container_resource_limits', pod, 100, { resource: 'memory' }),
    ];
    const all = [...memory('checkout-new-a', 50), ...memory('checkout-new-b', 80), ...memory('checkout-old-c', 99)];
    expect(at('memory saturation', all)).toBeCloseTo(0.8, 10);
  });

  test('a gRPC request that failed is a failure, whatever its HTTP status, and is counted once', () => {
    const istio = (labels: Record<string, string>, count: number): Series => ({
      name: 'istio_requests_total',
      labels: {
        reporter: 'source',
        destination_service_namespace: 'shop',
        destination_service_name: 'checkout-canary',
        ...labels,
      },
      grew: () => count,
    });
    const query = queryOf(CHECKS['failure count'], RequestMetrics.istio(SERVICES));
    const all = [
      istio({ response_code: '200', grpc_response_status: '0' }, 100),
      istio({ response_code: '200', grpc_response_status: '14' }, 1),
      istio({ response_code: '200', grpc_response_status: '5' }, 10),
      istio({ response_code: '503' }, 2),
      istio({ response_code: '503', grpc_response_status: '14' }, 4),
    ];
    expect(valueOf(query, all, 600)).toBe(7);
  });

  test('durations are compared in the unit in which they are measured', () => {
    const latency = CanaryCheck.latency({ quantile: 0.99, atMost: Duration.millis(300) });
    const condition = (requests: RequestMetrics) =>
      analysisOf([latency], { requests }).spec.metrics[0].successCondition.split('<= ')[1];
    expect(condition(RequestMetrics.application())).toBe('0.3');
    expect(condition(RequestMetrics.istio(SERVICES))).toBe('300');
  });
});

describe('how often is measured:', () => {
  const check = CanaryCheck.successRate({ atLeast: 0.99 });

  test('once in a step, when the window has filled; each minute in the background', () => {
    expect(analysisOf([check]).spec.metrics[0]).toMatchObject({ initialDelay: '5m', count: 1 });
    const [endless] = analysisOf([check], { endless: true, failureLimit: 3 }).spec.metrics;
    expect(endless).toMatchObject({ initialDelay: '5m', interval: '1m', failureLimit: 3 });
    expect(endless).not.toHaveProperty('count');
  });

  test('a check has the last word', () => {
    const own = CanaryCheck.successRate({
      atLeast: 0.99,
      name: 'checkout-success',
      window: Duration.minutes(10),
      count: 4,
      failureLimit: 1,
      advisory: true,
    });
    const { metrics, dryRun } = analysisOf([own], { interval: Duration.seconds(20) }).spec;
    expect(metrics[0]).toMatchObject({ name: 'checkout-success', initialDelay: '10m', interval: '20s', count: 4 });
    expect(dryRun).toEqual([{ metricName: '^checkout-success$' }]);
  });
});

describe('refused:', () => {
  test.each<[string, CanaryCheck, Partial<PrometheusAnalysisProps>, string]>([
    [
      'a rate in percent',
      CanaryCheck.successRate({ atLeast: 99 }),
      {},
      "check 'success-rate': atLeast is 99; use a share from 0 to 1, here 0.99",
    ],
    [
      'a quantile in percent',
      CanaryCheck.latency({ quantile: 95, atMost: Duration.seconds(1) }),
      {},
      'quantile is 95; use a number between 0 and 1, here 0.95',
    ],
    [
      'a window of too few scrapes',
      CHECKS['success rate'],
      { window: Duration.minutes(1) },
      "check 'success-rate': window is 1m, shorter than four scrapes of 30s",
    ],
    ['no minimum', CanaryCheck.errorRate({ atMost: 0.1, minimumRequests: 0 }), {}, 'minimumRequests is 0'],
    [
      'a comparison with what is not known',
      CHECKS['errors against stable'],
      { requests: RequestMetrics.application({ isolation: CanaryIsolation.service('checkout-canary') }) },
      "check 'errors-against-stable': compares the canary with the stable version, whose series its isolation does not know",
    ],
    [
      'Istio’s metrics without the Services',
      CHECKS['success rate'],
      { requests: RequestMetrics.istio() },
      'give canaryService and stableService',
    ],
    [
      'an objective of everything',
      CanaryCheck.burnRate({ objective: 1 }),
      {},
      'objective is 1; use a share between 0 and 1',
    ],
    [
      'a short window that is longer',
      CanaryCheck.burnRate({ objective: 0.99, shortWindow: Duration.minutes(5) }),
      {},
      'shortWindow is 5m, not shorter than the window of 5m',
    ],
    ['no floor', CanaryCheck.errorsAgainstStable({ atMost: 2, floor: 0 }), {}, 'floor is 0; use a share above 0'],
    ['a negative count', CanaryCheck.restarts({ atMost: -1 }), {}, "check 'restarts': atMost is -1"],
    [
      'certainty',
      CanaryCheck.sequentialTest({ falseAlarmRate: 0.6 }),
      {},
      'falseAlarmRate is 0.6; use a probability between 0 and 0.5',
    ],
    [
      'buckets that a native histogram does not have',
      CanaryCheck.sequentialLatencyTest({ requests: RequestMetrics.application({ nativeHistogram: true }) }),
      {},
      'the histogram is native, and the test compares the buckets of a classic one; use latencyAgainstStable',
    ],
    [
      'a query that does not parse',
      CanaryCheck.query({ name: 'own', query: 'sum(', threshold: Threshold.atMost(1) }),
      {},
      "metric 'own': the query is no PromQL",
    ],
    [
      'an argument that nobody declares',
      CanaryCheck.query({ name: 'own', query: 'sum(up{region="{{args.region}}"})', threshold: Threshold.atMost(1) }),
      {},
      'a metric uses {{args.region}}, which args does not declare; declare it there, as required',
    ],
  ])('%s', (_, check, props, message) => {
    expect(refused(check, props)).toEqual([expect.stringContaining(message)]);
  });

  test('two checks of one name (M2), and none at all (M1)', () => {
    const twice = [CanaryCheck.restarts(), CanaryCheck.restarts({ atMost: 1 })];
    expect(refused(twice[0], { checks: twice })).toEqual([
      expect.stringContaining("metrics has two called 'restarts'"),
    ]);
    expect(refused(twice[0], { checks: [] })).toEqual([expect.stringContaining('metrics is empty')]);
  });
});
