import { noDataIsAnError } from '../../src/rules/conditions/con001-no-data-is-an-error';
import { queryDoesNotParse } from '../../src/rules/promql/prm001-query-does-not-parse';
import { noMetrics } from '../../src/rules/analysis/ana001-no-metrics';
import { describeRule } from './describe-rule';

const metric = (fields: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  metrics:
    - name: errors
      ${fields}
`;
const condition = (text: string): string => metric(`${text}\n      provider: { prometheus: { query: up } }`);
const query = (text: string): string => metric(`provider:\n        prometheus:\n          query: ${text}`);

describeRule(noDataIsAnError, [
  {
    name: 'result[0] of an empty result',
    manifest: condition('successCondition: result[0] <= 5'),
    finds: [
      {
        line: 7,
        column: 25,
        path: 'spec.metrics[0].successCondition',
        message: `successCondition of metric 'errors' is an error when the query returns nothing: could not evaluate successCondition "result[0] <= 5": metric result is nil or empty: no data returned from the metric provider`,
      },
    ],
  },
  {
    name: 'a failure condition as well',
    manifest: condition('failureCondition: result[0] > 5'),
    finds: [{ path: 'spec.metrics[0].failureCondition' }],
  },
  { name: 'a guard', manifest: condition('successCondition: len(result) == 0 || result[0] <= 5') },
  { name: 'all of nothing is true', manifest: condition('successCondition: "all(result, # <= 5)"') },
  { name: 'what no result satisfies is another matter', manifest: condition('successCondition: result <= 5') },
  { name: 'another provider', manifest: metric('successCondition: result[0] <= 5\n      provider: { job: {} }') },
]);

describeRule(queryDoesNotParse, [
  {
    name: 'a parenthesis that is missing, in a block',
    manifest: query('|\n            sum(\n              rate(a{b="c"[5m]))'),
    finds: [{ line: 11, column: 27 }],
  },
  {
    name: 'a unit that is none, in a plain value',
    manifest: query('sum(rate(foo[5x]))'),
    finds: [{ line: 9, column: 32 }],
  },
  {
    name: 'an empty query',
    manifest: query("''"),
    finds: [{ line: 9, message: "metric 'errors' has no query" }],
  },
  {
    name: 'arguments in matchers, ranges and names',
    manifest: query(
      '\'sum(rate({{args.name}}_total{a="{{args.b}}"}[{{args.window}}] offset {{ args.o }})) > {{args.limit}}\'',
    ),
  },
  { name: 'an argument before a unit', manifest: query("'rate(a[{{args.minutes}}m])'") },
]);

describeRule(noMetrics, [
  {
    name: 'one analysis that names a template without metrics twice',
    manifest: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout }
spec:
  strategy:
    canary:
      steps: [{ analysis: { templates: [{ templateName: errors }, { templateName: errors }] } }]
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec: { metrics: [] }
`,
    finds: [{ path: 'spec.strategy.canary.steps[0].analysis.templates' }],
  },
  {
    name: 'a template that nothing here defines may have metrics',
    manifest: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout }
spec:
  strategy:
    canary:
      steps: [{ analysis: { templates: [{ templateName: errors }, { templateName: elsewhere }] } }]
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec: { metrics: [] }
`,
  },
]);
