import { MESH_RULES } from '../../src/rules/mesh';
import {
  analysisTemplate,
  documents,
  meshApp,
  peerAuthentication,
  prometheusMetric,
  SCRAPED_APP,
  serviceMonitor,
} from '../../src/rules/shared/example';
import { MONITORING_RULES } from '../../src/rules/monitoring';
import { SECURITY_RULES } from '../../src/rules/security';
import { describeRule, type RuleCase } from './describe-rule';

const cases = (code: string, ...all: RuleCase[]): void =>
  describeRule(
    [...MONITORING_RULES, ...MESH_RULES, ...SECURITY_RULES].find((one) => one.code === code)!,
    all,
  );

const podMonitor = (spec: string): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata:\n  name: pods\nspec:\n${spec}`;
const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: ${labels}`;

/** Pods that demand mutual TLS, and a monitor by the fields of its endpoint. */
const strict = (app: Parameters<typeof meshApp>[0], endpoint = 'port: http'): string =>
  documents(meshApp(app), peerAuthentication('STRICT'), serviceMonitor(endpoint));
const prometheus = (spec: string): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: main, namespace: shop}\nspec: {replicas: 2, ${spec}}`;
/** How clients connect to the canary. */
const clients = (mode: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: canary}\nspec: {host: checkout-canary, trafficPolicy: {tls: {mode: ${mode}}}}`;
const relabeledTo = (port: number): string =>
  `relabelings: [{ sourceLabels: [__address__], regex: '(.+):[0-9]+', targetLabel: __address__, replacement: '$1:${port}' }]`;
const FROM_ANNOTATION =
  "relabelings: [{ sourceLabels: [__address__, __meta_kubernetes_pod_annotation_prometheus_io_port], regex: '(.+?)(?::[0-9]+)?;([0-9]+)', targetLabel: __address__, replacement: '$1:$2' }]";

