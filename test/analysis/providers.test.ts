import { App, Chart, Duration } from 'cdk8s';
import { Cpu, EnvValue, Secret, ServiceAccount } from 'cdk8s-plus-27';
import {
  AnalysisTemplate,
  ClusterAnalysisTemplate,
  Condition,
  DatadogAggregator,
  DatadogApiVersion,
  MetricProvider,
  ProviderAuthentication,
  Threshold,
  WebMethod,
} from '../../src';
import { only, refusal, synthesize } from '../synthesized';

const template = (provider: MetricProvider, condition?: Condition) =>
  only(
    synthesize((chart) => new AnalysisTemplate(chart, 'gate', { metrics: [{ name: 'gate', provider, condition }] })),
    'AnalysisTemplate',
  ).spec;
const rendered = (provider: MetricProvider) => template(provider).metrics[0].provider;
const refused = (provider: MetricProvider) =>
  refusal((scope) => new AnalysisTemplate(scope, 'gate', { metrics: [{ name: 'gate', provider }] })).map((line) =>
    line.replace("[shop/gate] metric 'gate': ", ''),
  );

const cluster = new Chart(new App(), 'cluster');
const TOKEN = { secret: Secret.fromSecretName(cluster, 'token', 'gate-token'), key: 'token' };
const KAYENTA = {
  address: 'https://kayenta.example.com',
  application: 'shop',
  canaryConfigName: 'checkout',
  metricsAccountName: 'prometheus',
  configurationAccountName: 'intuit-kayenta',
  storageAccountName: 'intuit-kayenta',
  pass: 90,
  marginal: 75,
};
const SCOPE = { scope: 'app=checkout', region: 'eu', step: Duration.minutes(1) };

test.each<[string, MetricProvider]>([
  [
    'Prometheus, with everything',
    MetricProvider.prometheus({
      address: 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1',
      query: 'sum(up)',
      headers: { 'X-Scope-OrgID': 'shop' },
      timeout: Duration.seconds(10),
      insecure: true,
      authentication: ProviderAuthentication.sigv4({ region: 'eu-central-1', roleArn: 'arn:aws:iam::1:role/reader' }),
      range: { start: 'now() - duration("1h")', step: Duration.minutes(1) },
    }),
  ],
  [
    'a web request',
    MetricProvider.web({
      url: 'https://ci.example.com/gate/{{args.token}}',
      method: WebMethod.POST,
      headers: { Accept: 'application/json' },
      jsonBody: { service: 'checkout', tags: ['canary'] },
      jsonPath: '{$.data.ok}',
      timeout: Duration.seconds(40),
      insecure: true,
      authentication: ProviderAuthentication.bearer(TOKEN, 'token'),
    }),
  ],
  [
    'a job',
    MetricProvider.job({
      image: 'registry.example.com/smoke:1',
      command: ['smoke'],
      args: ['--host', 'checkout-canary'],
      env: { LEVEL: EnvValue.fromValue('debug') },
      resources: { cpu: { request: Cpu.millis(100) } },
      serviceAccount: ServiceAccount.fromServiceAccountName(cluster, 'account', 'smoke'),
      backoffLimit: 1,
      deadline: Duration.minutes(2),
      podAnnotations: { team: 'shop' },
    }),
  ],
  ['Datadog', MetricProvider.datadog({ query: 'avg:errors{*}', window: Duration.minutes(10), secretName: 'dd' })],
  [
    'Datadog, several queries',
    MetricProvider.datadog({
      apiVersion: DatadogApiVersion.V2,
      queries: { a: 'sum:errors{*}', b: 'sum:requests{*}' },
      formula: 'a / b',
      aggregator: DatadogAggregator.SUM,
      secretName: 'dd',
      namespacedSecret: true,
    }),
  ],
  [
    'New Relic',
    MetricProvider.newRelic({ query: 'FROM Transaction SELECT 1', profile: 'nr', timeout: Duration.seconds(9) }),
  ],
  [
    'CloudWatch',
    MetricProvider.cloudWatch({
      window: Duration.minutes(30),
      queries: [
        { id: 'rate', expression: 'errors / requests' },
        {
          id: 'errors',
          returnData: false,
          statistic: {
            namespace: 'app',
            metricName: 'errors',
            stat: 'Sum',
            period: Duration.minutes(5),
            dimensions: { service: 'checkout' },
            unit: 'Count',
          },
        },
      ],
    }),
  ],
  ['Graphite', MetricProvider.graphite({ address: 'http://graphite:9090', query: 'target=errors' })],
  ['InfluxDB', MetricProvider.influxdb({ query: 'from(bucket: "app")', profile: 'flux' })],
  [
    'SkyWalking',
    MetricProvider.skywalking({ address: 'http://oap:12800', query: 'query {}', window: Duration.minutes(3) }),
  ],
  [
    'Kayenta',
    MetricProvider.kayenta({
      ...KAYENTA,
      lookback: true,
      scopes: [{ name: 'default', control: SCOPE, experiment: { ...SCOPE, end: '2026-01-31T12:00:00Z' } }],
    }),
  ],
  ['Wavefront', MetricProvider.wavefront({ address: 'example.wavefront.com', query: 'ts(errors)' })],
  ['a plugin', MetricProvider.plugin('argoproj-labs/sample-prometheus', { address: 'http://prometheus', depth: 3 })],
])('%s is asked in its own words', (_, provider) => {
  expect(rendered(provider)).toMatchSnapshot();
});

