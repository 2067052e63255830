// (d) Equivalent manifests by jsonnet: a function of the same few values, a file for each app.
local labels(name) = { app: name };
local query(selector) =
  '(sum(increase(http_requests_total{%s,code=~"5.."}[5m])) or vector(0))\nand\n(sum(increase(http_requests_total{%s}[5m])) >= 1)\n'
  % [selector, selector];
local app(name, namespace, image, host, replicas, atMost) =
  local meta(suffix, extra={}) = { name: name + suffix, namespace: namespace } + extra;
  local service(suffix) = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(suffix, { labels: labels(name + suffix) }),
    spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }], selector: labels(name) },
  };
  [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: meta('-gateway'),
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ hosts: [host], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: meta('-vsvc'),
      spec: {
        gateways: [name + '-gateway'],
        hosts: [host],
        http: [{
          name: 'primary',
          route: [
            { destination: { host: name + '-stable' }, weight: 100 },
            { destination: { host: name + '-canary' }, weight: 0 },
          ],
        }],
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: meta('-failures'),
      spec: {
        args: [{ name: 'namespace' }, { name: 'canary-hash' }],
        metrics: [{
          name: 'failures',
          initialDelay: '5m',
          successCondition: 'len(result) > 0 && result[0] <= %d' % atMost,
          failureCondition: 'len(result) > 0 && result[0] > %d' % atMost,
          provider: {
            prometheus: {
              address: 'http://prometheus.monitoring:9090',
              query: query('namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.canary-hash}}"'),
            },
          },
        }],
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: meta(''),
      spec: {
        replicas: replicas,
        selector: { matchLabels: labels(name) },
        strategy: {
          canary: {
            canaryService: name + '-canary',
            stableService: name + '-stable',
            steps: [
              { setWeight: 50 },
              { pause: {} },
              {
                analysis: {
                  args: [
                    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
                    { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
                  ],
                  templates: [{ templateName: name + '-failures' }],
                },
              },
            ],
            trafficRouting: { istio: { virtualService: { name: name + '-vsvc', routes: ['primary'] } } },
          },
        },
        template: {
          metadata: {
            annotations: {
              'prometheus.io/path': '/metrics',
              'prometheus.io/port': '8080',
              'prometheus.io/scrape': 'true',
              'prometheus.istio.io/merge-metrics': 'true',
            },
            labels: labels(name) { 'sidecar.istio.io/inject': 'true' },
          },
          spec: {
            automountServiceAccountToken: false,
            containers: [{
              image: image,
              imagePullPolicy: 'Always',
              name: name,
              ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
              resources: {
                limits: { cpu: '1500m', memory: '2048Mi' },
                requests: { cpu: '1000m', memory: '512Mi' },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                privileged: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
              },
              startupProbe: { failureThreshold: 3, tcpSocket: { port: 8080 } },
            }],
            dnsPolicy: 'ClusterFirst',
            hostNetwork: false,
            restartPolicy: 'Always',
            securityContext: { fsGroupChangePolicy: 'Always', runAsNonRoot: true },
            setHostnameAsFQDN: false,
            terminationGracePeriodSeconds: 30,
          },
        },
      },
    },
    service('-canary'),
    service('-stable'),
    service(''),
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: meta(''),
      spec: {
        endpoints: [{
          interval: '30s',
          path: '/stats/prometheus',
          port: 'http',
          relabelings: [{
            action: 'replace',
            regex: '(.+):[0-9]+',
            replacement: '$1:15020',
            sourceLabels: ['__address__'],
            targetLabel: '__address__',
          }],
        }],
        podTargetLabels: ['rollouts-pod-template-hash'],
        selector: { matchLabels: labels(name) },
      },
    },
  ];

// A List in JSON, which is YAML: the manifestation that jsonnet does itself. std.manifestYamlStream, written in jsonnet,
// took more than a second for each app.
function(count) {
  ['app-%d.yaml' % i]: {
    apiVersion: 'v1',
    kind: 'List',
    items: app(
      'app-%d' % i,
      'team-%d' % (i % 20),
      'registry.example.com/app-%d:1.%d.0' % [i, i % 50],
      'app-%d.example.com' % i,
      2 + i % 5,
      i % 7,
    ),
  }
  for i in std.range(0, count - 1)
}
