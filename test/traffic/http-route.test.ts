import { Duration } from 'cdk8s';
import {
  Destination,
  HttpMatch,
  HttpRewrite,
  HttpRoute,
  HttpRouteOptions,
  IstioGateway,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
  StringMatch,
} from '../../src';
import { only, refusal, synthesize } from '../synthesized';

const PROPS = {
  hosts: ['checkout.example.com'],
  stable: Destination.host('checkout-stable'),
  canary: Destination.host('checkout-canary'),
};
const httpOf = (routes: HttpRoute[], props: Partial<IstioTrafficSplitProps> = {}) =>
  only(
    synthesize((chart) => new IstioTrafficSplit(chart, 'checkout', { ...PROPS, ...props, routes })),
    'VirtualService',
  ).spec.http;
const split = (options: HttpRouteOptions) => httpOf([HttpRoute.split('api', options)])[0];
const problems = (routes: HttpRoute[], props: Partial<IstioTrafficSplitProps> = {}) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', { ...PROPS, ...props, routes })).join('\n');

describe('a route takes requests', () => {
  test('by their path, and by all else that a VirtualService can tell', () => {
    const internal = IstioGateway.fromRef('istio-system/internal');
    const [{ match }] = httpOf(
      [
        HttpRoute.split('api', {
          matches: [
            HttpMatch.prefix('/api', {
              method: StringMatch.exact('GET'),
              headers: { 'x-beta': StringMatch.present(), 'user-agent': StringMatch.regex('.*Firefox.*') },
              withoutHeaders: { 'x-internal': StringMatch.present() },
              queryParams: { version: StringMatch.exact('2') },
              authority: StringMatch.prefix('checkout.'),
              scheme: StringMatch.exact('https'),
              port: 443,
              gateways: [internal],
              sourceLabels: { app: 'web' },
              sourceNamespace: 'web',
              ignoreUriCase: true,
            }),
            HttpMatch.request({ headers: { cookie: StringMatch.prefix('beta=') } }),
          ],
        }),
      ],
      { gateways: [internal] },
    );
    expect(match).toEqual([
      {
        uri: { prefix: '/api' },
        method: { exact: 'GET' },
        headers: { 'x-beta': {}, 'user-agent': { regex: '.*Firefox.*' } },
        withoutHeaders: { 'x-internal': {} },
        queryParams: { version: { exact: '2' } },
        authority: { prefix: 'checkout.' },
        scheme: { exact: 'https' },
        port: 443,
        gateways: ['istio-system/internal'],
        sourceLabels: { app: 'web' },
        sourceNamespace: 'web',
        ignoreUriCase: true,
      },
      { headers: { cookie: { prefix: 'beta=' } } },
    ]);
  });

  test.each([
    ['a regex that RE2 cannot read', HttpMatch.regex('/(?!api)'), "has the regex '/(?!api)', with '(?!'"],
    ['an empty regex', HttpMatch.regex(''), 'has an empty regex'],
    ['an empty prefix', HttpMatch.request({ method: StringMatch.prefix('') }), 'the method has an empty prefix'],
    ['a header of no name', HttpMatch.request({ headers: { 'a b': StringMatch.exact('x') } }), "is called 'a b'"],
    ['nothing', HttpMatch.request({}), 'matches nothing in particular'],
    ['a method that is present', HttpMatch.request({ method: StringMatch.present() }), 'the method is always present'],
    ['a port that is none', HttpMatch.prefix('/', { port: 99_999 }), 'port is 99999'],
    [
      'a gateway that the VirtualService is not bound to',
      HttpMatch.prefix('/', { gateways: [IstioGateway.MESH] }),
      "a route matches gateway 'mesh', which the VirtualService is not bound to (checkout-gateway)",
    ],
  ])('but not by %s', (_, match, message) => {
    expect(problems([HttpRoute.split('api', { matches: [match] })])).toContain(message);
  });

  test('only as long as no route before takes them all', () => {
    expect(problems([HttpRoute.split('all'), HttpRoute.to('docs', Destination.host('docs'))])).toContain(
      "route 'all' takes every request, so that 'docs' after it gets none; move it to the end",
    );
  });
});

