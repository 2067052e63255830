import { RULES, type Rule } from '../../src/rules';
import {
  documents,
  exampleApplication,
  exampleBudget,
  exampleOf,
  exampleService,
  exampleVirtualService,
  queryInRollout,
  SCRAPED_APP,
  serviceMonitor,
  steppedRollout,
  withQuery,
} from '../../src/rules/shared/example';
import { readVersions } from '../../src/versions';
import { describeRule } from './describe-rule';
import { gateway, monitor, policy, provider, route, server } from './refusals/frames';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

describeRule(rule('TRF044'), [
  {
    name: 'a redirect to another scheme than those of the web',
    manifest: exampleVirtualService('hosts: [checkout]\nhttp:\n  - redirect: { scheme: ftp }'),
    finds: [{ line: 8, message: "spec.http[0].redirect.scheme is 'ftp'", hint: "use 'http' or 'https'" }],
  },
  {
    name: 'a header of a match that is no header',
    manifest: route("match: [{ headers: { 'x canary': { exact: a } } }]"),
    finds: [
      { message: "spec.http[0].match[0] matches the header 'x canary', which is no header name", severity: 'error' },
    ],
  },
  {
    name: 'a path without a slash, which no request has',
    manifest: route('match: [{ uri: { prefix: checkout } }]'),
    finds: [{ severity: 'warning', hint: "begin with '/'" }],
  },
  {
    name: 'rewrites of nothing, in two ways, and without a pattern',
    manifest: [
      'rewrite: {}',
      "rewrite: { uri: /a, uriRegexRewrite: { match: '/(.*)', rewrite: '/a' } }",
      "rewrite: { uriRegexRewrite: { rewrite: '/a' } }",
    ]
      .map((line, i) => `${i > 0 ? '---\n' : ''}${route(line).replace(/^\n/, '')}`.replace(/\n?$/, '\n'))
      .join(''),
    finds: [
      { message: expect.stringContaining('rewrites nothing') as never },
      { message: expect.stringContaining('has both uri and uriRegexRewrite') as never },
      { message: expect.stringContaining('has no match') as never },
    ],
  },
  { name: 'a rewrite of the authority alone', manifest: route('rewrite: { authority: a.example.com }') },
  {
    name: 'settings that Istio takes: a claim, a pseudo header, a variable, a presence, a grpc-status, a blank rewrite',
    manifest:
      route(`match: [{ headers: { ':method': { exact: GET }, '@request.auth.claims.sub': { exact: a }, x: {} }, withoutHeaders: { y: { regex: '*' } } }]
headers: { request: { set: { x-host: '%REQ(:authority)%', x-share: '50%%' }, remove: [x-old] } }
corsPolicy: { allowOrigins: [{ exact: 'https://a.example.com' }], allowMethods: [GET], allowHeaders: ['*'], maxAge: 24h }
fault: { abort: { grpcStatus: UNAVAILABLE, percentage: { value: 0.1 } } }
rewrite: { uri: ' ' }`),
  },
]);

describeRule(rule('TRF045'), [
  {
    name: 'an object exported to everybody and to one',
    manifest: exampleVirtualService(
      "hosts: [checkout]\nexportTo: ['*', shop]\nhttp:\n  - route: [{ destination: { host: a } }]",
    ),
    finds: [{ message: 'VirtualService checkout is exported to every namespace and to others' }],
  },
  {
    name: 'an object exported to its own namespace',
    manifest: exampleVirtualService(
      "hosts: [checkout]\nexportTo: ['.']\nhttp:\n  - route: [{ destination: { host: a } }]",
    ),
  },
]);

describeRule(rule('TRF031'), [
  {
    name: 'a distribution that is not the whole',
    manifest: policy(
      '{ loadBalancer: { localityLbSetting: { distribute: [{ from: a/*, to: { a/*: 60, b/*: 30 } }] } } }',
    ),
    finds: [{ message: "the requests from 'a/*' are spread as 60 + 30 = 90 %", severity: 'error' }],
  },
  {
    name: 'a failover that nothing starts',
    manifest: policy('{ loadBalancer: { localityLbSetting: { failover: [{ from: a, to: b }] } } }'),
    finds: [
      { message: 'failover without outlierDetection never happens, as nothing is known to fail', severity: 'warning' },
    ],
  },
  {
    name: 'policies that Istio takes',
    manifest: policy(
      '{ connectionPool: { tcp: { maxConnections: 10, connectTimeout: 30ms } }, loadBalancer: { consistentHash: { httpCookie: { name: u, ttl: 0s } }, warmup: { duration: 10s } }, tls: { mode: MUTUAL, credentialName: a } }',
    ),
  },
]);

