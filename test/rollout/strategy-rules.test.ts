import { Chart, Duration } from 'cdk8s';
import { PercentOrAbsolute } from 'cdk8s-plus-27';
import {
  AnalysisArg,
  AnalysisMetric,
  AnalysisTemplate,
  AnalysisTemplateArg,
  AnalysisTemplateProps,
  AntiAffinity,
  CanaryScale,
  CanaryStep,
  Condition,
  CanaryStrategyOptions,
  ExperimentSpecRef,
  HeaderMatch,
  ITrafficSplit,
  MetricProvider,
  ReplicaProgressThreshold,
  RolloutStrategy,
  StringMatch,
  Threshold,
} from '../../src';
import { canaryOf, messages, refusedBehindIstio, refusedWithoutTraffic, rollout, split, STEPS } from './strategies';

const SECONDS = Duration.seconds(30);
const ALL = [{ path: StringMatch.prefix('/') }];
const PODS = CanaryStep.canaryScale(CanaryScale.replicas(1));
const trial = (weight?: number) =>
  CanaryStep.experiment({
    duration: SECONDS,
    templates: [{ name: 'trial', specRef: ExperimentSpecRef.CANARY, weight }],
  });

/** A router of which only the name is known. */
const router = (routing: Record<string, unknown>): ITrafficSplit => ({
  toTrafficRouting: () => ({ stableService: 'checkout-stable', canaryService: 'checkout-canary', routing }),
});

type Case = [
  rule: string,
  refused: (options: Partial<CanaryStrategyOptions>) => string[],
  Partial<CanaryStrategyOptions>,
  string,
];

