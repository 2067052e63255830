import { RULES } from '../../src/rules';
import {
  documents,
  exampleOf,
  exampleRollout,
  exampleService,
  queryInRollout,
  SCRAPED_APP,
  serviceMonitor,
  withConditions,
  withQuery,
} from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const cases = (code: string, ...all: RuleCase[]): void =>
  describeRule(
    RULES.find((one) => one.code === code)!,
    all,
  );

const SUCCESSES = 'sum(rate(x_requests{code!~"5.."}[5m])) / sum(rate(x_requests[5m]))';
const LATENCY = 'histogram_quantile(0.99, sum by (le) (rate(x_duration_seconds_bucket[5m])))';
const MEAN = 'sum(rate(x_duration_seconds_sum[5m])) / sum(rate(x_duration_seconds_count[5m]))';
const reversed = (name: string, query: string, success: string, failure = ''): RuleCase => ({
  name,
  manifest: withConditions(success, failure, query),
  finds: [{ severity: 'warning' }],
});
const right = (name: string, query: string, success: string, failure = ''): RuleCase => ({
  name,
  manifest: withConditions(success, failure, query),
});

cases(
  'CON020',
  {
    name: 'few successful requests are accepted',
    manifest: withConditions('result[0] <= 0.95', '', SUCCESSES),
    finds: [
      {
        message:
          "the query of metric 'errors' measures successful requests, and by its successCondition 1 fails and 0 passes",
        hint: 'reverse the comparison',
      },
    ],
  },
  reversed('low latency is refused', LATENCY, 'result[0] > 0.5'),
  reversed('a low mean latency is refused', MEAN, 'result[0] > 0.5'),
  reversed('low latency fails', LATENCY, '', 'result[0] < 0.5'),
  reversed('all but the failures', `1 - ${SUCCESSES}`, 'result[0] >= 0.05'),
  reversed('percent', `100 * ${SUCCESSES}`, 'result[0] <= 95'),
  reversed('one status that is not 500', SUCCESSES.replace('!~"5.."', '!="500"'), 'result[0] <= 0.9'),
  reversed('a status of gRPC', SUCCESSES.replace('code!~"5.."', 'grpc_code="OK"'), 'result[0] < 0.9'),
  reversed('both conditions', LATENCY, 'result[0] > 0.5', 'result[0] <= 0.5'),
  right('enough successful requests', SUCCESSES, 'result[0] >= 0.95'),
  right('a range of latencies', LATENCY, 'result[0] > 0 && result[0] < 0.5'),
  right('failures fail', LATENCY, '', 'result[0] > 0.5'),
  right('a number of successful requests is no share', 'sum(increase(x_total{code="200"}[5m]))', 'result[0] <= 5'),
  right('some statuses failed', 'sum(rate(x_total{code=~"4..|200"}[5m]))', 'result[0] >= 5'),
  right('something else', 'avg(x_queue_length)', 'result[0] >= 5'),
  right('an unknown threshold', LATENCY, 'result[0] > asFloat("{{args.x}}")'),
);

cases(
  'CON012',
  {
    name: 'a share of a counter without the usual suffix',
    manifest: withConditions('result[0] >= 95', '', SUCCESSES),
    finds: [{ hint: 'did you mean 0.95?' }],
  },
  {
    name: 'a floor under the divisor',
    manifest: withConditions('result[0] >= 95', '', SUCCESSES.replace(/(\/ )(.*)/, '$1clamp_min($2, 0.001)')),
    finds: [{}],
  },
  { name: 'gauges are no share', manifest: withConditions('result[0] >= 95', '', 'sum(a{b="c"}) / sum(a)') },
);

const HASH = 'rollouts_pod_template_hash';
const ofVersion = (query: string, version: string): string =>
  queryInRollout(query, {
    args: `      - name: hash\n        valueFrom:\n          podTemplateHashValue: ${version}`,
    spec: 'args:\n  - name: hash',
  });
const ratio = (above: string, below: string): string =>
  `sum(rate(x_total{${above}}[5m])) / sum(rate(x_total{${below}}[5m]))`;
