// Settings of Istio that a canary seldom needs and Flagger's users had: what they become, and what of them is refused.
import { Duration } from 'cdk8s';
import {
  ClientTls,
  Destination,
  GatewayServer,
  GatewayServerOptions,
  HttpMatch,
  HttpRoute,
  IstioDestinationRule,
  IstioGateway,
  IstioTrafficSplit,
  LoadBalancer,
  RedirectPort,
  SameSite,
  StickyCanary,
  TcpRoute,
  TcpRouteOptions,
  TrafficPolicy,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const SECOND = Duration.seconds(1);
const hosts = ['checkout.example.com'];
const gateway = (...servers: GatewayServer[]) =>
  refusal((scope) => new IstioGateway(scope, 'gateway', { servers })).join('\n');
const mutual = (options: Partial<GatewayServerOptions>) => gateway(GatewayServer.mutualTls('a', { hosts, ...options }));
const policy = (trafficPolicy: TrafficPolicy) =>
  refusal((scope) => new IstioDestinationRule(scope, 'rule', { host: 'checkout', trafficPolicy })).join('\n');
const balanced = (loadBalancer: LoadBalancer) => policy({ loadBalancer });
const split = (routes: HttpRoute[] | undefined, tcp?: TcpRouteOptions) => ({
  hosts: ['checkout'],
  gateways: [IstioGateway.MESH],
  stable: Destination.host('checkout-stable'),
  canary: Destination.host('checkout-canary'),
  routes,
  tcpRoutes: tcp && [TcpRoute.split(tcp)],
});
const routed = (...routes: HttpRoute[]) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', split(routes))).join('\n');
const connected = (tcp: TcpRouteOptions) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', split(undefined, tcp))).join('\n');

test('testers see by a response header that the canary answered, whether a cookie keeps them there or not', () => {
  const canaryHeaders = { response: { add: { 'x-version': 'canary' } } };
  const routes = [HttpRoute.split('primary', { canaryHeaders, stableHeaders: { request: { remove: ['x-debug'] } } })];
  const made = (stickyCanary?: { value: string }) =>
    only(
      synthesize((chart) => new IstioTrafficSplit(chart, 'checkout', { ...split(routes), stickyCanary })),
      'VirtualService',
    ).spec.http;
  const [{ route }] = made();
  expect(route[0].headers).toEqual({ request: { remove: ['x-debug'] } });
  expect(route[1].headers).toEqual(canaryHeaders);
  const [sticky, primary] = made({ value: '2' });
  expect(sticky.route[0].headers).toEqual(canaryHeaders);
  expect(primary.route[1].headers.response.add).toMatchObject({
    'x-version': 'canary',
    'set-cookie': expect.stringMatching(/^canary=2;/),
  });
});

test('clients of the stable version can be kept there too, and the cookies have all attributes that a browser needs', () => {
  const stickyCanary = {
    value: '2',
    stableCookie: 'primary',
    domain: 'example.com',
    path: '/shop',
    httpOnly: false,
    secure: true,
    sameSite: SameSite.NONE,
    partitioned: true,
  };
  const { http } = only(
    synthesize((chart) => new IstioTrafficSplit(chart, 'checkout', { ...split(undefined), stickyCanary })),
    'VirtualService',
  ).spec;
  expect(http.map(({ name }: { name: string }) => name)).toEqual([
    'primary-sticky',
    'primary-sticky-stable',
    'primary',
  ]);
  expect(http[1]).toMatchObject({
    match: [{ headers: { cookie: { regex: '^(.*;\\s*)?primary=2(;.*)?$' } } }],
    route: [{ destination: { host: 'checkout-stable' } }],
  });
  const cookies = http[2].route.map((one: Manifest) => one.headers.response.add['set-cookie']);
  const rest = 'Max-Age=3600; Domain=example.com; Path=/shop; Secure; SameSite=None; Partitioned';
  expect(cookies).toEqual([`primary=2; ${rest}`, `canary=2; ${rest}`]);
});

test.each<[string, Partial<StickyCanary>, string]>([
  ['one name for both cookies', { stableCookie: 'canary' }, "cookie and stableCookie are both 'canary'"],
  ['a cookie for other sites without HTTPS', { sameSite: SameSite.NONE }, 'sameSite is NONE without secure'],
  ['a path that is none', { path: 'shop' }, "path is 'shop', which is no path"],
  ['a domain that is none', { domain: 'a b' }, "stickyCanary: domain is 'a b'"],
])('%s is refused', (_, stickyCanary, message) => {
  const made = { ...split(undefined), stickyCanary: { value: '2', ...stickyCanary } };
  expect(refusal((scope) => new IstioTrafficSplit(scope, 'checkout', made)).join('\n')).toContain(message);
});

test('a gateway shows one of several certificates, and names all Secrets in one list', () => {
  const servers = [GatewayServer.https('rsa', { hosts, furtherCredentialNames: ['ecdsa'] })];
  const [server] = only(
    synthesize((chart) => new IstioGateway(chart, 'gateway', { servers })),
    'Gateway',
  ).spec.servers;
  expect(server.tls).toEqual({ mode: 'SIMPLE', credentialNames: ['rsa', 'ecdsa'] });
});

describe('refused:', () => {
  test.each<[string, string, string]>([
    [
      'clients’ certificates that nobody asks for',
      gateway(GatewayServer.https('a', { hosts, subjectAltNames: ['b'] })),
      "server 'https' asks clients for no certificate, so subjectAltNames do nothing; use a mutualTls server",
    ],
    [
      'settings of TLS that does not end here',
      gateway(GatewayServer.tlsPassthrough({ hosts, cipherSuites: ['a'] })),
      "server 'tls' ends no TLS, so cipherSuites do nothing",
    ],
    [
      'a certificate beside the mesh’s own',
      gateway(GatewayServer.istioMutual({ hosts, furtherCredentialNames: ['a'] })),
      "has the mesh's own certificate; leave furtherCredentialNames out",
    ],
    ['a hash that is none', mutual({ verifyCertificateHash: ['abc'] }), "verifyCertificateHash has 'abc'"],
    ['a key’s hash that is none', mutual({ verifyCertificateSpki: ['abc'] }), "verifyCertificateSpki has 'abc'"],
    [
      'two layouts of one hash',
      balanced(LoadBalancer.consistentHashSourceIp({ minimumRingSize: 2048, maglevTableSize: 65537 })),
      'minimumRingSize is given together with maglevTableSize',
    ],
    [
      'a table whose size is no prime',
      balanced(LoadBalancer.consistentHashHeader('x-user', { maglevTableSize: 65536 })),
      'maglevTableSize is 65536; use a prime number below 5000011',
    ],
    [
      'an attribute without a name',
      balanced(LoadBalancer.consistentHashCookie('user', { attributes: { '': 'Lax' } })),
      'an attribute of the cookie has an empty name',
    ],
    [
      'two protocols at once',
      policy({ connectionPool: { h2Upgrade: true, useClientProtocol: true } }),
      'useClientProtocol is given together with h2Upgrade, which Istio refuses',
    ],
    ['a keep-alive of nothing', policy({ connectionPool: { tcpKeepalive: {} } }), 'tcpKeepalive is empty'],
    [
      'failures that are not counted apart',
      policy({ outlierDetection: { consecutiveLocalOriginFailures: 3 } }),
      'consecutiveLocalOriginFailures does nothing without splitExternalLocalOriginErrors: true',
    ],
    ['more retries than requests', policy({ retryBudget: { percent: 101 } }), 'the percent of retryBudget is 101'],
    ['a warm-up backwards', policy({ warmup: { duration: SECOND, aggression: 0 } }), 'aggression is 0'],
    [
      'a certificate that is checked and taken unseen',
      policy({ tls: ClientTls.simple({ insecureSkipVerify: true, caCertificates: 'ca.pem' }) }),
      'insecureSkipVerify is given together with what the certificate would be checked against',
    ],
    [
      'two ports of a redirect',
      routed(
        HttpRoute.redirect(
          'a',
          { port: 80, derivePort: RedirectPort.FROM_REQUEST_PORT },
          { matches: [HttpMatch.exact('/')] },
        ),
        HttpRoute.split('b'),
      ),
      'port is given together with derivePort',
    ],
    [
      'headers of a version that are none',
      routed(HttpRoute.split('a', { canaryHeaders: {} })),
      "canaryHeaders of route 'a' is empty",
    ],
    [
      'a header of a version that is no header',
      routed(HttpRoute.split('a', { stableHeaders: { response: { set: { 'x y': 'z' } } } })),
      "a header of response of stableHeaders of route 'a' is called 'x y'",
    ],
    [
      'a network that is none',
      connected({ destinationSubnets: ['10.0.0.0/33'] }),
      "destinationSubnets has '10.0.0.0/33', which is no network",
    ],
    ['a namespace that is none', connected({ sourceNamespace: 'A' }), "sourceNamespace is 'A'"],
  ])('%s', (_, found, message) => {
    expect(found).toContain(message);
    expect(found.split('\n')).toHaveLength(1);
  });
});
