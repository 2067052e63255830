import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { adopt } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';

const deployment = readFileSync(join(__dirname, '../fixtures/adopt/deployment.yaml'), 'utf8');

/** What becomes of a Canary with some fields more. */
function adopted(fields: { spec?: object; service?: object; analysis?: object }, ...others: object[]) {
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898, gateways: ['public'], hosts: ['a.example.com'], ...fields.service },
      analysis: { interval: '1m', stepWeight: 20, maxWeight: 40, ...fields.analysis },
      ...fields.spec,
    },
  };
  const text = [deployment, ...[canary, ...others].map((one) => stringify(one, { version: '1.1' }))].join('---\n');
  const [found] = adopt([{ name: 'flagger.yaml', text }], { prometheus: 'http://prometheus:9090' });
  expect(render(found.text).problems).toEqual([]);
  return { ...found, spec: (parse(found.text) as { spec: Record<string, never> }).spec };
}

const success = { name: 'request-success-rate', thresholdRange: { min: 99.5 }, interval: '10m' };

const rate = { atLeast: 0.995, window: '10m', minimumRequests: 1, initialDelay: '1m' };

describe('every field of a Flagger Canary', () => {
  const plain = adopted({});
  test.each<[string, object, object]>([
    [
      'a threshold and a metric',
      { analysis: { metrics: [success], threshold: 3 } },
      {
        steps: [{ setWeight: 20 }, 'analysis', { setWeight: 40 }, 'analysis'],
        checks: [{ successRate: { ...rate, count: 3, consecutiveSuccessLimit: 1 } }],
        backgroundChecks: [{ successRate: rate }],
        measuring: {
          failureLimit: 2,
          noData: 'fail',
          requests: { istio: { reporter: 'destination' } },
        },
      },
    ],
    [
      'a latency',
      { analysis: { metrics: [{ name: 'request-duration', thresholdRange: { max: 500 }, interval: '10m' }] } },
      {
        checks: [
          { latency: { quantile: 0.99, atMost: '500ms', window: '10m', minimumRequests: 1, initialDelay: '1m' } },
        ],
        steps: [{ setWeight: 20 }, 'analysis', { setWeight: 40 }, 'analysis'],
      },
    ],
    [
      'stepWeights',
      { analysis: { stepWeight: undefined, stepWeights: [1, 5] } },
      {
        steps: [{ setWeight: { weight: 1, pause: '1m' } }, { setWeight: { weight: 5, pause: '1m' } }],
      },
    ],
    [
      'gates',
      {
        analysis: {
          stepWeight: undefined,
          stepWeights: [5],
          webhooks: ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'].map((type) => ({
            type,
            name: type,
            url: 'http://gate',
          })),
        },
      },
      {
        steps: [{ pause: {} }, { setWeight: { weight: 5, pause: '1m' } }, { pause: {} }, { pause: {} }],
      },
    ],
    [
      'an A/B test',
      { analysis: { iterations: 10, match: [{ headers: { 'x-insider': { exact: 'yes' } } }] } },
      {
        steps: [
          { canaryScale: { weight: 100 } },
          { setHeaderRoute: { name: 'to-canary', matches: [{ exact: { header: 'x-insider', value: 'yes' } }] } },
          { pause: { duration: '10m' } },
        ],
      },
    ],
    [
      'headers of which all must match, or any',
      {
        analysis: {
          iterations: 1,
          match: [
            { headers: { 'x-a': { exact: '1' }, 'x-b': { regex: '2' } } },
            { headers: { 'x-c': { prefix: '3' } } },
          ],
        },
      },
      {
        steps: [
          { canaryScale: { weight: 100 } },
          {
            setHeaderRoute: {
              name: 'to-canary',
              matches: [{ exact: { header: 'x-a', value: '1' } }, { regex: { header: 'x-b', value: '2' } }],
            },
          },
          { setHeaderRoute: { name: 'to-canary-2', matches: [{ prefix: { header: 'x-c', value: '3' } }] } },
          { pause: { duration: '1m' } },
        ],
      },
    ],
    [
      'blue and green with a mirror',
      { analysis: { iterations: 2, mirror: true, mirrorWeight: 50 } },
      {
        steps: [
          { canaryScale: { weight: 100 } },
          { setMirrorRoute: { name: 'mirror', percentage: 50, matches: [{ path: { prefix: '/' } }] } },
          { pause: { duration: '2m' } },
        ],
      },
    ],
    [
      'canaryReadyThreshold',
      { analysis: { canaryReadyThreshold: 80 } },
      { strategy: { replicaProgressThreshold: { percent: 80 } } },
    ],
    [
      'progressDeadlineSeconds',
      { spec: { progressDeadlineSeconds: 120 } },
      { rollout: expect.objectContaining({ progressDeadline: '120s', progressDeadlineAbort: true }) },
    ],
    ['suspend', { spec: { suspend: true } }, { rollout: expect.objectContaining({ paused: true }) }],
    ['targetPort', { service: { targetPort: 9999 } }, { port: 9999 }],
    ['gateways with the mesh', { service: { gateways: ['public', 'mesh'] } }, { splitInMesh: true }],
    [
      'match, rewrite, timeout, retries and headers',
      {
        service: {
          match: [{ uri: { prefix: '/api' }, headers: { 'x-a': { exact: 'b' } } }],
          rewrite: { uri: '/' },
          timeout: '15s',
          retries: { attempts: 3, perTryTimeout: '1s', retryOn: 'gateway-error,connect-failure' },
          headers: { request: { add: { 'x-from': 'gateway' } } },
          corsPolicy: { allowOrigin: ['https://example.com'], allowMethods: ['GET'], maxAge: '24h' },
        },
      },
      {
        traffic: {
          gateways: ['public'],
          routes: [
            {
              split: {
                name: 'primary',
                matches: [{ prefix: { path: '/api', headers: { 'x-a': { exact: 'b' } } } }],
                rewrite: { uri: '/' },
                timeout: '15s',
                retries: { attempts: 3, perTryTimeout: '1s', retryOn: ['gateway-error', 'connect-failure'] },
                requestHeaders: { add: { 'x-from': 'gateway' } },
                cors: { allowOrigins: [{ exact: 'https://example.com' }], allowMethods: ['GET'], maxAge: '24h' },
              },
            },
          ],
        },
      },
    ],
    [
      'trafficPolicy',
      {
        service: {
          trafficPolicy: {
            tls: { mode: 'ISTIO_MUTUAL' },
            loadBalancer: { simple: 'ROUND_ROBIN' },
            connectionPool: { http: { http1MaxPendingRequests: 10 } },
            outlierDetection: { consecutiveErrors: 5, interval: '30s' },
          },
        },
      },
      {
        traffic: {
          gateways: ['public'],
          trafficPolicy: {
            tls: 'istioMutual',
            loadBalancer: { simple: 'roundRobin' },
            connectionPool: { http1MaxPendingRequests: 10 },
            outlierDetection: { consecutive5xxErrors: 5, interval: '30s' },
          },
        },
      },
    ],
    [
      'gatewayRefs',
      { service: { gateways: undefined, gatewayRefs: [{ name: 'public', namespace: 'infra' }] } },
      {
        gatewayApi: { parents: [{ gateway: { name: 'public', namespace: 'infra' } }] },
      },
    ],
    [
      'sessionAffinity',
      { analysis: { sessionAffinity: { cookieName: 'flagger', maxAge: 7200 } } },
      {
        traffic: { gateways: ['public'], stickyCanary: { cookie: 'flagger', maxAge: '7200s' } },
      },
    ],
    [
      'gatewayRefs, with what Flagger does with requests',
      {
        service: {
          ...{ gateways: undefined, gatewayRefs: [{ name: 'public' }] },
          ...{ timeout: '15s', retries: { attempts: 3 }, corsPolicy: { maxAge: '24h' } },
          trafficPolicy: { tls: { mode: 'DISABLE' } },
        },
        analysis: { sessionAffinity: { cookieName: 'flagger' } },
      },
      {
        gatewayApi: {
          parents: [{ gateway: 'public' }],
          routes: [{ split: { name: 'primary', timeout: '15s' } }],
        },
      },
    ],
  ])('is carried over: %s', (_, fields, expected) => {
    expect(adopted(fields).spec).toMatchObject(expected);
  });

  test.each<[string, { spec?: object; service?: object; analysis?: object }]>([
    ...['autoscalerRef', 'ingressRef', 'routeRef', 'upstreamRef', 'skipAnalysis', 'revertOnDeletion'].map(
      (field) => [field, { spec: { [field]: { name: 'x' } } }] as [string, object],
    ),
    ['provider', { spec: { provider: 'nginx' } }],
    ...[
      'apex',
      'primary',
      'canary',
      'backendTimeout',
      'backends',
      'delegation',
      'headless',
      'meshName',
      'mirror',
      'name',
      'trafficDistribution',
      'unmanagedMetadata',
    ].map((field) => [`service.${field}`, { service: { [field]: 'x' } }] as [string, object]),
    ['service.appProtocol', { service: { appProtocol: 'tcp' } }],
    ...['alerts', 'primaryReadyThreshold', 'stepWeightPromotion'].map(
      (field) => [`analysis.${field}`, { analysis: { [field]: 1 } }] as [string, object],
    ),
    ...['retries', 'trafficPolicy', 'corsPolicy'].map(
      (field) =>
        [
          `service.${field}`,
          { service: { gateways: undefined, gatewayRefs: [{ name: 'public' }], [field]: { a: 1 } } },
        ] as [string, object],
    ),
    [
      'analysis.sessionAffinity',
      {
        service: { gateways: undefined, gatewayRefs: [{ name: 'public' }] },
        analysis: { sessionAffinity: { cookieName: 'flagger' } },
      },
    ],
    ["analysis.webhooks 'load'", { analysis: { webhooks: [{ name: 'load', url: 'http://x' }] } }],
    [
      'analysis.match (x-a, uri)',
      { analysis: { iterations: 1, match: [{ headers: { 'x-a': { exact: '1' } }, uri: { prefix: '/a' } }] } },
    ],
    [
      "analysis.metrics 'custom'",
      { analysis: { metrics: [{ name: 'custom', interval: '5m', templateRef: { name: 'gone' } }] } },
    ],
  ])('is told where it is not: %s', (field, fields) => {
    const { notes } = adopted(fields);
    expect(notes.filter((note) => note.startsWith(`${field}`))).toHaveLength(1);
    expect(plain.notes.filter((note) => note.startsWith(`${field}`))).toEqual([]);
  });

  test.each(['skipAnalysis', 'revertOnDeletion'])('is not told where it is off: %s', (field) => {
    expect(adopted({ spec: { [field]: false } }).notes).toEqual(plain.notes);
  });

  test('is carried over: appProtocol, as the name of the port, which still leads to that of the container', () => {
    const { text, notes } = adopted({ service: { appProtocol: 'grpc' } });
    expect(notes).toEqual(plain.notes);
    const services = parseAllDocuments(render(text).text)
      .map((document) => document.toJS() as { kind: string; spec: { ports: object[] } })
      .filter(({ kind }) => kind === 'Service');
    expect(services).toHaveLength(3);
    for (const { spec } of services) {
      expect(spec.ports).toEqual([expect.objectContaining({ name: 'grpc', port: 9898, targetPort: 'http' })]);
    }
  });

  test('a metric of its own template is a query with what is known put in, and a note that both versions match it', () => {
    const template = {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'errors', namespace: 'test' },
      spec: {
        provider: { type: 'prometheus', address: 'http://elsewhere' },
        query:
          'sum(rate(errors_total{namespace="{{ namespace }}",app="{{ target }}",x="{{ variables.x }}"}[{{ interval }}]))',
      },
    };
    const metric = {
      name: 'errors',
      templateRef: { name: 'errors' },
      templateVariables: { x: 'y' },
      thresholdRange: { max: 1 },
      interval: '10m',
    };
    const { spec, notes } = adopted({ analysis: { metrics: [metric] } }, template);
    const query = 'sum(rate(errors_total{namespace="test",app="podinfo",x="y"}[10m]))';
    expect(spec).toMatchObject({
      checks: [{ query: { name: 'errors', query, threshold: { atMost: 1 } } }],
    });
    expect(notes.join('\n')).toContain("analysis.metrics 'errors': Flagger's query names the canary's Deployment");
  });

  test('the plans are equal in who gets requests and how it ends, and what differs in time is told', () => {
    const metrics = [success, { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' }];
    const { notes, changes } = adopted({ analysis: { metrics, threshold: 5, stepWeight: 30, maxWeight: 50 } });
    expect(notes).toEqual([]);
    expect(changes).toEqual([
      expect.stringContaining('needs Prometheus to scrape every 15s'),
      expect.stringMatching(/^a healthy update: .* to promotion .*; with Flagger /),
    ]);
  });

  test('weights are those that Flagger takes: the last may be above maxWeight', () => {
    const { spec } = adopted({ analysis: { stepWeight: 30, maxWeight: 50 } });
    expect(spec.steps).toEqual([
      { setWeight: { weight: 30, pause: '1m' } },
      { setWeight: { weight: 60, pause: '1m' } },
    ]);
  });

  test('a rollout that would end otherwise is a dangerous difference', () => {
    const { notes, dangerous } = adopted(
      { analysis: { metrics: [success], threshold: 3 } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'other', namespace: 'test' },
        data: { a: 'b' },
      },
    );
    expect(dangerous).toEqual(notes);
    const { dangerous: mirrored } = adopted({ analysis: { webhooks: [{ name: 'load', url: 'http://x' }] } });
    expect(mirrored).toEqual([expect.stringContaining("analysis.webhooks 'load'")]);
    const { dangerous: none, notes: told } = adopted({ analysis: { alerts: [{ name: 'a' }] } });
    expect(told).toHaveLength(1);
    expect(none).toEqual([]);
  });

  test.each([
    [
      {
        kind: 'PrometheusRule',
        spec: {
          groups: [{ rules: [{ expr: 'rate(istio_requests_total{destination_workload="podinfo-primary"}[5m])' }] }],
        },
      },
      'PrometheusRule extra queries destination_workload="podinfo-primary", which only Flagger makes; query Service podinfo-stable',
    ],
    [
      { kind: 'PodMonitor', spec: { selector: { matchLabels: { app: 'podinfo-primary' } } } },
      'PodMonitor extra names podinfo-primary (spec.selector.matchLabels.app), which only Flagger makes',
    ],
    [
      { kind: 'DestinationRule', spec: { host: 'podinfo-primary.test.svc.cluster.local' } },
      'DestinationRule extra names podinfo-primary.test.svc.cluster.local (spec.host), which only Flagger makes',
    ],
  ])('what is for the stable version of Flagger is named: %o', (extra, told) => {
    const { dangerous } = adopted({}, { apiVersion: 'v1', metadata: { name: 'extra', namespace: 'test' }, ...extra });
    expect(dangerous.filter((one) => one.includes('-primary'))).toEqual([expect.stringContaining(told)]);
  });

  test('metricsServer is the address of Prometheus', () => {
    const text = `${deployment}---\n${stringify({
      kind: 'Canary',
      metadata: { name: 'podinfo' },
      spec: {
        metricsServer: 'http://prometheus.istio-system:9090',
        targetRef: { kind: 'Deployment', name: 'podinfo' },
        service: { port: 80 },
        analysis: { metrics: [success] },
      },
    })}`;
    expect(adopt([{ name: 'a.yaml', text }])[0].text).toContain('prometheus: http://prometheus.istio-system:9090\n');
  });
});
