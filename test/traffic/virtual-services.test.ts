import { App, Chart, Testing } from 'cdk8s';
import {
  CanaryApp,
  CanaryStep,
  Destination,
  GatewayServer,
  HttpRoute,
  IstioGateway,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
  TcpRoute,
  TlsRoute,
  TlsVersion,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const VERSIONS = { stable: Destination.host('checkout-stable'), canary: Destination.host('checkout-canary') };
const PROPS: IstioTrafficSplitProps = { ...VERSIONS, hosts: ['checkout.example.com'] };
const splitOf = (props: Partial<IstioTrafficSplitProps> = {}, namespace?: string) => {
  const chart = new Chart(new App(), 'shop', { namespace });
  const split = new IstioTrafficSplit(chart, 'checkout', { ...PROPS, ...props });
  const istio = JSON.parse(JSON.stringify(split.toTrafficRouting().routing.istio));
  const manifests: Manifest[] = Testing.synth(chart);
  return { istio, manifests, services: manifests.filter(({ kind }) => kind === 'VirtualService') };
};
const problems = (props: Partial<IstioTrafficSplitProps>) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', { ...PROPS, ...props })).join('\n');
const BOTH = [
  { destination: { host: 'checkout-stable' }, weight: 100 },
  { destination: { host: 'checkout-canary' }, weight: 0 },
];

test('of several ports of the Services, each split route says which', () => {
  const ports = { http: 80, admin: 9000 };
  const silent = { ports, routes: [HttpRoute.split('primary')] };
  const message =
    "the Services have several ports, http (80), admin (9000), and a split route does not say which; give both versions' destinations a port, or the route its portName";
  expect(problems(silent)).toContain(message);
  expect(problems({ ...silent, tlsRoutes: [TlsRoute.split({ sniHosts: ['checkout.example.com'] })] })).toContain(
    message,
  );
  const [stable, canary] = [80, 80].map((port, i) => Destination.host(`checkout-${['stable', 'canary'][i]}`, { port }));
  for (const props of [
    { ports, routes: [HttpRoute.split('primary', { portName: 'http' })] },
    { ports: { http: 80 }, routes: [HttpRoute.split('primary')] },
    { ...silent, stable, canary },
  ])
    expect(splitOf(props).services).toHaveLength(1);
});

describe('several VirtualServices', () => {
  test('split by the same weights: one for the hosts, one for the mesh, and whatever else there is', () => {
    const { istio, services } = splitOf({
      meshHosts: ['checkout'],
      furtherVirtualServices: [
        {
          name: 'checkout-admin',
          hosts: ['admin.example.com'],
          gateways: [IstioGateway.fromRef('internal')],
          routes: [HttpRoute.split('admin')],
        },
      ],
    });
    expect(services.map(({ metadata: { name }, spec: { hosts, gateways } }) => [name, hosts, gateways])).toEqual([
      ['checkout-vsvc', ['checkout.example.com'], ['checkout-gateway']],
      ['checkout-vsvc-mesh', ['checkout'], ['mesh']],
      ['checkout-admin', ['admin.example.com'], ['internal']],
    ]);
    expect(services.map(({ spec }) => spec.http[0].route)).toEqual([BOTH, BOTH, BOTH]);
    expect(istio).toEqual({
      virtualServices: [
        { name: 'checkout-vsvc', routes: ['primary'] },
        { name: 'checkout-vsvc-mesh', routes: ['primary'] },
        { name: 'checkout-admin', routes: ['admin'] },
      ],
    });
  });

  test('in an app whose callers inside the mesh are split too', () => {
    const manifests = synthesize(
      (chart) =>
        new CanaryApp(chart, 'checkout', {
          image: 'registry.example.com/checkout:1.4.2',
          port: 8080,
          hosts: ['*'],
          splitInMesh: true,
          steps: [CanaryStep.setWeight(50)],
        }),
    );
    const services = manifests.filter(({ kind }) => kind === 'VirtualService');
    expect(services.map(({ spec }) => spec.hosts)).toEqual([['*'], ['checkout']]);
    expect(only(manifests, 'Rollout').spec.strategy.canary.trafficRouting.istio.virtualServices).toHaveLength(2);
    expect(manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name)).toContain(
      'checkout',
    );
  });

  test('must have different names', () => {
    const furtherVirtualServices = [{ name: 'checkout-vsvc', hosts: ['a.example.com'] }];
    expect(problems({ furtherVirtualServices })).toContain("two VirtualServices are called 'checkout-vsvc'");
  });
});

