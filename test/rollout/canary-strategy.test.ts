import { Duration } from 'cdk8s';
import { PercentOrAbsolute } from 'cdk8s-plus-27';
import {
  AnalysisTemplate,
  AntiAffinity,
  CanaryScale,
  CanaryStep,
  HeaderMatch,
  ReplicaProgressThreshold,
  StringMatch,
} from '../../src';
import { canaryOf, refusedBehindIstio, STEPS } from './strategies';

const SECONDS = Duration.seconds(90);
const ERRORS = AnalysisTemplate.fromName('errors');

test('every field of a canary strategy is written as Argo Rollouts spells it', () => {
  expect(
    canaryOf({
      maxSurge: PercentOrAbsolute.percent(50),
      maxUnavailable: PercentOrAbsolute.absolute(1),
      scaleDownDelay: SECONDS,
      scaleDownDelayRevisionLimit: 2,
      abortScaleDownDelay: Duration.seconds(0),
      minPodsPerReplicaSet: 2,
      replicaProgressThreshold: ReplicaProgressThreshold.percent(90),
      canaryMetadata: { labels: { role: 'canary' } },
      stableMetadata: { annotations: { role: 'stable' } },
      antiAffinity: AntiAffinity.preferred(10),
      background: { templates: [ERRORS] },
    }),
  ).toMatchSnapshot();
  expect(canaryOf({ dynamicStableScale: true, antiAffinity: AntiAffinity.required() })).toMatchObject({
    dynamicStableScale: true,
    antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
  });
});

test('a number of pods stays a number, since Argo Rollouts reads the text 1 as one percent', () => {
  expect(canaryOf({ maxSurge: PercentOrAbsolute.absolute(1) }).maxSurge).toBe(1);
  expect(canaryOf({ maxSurge: PercentOrAbsolute.percent(1) }).maxSurge).toBe('1%');
});

test('a plugin may have ping and pong', () => {
  const routing = { plugins: { 'acme/router': {} } };
  const split = { stableService: 'checkout-stable', canaryService: 'checkout-canary', routing };
  const canary = canaryOf({ pingPong: true, traffic: { toTrafficRouting: () => split } });
  expect(canary.pingPong).toEqual({ pingService: 'checkout-stable', pongService: 'checkout-canary' });
});

test('ping and pong take the place of stable and canary', () => {
  const canary = canaryOf({ pingPong: true });
  expect(canary.pingPong).toEqual({ pingService: 'checkout-stable', pongService: 'checkout-canary' });
  expect(canary).not.toHaveProperty('stableService');
  expect(canary).not.toHaveProperty('canaryService');
});

describe('a background analysis', () => {
  const background = { templates: [ERRORS] };

  test('begins with the step after the first weight, when the canary has pods', () => {
    expect(canaryOf({ background }).analysis.startingStep).toBe(1);
    const held = [CanaryStep.setWeight(0, { pause: SECONDS }), CanaryStep.setWeight(5, { pause: SECONDS })];
    expect(canaryOf({ background, steps: held }).analysis.startingStep).toBe(3);
  });

  test('begins at the given step, counted before steps are expanded', () => {
    const steps = [CanaryStep.setWeight(5, { pause: SECONDS }), CanaryStep.setWeight(20), CanaryStep.pause(SECONDS)];
    expect(canaryOf({ steps, background: { ...background, startingStep: 2 } }).analysis.startingStep).toBe(3);
  });

  test('takes arguments, dry runs, retention and labels of its runs', () => {
    expect(
      canaryOf({
        background: {
          templates: [AnalysisTemplate.fromClusterName('errors')],
          dryRun: ['.*'],
          measurementRetention: [{ metrics: 'latency', limit: 50 }],
          runLabels: { team: 'shop' },
          runAnnotations: { runbook: 'https://runbooks.example.com/errors' },
        },
      }).analysis,
    ).toEqual({
      templates: [{ templateName: 'errors', clusterScope: true }],
      dryRun: [{ metricName: '.*' }],
      measurementRetention: [{ metricName: 'latency', limit: 50 }],
      analysisRunMetadata: {
        labels: { team: 'shop' },
        annotations: { runbook: 'https://runbooks.example.com/errors' },
      },
      startingStep: 1,
    });
  });

  test('is refused where it would never start, or before there are pods', () => {
    expect(refusedBehindIstio({ background: { ...background, startingStep: 2 } })).toEqual([
      'startingStep of background is 2, but there are 2 steps, so it would never start; use at most 1',
    ]);
    expect(refusedBehindIstio({ background: { ...background, startingStep: 0 } })).toEqual([
      expect.stringContaining('startingStep of background is 0, before the canary has pods'),
    ]);
    expect(refusedBehindIstio({ background, steps: [CanaryStep.setWeight(50)] })).toEqual([
      expect.stringContaining('background would never find canary pods in a step'),
    ]);
    expect(refusedBehindIstio({ background, steps: [CanaryStep.setWeight(50, { pause: SECONDS })] })).toEqual([]);
  });
});

describe('managed routes', () => {
  const header = CanaryStep.setHeaderRoute('testers', [HeaderMatch.exact('x-tester', 'yes')]);
  const mirror = CanaryStep.setMirrorRoute('shadow', { matches: [{ path: StringMatch.prefix('/') }] });
  const pods = CanaryStep.canaryScale(CanaryScale.replicas(1));

  test('are listed in the order of the steps, and taken away after the last', () => {
    const canary = canaryOf({ steps: [pods, header, mirror, ...STEPS] });
    expect(canary.trafficRouting.managedRoutes).toEqual([{ name: 'testers' }, { name: 'shadow' }]);
    expect(canary.steps.slice(-2)).toEqual([
      { setHeaderRoute: { name: 'testers' } },
      { setMirrorRoute: { name: 'shadow' } },
    ]);
  });

  test('are not taken away twice', () => {
    const canary = canaryOf({ steps: [pods, header, CanaryStep.removeHeaderRoute('testers'), ...STEPS] });
    const removals = canary.steps.filter((step: Record<string, { match?: unknown }>) =>
      step.setHeaderRoute ? step.setHeaderRoute.match === undefined : false,
    );
    expect(removals).toHaveLength(1);
  });

  test('are refused before the canary has pods, unset, or named like a route of the VirtualService', () => {
    expect(refusedBehindIstio({ steps: [header, ...STEPS] })).toEqual([
      expect.stringContaining('steps[0]: sends requests to the canary before it has pods'),
    ]);
    expect(refusedBehindIstio({ steps: [...STEPS, CanaryStep.removeMirrorRoute('shadow')] })).toEqual([
      "steps[2]: takes away the route 'shadow', which no step before it has set",
    ]);
    const primary = CanaryStep.setHeaderRoute('primary', [HeaderMatch.exact('x-tester', 'yes')]);
    expect(refusedBehindIstio({ steps: [pods, primary] })).toEqual([
      expect.stringContaining("a step manages the route 'primary', which is a route of the VirtualService too"),
    ]);
  });
});
