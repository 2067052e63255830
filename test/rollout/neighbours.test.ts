import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import {
  CanaryServices,
  KedaTrigger,
  NotificationSubscription,
  NotificationTrigger,
  PodDisruptionBudget,
  PodDisruptionBudgetProps,
  Rollout,
  RolloutOptions,
  RolloutStrategy,
  ScaledObject,
  ScaledObjectProps,
  WorkloadRef,
  WorkloadScaleDown,
} from '../../src';
import { Manifest, only, synthesize } from '../synthesized';
import { messages, rollout, STEPS } from './strategies';

const CANARY = RolloutStrategy.canary({ steps: STEPS });
const specOf = (options: RolloutOptions) =>
  only(
    synthesize((chart) => rollout(chart, CANARY, options)),
    'Rollout',
  ).spec;
const refused = (options: RolloutOptions) => messages((scope) => rollout(scope, CANARY, options));

test('every field of a Rollout is written as Argo Rollouts spells it', () => {
  const spec = specOf({
    replicas: 3,
    revisionHistoryLimit: 4,
    minReady: Duration.seconds(20),
    progressDeadline: Duration.minutes(5),
    progressDeadlineAbort: true,
    rollbackWindow: 2,
    paused: true,
    restartAt: '2026-01-31T12:00:00Z',
    successfulRunHistoryLimit: 1,
    unsuccessfulRunHistoryLimit: 9,
  });
  expect(spec).toMatchObject({
    replicas: 3,
    revisionHistoryLimit: 4,
    minReadySeconds: 20,
    progressDeadlineSeconds: 300,
    progressDeadlineAbort: true,
    rollbackWindow: { revisions: 2 },
    paused: true,
    analysis: { successfulRunHistoryLimit: 1, unsuccessfulRunHistoryLimit: 9 },
  });
  expect(Date.parse(spec.restartAt)).toBe(Date.parse('2026-01-31T12:00:00Z'));
});

describe('a Rollout that takes over a Deployment', () => {
  const adopting = (scope: Construct, workloadRef: WorkloadRef, options: RolloutOptions = {}) =>
    new Rollout(scope, 'checkout', { ...options, workloadRef, strategy: CANARY });

  test('has no pods of its own, and its Services select those of the Deployment', () => {
    const manifests = synthesize((chart) => {
      const pods = adopting(chart, WorkloadRef.deploymentNamed('checkout', { app: 'checkout', tier: 'web' }));
      new CanaryServices(chart, 'services', { name: 'checkout', pods, root: false });
    });
    const { spec } = only(manifests, 'Rollout');
    expect(spec.workloadRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'checkout',
      scaleDown: 'progressively',
    });
    expect(spec).not.toHaveProperty('template');
    expect(spec).not.toHaveProperty('selector');
    const services = manifests.filter(({ kind }) => kind === 'Service');
    expect(services.map((service: Manifest) => service.spec.selector)).toEqual([
      { app: 'checkout', tier: 'web' },
      { app: 'checkout', tier: 'web' },
    ]);
  });

  test('may be given the Deployment itself', () => {
    const manifests = synthesize((chart) => {
      const deployment = new kplus.Deployment(chart, 'web', { containers: [{ image: 'checkout:1' }] });
      adopting(chart, WorkloadRef.deployment(deployment, { scaleDown: WorkloadScaleDown.ON_SUCCESS }));
    });
    expect(only(manifests, 'Rollout').spec.workloadRef).toMatchObject({
      name: only(manifests, 'Deployment').metadata.name,
      scaleDown: 'onsuccess',
    });
  });

  test('V5: has no containers of its own', () => {
    const workloadRef = WorkloadRef.deploymentNamed('checkout', { app: 'checkout' });
    expect(messages((scope) => adopting(scope, workloadRef, { containers: [{ image: 'checkout:1' }] }))).toEqual([
      expect.stringContaining("it has 1 containers of its own in addition to workloadRef 'checkout'"),
    ]);
  });
});

describe('a Rollout is refused by the rules of Argo Rollouts:', () => {
  test.each<[string, RolloutOptions, string]>([
    ['V1: fewer pods than none', { replicas: -1 }, 'replicas is -1; use a whole number of 0 or more'],
    ['V2, V4: a selector of nothing', { select: false }, 'it selects no pods'],
    [
      'V6: two ports of one name',
      {
        containers: [
          {
            image: 'checkout:1',
            portNumber: 80,
            ports: [
              { name: 'http', number: 80 },
              { name: 'http', number: 81 },
            ],
          },
        ],
      },
      "has two ports called 'http'; give each its own name",
    ],
    ['V6: no container', { containers: [] }, 'it has no container; give at least one'],
    ['V7: a history of less than nothing', { revisionHistoryLimit: -1 }, 'revisionHistoryLimit is -1'],
    [
      'V8: a deadline within the readiness',
      { minReady: Duration.minutes(10) },
      'progressDeadline (600 s) must be longer',
    ],
    ['a time that is none', { restartAt: 'tomorrow' }, "restartAt is 'tomorrow', which is no time"],
  ])('%s', (_, options, message) => {
    expect(refused(options)).toEqual([expect.stringContaining(message)]);
  });

  test('V6: a selector of other pods', () => {
    expect(
      messages((scope) => {
        const made = rollout(scope, CANARY, { select: false });
        made.select(kplus.LabelSelector.of({ labels: { app: 'other' } }));
      }),
    ).toEqual(["it selects pods by the label 'app: other', but its pods have none; give podMetadata that label"]);
  });

  test('V9, V10: it has one strategy, by construction', () => {
    expect(Object.keys(specOf({}).strategy)).toEqual(['canary']);
  });
});

