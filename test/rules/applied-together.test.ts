import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

const object = (kind: string, name: string, rest: string): string => `
apiVersion: ${kind}
metadata: { name: ${name}${rest.startsWith('@') ? ", annotations: { argocd.argoproj.io/sync-wave: '1' }" : ''} }
spec: ${rest.replace('@', '')}
`;

const TEMPLATE = '@{ metrics: [{ name: ok, provider: { job: { spec: {} } } }] }';
const shared = object('argoproj.io/v1alpha1\nkind: ClusterAnalysisTemplate', 'health', TEMPLATE);
const own = object('argoproj.io/v1alpha1\nkind: AnalysisTemplate', 'health', TEMPLATE);
const canary = (clusterScope: boolean): string =>
  object(
    'argoproj.io/v1alpha1\nkind: Rollout',
    'checkout',
    `{ strategy: { canary: { steps: [{ analysis: { templates: [{ templateName: health, clusterScope: ${clusterScope} }] } }] } } }`,
  );
const application = (name: string, path: string): string =>
  object(
    'argoproj.io/v1alpha1\nkind: Application',
    name,
    `{ project: default, source: { repoURL: 'https://git.example.com/deploy.git', path: ${path} }, destination: { name: in-cluster } }`,
  );

const virtualService = (name: string, subset: string, more = ''): string =>
  object(
    'networking.istio.io/v1\nkind: VirtualService',
    name,
    `{ hosts: [checkout], http: [{ route: [{ destination: { host: checkout, subset: ${subset} } }] }]${more} }`,
  );
const gateway = (host: string): string =>
  object(
    'networking.istio.io/v1\nkind: Gateway',
    'edge',
    `{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${host}] }] }`,
  );
const route = object(
  'networking.istio.io/v1\nkind: VirtualService',
  'checkout',
  '{ hosts: [checkout.example.com], gateways: [edge], http: [{ route: [{ destination: { host: checkout } }] }] }',
);

