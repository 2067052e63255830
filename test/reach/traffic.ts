// Traffic splits that, together, use every option.
import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  ClientTls,
  Destination,
  GatewayApiTrafficSplit,
  GatewayParent,
  GatewayServer,
  GrpcRoute,
  HttpMatch,
  HttpRewrite,
  HttpRoute,
  IstioDestinationRule,
  IstioGateway,
  IstioTrafficSplit,
  LoadBalancer,
  LoadBalancerAlgorithm,
  PortTrafficPolicy,
  ProxyProtocol,
  RedirectPort,
  SplitBy,
  StringMatch,
  TcpRoute,
  TlsRoute,
  TlsVersion,
  TrafficPolicy,
  UnmatchedPreflights,
} from '../../src';

const SECOND = Duration.seconds(1);
const OPERATIONS = { set: { a: 'b' }, add: { c: 'd' }, remove: ['e'] };
const VERSION = { request: OPERATIONS, response: OPERATIONS };
const ALL_MATCHES = [StringMatch.exact('a'), StringMatch.prefix('a'), StringMatch.regex('a')];
const SOURCE = {
  gateways: [IstioGateway.MESH],
  destinationSubnets: ['10.0.0.0/8'],
  sourceLabels: { app: 'shop' },
  sourceNamespace: 'shop',
};
const at = (host: string) => Destination.host(host, { port: 80 });
const PRESENT = (match: StringMatch) => ({ 'x-a': match });

const routes = [
  HttpRoute.redirect(
    'moved',
    { uri: '/', authority: 'a.example.com', scheme: 'https', port: 8443, redirectCode: 308 },
    { matches: [HttpMatch.exact('/moved')] },
  ),
  HttpRoute.redirect(
    'moved-port',
    { uri: '/', derivePort: RedirectPort.FROM_REQUEST_PORT },
    { matches: [HttpMatch.exact('/port')] },
  ),
  HttpRoute.respond('gone', { status: 410, body: 'gone' }, { matches: [HttpMatch.exact('/gone')] }),
  HttpRoute.to('docs', Destination.host('docs', { port: 80, subset: 'v1' }), {
    matches: [HttpMatch.regex('/docs.*')],
    rewrite: HttpRewrite.uriRegex('a', 'b'),
    fault: { abort: { grpcStatus: 'UNAVAILABLE', percentage: 1 } },
    mirrors: [{ destination: Destination.host('copy', { port: 80, subset: 'v1' }), percentage: 5 }],
  }),
  HttpRoute.split('primary', {
    matches: ALL_MATCHES.map((match) =>
      HttpMatch.prefix('/', {
        method: match,
        headers: PRESENT(match),
        withoutHeaders: PRESENT(match),
        queryParams: PRESENT(match),
        authority: match,
        scheme: match,
        port: 80,
        gateways: [IstioGateway.MESH],
        sourceLabels: { app: 'shop' },
        sourceNamespace: 'shop',
        ignoreUriCase: true,
        statPrefix: 'shop',
      }),
    ),
    cors: {
      allowOrigins: ALL_MATCHES,
      allowMethods: ['GET'],
      allowHeaders: ['a'],
      exposeHeaders: ['b'],
      maxAge: SECOND,
      allowCredentials: true,
      unmatchedPreflights: UnmatchedPreflights.IGNORE,
    },
    requestHeaders: OPERATIONS,
    responseHeaders: OPERATIONS,
    canaryHeaders: VERSION,
    stableHeaders: VERSION,
    rewrite: HttpRewrite.uri('/', { authority: 'a.example.com' }),
    timeout: SECOND,
    retries: {
      attempts: 1,
      perTryTimeout: SECOND,
      retryOn: ['5xx'],
      backoff: SECOND,
      retryRemoteLocalities: true,
      retryIgnorePreviousHosts: false,
    },
    fault: {
      delay: { fixedDelay: SECOND, percentage: 1 },
      abort: { httpStatus: 503, percentage: 1 },
    },
  }),
];

const TLS = {
  caCertificates: 'ca.pem',
  clientCertificate: 'cert.pem',
  privateKey: 'key.pem',
  subjectAltNames: ['a'],
  sni: 'a.example.com',
  caCrl: 'crl.pem',
};

/** Policies that have every field between them. */
const PORT_POLICIES: PortTrafficPolicy[] = [
  {
    connectionPool: {
      maxConnections: 1,
      connectTimeout: SECOND,
      maxConnectionDuration: SECOND,
      tcpIdleTimeout: SECOND,
      tcpKeepalive: { probes: 3, time: SECOND, interval: SECOND },
      http1MaxPendingRequests: 1,
      http2MaxRequests: 1,
      maxRequestsPerConnection: 1,
      maxRetries: 1,
      maxConcurrentStreams: 1,
      idleTimeout: SECOND,
      h2Upgrade: true,
    },
    outlierDetection: {
      consecutive5xxErrors: 1,
      consecutiveGatewayErrors: 1,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 1,
      interval: SECOND,
      baseEjectionTime: SECOND,
      maxEjectionPercent: 10,
      minHealthPercent: 50,
    },
    loadBalancer: LoadBalancer.consistentHashCookie('user', {
      ttl: SECOND,
      path: '/',
      attributes: { SameSite: 'Lax' },
      minimumRingSize: 2048,
    }),
    locality: { enabled: true, distribute: [{ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }] },
    warmup: { duration: SECOND, minimumPercent: 10, aggression: 2 },
    tls: ClientTls.mutual(TLS),
  },
  {
    connectionPool: { useClientProtocol: true },
    outlierDetection: {},
    loadBalancer: LoadBalancer.consistentHashHeader('x-user', { maglevTableSize: 65537 }),
    locality: { failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['region'] },
    tls: ClientTls.simple({ credentialName: 'a' }),
  },
  { tls: ClientTls.simple({ insecureSkipVerify: true }) },
  { loadBalancer: LoadBalancer.consistentHashQueryParameter('user') },
  { loadBalancer: LoadBalancer.consistentHashSourceIp() },
  { loadBalancer: LoadBalancer.simple(LoadBalancerAlgorithm.RANDOM) },
];