describe('a VirtualService in another namespace', () => {
  const { istio, services, manifests } = splitOf({ virtualServiceNamespace: 'edge' }, 'shop');

  test('is named with it by the Rollout', () => {
    expect(services[0].metadata).toMatchObject({ name: 'checkout-vsvc', namespace: 'edge' });
    expect(istio.virtualService.name).toBe('checkout-vsvc.edge');
  });

  test('names the Services and the Gateway in full', () => {
    expect(services[0].spec.http[0].route.map((one: Manifest) => one.destination.host)).toEqual([
      'checkout-stable.shop.svc.cluster.local',
      'checkout-canary.shop.svc.cluster.local',
    ]);
    expect(services[0].spec.gateways).toEqual(['shop/checkout-gateway']);
    expect(only(manifests, 'Gateway').metadata.namespace).toBe('shop');
  });

  test('needs to know which namespace the Services are in', () => {
    expect(problems({ virtualServiceNamespace: 'edge' })).toContain('give the Chart its namespace');
  });

  test('is no other one when it is the Chart’s', () => {
    const same = splitOf({ virtualServiceNamespace: 'shop' }, 'shop');
    expect(same.istio.virtualService.name).toBe('checkout-vsvc');
    expect(same.services[0].spec.http[0].route).toEqual(BOTH);
  });
});

