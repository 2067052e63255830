import * as kplus from 'cdk8s-plus-27';
import {
  Destination,
  GatewayServer,
  HttpMatch,
  HttpRoute,
  IstioApiVersion,
  IstioGateway,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
} from '../../src';
import { only, refusal, synthesize } from '../synthesized';

const HOSTS = ['checkout.example.com'];
const PROPS: IstioTrafficSplitProps = {
  hosts: HOSTS,
  stable: Destination.host('checkout-stable'),
  canary: Destination.host('checkout-canary'),
};
const splitOf = (props: Partial<IstioTrafficSplitProps> = {}) =>
  synthesize((chart) => new IstioTrafficSplit(chart, 'checkout', { ...PROPS, ...props }));
const virtualServiceOf = (props: Partial<IstioTrafficSplitProps> = {}) => only(splitOf(props), 'VirtualService').spec;

describe('a traffic split', () => {
  test('by itself is a Gateway and a VirtualService', () => {
    expect(splitOf()).toMatchSnapshot();
  });

  test('begins with everything at the stable version, as between rollouts', () => {
    const [route] = virtualServiceOf().http;
    expect(route.route).toEqual([
      { destination: { host: 'checkout-stable' }, weight: 100 },
      { destination: { host: 'checkout-canary' }, weight: 0 },
    ]);
  });

  test('tells the Rollout its Services, its VirtualService and those of its routes that are split', () => {
    synthesize((chart) => {
      const split = new IstioTrafficSplit(chart, 'checkout', {
        ...PROPS,
        routes: [
          HttpRoute.to('docs', Destination.host('docs'), { matches: [HttpMatch.prefix('/docs')] }),
          HttpRoute.split('api', { matches: [HttpMatch.prefix('/api')] }),
          HttpRoute.split('rest'),
        ],
      });
      expect(split.toTrafficRouting()).toEqual({
        stableService: 'checkout-stable',
        canaryService: 'checkout-canary',
        routing: { istio: { virtualService: { name: 'checkout-vsvc', routes: ['api', 'rest'] } } },
        routeNames: ['docs', 'api', 'rest'],
      });
    });
  });

  test('keeps the order of the routes, and gives each its matches', () => {
    const { http } = virtualServiceOf({
      routes: [
        HttpRoute.split('primary', {
          matches: [HttpMatch.exact('/'), HttpMatch.prefix('/cart'), HttpMatch.regex('/users/[0-9]+')],
        }),
        HttpRoute.to('docs', Destination.host('docs.web.svc.cluster.local', { port: 8080 })),
      ],
    });
    expect(http.map(({ name }: { name: string }) => name)).toEqual(['primary', 'docs']);
    expect(http[0].match).toEqual([
      { uri: { exact: '/' } },
      { uri: { prefix: '/cart' } },
      { uri: { regex: '/users/[0-9]+' } },
    ]);
    expect(http[1].route).toEqual([{ destination: { host: 'docs.web.svc.cluster.local', port: { number: 8080 } } }]);
  });

  test('is bound to existing gateways and to the mesh, and then makes none', () => {
    const manifests = splitOf({ gateways: [IstioGateway.fromRef('istio-system/public'), IstioGateway.MESH] });
    expect(manifests.map(({ kind }) => kind)).toEqual(['VirtualService']);
    expect(manifests[0].spec.gateways).toEqual(['istio-system/public', 'mesh']);
  });

  test('ends TLS at its gateway, and sends HTTP there', () => {
    const hosts = HOSTS;
    const { servers, selector } = only(
      splitOf({
        servers: [GatewayServer.https('checkout-cert', { hosts }), GatewayServer.httpsRedirect({ hosts })],
        gatewaySelector: { istio: 'public' },
      }),
      'Gateway',
    ).spec;
    expect(selector).toEqual({ istio: 'public' });
    expect(servers).toEqual([
      {
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        hosts,
        tls: { mode: 'SIMPLE', credentialName: 'checkout-cert' },
      },
      { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts, tls: { httpsRedirect: true } },
    ]);
  });

  test('asks clients for certificates if configured', () => {
    const server = GatewayServer.mutualTls('certs', { hosts: HOSTS, port: 8443, portName: 'partners' });
    expect(only(splitOf({ servers: [server] }), 'Gateway').spec.servers).toEqual([
      {
        port: { number: 8443, name: 'partners', protocol: 'HTTPS' },
        hosts: HOSTS,
        tls: { mode: 'MUTUAL', credentialName: 'certs' },
      },
    ]);
  });

  test('is written in the version that an old mesh reads', () => {
    const versions = (props: Partial<IstioTrafficSplitProps>) => splitOf(props).map(({ apiVersion }) => apiVersion);
    expect(versions({})).toEqual(['networking.istio.io/v1', 'networking.istio.io/v1']);
    expect(versions({ apiVersion: IstioApiVersion.V1ALPHA3 })).toEqual(Array(2).fill('networking.istio.io/v1alpha3'));
  });

  test('leads to Services that are constructs', () => {
    const manifests = synthesize((chart) => {
      const service = (name: string) =>
        new kplus.Service(chart, name, { metadata: { name }, ports: [{ port: 80 }, { port: 81, name: 'b' }] });
      new IstioTrafficSplit(chart, 'checkout', {
        ...PROPS,
        stable: Destination.service(service('blue'), { port: 80 }),
        canary: Destination.service(service('green'), { port: 80 }),
      });
    });
    const [stable, canary] = only(manifests, 'VirtualService').spec.http[0].route;
    expect(stable.destination).toEqual({ host: 'blue', port: { number: 80 } });
    expect(canary.destination).toEqual({ host: 'green', port: { number: 80 } });
  });
});

