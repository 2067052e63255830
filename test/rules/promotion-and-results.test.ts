import { RULES, type Rule } from '../../src/rules';
import {
  analysisTemplate,
  documents,
  exampleOf,
  exampleRollout,
  exampleStrategy,
  prometheusMetric,
  withConditions,
  withQuery,
} from '../../src/rules/shared/example';
import { readVersions } from '../../src/versions';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;
const closed = { closedWorld: true };

/** A metric of any provider, by its conditions. */
const metricOf = (provider: string, success: string, failure: string): string =>
  analysisTemplate(
    `- name: errors\n  successCondition: ${JSON.stringify(success)}\n  failureCondition: ${JSON.stringify(failure)}\n  provider: ${provider}`,
  );
const DATADOG = "{ datadog: { query: 'sum:errors{service:checkout}' } }";
const WEB = "{ web: { url: https://quality.example.com, jsonPath: '{$.data}' } }";
const CLOUD_WATCH = '{ cloudWatch: { metricDataQueries: [{ id: rate, expression: errors / requests }] } }';

const kargo = (kind: string, name: string, spec: string): string =>
  exampleOf('kargo.akuity.io/v1alpha1', kind, name, spec, { namespace: 'shop' });
const warehouse = kargo('Warehouse', 'checkout', 'subscriptions: []');
const stage = (name: string, sources: string): string =>
  kargo('Stage', name, `requestedFreight: [{ origin: { kind: Warehouse, name: checkout }, sources: ${sources} }]`);

const progressive = (...values: readonly string[]): string =>
  exampleOf(
    'argoproj.io/v1alpha1',
    'ApplicationSet',
    'checkout',
    `strategy:
  type: RollingSync
  rollingSync:
    steps:
${values.map((one) => `      - matchExpressions: [{ key: env, operator: In, values: [${one}] }]`).join('\n')}`,
  );

const annotated = (...annotations: readonly string[]): string =>
  exampleRollout('steps: [{ setWeight: 20 }, { pause: {} }]').replace(
    '  name: checkout\n',
    `  name: checkout\n  annotations:\n${annotations.map((one) => `    ${one}: team\n`).join('')}`,
  );
const SUBSCRIBE = 'notifications.argoproj.io/subscribe';

const paused = (value: string): string =>
  exampleOf('keda.sh/v1alpha1', 'ScaledObject', 'checkout', 'triggers: []').replace(
    '  name: checkout\n',
    `  name: checkout\n  annotations: { autoscaling.keda.sh/paused: ${JSON.stringify(value)} }\n`,
  );

const authenticated = (reference: string): string =>
  exampleOf(
    'keda.sh/v1alpha1',
    'ScaledObject',
    'checkout',
    `triggers: [{ type: prometheus, authenticationRef: ${reference}, metadata: { serverAddress: 'http://prom:9090', query: up, threshold: '1' } }]`,
  );
const clusterAuthentication = exampleOf('keda.sh/v1alpha1', 'ClusterTriggerAuthentication', 'prometheus', '{}').replace(
  /  namespace: .*\n/,
  '',
);

/** A blue-green Rollout, and the analysis behind its switch with so many measurements, one each minute. */
const promoted = (spec: string, count: number): string =>
  documents(
    exampleStrategy(
      'blueGreen:\n  activeService: checkout\n  postPromotionAnalysis: { templates: [{ templateName: checkout-errors }] }',
      { spec },
    ),
    analysisTemplate(prometheusMetric({ fields: `interval: 1m\ncount: ${count}` })),
  );
const before10 = { versions: readVersions({ argoRollouts: '1.9' }).versions };

const experiment = (labels: string, selector = '{ matchLabels: { app: checkout } }'): string =>
  exampleOf(
    'argoproj.io/v1alpha1',
    'Experiment',
    'checkout',
    `templates: [{ name: a, selector: ${selector}, template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: a, image: a:1 }] } } }]`,
  );

const route = (namespace: string, backend: string, rules = ''): string =>
  exampleOf(
    'gateway.networking.k8s.io/v1',
    'HTTPRoute',
    'checkout',
    `parentRefs: [{ name: public }]\nrules: [{ ${rules}backendRefs: [{ name: checkout, ${backend}port: 80 }] }]`,
    { namespace },
  );
const grant = (to: string): string =>
  exampleOf(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    'routes',
    `from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge }]\nto: [{ group: "", kind: Service${to} }]`,
    { namespace: 'shop' },
  );