describeRule(rule('TRF030'), [
  {
    name: 'two protocols at one port',
    manifest: gateway(
      `${server('name: http, protocol: HTTP', 'hosts: [shop.example.com]')}\n${server('name: mongo, protocol: MONGO', 'hosts: [db.example.com]')}`,
    ),
    finds: [
      {
        message: 'Gateway checkout-gateway speaks HTTP and MONGO at port 80, of which Istio drops one',
        severity: 'warning',
      },
    ],
  },
  {
    name: 'two servers of HTTP at one port',
    manifest: gateway(
      `${server('name: http, protocol: HTTP', 'hosts: [shop.example.com]')}\n${server('name: http2, protocol: HTTP2', 'hosts: [a.example.com]')}`,
    ),
  },
]);

describeRule(rule('TRF046'), [
  { name: 'one subset for both', manifest: rule('TRF046').bad, finds: [{ severity: 'error' }] },
  { name: 'two subsets', manifest: rule('TRF046').good },
]);

describeRule(rule('TRF047'), [
  { name: 'a redirect behind a Route that ends TLS', manifest: rule('TRF047').bad, finds: [{ severity: 'warning' }] },
  {
    name: 'a redirect of another host',
    manifest: rule('TRF047').bad.replace('hosts: [shop.example.com]', 'hosts: [other.example.com]'),
  },
]);

describeRule(rule('MSH013'), [
  {
    name: 'a policy for pods and for a waypoint',
    manifest: exampleOf(
      'security.istio.io/v1',
      'AuthorizationPolicy',
      'a',
      'selector: { matchLabels: { app: a } }\ntargetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: waypoint }]',
    ),
    finds: [{ message: 'AuthorizationPolicy a has both a selector and targetRefs' }],
  },
  {
    name: 'a policy that denies and says nothing',
    manifest: exampleOf('security.istio.io/v1', 'AuthorizationPolicy', 'a', 'action: DENY'),
    finds: [{ message: 'AuthorizationPolicy a has the action DENY and no rules, so it never holds' }],
  },
  {
    name: 'policies that Istio takes: nobody, everybody, ports as texts',
    manifest: documents(
      exampleOf('security.istio.io/v1', 'AuthorizationPolicy', 'nobody', '{}'),
      exampleOf('security.istio.io/v1', 'AuthorizationPolicy', 'everybody', 'rules: [{}]'),
      exampleOf(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'some',
        "rules: [{ from: [{ source: { namespaces: [monitoring] } }], to: [{ operation: { ports: ['9090'] } }] }]",
      ),
    ),
  },
]);

describeRule(rule('MSH014'), [
  { name: 'a member with a name of its own', manifest: rule('MSH014').bad, finds: [{ severity: 'error' }] },
  { name: 'a member called default', manifest: rule('MSH014').good },
]);

describeRule(rule('ROL050'), [
  {
    name: 'an experiment that never ends, since its duration has no unit',
    manifest: rule('ROL050').bad,
    finds: [
      {
        message:
          "the duration of the experiment in step 2 of Rollout checkout is '30', which is not a duration, so it never ends",
      },
    ],
  },
  {
    name: 'an Experiment object whose pods may take longer than it may last',
    manifest: exampleOf(
      'argoproj.io/v1alpha1',
      'Experiment',
      'compare',
      `progressDeadlineSeconds: 60
templates:
  - name: new
    minReadySeconds: 90
    selector: { matchLabels: { app: new } }
    template: { metadata: { labels: { app: new } }, spec: { containers: [{ name: app, image: 'app:2' }] } }`,
    ),
    finds: [
      { message: 'minReadySeconds of a template of Experiment compare is 90, more than progressDeadlineSeconds (60)' },
    ],
  },
  {
    name: 'an experiment as it should be',
    manifest: steppedRollout({
      steps: '- experiment: { duration: 1h30m, templates: [{ name: new, specRef: canary, replicas: 2 }] }',
    }),
  },
]);