test('what a provider keeps in a Secret is an argument of its template', () => {
  const oauth = ProviderAuthentication.oauth2({
    tokenUrl: 'https://sso.example.com/token',
    clientId: 'rollouts',
    clientSecret: TOKEN,
    scopes: ['metrics'],
  });
  const spec = template(
    MetricProvider.prometheus({ address: 'https://thanos.example.com', query: 'sum(up)', authentication: oauth }),
  );
  expect(spec.args).toEqual([
    { name: 'oauth2-client-secret', valueFrom: { secretKeyRef: { name: 'gate-token', key: 'token' } } },
  ]);
  expect(spec.metrics[0].provider.prometheus.authentication.oauth2).toEqual({
    tokenUrl: 'https://sso.example.com/token',
    clientId: 'rollouts',
    clientSecret: '{{args.oauth2-client-secret}}',
    scopes: ['metrics'],
  });
});

test('a job has failed at its first failure, keeps out of the mesh, and ends', () => {
  const { spec } = rendered(MetricProvider.job({ image: 'smoke:1' })).job;
  expect(spec).toMatchObject({
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    template: {
      metadata: { labels: { 'sidecar.istio.io/inject': 'false' } },
      spec: { restartPolicy: 'Never', automountServiceAccountToken: false },
    },
  });
});

test('a template of the cluster is of its own kind, and nests others of the cluster', () => {
  const metrics = [
    { name: 'up', provider: MetricProvider.prometheus({ address: 'http://prometheus', query: 'sum(up)' }) },
  ];
  const made = synthesize((chart) => {
    new ClusterAnalysisTemplate(chart, 'all', {
      metrics: [],
      templates: [AnalysisTemplate.fromClusterName('errors')],
      dryRun: ['latency.*'],
      measurementRetention: [{ metrics: '.*', limit: 20 }],
    });
    new AnalysisTemplate(chart, 'own', {
      metrics: [
        { ...metrics[0], measurementRetention: 5, advisory: true, condition: Condition.threshold(Threshold.above(0)) },
      ],
    });
  });
  expect(only(made, 'ClusterAnalysisTemplate').spec).toEqual({
    dryRun: [{ metricName: 'latency.*' }],
    measurementRetention: [{ metricName: '.*', limit: 20 }],
    templates: [{ templateName: 'errors', clusterScope: true }],
  });
  expect(only(made, 'AnalysisTemplate').spec).toMatchObject({
    dryRun: [{ metricName: '^up$' }],
    measurementRetention: [{ metricName: '^up$', limit: 5 }],
  });
  expect(
    refusal(
      (scope) =>
        new ClusterAnalysisTemplate(scope, 'all', { metrics, templates: [AnalysisTemplate.fromName('errors')] }),
    ),
  ).toEqual([expect.stringContaining("nests the AnalysisTemplate 'errors' of one namespace")]);
  expect(
    refusal(
      (scope) => new AnalysisTemplate(scope, 'own', { metrics, measurementRetention: [{ metrics: 'down', limit: 3 }] }),
    ),
  ).toEqual(["[shop/own] measurementRetention has 'down', which matches none of the metrics ('up'); name one of them"]);
});

