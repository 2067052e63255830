import { RULES, type Rule } from '../../src/rules';
import {
  analysisTemplate,
  documents,
  exampleApplication,
  exampleOf,
  exampleRollout,
  exampleRouted,
  exampleService,
  exampleVirtualService,
  ignoring,
  queryInRollout,
  routedCanary,
  steppedRollout,
} from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

/** A canary whose Services have the name of the app, which says "canary" itself. */
const canaryDemo = (services: readonly string[], canary = 'canaryService: canary-demo-preview\n'): string =>
  documents(
    exampleRollout(`${canary}steps: [{ setWeight: 25 }, { pause: {} }]`, { name: 'canary-demo' }),
    ...[...services, 'canary-demo-preview'].map((name) => exampleService(name)),
  );

/** A canary that the Gateway API routes, and the Application that applies it. */
const gatewayApp = (expression: string, options = ''): string =>
  documents(
    exampleApplication(
      `syncPolicy: { automated: {}, syncOptions: [${options}] }\n${ignoring('HTTPRoute', `jqPathExpressions: ['${expression}']`, 'gateway.networking.k8s.io')}`,
    ),
    exampleRollout(
      'canaryService: checkout-canary\nstableService: checkout-stable\ntrafficRouting: { plugins: { argoproj-labs/gatewayAPI: { httpRoute: checkout, namespace: shop } } }',
      { namespace: 'shop' },
    ),
    exampleOf(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'checkout',
      'parentRefs: [{ name: public }]\nrules: [{ backendRefs: [{ name: checkout-stable, port: 80, weight: 100 }, { name: checkout-canary, port: 80, weight: 0 }] }]',
      { namespace: 'shop' },
    ),
  );

/** What the plugin for the Gateway API labels a route with while a rollout is under way. */
const UNDER_WAY = 'select(.metadata.labels["rollouts.argoproj.io/gatewayapi-canary"] == "in-progress")';

/** Mirrors of one route, replaced once, kept while the weight rises, and removed then. */
const mirrors = (removed: string): string =>
  steppedRollout({
    canary: routedCanary().replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: mirror }]'),
    steps: `
- setMirrorRoute: { name: mirror, percentage: 50, match: [{ path: { prefix: / } }] }
- setWeight: 20
- setWeight: 40
- setMirrorRoute: { name: ${removed} }
- pause: {}
`.trim(),
  });

const tlsOnly = (virtualService: string): string =>
  documents(
    exampleRollout(
      routedCanary('', 'virtualService: { name: checkout, routes: [primary], tlsRoutes: [{ port: 443 }] }'),
    ),
    exampleVirtualService(virtualService),
  );
const TLS_ROUTE = `tls:
  - match: [{ port: 443, sniHosts: [checkout] }]
    route:
      - { destination: { host: checkout-stable }, weight: 100 }
      - { destination: { host: checkout-canary }, weight: 0 }`;

const background = (provider: string): string =>
  documents(
    steppedRollout({
      canary: 'analysis: { startingStep: 1, templates: [{ templateName: load }] }',
      steps: '- setWeight: 20\n- pause: {}',
    }),
    exampleOf(
      'argoproj.io/v1alpha1',
      'AnalysisTemplate',
      'load',
      `metrics: [{ name: load, count: 1, successCondition: 'true', provider: ${provider} }]`,
    ),
  );

const nginx = (ingress: string): string =>
  documents(
    exampleRollout(
      'canaryService: checkout-canary\nstableService: checkout-stable\ntrafficRouting: { nginx: { stableIngress: checkout } }',
    ),
    exampleOf('networking.k8s.io/v1', 'Ingress', 'checkout', ingress),
  );
const BACKEND = '{ service: { name: checkout-stable, port: { number: 80 } } }';

const byService = queryInRollout('sum(increase(http_requests_total{service="checkout-canary",code=~"5.."}[5m]))');
const ISTIO = 'istio:\n          virtualService:\n            name: checkout';
const BY_SERVICE =
  "the query of metric 'errors' identifies the canary by service 'checkout-canary', which also selects the pods of the stable version until the update begins";

/** With a pause between the first weight and the analysis. */
const soaked = (pause: string): string => byService.replace(/( +)- setWeight: 50\n/, `$&$1- pause: ${pause}\n`);
const inBackground = (more: string): string =>
  soaked('{ duration: 5m }').replace(
    /- analysis:\s+templates:\s+- templateName: checkout-errors/,
    `- setWeight: 80\n      analysis: { ${more} templates: [{ templateName: checkout-errors }] }`,
  );