describeRule(rule('PRM029'), [
  {
    name: 'a percentage in the place of a share',
    manifest: withQuery('histogram_quantile(95, sum by (le) (rate(x_bucket[5m])))'),
    finds: [{ message: "the query of metric 'errors' asks for the quantile 95", hint: 'did you mean 0.95?' }],
  },
  { name: 'a share', manifest: withQuery('histogram_quantile(1, sum by (le) (rate(x_bucket[5m])))') },
]);

describeRule(rule('MON014'), [
  {
    name: 'a key without its certificate',
    manifest: documents(
      SCRAPED_APP,
      serviceMonitor('port: http\nscheme: https\ntlsConfig: { keySecret: { name: a, key: tls.key } }'),
    ),
    finds: [{ message: 'ServiceMonitor checkout has a key without its certificate' }],
  },
  {
    name: 'a regular expression that Prometheus does not read',
    manifest: monitor("port: http\nrelabelings: [{ sourceLabels: [pod], regex: '(', targetLabel: a }]"),
    finds: [{ message: expect.stringContaining("is refused: regex '('") as string, severity: 'error' }],
  },
  {
    name: 'a target label that is a group of the expression, for a Prometheus before 3.0',
    manifest: monitor("port: http\nmetricRelabelings: [{ sourceLabels: [pod], targetLabel: '${1}_name' }]"),
    options: { versions: readVersions({ prometheus: '2.55' }).versions },
    finds: [
      {
        message:
          "a relabeling of ServiceMonitor checkout is refused: targetLabel '${1}_name' is no name of a label before Prometheus 3.0",
        severity: 'error',
      },
    ],
  },
  {
    name: 'a target label that is a group of the expression',
    manifest: monitor(
      "port: http\nrelabelings: [{ action: labelmap, regex: '__meta_(.+)' }, { targetLabel: '$1', replacement: a }]",
    ),
  },
]);

describeRule(rule('GIT017'), [
  {
    name: 'a source without a folder',
    manifest: exampleApplication('').replace('path: deploy, ', ''),
    finds: [{ message: 'a source of Application shop has neither a path nor a chart', severity: 'error' }],
  },
  {
    name: 'a chart, a repository of values and the whole repository',
    manifest: exampleApplication('').replace(
      /source: .*/,
      'sources: [{ repoURL: https://charts.example.com, chart: shop, targetRevision: 1.0.0 }, { repoURL: https://git.example.com/values.git, ref: values }, { repoURL: https://git.example.com/a.git, path: . }]',
    ),
  },
]);

describeRule(rule('GIT018'), [
  {
    name: 'two elements of one name',
    manifest: rule('GIT018').bad,
    finds: [{ message: "ApplicationSet shop makes the Application 'shop-staging' twice" }],
  },
  {
    name: 'names that other generators fill in',
    manifest: exampleOf(
      'argoproj.io/v1alpha1',
      'ApplicationSet',
      'shop',
      "generators: [{ git: { repoURL: a, directories: [{ path: 'apps/*' }] } }]\ntemplate: { metadata: { name: '{{path.basename}}' }, spec: { project: default } }",
    ),
  },
]);

describeRule(rule('SCL014'), [
  { name: 'a budget with both limits', manifest: rule('SCL014').bad, finds: [{ severity: 'error' }] },
  { name: 'a budget with a null beside', manifest: exampleBudget('minAvailable: 1\nmaxUnavailable: null') },
]);

describeRule(rule('REF028'), [
  { name: 'an account without a namespace', manifest: rule('REF028').bad, finds: [{ severity: 'error' }] },
  {
    name: 'an account that kustomize gives its namespace',
    manifest: `${rule('REF028').bad}---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: checkout }\n`,
    finds: [{ severity: 'note' }],
  },
  { name: 'a group, which has none', manifest: rule('REF028').bad.replace('kind: ServiceAccount', 'kind: Group') },
]);

