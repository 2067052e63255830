import { lint } from '../../src/lint';
import { Chart, Duration, Size, Testing } from 'cdk8s';
import { MountPropagation, Secret, Volume } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import {
  AnalysisArg,
  AnalysisTemplate,
  ArgoCdApplication,
  CanaryApp,
  CanaryAppProps,
  CanaryCheck,
  CanaryServices,
  CanaryStep,
  ClientTls,
  Destination,
  ExperimentSpecRef,
  GatewayApiTrafficSplit,
  GatewayParent,
  GatewayServer,
  HttpMatch,
  HttpRewrite,
  HttpRoute,
  IstioDestinationRule,
  IstioGateway,
  JobAnalysis,
  PrometheusAnalysis,
  Rollout,
  RolloutStrategy,
  ScrapeAccess,
  ServiceMonitor,
  TcpRoute,
  WorkloadRef,
} from '../../src';
import { findingsAmong } from '../../src/app/own-manifests';
import { graphOf } from '../../src/graph';
import { render, spec } from '../canaryfile/load';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const problemsAmong = (objects: Parameters<typeof findingsAmong>[0]) =>
  findingsAmong(objects, []).map(({ message }) => message);

// What random valid specs showed when the systems themselves judged them.

const PROPS: CanaryAppProps = { image: 'checkout:1.4.2', port: 8080, prometheus: 'http://prometheus.monitoring:9090' };
const app = (props: Partial<CanaryAppProps>) => (scope: Construct) =>
  new CanaryApp(scope, 'checkout', { ...PROPS, ...props });
const route = (options: object) => app({ traffic: { routes: [HttpRoute.split('primary', options)] } });
const gatewayApi = (options: object) => (scope: Construct) =>
  new GatewayApiTrafficSplit(scope, 'checkout', {
    parents: [GatewayParent.gateway('edge')],
    stable: Destination.host('checkout-stable', { port: 80 }),
    canary: Destination.host('checkout-canary', { port: 80 }),
    ...options,
  });
const rule = (options: object) => (scope: Construct) =>
  new IstioDestinationRule(scope, 'rule', { host: 'checkout', ...options });
const rollout = (options: object) => (scope: Construct) =>
  new Rollout(scope, 'checkout', {
    containers: [{ image: 'checkout:1.4.2' }],
    strategy: RolloutStrategy.blueGreen({ activeService: 'checkout' }),
    ...options,
  });
const mounted = (propagation: MountPropagation, privileged: boolean) => (scope: Construct) =>
  rollout({
    containers: [
      {
        image: 'checkout:1.4.2',
        securityContext: { privileged, allowPrivilegeEscalation: privileged },
        volumeMounts: [{ path: '/data', volume: Volume.fromEmptyDir(scope, 'data', 'data'), propagation }],
      },
    ],
  })(scope);
const EXPERIMENT = {
  duration: Duration.minutes(5),
  templates: [{ name: 'candidate', specRef: ExperimentSpecRef.CANARY, weight: 10 }],
};
const token = (scope: Construct) => ({ secret: Secret.fromSecretName(scope, 'token', 'token'), key: 'token' });

