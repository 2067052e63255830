import { graphOf, type Graph } from '../../src/graph';
import type { Truth } from './cross-check';

/** A query as public templates have it, its condition, and whether it must be refused. */
export interface Shape {
  readonly name: string;
  readonly query: string;
  readonly successCondition: string;
  /** Default: Istio. */
  readonly trafficRouting?: object;
  /** Recording rules among the manifests. */
  readonly rules?: readonly { readonly record: string; readonly expr: string }[];
  /** The reason that both engines must give; undefined: they must be right. */
  readonly refused?: RegExp;
  readonly within: Truth;
  readonly beyond: Truth;
}

const HASH = 'rollouts_pod_template_hash="{{args.hash}}"';
const FEW: Truth = { profile: { errorRate: 0.005 }, outcome: 'promoted' };
const MANY: Truth = { profile: { errorRate: 0.2 }, outcome: 'aborted' };
const RATIO = 'len(result) > 0 && result[0] >= 0.95';

const ratio = (metric: string, success: string, version = HASH): string =>
  `sum(rate(${metric}{${version},${success}}[2m])) / sum(rate(${metric}{${version}}[2m]))`;

const shape = (name: string, query: string, more: Partial<Shape> = {}): Shape => ({
  name,
  query,
  successCondition: RATIO,
  within: FEW,
  beyond: MANY,
  ...more,
});

const FAST: Truth = { profile: { errorRate: 0.01 }, outcome: 'promoted' };
const SLOW: Truth = { profile: { errorRate: 0.01, latency: { p50: 2, p99: 8 } }, outcome: 'aborted' };
const AT_MOST_A_SECOND = 'len(result) > 0 && result[0] <= 1';
const FAILURES = 'len(result) > 0 && result[0] <= 0.05';
const NGINX = { nginx: { stableIngress: 'shop' } };
const ISTIO = 'reporter="source",destination_service_name="shop-canary"';