const ONLY_STABLE = { message: expect.stringContaining('measures only the stable version') as never };

cases(
  'PRM006',
  {
    name: 'the hash of the stable version',
    manifest: ofVersion(`sum(x{${HASH}="{{args.hash}}"})`, 'Stable'),
    finds: [ONLY_STABLE],
  },
  {
    name: 'everything but the canary',
    manifest: ofVersion(`sum(x{${HASH}!="{{args.hash}}"})`, 'Latest'),
    finds: [ONLY_STABLE],
  },
  { name: 'everything but the stable version', manifest: ofVersion(`sum(x{${HASH}!="{{args.hash}}"})`, 'Stable') },
  {
    name: 'the canary over the rest',
    manifest: ofVersion(`sum(x{${HASH}="{{args.hash}}"}) / sum(x{${HASH}!="{{args.hash}}"})`, 'Latest'),
  },
  {
    name: 'failures of all versions over requests of the canary',
    manifest: ofVersion(ratio('code=~"5.."', `${HASH}="{{args.hash}}"`), 'Latest'),
    finds: [{ message: expect.stringContaining('and divides by those of the canary alone') as never }],
  },
  {
    name: 'the share of the canary',
    manifest: ofVersion(ratio(`${HASH}="{{args.hash}}"`, ''), 'Latest'),
  },
);

cases(
  'PRM031',
  {
    name: 'a class of statuses',
    manifest: withQuery('sum(up{code="5.."})'),
    finds: [{ hint: 'write code=~"5.."', fix: expect.anything() as never }],
  },
  { name: 'statuses that are left out', manifest: withQuery('sum(up{status!="4.*|5.*"})'), finds: [{}] },
  { name: 'pods by the beginning of their names', manifest: withQuery('sum(up{pod="{{args.app}}-.*"})'), finds: [{}] },
  { name: 'a host has dots', manifest: withQuery('sum(up{destination_service="a.shop.svc.cluster.local"})') },
  { name: 'a class as a text', manifest: withQuery('sum(up{code="5xx"})') },
  { name: 'the pattern of a route', manifest: withQuery('sum(up{path="/api/.*"})') },
  { name: 'an argument', manifest: withQuery('sum(up{pod="{{ args.pod }}"})') },
);

const scaled = (kind: string, apiVersion: string, ref: string, target = exampleRollout('{}')): string =>
  documents(
    target,
    exampleOf(
      apiVersion,
      kind,
      'checkout',
      `${kind === 'ScaledObject' ? 'triggers: []\n' : 'maxReplicas: 3\n'}scaleTargetRef: { ${ref} }`,
    ),
  );
const DEPLOYMENT = exampleOf('apps/v1', 'Deployment', 'checkout', 'replicas: 1');

cases(
  'SCL002',
  {
    name: 'KEDA looks for a kind without apiVersion among those of apps',
    manifest: scaled('ScaledObject', 'keda.sh/v1alpha1', 'kind: Rollout, name: checkout'),
    finds: [
      {
        hint: 'write apiVersion: argoproj.io/v1alpha1',
        message: expect.stringContaining('a Rollout of apps/v1') as never,
      },
    ],
  },
  {
    name: 'KEDA needs the version',
    manifest: scaled('ScaledObject', 'keda.sh/v1alpha1', 'apiVersion: argoproj.io/v1, kind: Rollout, name: checkout'),
    finds: [{}],
  },
  {
    name: 'Kubernetes needs the group',
    manifest: scaled('HorizontalPodAutoscaler', 'autoscaling/v2', 'kind: Rollout, name: checkout'),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'Kubernetes does not need the version',
    manifest: scaled(
      'HorizontalPodAutoscaler',
      'autoscaling/v2',
      'apiVersion: argoproj.io/v1, kind: Rollout, name: checkout',
    ),
  },
  {
    name: 'what KEDA assumes',
    manifest: scaled('ScaledObject', 'keda.sh/v1alpha1', 'name: checkout', DEPLOYMENT),
  },
);