describe('a traffic split is refused', () => {
  const problems = (props: Partial<IstioTrafficSplitProps>) =>
    refusal((scope) => new IstioTrafficSplit(scope, 'checkout', { ...PROPS, ...props }));

  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    ['for a host that is no host', { hosts: ['http://x/'] }, "a host is 'http://x/', which is no host"],
    ['without a host', { hosts: [] }, 'hosts is empty'],
    [
      'for every host on the mesh',
      { hosts: ['*'], gateways: [IstioGateway.MESH] },
      "a host is '*' on the mesh gateway",
    ],
    ['without a gateway', { gateways: [] }, 'gateways is empty'],
    ['with one Service for both', { canary: PROPS.stable }, "are both 'checkout-stable'"],
    [
      'with one Service for both, by its full name',
      { canary: Destination.host('checkout-stable.shop.svc') },
      'are both',
    ],
    [
      'for a destination that is no host',
      { stable: Destination.host('a b') },
      "the stable destination's host is 'a b'",
    ],
    ['for a destination that is no one host', { canary: Destination.host('*') }, 'name one Service, no wildcard'],
    ['for a port that is none', { stable: Destination.host('a', { port: 0 }) }, "the stable destination's port is 0"],
    ['without a split', { routes: [HttpRoute.to('a', Destination.host('a'))] }, 'no route is split'],
    [
      'with two routes of one name',
      { routes: [HttpRoute.split('a'), HttpRoute.split('a')] },
      "two routes are called 'a'",
    ],
    ['with a route of no name', { routes: [HttpRoute.split('')] }, 'a route has an empty name'],
    [
      'for a path that is none',
      { routes: [HttpRoute.split('a', { matches: [HttpMatch.exact('err')] })] },
      "matches 'err', which is no path",
    ],
    ['with a server of no host', { servers: [GatewayServer.http({ hosts: [] })] }, "server 'http' has no host"],
    [
      'with two ports of one name',
      { servers: Array(2).fill(GatewayServer.http({ hosts: ['a.b'] })) },
      "two servers have the port name 'http'",
    ],
    [
      'without a certificate',
      { servers: [GatewayServer.https(' ', { hosts: ['a.b'] })] },
      'has an empty credentialName',
    ],
    ['without a server', { servers: [] }, 'servers is empty'],
    ['for names that are none', { virtualServiceName: 'a_b', gatewayName: 'c_d' }, "'a_b', which is no DNS label"],
  ])('%s', (_, props, message) => {
    expect(problems(props).join('\n')).toContain(message);
  });
});
