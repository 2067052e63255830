import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  CanaryApp,
  CanaryAppProps,
  CanaryStep,
  Destination,
  GatewayApiTrafficSplit,
  GatewayApiTrafficSplitProps,
  GatewayParent,
  GrpcRoute,
  HttpMatch,
  HttpRewrite,
  HttpRoute,
  SidecarInjection,
  StringMatch,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: GatewayApiTrafficSplitProps = {
  hosts: ['checkout.example.com'],
  parents: [GatewayParent.gateway('public', { namespace: 'infra', sectionName: 'https' })],
  stable: Destination.host('checkout-stable', { port: 80 }),
  canary: Destination.host('checkout-canary', { port: 80 }),
};
const splitOf = (props: Partial<GatewayApiTrafficSplitProps> = {}): Manifest[] =>
  synthesize((chart) => new GatewayApiTrafficSplit(chart, 'checkout', { ...PROPS, ...props }));
const rulesOf = (...routes: HttpRoute[]) => only(splitOf({ routes }), 'HTTPRoute').spec.rules;
const problems = (props: Partial<GatewayApiTrafficSplitProps>) =>
  refusal((scope) => new GatewayApiTrafficSplit(scope, 'checkout', { ...PROPS, ...props })).join('\n');

describe('a split by the Gateway API', () => {
  test('is an HTTPRoute, with all that the API server would add to it', () => {
    expect(splitOf()).toMatchSnapshot();
  });

  test('tells the Rollout its Services, and the plugin its routes', () => {
    const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
    const split = new GatewayApiTrafficSplit(chart, 'checkout', {
      ...PROPS,
      routes: [HttpRoute.split('primary')],
      grpcRoutes: [GrpcRoute.split('calls')],
    });
    expect(split.toTrafficRouting()).toEqual({
      stableService: 'checkout-stable',
      canaryService: 'checkout-canary',
      routing: {
        plugins: {
          'argoproj-labs/gatewayAPI': {
            httpRoutes: [{ name: 'checkout-httproute', useHeaderRoutes: true }],
            grpcRoutes: [{ name: 'checkout-grpcroute', useHeaderRoutes: true }],
            namespace: 'shop',
          },
        },
      },
      routeNames: ['primary', 'calls'],
    });
    expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['HTTPRoute', 'GRPCRoute']);
  });

  test('takes the routes that a split by Istio takes', () => {
    const [api, old, docs] = rulesOf(
      HttpRoute.split('api', {
        matches: [
          HttpMatch.prefix('/api', {
            method: StringMatch.exact('GET'),
            headers: { 'x-beta': StringMatch.exact('1'), agent: StringMatch.regex('.*Firefox.*') },
            queryParams: { v: StringMatch.exact('2') },
          }),
          HttpMatch.exact('/'),
          HttpMatch.regex('/u/[0-9]+'),
        ],
        timeout: Duration.seconds(10),
        requestHeaders: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
        responseHeaders: { set: { 'x-d': '3' } },
        mirrors: [{ destination: Destination.host('shadow', { port: 80 }), percentage: 10 }],
      }),
      HttpRoute.redirect(
        'old',
        { uri: '/new', scheme: 'https', redirectCode: 308 },
        { matches: [HttpMatch.exact('/old')] },
      ),
      HttpRoute.to('docs', Destination.host('docs', { port: 8080 }), {
        matches: [HttpMatch.prefix('/docs')],
        rewrite: HttpRewrite.uri('/', { authority: 'docs.example.com' }),
      }),
    );
    expect(api.matches).toEqual([
      {
        path: { type: 'PathPrefix', value: '/api' },
        method: 'GET',
        headers: [
          { type: 'Exact', name: 'x-beta', value: '1' },
          { type: 'RegularExpression', name: 'agent', value: '.*Firefox.*' },
        ],
        queryParams: [{ type: 'Exact', name: 'v', value: '2' }],
      },
      { path: { type: 'Exact', value: '/' } },
      { path: { type: 'RegularExpression', value: '/u/[0-9]+' } },
    ]);
    expect(api.timeouts).toEqual({ request: '10s' });
    expect(api.filters).toEqual([
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: {
          set: [{ name: 'x-a', value: '1' }],
          add: [{ name: 'x-b', value: '2' }],
          remove: ['x-c'],
        },
      },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-d', value: '3' }] } },
      {
        type: 'RequestMirror',
        requestMirror: { backendRef: { group: '', kind: 'Service', name: 'shadow', port: 80 }, percent: 10 },
      },
    ]);
    expect(api.backendRefs.map((one: Manifest) => [one.name, one.weight])).toEqual([
      ['checkout-stable', 100],
      ['checkout-canary', 0],
    ]);
    expect(old).toEqual({
      name: 'old',
      matches: [{ path: { type: 'Exact', value: '/old' } }],
      filters: [
        {
          type: 'RequestRedirect',
          requestRedirect: {
            scheme: 'https',
            path: { type: 'ReplaceFullPath', replaceFullPath: '/new' },
            statusCode: 308,
          },
        },
      ],
    });
    expect(docs.filters).toEqual([
      {
        type: 'URLRewrite',
        urlRewrite: {
          hostname: 'docs.example.com',
          path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
        },
      },
    ]);
    expect(docs.backendRefs).toEqual([{ group: '', kind: 'Service', name: 'docs', port: 8080, weight: 1 }]);
  });

  test('splits gRPC calls', () => {
    const { spec } = only(
      splitOf({
        grpcRoutes: [
          GrpcRoute.split('checkout', {
            matches: [
              { service: 'shop.v1.Checkout', method: 'Pay', headers: { tenant: StringMatch.exact('a') } },
              { headers: { beta: StringMatch.regex('.+') } },
            ],
          }),
          GrpcRoute.to('health', Destination.host('health', { port: 9000 })),
        ],
      }),
      'GRPCRoute',
    );
    expect(spec.rules[0].matches).toEqual([
      {
        method: { type: 'Exact', service: 'shop.v1.Checkout', method: 'Pay' },
        headers: [{ type: 'Exact', name: 'tenant', value: 'a' }],
      },
      { headers: [{ type: 'RegularExpression', name: 'beta', value: '.+' }] },
    ]);
    expect(spec.rules[0].backendRefs.map((one: Manifest) => one.weight)).toEqual([100, 0]);
    expect(spec.rules[1]).not.toHaveProperty('matches');
  });

  test('in a mesh is bound to the Service that callers name', () => {
    const [{ spec }] = splitOf({ parents: [GatewayParent.service('checkout', { port: 80 })], hosts: undefined });
    expect(spec.parentRefs).toEqual([{ group: '', kind: 'Service', name: 'checkout', port: 80 }]);
    expect(spec).not.toHaveProperty('hostnames');
  });

  test.each<[string, Partial<GatewayApiTrafficSplitProps>, string]>([
    ['without a parent', { parents: [] }, 'parents is empty'],
    ['for every host', { hosts: ['*'] }, "a host is '*'; leave hosts out"],
    ['without a port', { canary: Destination.host('b') }, "leads to 'b' without a port, which the Gateway API needs"],
    ['with one Service for both', { canary: PROPS.stable }, "are both 'checkout-stable'"],
    ['without a route', { routes: [] }, 'routes is empty'],
    ['without a split', { routes: [HttpRoute.to('a', Destination.host('a', { port: 1 }))] }, 'no HTTP route is split'],
    ['without a split of calls', { grpcRoutes: [GrpcRoute.to('a', PROPS.stable)] }, 'no gRPC route is split'],
    [
      'with a route that the plugin would remove',
      { routes: [HttpRoute.to('beta', PROPS.canary), HttpRoute.split('rest')] },
      "route 'beta' leads to the canary alone, which the plugin takes for a header step's and removes",
    ],
    [
      'with two routes of one name',
      { routes: [HttpRoute.split('a'), HttpRoute.split('a')] },
      "two routes are called 'a'",
    ],
    ['with a name that is none', { routes: [HttpRoute.split('A b')] }, "the name of a route is 'A b'"],
    [
      'for what it has no words for',
      { routes: [HttpRoute.split('a', { retries: { attempts: 1 }, cors: { allowOrigins: [] } })] },
      "route 'a' has retries, cors, which the Gateway API has no words for here",
    ],
    [
      'for matches that it has no words for',
      {
        routes: [
          HttpRoute.split('a', { matches: [HttpMatch.prefix('/', { authority: StringMatch.exact('x'), port: 1 })] }),
        ],
      },
      "route 'a' matches authority, port, which the Gateway API cannot",
    ],
    [
      'for a header that is there',
      {
        routes: [HttpRoute.split('a', { matches: [HttpMatch.prefix('/', { headers: { a: StringMatch.present() } })] })],
      },
      "the header 'a' is matched by prefix or presence",
    ],
    [
      'for a method by regex',
      { routes: [HttpRoute.split('a', { matches: [HttpMatch.prefix('/', { method: StringMatch.regex('G.*') })] })] },
      'matches a method by more than its name',
    ],
    [
      'for an answer of its own',
      { routes: [HttpRoute.split('a', { matches: [HttpMatch.exact('/')] }), HttpRoute.respond('b', { status: 200 })] },
      "route 'b' answers by itself",
    ],
    [
      'for a rewrite by regex',
      { routes: [HttpRoute.split('a', { rewrite: HttpRewrite.uriRegex('^/a$', '/b') })] },
      'rewrites by a regex',
    ],
    [
      'for a redirect that it does not know',
      { routes: [HttpRoute.redirect('a', { uri: '/', redirectCode: 300 })] },
      'redirectCode is 300; the Gateway API knows',
    ],
    [
      'for no name of gRPC',
      { grpcRoutes: [GrpcRoute.split('a', { matches: [{ service: 'a/b' }] })] },
      "matches 'a/b', which is no name",
    ],
    ['for no call', { grpcRoutes: [GrpcRoute.split('a', { matches: [{}] })] }, "route 'a' has an empty match"],
    ['with a parent that is none', { parents: [GatewayParent.gateway('A')] }, "the name of the parent Gateway is 'A'"],
  ])('is refused %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});

describe('an app by the Gateway API', () => {
  const PARENTS = { parents: [GatewayParent.gateway('public')] };
  const base: CanaryAppProps = {
    image: 'registry.example.com/checkout:1.4.2',
    port: 8080,
    steps: [CanaryStep.setWeight(50)],
    gatewayApi: PARENTS,
  };
  // A plugin before 0.11 looks for its routes in the namespace that its configuration names, so the Chart has one.
  const appOf = (props: Partial<CanaryAppProps> = {}): Manifest[] => {
    const chart = new Chart(Testing.app(), 'test', { namespace: 'shop' });
    new CanaryApp(chart, 'checkout', { ...base, ...props });
    return Testing.synth(chart);
  };

  test('needs a namespace for a plugin before 0.11, which never finds its routes without one', () => {
    const on = (gatewayApiPlugin: string) => () =>
      synthesize((chart) => new CanaryApp(chart, 'checkout', { ...base, versions: { gatewayApiPlugin } }));
    expect(on('0.10')).toThrow('TRF034 the Gateway API plugin of Rollout checkout has no namespace');
    expect(on('0.11')).not.toThrow();
  });

  test('has routes of it in place of Istio’s, and all else as with Istio', () => {
    const manifests = appOf({ hosts: ['checkout.example.com'] });
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'HTTPRoute',
      'Rollout',
      'Service',
      'Service',
      'Service',
      'ServiceMonitor',
    ]);
    const { canary } = only(manifests, 'Rollout').spec.strategy;
    const [{ backendRefs }] = only(manifests, 'HTTPRoute').spec.rules;
    expect(backendRefs.map(({ name, port }: Manifest) => [name, port])).toEqual([
      [canary.stableService, 80],
      [canary.canaryService, 80],
    ]);
    expect(canary.trafficRouting.plugins['argoproj-labs/gatewayAPI'].httpRoutes[0].name).toBe('checkout-httproute');
  });

  test('asks for no sidecar, and is scraped without one', () => {
    const manifests = appOf();
    expect(only(manifests, 'Rollout').spec.template.metadata).toEqual({ labels: { app: 'checkout' } });
    expect(only(manifests, 'ServiceMonitor').spec.endpoints).toEqual([{ port: 'http', interval: '30s' }]);
    const inMesh = appOf({ sidecar: SidecarInjection.LABEL });
    expect(only(inMesh, 'ServiceMonitor').spec.endpoints[0].path).toBe('/stats/prometheus');
  });

  test('is one way or the other', () => {
    const found = refusal((scope) => new CanaryApp(scope, 'checkout', { ...base, splitInMesh: true }));
    expect(found.join('\n')).toContain('gatewayApi and splitInMesh contradict each other');
  });

  test('has no mirror steps, which the plugin takes and does nothing with', () => {
    const steps = [CanaryStep.setWeight(5), CanaryStep.setMirrorRoute('shadow', { matches: [] })];
    const found = refusal((scope) => new CanaryApp(scope, 'checkout', { ...base, steps }));
    expect(found.join('\n')).toContain('does nothing with the plugin argoproj-labs/gatewayAPI; it needs Istio');
  });
});