test.each<[string, MetricProvider, string]>([
  [
    'a signature for nobody',
    MetricProvider.prometheus({
      address: 'http://prometheus',
      query: 'up',
      authentication: ProviderAuthentication.sigv4({ region: 'eu' }),
    }),
    'sigv4 is given, but the address',
  ],
  [
    'an empty signature',
    MetricProvider.prometheus({
      address: 'http://aps-workspaces.aws',
      query: 'up',
      authentication: ProviderAuthentication.sigv4(),
    }),
    'sigv4 has neither region, profile nor roleArn',
  ],
  [
    'half a second',
    MetricProvider.prometheus({ address: 'http://prometheus', query: 'up', timeout: Duration.millis(1500) }),
    'timeout is 1s500ms; give whole seconds',
  ],
  [
    'a token from nowhere',
    MetricProvider.web({
      url: 'https://ci',
      authentication: ProviderAuthentication.oauth2({ tokenUrl: 'sso', clientId: 'a', clientSecret: TOKEN }),
    }),
    "tokenUrl is 'sso', which is no URL",
  ],
  [
    'two bodies',
    MetricProvider.web({ url: 'https://ci', method: WebMethod.PUT, body: 'a', jsonBody: {} }),
    'body and jsonBody are both given',
  ],
  ['a body to read', MetricProvider.web({ url: 'https://ci', body: 'a' }), 'a body is given with GET'],
  ['no query', MetricProvider.datadog({}), 'neither query nor queries is given'],
  [
    'several queries by the old interface',
    MetricProvider.datadog({ queries: { a: 'x' } }),
    'queries needs the second version',
  ],
  [
    'several queries without a formula',
    MetricProvider.datadog({ apiVersion: DatadogApiVersion.V2, queries: { a: 'x', b: 'y' } }),
    '2 queries are given without a formula',
  ],
  [
    'an identifier in capitals',
    MetricProvider.cloudWatch({ queries: [{ id: 'A', expression: 'b' }] }),
    "the query 'A' has an id that CloudWatch refuses",
  ],
  [
    'a query of neither kind',
    MetricProvider.cloudWatch({ queries: [{ id: 'a' }] }),
    "the query 'a' has neither expression and metricStat",
  ],
  [
    'a margin above the pass',
    MetricProvider.kayenta({ ...KAYENTA, marginal: 95, scopes: [{ name: 'a', control: SCOPE, experiment: SCOPE }] }),
    'marginal is 95; use a whole number from 0 to pass (90)',
  ],
  ['a plugin without its owner', MetricProvider.plugin('sample', {}), "the plugin is called 'sample'"],
  [
    'an address without a scheme',
    MetricProvider.graphite({ address: 'graphite', query: 'a' }),
    "address is 'graphite', which is no URL",
  ],
  ['no image', MetricProvider.job({ image: ' ' }), 'the image of the job is empty'],
])('%s is refused', (_, provider, message) => {
  expect(refused(provider)).toEqual([expect.stringContaining(message)]);
});