test.each<[string, (scope: Construct) => unknown, string]>([
  ['all namespaces and some', rule({ exportTo: ['.', '*'] }), "exportTo has '*' together with other namespaces"],
  [
    'its own namespace twice',
    rule({ exportTo: ['.', 'edge'], metadata: { namespace: 'edge' } }),
    "exportTo has 'edge' twice",
  ],
  [
    'a rule for some pods in other namespaces',
    rule({ exportTo: ['edge'], workloadSelector: { app: 'a' } }),
    'workloadSelector is given together with an exportTo',
  ],
  [
    'two orders of regions',
    rule({
      trafficPolicy: {
        outlierDetection: { consecutive5xxErrors: 5 },
        locality: { failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['topology.kubernetes.io/region'] },
      },
    }),
    'failover is given together with the region in failoverPriority',
  ],
  [
    'a certificate that is not looked at, beside one',
    rule({ trafficPolicy: { tls: ClientTls.simple({ insecureSkipVerify: true, credentialName: 'ca' }) } }),
    'insecureSkipVerify is given together with',
  ],
  [
    'a lone percent sign in a header',
    route({ requestHeaders: { set: { 'x-share': '50%' } } }),
    "takes '%' for the beginning",
  ],
  [
    'a short name at a Gateway',
    app({ hosts: ['checkout'] }),
    "'checkout', a short name, which Istio refuses at a Gateway",
  ],
  [
    'three certificates',
    (scope) =>
      new IstioGateway(scope, 'gateway', {
        servers: [GatewayServer.https('rsa', { hosts: ['*'], furtherCredentialNames: ['ecdsa', 'third'] })],
      }),
    'has 2 furtherCredentialNames',
  ],
  [
    'two Services of one name',
    (scope) =>
      new CanaryServices(scope, 'services', { name: 'checkout', pods: rollout({})(scope), canaryName: 'checkout' }),
    "two Services are called 'checkout'",
  ],
  [
    'a parent twice',
    gatewayApi({ parents: [GatewayParent.gateway('edge'), GatewayParent.gateway('edge', { port: 80 })] }),
    'parents has Gateway edge several times',
  ],
  [
    'a path that others would first make plain',
    gatewayApi({ routes: [HttpRoute.split('all', { matches: [HttpMatch.prefix('/a//b')] })] }),
    "'/a//b', whose '//' the Gateway API refuses",
  ],
  [
    'half a percent of copies',
    gatewayApi({
      routes: [
        HttpRoute.split('all', { mirrors: [{ destination: Destination.host('b', { port: 80 }), percentage: 0.5 }] }),
      ],
    }),
    "the mirror's percentage is 0.5; the Gateway API knows whole numbers alone",
  ],
  [
    'an Azure disk',
    (scope) => rollout({ volumes: [Volume.fromAzureDisk(scope, 'disk', 'data', 'https://a/b.vhd')] })(scope),
    'is an Azure disk, whose diskURI Argo Rollouts loses',
  ],
  [
    'a mount that is seen in both directions',
    mounted(MountPropagation.BIDIRECTIONAL, false),
    "mounts '/data' with bidirectional propagation, which only a privileged container may",
  ],
  [
    'half a gibibyte of storage',
    rollout({
      containers: [{ image: 'a:1', name: 'a', resources: { ephemeralStorage: { limit: Size.mebibytes(512) } } }],
    }),
    "container 'a' has a storage limit of 512Mi, which cdk8s-plus cannot write; give it in whole gibibytes",
  ],
  [
    'half a mebibyte of memory',
    rollout({ containers: [{ image: 'a:1', name: 'a', resources: { memory: { request: Size.kibibytes(512) } } }] }),
    "container 'a' has a memory request of 512Ki, which cdk8s-plus cannot write; give it in whole mebibytes",
  ],
  [
    'pods known by empty labels alone',
    rollout({ containers: undefined, workloadRef: WorkloadRef.deploymentNamed('checkout', { tier: '' }) }),
    'it selects pods by labels whose values are all empty (tier), which cdk8s-plus leaves out of selectors',
  ],
  [
    'a path rewritten for several prefixes',
    gatewayApi({
      routes: [
        HttpRoute.split('primary', {
          rewrite: HttpRewrite.uri('/v2'),
          matches: [HttpMatch.prefix('/a'), HttpMatch.prefix('/b')],
        }),
      ],
    }),
    "route 'primary' rewrites the path of several prefixes, which the Gateway API refuses",
  ],
  [
    'more pods at least than there are to be',
    app({ replicas: 1, strategy: { minPodsPerReplicaSet: 3 } }),
    'minPodsPerReplicaSet is 3, more than the 1 replica: ',
  ],
  [
    'an argument from the template of another workload',
    rollout({
      containers: undefined,
      workloadRef: WorkloadRef.deploymentNamed('checkout', { app: 'checkout' }),
      strategy: RolloutStrategy.canary({
        steps: [
          CanaryStep.analysis({
            templates: [AnalysisTemplate.fromName('errors')],
            args: [AnalysisArg.fieldRef('revision', 'spec.template.metadata.labels.version')],
          }),
        ],
      }),
    }),
    'an argument of an analysis is taken from spec.template.metadata.labels.version, which a Rollout with a workloadRef',
  ],
  [
    'VirtualServices of one name in two namespaces',
    app({
      traffic: {
        virtualServiceName: 'checkout',
        furtherVirtualServices: [{ name: 'checkout', namespace: 'edge', hosts: ['checkout.example.com'] }],
      },
    }),
    "two VirtualServices are called 'checkout'; give each its own name",
  ],
  [
    'a pause of less than a second, which is none',
    app({ steps: [CanaryStep.setWeight(50), CanaryStep.pause(Duration.millis(500))] }),
    'pause is 500ms; give whole seconds',
  ],
  [
    'a pause with a fraction of a second, which is dropped',
    app({ steps: [CanaryStep.setWeight(50, { pause: Duration.millis(1500) })] }),
    'the pause of setWeight is 1s500ms; give whole seconds',
  ],
  ['a name for pods', rollout({ podMetadata: { name: 'pod' } }), 'podMetadata has name, which pods do not get'],
  [
    'a Rollout away from its Services',
    app({ rollout: { metadata: { namespace: 'edge' } } }),
    "rollout.metadata puts the Rollout in namespace 'edge'",
  ],
  [
    'a value that the job does not use',
    (scope) => new JobAnalysis(scope, 'smoke', { image: 'smoke:1', values: { level: 'high' } }),
    "values has 'level', which neither image nor command nor args uses",
  ],
  [
    'the weight of what has none',
    (scope) =>
      rollout({
        strategy: RolloutStrategy.blueGreen({
          activeService: 'checkout',
          prePromotionAnalysis: {},
          analyses: [
            new PrometheusAnalysis(scope, 'share', {
              prometheus: PROPS.prometheus!,
              checks: [CanaryCheck.trafficShare()],
            }),
          ],
        }),
      })(scope),
    'prePromotionAnalysis: an argument is taken from status.canary.weights',
  ],
  [
    'a certificate without its key',
    (scope) => {
      const services = new CanaryServices(scope, 'services', { name: 'checkout', pods: rollout({})(scope) });
      new ServiceMonitor(scope, 'monitor', {
        service: services.stable,
        access: ScrapeAccess.tls({ certificate: token(scope) }),
      });
    },
    'access has a certificate and no privateKey',
  ],
])('%s is refused at synthesis', (_, build, message) => {
  expect(refusal(build)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
});

test('a percent sign written twice, and a variable of Envoy, are taken', () => {
  expect(refusal(route({ requestHeaders: { set: { a: '50%%', b: '%REQ(:authority)%' } } }))).toEqual([]);
});

test('a percent sign in the path of a cookie is no variable of Envoy', () => {
  const manifests = synthesize(app({ traffic: { stickyCanary: { value: 'v2', path: '/a%20b' } } }));
  expect(JSON.stringify(only(manifests, 'VirtualService').spec)).toContain('Path=/a%%20b');
});

test('a template of the whole cluster has no namespace, though its Chart has one', () => {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'shop' });
  new AnalysisTemplate(chart, 'smoke', {
    clusterScope: true,
    metrics: [],
    templates: [AnalysisTemplate.fromClusterName('a')],
  });
  expect(only(Testing.synth(chart), 'ClusterAnalysisTemplate').metadata).toEqual({ name: 'smoke' });
});