const ingress = (port: string, name = 'checkout-root', spec = ''): string =>
  exampleOf(
    'networking.k8s.io/v1',
    'Ingress',
    'checkout',
    `${spec}rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { ${port} } } } }] } }]`,
  );
const withAlb = (backend: string, servicePort = 80): string =>
  documents(
    exampleRollout(`
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  alb: { ingress: checkout, rootService: checkout-root, servicePort: ${servicePort} }
`),
    backend,
    exampleService('checkout-stable', 'ports: [{ name: http, port: 80 }]'),
    exampleService('checkout-canary', 'ports: [{ name: http, port: 80 }]'),
    exampleService('checkout-root', 'ports: [{ name: http, port: 80 }]'),
  );

cases(
  'TRF048',
  {
    name: 'the name of a port with a typo',
    manifest: withAlb(ingress('name: htpt')),
    finds: [
      { hint: "did you mean 'http'? it has 80 ('http')", message: expect.stringContaining("the port 'htpt'") as never },
    ],
  },
  { name: 'a number that the Service lacks', manifest: withAlb(ingress('number: 8080')), finds: [{}] },
  {
    name: 'the default backend',
    manifest: withAlb(
      ingress(
        'number: 80',
        'checkout-root',
        'defaultBackend: { service: { name: checkout-root, port: { number: 81 } } }\n',
      ),
    ),
    finds: [{}],
  },
  { name: 'the port for the weights', manifest: withAlb(ingress('name: use-annotation'), 81), finds: [{}] },
  { name: 'a port for the annotation', manifest: withAlb(ingress('name: use-annotation')) },
  { name: 'a Service from elsewhere', manifest: withAlb(ingress('number: 8080', 'docs')) },
);

const TARGET = exampleService('checkout-root', 'ports: [{ name: http, port: 80, targetPort: 8080 }]');
const forClass = (name: string): string => documents(ingress('number: 8080', 'checkout-root', `${name}\n`), TARGET);

cases(
  'TRF048',
  // ingress-nginx compares the targetPort as well.
  { name: 'a targetPort, for NGINX', manifest: forClass('ingressClassName: nginx') },
  { name: 'a targetPort, for nobody knows whom', manifest: documents(ingress('number: 8080'), TARGET) },
  { name: 'a targetPort, for AWS', manifest: forClass('ingressClassName: alb'), finds: [{}] },
  {
    name: 'a targetPort, for the AWS controller of a Rollout',
    manifest: withAlb(ingress('number: 8080')).replaceAll('port: 80 }', 'port: 80, targetPort: 8080 }'),
    finds: [{}],
  },
);

cases(
  'TRF049',
  { name: 'a name of a port', manifest: withAlb(ingress('name: http')), finds: [{ severity: 'warning' }] },
  { name: 'another Service', manifest: withAlb(ingress('number: 80', 'docs')) },
);

const relabeled = (source: string, target = 'team'): string =>
  documents(
    SCRAPED_APP,
    serviceMonitor(`port: http\nrelabelings:\n  - sourceLabels: [${source}]\n    targetLabel: ${target}`),
  );

cases(
  'MON015',
  { name: 'the address with a typo', manifest: relabeled('__adress__'), finds: [{ fix: expect.anything() as never }] },
  {
    name: 'a target label with a typo',
    manifest: relabeled('__address__', '__adress__'),
    finds: [{ message: expect.stringContaining("'__adress__'") as never }],
  },
  { name: 'the name of a pod', manifest: relabeled('__meta_kubernetes_pod_nmae'), finds: [{}] },
  { name: 'a label of a pod', manifest: relabeled('__meta_kubernetes_pod_label_taem') },
  {
    name: 'the hash with a typo',
    manifest: relabeled('__meta_kubernetes_pod_label_rollouts_pod_templte_hash'),
    finds: [{}],
  },
  { name: 'a label of its own', manifest: relabeled('__tmp_address') },
  { name: 'a label that is unlike all', manifest: relabeled('__meta_kubernetes_pod_deployment_name') },
);