describe('a canary strategy is refused by the rules of Argo Rollouts:', () => {
  test.each<Case>([
    [
      'V11: no surge and nothing missing',
      refusedWithoutTraffic,
      { maxSurge: PercentOrAbsolute.percent(0), maxUnavailable: PercentOrAbsolute.absolute(0) },
      'maxSurge and maxUnavailable are both zero',
    ],
    [
      'V13: ping-pong with a router that cannot',
      refusedBehindIstio,
      { pingPong: true, traffic: router({ smi: {} }) },
      'pingPong is not supported by smi',
    ],
    [
      'V18: a delay without traffic routing',
      refusedWithoutTraffic,
      { scaleDownDelay: SECONDS },
      'scaleDownDelay needs traffic routing',
    ],
    [
      'V19: a shrinking stable version without traffic routing',
      refusedWithoutTraffic,
      { dynamicStableScale: true },
      'dynamicStableScale needs traffic routing',
    ],
    [
      'V20: a shrinking stable version with a delay',
      refusedBehindIstio,
      { dynamicStableScale: true, scaleDownDelay: SECONDS },
      'dynamicStableScale and scaleDownDelay are both given',
    ],
    [
      'V21: finer weights behind Istio',
      refusedBehindIstio,
      { maxTrafficWeight: 1000 },
      'maxTrafficWeight is not supported by istio',
    ],
    [
      'V24: more than everything',
      refusedBehindIstio,
      { steps: [CanaryStep.setWeight(101)] },
      'steps[0]: setWeight is 101; use a whole number from 0 to 100',
    ],
    [
      'V26: pods without traffic routing',
      refusedWithoutTraffic,
      { steps: [PODS] },
      'steps[0]: canaryScale needs traffic routing',
    ],
    [
      'V27: a header route without traffic routing',
      refusedWithoutTraffic,
      { steps: [CanaryStep.setWeight(5), CanaryStep.setHeaderRoute('a', [HeaderMatch.exact('x', 'y')])] },
      'steps[1]: setHeaderRoute needs traffic routing',
    ],
    [
      'V27: a header route with a router that cannot',
      refusedBehindIstio,
      {
        traffic: router({ nginx: {} }),
        steps: [CanaryStep.setWeight(5), CanaryStep.setHeaderRoute('a', [HeaderMatch.exact('x', 'y')])],
      },
      'steps[1]: setHeaderRoute is not supported by nginx; it needs one of istio, alb, apisix, plugins',
    ],
    [
      'V28: a header that is matched by nothing',
      refusedBehindIstio,
      { steps: [PODS, CanaryStep.setHeaderRoute('a', [HeaderMatch.prefix('x', '')])] },
      "steps[1]: the header 'x' is matched by no string",
    ],
    [
      'V31: a mirror with a router that cannot',
      refusedBehindIstio,
      { traffic: router({ alb: {} }), steps: [PODS, CanaryStep.setMirrorRoute('a', { matches: ALL })] },
      'steps[1]: setMirrorRoute is not supported by alb',
    ],
    [
      'V32: a method that is matched by nothing',
      refusedBehindIstio,
      { steps: [PODS, CanaryStep.setMirrorRoute('a', { matches: [{ method: StringMatch.exact('') }] })] },
      'steps[1]: the method is matched by no string',
    ],
    [
      'V35: a weight of an experiment without traffic routing',
      refusedWithoutTraffic,
      { steps: [trial(5)] },
      'steps[0]: a weight of an experiment needs traffic routing',
    ],
    [
      'V36: a weight of an experiment with a router that cannot',
      refusedBehindIstio,
      { traffic: router({ nginx: {} }), steps: [trial(5)] },
      'steps[0]: a weight of an experiment is not supported by nginx',
    ],
    [
      'V37: a field that the downward API does not know',
      refusedBehindIstio,
      {
        steps: [
          CanaryStep.analysis({
            templates: [AnalysisTemplate.fromName('errors')],
            args: [AnalysisArg.fieldRef('when', 'metadata.creationTimestamp')],
          }),
        ],
      },
      "steps[0]: analysis: the argument 'when' is the field 'metadata.creationTimestamp', which Argo Rollouts cannot read",
    ],
    [
      'V39: a weight of more than 100',
      refusedBehindIstio,
      { antiAffinity: AntiAffinity.preferred(101) },
      'the weight of antiAffinity is 101; use a whole number from 1 to 100',
    ],
  ])('%s', (_, refused, options, message) => {
    expect(refused(options)).toEqual([expect.stringContaining(message)]);
  });

  test('V12: the same Service for both versions', () => {
    expect(
      messages((scope) => rollout(scope, RolloutStrategy.canary({ steps: STEPS, traffic: split(scope, ['a', 'a']) }))),
    ).toContain("the stable and the canary Service are both 'a'; Argo Rollouts needs two different Services");
  });

  test('V14, V15, V17: the Services of ping-pong are those of the traffic split, so that both are there and differ', () => {
    expect(
      messages((scope) =>
        rollout(scope, RolloutStrategy.canary({ steps: STEPS, pingPong: true, traffic: split(scope, ['a', 'a']) })),
      ),
    ).toContain("the ping and the pong Service are both 'a'; Argo Rollouts needs two different Services");
    expect(canaryOf({})).toMatchObject({ stableService: 'checkout-stable', canaryService: 'checkout-canary' });
  });

  test('V22, V23, V29: each step is of one kind, and each match of one kind, by construction', () => {
    const kinds = canaryOf({ steps: [PODS, CanaryStep.setWeight(5, { pause: SECONDS }), trial()] }).steps.map(
      Object.keys,
    );
    expect(kinds).toEqual([['setCanaryScale'], ['setWeight'], ['pause'], ['experiment']]);
  });

  test('V33, V34: managed routes are listed because the steps have them', () => {
    const steps = [PODS, CanaryStep.setMirrorRoute('shadow', { matches: ALL })];
    expect(canaryOf({ steps }).trafficRouting.managedRoutes).toEqual([{ name: 'shadow' }]);
    expect(canaryOf({}).trafficRouting).not.toHaveProperty('managedRoutes');
  });

  test('finer weights are accepted of a plugin, and weights go as far', () => {
    const traffic = router({ plugins: { 'argoproj-labs/gatewayAPI': {} } });
    const options = { traffic, maxTrafficWeight: 1000, steps: [CanaryStep.setWeight(125)] };
    expect(refusedBehindIstio(options)).toEqual([]);
    expect(refusedBehindIstio({ ...options, steps: [CanaryStep.setWeight(1001)] })).toEqual([
      'steps[0]: setWeight is 1001; use a whole number from 0 to 1000',
    ]);
  });
});