const expression = (expr: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: checkout }
spec: { groups: [{ name: a, rules: [{ alert: Slow, expr: '${expr}' }] }] }
`;
const victoria = object('operator.victoriametrics.com/v1beta1\nkind: VMAlert', 'main', '{}');
const prometheus = object('monitoring.coreos.com/v1\nkind: Prometheus', 'main', '{}');
const query = (address: string, text: string): string =>
  object(
    'argoproj.io/v1alpha1\nkind: AnalysisTemplate',
    'slow',
    `{ metrics: [{ name: slow, successCondition: 'result[0] > 0', provider: { prometheus: { address: '${address}', query: '${text}' } } }] }`,
  );
const BUCKET = 'sum(rate(x_bucket{le="2"}[5m]))';
const NO_WINDOW = 'sum(rate(x_total)) > 0';
const AS_METRICSQL = { severity: 'advice', hint: 'VictoriaMetrics may take it as MetricsQL' } as const;

const pods = (annotations: string, image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, annotations: { ${annotations} } }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: ${image} }] }
`;
const TRIGGER = `image.openshift.io/triggers: '[{"from":{"kind":"ImageStreamTag","name":"checkout:latest"}}]'`;

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  GIT006: [
    {
      name: 'a template of the cluster that another folder has',
      manifest: { 'apps/checkout/rollout.yaml': canary(true), 'infrastructure/rollouts/health.yaml': shared },
    },
    {
      name: 'a template of the cluster in the folder',
      manifest: { 'apps/checkout/rollout.yaml': canary(true), 'apps/checkout/health.yaml': shared },
      finds: [{ code: 'GIT006' }],
    },
    {
      name: 'a template in a folder below, which Argo CD may read too',
      manifest: { 'apps/checkout/rollout.yaml': canary(true), 'apps/checkout/analysis/health.yaml': shared },
      finds: [{ code: 'GIT006' }],
    },
    {
      name: 'a template in a folder beside',
      manifest: { 'checkout/rollouts/rollout.yaml': canary(false), 'checkout/analysis/health.yaml': own },
      finds: [{ code: 'GIT006' }],
    },
    {
      name: 'folders that one Application applies',
      manifest: {
        'apps/checkout/rollout.yaml': canary(true),
        'infrastructure/rollouts/health.yaml': shared,
        'argocd.yaml': application('all', 'apps').replace(
          /source: \{.*?\},/,
          "sources: [{ repoURL: 'https://git.example.com/a.git', path: apps }, { repoURL: 'https://git.example.com/a.git', path: infrastructure }],",
        ),
      },
      finds: [{ code: 'GIT006' }],
    },
    {
      name: 'folders side by side of two Applications',
      manifest: {
        'checkout/rollouts/rollout.yaml': canary(false),
        'checkout/analysis/health.yaml': own,
        'argocd/all.yaml': `${application('one', 'checkout/rollouts')}---${application('two', 'checkout/analysis')}`,
      },
    },
  ],
  TRF018: [
    {
      name: 'one of the versions of a Gateway in a folder',
      manifest: {
        'a/gateway-1.yaml': gateway('shop.example.com'),
        'a/gateway-2.yaml': gateway('checkout.example.com'),
        'a/route.yaml': route,
      },
    },
    {
      name: 'none of the versions',
      manifest: {
        'a/gateway-1.yaml': gateway('shop.example.com'),
        'a/gateway-2.yaml': gateway('cart.example.com'),
        'a/route.yaml': route,
      },
      finds: [{ hint: "accepted: 'shop.example.com', 'cart.example.com'" }],
    },
    {
      name: 'the Gateway of another cluster',
      manifest: {
        'staging/gateway.yaml': gateway('checkout.example.com'),
        'production/gateway.yaml': gateway('shop.example.com'),
        'production/route.yaml': route,
      },
      finds: [{ hint: "accepted: 'shop.example.com'" }],
    },
  ],
  TRF019: [
    {
      name: 'several versions of one, in files of a folder',
      manifest: {
        'a/retries.yaml': virtualService('retries', 'old'),
        'a/v1.yaml': virtualService('checkout', 'old'),
        'a/v2.yaml': virtualService('checkout', 'new'),
        'a/v3.yaml': virtualService('checkout', 'both'),
      },
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'the versions of two folders',
      manifest: {
        'a/retries.yaml': virtualService('retries', 'old'),
        'a/v1.yaml': virtualService('checkout', 'old'),
        'b/v2.yaml': virtualService('checkout', 'new'),
      },
      finds: [{ severity: 'error' }],
    },
    {
      name: 'versions of one alone',
      manifest: {
        'a/v1.yaml': virtualService('checkout', 'old'),
        'a/v2.yaml': virtualService('checkout', 'new'),
      },
    },
  ],
  PRM009: [
    { name: 'a rule of right types for VictoriaMetrics', manifest: `${victoria}---${expression('x > 0')}` },
    { name: 'a rule', manifest: expression(NO_WINDOW), finds: [{ severity: 'error' }] },
    {
      name: 'a rule for VictoriaMetrics',
      manifest: `${victoria}---${expression(NO_WINDOW)}`,
      finds: [AS_METRICSQL],
    },
    {
      name: 'a rule for both',
      manifest: `${victoria}---${prometheus}---${expression(NO_WINDOW)}`,
      finds: [{ severity: 'error' }],
    },
  ],
  PRM001: [
    { name: 'PromQL for VictoriaMetrics', manifest: `${victoria}---${expression('x > 0')}` },
    {
      name: 'a rule for VictoriaMetrics',
      manifest: `${victoria}---${expression('sum(rate(x_total)) default 0')}`,
      finds: [AS_METRICSQL],
    },
  ],
  PRM026: [
    { name: 'a function that was removed', manifest: expression('holt_winters(x[1h], 0.3, 0.3) > 1'), finds: [{}] },
    {
      name: 'a rule for VictoriaMetrics',
      manifest: `${victoria}---${expression('holt_winters(x[1h], 0.3, 0.3) > 1')}`,
    },
  ],
  PRM027: [
    { name: 'a rule', manifest: expression(BUCKET), finds: [{}] },
    { name: 'a rule for VictoriaMetrics', manifest: `${victoria}---${expression(BUCKET)}` },
    { name: 'a query', manifest: query('http://prometheus:9090', BUCKET), finds: [{}] },
    { name: 'a query for VictoriaMetrics', manifest: query('http://vmsingle:8428', BUCKET) },
  ],
  ROL038: [
    { name: 'a blank image that OpenShift fills in', manifest: pods(TRIGGER, "' '") },
    { name: 'a blank image', manifest: pods('', "' '"), finds: [{}] },
    { name: 'a space in an image beside a trigger', manifest: pods(TRIGGER, "'checkout: 1'"), finds: [{}] },
  ],
};

for (const [code, cases] of Object.entries(CASES)) {
  describeRule(
    RULES.find((one) => one.code === code)!,
    cases,
  );
}
