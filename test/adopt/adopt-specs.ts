import fc from 'fast-check';

/**
 * Specs in the form in which `adopt` writes them: what is the default is not said, and what several checks share is said
 * once. `$app` stands for the app's name.
 */

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const steps = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<unknown[]>(
      ['analysis'],
      [{ pause: {} }],
      [{ pause: { duration: '5m' } }, 'analysis'],
      [{ canaryScale: { replicas: 2 } }, { pause: {} }, { canaryScale: 'matchTrafficWeight' }],
      [
        { setHeaderRoute: { name: 'try', matches: [{ exact: { header: 'x-try', value: 'me' } }] } },
        { pause: { duration: '10m' } },
        { removeHeaderRoute: 'try' },
      ],
    ),
  )
  .map(([weights, between]) => weights.sort((a, b) => a - b).flatMap((setWeight) => [{ setWeight }, ...between]));

const container = fc.record(
  {
    command: fc.constant(['/app', '--serve']),
    envVariables: fc.constantFrom<object>(
      { LEVEL: 'info' },
      { TOKEN: { secretValue: { secret: 'tokens', key: 'token' } }, POD: { fieldRef: 'podName' } },
    ),
    liveness: fc.constant({ httpGet: { path: '/live', initialDelaySeconds: '5s' } }),
    readiness: fc.constant({ command: { command: ['ready'], failureThreshold: 5 } }),
    lifecycle: fc.constant({ preStop: { command: ['sleep', '5'] } }),
    volumeMounts: fc.constantFrom<object[]>(
      [{ path: '/cache', volume: { emptyDir: 'cache' } }],
      [{ path: '/etc/app', volume: { configMap: { configMap: 'settings', name: 'settings' } }, readOnly: true }],
    ),
    resources: fc.constant({
      cpu: { request: '100m', limit: '1' },
      memory: { request: '64Mi', limit: '128Mi' },
    }),
  },
  { requiredKeys: [] },
);

const rollout = fc.record(
  {
    revisionHistoryLimit: fc.integer({ min: 3, max: 9 }),
    progressDeadline: fc.constantFrom('120s', '900s'),
    minReady: fc.constant('15s'),
    terminationGracePeriod: fc.constant('45s'),
    serviceAccount: name,
  },
  { requiredKeys: [] },
);

const strategy = fc.record(
  {
    maxSurge: fc.constantFrom({ percent: 50 }, { absolute: 2 }),
    scaleDownDelay: fc.constant('60s'),
    abortScaleDownDelay: fc.constant('45s'),
  },
  { requiredKeys: [] },
);

/** Questions of every kind. No two have metrics of one name. */
export const CHECKS: readonly unknown[] = [
  { failureCount: { atMost: 3 } },
  { successRate: { atLeast: 0.99 } },
  { errorRate: { atMost: 0.01, minimumRequests: 100 } },
  { errorsAgainstStable: { atMost: 1.5 } },
  { errorsAgainstStable: { atMost: 2, floor: 0.01, name: 'errors-twice' } },
  { latency: { quantile: 0.99, atMost: '500ms' } },
  { latency: { quantile: 0.5, atMost: '1s', minimumRequests: 1 } },
  { latencyAgainstStable: { quantile: 0.95, atMost: 1.2 } },
  { latencyAgainstStable: { quantile: 0.999, atMost: 2, floor: '100ms' } },
  'trafficShare',
  { trafficShare: { tolerance: 0.1, weight: 20, name: 'share-of-twenty' } },
  'restarts',
  { restarts: { atMost: 2, name: 'few-restarts' } },
  'outOfMemoryKills',
  { saturation: { resource: 'memory', atMost: 0.9 } },
  { saturation: { resource: 'cpu', atMost: 0.8 } },
  { saturation: { resource: 'cpuThrottling', atMost: 0.25 } },
  { burnRate: { objective: 0.999, name: 'budget' } },
  { burnRate: { objective: 0.9995, atMost: 14.4, window: '1h', shortWindow: '5m' } },
  'sequentialTest',
  'sequentialLatencyTest',
  { sequentialLatencyTest: { falseAlarmRate: 0.02, slot: '4m', name: 'slower' } },
  { sequentialTest: { falseAlarmRate: 0.05, slot: '5m', window: '2h', name: 'slow-test' } },
  { query: { query: 'max(app_queue_length{hash="{{args.canary-hash}}"})', threshold: { below: 100 }, name: 'queue' } },
  { query: { query: 'min(app_ready{namespace="{{args.namespace}}"})', threshold: { between: { min: 1, max: 3 } } } },
];
const checks = (least: number) => fc.shuffledSubarray([...CHECKS], { minLength: least, maxLength: 4 });