describe('refused, though Argo Rollouts would accept it and do something else:', () => {
  test.each<[string, Partial<CanaryStrategyOptions>, string]>([
    [
      'a percentage above 100',
      { steps: [PODS, CanaryStep.setMirrorRoute('a', { matches: ALL, percentage: 101 })] },
      "the percentage of setMirrorRoute 'a' is 101",
    ],
    [
      'a mirror of nothing in particular',
      { steps: [PODS, CanaryStep.setMirrorRoute('a', { matches: [{}] })] },
      'says nothing',
    ],
    [
      'a header route that would remove itself',
      { steps: [PODS, CanaryStep.setHeaderRoute('a', [])] },
      'which would remove the route',
    ],
    [
      'a header with a space',
      { steps: [PODS, CanaryStep.setHeaderRoute('a', [HeaderMatch.exact('x y', 'z')])] },
      "a header is called 'x y'",
    ],
    [
      'an endless experiment',
      { steps: [CanaryStep.experiment({ templates: [{ name: 'a', specRef: ExperimentSpecRef.CANARY }] })] },
      'it would never end',
    ],
    [
      'an experiment of more than everything',
      {
        steps: [
          CanaryStep.experiment({
            duration: SECONDS,
            templates: [
              { name: 'a', specRef: ExperimentSpecRef.CANARY, weight: 60 },
              { name: 'b', specRef: ExperimentSpecRef.STABLE, weight: 60 },
            ],
          }),
        ],
      },
      'add up to 120 %',
    ],
    [
      'a threshold of nothing',
      { replicaProgressThreshold: ReplicaProgressThreshold.pods(0) },
      'replicaProgressThreshold is 0 pods',
    ],
    ['half a second', { scaleDownDelay: Duration.millis(500) }, 'scaleDownDelay is 500ms; give whole seconds'],
    ['a plugin without its owner', { steps: [CanaryStep.plugin('step-exec')] }, "the plugin is called 'step-exec'"],
    ['minus one pod', { steps: [CanaryStep.canaryScale(CanaryScale.replicas(-1))] }, 'canaryScale has -1 replicas'],
  ])('%s', (_, options, message) => {
    expect(refusedBehindIstio(options)).toEqual([expect.stringContaining(message)]);
  });
});

describe('analyses that run together are refused by the rules of Argo Rollouts:', () => {
  const metric = (name: string, more: Partial<AnalysisMetric> = {}): AnalysisMetric => ({
    name,
    provider: MetricProvider.prometheus({ address: 'http://prometheus:9090', query: 'sum(up)' }),
    condition: Condition.threshold(Threshold.atLeast(1)),
    ...more,
  });
  const analysed = (props: Partial<AnalysisTemplateProps>[], step: { args?: AnalysisArg[]; dryRun?: string[] } = {}) =>
    messages((scope) => {
      const templates = props.map(
        (one, i) => new AnalysisTemplate(scope as Chart, `t${i}`, { metrics: [metric(`m${i}`)], ...one }),
      );
      const steps = [CanaryStep.setWeight(5), CanaryStep.analysis({ templates, ...step })];
      rollout(scope, RolloutStrategy.canary({ steps, traffic: split(scope) }));
    });

  test('R5a: two metrics of one name', () => {
    expect(analysed([{ metrics: [metric('up')] }, { metrics: [metric('up')] }])).toEqual([
      "steps[1]: analysis: two of the analyses have a metric called 'up'; Argo Rollouts needs each name once",
    ]);
  });

  test('R5b: one argument with two defaults', () => {
    const args = ['a', 'b'].map((value) => [AnalysisTemplateArg.withDefault('region', value)]);
    expect(analysed(args.map((one) => ({ args: one })))).toEqual([
      expect.stringContaining("have the argument 'region' with different defaults"),
    ]);
  });

  test('R5c, R9: an argument that is not given', () => {
    expect(analysed([{ args: [AnalysisTemplateArg.required('region')] }])).toEqual([
      "steps[1]: analysis: the argument 'region' is required and not given; add it to args",
    ]);
    expect(
      analysed([{ args: [AnalysisTemplateArg.required('region')] }], { args: [AnalysisArg.value('region', 'eu')] }),
    ).toEqual([]);
  });

  test('R5d: one rule for dry runs, twice', () => {
    expect(analysed([{}], { dryRun: ['m0', 'm0'] })).toEqual([
      "steps[1]: analysis: dryRun has 'm0' twice; Argo Rollouts needs each rule once",
    ]);
  });

  test('R8: a step that would never end', () => {
    expect(analysed([{ metrics: [metric('up', { interval: Duration.minutes(1) })] }])).toEqual([
      expect.stringContaining("its metric 'up' has an interval and no count, so that it would never end"),
    ]);
  });

  test('R11: an argument that no template declares', () => {
    expect(analysed([{}], { args: [AnalysisArg.value('region', 'eu')] })).toEqual([
      expect.stringContaining("the argument 'region' is given, but no template declares it"),
    ]);
  });

  test('M16: a dry run of no metric', () => {
    expect(analysed([{}], { dryRun: ['latency'] })).toEqual([
      "steps[1]: analysis: dryRun has 'latency', which matches none of the metrics ('m0'); name one of them",
    ]);
    expect(analysed([{}], { dryRun: ['*'] })).toEqual([
      "steps[1]: analysis: dryRun has '*', which is no regular expression; for all metrics write '.*'",
    ]);
  });
});
