import { ApiObject, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CanaryStep, PodDefaults, Rollout, RolloutProps, RolloutStrategy } from '../../src';
import { only, refusal, synthesize } from '../synthesized';

const STRATEGY = RolloutStrategy.canary({ steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.minutes(5))] });
const CONTAINER: kplus.ContainerProps = {
  image: 'registry.example.com/checkout:1.4.2',
  portNumber: 8080,
  ports: [{ name: 'http', number: 8080 }],
};

const rolloutIn = (chart: Chart, props: Partial<RolloutProps> = {}) =>
  new Rollout(chart, 'checkout', { containers: [CONTAINER], strategy: STRATEGY, ...props });
const specOf = (props: Partial<RolloutProps> = {}) =>
  only(
    synthesize((chart) => rolloutIn(chart, props)),
    'Rollout',
  ).spec;

describe('a Rollout', () => {
  test('by itself', () => {
    expect(synthesize((chart) => rolloutIn(chart))).toMatchSnapshot();
  });

  test('is the default child of its construct', () => {
    synthesize((chart) => {
      expect(ApiObject.of(rolloutIn(chart)).kind).toBe('Rollout');
    });
  });

  test('is called as its construct is, and selects its pods by that name, without a hash', () => {
    const spec = specOf();
    expect(spec.selector).toEqual({ matchLabels: { app: 'checkout' } });
    expect(spec.template.metadata.labels).toEqual({ app: 'checkout' });
  });

  test('keeps the labels and annotations that its pods are given', () => {
    const spec = specOf({ podMetadata: { labels: { tier: 'front' }, annotations: { note: 'x' } } });
    expect(spec.template.metadata).toEqual({ labels: { app: 'checkout', tier: 'front' }, annotations: { note: 'x' } });
  });

  test('takes times and limits', () => {
    const spec = specOf({
      replicas: 7,
      revisionHistoryLimit: 3,
      minReady: Duration.seconds(15),
      progressDeadline: Duration.minutes(20),
    });
    expect(spec).toMatchObject({
      replicas: 7,
      revisionHistoryLimit: 3,
      minReadySeconds: 15,
      progressDeadlineSeconds: 1200,
    });
  });

  test('gives its main port a name, and its probes the number', () => {
    const [container] = specOf({
      containers: [{ ...CONTAINER, readiness: kplus.Probe.fromHttpGet('/healthz') }],
    }).template.spec.containers;
    expect(container.ports).toEqual([{ containerPort: 8080, name: 'http' }]);
    expect(container.readinessProbe.httpGet.port).toBe(8080);
    expect(container.startupProbe.tcpSocket.port).toBe(8080);
  });

  test('lets a JSON patch through, unknown fields and int-or-strings too', () => {
    const spec = only(
      synthesize((chart) =>
        ApiObject.of(rolloutIn(chart)).addJsonPatch(
          JsonPatch.add('/spec/strategy/canary/maxSurge', '25%'),
          JsonPatch.add('/spec/strategy/canary/maxUnavailable', 0),
          JsonPatch.add('/spec/template/spec/topologySpreadConstraints', [{ maxSkew: 1 }]),
          JsonPatch.add('/spec/fieldOfTomorrow', true),
        ),
      ),
      'Rollout',
    ).spec;
    expect(spec.strategy.canary).toMatchObject({ maxSurge: '25%', maxUnavailable: 0 });
    expect(spec.template.spec.topologySpreadConstraints).toEqual([{ maxSkew: 1 }]);
    expect(spec.fieldOfTomorrow).toBe(true);
  });
});

describe('as a workload of cdk8s-plus, a Rollout', () => {
  test('is exposed by a Service', () => {
    const service = only(
      synthesize((chart) => rolloutIn(chart).exposeViaService()),
      'Service',
    );
    expect(service.spec.selector).toEqual({ app: 'checkout' });
    expect(service.spec.ports).toEqual([{ name: 'http', port: 8080, targetPort: 8080 }]);
  });

  test('is selected by a Service that is made elsewhere', () => {
    const service = only(
      synthesize((chart) => new kplus.Service(chart, 's', { selector: rolloutIn(chart), ports: [{ port: 80 }] })),
      'Service',
    );
    expect(service.spec.selector).toEqual({ app: 'checkout' });
  });

  test('is scaled by a HorizontalPodAutoscaler, and then leaves replicas out of Git', () => {
    const manifests = synthesize(
      (chart) => new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target: rolloutIn(chart), maxReplicas: 9 }),
    );
    expect(only(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      name: 'checkout',
    });
    expect(only(manifests, 'Rollout').spec).not.toHaveProperty('replicas');
  });

  test('mounts volumes', () => {
    const pod = only(
      synthesize((chart) => {
        const rollout = rolloutIn(chart);
        rollout.containers[0].mount('/tmp', kplus.Volume.fromEmptyDir(chart, 'tmp', 'scratch'));
      }),
      'Rollout',
    ).spec.template.spec;
    expect(pod.volumes).toEqual([{ name: 'scratch', emptyDir: {} }]);
    expect(pod.containers[0].volumeMounts).toEqual([{ name: 'scratch', mountPath: '/tmp' }]);
  });

  test('is scheduled away from itself, by its own label', () => {
    const pod = specOf({ spread: true }).template.spec;
    const [term] = pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(term.labelSelector.matchLabels).toEqual({ app: 'checkout' });
  });

  test('takes part in network policies', () => {
    const manifests = synthesize((chart) => {
      const other = new kplus.Pod(chart, 'caller', { containers: [{ image: 'caller:1' }] });
      rolloutIn(chart).connections.allowFrom(other);
    });
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.map(({ spec }) => spec.podSelector.matchLabels)).toContainEqual({ app: 'checkout' });
  });

  test('is granted to, as rollouts.argoproj.io', () => {
    const role = only(
      synthesize((chart) => new kplus.Role(chart, 'reader').allowRead(rolloutIn(chart))),
      'Role',
    );
    expect(role.rules[0]).toMatchObject({ apiGroups: ['argoproj.io'], resources: ['rollouts'] });
  });
});

