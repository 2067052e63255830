import { lint } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { ANALYSIS_RULES } from '../../src/rules/analysis';
import { CONDITION_RULES } from '../../src/rules/conditions';
import { PROMQL_RULES } from '../../src/rules/promql';
import { REFERENCE_RULES } from '../../src/rules/references';
import type { Rule } from '../../src/rules';
import {
  documents,
  exampleOf,
  exampleRollout,
  exampleService,
  queryInRollout,
  steppedRollout,
  withConditions,
  withQuery,
} from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule =>
  [...ANALYSIS_RULES, ...CONDITION_RULES, ...PROMQL_RULES, ...REFERENCE_RULES].find((one) => one.code === code)!;

const alert = (expr: string): string =>
  exampleOf(
    'monitoring.coreos.com/v1',
    'PrometheusRule',
    'checkout',
    `groups: [{ name: a, rules: [{ alert: Errors, expr: ${JSON.stringify(expr)} }] }]`,
  );

const neverEmpty = [
  'sum(a) or vector(0)',
  'sum(a) / sum(b) or on() vector(1)',
  '(sum(a) or vector(0)) / (sum(b) or vector(1))',
  'round(sum(a) or vector(0), 0.1) * 100',
  'sum(sum by (pod) (a) or vector(0))',
  'vector(time()) - 1',
  'max_over_time((sum(a) or vector(0))[10m:1m])',
  '(sum(a) or vector(0)) > bool 5',
  '-(absent(a) or vector(0))',
];
const maybeEmpty = [
  'sum(a)',
  '(sum(a) or vector(0)) > 5',
  'sum(a) and vector(0)',
  'sum(a) / (sum(b) or vector(1))',
  'sum by (pod) (a) + vector(0)',
  'topk(1, a or vector(0))',
  'histogram_quantile(0.9, a or vector(0))',
  'absent_over_time((a or vector(0))[5m:])',
  'vector(1) unless a',
];

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  CON001: [
    ...neverEmpty.map((query): RuleCase => ({ name: query, manifest: withConditions('result[0] < 5', '', query) })),
    ...maybeEmpty.map((query): RuleCase => ({
      name: query,
      manifest: withConditions('result[0] < 5', '', query),
      finds: [{}],
    })),
  ],
  PRM008: [
    {
      name: 'a recording rule that a label identifies',
      manifest: withQuery('shop:availability:ratio_rate5m{service="checkout"}', 'len(result) == 0 || result[0] > 0.9'),
    },
    {
      name: 'a recording rule by a pattern',
      manifest: withQuery('shop:availability:ratio_rate5m{service=~"check.*"}', 'len(result) == 0 || result[0] > 0.9'),
      finds: [{}],
    },
    {
      name: 'a recording rule without a label',
      manifest: withQuery('shop:availability:ratio_rate5m', 'len(result) == 0 || result[0] > 0.9'),
      finds: [{}],
    },
  ],
  PRM009: [
    { name: 'an aggregation of nothing', manifest: withQuery('sum()'), finds: [{ line: 13, column: 13 }] },
    { name: 'a regular expression that Go refuses', manifest: withQuery('sum(a{b=~"(?!c).*"})'), finds: [{}] },
    { name: 'a selector without a condition', manifest: withQuery('sum({b=~".*"})'), finds: [{}] },
    {
      name: 'an argument where a pattern stands',
      manifest: withQuery('sum(rate(a{b=~"{{args.service}}"}[{{args.window}}]))'),
    },
    {
      name: 'an offset behind an operator',
      manifest: withQuery('sum(a) / scalar(vector(2)) - vector(1) * sum(b offset 1h)'),
    },
    {
      name: 'an alert',
      manifest: alert('rate(http_requests_total) > 5'),
      finds: [
        {
          message:
            "Prometheus refuses the expression of alert 'Errors' of PrometheusRule checkout: rate() takes a range vector, such as x[5m], not an instant vector",
        },
      ],
    },
    { name: 'an alert that is right', manifest: alert('rate(http_requests_total[5m]) > 5') },
  ],
  PRM001: [
    { name: 'an alert that does not parse', manifest: alert('rate(http_requests_total[5m]'), finds: [{ line: 6 }] },
    { name: 'an alert that does', manifest: alert('up == 0') },
  ],
  PRM004: [
    {
      name: 'a window that no usual interval fills',
      manifest: queryInRollout('sum(rate(a{service="checkout-canary"}[10s]))'),
      finds: [{ hint: 'use at least four scrape intervals' }],
    },
    {
      name: 'a window that is an argument, with its value',
      manifest: queryInRollout('sum(rate(a{service="checkout-canary"}[{{args.window}}]))', {
        args: '      - { name: window, value: 15s }',
        spec: 'args: [{ name: window }]',
      }),
      finds: [{}],
    },
    {
      name: 'less than two scrapes: mostly no data',
      manifest: rule('PRM004').bad.replace('[1m]', '[59s]'),
      finds: [{ severity: 'error', hint: 'use at least 2 min' }],
    },
    {
      name: 'two scrapes, of which one may be missed',
      manifest: rule('PRM004').bad,
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'a minute, where no monitor is given',
      manifest: queryInRollout('sum(rate(a{service="checkout-canary"}[1m]))'),
    },
  ],
  PRM006: [
    {
      name: 'a canary by pods, without a router',
      manifest: documents(
        steppedRollout({
          steps: '- setWeight: 25\n- analysis: { templates: [{ templateName: checkout-errors }] }',
        }),
        withQuery('sum(rate(http_requests_total{job="checkout",code=~"5.."}[5m]))'),
      ),
      finds: [{}],
    },
    {
      name: 'a namespace, in which both versions run',
      manifest: queryInRollout('sum(rate(http_requests_total{namespace="canary-tests"}[5m]))', { namespace: 'shop' }),
      finds: [{}],
    },
    {
      name: 'the Service that was called',
      manifest: queryInRollout('sum(rate(istio_requests_total{destination_service_name="checkout-canary"}[5m]))'),
    },
  ],
  PRM015: [
    {
      name: 'a success for no data',
      manifest: withQuery('sum(rate(a[5m])) / sum(rate(b[5m])) or vector(1)', 'result[0] >= 0.95'),
      finds: [{ message: "the query of metric 'errors' gives 1 where there is no data, and its condition accepts 1" }],
    },
    {
      name: 'a failure for no data, of a share',
      manifest: withQuery('sum(rate(a[5m])) / sum(rate(b[5m])) or vector(0)', 'result[0] >= 0.95'),
      finds: [{ message: "the query of metric 'errors' gives 0 where there is no data, and its condition fails on 0" }],
    },
    {
      name: 'a count of requests that must be there',
      manifest: withQuery('sum(increase(b[5m])) or vector(0)', 'result[0] >= 10'),
    },
  ],
  PRM016: [
    {
      name: 'irate() twice is one finding',
      manifest: withQuery('sum(irate(a[5m])) / sum(irate(b[5m]))'),
      finds: [
        { message: "the query of metric 'errors' uses irate() 2 times, which sees only the last two samples of 5m" },
      ],
    },
    { name: 'rate()', manifest: withQuery('sum(rate(a[5m]))') },
  ],
  PRM022: [
    {
      name: 'the namespace default, where none is stated',
      manifest: queryInRollout('sum(rate(a{namespace="default",service="checkout-canary"}[5m]))'),
    },
    {
      name: 'the destination of the Application',
      manifest: {
        'apps/shop.yaml': exampleOf(
          'argoproj.io/v1alpha1',
          'Application',
          'shop',
          'project: default\nsource: { repoURL: https://git.example.com/shop.git, path: deploy }\ndestination: { namespace: store }',
        ),
        'deploy/all.yaml': queryInRollout('sum(rate(a{namespace="store",service="checkout-canary"}[5m]))'),
      },
    },
    {
      name: 'another than the destination',
      manifest: {
        'apps/shop.yaml': exampleOf(
          'argoproj.io/v1alpha1',
          'Application',
          'shop',
          'project: default\nsource: { repoURL: https://git.example.com/shop.git, path: deploy }\ndestination: { namespace: store }',
        ),
        'deploy/all.yaml': queryInRollout('sum(rate(a{namespace="shop",service="checkout-canary"}[5m]))'),
      },
      finds: [
        {
          message:
            "the query of metric 'errors' asks about namespace 'shop', and Rollout checkout is in namespace 'store'",
        },
      ],
    },
  ],
  PRM023: [
    {
      name: 'a host that arguments put together, of no Service',
      manifest: queryInRollout(
        'sum(rate(istio_requests_total{destination_service=~"{{args.service}}.shop.svc.cluster.local"}[5m]))',
        { args: '      - { name: service, value: green }', spec: 'args: [{ name: service }]', namespace: 'shop' },
      ),
      finds: [{ severity: 'note', hint: "the Services of the Rollout are 'checkout-canary' and 'checkout-stable'" }],
    },
    {
      name: 'the same where the manifests are all there are',
      manifest: queryInRollout('sum(rate(istio_requests_total{destination_service_name="green"}[5m]))'),
      options: { closedWorld: true },
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'a Service that another manifest defines',
      manifest: documents(
        queryInRollout('sum(rate(istio_requests_total{destination_service_name="green"}[5m]))'),
        exampleService('green'),
      ),
    },
    {
      name: 'a workload that is not there',
      manifest: queryInRollout('sum(rate(istio_requests_total{destination_workload="checkout-v2"}[5m]))'),
      options: { closedWorld: true },
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'a pattern of several',
      manifest: queryInRollout('sum(rate(istio_requests_total{destination_service=~"a|b"}[5m]))'),
    },
  ],
  PRM025: [
    { name: 'a divisor of at least 1', manifest: withQuery('sum(a) / clamp_min(sum(b), 1)'), finds: [{}] },
    { name: 'a divisor that is not 0', manifest: withQuery('sum(a) / clamp_min(sum(b), 0.001)') },
  ],
  ANA021: [
    {
      name: 'a Job that makes load once',
      manifest: documents(
        steppedRollout({
          canary: 'analysis: { startingStep: 1, templates: [{ templateName: load }] }',
          steps: '- setWeight: 50\n- pause: { duration: 10m }',
        }),
        exampleOf(
          'argoproj.io/v1alpha1',
          'AnalysisTemplate',
          'load',
          'metrics: [{ name: load, provider: { job: { spec: { template: { spec: { containers: [{ name: a, image: a }] } } } } } }]',
        ),
      ),
    },
    {
      name: 'a metric that is measured once',
      manifest: documents(
        steppedRollout({
          canary: 'analysis: { startingStep: 1, templates: [{ templateName: checkout-errors }] }',
          steps: '- setWeight: 50\n- pause: { duration: 10m }',
        }),
        withQuery('sum(increase(a[5m]))'),
      ),
      finds: [{}],
    },
  ],
  ANA035: [
    {
      name: 'steps that end by time alone',
      manifest: steppedRollout({
        steps: '- setWeight: 20\n- pause: { duration: 10s }\n- setWeight: 60\n- pause: { duration: 10s }',
      }),
      finds: [
        {
          severity: 'advice',
          message:
            'Rollout checkout goes from 20 % to 100 % in 20 s, and neither an analysis nor a manual approval judges the canary',
        },
      ],
    },
    {
      name: 'a blue-green Rollout that promotes by itself',
      manifest: exampleRollout('{}').replace(/ {4}canary:[^]*/, '    blueGreen: { activeService: a }\n'),
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'a blue-green Rollout that waits',
      manifest: exampleRollout('{}').replace(
        / {4}canary:[^]*/,
        '    blueGreen: { activeService: a, autoPromotionEnabled: false }\n',
      ),
    },
    { name: 'a manual approval', manifest: steppedRollout({ steps: '- setWeight: 20\n- pause: {}' }) },
    {
      name: 'an analysis in an experiment',
      manifest: steppedRollout({
        steps:
          '- setWeight: 20\n- experiment: { duration: 5m, templates: [], analyses: [{ name: a, templateName: a }] }',
      }),
    },
  ],
  REF025: [
    {
      name: 'a Deployment of the same name in another file',
      manifest: {
        'rollout.yaml': exampleRollout('{}'),
        'old/deployment.yaml': exampleOf(
          'apps/v1',
          'Deployment',
          'checkout',
          'selector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { app: checkout, tier: web } } }',
        ),
      },
      finds: [{ file: 'old/deployment.yaml' }],
    },
    {
      name: 'a Deployment that is scaled down',
      manifest: documents(
        exampleRollout('{}'),
        exampleOf(
          'apps/v1',
          'Deployment',
          'checkout',
          'replicas: 0\nselector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { app: checkout } } }',
        ),
      ),
    },
  ],
  REF026: [
    {
      name: 'a Secret in a volume and the same in the environment',
      manifest: documents(
        exampleRollout('{}').replace(
          / {2}template:.*/,
          '  template: { spec: { volumes: [{ secret: { secretName: keys } }], containers: [{ name: a, envFrom: [{ secretRef: { name: keys } }] }] } }',
        ),
        'apiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nstringData: { a: b }',
      ),
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'an immutable ConfigMap, and one that is not given',
      manifest: documents(
        exampleRollout('{}').replace(
          / {2}template:.*/,
          '  template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: b } }, { configMapRef: { name: c } }] }] } }',
        ),
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\nimmutable: true',
      ),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);

test.each([
  'sum()',
  'rate()',
  'topk()',
  'a or ()',
  'histogram_quantile(0.9)',
  'sum(a) / sum()',
  'clamp_min(a)',
  'quantile_over_time(a[5m])',
  'count_values("a")',
  'vector()',
  'sum(sum())',
  'label_replace()',
  'a @ end() offset 5m offset 1m',
])('%s does not end the run', (query) => {
  const text = queryInRollout(query);
  const run = (): unknown => lint(graphOfLoaded(loadManifests([{ name: 'a.yaml', text }]))).findings;
  expect(run).not.toThrow();
  expect(run()).not.toEqual([]);
});
