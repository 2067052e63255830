import { describeSet } from './edited-set';

const RETRIES = "      retries: { attempts: 2, perTryTimeout: 2s, retryOn: 'connect-failure,refused-stream' }";
const ROUTED = 'trafficRouting:\n        istio';
const HEADER = `      steps:
        - setCanaryScale: { replicas: 1 }
        - setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'on' } }] }
        - pause: { duration: 5m }
`;
const MANAGED = 'trafficRouting:\n        managedRoutes: [{ name: testers }]\n        istio';
const SECOND = '    - name: primary\n';
const other = (match: string): string =>
  `    - name: old\n      match: [{ ${match} }]\n      route: [{ destination: { host: parcels-stable, port: { number: 80 } } }]\n    - name: primary\n`;
const METRICS = '    - port: http-metrics\n      interval: 15s\n';
const relabeling = (text: string): string => `${METRICS}      relabelings: [${text}]\n`;
const metricRelabeling = (text: string): string => `${METRICS}      metricRelabelings: [${text}]\n`;
const POLICY = `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout`;
const policy = (spec: string): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: parcels, namespace: parcels }
spec: { selector: { matchLabels: { app: parcels } }, ${spec} }
${POLICY}`;
const STRICT = `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: parcels }
spec: { mtls: { mode: STRICT } }
${POLICY}`;

describeSet('istio.yaml', [
  { name: 'without an edit', edits: {} },
  // Managed routes.
  {
    name: 'a header route is made before the canary has pods',
    edits: {
      [ROUTED]: MANAGED,
      '      steps:\n': HEADER.replace('        - setCanaryScale: { replicas: 1 }\n', ''),
    },
    finds: ['warning ROL039', 'warning TRF039'],
  },
  {
    name: 'matchTrafficWeight at weight 0 removes the header route',
    edits: { [ROUTED]: MANAGED, '      steps:\n': `${HEADER}        - setCanaryScale: { matchTrafficWeight: true }\n` },
    finds: ['warning ROL048', 'warning TRF039'],
  },
  {
    name: 'the copied route has neither the timeout nor the retries of the weighted route',
    edits: {
      [ROUTED]: MANAGED,
      '      steps:\n': HEADER,
      '        - setWeight: 10\n': '        - setWeight: 10\n        - setCanaryScale: { matchTrafficWeight: true }\n',
    },
    finds: ['warning TRF039'],
    says: 'timeout',
  },
  {
    name: 'nothing is lost where the weighted route has nothing more',
    edits: {
      [ROUTED]: MANAGED,
      '      steps:\n': HEADER,
      '        - setWeight: 10\n': '        - setWeight: 10\n        - setCanaryScale: { matchTrafficWeight: true }\n',
      '      timeout: 5s\n': '',
      [`${RETRIES}\n`]: '',
    },
  },
  {
    name: 'the header route takes the paths of another service on the same host',
    edits: {
      [ROUTED]: MANAGED,
      '      steps:\n': HEADER,
      '        - setWeight: 10\n': '        - setWeight: 10\n        - setCanaryScale: { matchTrafficWeight: true }\n',
      '      timeout: 5s\n': '',
      [`${RETRIES}\n`]: '',
      [SECOND]:
        '    - name: labels\n      match: [{ uri: { prefix: /labels } }]\n      route: [{ destination: { host: labels, port: { number: 80 } } }]\n    - name: primary\n',
      'kind: Service\nmetadata: { name: parcels,':
        'kind: Service\nmetadata: { name: labels, namespace: parcels }\nspec: { ports: [{ name: http, port: 80 }] }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: parcels,',
    },
    finds: ['warning TRF040'],
  },
  // Retries and time-outs.
  {
    name: 'retries with a back-off alone',
    edits: { [RETRIES]: '      retries: { backoff: 100ms }' },
    finds: ['warning TRF029'],
  },
  { name: 'empty retries', edits: { [RETRIES]: '      retries: {}' }, finds: ['warning TRF029'] },
  { name: 'retries that are turned off', edits: { [RETRIES]: '      retries: { attempts: 0 }' } },
  {
    name: 'retryOn without attempts',
    edits: { [RETRIES]: "      retries: { retryOn: '5xx' }" },
    finds: ['error TRF029'],
  },
  {
    name: 'a status that Go has no text for',
    edits: { 'connect-failure,refused-stream': 'connect-failure,599' },
    finds: ['error TRF029', 'advice MSH007'],
  },
  {
    name: 'a status that Go has a text for',
    edits: { 'connect-failure,refused-stream': 'connect-failure,503' },
    finds: ['advice MSH007'],
  },
  { name: 'a part of a millisecond', edits: { 'timeout: 5s': 'timeout: 1500us' }, finds: ['error TRF029'] },
  { name: 'a timeout of zero', edits: { 'timeout: 5s': 'timeout: 0s' }, finds: ['error SCH006'] },
  { name: 'a fraction of a second', edits: { 'timeout: 5s': 'timeout: 2.5s' } },
  // Routes that take all requests.
  {
    name: 'a route behind a regex of everything',
    edits: { [SECOND]: other('uri: { regex: ".*" }') },
    finds: ['warning TRF020', 'advice TRF013'],
  },
  {
    name: 'a route behind the prefix /',
    edits: { [SECOND]: other('uri: { prefix: / }') },
    finds: ['warning TRF020', 'advice TRF013'],
  },
  { name: 'a route behind a prefix', edits: { [SECOND]: other('uri: { prefix: /v1 }') }, finds: ['advice TRF013'] },
  {
    name: 'a route behind a regex of a part',
    edits: { [SECOND]: other('uri: { regex: "/v1/.*" }') },
    finds: ['advice TRF013'],
  },
  // Weights and pods.
  {
    name: 'no pod of the canary at 95 % of ten',
    edits: {
      'replicas: 6': 'replicas: 10',
      'trafficRouting:\n        istio: { virtualService: { name: parcels, routes: [primary] } }': 'maxSurge: 0',
      'setWeight: 50': 'setWeight: 95',
    },
    finds: ['warning ROL047', 'warning TRF050'],
  },
  // Relabelings.
  {
    name: 'a relabeling of a group that does not exist',
    edits: {
      [METRICS]: relabeling(
        "{ sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node, replacement: '$1_x' }",
      ),
    },
    finds: ['warning MON013'],
  },
  {
    name: 'a relabeling of its group',
    edits: {
      [METRICS]: relabeling(
        "{ sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node, replacement: '${1}_x' }",
      ),
    },
  },
  {
    name: 'a relabeling that makes the counters of the pods collide',
    edits: { [METRICS]: metricRelabeling("{ action: labeldrop, regex: 'pod|instance' }") },
    finds: ['warning MON013'],
  },
  {
    name: 'a relabeling that drops the hash',
    edits: { [METRICS]: metricRelabeling('{ action: labeldrop, regex: rollouts_pod_template_hash }') },
    finds: ['error MON005'],
  },
  {
    name: 'a relabeling that keeps only labels which all pods share',
    edits: {
      [METRICS]: metricRelabeling("{ action: labelkeep, regex: '__name__|job|code|rollouts_pod_template_hash' }"),
    },
    finds: ['warning MON013'],
  },
  {
    name: 'relabelings that give all pods one instance and drop the pod',
    edits: {
      [METRICS]: relabeling('{ targetLabel: instance, replacement: parcels }, { action: labeldrop, regex: pod }'),
    },
    finds: ['warning MON013'],
  },
  {
    name: 'a relabeling that makes the name of the pod the instance',
    edits: {
      [METRICS]: relabeling(
        '{ sourceLabels: [__meta_kubernetes_pod_name], targetLabel: instance }, { action: labeldrop, regex: pod }',
      ),
    },
  },
  {
    name: 'a relabeling that keeps the counters apart by another label',
    edits: { [METRICS]: metricRelabeling('{ action: labeldrop, regex: endpoint }') },
  },
  // Who may scrape.
  {
    name: 'the labels of the monitor are not those that the Prometheus selects',
    edits: { 'labels: { team: logistics }': 'labels: { team: shipping }' },
    finds: ['warning MON011'],
  },
  {
    name: 'the Prometheus looks into its own namespace only',
    edits: { '  serviceMonitorNamespaceSelector: {}\n': '' },
    finds: ['warning MON011'],
  },
  {
    name: 'the Prometheus looks into namespaces of another label',
    edits: {
      'serviceMonitorNamespaceSelector: {}': 'serviceMonitorNamespaceSelector: { matchLabels: { prometheus: main } }',
    },
    finds: ['warning MON011'],
  },
  {
    name: 'the Prometheus looks into namespaces of a label that the namespace has',
    edits: {
      'serviceMonitorNamespaceSelector: {}': 'serviceMonitorNamespaceSelector: { matchLabels: { prometheus: main } }',
      'labels: { istio-injection: enabled }': 'labels: { istio-injection: enabled, prometheus: main }',
    },
  },
  {
    name: 'only the stable Service is scraped, and the query asks for the canary',
    edits: { "matchLabels: { scrape: 'yes' }": 'matchLabels: { role: stable }' },
    finds: ['warning MON012'],
  },
  {
    name: 'the port of the monitor does not exist',
    edits: { '    - port: http-metrics\n': '    - port: metrics\n' },
    finds: ['error MON003'],
  },
  {
    name: 'the Service has no name for its port',
    edits: {
      "scrape: 'yes' } }\nspec:\n  {\n    selector: { app: parcels },\n    ports: [{ name: http, port: 80, targetPort: http }, { name: http-metrics, port: 9090, targetPort: http-metrics }],":
        "scrape: 'yes' } }\nspec:\n  {\n    selector: { app: parcels },\n    ports: [{ port: 9090, targetPort: http-metrics }],",
    },
    finds: ['error MON003'],
  },
  {
    name: 'the hash is not among the labels of the targets',
    edits: { '  podTargetLabels: [rollouts-pod-template-hash]\n': '' },
    finds: ['error MON005'],
  },
  {
    name: 'a policy lets in callers by their identity',
    edits: { [POLICY]: policy('rules: [{ from: [{ source: { principals: [cluster.local/ns/web/sa/web] } }] }]') },
    finds: ['warning MSH012'],
  },
  {
    name: 'a policy lets in the namespace of the Prometheus',
    edits: {
      [POLICY]: policy(
        'rules: [{ from: [{ source: { namespaces: [monitoring] } }] }, { from: [{ source: { principals: [cluster.local/ns/web/sa/web] } }] }]',
      ),
    },
  },
  { name: 'a policy lets in everyone', edits: { [POLICY]: policy('rules: [{}]') } },
  {
    name: 'a policy lets in the port of the metrics',
    edits: { [POLICY]: policy("rules: [{ to: [{ operation: { ports: ['9090'] } }] }]") },
  },
  { name: 'strict mutual TLS refuses a scrape of plain text', edits: { [POLICY]: STRICT }, finds: ['error MSH002'] },
  {
    name: 'an ambient namespace without a waypoint is told nothing of sidecars',
    edits: { 'istio-injection: enabled': 'istio.io/dataplane-mode: ambient' },
    finds: ['warning MSH011'],
    says: 'waypoint',
  },
  // Queries.
  {
    name: 'the address of Prometheus is that of its page',
    edits: { 'monitoring:9090': 'monitoring:9090/graph' },
    finds: ['error ANA037'],
    says: 'end the address before /graph',
  },
  {
    name: 'the address of Prometheus has the path of its API',
    edits: { 'monitoring:9090': 'monitoring:9090/prometheus/api/v1/query' },
    finds: ['error ANA037'],
  },
  {
    name: 'the address of Prometheus has a prefix, and a host that is called graph',
    edits: { 'http://prometheus-operated.monitoring:9090': 'http://graph/prometheus/' },
  },
  {
    name: 'a host without a path that is called graph',
    edits: { 'http://prometheus-operated.monitoring:9090': 'http://graph' },
  },
  {
    name: 'a label is compared with a variable of Grafana',
    edits: {
      'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code':
        'namespace="$namespace",rollouts_pod_template_hash="{{args.hash}}",code',
    },
    finds: ['warning PRM030'],
  },
  {
    name: 'a regular expression of a variable of Grafana',
    edits: {
      'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code':
        'namespace=~"${namespace:regex}",rollouts_pod_template_hash="{{args.hash}}",code',
    },
    finds: ['warning PRM030'],
  },
  {
    name: 'a regular expression with an end',
    edits: { 'code=~"5.."': 'code=~"^5..$"' },
  },
  {
    name: 'the window is a variable of Grafana',
    edits: { 'code=~"5.."}[2m]': 'code=~"5.."}[$__rate_interval]' },
    finds: ['error PRM001'],
    says: "'$__rate_interval' is a variable of Grafana",
  },
  {
    name: 'the hash has the label of Deployments',
    edits: { 'rollouts_pod_template_hash="{{args.hash}}",code': 'pod_template_hash="{{args.hash}}",code' },
    finds: ['warning PRM024'],
    says: "did you mean 'rollouts_pod_template_hash'",
  },
  {
    name: 'the share is multiplied before the division, and compared with a share',
    edits: { '}[2m]))\n            /': '}[2m])) * 100\n            /' },
    finds: ['warning CON012'],
    says: 'percents between 0 and 100',
  },
]);
