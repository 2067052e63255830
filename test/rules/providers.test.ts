import {
  AnalysisTemplate,
  DatadogAggregator,
  DatadogApiVersion,
  MetricProvider,
  ProviderAuthentication,
  WebMethod,
} from '../../src';
import { CHECKED_PROVIDERS } from '../../src/formats/argo-rollouts/provider-problems';
import { ANALYSIS_RULES } from '../../src/rules/analysis';
import { CONDITION_RULES } from '../../src/rules/conditions';
import type { Rule } from '../../src/rules';
import { analysisTemplate, documents } from '../../src/rules/shared/example';
import { refusal } from '../synthesized';
import { describeRule, examplesOn, findingsOf } from './describe-rule';

const rule = (code: string): Rule => [...ANALYSIS_RULES, ...CONDITION_RULES].find((one) => one.code === code)!;

const metric = (provider: string, condition = 'default(result, 0) < 5'): string =>
  analysisTemplate(`
- name: gate
  successCondition: ${JSON.stringify(condition)}
  provider: ${provider}`);

describeRule(rule('ANA031'), [
  {
    name: 'a Datadog query with arithmetic for the second version of the API',
    manifest: metric("{ datadog: { apiVersion: v2, query: 'sum:a.errors{*}.as_count() / sum:a.hits{*}.as_count()' } }"),
    finds: [{ path: 'spec.metrics[0].provider.datadog.query', line: 9 }],
  },
  {
    name: 'arithmetic for the first version, and a minus in a tag and a metric',
    manifest: documents(
      metric("{ datadog: { apiVersion: v1, query: 'sum:a.errors{*} / sum:a.hits{*}' } }"),
      metric("{ datadog: { apiVersion: v2, query: 'avg:check-out.latency{env:prod-eu,*}.rollup(avg, 60)' } }").replace(
        'checkout-errors',
        'other',
      ),
    ),
  },
  {
    name: 'each combination that Datadog refuses',
    manifest: metric('{ datadog: { aggregator: sum, formula: a / b } }'),
    finds: [
      { message: expect.stringContaining('aggregator needs the second version') as never },
      { message: expect.stringContaining('formula is given without queries') as never },
    ],
  },
  {
    name: 'a Job that may restart for ever, without an image',
    manifest: metric('{ job: { spec: { template: { spec: { containers: [{ name: a, image: " " }] } } } } }'),
    finds: [
      { message: expect.stringContaining('restartPolicy of a job must be Never or OnFailure') as never },
      { message: expect.stringContaining('the image of the job is empty') as never },
    ],
  },
  {
    name: 'a provider that is null, and one that takes its values from arguments',
    manifest: documents(
      metric('{ web: null }'),
      metric('{ web: { url: "{{args.gate}}", jsonPath: "{$.ok}" } }').replace('checkout-errors', 'other'),
    ),
  },
]);

describeRule(rule('CON019'), [
  {
    name: 'both conditions of a score of Kayenta',
    manifest: analysisTemplate(
      '- { name: score, successCondition: result > 90, failureCondition: result < 50, provider: { kayenta: { threshold: { pass: 90, marginal: 50 } } } }',
    ),
    finds: [
      {
        message: expect.stringContaining('successCondition') as never,
        hint: expect.stringContaining('threshold.pass') as never,
      },
      { message: expect.stringContaining('failureCondition') as never },
    ],
  },
  {
    name: 'a condition of a web metric',
    manifest: metric('{ web: { url: https://ci.example.com, jsonPath: "{$.ok}" } }', 'result'),
  },
]);

describeRule(rule('ANA032'), [
  {
    name: 'a query grouped by two tags, among several',
    manifest: metric(
      "{ datadog: { apiVersion: v2, formula: a, queries: { a: 'sum:x{*} by {pod_name, zone}', b: 'sum:y{*}' } } }",
    ),
    finds: [{ path: 'spec.metrics[0].provider.datadog.queries.a' }],
  },
  { name: 'a tag called by', manifest: metric("{ datadog: { query: 'sum:x{made_by:us}' } }") },
]);

const job = (pod: string): string =>
  metric(
    `{ job: { spec: { activeDeadlineSeconds: 60, template: { ${pod} spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } } } }`,
  ).replace('  name: checkout-errors', '  name: checkout-errors\n  namespace: shop');
