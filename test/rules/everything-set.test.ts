import { type Rule, RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

// Objects in which all that a rule looks at is set, and right. What their neighbours lack is recorded.

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

const object = (kind: string, apiVersion: string, spec: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: pay, namespace: shop }
spec:
  ${spec.trim().replaceAll('\n', '\n  ')}
`;

const virtualService = (http: string): string =>
  object('VirtualService', 'networking.istio.io/v1', `hosts: [pay.example.com]\nhttp:\n  - ${http}`);

describeRule(rule('TRF044'), [
  { name: 'a redirect code of 200', manifest: virtualService('redirect: { uri: /a, redirectCode: 200 }'), finds: [{}] },
  {
    name: 'a redirect with all its settings',
    manifest: virtualService(
      'redirect: { uri: /a, authority: www.example.com, scheme: https, port: 8443, redirectCode: 302 }',
    ),
  },
  {
    name: 'a direct response',
    manifest: virtualService('directResponse: { status: 503, body: { string: later } }'),
  },
  {
    name: 'a route with all settings',
    manifest: virtualService(`name: all
    match:
      - uri: { prefix: /pay }
        headers: { x-user: { exact: tester }, ':path': { regex: '^/.*$' } }
        withoutHeaders: { x-no: { exact: '1' } }
        queryParams: { q: { regex: 'a+' } }
        sourceLabels: { app: web }
        sourceNamespace: web
    fault:
      delay: { fixedDelay: 1s, percentage: { value: 0.5 } }
      abort: { httpStatus: 500, percentage: { value: 1 } }
    headers:
      request: { set: { x-a: '1' }, add: { x-b: '%%' }, remove: [x-c] }
      response: { set: { x-a: '1' }, add: { x-b: '2' }, remove: [x-c] }
    corsPolicy:
      allowOrigins: [{ exact: 'https://www.example.com' }, { regex: 'https://.*' }]
      allowMethods: [GET, POST]
      allowHeaders: [x-a, '*']
      exposeHeaders: [x-b]
      maxAge: 24h
    rewrite: { uri: /, authority: 'www.example.com:80' }
    route: [{ destination: { host: pay }, headers: { request: { set: { x-d: '1' } } } }]`),
  },
  {
    name: 'an abort by a status of gRPC, and a rewrite by a pattern',
    manifest: virtualService(`fault: { abort: { grpcStatus: UNAVAILABLE, percentage: { value: 1 } } }
    rewrite: { uriRegexRewrite: { match: ^/a/(.*)$, rewrite: '/\\1' } }
    route: [{ destination: { host: pay } }]`),
  },
]);

describeRule(rule('TRF031'), [
  {
    name: 'a connection pool that takes none',
    manifest: object(
      'DestinationRule',
      'networking.istio.io/v1',
      'host: pay\ntrafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } }',
    ),
    finds: [{}],
  },
  {
    name: 'a policy with all settings',
    manifest: object(
      'DestinationRule',
      'networking.istio.io/v1',
      `host: pay
trafficPolicy:
  loadBalancer: { simple: LEAST_REQUEST, warmup: { duration: 60s, minimumPercent: 10, aggression: 1 } }
  connectionPool:
    tcp: { maxConnections: 100, connectTimeout: 1s, idleTimeout: 1h, maxConnectionDuration: 1h, tcpKeepalive: { probes: 3, time: 7200s, interval: 75s } }
    http: { http1MaxPendingRequests: 10, http2MaxRequests: 100, maxRequestsPerConnection: 10, maxRetries: 3, idleTimeout: 1h }
  outlierDetection: { consecutive5xxErrors: 5, consecutiveGatewayErrors: 5, interval: 10s, baseEjectionTime: 30s, maxEjectionPercent: 50, minHealthPercent: 50 }
  tls: { mode: ISTIO_MUTUAL, sni: pay.example.com }
  portLevelSettings:
    - { port: { number: 80 }, connectionPool: { tcp: { maxConnections: 10, connectTimeout: 1s } }, outlierDetection: { interval: 10s } }
subsets:
  - { name: stable, labels: { app: pay }, trafficPolicy: { outlierDetection: { baseEjectionTime: 30s } } }`,
    ),
  },
]);

const gateway = (tls: string, port = '{ number: 443, name: https, protocol: HTTPS }'): string =>
  object(
    'Gateway',
    'networking.istio.io/v1',
    `selector: { istio: ingressgateway }
servers:
  - { port: ${port}, hosts: [pay.example.com], tls: ${tls} }`,
  );

describeRule(rule('TRF030'), [
  { name: 'TLS without a certificate', manifest: gateway('{ mode: SIMPLE }'), finds: [{}] },
  {
    name: 'TLS of both sides by files',
    manifest: gateway(
      `{ mode: MUTUAL, serverCertificate: /a/tls.crt, privateKey: /a/tls.key, caCertificates: /a/ca.crt, caCrl: /a/crl, minProtocolVersion: TLSV1_2, maxProtocolVersion: TLSV1_3, cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384], subjectAltNames: [pay.example.com], verifyCertificateSpki: [${'A'.repeat(43)}=], verifyCertificateHash: [${'ab'.repeat(32)}] }`,
    ),
  },
  {
    name: 'TLS by a Secret',
    manifest: gateway('{ mode: SIMPLE, credentialName: pay-cert, minProtocolVersion: TLSV1_2 }'),
  },
  {
    name: 'TLS that passes through',
    manifest: gateway('{ mode: PASSTHROUGH }', '{ number: 443, name: tls, protocol: TLS }'),
  },
]);

const monitor = (endpoint: string): string =>
  object(
    'ServiceMonitor',
    'monitoring.coreos.com/v1',
    `selector: { matchLabels: { app: pay } }\nendpoints:\n  - ${endpoint}`,
  );

describeRule(rule('MON014'), [
  {
    name: 'a relabelling without a regular expression that is one',
    manifest: monitor("{ port: http, relabelings: [{ action: keep, sourceLabels: [pod], regex: 'a(' }] }"),
    finds: [{}],
  },
  {
    name: 'an endpoint with all settings',
    manifest: monitor(`port: http
    path: /metrics
    interval: 30s
    scrapeTimeout: 10s
    scheme: https
    params: { name: [a] }
    relabelings:
      - { action: replace, sourceLabels: [pod], separator: ';', regex: '(.*)', targetLabel: instance, replacement: $1 }
      - { action: keep, sourceLabels: [pod], regex: pay-.* }
      - { action: drop, sourceLabels: [pod], regex: other-.* }
      - { action: hashmod, sourceLabels: [pod], modulus: 4, targetLabel: shard }
      - { action: labelmap, regex: 'x_(.*)', replacement: 'y_$1' }
      - { action: labeldrop, regex: 'z_.*' }
      - { action: labelkeep, regex: '.*' }
      - { action: lowercase, sourceLabels: [pod], targetLabel: pod }
      - { action: uppercase, sourceLabels: [pod], targetLabel: pod }
      - { action: keepequal, sourceLabels: [pod], targetLabel: instance }
      - { action: dropequal, sourceLabels: [pod], targetLabel: instance }
    metricRelabelings:
      - { action: drop, sourceLabels: [__name__], regex: go_.* }`),
  },
]);