/** A Rollout whose pods mount ConfigMaps. */
const mounting = (...names: readonly string[]): string =>
  exampleRollout('{}').replace(
    / {2}template:.*/,
    `  template:
    metadata: { labels: { app: checkout } }
    spec:
      serviceAccountName: default
      containers: [{ name: checkout, image: 'registry.example.com/checkout:1.4.2' }]
      volumes: [${names.map((name, i) => `{ name: v${i}, configMap: { name: ${name} } }`).join(', ')}]`,
  );

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  TRF038: [
    { name: 'an app that says canary in its name', manifest: canaryDemo(['canary-demo', 'canary-demo-public']) },
    { name: 'an app of nearly that name', manifest: canaryDemo(['demos-canary']) },
    {
      name: 'a Service that says it once more',
      manifest: canaryDemo(['canary-demo-canary'], ''),
      finds: [{ path: 'metadata.name', hint: 'set canaryService: canary-demo-canary' }],
    },
  ],
  TRF001: [
    {
      name: 'names of routes beside a VirtualService of tls alone',
      manifest: tlsOnly(`hosts: [checkout]\n${TLS_ROUTE}`),
    },
    {
      name: 'a VirtualService of http and tls',
      manifest: tlsOnly(
        `hosts: [checkout]\nhttp: [{ name: other, route: [{ destination: { host: x } }] }]\n${TLS_ROUTE}`,
      ),
      finds: [{ severity: 'error' }],
    },
  ],
  ROL026: [
    {
      name: 'a mirror that is removed after the weights: one finding, and the removal is none',
      manifest: mirrors('mirror'),
      finds: [{ path: 'spec.strategy.canary.steps[1].setWeight' }],
    },
    { name: 'no mirror', manifest: exampleRouted('- name: primary\n  route: [{ destination: { host: x } }]') },
  ],
  REF023: [
    {
      name: 'what Kubernetes, istiod and OpenShift create in every namespace, in a complete set',
      manifest: mounting('kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt'),
      options: { closedWorld: true },
    },
    {
      name: 'a ConfigMap of another name, in a complete set',
      manifest: mounting('istio-ca'),
      options: { closedWorld: true },
      finds: [{ severity: 'error' }],
    },
  ],
  GIT001: [
    {
      name: 'routes that are ignored while a rollout is under way',
      manifest: gatewayApp(`${UNDER_WAY} | .spec.rules`),
    },
    {
      name: 'something else that is ignored then',
      manifest: gatewayApp(`${UNDER_WAY} | .spec.hostnames`),
      finds: [{ severity: 'warning' }],
    },
  ],
  GIT003: [
    {
      name: 'routes that are ignored while a rollout is under way',
      manifest: gatewayApp(`${UNDER_WAY} | .spec.rules`, 'RespectIgnoreDifferences=true'),
    },
    {
      name: 'routes that are ignored always',
      manifest: gatewayApp('.spec.rules', 'RespectIgnoreDifferences=true'),
      finds: [{ severity: 'warning' }],
    },
  ],
  PRM007: [
    {
      name: 'a query with two selectors: one finding',
      manifest: queryInRollout(
        'sum(rate(http_requests_total{service="checkout-canary",code=~"5.."}[5m])) / sum(rate(http_requests_total{service="checkout-canary"}[5m]))',
      ),
      finds: [{ severity: 'warning' }],
    },
    { name: 'no Service', manifest: queryInRollout('sum(increase(http_requests_total[5m]))') },
    {
      name: 'the Service changes behind an abort with any router',
      manifest: byService.replace(ISTIO, 'nginx: { stableIngress: checkout }'),
      finds: [{ message: `${BY_SERVICE}, and flaps between the versions after an abort` }],
    },
    { name: 'the analysis begins behind its window', manifest: soaked('{ duration: 5m }') },
    { name: 'it begins within its window', manifest: soaked('{ duration: 4m }'), finds: [{ severity: 'warning' }] },
    { name: 'a manual approval may come at once', manifest: soaked('{}'), finds: [{ severity: 'warning' }] },
    {
      name: 'the background analysis begins behind its window',
      manifest: inBackground('startingStep: 2,'),
    },
    {
      name: 'the background analysis begins with the update',
      manifest: inBackground(''),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'it does not without one',
      manifest: byService.replace(new RegExp(`trafficRouting:\\s+${ISTIO}`), ''),
      finds: [{ message: BY_SERVICE }],
    },
    {
      name: 'it does not where the stable pods are scaled with the weight',
      manifest: byService.replace('trafficRouting:', 'dynamicStableScale: true\n      trafficRouting:'),
      finds: [{ message: BY_SERVICE }],
    },
  ],
  ANA021: [
    { name: 'a load test of a plugin', manifest: background("{ plugin: { acme/k6: { testId: '1' } } }") },
    {
      name: 'a single web request',
      manifest: background("{ web: { url: 'https://x.example.com', jsonPath: '{$.a}' } }"),
      finds: [{ severity: 'warning' }],
    },
  ],
  REF016: [
    {
      name: 'a rule of the stable Service',
      manifest: nginx(`rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: ${BACKEND} }] } }]`),
    },
    {
      name: 'a default backend alone, which the controller does not look at',
      manifest: nginx(`defaultBackend: ${BACKEND}\nrules: []`),
      finds: [{ severity: 'error' }],
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);

describe('placeholders', () => {
  const host = (text: string): string =>
    exampleVirtualService(`hosts: ['${text}']\nhttp: [{ route: [{ destination: { host: checkout } }] }]`);
  describeRule(rule('TRF028'), [
    ...['app.${DOMAIN}', 'app.${DOMAIN:=example.com}', 'app.$(DOMAIN)', '{{ domain }}', '<DOMAIN_NAME>'].map(
      (text) => ({
        name: `a host that something replaces: ${text}`,
        manifest: host(text),
        finds: [{ severity: 'note' as const, hint: 'it holds a placeholder: lint what replaces it' }],
      }),
    ),
    { name: 'a host that nothing replaces', manifest: host('app.$DOMAIN'), finds: [{ severity: 'error' }] },
    { name: 'a right host', manifest: host('app.example.com') },
  ]);

  const header = (value: string): string =>
    analysisTemplate(`
- name: errors
  provider:
    prometheus:
      address: https://prometheus.example.com
      query: up
      headers: [{ key: Authorization, value: '${value}' }]`);
  describeRule(rule('SEC003'), [
    { name: 'a token that something puts in', manifest: header('Bearer ${TOKEN}'), finds: [{ severity: 'note' }] },
    {
      name: 'a token beside a placeholder',
      manifest: header('Bearer not-a-real-token${NOTHING:=}'),
      finds: [{ severity: 'error' }],
    },
    { name: 'an argument', manifest: header('Bearer {{args.token}}') },
  ]);
});