export const SHAPES: readonly Shape[] = [
  shape('success ratio by code', ratio('http_requests_total', 'code!~"5.."')),
  shape('success ratio by status', ratio('http_requests_total', 'status=~"2.."')),
  shape('success ratio by response_code', ratio('istio_requests_total', 'response_code!~"5.*"', ISTIO)),
  shape(
    'success ratio by response_code, FQDN',
    ratio('istio_requests_total', 'response_code!~"5.*"', 'destination_service="shop-canary.demo.svc.cluster.local"'),
  ),
  shape('failure ratio by status_class', ratio('http_requests_total', 'status_class="5xx"'), {
    successCondition: FAILURES.replace('len(result) > 0 && ', 'len(result) == 0 || '),
  }),
  shape('failure ratio by a one-digit class', ratio('http_requests_total', 'code_class="5"'), {
    successCondition: 'len(result) == 0 || result[0] <= 0.05',
  }),
  shape(
    'Envoy: upstream_rq_xx',
    'sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name="shop-canary",envoy_response_code_class!="5"}[2m])) / sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name="shop-canary"}[2m]))',
  ),
  shape(
    'Envoy of Contour: upstream_rq',
    ratio(
      'envoy_cluster_upstream_rq',
      'envoy_response_code!~"5.*"',
      'envoy_cluster_name=~"demo_shop-canary_[0-9a-z-]+"',
    ),
  ),
  shape(
    'Envoy of Istio: upstream_rq_time',
    'histogram_quantile(0.95, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{cluster_name="outbound|80||shop-canary.demo.svc.cluster.local"}[2m])))',
    { successCondition: 'len(result) > 0 && result[0] <= 1000', within: FAST, beyond: SLOW },
  ),
  shape('Envoy: all clusters', ratio('envoy_cluster_upstream_rq_xx', 'envoy_response_code_class!="5"', 'job="envoy"'), {
    refused: /without envoy_cluster_name counts requests of other apps too/,
  }),
  shape('Linkerd: classification', ratio('response_total', 'classification="success"', `${HASH},direction="inbound"`)),
  shape('a label that nobody knows', ratio('http_requests_total', 'classification="success"'), {
    refused: /it is not known which requests/,
  }),
  shape('nginx ingress', ratio('nginx_ingress_controller_requests', 'status!~"[4-5].*"', 'ingress="shop"'), {
    trafficRouting: NGINX,
  }),
  shape(
    'nginx ingress, the canary alone',
    ratio(
      'nginx_ingress_controller_requests',
      'status!~"[4-5].*"',
      'exported_namespace="demo",ingress="shop",canary!=""',
    ),
    { trafficRouting: NGINX },
  ),
  shape(
    'nginx ingress: duration',
    'histogram_quantile(0.95, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket{namespace="demo",canary=~".*shop-canary.*"}[2m])))',
    { trafficRouting: NGINX, successCondition: AT_MOST_A_SECOND, within: FAST, beyond: SLOW },
  ),
  shape(
    'nginx ingress that splits nothing',
    ratio('nginx_ingress_controller_requests', 'status!~"[4-5].*"', 'ingress="shop"'),
    { refused: /no trafficRouting.nginx.stableIngress says which one/ },
  ),
  shape(
    'or on() vector(0)',
    `(sum(rate(http_requests_total{${HASH},code=~"5.."}[2m])) or on() vector(0)) / sum(rate(http_requests_total{${HASH}}[2m]))`,
    { successCondition: FAILURES },
  ),
  shape(
    'clamp_min',
    `sum(rate(http_requests_total{${HASH},code=~"2.."}[2m])) / clamp_min(sum(rate(http_requests_total{${HASH}}[2m])), 0.1)`,
  ),
  shape('per cent', `100 * ${ratio('http_requests_total', 'code!~"5.."')}`, {
    successCondition: 'len(result) > 0 && result[0] >= 95',
  }),
  shape(
    'histogram_quantile',
    `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${HASH}}[2m])))`,
    { successCondition: AT_MOST_A_SECOND, within: FAST, beyond: SLOW },
  ),
  shape(
    'histogram_quantile, native',
    `histogram_quantile(0.95, sum(rate(http_request_duration_seconds{${HASH}}[2m])))`,
    { successCondition: AT_MOST_A_SECOND, within: FAST, beyond: SLOW },
  ),
  shape(
    'mean latency, native',
    `histogram_sum(sum(rate(http_request_duration_seconds{${HASH}}[2m]))) / histogram_count(sum(rate(http_request_duration_seconds{${HASH}}[2m])))`,
    { successCondition: AT_MOST_A_SECOND, within: FAST, beyond: SLOW },
  ),
  shape(
    'mean latency',
    `sum(rate(http_request_duration_seconds_sum{${HASH}}[2m])) / sum(rate(http_request_duration_seconds_count{${HASH}}[2m]))`,
    { successCondition: AT_MOST_A_SECOND, within: FAST, beyond: SLOW },
  ),
  shape('a recording rule', 'job:http_errors:ratio_rate2m{job="shop"}', {
    successCondition: FAILURES,
    refused: /recording rule/,
  }),
  shape('a recording rule of the manifests', `job:http_errors:ratio_rate2m{${HASH}}`, {
    successCondition: FAILURES,
    rules: [
      {
        record: 'job:http_requests:rate2m',
        expr: 'sum by (rollouts_pod_template_hash) (rate(http_requests_total[2m]))',
      },
      {
        record: 'job:http_errors:ratio_rate2m',
        expr: 'sum by (rollouts_pod_template_hash) (rate(http_requests_total{code=~"5.."}[2m])) / job:http_requests:rate2m',
      },
    ],
  }),
  shape('a count of failures', `sum(increase(http_requests_total{${HASH},code=~"5.."}[2m])) or vector(0)`, {
    successCondition: 'result[0] <= 300',
  }),
  shape(
    'a ratio by version, or vector(0)',
    `sum by (rollouts_pod_template_hash) (rate(http_requests_total{${HASH},code=~"5.."}[2m])) / sum by (rollouts_pod_template_hash) (rate(http_requests_total{${HASH}}[2m])) or vector(0)`,
    { successCondition: 'result[0] <= 0.05' },
  ),
  shape('scalar()', `scalar(${ratio('http_requests_total', 'code!~"5.."')})`, { successCondition: 'result >= 0.95' }),
  shape('by Service', ratio('http_requests_total', 'code!~"5.."', 'service="shop-canary"')),
  shape('each pod by itself', `rate(http_requests_total{${HASH},code=~"5.."}[2m])`, {
    successCondition: 'result[0] <= 1',
    refused: /a series for each/,
  }),
];

/** Manifests without anything that scrapes, as they stand in public repositories. */
export function manifestsOf(
  { query, successCondition, rules, trafficRouting }: Shape,
  name: string,
  namespace: string,
): Graph {
  const metadata = { name, namespace };
  const labels = { app: name };
  const renamed = (text: string): string =>
    text.replaceAll('shop-canary', `${name}-canary`).replaceAll('.demo.', `.${namespace}.`);
  const objects: object[] = [
    ...(rules
      ? [
          {
            apiVersion: 'monitoring.coreos.com/v1',
            kind: 'PrometheusRule',
            metadata,
            spec: { groups: [{ name, interval: '20s', rules }] },
          },
        ]
      : []),
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata,
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name, image: 'registry.example.com/app:2', ports: [{ name: 'http', containerPort: 8080 }] }],
          },
        },
        strategy: {
          canary: {
            canaryService: `${name}-canary`,
            stableService: `${name}-stable`,
            trafficRouting: trafficRouting ?? { istio: { virtualService: { name } } },
            steps: [
              { setWeight: 50 },
              { pause: { duration: '4m' } },
              {
                analysis: {
                  templates: [{ templateName: 'check' }],
                  args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
                },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'check', namespace },
      spec: {
        args: [{ name: 'hash' }],
        metrics: [
          {
            name: 'check',
            successCondition,
            provider: { prometheus: { address: 'http://prometheus:9090', query: renamed(query) } },
          },
        ],
      },
    },
    ...[`${name}-canary`, `${name}-stable`].map((service) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service, namespace },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })),
  ];
  return graphOf(objects.map((manifest) => ({ origin: name, manifest })));
}