/** What one check says by itself. */
const said = some({
  noData: fc.constantFrom('fail', 'succeed', 'error'),
  initialDelay: fc.constantFrom('0s', '7m'),
  advisory: fc.constant(true),
});
const sayingMore = fc.tuple(checks(1), said).map(([[first, ...others], more]) => [withMore(first, more), ...others]);

function withMore(check: unknown, more: object): unknown {
  if (Object.keys(more).length === 0) return check;
  if (typeof check === 'string') return { [check]: more };
  const [[kind, options]] = Object.entries(check as object);
  return { [kind]: { ...(options as object), ...more } };
}

const requests = fc.constantFrom<unknown>(
  'grpcServer',
  { istio: { reporter: 'destination' } },
  { istio: { canaryService: '$app-canary', stableService: '$app-stable' } },
  {
    istio: {
      reporter: 'waypoint',
      canaryService: '$app-canary',
      stableService: '$app-stable',
      matchers: [{ equalTo: { label: 'request_protocol', value: 'grpc' } }],
    },
  },
  { istio: { reporter: 'destination', nativeHistogram: true } },
  { application: { counter: 'served_total', histogram: 'served_seconds' } },
  { application: { failureMatchers: [{ matching: { label: 'status', regex: '5..|429' } }] } },
  { application: { matchers: [{ notEqualTo: { label: 'handler', value: '/healthz' } }] } },
  { application: { isolation: { podTemplateHash: { label: 'hash' } } } },
);

const failures = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom('10m', '1h30m'),
    some({
      noData: fc.constantFrom('fail', 'succeed'),
      counter: fc.constant('served_total'),
      failureMatchers: fc.constant([{ matching: { label: 'status', regex: '5..|429' } }]),
      matchers: fc.constant([{ notEqualTo: { label: 'handler', value: '/healthz' } }]),
      minimumRequests: fc.constant(20),
      initialDelay: fc.constant('0s'),
    }),
  )
  .map(([atMost, within, more]) => ({ atMost, within, ...more }));

/** What checks share. There are two at the least of those that count requests. */
const sharing = fc
  .tuple(
    fc.shuffledSubarray(CHECKS.slice(2, 4), { minLength: 2 }),
    fc.shuffledSubarray(CHECKS.slice(5, 8), { minLength: 1 }),
    some({
      requests,
      window: fc.constantFrom('10m', '2m30s'),
      noData: fc.constantFrom('fail', 'succeed'),
      inconclusiveLimit: fc.constant(1),
      consecutiveErrorLimit: fc.constant(8),
    }),
    fc.constantFrom<object>({}, { count: 5 }, { count: 5, interval: '30s', failureLimit: 1 }),
  )
  .map(([some_, others, shared, counted]) => ({
    checks: [...some_, ...others],
    ...(Object.keys({ ...shared, ...counted }).length > 0 ? { measuring: { ...shared, ...counted } } : {}),
  }));

