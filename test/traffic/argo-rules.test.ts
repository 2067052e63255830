// What Argo Rollouts refuses about traffic, rule by rule: either these constructs refuse it at synthesis, or they cannot
// express it. The numbers are those of docs/guide/traffic.md.
import {
  CanaryServices,
  CanaryStep,
  Destination,
  GatewayServer,
  HeaderMatch,
  HttpMatch,
  HttpRoute,
  IstioGateway,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
  Rollout,
  RolloutStrategy,
  SplitBy,
  TcpRoute,
  TlsRoute,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: IstioTrafficSplitProps = {
  hosts: ['checkout.example.com'],
  stable: Destination.host('checkout-stable'),
  canary: Destination.host('checkout-canary'),
};
const OTHER = Destination.host('other');
const passthrough = [GatewayServer.tlsPassthrough({ hosts: ['*.example.com'] })];
const problems = (props: Partial<IstioTrafficSplitProps>) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', { ...PROPS, ...props })).join('\n');
const rendered = (props: Partial<IstioTrafficSplitProps>, steps = [CanaryStep.setWeight(5)]) => {
  const manifests = synthesize((chart) => {
    const traffic = new IstioTrafficSplit(chart, 'checkout', { ...PROPS, ...props });
    const containers = [{ image: 'checkout:1', portNumber: 8080, ports: [{ name: 'http', number: 8080 }] }];
    const strategy = RolloutStrategy.canary({ traffic, steps });
    const pods = new Rollout(chart, 'rollout', { containers, strategy });
    new CanaryServices(chart, 'services', { name: 'checkout', pods });
  });
  const { canary } = only(manifests, 'Rollout').spec.strategy;
  const services = (manifests as Manifest[]).filter(({ kind }) => kind === 'Service');
  const virtualServices = (manifests as Manifest[]).filter(({ kind }) => kind === 'VirtualService');
  return { canary, services, virtualServices, manifests, istio: canary.trafficRouting.istio };
};

describe('refused at synthesis:', () => {
  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    ['V12: one Service for both versions', { canary: PROPS.stable }, 'Argo Rollouts needs two different Services'],
    ['R13: no VirtualService at all', { existingVirtualServices: [] }, 'existingVirtualServices is empty'],
    ['R15: a VirtualService without routes', { routes: [] }, 'no route is split'],
    [
      'I1: a route that is found by a name which two have',
      { routes: [HttpRoute.split('a', { matches: [HttpMatch.exact('/')] }), HttpRoute.to('a', OTHER)] },
      "two routes are called 'a'; the Rollout finds its routes by name",
    ],
    [
      'I2: a TLS route that is found by what two take',
      {
        hosts: ['*.example.com'],
        servers: passthrough,
        tlsRoutes: [
          TlsRoute.split({ sniHosts: ['a.example.com'] }),
          TlsRoute.to(OTHER, { sniHosts: ['a.example.com'] }),
        ],
      },
      'two TLS routes take the same connections (any port: a.example.com)',
    ],
    [
      'I3: a TCP route that is found by what two take',
      { gateways: [IstioGateway.MESH], tcpRoutes: [TcpRoute.split({ port: 1 }), TcpRoute.to(OTHER, { port: 1 })] },
      'two TCP routes take the same connections (1)',
    ],
    [
      'I4, I5: HTTP routes without the two Services, beside TLS routes with them',
      {
        servers: [...passthrough, GatewayServer.http({ hosts: ['*.example.com'] })],
        routes: [HttpRoute.to('a', OTHER)],
        tlsRoutes: [TlsRoute.split({ sniHosts: ['checkout.example.com'] })],
      },
      'no route is split',
    ],
    [
      'I4, I5: TLS routes without the two Services, beside HTTP routes with them',
      {
        servers: [...passthrough, GatewayServer.http({ hosts: ['*.example.com'] })],
        routes: [HttpRoute.split('a')],
        tlsRoutes: [TlsRoute.to(OTHER, { sniHosts: ['checkout.example.com'] })],
      },
      'no TLS route is split, which Argo Rollouts refuses; make one of them a split, or put them into a VirtualService of their own',
    ],
    [
      'I4, I5: TCP routes without the two Services, beside HTTP routes with them',
      { gateways: [IstioGateway.MESH], routes: [HttpRoute.split('a')], tcpRoutes: [TcpRoute.to(OTHER)] },
      'no TCP route is split, which Argo Rollouts refuses',
    ],
    [
      'I6, I7: subsets of one name',
      { splitBy: SplitBy.subsets({ stableName: 'a', canaryName: 'a' }) },
      'the stable and the canary subset are both called',
    ],
    [
      'R19: subsets of a host that is no Service of all pods',
      { splitBy: SplitBy.subsets({ host: 'checkout-canary' }) },
      'the Service of one version; give the Service of all pods',
    ],
    [
      'R20: hosts that the Gateway does not answer for',
      { servers: [GatewayServer.http({ hosts: ['other.example.com'] })] },
      "no server of the Gateway answers for 'checkout.example.com'",
    ],
    ['R20: a port that is none', { stable: Destination.host('a', { port: 70_000 }) }, "destination's port is 70000"],
    ['R20: a Gateway that is none', { gateways: [IstioGateway.fromRef('A/b')] }, "a gateway is 'A/b'"],
  ])('%s', (_, props, message) => {
    expect(problems(props)).toContain(message);
    expect(problems(props)).toMatch(/^\[shop\/checkout/);
  });

  test('V34: a step that manages a route which is there already, whether it is split or not', () => {
    const found = refusal((scope) => {
      const routes = [HttpRoute.to('beta', OTHER, { matches: [HttpMatch.prefix('/b')] }), HttpRoute.split('rest')];
      const traffic = new IstioTrafficSplit(scope, 'checkout', { ...PROPS, routes });
      const steps = [CanaryStep.setWeight(5), CanaryStep.setMirrorRoute('beta', { matches: [] })];
      const containers = [{ image: 'checkout:1', portNumber: 8080 }];
      new Rollout(scope, 'rollout', { containers, strategy: RolloutStrategy.canary({ traffic, steps }) });
    });
    expect(found.join('\n')).toContain("a step manages the route 'beta', which is a route of the VirtualService too");
  });
});