const POLICIES: TrafficPolicy[] = PORT_POLICIES.map((policy) => ({
  ...policy,
  retryBudget: { percent: 20, minRetryConcurrency: 3 },
  proxyProtocol: ProxyProtocol.V2,
  portLevelSettings: PORT_POLICIES.map((one, i) => ({ port: i + 1, ...one })),
}));

const MUTUAL = {
  minProtocolVersion: TlsVersion.V1_2,
  maxProtocolVersion: TlsVersion.V1_3,
  cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
  caCertCredentialName: 'clients',
  subjectAltNames: ['spiffe://a'],
  verifyCertificateHash: ['ab'.repeat(32)],
  verifyCertificateSpki: [`${'a'.repeat(43)}=`],
};

/** Every field of Gateways, VirtualServices and DestinationRules. */
export function istioObjects(scope: Construct): IstioTrafficSplit[] {
  const hosts = ['a.example.com'];
  const versions = { stable: at('checkout-stable'), canary: at('checkout-canary') };
  new IstioGateway(scope, 'gateway', {
    selector: { istio: 'ingressgateway' },
    servers: [
      GatewayServer.httpsRedirect({ hosts, portName: 'redirect', bind: '10.0.0.1', name: 'redirect' }),
      GatewayServer.mutualTls('certificate', { hosts, ...MUTUAL }),
      GatewayServer.https('rsa', { hosts, portName: 'both', furtherCredentialNames: ['ecdsa'] }),
    ],
  });
  POLICIES.forEach((trafficPolicy, i) => {
    new IstioDestinationRule(scope, `rule${i}`, {
      host: 'checkout',
      trafficPolicy,
      subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy }],
      workloadSelector: { app: 'shop' },
      exportTo: ['.'],
    });
  });
  const inMesh = { hosts, gateways: [IstioGateway.MESH], exportTo: ['.'], ...versions };
  return [
    new IstioTrafficSplit(scope, 'all', {
      ...inMesh,
      routes,
      tlsRoutes: [TlsRoute.split({ sniHosts: hosts, port: 443, ...SOURCE })],
      tcpRoutes: [TcpRoute.split({ port: 1, ...SOURCE })],
    }),
    new IstioTrafficSplit(scope, 'several', {
      ...inMesh,
      furtherVirtualServices: [
        {
          name: 'further',
          hosts,
          tlsRoutes: [TlsRoute.split({ sniHosts: hosts, port: 443 })],
          tcpRoutes: [TcpRoute.split({ port: 1 })],
        },
      ],
    }),
    new IstioTrafficSplit(scope, 'subsets', {
      ...inMesh,
      splitBy: SplitBy.subsets({ additional: [{ name: 'debug', labels: { debug: 'true' }, weight: 1 }] }),
      tlsRoutes: [TlsRoute.split({ sniHosts: hosts })],
      tcpRoutes: [TcpRoute.split()],
    }),
  ];
}

/** Every field of HTTPRoutes and GRPCRoutes that the plugin knows what to do with. */
export function gatewayApiObjects(scope: Construct): GatewayApiTrafficSplit {
  const headers = { a: StringMatch.exact('b'), c: StringMatch.regex('d') };
  return new GatewayApiTrafficSplit(scope, 'gateway-api', {
    hosts: ['a.example.com'],
    parents: [GatewayParent.gateway('public', { namespace: 'infra', sectionName: 'https', port: 443 })],
    stable: at('checkout-stable'),
    canary: at('checkout-canary'),
    routes: [
      HttpRoute.redirect(
        'moved',
        { uri: '/', authority: 'a.example.com', scheme: 'https', port: 8443, redirectCode: 301 },
        { matches: [HttpMatch.exact('/moved')] },
      ),
      HttpRoute.split('primary', {
        matches: [HttpMatch.prefix('/', { method: StringMatch.exact('GET'), headers, queryParams: headers })],
        requestHeaders: OPERATIONS,
        responseHeaders: OPERATIONS,
        rewrite: HttpRewrite.uri('/a', { authority: 'a.example.com' }),
        mirrors: [{ destination: at('copy'), percentage: 5 }],
        timeout: SECOND,
      }),
      HttpRoute.split('rest', { matches: [HttpMatch.exact('/b')], rewrite: HttpRewrite.uri('/a') }),
    ],
    grpcRoutes: [
      GrpcRoute.split('calls', {
        matches: [{ service: 'shop.v1.Checkout', method: 'Pay', headers }],
        requestHeaders: OPERATIONS,
        responseHeaders: OPERATIONS,
        mirrors: [{ destination: at('copy'), percentage: 5 }],
      }),
    ],
  });
}