const analyses = fc.oneof(
  fc.constant({}),
  sayingMore.map((found) => ({ checks: found })),
  fc.tuple(checks(1), sayingMore).map(([found, background]) => ({ checks: found, backgroundChecks: background })),
  sayingMore.map((found) => ({ backgroundChecks: found })),
  sharing,
);

const access = some({
  timeout: fc.constant('20s'),
  headers: fc.constant({ 'X-Scope-OrgID': 'shop' }),
  authentication: fc.constantFrom<object>(
    { bearer: { secret: 'metrics', key: 'token' } },
    {
      oauth2: {
        tokenUrl: 'https://login.example.com/token',
        clientId: 'rollouts',
        clientSecret: { secret: 'oauth', key: 'secret' },
      },
    },
  ),
});

const rules = some({
  pausedFor: fc.constant('30m'),
  stuckFor: fc.constant('10m'),
  alertLabels: fc.constant({ severity: 'page', team: 'shop' }),
  runbookUrl: fc.constant('https://runbooks.example.com/rollouts'),
  ruleLabels: fc.constant({ prometheus: 'main' }),
  requests: fc.oneof(fc.constant('application'), requests),
});

const dashboard = some({
  title: fc.constant('The shop'),
  window: fc.constant('10m'),
  dashboardLabels: fc.constant({ dashboards: 'yes' }),
  folder: fc.constant('Shop'),
  legend: fc.constant('version {{version}}'),
  queries: fc.constant([
    { title: 'Queue', query: 'max(queue_depth)', legend: '{{pod}}', limit: 5 },
    { title: 'Memory', query: 'up' },
  ]),
  requests,
});

const relabelings = fc.constantFrom<object[]>(
  [{ keep: { sourceLabels: ['pod'], regex: 'web-.*' } }, { labelDrop: 'pod_ip' }],
  [{ replace: { targetLabel: 'region', replacement: 'eu' } }, { labelMap: { regex: 'a_(.+)', replacement: 'b_$1' } }],
);

const monitoring = some({
  interval: fc.constantFrom('15s', '20s'),
  path: fc.constant('/stats'),
  kind: fc.constant('pod'),
  access: fc.constantFrom<unknown>('direct', 'meshCertificates', 'excludedPort', {
    tls: { ca: { secret: 'ca', key: 'ca.crt' }, serverName: 'web' },
  }),
  labels: fc.constant({ release: 'prometheus' }),
  nameLabel: fc.constant('k8s-app'),
  scrapeTimeout: fc.constant('5s'),
  sampleLimit: fc.constant(5000),
  podTargetLabels: fc.constant(['team']),
  params: fc.constant({ module: ['all'] }),
  bearerToken: fc.constant({ secret: 'scrape', key: 'token' }),
  relabelings,
  metricRelabelings: relabelings,
  rules,
  dashboard,
});

const gatewayApi = fc
  .record(
    {
      parents: fc.constantFrom<object[]>(
        [{ gateway: 'public' }],
        [{ gateway: { name: 'public', namespace: 'infra', sectionName: 'https' } }, { service: '$app' }],
      ),
      routes: fc.constantFrom<object[]>(
        [{ split: { name: 'all', timeout: '15s' } }],
        [
          { redirect: { name: 'old', matches: [{ exact: '/old' }], uri: '/new', redirectCode: 308 } },
          {
            to: { name: 'docs', matches: [{ prefix: '/docs' }], destination: { host: { host: 'docs', port: 80 } } },
          },
          {
            split: {
              name: 'api',
              matches: [{ prefix: { path: '/api', method: { exact: 'GET' } } }, { regex: '/v[0-9]+' }],
              rewrite: { uri: '/' },
              requestHeaders: { set: { 'x-from': 'outside' } },
              mirrors: [{ destination: { host: { host: 'copies', port: 80 } }, percentage: 10 }],
            },
          },
        ],
      ),
      grpcRoutes: fc.constant([
        {
          split: {
            name: 'calls',
            matches: [{ service: 'shop.v1.Checkout', headers: { 'x-try': { exact: 'me' } } }],
            responseHeaders: { remove: ['x-inside'] },
          },
        },
      ]),
      httpRouteName: fc.constant('main'),
    },
    { requiredKeys: ['parents'] },
  )
  .map(({ httpRouteName, ...others }) =>
    others.routes ? { ...others, ...(httpRouteName ? { httpRouteName } : {}) } : others,
  );