test('a container that runs before the others gets no probe with its port', () => {
  const pods = only(
    synthesize((chart) => rollout({ initContainers: [{ image: 'init:1', portNumber: 8080 }] })(chart)),
    'Rollout',
  ).spec.template.spec;
  expect(pods.initContainers[0].ports).toEqual([{ containerPort: 8080 }]);
  expect(pods.initContainers[0]).not.toHaveProperty('startupProbe');
});

test('a volume is named by its ConfigMap alone', () => {
  const { problems, text } = render(
    spec('  container: { volumeMounts: [{ path: /etc/app, volume: { configMap: settings } }] }'),
  );
  expect(problems).toEqual([]);
  expect(text).toContain('name: settings');
});

const codes = (manifests: Manifest[]) =>
  lint(graphOf(manifests.map((manifest) => ({ origin: manifest.kind, manifest })))).findings.map(({ code }) => code);

test('subsets that the controller leaves alone stand in a rule of their own', () => {
  const problems = render(
    spec(
      '  traffic: { splitBy: { subsets: { additional: [{ name: legacy, labels: { app: legacy }, weight: 10 }] } } }',
    ),
  ).problems;
  expect(problems).toEqual([]);
});

test('a mount that is seen from the host is taken', () => {
  expect(refusal(mounted(MountPropagation.HOST_TO_CONTAINER, true))).toEqual([]);
});

test('a privileged container may have a mount that is seen in both directions', () => {
  expect(refusal(mounted(MountPropagation.BIDIRECTIONAL, true))).toEqual([]);
});

test.each<[string, Partial<CanaryAppProps>]>([
  ['the names of the routes', {}],
  ['the positions of the routes', { traffic: { tcpRoutes: [TcpRoute.split()] } }],
  ['what an experiment adds', { steps: [CanaryStep.experiment(EXPERIMENT), CanaryStep.setWeight(10)] }],
])('Argo CD is told to ignore weights by %s, without a warning', (_, props) => {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'shop' });
  const made = app(props)(chart);
  const repoUrl = 'https://git.example.com/deploy.git';
  new ArgoCdApplication(chart, 'deploy', { manages: [made], path: '.', repoUrl, namespace: 'shop' });
  expect(codes(Testing.synth(chart)).filter((code) => code.startsWith('GIT'))).toEqual([]);
});

test('a test over slots judges from its second slot on, without a warning', () => {
  const manifests = synthesize(app({ checks: [CanaryCheck.sequentialTest({ slot: Duration.minutes(2) })] }));
  expect(problemsAmong(manifests.map((manifest) => ({ origin: manifest.kind, manifest })))).toEqual([]);
  expect(codes(manifests)).not.toContain('ANA024');
});
