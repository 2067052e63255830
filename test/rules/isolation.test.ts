import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

/** A Rollout with Services whose names do not say which is the canary's, and a query of its analysis. */
const asking = (query: string, { address = 'http://p:9090', canary = 'web-next' } = {}): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: ${canary}
      stableService: web-now
      steps:
        - setWeight: 20
        - analysis: { templates: [{ templateName: errors }], args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }, { name: old, valueFrom: { podTemplateHashValue: Stable } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec:
  args: [{ name: hash }, { name: old }]
  metrics: [{ name: errors, successCondition: 'len(result) > 0 && result[0] < 5', provider: { prometheus: { address: '${address}', query: '${query}' } } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${canary}, namespace: shop }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
`;
const isolates = (name: string, matcher: string): RuleCase => ({
  name,
  manifest: asking(`sum(increase(x_total{${matcher}}[5m]))`),
});
const mixes = (name: string, matcher: string): RuleCase => ({
  name,
  manifest: asking(`sum(increase(x_total{${matcher}}[5m]))`),
  finds: [{ message: expect.stringContaining('so it mixes the canary') as never }],
});
const ratio = (above: string, below: string): string =>
  asking(`sum(rate(x_total{${above}}[5m])) / sum(rate(x_total{${below}}[5m]))`);
/** Two kinds of failures of some pods, through all of their requests. */
const share = (of: string): string =>
  `(sum(rate(x_total{${of},grpc="2"}[5m])) + sum(rate(x_total{${of},code=~"5.."}[5m]))) / sum(rate(x_total{${of}}[5m]))`;
const against = (stable: string, canary = HASH): string => asking(`(${share(canary)}) / (${share(stable)})`);
const HASH = 'rollouts_pod_template_hash="{{args.hash}}"';
const METRICSQL = 'sum(rate(x_total[5m])) default 0';

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  PRM006: [
    isolates('a Service of Traefik', 'service="shop-web-next-80@kubernetescrd"'),
    mixes('that of the stable version', 'service="shop-web-now-80@kubernetescrd"'),
    isolates('a Service of Kong', 'service="shop.web-next.80"'),
    isolates('a cluster of Contour', 'envoy_cluster_name="shop_web-next_80"'),
    isolates('a Service of Kuma', 'kuma_io_service="web-next_shop_svc_80"'),
    isolates('a backend of HAProxy', 'proxy="shop_svc_web-next_http"'),
    mixes('a Service with a longer name', 'service="shop.web-next-old.80"'),
    mixes('the name of the Service in a path', 'path="/web-next/80"'),
    // Which one it is, the number does not say.
    isolates('a backend of Envoy Gateway', 'envoy_cluster_name="httproute/shop/web/rule/0/backend/1"'),
    mixes('all backends of a rule of Envoy Gateway', 'envoy_cluster_name="httproute/shop/web/rule/0"'),
    {
      name: 'a label of the workload, where the canary Service has its name',
      manifest: asking('sum(increase(x_total{app="web"}[5m]))', { canary: 'web' }),
      finds: [{}],
    },
    {
      name: 'the Service that was called, where it has the name of the workload',
      manifest: asking('sum(increase(x_total{destination_service_name="web"}[5m]))', { canary: 'web' }),
    },
    {
      name: 'requests of the canary through those of all',
      manifest: ratio(`${HASH},code=~"5.."`, 'namespace="shop"'),
      finds: [
        {
          message:
            "the query of metric 'errors' divides by the x_total of all versions of Rollout shop/web, and counts only the canary above",
        },
      ],
    },
    { name: 'the share that the canary has', manifest: ratio(`${HASH},namespace="shop"`, 'namespace="shop"') },
    { name: 'a comparison by hash', manifest: against('rollouts_pod_template_hash="{{args.old}}"') },
    { name: 'a comparison with all but the canary', manifest: against('rollouts_pod_template_hash!="{{args.hash}}"') },
    { name: 'a comparison by Service', manifest: against('service="web-now"', 'service="web-next"') },
    { name: 'a comparison with all versions', manifest: against('namespace="shop"') },
    {
      name: 'failures of one Service through the requests of both',
      manifest: ratio('destination_service_name="web-next",code=~"5.."', 'destination_service_name=~"web-.*"'),
      finds: [{ message: expect.stringContaining('divides by the x_total of all versions') as never }],
    },
    {
      name: 'all failures through the requests of the canary',
      manifest: ratio('code=~"5.."', HASH),
      finds: [{ message: expect.stringContaining('divides by those of the canary alone') as never }],
    },
    { name: 'requests of the canary on both sides', manifest: ratio(`${HASH},code=~"5.."`, HASH) },
    {
      name: 'a join with what only the canary has',
      manifest: asking(
        `sum(rate(x_total{code="500"}[5m]) and on(pod) kube_pod_labels{label_${HASH}}) / sum(rate(x_total[5m]) and on(pod) kube_pod_labels{label_${HASH}})`,
      ),
    },
  ],
  PRM023: [
    {
      name: 'a Service that the proxy of Linkerd cannot have called',
      manifest: asking('sum(rate(response_total{dst_service="webnext"}[5m]))'),
      options: { closedWorld: true },
      finds: [{ message: expect.stringContaining("asks about the Service 'webnext', which is not defined") as never }],
    },
    { name: 'one that it can', manifest: asking('sum(rate(response_total{dst_service="web-next"}[5m]))') },
  ],
  PRM024: [
    {
      name: 'the label of the pods of a Deployment',
      manifest: asking('sum(rate(x_total{pod_template_hash="{{args.hash}}"}[5m]))'),
      finds: [{}],
    },
    { name: 'a label of a recording rule', manifest: asking('hash:x:rate5m{pod_template_hash="{{args.hash}}"}') },
  ],
  PRM001: [
    { name: 'PromQL', manifest: asking('sum(rate(x_total[5m]))') },
    { name: 'MetricsQL for Prometheus', manifest: asking(METRICSQL), finds: [{ severity: 'error' }] },
    {
      name: 'MetricsQL for VictoriaMetrics',
      manifest: asking(METRICSQL, { address: 'http://vmselect.monitoring:8481/select/0/prometheus' }),
      finds: [{ severity: 'advice', hint: 'VictoriaMetrics may take it as MetricsQL' }],
    },
  ],
  PRM009: [
    { name: 'a rate with a window', manifest: asking('sum(rate(x_total[5m]))') },
    {
      name: 'a rate without a window for VictoriaMetrics',
      manifest: asking('sum(rate(x_total))', { address: 'http://victoria-metrics.monitoring:8428' }),
      finds: [{ severity: 'advice' }],
    },
  ],
};

for (const [code, cases] of Object.entries(CASES))
  describeRule(
    RULES.find((one) => one.code === code)!,
    cases,
  );