/** What is said of Istio's own objects. With hosts there is a Gateway, whose servers must answer for them. */
const istioTraffic = fc
  .record(
    {
      routes: fc.constantFrom<object[]>(
        [{ split: { name: 'all', timeout: '15s', retries: { attempts: 3, perTryTimeout: '2s' } } }],
        [
          { redirect: { name: 'old', matches: [{ exact: '/old' }], uri: '/new', redirectCode: 308 } },
          { respond: { name: 'closed', matches: [{ prefix: '/admin' }], status: 403, body: 'no' } },
          { to: { name: 'docs', matches: [{ prefix: '/docs' }], destination: 'docs' } },
          {
            split: {
              name: 'api',
              matches: [{ prefix: { path: '/api', headers: { 'x-try': { exact: 'me' } } } }, { regex: '/v[0-9]+' }],
              rewrite: { uri: '/' },
              fault: { delay: { fixedDelay: '1s', percentage: 5 } },
              mirrors: [{ destination: { host: { host: 'copies', port: 80 } }, percentage: 10 }],
              canaryHeaders: { response: { set: { 'x-version': 'canary' } } },
            },
          },
        ],
      ),
      gateways: fc.constant(['infra/public']),
      servers: fc.constant([
        { https: { credentialName: 'cert', hosts: ['*.example.com'], minProtocolVersion: 'v13' } },
        { httpsRedirect: { hosts: ['*.example.com'] } },
      ]),
      gatewaySelector: fc.constant({ istio: 'outside' }),
      virtualServiceName: fc.constant('reached'),
      stickyCanary: fc.constantFrom<object>(
        { value: '1.4.2' },
        { value: '1.4.2', cookie: 'try', stableCookie: 'stay', maxAge: '1800s', secure: true, sameSite: 'strict' },
      ),
      splitBy: fc.constantFrom<unknown>('subsets', { subsets: { stableName: 'old', canaryName: 'new' } }),
      exportTo: fc.constant(['.']),
      trafficPolicy: fc.constant({
        tls: 'istioMutual',
        outlierDetection: { consecutive5xxErrors: 5, minHealthPercent: 40 },
      }),
      furtherVirtualServices: fc.constant([
        {
          name: 'inside',
          hosts: ['inside.example.com'],
          gateways: ['infra/inside'],
          routes: [{ split: { name: 'in' } }],
        },
      ]),
    },
    { requiredKeys: [] },
  )
  .map(({ gateways, servers, gatewaySelector, stickyCanary, splitBy, ...rest }) => ({
    ...rest,
    ...(gateways ? { gateways } : { ...(servers && { servers }), ...(gatewaySelector && { gatewaySelector }) }),
    // Subsets have no pods left when a rollout is aborted, so that no cookie may lead to them.
    ...(splitBy ? { splitBy } : { ...(stickyCanary && { stickyCanary }) }),
  }));

/** How requests reach the app, and its pods the mesh. */
const reached = fc.oneof(
  fc.tuple(istioTraffic, fc.boolean()).map(([traffic, splitInMesh]) => ({
    hosts: ['$app.example.com'],
    ...(splitInMesh ? { splitInMesh } : {}),
    traffic,
  })),
  fc.constantFrom<object>({}, { sidecar: 'annotation' }, { sidecar: 'none' }),
  fc.constantFrom<object>({ ambient: {} }, { ambient: { waypoint: 'shop' } }),
  fc.constantFrom<object>({ meshRevision: 'stable' }, { meshRevision: 'stable', sidecar: 'annotation' }),
  gatewayApi.map((found) => ({ gatewayApi: found })),
  gatewayApi.map((found) => ({ gatewayApi: found, sidecar: 'label' })),
);