describe('cannot be expressed:', () => {
  test('V17, R3: a Rollout without its two Services, by subsets too', () => {
    for (const splitBy of [SplitBy.services(), SplitBy.subsets()]) {
      const { canary, services } = rendered({ splitBy });
      const names = services.map(({ metadata }) => metadata.name);
      expect(names).toEqual(expect.arrayContaining([canary.stableService, canary.canaryService]));
    }
  });

  test('R1: a Service whose selector is none of the pods’ labels', () => {
    const { services, manifests } = rendered({});
    const { labels } = only(manifests, 'Rollout').spec.template.metadata;
    for (const { spec } of services) expect(labels).toMatchObject(spec.selector);
  });

  test('R13: virtualService and virtualServices at once', () => {
    expect(Object.keys(rendered({}).istio)).toEqual(['virtualService']);
    expect(Object.keys(rendered({ meshHosts: ['checkout'] }).istio)).toEqual(['virtualServices']);
  });

  test('R14, I1: a VirtualService, or a route in it, that is not there', () => {
    const { istio, virtualServices } = rendered({
      meshHosts: ['checkout'],
      routes: [HttpRoute.split('a', { matches: [HttpMatch.prefix('/a')] }), HttpRoute.split('b')],
    });
    for (const { name, routes } of istio.virtualServices) {
      const { spec } = virtualServices.find(({ metadata }) => metadata.name === name);
      expect(spec.http.map((route: Manifest) => route.name)).toEqual(routes);
    }
  });

  test('R19, I6, I7: a DestinationRule or subsets that are not there', () => {
    const { istio, manifests, virtualServices } = rendered({ splitBy: SplitBy.subsets() });
    const { name, stableSubsetName, canarySubsetName } = istio.destinationRule;
    const rule = only(manifests, 'DestinationRule');
    expect(rule.metadata.name).toBe(name);
    expect(rule.spec.subsets.map((subset: Manifest) => subset.name)).toEqual([stableSubsetName, canarySubsetName]);
    const [{ route }] = virtualServices[0].spec.http;
    expect(route.map((one: Manifest) => one.destination.subset)).toEqual([stableSubsetName, canarySubsetName]);
  });

  test('I8: several routes of which none is named', () => {
    const tlsRoutes = ['a.example.com', 'b.example.com'].map((host) => TlsRoute.split({ sniHosts: [host] }));
    const { istio } = rendered({ hosts: ['*.example.com'], servers: passthrough, tlsRoutes });
    expect(istio.virtualService.tlsRoutes).toHaveLength(2);
    const routes = [HttpRoute.to('docs', OTHER, { matches: [HttpMatch.prefix('/docs')] }), HttpRoute.split('rest')];
    expect(rendered({ routes }).istio.virtualService.routes).toEqual(['rest']);
  });

  test('V33: header and mirror steps without managed routes', () => {
    const steps = [CanaryStep.setWeight(5), CanaryStep.setHeaderRoute('beta', [HeaderMatch.exact('x-beta', '1')])];
    expect(rendered({}, steps).canary.trafficRouting.managedRoutes).toEqual([{ name: 'beta' }]);
  });
});