const found = [{ severity: 'warning' as const }];

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  CON009: [
    { name: 'a value of Datadog', manifest: metricOf(DATADOG, 'result < 5', 'result > 5'), finds: found },
    {
      name: 'a default of Datadog',
      manifest: metricOf(DATADOG, 'default(result, 0) < 5', 'default(result, 0) > 5'),
      finds: found,
    },
    {
      name: 'a field of a web answer',
      manifest: metricOf(WEB, 'result.errors < 5', 'result.errors > 5'),
      finds: [{ message: "exactly 5 is neither success nor failure of metric 'errors'" }],
    },
    {
      name: 'another unit in CloudWatch',
      manifest: metricOf(CLOUD_WATCH, 'result[0].Values[0] <= 0.01', 'result[0].Values[0] >= 1'),
      finds: found,
    },
    { name: 'a band that is left to a person', manifest: metricOf(DATADOG, 'result < 5', 'result > 10') },
    { name: 'no gap', manifest: metricOf(WEB, 'result.errors <= 5', 'result.errors > 5') },
    { name: 'two fields', manifest: metricOf(WEB, 'result.errors < 5', 'result.requests < 5') },
  ],
  CON010: [
    {
      name: 'a value of Datadog',
      manifest: metricOf(DATADOG, 'default(result, 0) < 10', 'default(result, 0) > 5'),
      finds: [{ message: "7.5 is both success and failure of metric 'errors', and failure wins" }],
    },
    { name: 'no overlap', manifest: metricOf(DATADOG, 'result < 5', 'result > 10') },
  ],
  CON016: [
    ...['mean(result) < 1', 'sum(result) < 1', 'median(result) <= 0.5'].map((condition) => ({
      name: condition,
      manifest: withConditions(condition, '', 'avg by (zone) (a)'),
      finds: found,
    })),
    ...['len(result) > 0 && mean(result) < 1', 'max(result) < 1', 'mean(result) > 0.95'].map((condition) => ({
      name: condition,
      manifest: withConditions(condition, '', 'avg by (zone) (a)'),
    })),
  ],
  CON017: [
    { name: 'the constant first', manifest: withConditions('max(0, result[0]) < 1'), finds: found },
    { name: 'the value first', manifest: withConditions('max(result[0], 0) < 1') },
    { name: 'a check for NaN', manifest: withConditions('!isNaN(result[0]) && min(1, result[0]) > 0.9') },
  ],
  CON018: [
    {
      name: 'a field of a web answer',
      manifest: metricOf(WEB, 'default(result.errors, 0) < 5', 'isNil(result.errors)'),
      finds: [{ hint: 'write (result.errors ?? …)' }, { hint: 'write result.errors == nil' }],
    },
    { name: 'the whole result', manifest: metricOf(DATADOG, 'default(result, 0) < 5', 'isNil(result)') },
  ],
  PRM028: [
    ...['a[5m * 1m]', 'a offset 5m - 2m', 'increase(a[1m] anchored)', 'rate(a[2m] smoothed)'].map((query) => ({
      name: query,
      manifest: withQuery(`sum(${query})`),
      finds: found,
    })),
    ...['a[5m * 2]', 'a offset (5m - 2m)', 'rate(a{b="[5m * 1m] anchored"}[2m])', 'anchored_total[5m]'].map(
      (query) => ({
        name: query,
        manifest: withQuery(`sum(${query})`),
      }),
    ),
  ],
  SCL013: [
    { name: 'no', manifest: paused('no'), finds: [{ severity: 'warning' as const }] },
    { name: 'nothing', manifest: paused(''), finds: found },
    { name: 'false', manifest: paused('false') },
    { name: 'true, which says what it does', manifest: paused('true') },
  ],
  REF030: [
    {
      name: 'an authentication that is not there',
      manifest: authenticated('{ name: prometheus }'),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'none in a whole set',
      manifest: authenticated('{ name: prometheus }'),
      options: closed,
      finds: [
        {
          severity: 'warning',
          message:
            "the prometheus trigger of ScaledObject checkout uses the TriggerAuthentication 'prometheus', which nothing here defines",
        },
      ],
    },
    {
      name: 'one of the cluster, without its kind',
      manifest: documents(authenticated('{ name: prometheus }'), clusterAuthentication),
      finds: [
        {
          severity: 'warning',
          hint: 'there is a ClusterTriggerAuthentication of this name; set kind: ClusterTriggerAuthentication',
        },
      ],
    },
    {
      name: 'one of the cluster',
      manifest: documents(
        authenticated('{ kind: ClusterTriggerAuthentication, name: prometheus }'),
        clusterAuthentication,
      ),
      options: closed,
    },
    { name: 'no authentication', manifest: authenticated('{}'), options: closed },
  ],
  ROL053: [
    {
      name: 'an analysis longer than the default deadline',
      manifest: promoted('progressDeadlineAbort: true', 12),
      finds: [
        {
          message:
            'Rollout checkout can be aborted while it is healthy: the analysis after its promotion takes 11 min, and progressDeadlineSeconds is 10 min, its default',
          hint: 'use more than 660',
        },
      ],
    },
    { name: 'before 1.10', manifest: promoted('progressDeadlineAbort: true', 12), options: before10 },
    { name: 'a deadline that does not abort', manifest: promoted('progressDeadlineAbort: false', 12) },
    { name: 'an analysis within the deadline', manifest: promoted('progressDeadlineAbort: true', 10) },
    { name: 'a longer deadline', manifest: promoted('progressDeadlineAbort: true\nprogressDeadlineSeconds: 900', 12) },
  ],
  ROL049: [
    {
      name: 'a selector of other labels',
      manifest: experiment('{ app: other }'),
      finds: [{ severity: 'error' as const }],
    },
    {
      name: 'an empty selector',
      manifest: experiment('{ app: checkout }', '{}'),
      finds: [{ severity: 'error' as const }],
    },
    { name: 'a selector of some of the labels', manifest: experiment('{ app: checkout, role: a }') },
  ],
  TRF042: [
    {
      name: 'one name twice',
      manifest: route('shop', '', 'name: a, matches: [], ').replace(
        'rules: [',
        'rules: [{ name: a, backendRefs: [] }, ',
      ),
      finds: found,
    },
    { name: 'rules without names', manifest: route('shop', '').replace('rules: [', 'rules: [{ backendRefs: [] }, ') },
  ],
  TRF043: [
    { name: 'no grant here', manifest: route('edge', 'namespace: shop, '), finds: [{ severity: 'note' }] },
    { name: 'no grant at all', manifest: route('edge', 'namespace: shop, '), options: closed, finds: found },
    {
      name: 'a grant for another Service',
      manifest: documents(route('edge', 'namespace: shop, '), grant(', name: other')),
      finds: found,
    },
    { name: 'a grant', manifest: documents(route('edge', 'namespace: shop, '), grant('')), options: closed },
    { name: 'its own namespace', manifest: route('shop', 'namespace: shop, '), options: closed },
  ],
  GIT015: [
    {
      name: 'Stages that wait for each other',
      manifest: documents(warehouse, stage('a', '{ stages: [b] }'), stage('b', '{ stages: [a] }')),
      finds: [...found, ...found],
    },
    {
      name: 'a Warehouse that is not here',
      manifest: stage('a', '{ direct: true }'),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'a chain, and a fix that takes the short way',
      manifest: documents(
        warehouse,
        stage('test', '{ direct: true }'),
        stage('staging', '{ stages: [test] }'),
        stage('production', '{ direct: true, stages: [staging] }'),
      ),
      options: closed,
    },
  ],
  GIT016: [
    { name: 'steps of a progressive sync', manifest: progressive('prod', 'staging'), finds: found },
    { name: 'steps in order', manifest: progressive('dev', 'staging, pre-prod', 'prod-eu') },
    {
      name: 'staging behind production',
      manifest: documents(warehouse, stage('prod', '{ direct: true }'), stage('staging', '{ stages: [prod] }')),
      finds: found,
    },
    {
      name: 'both at once',
      manifest: documents(warehouse, stage('prod', '{ direct: true }'), stage('staging', '{ direct: true }')),
      finds: [{ hint: 'take it from the Stage before: stages: [staging]' }],
    },
    {
      name: 'Stages in order',
      manifest: documents(warehouse, stage('staging', '{ direct: true }'), stage('prod', '{ stages: [staging] }')),
    },
  ],
  REF027: [
    {
      name: 'a misspelt trigger, service and prefix',
      manifest: annotated(
        `${SUBSCRIBE}.on-rollout-abort.slack`,
        `${SUBSCRIBE}.slak`,
        'notification.argoproj.io/subscribe.slack',
      ),
      finds: [...found, ...found, ...found],
    },
    {
      name: 'a trigger of one’s own',
      manifest: annotated(`${SUBSCRIBE}.budget-spent.slack`),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'a trigger and a webhook of the ConfigMap',
      manifest: documents(
        annotated(
          `${SUBSCRIBE}.budget-spent.deploybot`,
          `${SUBSCRIBE}.on-rollout-completed.email`,
          `${SUBSCRIBE}.slack`,
        ),
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: argo-rollouts-notification-configmap }\ndata: { trigger.budget-spent: x, service.webhook.deploybot: y }\n',
      ),
      options: closed,
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
