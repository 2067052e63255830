import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import {
  ClientTls,
  Destination,
  IstioDestinationRule,
  IstioTrafficSplit,
  LoadBalancer,
  LoadBalancerAlgorithm,
  TrafficPolicy,
} from '../../src';
import { only, refusal, synthesize } from '../synthesized';

const policyOf = (trafficPolicy: TrafficPolicy) =>
  only(
    synthesize((chart) => new IstioDestinationRule(chart, 'checkout', { host: 'checkout', trafficPolicy })),
    'DestinationRule',
  ).spec.trafficPolicy;
const problems = (trafficPolicy: TrafficPolicy) =>
  refusal((scope) => new IstioDestinationRule(scope, 'checkout', { host: 'checkout', trafficPolicy })).join('\n');

describe('a traffic policy', () => {
  test('is the same for both versions, each with its DestinationRule', () => {
    const manifests = synthesize(
      (chart) =>
        new IstioTrafficSplit(chart, 'checkout', {
          hosts: ['checkout.example.com'],
          stable: Destination.host('checkout-stable'),
          canary: Destination.host('checkout-canary'),
          trafficPolicy: { connectionPool: { maxConnections: 100 } },
        }),
    );
    const rules = manifests.filter(({ kind }) => kind === 'DestinationRule');
    expect(rules.map(({ metadata, spec }) => [metadata.name, spec.host])).toEqual([
      ['checkout-stable', 'checkout-stable'],
      ['checkout-canary', 'checkout-canary'],
    ]);
    expect(rules[0].spec.trafficPolicy).toEqual({ connectionPool: { tcp: { maxConnections: 100 } } });
    expect(rules[1].spec.trafficPolicy).toEqual(rules[0].spec.trafficPolicy);
  });

  test('limits connections and requests', () => {
    expect(
      policyOf({
        connectionPool: {
          maxConnections: 10,
          connectTimeout: Duration.seconds(2),
          maxConnectionDuration: Duration.hours(1),
          http1MaxPendingRequests: 1,
          http2MaxRequests: 2,
          maxRequestsPerConnection: 3,
          maxRetries: 0,
          maxConcurrentStreams: 4,
          idleTimeout: Duration.minutes(5),
          h2Upgrade: false,
        },
      }).connectionPool,
    ).toEqual({
      tcp: { maxConnections: 10, connectTimeout: '2s', maxConnectionDuration: '1h' },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 0,
        maxConcurrentStreams: 4,
        idleTimeout: '5m',
        h2UpgradePolicy: 'DO_NOT_UPGRADE',
      },
    });
  });

  test('never leaves out the only pod of a canary', () => {
    expect(policyOf({ outlierDetection: {} }).outlierDetection).toEqual({ minHealthPercent: 50 });
    expect(problems({ outlierDetection: { minHealthPercent: 0 } })).toContain(
      'minHealthPercent is 0, so that the only pod of a canary could be left out',
    );
  });

  test('leaves out pods that fail', () => {
    expect(
      policyOf({
        outlierDetection: {
          consecutive5xxErrors: 7,
          consecutiveGatewayErrors: 3,
          interval: Duration.seconds(30),
          baseEjectionTime: Duration.minutes(1),
          maxEjectionPercent: 50,
          minHealthPercent: 30,
        },
      }).outlierDetection,
    ).toEqual({
      consecutive5xxErrors: 7,
      consecutiveGatewayErrors: 3,
      interval: '30s',
      baseEjectionTime: '1m',
      maxEjectionPercent: 50,
      minHealthPercent: 30,
    });
  });

  test.each([
    [LoadBalancer.simple(LoadBalancerAlgorithm.ROUND_ROBIN), { simple: 'ROUND_ROBIN' }],
    [
      LoadBalancer.consistentHashCookie('user', { ttl: Duration.hours(2), attributes: { HttpOnly: '' } }),
      { consistentHash: { httpCookie: { name: 'user', ttl: '2h', attributes: [{ name: 'HttpOnly' }] } } },
    ],
    [LoadBalancer.consistentHashHeader('x-user'), { consistentHash: { httpHeaderName: 'x-user' } }],
    [LoadBalancer.consistentHashQueryParameter('user'), { consistentHash: { httpQueryParameterName: 'user' } }],
    [LoadBalancer.consistentHashSourceIp(), { consistentHash: { useSourceIp: true } }],
  ])('chooses a pod (%#)', (loadBalancer, rendered) => {
    expect(policyOf({ loadBalancer })).toEqual({ loadBalancer: rendered });
  });

  test('knows places, and lets new pods warm up', () => {
    expect(
      policyOf({
        locality: { enabled: true, failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['region'] },
        outlierDetection: {},
        warmup: { duration: Duration.minutes(2), minimumPercent: 20 },
      }).loadBalancer,
    ).toEqual({
      localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['region'] },
      warmup: { duration: '2m', minimumPercent: 20 },
    });
    expect(
      policyOf({ locality: { distribute: [{ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }] } }).loadBalancer,
    ).toEqual({ localityLbSetting: { distribute: [{ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }] } });
  });

  test.each([
    [ClientTls.istioMutual(), { mode: 'ISTIO_MUTUAL' }],
    [ClientTls.disable(), { mode: 'DISABLE' }],
    [
      ClientTls.simple({ sni: 'a.example.com', subjectAltNames: ['a'] }),
      { mode: 'SIMPLE', sni: 'a.example.com', subjectAltNames: ['a'] },
    ],
    [ClientTls.mutual({ credentialName: 'certs' }), { mode: 'MUTUAL', credentialName: 'certs' }],
  ])('encrypts (%#)', (tls, rendered) => {
    expect(policyOf({ tls })).toEqual({ tls: rendered });
  });

  test('differs from port to port', () => {
    expect(
      policyOf({
        tls: ClientTls.istioMutual(),
        portLevelSettings: [{ port: 9090, tls: ClientTls.disable(), connectionPool: { maxConnections: 1 } }],
      }),
    ).toEqual({
      tls: { mode: 'ISTIO_MUTUAL' },
      portLevelSettings: [
        { port: { number: 9090 }, tls: { mode: 'DISABLE' }, connectionPool: { tcp: { maxConnections: 1 } } },
      ],
    });
  });

  test('lets a JSON patch through for all else', () => {
    const rule = only(
      synthesize((chart) =>
        ApiObject.of(new IstioDestinationRule(chart, 'checkout', { host: 'checkout' })).addJsonPatch(
          JsonPatch.add('/spec/workloadSelector', { matchLabels: { app: 'web' } }),
        ),
      ),
      'DestinationRule',
    );
    expect(rule.spec).toEqual({ host: 'checkout', workloadSelector: { matchLabels: { app: 'web' } } });
  });

  test.each<[string, TrafficPolicy, string]>([
    ['an empty pool', { connectionPool: {} }, 'connectionPool of trafficPolicy is empty'],
    ['less than no connections', { connectionPool: { maxConnections: -1 } }, 'maxConnections is -1'],
    ['a time of nothing', { connectionPool: { connectTimeout: Duration.seconds(0) } }, 'connectTimeout is a duration'],
    ['more than all pods', { outlierDetection: { maxEjectionPercent: 101 } }, 'maxEjectionPercent is 101'],
    ['parts of errors', { outlierDetection: { consecutive5xxErrors: 0.5 } }, 'consecutive5xxErrors is 0.5'],
    ['a cookie of no name', { loadBalancer: LoadBalancer.consistentHashCookie('') }, 'the cookie has an empty name'],
    ['a header of no name', { loadBalancer: LoadBalancer.consistentHashHeader('a b') }, "the header is called 'a b'"],
    [
      'a failover that never happens',
      { locality: { failover: [{ from: 'a', to: 'b' }] } },
      'failover without outlierDetection never happens',
    ],
    [
      'a failover to itself',
      { locality: { failover: [{ from: 'a', to: 'a' }] }, outlierDetection: {} },
      "'a' fails over to itself",
    ],
    [
      'shares that are not all',
      { locality: { distribute: [{ from: 'a', to: { b: 50, c: 40 } }] } },
      "the requests from 'a' are spread as 50 + 40 = 90 %",
    ],
    [
      'places of two kinds',
      { locality: { distribute: [{ from: 'a', to: { b: 100 } }], failoverPriority: ['x'] }, outlierDetection: {} },
      'distribute is given together with failover',
    ],
    ['a warm-up of nothing', { warmup: { duration: Duration.seconds(0) } }, "the warm-up's duration is a duration"],
    ['no client certificate', { tls: ClientTls.mutual({}) }, 'mutual TLS has no client certificate'],
    [
      'certificates of two kinds',
      { tls: ClientTls.simple({ credentialName: 'a', caCertificates: '/b' }) },
      'credentialName is given together with files',
    ],
    ['a port without settings', { portLevelSettings: [{ port: 80 }] }, 'trafficPolicy of port 80 is empty'],
    [
      'a port twice',
      { portLevelSettings: Array(2).fill({ port: 80, tls: ClientTls.disable() }) },
      'trafficPolicy has port 80 twice',
    ],
    ['a port that is none', { portLevelSettings: [{ port: 0, tls: ClientTls.disable() }] }, 'portLevelSettings is 0'],
  ])('is refused with %s', (_, policy, message) => {
    expect(problems(policy)).toContain(message);
  });
});