const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { ${labels} } }`;

describeRule(rule('ANA033'), [
  {
    name: 'a Job in a namespace of a revision',
    manifest: documents(namespace('istio.io/rev: stable'), job('')),
    finds: [{ related: { file: 'app.yaml', line: 3, column: 49, message: 'what injects the sidecar' } }],
  },
  {
    name: 'a sidecar that is native on new nodes',
    manifest: documents(namespace('istio-injection: enabled'), job('')),
    finds: [
      {
        severity: 'advice',
        message:
          "the Job of metric 'gate' runs in the namespace 'shop' with a sidecar, which keeps it from completing unless the sidecar is native (Istio 1.30 on Kubernetes 1.33 or newer)",
      },
    ],
  },
  {
    name: 'a sidecar that is not to be native',
    manifest: documents(
      namespace('istio-injection: enabled'),
      job('metadata: { annotations: { sidecar.istio.io/nativeSidecar: "false" } },'),
    ),
    finds: [{ severity: 'warning', message: expect.stringMatching(/which keeps it from completing$/) as never }],
  },
  {
    name: 'a Job in the network of its node, which gets no sidecar',
    manifest: documents(
      namespace('istio-injection: enabled'),
      job('').replace('restartPolicy: Never', 'hostNetwork: true, restartPolicy: Never'),
    ),
  },
  {
    name: 'a Job that opts out by annotation',
    manifest: documents(
      namespace('istio-injection: enabled'),
      job('metadata: { annotations: { sidecar.istio.io/inject: "false" } },'),
    ),
  },
  {
    name: 'a Job whose pods ask for native sidecars',
    manifest: documents(
      namespace('istio-injection: enabled'),
      job('metadata: { annotations: { sidecar.istio.io/nativeSidecar: "true" } },'),
    ),
  },
  { name: 'a namespace without injection', manifest: documents(namespace('team: shop'), job('')) },
  {
    name: 'a namespace that is opted out, though it has a revision',
    manifest: documents(namespace('istio-injection: disabled, istio.io/rev: stable'), job('')),
  },
  {
    name: 'a pod that asks for a sidecar itself',
    manifest: documents(namespace('team: shop'), job('metadata: { labels: { sidecar.istio.io/inject: "true" } },')),
    finds: [{ line: 14 }],
  },
  {
    name: 'a Job that ends its sidecar',
    manifest: documents(namespace('istio-injection: enabled'), job('')).replace(
      'image: a }',
      'image: a, command: [sh, -c, "check; curl -X POST localhost:15020/quitquitquit"] }',
    ),
  },
  {
    name: 'a template of the cluster, whose Job runs where the Rollout that uses it is',
    manifest: documents(
      namespace('istio-injection: enabled'),
      job('').replace('kind: AnalysisTemplate', 'kind: ClusterAnalysisTemplate').replace('  namespace: shop\n', ''),
      `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  strategy: { canary: { steps: [{ analysis: { templates: [{ templateName: checkout-errors, clusterScope: true }] } }] } }`,
    ),
    finds: [{ message: expect.stringContaining("in the namespace 'shop'") as never }],
  },
]);

describeRule(rule('ANA034'), [
  { name: 'a Job without a deadline', manifest: job('').replace('activeDeadlineSeconds: 60, ', ''), finds: [{}] },
  { name: 'a Job with a deadline', manifest: job('') },
]);

describeRule(rule('CON014'), [
  {
    name: 'a bare comparison',
    manifest: metric("{ datadog: { query: 'sum:x{*}' } }", 'result < 5'),
    finds: [{ line: 8 }],
  },
  { name: 'a default', manifest: metric("{ datadog: { query: 'sum:x{*}' } }") },
  {
    name: 'a check for nil',
    manifest: metric("{ datadog: { query: 'sum:x{*}' } }", 'isNil(result) || result < 5'),
  },
  { name: 'Prometheus, whose nothing is a list', manifest: metric('{ prometheus: { query: up } }', 'result < 5') },
]);

describeRule(rule('CON015'), [
  {
    name: 'a text that is compared with the whole answer',
    manifest: metric('{ web: { url: "https://ci.example.com" } }', 'result == "ok"'),
    options: examplesOn(rule('CON015')),
    finds: [{ line: 8 }],
  },
  { name: 'a number', manifest: metric('{ web: { url: "https://ci.example.com" } }', 'result == 1') },
  {
    name: 'a field of JSON',
    manifest: metric('{ web: { url: "https://ci.example.com", jsonPath: "{$.state}" } }', 'result == "ok"'),
  },
]);

/** What the constructs refuse of a provider, with what a manifest of the same says. */
const KAYENTA = {
  address: 'https://kayenta.example.com',
  application: 'shop',
  canaryConfigName: 'checkout',
  metricsAccountName: 'a',
  configurationAccountName: 'b',
  storageAccountName: 'c',
};
const REFUSED: readonly (readonly [name: string, provider: MetricProvider, manifest: object])[] = [
  ['datadog', MetricProvider.datadog({}), { datadog: {} }],
  ['datadog', MetricProvider.datadog({ queries: { a: 'x' } }), { datadog: { queries: { a: 'x' } } }],
  [
    'datadog',
    MetricProvider.datadog({ query: 'x', aggregator: DatadogAggregator.SUM }),
    { datadog: { query: 'x', aggregator: 'sum' } },
  ],
  [
    'datadog',
    MetricProvider.datadog({ apiVersion: DatadogApiVersion.V2, query: 'x', formula: 'a' }),
    { datadog: { apiVersion: 'v2', query: 'x', formula: 'a' } },
  ],
  [
    'datadog',
    MetricProvider.datadog({ apiVersion: DatadogApiVersion.V2, query: 'x', queries: { a: 'x' } }),
    { datadog: { apiVersion: 'v2', query: 'x', queries: { a: 'x' } } },
  ],
  [
    'datadog',
    MetricProvider.datadog({ apiVersion: DatadogApiVersion.V2, queries: { a: 'x', b: 'y' } }),
    { datadog: { apiVersion: 'v2', queries: { a: 'x', b: 'y' } } },
  ],
  [
    'datadog',
    MetricProvider.datadog({ apiVersion: DatadogApiVersion.V2, query: 'sum:x{*} / sum:y{*}' }),
    { datadog: { apiVersion: 'v2', query: 'sum:x{*} / sum:y{*}' } },
  ],
  ['web', MetricProvider.web({ url: 'ci' }), { web: { url: 'ci' } }],
  ['web', MetricProvider.web({ url: 'https://ci', body: 'a' }), { web: { url: 'https://ci', body: 'a' } }],
  [
    'web',
    MetricProvider.web({ url: 'https://ci', method: WebMethod.PUT, body: 'a', jsonBody: {} }),
    { web: { url: 'https://ci', method: 'PUT', body: 'a', jsonBody: {} } },
  ],
  [
    'job',
    MetricProvider.job({ image: 'a b' }),
    { job: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'a b' }] } } } } },
  ],
  [
    'job',
    MetricProvider.job({ image: 'a', backoffLimit: -1 }),
    {
      job: {
        spec: {
          backoffLimit: -1,
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'a' }] } },
        },
      },
    },
  ],
  ['cloudWatch', MetricProvider.cloudWatch({ queries: [] }), { cloudWatch: { metricDataQueries: [] } }],
  [
    'cloudWatch',
    MetricProvider.cloudWatch({ queries: [{ id: 'A' }] }),
    { cloudWatch: { metricDataQueries: [{ id: 'A' }] } },
  ],
  [
    'kayenta',
    MetricProvider.kayenta({ ...KAYENTA, pass: 101, marginal: 200, scopes: [] }),
    { kayenta: { ...KAYENTA, threshold: { pass: 101, marginal: 200 }, scopes: [] } },
  ],
  ['plugin', MetricProvider.plugin('sample', { a: 1 }), { plugin: { sample: { a: 1 } } }],
  ['newRelic', MetricProvider.newRelic({ query: ' ' }), { newRelic: { query: ' ' } }],
  ['influxdb', MetricProvider.influxdb({ query: '' }), { influxdb: { query: '' } }],
  ['wavefront', MetricProvider.wavefront({ address: 'a', query: '' }), { wavefront: { address: 'a', query: '' } }],
  ['graphite', MetricProvider.graphite({ address: 'a', query: '' }), { graphite: { address: 'a', query: '' } }],
  ['skywalking', MetricProvider.skywalking({ address: 'a', query: '' }), { skywalking: { address: 'a', query: '' } }],
  [
    'prometheus',
    MetricProvider.prometheus({ address: 'http://a', query: 'up', authentication: ProviderAuthentication.sigv4() }),
    { prometheus: { address: 'http://a', query: 'up', authentication: { sigv4: {} } } },
  ],
];

describe('what the constructs refuse of a provider, the linter refuses in a manifest', () => {
  test.each(REFUSED)('%s', (_name, provider, manifest) => {
    const problems = refusal(
      (scope) => new AnalysisTemplate(scope, 'gate', { metrics: [{ name: 'gate', provider }] }),
    ).map((line) => line.replace("[shop/gate] metric 'gate': ", ''));
    const found = findingsOf(rule('ANA031'), metric(JSON.stringify(manifest))).map(({ message }) =>
      message.replace("metric 'gate': ", ''),
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(found.sort()).toEqual([...problems].sort());
  });

  test('every provider with a check is among them', () => {
    expect([...new Set(REFUSED.map(([name]) => name))].sort()).toEqual([...CHECKED_PROVIDERS].sort());
  });
});

describeRule(rule('CON004'), [
  {
    name: 'a name that the expression language does not have, whatever a web service answers',
    manifest: metric('{ web: { url: https://ci.example.com } }', 'result.state == "ok" && resul.late == false'),
    finds: [{ path: 'spec.metrics[0].successCondition' }],
  },
  {
    name: 'fields of an answer that nobody knows, and built-in functions',
    manifest: metric('{ web: { url: https://ci.example.com } }', 'default(result.a.b, 0) < 5 || all(result.c, # > 1)'),
  },
]);