test('subscriptions become annotations', () => {
  const notifications = [
    NotificationSubscription.slack(NotificationTrigger.ROLLOUT_ABORTED, 'shop', 'on-call'),
    NotificationSubscription.of('on-gate', 'email', 'shop@example.com'),
  ];
  const made = only(
    synthesize((chart) => rollout(chart, CANARY, { notifications })),
    'Rollout',
  );
  expect(made.metadata.annotations).toEqual({
    'notifications.argoproj.io/subscribe.on-rollout-aborted.slack': 'shop;on-call',
    'notifications.argoproj.io/subscribe.on-gate.email': 'shop@example.com',
  });
  expect(refused({ notifications: [NotificationSubscription.slack(NotificationTrigger.ROLLOUT_PAUSED)] })).toEqual([
    "the notification of 'on-rollout-paused' has no recipient; name one",
  ]);
});

test('under an autoscaler the number of pods is not in Git', () => {
  const manifests = synthesize((chart) => {
    const target = rollout(chart, CANARY, {
      containers: [{ image: 'checkout:1', resources: { cpu: { request: kplus.Cpu.millis(100) } } }],
    });
    new kplus.HorizontalPodAutoscaler(chart, 'autoscaler', { target, maxReplicas: 10 });
  });
  expect(only(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    name: 'checkout',
  });
  expect(only(manifests, 'Rollout').spec).not.toHaveProperty('replicas');
});

describe('KEDA', () => {
  const triggers = [
    KedaTrigger.prometheus('http://prometheus:9090', 'sum(rate(http_requests_total[2m]))', 100),
    KedaTrigger.cpu(70),
    KedaTrigger.memory(80),
    KedaTrigger.cron('Europe/Berlin', '0 8 * * *', '0 20 * * *', 5),
    KedaTrigger.of('kafka', { topic: 'orders' }),
  ];
  const scaled = (scope: Construct, props: Partial<ScaledObjectProps> = {}, options: RolloutOptions = {}) =>
    new ScaledObject(scope, 'scaler', { target: rollout(scope, CANARY, options), triggers, maxReplicas: 9, ...props });

  test('decides how many pods there are', () => {
    const manifests = synthesize((chart) =>
      scaled(chart, { pollingInterval: Duration.seconds(15), cooldownPeriod: Duration.minutes(2) }),
    );
    expect(only(manifests, 'ScaledObject').spec).toMatchSnapshot();
    expect(only(manifests, 'Rollout').spec).not.toHaveProperty('replicas');
  });

  test.each<[string, Partial<ScaledObjectProps>, RolloutOptions, string]>([
    ['no pods for a canary', { minReplicas: 0 }, {}, 'minReplicas is 0; use a whole number of at least 1'],
    ['fewer at most than at least', { minReplicas: 10 }, {}, 'maxReplicas is 9, less than minReplicas (10)'],
    ['nothing to scale by', { triggers: [] }, {}, 'triggers is empty'],
    ['a number in Git too', {}, { replicas: 3 }, "its target 'checkout' has 3 replicas of its own"],
  ])('refuses %s', (_, props, options, message) => {
    expect(messages((scope) => scaled(scope, props, options))).toEqual([expect.stringContaining(message)]);
  });
});

describe('while nodes are drained', () => {
  const budget = (scope: Construct, props: Partial<PodDisruptionBudgetProps> = {}) =>
    new PodDisruptionBudget(scope, 'budget', { pods: rollout(scope, CANARY), ...props });
  const spec = (props: Partial<PodDisruptionBudgetProps> = {}) =>
    only(
      synthesize((chart: Chart) => budget(chart, props)),
      'PodDisruptionBudget',
    ).spec;

  test('one pod may be unavailable, or the given number', () => {
    const selector = { matchLabels: { app: 'checkout' } };
    expect(spec()).toEqual({ selector, maxUnavailable: 1 });
    expect(spec({ minAvailable: kplus.PercentOrAbsolute.percent(75) })).toEqual({ selector, minAvailable: '75%' });
  });

  test('never none', () => {
    const none = kplus.PercentOrAbsolute.absolute(0);
    expect(messages((scope) => budget(scope, { maxUnavailable: none }))).toEqual([
      expect.stringContaining('no pod may ever be missing'),
    ]);
    expect(messages((scope) => budget(scope, { maxUnavailable: none, minAvailable: none }))).toContainEqual(
      expect.stringContaining('minAvailable and maxUnavailable are both given'),
    );
  });
});