describe('a route does something to them:', () => {
  test('it rewrites the path, by text or by regex, and the authority', () => {
    expect(split({ rewrite: HttpRewrite.uri('/v2', { authority: 'v2.example.com' }) }).rewrite).toEqual({
      uri: '/v2',
      authority: 'v2.example.com',
    });
    expect(split({ rewrite: HttpRewrite.uriRegex('^/old/(.*)$', '/new/\\1') }).rewrite).toEqual({
      uriRegexRewrite: { match: '^/old/(.*)$', rewrite: '/new/\\1' },
    });
    expect(split({ rewrite: HttpRewrite.authority('v2.example.com') }).rewrite).toEqual({
      authority: 'v2.example.com',
    });
  });

  test('it has a timeout and retries', () => {
    const { timeout, retries } = split({
      timeout: Duration.seconds(90),
      retries: {
        attempts: 3,
        perTryTimeout: Duration.seconds(2),
        retryOn: ['5xx', 'reset'],
        backoff: Duration.millis(50),
      },
    });
    expect(timeout).toBe('1m30s');
    expect(retries).toEqual({ attempts: 3, perTryTimeout: '2s', retryOn: '5xx,reset', backoff: '50ms' });
  });

  test('it delays and aborts on purpose', () => {
    const { fault } = split({
      fault: { delay: { fixedDelay: Duration.seconds(5), percentage: 0.1 }, abort: { httpStatus: 503 } },
    });
    expect(fault).toEqual({
      delay: { fixedDelay: '5s', percentage: { value: 0.1 } },
      abort: { httpStatus: 503, percentage: { value: 100 } },
    });
  });

  test('it lets scripts of other origins call', () => {
    const { corsPolicy } = split({
      cors: {
        allowOrigins: [StringMatch.exact('https://shop.example.com')],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['x-request-id'],
        exposeHeaders: ['x-total'],
        maxAge: Duration.hours(24),
        allowCredentials: true,
      },
    });
    expect(corsPolicy).toEqual({
      allowOrigins: [{ exact: 'https://shop.example.com' }],
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['x-request-id'],
      exposeHeaders: ['x-total'],
      maxAge: '24h',
      allowCredentials: true,
    });
  });

  test('it sets, adds and removes headers, of requests and of responses', () => {
    const { headers } = split({
      requestHeaders: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
      responseHeaders: { set: { 'x-d': '3' } },
    });
    expect(headers).toEqual({
      request: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
      response: { set: { 'x-d': '3' } },
    });
  });

  test('it copies requests elsewhere', () => {
    const { mirrors } = split({ mirrors: [{ destination: Destination.host('shadow'), percentage: 5 }] });
    expect(mirrors).toEqual([{ destination: { host: 'shadow' }, percentage: { value: 5 } }]);
  });

  test('it redirects them, or answers by itself, next to routes that are split', () => {
    const http = httpOf([
      HttpRoute.redirect('old', { uri: '/new', redirectCode: 308 }, { matches: [HttpMatch.exact('/old')] }),
      HttpRoute.respond('gone', { status: 410, body: 'gone' }, { matches: [HttpMatch.prefix('/v0')] }),
      HttpRoute.split('rest'),
    ]);
    expect(http[0]).toEqual({
      name: 'old',
      match: [{ uri: { exact: '/old' } }],
      redirect: { uri: '/new', redirectCode: 308 },
    });
    expect(http[1].directResponse).toEqual({ status: 410, body: { string: 'gone' } });
    expect(http[1]).not.toHaveProperty('route');
  });

  test.each<[string, HttpRouteOptions, string]>([
    ['a timeout of nothing', { timeout: Duration.seconds(0) }, "route 'api': timeout is a duration of zero"],
    ['a negative number of retries', { retries: { attempts: -1 } }, 'attempts is -1'],
    [
      'settings of retries that there are none of',
      { retries: { attempts: 0, retryOn: ['5xx'] } },
      'attempts is 0, together with settings of retries',
    ],
    ['a condition that is none', { retries: { attempts: 1, retryOn: ['5xx,reset'] } }, "retryOn has '5xx,reset'"],
    ['a fault that is none', { fault: {} }, 'the fault is empty'],
    ['an abort of two kinds', { fault: { abort: { httpStatus: 500, grpcStatus: 'INTERNAL' } } }, 'needs one status'],
    ['a status that is none', { fault: { abort: { httpStatus: 999 } } }, 'httpStatus is 999'],
    ['a gRPC status that is none', { fault: { abort: { grpcStatus: 'OOPS' } } }, "grpcStatus is 'OOPS'"],
    [
      'more than all',
      { fault: { abort: { httpStatus: 500, percentage: 101 } } },
      "the abort's percentage is 101; use a number from 0 to 100",
    ],
    ['a method that is none', { cors: { allowOrigins: [], allowMethods: ['FETCH'] } }, "allowMethods has 'FETCH'"],
    [
      'parts of seconds',
      { cors: { allowOrigins: [], maxAge: Duration.millis(1500) } },
      'maxAge is 1s500ms; use whole seconds',
    ],
    ['headers of no name', { requestHeaders: { set: { '': 'x' } } }, "is called ''"],
    ['no host', { requestHeaders: { remove: ['Host'] } }, "removes 'host'"],
    ['nothing to headers', { responseHeaders: {} }, "responseHeaders of route 'api' is empty"],
    ['a path that is none', { rewrite: HttpRewrite.uri('v2') }, "rewrites to 'v2', which is no path"],
    ['a regex to nothing', { rewrite: HttpRewrite.uriRegex('^/a$', '') }, 'rewrites a regex to nothing'],
    [
      'an authority that is none',
      { rewrite: HttpRewrite.authority('http://x') },
      "the rewritten authority is 'http://x'",
    ],
    [
      'a mirror of nothing',
      { mirrors: [{ destination: Destination.host('*'), percentage: -1 }] },
      "the mirror's percentage is -1",
    ],
  ])('but it is refused %s', (_, options, message) => {
    expect(problems([HttpRoute.split('api', options)])).toContain(message);
  });

  test.each([
    [HttpRoute.redirect('old', {}), 'redirects to where it is'],
    [HttpRoute.redirect('old', { scheme: 'ftp' }), "scheme is 'ftp'"],
    [HttpRoute.redirect('old', { uri: '/', redirectCode: 200 }), 'redirectCode is 200'],
    [HttpRoute.respond('old', { status: 99 }), 'status is 99'],
    [HttpRoute.respond('old', { status: 200, body: 'x'.repeat(1_000_001) }), 'the body has 1000001 bytes'],
  ])('and answers are refused that Istio refuses (%#)', (route, message) => {
    expect(problems([HttpRoute.split('api', { matches: [HttpMatch.prefix('/')] }), route])).toContain(message);
  });
});

