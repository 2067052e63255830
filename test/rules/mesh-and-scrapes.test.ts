import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';
import {
  BOTH,
  ISTIO,
  STEPPED,
  alone,
  analysed,
  monitor,
  namespace,
  policy,
  prometheus,
  rollout,
  scaled,
  service,
  template,
  virtualService,
} from './shop-manifests';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

/** An analysis of the canary with a query, in which HASH stands for a matcher of the pod-template hash. */
const asking = (selector: string, address = 'http://prometheus.monitoring:9090'): string =>
  alone(rollout(ISTIO, analysed('Latest'))) +
  BOTH +
  monitor('app: s') +
  template
    .replace(/errors_total\{.*\}(?=\[)/, selector.replace('HASH', 'rollouts_pod_template_hash="{{args.hash}}"'))
    .replace('http://prometheus.monitoring:9090', address);

/** The agent of Istio serves the metrics of the app and of the proxy. */
const TO_AGENT =
  "relabelings: [{ sourceLabels: [__address__], regex: '(.+):[0-9]+', targetLabel: __address__, replacement: '$1:15020' }]";

const FROM_OBS = "rules: [{ from: [{ source: { principals: ['cluster.local/ns/o11y/sa/p'] } }] }]";
const operated = (where: string, account: string): string => `---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: ${where} }
spec: { serviceAccountName: ${account} }
`;

const waypoint = (traffic: string): string =>
  alone(rollout(ISTIO)) +
  virtualService() +
  namespace('istio.io/dataplane-mode: ambient, istio.io/use-waypoint: way') +
  `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: way, namespace: shop, labels: { istio.io/waypoint-for: ${traffic} } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  MSH011: [
    {
      name: 'an ambient namespace',
      manifest: alone(rollout(ISTIO)) + virtualService() + namespace('istio.io/dataplane-mode: ambient'),
      finds: [{ hint: 'label the namespace istio.io/use-waypoint: <name>' }],
    },
    {
      name: 'ambient pods',
      manifest: alone(rollout(ISTIO, '', '', 'app: pay, istio.io/dataplane-mode: ambient')) + virtualService(),
      finds: [{ message: expect.stringContaining('nothing names a waypoint') as never }],
    },
    {
      name: 'a Service with a waypoint',
      manifest:
        alone(rollout(ISTIO)) +
        virtualService() +
        service('s', '', 'istio.io/use-waypoint: way') +
        namespace('istio.io/dataplane-mode: ambient'),
    },
    {
      name: 'a waypoint for pods alone',
      manifest: waypoint('workload'),
      finds: [{ message: expect.stringContaining("is for 'workload', and not for requests to Services") as never }],
    },
    { name: 'a waypoint for Services and pods', manifest: waypoint('all') },
    {
      name: 'a gateway alone',
      manifest:
        alone(rollout(ISTIO)) +
        virtualService().replace('hosts: [pay]', 'hosts: [pay.example.com], gateways: [edge]') +
        namespace('istio.io/dataplane-mode: ambient'),
    },
  ],
  MSH001: [
    {
      name: 'pods that opt out of injection',
      manifest: alone(rollout(ISTIO, '', '', "app: pay, sidecar.istio.io/inject: 'false'")) + virtualService(),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'pods that ask by annotation in a namespace that does not',
      manifest:
        alone(rollout(ISTIO)).replace(
          'metadata: { labels:',
          "metadata: { annotations: { sidecar.istio.io/inject: 'true' }, labels:",
        ) +
        virtualService() +
        namespace('team: a'),
      finds: [
        {
          severity: 'warning',
          message: expect.stringContaining('by an annotation alone') as never,
        },
      ],
    },
    {
      name: 'pods that ask by label in a namespace that keeps all out',
      manifest:
        alone(rollout(ISTIO, '', '', "app: pay, sidecar.istio.io/inject: 'true'")) +
        virtualService() +
        namespace('istio-injection: disabled'),
      finds: [{ message: expect.stringContaining('kept out of the mesh by istio-injection: disabled') as never }],
    },
    {
      name: 'ambient pods',
      manifest: alone(rollout(ISTIO, '', '', 'app: pay, istio.io/dataplane-mode: ambient')) + virtualService(),
    },
  ],
  MSH012: [
    {
      name: 'callers by identity only',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        policy('rules: [{ from: [{ source: { principals: [a/b] } }] }]'),
      finds: [
        {
          message: expect.stringContaining(
            'lets in only what its rules name, and none matches the scrape of port 8080/metrics',
          ) as never,
        },
      ],
    },
    {
      name: 'a rule for the path',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        policy('rules: [{ from: [{ source: { principals: [a/b] } }] }, { to: [{ operation: { paths: ["/met*"] } }] }]'),
    },
    {
      name: 'an identity of which it is not known whose it is',
      manifest: alone(rollout(ISTIO)) + BOTH + monitor('app: s') + policy(FROM_OBS),
      finds: [
        {
          message: expect.stringMatching(
            /unless Prometheus is in the mesh as 'cluster.local\/ns\/o11y\/sa\/p'$/,
          ) as never,
        },
      ],
    },
    {
      name: 'one that has a name like that of a Prometheus',
      manifest: alone(rollout(ISTIO)) + BOTH + monitor('app: s') + policy(FROM_OBS.replace('o11y', 'monitoring')),
    },
    {
      name: 'that of the Prometheus of the set',
      manifest: alone(rollout(ISTIO)) + BOTH + monitor('app: s') + policy(FROM_OBS) + operated('o11y', 'p'),
    },
    {
      name: 'one with a name like it, which is another than that of the set',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        policy('rules: [{ from: [{ source: { namespaces: [monitoring] } }] }]') +
        operated('o11y', 'p'),
      finds: [{ message: expect.stringMatching(/by ServiceMonitor shop\/pay$/) as never }],
    },
    {
      name: 'a denied path',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        policy('action: DENY, rules: [{ to: [{ operation: { paths: [/metrics] } }] }]'),
      finds: [{ message: expect.stringContaining('refuses the scrape of port 8080/metrics') as never }],
    },
    {
      name: 'the port of the agent after a relabeling',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s', `port: http, path: /stats/prometheus, ${TO_AGENT}`) +
        policy('rules: [{ from: [{ source: { principals: [a/b] } }] }]'),
    },
    {
      name: 'a path after a relabeling',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s', 'port: http, relabelings: [{ targetLabel: __metrics_path__, replacement: /stats }]') +
        policy('rules: [{ to: [{ operation: { paths: [/metrics] } }] }]'),
      finds: [{ message: expect.stringContaining('none matches the scrape of port 8080/stats of') as never }],
    },
    {
      name: 'a port that is not included',
      manifest:
        alone(rollout(ISTIO)).replace(
          'metadata: { labels:',
          "metadata: { annotations: { traffic.sidecar.istio.io/includeInboundPorts: '9090' }, labels:",
        ) +
        BOTH +
        monitor('app: s') +
        policy('rules: [{ from: [{ source: { principals: [a/b] } }] }]'),
    },
  ],
  MON005: [
    {
      name: 'a metric of the application',
      manifest: asking('errors_total{HASH}'),
      finds: [
        { message: expect.stringContaining('which ServiceMonitor shop/pay does not put on the series') as never },
      ],
    },
    {
      name: 'a metric of the proxy of Linkerd, by its labels',
      manifest: asking('response_total{direction="inbound",HASH}'),
    },
    {
      name: 'a metric of the proxy of Linkerd, because the pods have it',
      manifest: asking('request_total{HASH}').replace(
        'metadata: { labels: { app: pay } }',
        'metadata: { annotations: { linkerd.io/inject: enabled }, labels: { app: pay } }',
      ),
    },
    {
      name: 'a metric of the application with the name of one of Linkerd',
      manifest: asking('request_total{HASH}'),
      finds: [{ severity: 'error' }],
    },
    {
      name: 'the Prometheus of Linkerd, which reads no monitors',
      manifest: asking('errors_total{HASH}', 'http://prometheus.linkerd-viz:9090'),
    },
    {
      name: 'a job of proxies, by its name',
      manifest: asking('requests_total{job="istio-system/envoy-stats-monitor",HASH}'),
    },
    {
      name: 'every job but that of proxies',
      manifest: asking('requests_total{job!="envoy",HASH}'),
      finds: [{ severity: 'error' }],
    },
    { name: 'a metric of the router', manifest: asking('kong_http_requests_total{HASH}') },
  ],
  MON007: [
    {
      name: 'a monitor that selects nothing',
      manifest: alone(rollout(ISTIO, analysed('Latest'))) + BOTH + template + monitor('app: nobody'),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'Services without a selector, which the controller fills',
      manifest:
        alone(rollout(ISTIO, analysed('Latest'))) +
        BOTH.replaceAll('selector: { app: pay }, ', '') +
        template +
        monitor('app: s', 'port: http', 'podTargetLabels: [rollouts-pod-template-hash],'),
    },
  ],
  MON011: [
    {
      name: 'other labels',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        prometheus('serviceMonitorSelector: { matchLabels: { team: x } }, serviceMonitorNamespaceSelector: {}'),
      finds: [
        {
          message: expect.stringContaining(
            'its labels do not match the serviceMonitorSelector of Prometheus monitoring/main',
          ) as never,
        },
      ],
    },
    {
      name: 'no selector of namespaces',
      manifest: alone(rollout(ISTIO)) + BOTH + monitor('app: s') + prometheus('serviceMonitorSelector: {}'),
      finds: [{ message: expect.stringContaining("so it looks only into 'monitoring'") as never }],
    },
    {
      name: 'everything',
      manifest:
        alone(rollout(ISTIO)) +
        BOTH +
        monitor('app: s') +
        prometheus('serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}'),
    },
    {
      name: 'a Prometheus that is configured by hand',
      manifest: alone(rollout(ISTIO)) + BOTH + monitor('app: s') + prometheus('replicas: 2'),
    },
  ],
  MON012: [
    {
      name: 'the canary by hash, the stable Service scraped',
      manifest:
        alone(rollout(ISTIO, analysed('Latest'))) +
        BOTH +
        template +
        monitor('app: s', 'port: http', 'podTargetLabels: [rollouts-pod-template-hash],'),
      finds: [
        {
          message: expect.stringContaining(
            'scrapes only Service shop/s, which does not select its pods during a rollout',
          ) as never,
        },
      ],
    },
    {
      name: 'the stable version by hash',
      manifest:
        alone(rollout(ISTIO, analysed('Stable'))) +
        BOTH +
        template +
        monitor('app: s', 'port: http', 'podTargetLabels: [rollouts-pod-template-hash],'),
    },
    {
      name: 'a Service of all pods',
      manifest:
        alone(rollout(ISTIO, analysed('Latest'))) +
        BOTH +
        service('all') +
        template +
        monitor('app: all', 'port: http', 'podTargetLabels: [rollouts-pod-template-hash],'),
    },
  ],
  MON013: [
    {
      name: 'a group whose name goes on',
      manifest: alone(
        monitor('app: s', "port: http, relabelings: [{ sourceLabels: [a], targetLabel: b, replacement: '$1_total' }]"),
      ),
      finds: [{ hint: 'write ${1}_total' }],
    },
    {
      name: 'labels of pods that are dropped',
      manifest: alone(
        monitor('app: s', "port: http, metricRelabelings: [{ action: labeldrop, regex: 'pod|instance|node' }]"),
      ),
      finds: [{ message: expect.stringContaining('leaves neither pod nor instance to tell its pods apart') as never }],
    },
    {
      name: 'one of them',
      manifest: alone(monitor('app: s', 'port: http, metricRelabelings: [{ action: labeldrop, regex: pod }]')),
    },
  ],
  SCL008: [
    {
      name: 'a trigger of a queue',
      manifest: alone(rollout(ISTIO, STEPPED)) + scaled('triggers: [{ type: rabbitmq, metadata: {} }]'),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'cpu and memory alone',
      manifest:
        alone(rollout(ISTIO, STEPPED)) +
        scaled('triggers: [{ type: cpu, metadata: {} }, { type: memory, metadata: {} }]'),
    },
  ],
  SCL011: [
    {
      name: 'a fallback with cpu alone',
      manifest:
        alone(rollout(ISTIO)) +
        scaled(
          'minReplicaCount: 2, fallback: { failureThreshold: 3, replicas: 6 }, triggers: [{ type: cpu, metadata: {} }]',
        ),
      finds: [{ severity: 'error' }],
    },
    {
      name: 'idle replicas without a minimum',
      manifest: alone(rollout(ISTIO)) + scaled('idleReplicaCount: 0, triggers: [{ type: cron, metadata: {} }]'),
      finds: [{ message: expect.stringContaining('but minReplicaCount is not stated') as never }],
    },
    {
      name: 'types of metrics that no autoscaler, and that only cpu and memory have',
      manifest:
        alone(rollout(ISTIO)) +
        scaled(
          'triggers: [{ type: cpu, metricType: Often, metadata: {} }, { type: cron, metricType: Utilization, metadata: {} }, { type: kafka, metricType: Value, metadata: {} }]',
        ),
      finds: [
        { message: expect.stringContaining("the metricType 'Often', which no autoscaler takes") as never },
        { message: expect.stringContaining('the cron trigger of') as never },
      ],
    },
    {
      name: 'idle replicas of 0 beside a written minimum of 0',
      manifest:
        alone(rollout(ISTIO)) +
        scaled('minReplicaCount: 0, idleReplicaCount: 0, triggers: [{ type: cron, metadata: {} }]'),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