const others = fc.record(
  {
    image: name.map((one) => `registry.example.com/${one}:1.4.2`),
    port: fc.integer({ min: 1024, max: 65535 }),
    prometheus: fc.constant('http://prometheus.monitoring:9090'),
    prometheusAccess: access,
    steps,
    hosts: name.map((one) => [`${one}.example.com`]),
    replicas: fc.integer({ min: 3, max: 9 }),
    servicePort: fc.integer({ min: 1024, max: 9999 }),
    portName: fc.constantFrom('http-web', 'http2'),
    failures,
    container,
    rollout,
    strategy,
    monitoring,
  },
  { requiredKeys: ['image', 'port', 'prometheus', 'steps'] },
);

/** The `spec` of an app by this name. */
export const specs = (app: string): fc.Arbitrary<Spec> =>
  fc.tuple(others, analyses, reached).map((all) => {
    const text = JSON.stringify(Object.assign({}, ...all)).replaceAll('$app', app);
    return withoutEmpty(withoutDefault(JSON.parse(text) as Spec)) as Spec;
  });

/** Specs that say of each check by itself, and of all together, how it is measured: in words of which some are needless. */
export const waysToSay = (app: string): fc.Arbitrary<Spec> => {
  const ways = {
    requests: fc.oneof(fc.constant('application'), requests),
    window: fc.constantFrom('5m', '10m', '2m30s'),
    noData: fc.constantFrom('pause', 'fail', 'succeed'),
    interval: fc.constantFrom('1m', '30s'),
    inconclusiveLimit: fc.constantFrom(0, 1),
  };
  const { requests: _, ...ofAll } = ways;
  const each = fc.tuple(
    fc.constantFrom(...CHECKS.slice(0, 8)),
    fc.constantFrom(...CHECKS.slice(11)),
    some(ways),
    some({ ...ofAll, initialDelay: fc.constantFrom('5m', '1m') }),
  );
  return fc
    .tuple(each, each, some({ ...ways, count: fc.constantFrom(1, 4), scrapeInterval: fc.constant('20s') }))
    .map(([[a, b, more, less], [c, , further], measuring]) => {
      const checks_ = [
        withMore(a, { ...more, name: 'first' }),
        withMore(b, less),
        withMore(c, { ...further, name: 'third' }),
      ];
      const prometheus = 'http://prometheus.monitoring:9090';
      const text = JSON.stringify({ image: 'web:1', port: 8080, prometheus, checks: checks_, measuring });
      return JSON.parse(text.replaceAll('$app', app)) as Spec;
    });
};

interface Spec {
  readonly monitoring?: { readonly access?: unknown; readonly kind?: unknown };
  readonly [option: string]: unknown;
}

/** Pods without a proxy are scraped directly. */
function withoutDefault({ monitoring: watched, ...spec }: Spec): Spec {
  const isBare = spec.ambient !== undefined || (spec.gatewayApi !== undefined && spec.sidecar === undefined);
  const { access: way, ...others_ } = watched ?? {};
  // A PodMonitor cannot name the files of the mesh's certificates.
  const isNone = (isBare && way === 'direct') || (watched?.kind === 'pod' && way === 'meshCertificates');
  return { ...spec, monitoring: isNone ? others_ : { ...watched } };
}

/** `{}` says nothing, but of these. */
const SAYING = ['rules', 'dashboard', 'ambient'];

function withoutEmpty(value: object): object {
  const entries = Object.entries(value).map(
    ([key, one]) => [key, key === 'monitoring' ? withoutEmpty(one as object) : (one as unknown)] as const,
  );
  return Object.fromEntries(entries.filter(([key, one]) => SAYING.includes(key) || !isEmpty(one)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
