import { Duration } from 'cdk8s';
import {
  AnalysisArg,
  AnalysisTemplate,
  CanaryStep,
  PodTemplateHash,
  PrometheusFailureAnalysis,
  Rollout,
  RolloutStrategy,
} from '../../src';
import { only, synthesize } from '../synthesized';

const stepsOf = (...steps: CanaryStep[]) =>
  only(
    synthesize(
      (chart) =>
        new Rollout(chart, 'checkout', {
          containers: [{ image: 'checkout:1' }],
          strategy: RolloutStrategy.canary({ steps }),
        }),
    ),
    'Rollout',
  ).spec.strategy.canary.steps;

test('a weight is set, and held for the given time', () => {
  expect(stepsOf(CanaryStep.setWeight(0), CanaryStep.setWeight(25, { pause: Duration.minutes(90) }))).toEqual([
    { setWeight: 0 },
    { setWeight: 25 },
    { pause: { duration: '1h30m' } },
  ]);
});

test('a pause waits for manual approval, or for a time', () => {
  expect(stepsOf(CanaryStep.pause(), CanaryStep.pause(Duration.seconds(30)))).toEqual([
    { pause: {} },
    { pause: { duration: '30s' } },
  ]);
});

test('an analysis names templates of the namespace and of the cluster, and passes arguments', () => {
  const templates = [AnalysisTemplate.fromName('errors'), AnalysisTemplate.fromClusterName('latency')];
  const args = [
    AnalysisArg.value('service', 'checkout'),
    AnalysisArg.podTemplateHash('stable', PodTemplateHash.STABLE),
    AnalysisArg.fieldRef('region', "metadata.labels['region']"),
  ];
  expect(stepsOf(CanaryStep.analysis({ templates, args }))).toEqual([
    {
      analysis: {
        templates: [{ templateName: 'errors' }, { templateName: 'latency', clusterScope: true }],
        args: [
          { name: 'service', value: 'checkout' },
          { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' } },
          { name: 'region', valueFrom: { fieldRef: { fieldPath: "metadata.labels['region']" } } },
        ],
      },
    },
  ]);
});

test('an analysis gets the arguments that its templates need, each once, and the step has the last word', () => {
  const rollout = only(
    synthesize((chart) => {
      const limits = { prometheus: 'http://prometheus:9090', atMost: 5, within: Duration.minutes(5) };
      const templates = ['a', 'b'].map((id) => new PrometheusFailureAnalysis(chart, id, { ...limits, metricName: id }));
      const args = [AnalysisArg.value('namespace', 'shop')];
      new Rollout(chart, 'checkout', {
        containers: [{ image: 'checkout:1' }],
        strategy: RolloutStrategy.canary({ steps: [CanaryStep.analysis({ templates, args })] }),
      });
    }),
    'Rollout',
  );
  expect(rollout.spec.strategy.canary.steps[0].analysis.args).toEqual([
    { name: 'namespace', value: 'shop' },
    { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  ]);
});