describe('what the user did not say', () => {
  test('is the hardening of cdk8s-plus by default', () => {
    const { spec } = specOf().template;
    expect(spec.securityContext.runAsNonRoot).toBe(true);
    expect(spec.containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
    expect(spec.containers[0].resources.limits).toEqual({ cpu: '1500m', memory: '2Gi' });
  });

  test('is left to Kubernetes on demand', () => {
    const spec = specOf({ podDefaults: PodDefaults.KUBERNETES, initContainers: [{ name: 'wait', image: 'wait:1' }] });
    expect(spec).not.toHaveProperty('replicas');
    expect(spec.template.spec).toEqual({
      containers: [{ name: 'main', image: CONTAINER.image, ports: [{ name: 'http', containerPort: 8080 }] }],
      initContainers: [{ name: 'wait', image: 'wait:1' }],
    });
  });

  test('is derived only from what the user stated', () => {
    const { spec } = specOf({
      podDefaults: PodDefaults.KUBERNETES,
      terminationGracePeriod: Duration.seconds(5),
      automountServiceAccountToken: false,
      containers: [
        {
          ...CONTAINER,
          imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
          resources: { memory: { request: Size.mebibytes(32) } },
          startup: kplus.Probe.fromCommand(['true']),
        },
      ],
    }).template;
    expect(spec).toMatchObject({ terminationGracePeriodSeconds: 5, automountServiceAccountToken: false });
    expect(spec.containers[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { memory: '32Mi' } },
      startupProbe: { exec: { command: ['true'] } },
    });
  });
});

test('a security context that is stated in part has that part alone', () => {
  const { spec } = specOf({
    podDefaults: PodDefaults.KUBERNETES,
    securityContext: { fsGroup: 2000 },
    dns: { hostname: 'checkout' },
    containers: [{ ...CONTAINER, securityContext: { user: 1000, readOnlyRootFilesystem: true } }],
  }).template;
  expect(spec.securityContext).toEqual({ fsGroup: 2000 });
  expect(spec.containers[0].securityContext).toEqual({ runAsUser: 1000, readOnlyRootFilesystem: true });
  expect(spec.hostname).toBe('checkout');
  expect(spec).not.toHaveProperty('dnsPolicy');
});

describe('a Rollout is refused', () => {
  const problems = (props: Partial<RolloutProps>) =>
    refusal((scope) => new Rollout(scope, 'checkout', { containers: [CONTAINER], strategy: STRATEGY, ...props }));

  test.each<[string, Partial<RolloutProps>, string]>([
    ['without a container', { containers: [] }, 'it has no container'],
    ['with an empty image', { containers: [{ image: '' }] }, "container 'main' has an empty image"],
    ['with a space in an image', { containers: [{ image: 'a b' }] }, "has the image 'a b', which has a space in it"],
    [
      'with a port of no name',
      { containers: [{ image: 'a', ports: [{ number: 80, name: 'HTTP!' }] }] },
      "'HTTP!', which is no port name",
    ],
    ['with a port that is none', { containers: [{ image: 'a', ports: [{ number: 0 }] }] }, 'is 0, which is no port'],
    ['with less than no replicas', { replicas: -1 }, 'replicas is -1'],
    ['with half a replica', { replicas: 1.5 }, 'replicas is 1.5'],
    [
      'with a deadline before it is ready',
      { minReady: Duration.minutes(10) },
      'progressDeadline (600 s) must be longer than minReady (600 s)',
    ],
    ['with a name that is none', { metadata: { name: 'Check_Out' } }, "'Check_Out', which is no DNS label"],
    [
      'with a label value that is none',
      { podMetadata: { labels: { team: 'a b' } } },
      "the pods' label 'team' is 'a b'",
    ],
    ['without a step', { strategy: RolloutStrategy.canary({ steps: [] }) }, 'steps is empty'],
  ])('%s', (_, props, message) => {
    expect(problems(props).join('\n')).toContain(message);
  });

  test('for an invalid weight, at its step', () => {
    for (const weight of [-1, 101, 12.5, NaN, Infinity]) {
      const strategy = RolloutStrategy.canary({ steps: [CanaryStep.setWeight(10), CanaryStep.setWeight(weight)] });
      expect(problems({ strategy })).toEqual([
        `[shop/checkout] steps[1]: setWeight is ${weight}; use a whole number from 0 to 100, in percent`,
      ]);
    }
  });

  test('for a pause of zero', () => {
    const strategy = RolloutStrategy.canary({
      steps: [CanaryStep.pause(Duration.seconds(0)), CanaryStep.setWeight(5, { pause: Duration.seconds(0) })],
    });
    expect(problems({ strategy })).toHaveLength(2);
  });

  test('for an analysis of nothing', () => {
    const strategy = RolloutStrategy.canary({
      steps: [CanaryStep.analysis(), CanaryStep.analysis({ templates: [] })],
    });
    expect(problems({ strategy })).toEqual([
      '[shop/checkout] steps[0]: analysis names no template, and there is none to mean; give templates: […]',
      '[shop/checkout] steps[1]: analysis has an empty list of templates; name at least one',
    ]);
  });
});
