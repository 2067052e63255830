import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AnalysisMetric,
  AnalysisTemplate,
  AnalysisTemplateArg,
  Condition,
  MetricProvider,
  NoData,
  Threshold,
} from '../../src';
import { refusal, synthesize } from '../synthesized';

const METRIC: AnalysisMetric = {
  name: 'up',
  provider: MetricProvider.prometheus({ address: 'http://prometheus:9090', query: 'sum(up)' }),
  condition: Condition.threshold(Threshold.atLeast(1)),
};
const problemsOf = (metric: Partial<AnalysisMetric>) =>
  refusal((scope) => new AnalysisTemplate(scope, 'up', { metrics: [{ ...METRIC, ...metric }] }));

test('a template carries every field of its metrics', () => {
  const metric: AnalysisMetric = {
    ...METRIC,
    interval: Duration.minutes(1),
    initialDelay: Duration.seconds(90),
    count: 10,
    failureLimit: 2,
    inconclusiveLimit: 3,
    consecutiveErrorLimit: 7,
    consecutiveSuccessLimit: 4,
  };
  const secret = (scope: ApiObject['node']['root']) => kplus.Secret.fromSecretName(scope, 'token', 'prometheus-token');
  expect(
    synthesize(
      (chart) =>
        new AnalysisTemplate(chart, 'up', {
          metrics: [metric],
          args: [
            AnalysisTemplateArg.required('service'),
            AnalysisTemplateArg.withDefault('region', 'eu'),
            AnalysisTemplateArg.fromSecret('token', { secret: secret(chart), key: 'token' }),
          ],
        }),
    ),
  ).toMatchSnapshot();
});

test('a JSON patch reaches what the API does not cover, with its type kept', () => {
  const [template] = synthesize((chart) => {
    const made = new AnalysisTemplate(chart, 'up', { metrics: [METRIC] });
    ApiObject.of(made).addJsonPatch(
      JsonPatch.add('/spec/metrics/0/count', 3),
      JsonPatch.add('/spec/metrics/0/fieldOfTomorrow', { a: 1 }),
    );
  });
  expect(template.spec.metrics[0]).toMatchObject({ count: 3, fieldOfTomorrow: { a: 1 } });
});

test('a threshold says in both conditions on which side of it the value is', () => {
  const conditions = (threshold: Threshold) => {
    const { successCondition, failureCondition } = Condition.threshold(threshold, NoData.pause());
    return [successCondition, failureCondition].map((text) => text?.replace('len(result) > 0 && result[0] ', ''));
  };
  expect(conditions(Threshold.atMost(5))).toEqual(['<= 5', '> 5']);
  expect(conditions(Threshold.below(5))).toEqual(['< 5', '>= 5']);
  expect(conditions(Threshold.atLeast(0.95))).toEqual(['>= 0.95', '< 0.95']);
  expect(conditions(Threshold.above(0.95))).toEqual(['> 0.95', '<= 0.95']);
});

describe('refused, by the rules of Argo Rollouts:', () => {
  test.each<[string, Partial<AnalysisMetric>, string]>([
    ['an empty name', { name: ' ' }, 'has an empty name'],
    ['an interval of zero', { interval: Duration.seconds(0), count: 2 }, 'interval is a duration of zero'],
    ['half a count', { count: 1.5 }, 'count is 1.5; use a whole number of at least 1'],
    ['a failure limit below -1 (M4)', { failureLimit: -2 }, 'failureLimit is -2; use a whole number of at least -1'],
    ['no limit at all (M5)', { failureLimit: -1 }, 'failureLimit is -1 and consecutiveSuccessLimit 0'],
    ['a negative inconclusive limit (M6)', { inconclusiveLimit: -1 }, 'inconclusiveLimit is -1'],
    ['a negative error limit (M7)', { consecutiveErrorLimit: -1 }, 'consecutiveErrorLimit is -1'],
    ['a negative success limit (M3)', { consecutiveSuccessLimit: -1 }, 'consecutiveSuccessLimit is -1'],
    [
      'a count below the limits (M8)',
      { count: 3, interval: Duration.minutes(1), failureLimit: 2, consecutiveSuccessLimit: 2 },
      'count is 3, less than failureLimit + consecutiveSuccessLimit (2 + 2)',
    ],
    [
      'a count below the inconclusive limit (M10)',
      { count: 2, interval: Duration.minutes(1), inconclusiveLimit: 3 },
      'count is 2, less than inconclusiveLimit (3)',
    ],
    ['a count without interval (M11)', { count: 2 }, 'count is 2 without an interval'],
    ['a failure limit never exceeded', { failureLimit: 1 }, 'so it can never fail'],
    ['a threshold that is no number', { condition: Condition.threshold(Threshold.atMost(NaN)) }, 'a threshold is NaN'],
    [
      'a range that begins at its end',
      { condition: Condition.threshold(Threshold.between(5, 1)) },
      'a threshold is between 5 and 1; give the smaller one first',
    ],
    ['a condition without expressions', { condition: Condition.expression({}) }, 'every measurement would pass'],
    [
      'an argument that is not declared',
      { provider: MetricProvider.prometheus({ address: 'http://p', query: 'up{a="{{ args.app }}"}' }) },
      'which args does not declare; declare it there, as required',
    ],
  ])('%s', (_, metric, message) => {
    expect(problemsOf(metric).join('\n')).toContain(message);
  });

  test('no metric (M1)', () => {
    expect(refusal((scope) => new AnalysisTemplate(scope, 'up', { metrics: [] }))).toEqual([
      '[shop/up] metrics is empty; an analysis needs at least one metric',
    ]);
  });

  test('two metrics of one name (M2)', () => {
    expect(refusal((scope) => new AnalysisTemplate(scope, 'up', { metrics: [METRIC, METRIC] }))).toEqual([
      "[shop/up] metrics has two called 'up'; Argo Rollouts needs each name once",
    ]);
  });
});

test('a metric that is accepted has no problem', () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ count: 5, interval: Duration.minutes(1), failureLimit: 4 })).toEqual([]);
});

test.each([
  'sum(increase(http_requests_total{app="{{args.app}}"}[{{args.window}}]))',
  'sum(increase(http_requests_total{app="{{args.app}}"}[{{args.minutes}}m])) > {{args.limit}}',
  'max_over_time(sum(rate(http_requests_total[5m]))[{{ args.window }}:1m] offset {{args.before}})',
])('a query may have arguments for its durations: %s', (query) => {
  const provider = MetricProvider.prometheus({ address: 'http://prometheus:9090', query });
  const args = ['app', 'window', 'minutes', 'limit', 'before']
    .filter((name) => query.includes(`args.${name}`))
    .map((name) => AnalysisTemplateArg.required(name));
  expect(refusal((scope) => new AnalysisTemplate(scope, 'up', { metrics: [{ ...METRIC, provider }], args }))).toEqual(
    [],
  );
});