cases(
  'MON001',
  {
    name: 'a label that nothing has',
    manifest: documents(SCRAPED_APP, serviceMonitor('port: http', 'tier: web')),
    finds: [{ severity: 'note' }],
  },
  {
    name: 'the same in a whole set',
    manifest: documents(SCRAPED_APP, serviceMonitor('port: http', 'tier: web')),
    options: { closedWorld: true },
    finds: [{ severity: 'warning' }],
  },
  {
    name: 'pods by their labels',
    manifest: documents(
      SCRAPED_APP,
      podMonitor('  selector: {matchLabels: {app: checkout}}\n  podMetricsEndpoints: [{port: http}]'),
    ),
  },
);
cases(
  'MON003',
  {
    name: 'a number for a name',
    manifest: documents(SCRAPED_APP, serviceMonitor('port: "80"')),
    finds: [{ severity: 'error', hint: "did you mean 'http'?" }],
  },
  { name: 'the port of the pod by its number', manifest: documents(SCRAPED_APP, serviceMonitor('targetPort: 9090')) },
);
cases(
  'MON004',
  {
    name: 'two monitors',
    manifest: documents(
      SCRAPED_APP,
      serviceMonitor('port: http'),
      serviceMonitor('port: http', 'app: checkout-canary', '', 'canary'),
    ),
    finds: [{ related: { message: 'the other one', file: 'app.yaml', line: 63, column: 3 } }],
  },
  {
    name: 'another path is another thing',
    manifest: documents(
      SCRAPED_APP,
      serviceMonitor('port: http'),
      serviceMonitor('port: http\npath: /other', 'app: checkout-canary', '', 'canary'),
    ),
  },
);
cases(
  'MSH001',
  {
    name: 'a namespace without the label',
    manifest: documents(meshApp({ labels: 'tier: web', namespace: 'shop' }), namespace('{team: shop}')),
    finds: [{ severity: 'warning' }],
  },
  {
    name: 'a namespace that is not given may have it',
    manifest: meshApp({ labels: 'tier: web', namespace: 'shop' }),
    finds: [{ severity: 'note' }],
  },
  {
    name: 'the label of the namespace',
    manifest: documents(meshApp({ labels: 'tier: web', namespace: 'shop' }), namespace('{istio-injection: enabled}')),
  },
  {
    name: 'pods in the network of their node',
    manifest: meshApp().replace('      containers:', '      hostNetwork: true\n      containers:'),
    finds: [{ message: expect.stringContaining('its pods are kept out of the mesh by hostNetwork: true') as never }],
  },
);
cases(
  'MSH002',
  {
    name: 'the port and who demands it',
    manifest: documents(meshApp(), peerAuthentication('STRICT'), serviceMonitor('port: http')),
    finds: [
      {
        message:
          'ServiceMonitor checkout scrapes port 8080 of Rollout checkout without a certificate, and PeerAuthentication checkout demands mutual TLS there',
      },
    ],
  },
  {
    name: 'the port is left out of the mesh',
    manifest: documents(
      meshApp({ annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
      peerAuthentication('STRICT'),
      serviceMonitor('port: http'),
    ),
  },
  {
    name: 'a certificate',
    manifest: documents(
      meshApp(),
      peerAuthentication('STRICT'),
      serviceMonitor('port: http\nscheme: https\ntlsConfig:\n  insecureSkipVerify: true'),
    ),
  },
  {
    name: 'a permissive mesh',
    manifest: documents(meshApp(), peerAuthentication('PERMISSIVE'), serviceMonitor('port: http')),
  },
  { name: 'a port relabeled to that of the agent', manifest: strict({}, `port: http\n${relabeledTo(15020)}`) },
  {
    name: 'a port relabeled to another one that the proxy guards',
    manifest: strict({}, `port: http\n${relabeledTo(9090)}`),
    finds: [{ message: expect.stringContaining('scrapes port 9090 of Rollout checkout') as never }],
  },
  {
    name: 'relabelings of other labels',
    manifest: strict({}, 'port: http\nrelabelings: [{ sourceLabels: [__address__], targetLabel: address }]'),
    finds: [{ message: expect.stringContaining('scrapes port 8080 of Rollout checkout') as never }],
  },
  {
    name: 'the port of the annotation, which injection sets to that of the agent',
    manifest: strict({ annotations: 'prometheus.io/port: "8080"' }, `port: http\n${FROM_ANNOTATION}`),
  },
  {
    name: 'the port of the annotation, where the agent does not merge metrics',
    manifest: strict(
      { annotations: '{ prometheus.io/port: "9090", prometheus.istio.io/merge-metrics: "false" }' },
      `port: http\n${FROM_ANNOTATION}`,
    ),
    finds: [{ message: expect.stringContaining('scrapes port 9090 of Rollout checkout') as never }],
  },
  {
    name: 'another host, which is asked about the pod',
    manifest: strict({}, 'port: http\nrelabelings: [{ targetLabel: __address__, replacement: "exporter:9115" }]'),
  },
  {
    name: 'pods that a relabeling drops',
    manifest: strict(
      {},
      'port: http\nrelabelings: [{ action: drop, sourceLabels: [__meta_kubernetes_pod_label_app] }]',
    ),
  },
  {
    name: 'another port is included',
    manifest: strict({ annotations: 'traffic.sidecar.istio.io/includeInboundPorts: "80, 8081"' }),
  },
  {
    name: 'the port is included',
    manifest: strict({ annotations: 'traffic.sidecar.istio.io/includeInboundPorts: "80,8080"' }),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'the port is both included and excluded, of which the first counts',
    manifest: strict({
      annotations:
        '{ traffic.sidecar.istio.io/includeInboundPorts: "8080", traffic.sidecar.istio.io/excludeInboundPorts: "8080" }',
    }),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'all ports are included, and this one is excluded',
    manifest: strict({
      annotations:
        '{ traffic.sidecar.istio.io/includeInboundPorts: "*", traffic.sidecar.istio.io/excludeInboundPorts: "8080" }',
    }),
  },
  {
    name: 'no port is included',
    manifest: strict({ annotations: 'traffic.sidecar.istio.io/includeInboundPorts: ""' }),
  },
  {
    name: 'a proxy that intercepts nothing',
    manifest: strict({ annotations: 'sidecar.istio.io/interceptionMode: NONE' }),
  },
  {
    name: 'ambient pods, to which the annotations of sidecars do not apply',
    manifest: strict({
      labels: 'istio.io/dataplane-mode: ambient',
      annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"',
    }),
    finds: [
      {
        severity: 'warning',
        message: expect.stringContaining('without a certificate, unless Prometheus is in the ambient mesh,') as never,
      },
    ],
  },
  {
    name: 'ambient pods, and a Prometheus in the ambient mesh',
    manifest: documents(
      strict({ labels: 'istio.io/dataplane-mode: ambient' }),
      namespace('{istio.io/dataplane-mode: ambient}'),
      prometheus(''),
    ),
  },
  {
    name: 'ambient pods, and a Prometheus that is not in the mesh',
    manifest: documents(
      strict({ labels: 'istio.io/dataplane-mode: ambient' }),
      namespace('{istio.io/dataplane-mode: ambient}'),
      prometheus('podMetadata: {labels: {istio.io/dataplane-mode: none}}'),
    ),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'ambient pods whose inbound connections are not captured',
    manifest: strict({
      labels: 'istio.io/dataplane-mode: ambient',
      annotations: 'ambient.istio.io/bypass-inbound-capture: "true"',
    }),
  },
);
cases(
  'MSH004',
  {
    name: 'plain text to pods that demand mutual TLS',
    manifest: documents(meshApp(), peerAuthentication('STRICT'), clients('DISABLE')),
    finds: [
      {
        message:
          'DestinationRule canary uses the TLS mode DISABLE for Service checkout-canary, but PeerAuthentication checkout is STRICT',
      },
    ],
  },
  {
    name: 'mutual TLS to pods that refuse it',
    manifest: documents(meshApp(), peerAuthentication('DISABLE'), clients('ISTIO_MUTUAL')),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'pods without a proxy',
    manifest: documents(
      meshApp({ labels: 'sidecar.istio.io/inject: "false"' }),
      peerAuthentication('STRICT'),
      clients('DISABLE'),
    ),
  },
  {
    name: 'a port that the proxy does not get',
    manifest: documents(
      meshApp({ annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
      peerAuthentication('STRICT'),
      clients('DISABLE'),
    ),
  },
  {
    name: 'a port of its own mode, by its name',
    manifest: documents(
      meshApp(),
      peerAuthentication('STRICT', '\n  portLevelMtls: { 8080: { mode: PERMISSIVE } }'),
      clients('DISABLE'),
    ),
  },
  {
    name: 'pods of an ambient mesh, to which clients tunnel',
    manifest: documents(
      meshApp({ labels: 'istio.io/dataplane-mode: ambient' }),
      peerAuthentication('STRICT'),
      clients('DISABLE'),
    ),
  },
  {
    name: 'pods in the network of their node',
    manifest: documents(
      meshApp().replace('      containers:', '      hostNetwork: true\n      containers:'),
      peerAuthentication('STRICT'),
      clients('DISABLE'),
    ),
  },
);
const opaque = (manifest: string): string =>
  manifest.replaceAll('- name: http\n      port: 80', '- name: https\n      port: 80');
const forGateways = (...gateways: string[]): string =>
  opaque(meshApp({ host: 'checkout-stable', gateway: '[mesh, public]' }))
    .replace('  - [mesh, public]', '  - mesh\n    - public')
    .replace(
      '- name: primary\n',
      `- name: primary\n      match: [${gateways.map((of) => `{ uri: { prefix: / }, gateways: [${of}] }`).join(', ')}]\n`,
    );
cases(
  'MSH003',
  {
    name: 'an http route in the mesh',
    manifest: opaque(meshApp({ host: 'checkout-stable' })),
    finds: [
      {
        message: 'Service checkout-canary declares port 80 as https, but Rollout checkout splits it with an http route',
      },
      {},
    ],
  },
  { name: 'an http route at a Gateway only', manifest: opaque(meshApp({ gateway: 'public' })) },
  { name: 'an http route at a Gateway and in the mesh', manifest: forGateways('', 'public'), finds: [{}, {}] },
  { name: 'a route that names the mesh', manifest: forGateways('public, mesh'), finds: [{}, {}] },
  { name: 'a route with matches for a Gateway only', manifest: forGateways('public', 'other') },
);
cases(
  'MSH006',
  {
    name: 'the only pod',
    manifest: documents(
      meshApp(),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: canary}\nspec:\n  host: checkout-canary\n  trafficPolicy:\n    outlierDetection: {maxEjectionPercent: 100}',
    ),
    finds: [{ message: 'DestinationRule canary may eject 100 % of the canary, which has a single pod at 20 %' }],
  },
  {
    name: 'the default of 10 %',
    manifest: documents(
      meshApp(),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: canary}\nspec:\n  host: checkout-canary\n  trafficPolicy:\n    outlierDetection: {consecutive5xxErrors: 5}',
    ),
  },
);
cases(
  'SEC003',
  {
    name: 'an argument that is a password',
    manifest: analysisTemplate(prometheusMetric({}), 'args:\n  - name: api-token\n    value: not-a-real-token'),
    finds: [{ message: "the argument 'api-token' is in the manifest in plain text", line: 8 }],
  },
  {
    name: 'a name that only begins alike',
    manifest: analysisTemplate(prometheusMetric({}), 'args:\n  - name: tokenizer\n    value: bpe'),
  },
  {
    name: 'a header that is none',
    manifest: analysisTemplate(prometheusMetric({ prometheus: 'headers:\n  - key: X-Scope-OrgID\n    value: shop' })),
  },
);
cases(
  'SEC004',
  {
    name: 'over the internet',
    manifest: analysisTemplate(prometheusMetric({ prometheus: 'insecure: true' })).replace(
      'http://prometheus.monitoring:9090',
      'https://prometheus.example.com',
    ),
    finds: [{ severity: 'warning', fix: undefined }],
  },
  {
    name: 'without TLS',
    manifest: analysisTemplate(prometheusMetric({ prometheus: 'insecure: true' })).replace(
      'http://prometheus.monitoring:9090',
      'http://prometheus.example.com',
    ),
  },
  {
    name: 'inside the cluster',
    manifest: analysisTemplate(prometheusMetric({ prometheus: 'insecure: true' })).replace(
      'http://prometheus.monitoring:9090',
      'https://thanos-querier.openshift-monitoring.svc.cluster.local:9091',
    ),
  },
);