describe('existing VirtualServices', () => {
  test('are referenced, not owned', () => {
    const { istio, manifests } = splitOf({
      hosts: undefined,
      existingVirtualServices: [
        { name: 'legacy', routes: ['api', 'web'] },
        {
          name: 'edge',
          namespace: 'istio-config',
          tlsRoutes: [{ sniHosts: ['a.example.com'], port: 443 }],
          tcpPorts: [5432],
        },
      ],
    });
    expect(manifests).toEqual([]);
    expect(istio).toEqual({
      virtualServices: [
        { name: 'legacy', routes: ['api', 'web'] },
        {
          name: 'edge.istio-config',
          tlsRoutes: [{ port: 443, sniHosts: ['a.example.com'] }],
          tcpRoutes: [{ port: 5432 }],
        },
      ],
    });
  });

  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    ['none', { existingVirtualServices: [] }, 'existingVirtualServices is empty'],
    ['a name with a namespace in it', { existingVirtualServices: [{ name: 'a.b' }] }, "VirtualService is 'a.b'"],
    ['a route of no name', { existingVirtualServices: [{ name: 'a', routes: [''] }] }, 'a route has an empty name'],
    [
      'routes beside them',
      { existingVirtualServices: [{ name: 'a' }], routes: [HttpRoute.split('a')], meshHosts: ['b'] },
      'existingVirtualServices is given together with routes, meshHosts',
    ],
    [
      'TLS routes of no server',
      { existingVirtualServices: [{ name: 'a', tlsRoutes: [{ sniHosts: [] }] }] },
      'a TLS route has no sniHosts',
    ],
  ])('are refused with %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});

describe('connections', () => {
  test('of TLS are split by server name, behind a Gateway that passes them through', () => {
    const hosts = ['db.example.com', 'other.example.com'];
    const { istio, services, manifests } = splitOf({
      hosts,
      servers: [GatewayServer.tlsPassthrough({ hosts })],
      tlsRoutes: [
        TlsRoute.split({ sniHosts: ['db.example.com'], port: 443 }),
        TlsRoute.to(Destination.host('other'), { sniHosts: ['other.example.com'] }),
      ],
    });
    expect(services[0].spec).toEqual({
      gateways: ['checkout-gateway'],
      hosts,
      tls: [
        { match: [{ sniHosts: ['db.example.com'], port: 443 }], route: BOTH },
        { match: [{ sniHosts: ['other.example.com'] }], route: [{ destination: { host: 'other' } }] },
      ],
    });
    expect(only(manifests, 'Gateway').spec.servers[0]).toEqual({
      port: { number: 443, name: 'tls', protocol: 'TLS' },
      hosts,
      tls: { mode: 'PASSTHROUGH' },
    });
    expect(istio.virtualService).toEqual({
      name: 'checkout-vsvc',
      tlsRoutes: [{ port: 443, sniHosts: ['db.example.com'] }],
    });
  });

  test('of TCP are split by port', () => {
    const { istio, services } = splitOf({
      hosts: ['*'],
      servers: [GatewayServer.tcp(5432, { hosts: ['*'] }), GatewayServer.tcp(9000, { hosts: ['*'], portName: 'aux' })],
      tcpRoutes: [TcpRoute.split({ port: 5432 }), TcpRoute.to(Destination.host('aux'), { port: 9000 })],
    });
    expect(services[0].spec.tcp).toEqual([
      { match: [{ port: 5432 }], route: BOTH },
      { match: [{ port: 9000 }], route: [{ destination: { host: 'aux' } }] },
    ]);
    expect(istio.virtualService).toEqual({ name: 'checkout-vsvc', tcpRoutes: [{ port: 5432 }] });
  });

  test('of one TCP route need no port', () => {
    const { istio, services } = splitOf({
      hosts: ['checkout'],
      gateways: [IstioGateway.MESH],
      tcpRoutes: [TcpRoute.split()],
    });
    expect(services[0].spec.tcp).toEqual([{ route: BOTH }]);
    expect(istio.virtualService).toEqual({ name: 'checkout-vsvc' });
  });

  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    ['for no server', { tlsRoutes: [TlsRoute.split({ sniHosts: [] })] }, 'a TLS route has no sniHosts'],
    [
      'for a server that is none of the hosts',
      { tlsRoutes: [TlsRoute.split({ sniHosts: ['x.other.com'] })] },
      "'x.other.com' is none of the hosts (checkout.example.com)",
    ],
    [
      'behind a Gateway that opens them',
      { tlsRoutes: [TlsRoute.split({ sniHosts: ['checkout.example.com'] })] },
      'there are TLS routes, and no server of the Gateway serves them; add a tlsPassthrough server',
    ],
    [
      'when HTTP cannot be read',
      { servers: [GatewayServer.tlsPassthrough({ hosts: ['checkout.example.com'] })] },
      'there are HTTP routes, and no server of the Gateway serves them',
    ],
    ['for a port that is none', { tcpRoutes: [TcpRoute.split({ port: 0 })] }, 'the port of a TCP route is 0'],
  ])('are refused %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});

describe('a Gateway', () => {
  const hosts = ['checkout.example.com'];
  const serversOf = (...servers: GatewayServer[]) => only(splitOf({ servers }).manifests, 'Gateway').spec.servers;

  test('listens in many ways at once', () => {
    const servers = serversOf(
      GatewayServer.https('cert', { hosts, minProtocolVersion: TlsVersion.V1_3, cipherSuites: ['AES256-SHA'] }),
      GatewayServer.optionalMutualTls('cert', { hosts, port: 8443, portName: 'partners' }),
      GatewayServer.tls('cert', { hosts, port: 6380, portName: 'redis' }),
      GatewayServer.grpc({ hosts, port: 50051 }),
      GatewayServer.httpsRedirect({ hosts }),
    );
    expect(servers.map((one: Manifest) => [one.port.number, one.port.protocol, one.tls])).toEqual([
      [
        443,
        'HTTPS',
        { mode: 'SIMPLE', credentialName: 'cert', minProtocolVersion: 'TLSV1_3', cipherSuites: ['AES256-SHA'] },
      ],
      [8443, 'HTTPS', { mode: 'OPTIONAL_MUTUAL', credentialName: 'cert' }],
      [6380, 'TLS', { mode: 'SIMPLE', credentialName: 'cert' }],
      [50051, 'GRPC', undefined],
      [80, 'HTTP', { httpsRedirect: true }],
    ]);
  });

  test('can be two: one for outside, one for inside', () => {
    const manifests = synthesize((chart) => {
      const gateway = (name: string, istio: string) =>
        new IstioGateway(chart, name, { servers: [GatewayServer.http({ hosts })], selector: { istio } });
      const gateways = [gateway('external', 'ingressgateway'), gateway('internal', 'internal-gateway')];
      new IstioTrafficSplit(chart, 'checkout', { ...PROPS, gateways });
    });
    expect(manifests.map(({ kind }) => kind)).toEqual(['Gateway', 'Gateway', 'VirtualService']);
    expect(manifests[2].spec.gateways).toEqual(['external', 'internal']);
  });

  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    [
      'that answers for other hosts',
      { servers: [GatewayServer.http({ hosts: ['*.other.com'] })] },
      "no server of the Gateway answers for 'checkout.example.com'; add it to the hosts of one",
    ],
    [
      'that speaks two protocols on a port',
      { servers: [GatewayServer.http({ hosts }), GatewayServer.grpc({ hosts })] },
      'port 80 speaks HTTP at one server and GRPC at another',
    ],
    [
      'with a TLS version where there is no TLS',
      { servers: [GatewayServer.http({ hosts, minProtocolVersion: TlsVersion.V1_3 })] },
      "server 'http' ends no TLS",
    ],
    [
      'of one’s own beside others',
      { gateways: [IstioGateway.MESH], gatewayName: 'x' },
      'gateways is given together with gatewayName',
    ],
    ['of no name', { gateways: [IstioGateway.fromRef('a/b/c')] }, "a gateway is 'a/b/c'"],
  ])('is refused %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});
