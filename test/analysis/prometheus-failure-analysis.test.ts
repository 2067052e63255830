import { Duration } from 'cdk8s';
import {
  CanaryIsolation,
  LabelMatcher,
  NoData,
  PrometheusFailureAnalysis,
  PrometheusFailureAnalysisProps,
} from '../../src';
import { parsePromql } from '../../src/promql/parse';
import { only, refusal, synthesize } from '../synthesized';

const LIMITS = { prometheus: 'http://prometheus.monitoring:9090', atMost: 5, within: Duration.minutes(5) };

const metricOf = (props: Partial<PrometheusFailureAnalysisProps> = {}) =>
  only(
    synthesize((chart) => new PrometheusFailureAnalysis(chart, 'failures', { ...LIMITS, ...props })),
    'AnalysisTemplate',
  ).spec.metrics[0];
const queryOf = (props: Partial<PrometheusFailureAnalysisProps> = {}) => metricOf(props).provider.prometheus.query;
const problemsOf = (props: Partial<PrometheusFailureAnalysisProps>) =>
  refusal((scope) => new PrometheusFailureAnalysis(scope, 'failures', { ...LIMITS, ...props }));

describe('the failures of a canary', () => {
  test('are counted in one whole template', () => {
    expect(synthesize((chart) => new PrometheusFailureAnalysis(chart, 'failures', LIMITS))).toMatchSnapshot();
  });

  test('are counted by increase, which survives the reset of a counter', () => {
    expect(queryOf()).toContain('sum(increase(http_requests_total{');
    expect(queryOf()).not.toContain('delta(');
  });

  test("are the canary's alone: by namespace and pod-template hash, which the Rollout passes", () => {
    const [template] = synthesize((chart) => new PrometheusFailureAnalysis(chart, 'failures', LIMITS));
    expect(template.spec.args).toEqual([{ name: 'namespace' }, { name: 'canary-hash' }]);
    for (const selector of queryOf().match(/\{[^}]*namespace=[^[]*\}/g)) {
      expect(selector).toContain('rollouts_pod_template_hash="{{args.canary-hash}}"');
    }
  });

  test('are none where there were requests, and no data where there were too few', () => {
    const query = queryOf({ minimumRequests: 50 });
    expect(query).toContain('or vector(0)');
    expect(query).toMatch(/and\n\(sum\(increase\(http_requests_total\{[^[]*\}\[5m\]\)\) >= 50\)/);
  });

  test('are first counted when the window is full of canary data', () => {
    expect(metricOf({ within: Duration.minutes(3) }).initialDelay).toBe('3m');
    expect(metricOf({ initialDelay: Duration.minutes(1) }).initialDelay).toBe('1m');
    expect(metricOf({ initialDelay: Duration.seconds(0) }).initialDelay).toBeUndefined();
  });

  test('are of the counter, the labels and the kind that are given', () => {
    const query = queryOf({
      counter: 'grpc_server_handled_total',
      failureMatchers: [LabelMatcher.notEqualTo('grpc_code', 'OK')],
      matchers: [LabelMatcher.equalTo('grpc_service', 'Checkout')],
      isolation: CanaryIsolation.labels(LabelMatcher.equalTo('version', 'v2')),
    });
    expect(query).toContain(
      'increase(grpc_server_handled_total{version="v2",grpc_service="Checkout",grpc_code!="OK"}[5m])',
    );
    expect(query).toContain('increase(grpc_server_handled_total{version="v2",grpc_service="Checkout"}[5m])');
  });

  test('can be isolated by the canary Service', () => {
    expect(queryOf({ isolation: CanaryIsolation.service('checkout-canary') })).toContain('service="checkout-canary"');
  });

  test.each([
    [NoData.pause(), 'len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 5'],
    [NoData.fail(), 'len(result) > 0 && !isNaN(result[0]) && result[0] <= 5', undefined],
    [NoData.succeed(), 'len(result) == 0 || isNaN(result[0]) || result[0] <= 5', undefined],
    [NoData.error(), 'result[0] <= 5', undefined],
  ])('have a stated policy where there is no data', (noData, success, failure) => {
    expect(metricOf({ noData })).toMatchObject({ successCondition: success });
    expect(metricOf({ noData }).failureCondition).toBe(failure);
  });

  test('pause the rollout without data by default', () => {
    expect(metricOf()).toMatchObject({ successCondition: metricOf({ noData: NoData.pause() }).successCondition });
  });

  test('can be counted by a query of one’s own, whose arguments are declared', () => {
    const query = 'sum(increase(errors_total{hash="{{args.canary-hash}}"}[5m]))';
    const [template] = synthesize((chart) => new PrometheusFailureAnalysis(chart, 'failures', { ...LIMITS, query }));
    expect(template.spec.metrics[0].provider.prometheus.query).toBe(query);
    expect(template.spec.args).toEqual([{ name: 'canary-hash' }]);
  });
});

describe('a hostile label value', () => {
  test.each(['"} or vector(0) #', 'a\\', 'a\nb', '"', '\\"', "'"])('%j is escaped, never injected', (value) => {
    const query = queryOf({ matchers: [LabelMatcher.equalTo('path', value)] });
    expect(parsePromql(query).errors).toEqual([]);
    const strings: string[] = [];
    const { tree } = parsePromql(query);
    tree.iterate({
      enter: (node) => {
        if (node.name === 'StringLiteral') strings.push(query.slice(node.from, node.to));
      },
    });
    expect(strings.map((text) => JSON.parse(text))).toContain(value);
  });
});

describe('refused, with the way out:', () => {
  test.each<[string, Partial<PrometheusFailureAnalysisProps>, string]>([
    ['a window of zero', { within: Duration.seconds(0) }, 'within is a duration of zero'],
    [
      'a window of less than four scrapes',
      { within: Duration.minutes(1) },
      'within is 1m, shorter than four scrapes of 30s',
    ],
    ['a negative limit', { atMost: -1 }, 'atMost is -1'],
    ['a limit that is no number', { atMost: NaN }, 'atMost is NaN'],
    ['a query that is no PromQL', { query: 'sum(rate(x[5m])' }, 'the query is no PromQL'],
    ['an empty query', { query: ' ' }, 'the query is empty'],
    ['an address that is no URL', { prometheus: 'prometheus:9090/' }, 'which is neither http nor https'],
    ['an empty address', { prometheus: '' }, 'which is no URL'],
    [
      'a counter that is no metric',
      { counter: 'http-requests' },
      "counter is 'http-requests', which is no metric name",
    ],
    ['a label that is no label', { matchers: [LabelMatcher.equalTo('a-b', 'c')] }, "a label matcher is 'a-b'"],
    ['no minimum of requests', { minimumRequests: 0 }, 'minimumRequests is 0'],
    ['counts without an interval', { count: 3 }, 'count is 3 without an interval'],
    [
      'a limit that can never be exceeded',
      { count: 3, failureLimit: 3, interval: Duration.minutes(1) },
      'failureLimit is 3 of 3 measurements, so it can never fail',
    ],
    ['a query beside what builds one', { query: 'up', counter: 'x' }, 'query is given together with counter'],
    ['a name that is no name', { metadata: { name: 'Failures!' } }, "is 'Failures!', which is no DNS label"],
  ])('%s', (_, props, message) => {
    const problems = problemsOf(props);
    expect(problems.join('\n')).toContain(message);
    for (const problem of problems) expect(problem).toMatch(/^\[shop\/failures\] /);
  });

  test('all problems at once', () => {
    expect(problemsOf({ atMost: -1, within: Duration.seconds(0), prometheus: '', minimumRequests: 0 })).toHaveLength(4);
  });
});