describeRule(rule('ANA031'), [
  {
    name: 'a plugin with a name of one part',
    manifest: provider('plugin: { sample: { a: 1 } }'),
    finds: [{ message: expect.stringContaining("the plugin is called 'sample'") as unknown as string }],
  },
  { name: 'a plugin with its owner', manifest: provider('plugin: { acme/sample: { a: 1 } }') },
]);

describeRule(rule('GIT006'), [
  {
    name: 'an autoscaler before its Rollout',
    manifest: documents(
      steppedRollout({ steps: '- pause: {}' }).replace(
        '  name: checkout\n',
        "  name: checkout\n  annotations: { argocd.argoproj.io/sync-wave: '1' }\n",
      ),
      exampleOf(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        'checkout',
        'scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }\nmaxReplicas: 4',
      ),
    ),
    finds: [
      {
        message: 'HorizontalPodAutoscaler checkout is in sync wave 0, and Degraded until Rollout checkout in 1 exists',
      },
    ],
  },
  {
    name: 'a wave that is no number',
    manifest: exampleService('checkout').replace(
      '  name: checkout\n',
      '  name: checkout\n  annotations: { argocd.argoproj.io/sync-wave: last }\n',
    ),
    finds: [{ message: "Service checkout is in sync wave 'last', which Argo CD reads as 0", severity: 'warning' }],
  },
  { name: 'all in one wave', manifest: exampleService('checkout') },
]);

describeRule(rule('ROL038'), [
  {
    name: 'a mount of a volume that the pods do not have',
    manifest: exampleOf(
      'apps/v1',
      'StatefulSet',
      'search',
      `serviceName: search
selector: { matchLabels: { app: search } }
volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
template:
  metadata: { labels: { app: search } }
  spec: { containers: [{ name: search, image: 'search:1', volumeMounts: [{ name: date, mountPath: /data }] }] }`,
    ),
    finds: [
      {
        message: "container 'search' of StatefulSet search mounts the volume 'date', which the pod does not have",
      },
    ],
  },
  {
    name: 'a mount of the claim of a StatefulSet',
    manifest: exampleOf(
      'apps/v1',
      'StatefulSet',
      'search',
      `serviceName: search
selector: { matchLabels: { app: search } }
volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
template:
  metadata: { labels: { app: search } }
  spec: { containers: [{ name: search, image: 'search:1', volumeMounts: [{ name: data, mountPath: /data }] }] }`,
    ),
  },
]);

describeRule(rule('SCH009'), [
  {
    name: 'a ConfigMap without a name',
    manifest: 'apiVersion: v1\nkind: ConfigMap\n',
    finds: [{ message: 'this ConfigMap has no name' }],
  },
  {
    name: 'the configuration of a machine, whose version has no group',
    manifest: 'apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 30s\n',
  },
]);

const ROUTE_QUERY = 'sum(increase(haproxy_backend_http_responses_total{route="checkout",code="5xx"}[5m]))';
const openShiftRoute = (name: string): string =>
  exampleOf('route.openshift.io/v1', 'Route', name, 'to: { kind: Service, name: checkout-stable }');

describeRule(rule('PRM023'), [
  {
    name: 'a query of a Route that does not exist',
    manifest: documents(queryInRollout(ROUTE_QUERY), openShiftRoute('checkouts')),
    finds: [{ message: "the query of metric 'errors' asks about the Route 'checkout', which is not defined here" }],
    options: { closedWorld: true },
  },
  {
    name: 'a query of a Route that is there',
    manifest: documents(queryInRollout(ROUTE_QUERY), openShiftRoute('checkout')),
    options: { closedWorld: true },
  },
]);

describeRule(rule('ANA035'), [
  {
    name: 'steps that end by time, with what a bad version does until then',
    manifest: steppedRollout({
      steps: '- setWeight: 20\n- pause: { duration: 5m }\n- setWeight: 50\n- pause: { duration: 2m }',
    }),
    finds: [
      {
        hint: 'a simulation catches 0 % of bad versions: one that fails every request fails as many as arrive in 2 min, and then all; add an analysis, or a pause without a duration',
      },
    ],
  },
  { name: 'a manual approval', manifest: steppedRollout({ steps: '- setWeight: 20\n- pause: {}' }) },
]);