describe('who met the canary meets it again', () => {
  const sticky = { stickyCanary: { value: '1.4.2', maxAge: Duration.minutes(30) } };

  test('by a cookie that the canary’s answers set, and a route for it that is not split', () => {
    const http = httpOf([HttpRoute.split('api', { matches: [HttpMatch.prefix('/api')] })], sticky);
    expect(http).toEqual([
      {
        name: 'api-sticky',
        match: [{ uri: { prefix: '/api' }, headers: { cookie: { regex: '^(.*;\\s*)?canary=1\\.4\\.2(;.*)?$' } } }],
        route: [{ destination: { host: 'checkout-canary' } }],
      },
      {
        name: 'api',
        match: [{ uri: { prefix: '/api' } }],
        route: [
          { destination: { host: 'checkout-stable' }, weight: 100 },
          {
            destination: { host: 'checkout-canary' },
            weight: 0,
            headers: {
              response: { add: { 'set-cookie': 'canary=1.4.2; Max-Age=1800; Path=/; HttpOnly; SameSite=Lax' } },
            },
          },
        ],
      },
    ]);
    const pattern = new RegExp(http[0].match[0].headers.cookie.regex);
    expect(['canary=1.4.2', 'a=b; canary=1.4.2; c=d'].every((cookie) => pattern.test(cookie))).toBe(true);
    expect(['canary=1.4.20', 'xcanary=1.4.2', 'canary=1x4.2'].some((cookie) => pattern.test(cookie))).toBe(false);
  });

  test('and the Rollout changes the weights of the split route alone', () => {
    synthesize((chart) => {
      const { routing, routeNames } = new IstioTrafficSplit(chart, 'checkout', {
        ...PROPS,
        ...sticky,
      }).toTrafficRouting();
      expect(routing).toMatchObject({ istio: { virtualService: { routes: ['primary'] } } });
      expect(routeNames).toEqual(['primary-sticky', 'primary']);
    });
  });

  test.each([
    [{ stickyCanary: { value: 'a;b' } }, [HttpRoute.split('api')], "value is 'a;b'"],
    [{ stickyCanary: { value: '1', cookie: '' } }, [HttpRoute.split('api')], "cookie is ''"],
    [
      sticky,
      [HttpRoute.split('api', { matches: [HttpMatch.request({ headers: { Cookie: StringMatch.present() } })] })],
      'matches a cookie header',
    ],
    [sticky, [HttpRoute.to('api-sticky', PROPS.stable), HttpRoute.split('api')], "two routes are called 'api-sticky'"],
  ])('but not like this (%#)', (props, routes, message) => {
    expect(problems(routes, props)).toContain(message);
  });
});
