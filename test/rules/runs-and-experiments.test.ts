import { RULES } from '../../src/rules';
import { readVersions } from '../../src/versions';
import { describeRule, type RuleCase } from './describe-rule';

const metric = (fields: string, query = 'sum(increase(http_requests_total[5m]))'): string =>
  `{ name: errors, ${fields}successCondition: 'len(result) > 0 && result[0] <= 5', provider: { prometheus: { address: 'http://p:9090', query: '${query}' } } }`;

const run = (spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisRun
metadata: { name: smoke, namespace: shop }
spec: { ${spec} }
`;

const template = (fields = '', more = 'args: [{ name: hash }], '): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec: { ${more}metrics: [${metric(fields, more.includes('hash') ? 'sum(increase(x_total{hash="{{args.hash}}"}[5m]))' : undefined)}] }
---`;

const pods = (name: string): string =>
  `{ name: ${name}, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } } }`;

const experiment = (fields: string, analysis: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Experiment
metadata: { name: trial, namespace: shop }
spec: { ${fields}templates: [${pods('old')}, ${pods('new')}], analyses: [{ name: errors, templateName: errors, ${analysis} }] }
`;

const step = (fields: string, value: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } }
  strategy: { canary: { steps: [{ experiment: { ${fields}templates: [{ name: new, specRef: canary }], analyses: [{ name: errors, templateName: errors, args: [{ name: hash, value: '${value}' }] }] } }] } }
`;

const hash = (value: string): string => `args: [{ name: hash, value: '${value}' }]`;
/** A step with a required analysis and another one, each with a metric. */
const beside = (required: string, other: string, more = ''): string =>
  template(required) +
  template(other).replace('name: errors', 'name: more') +
  step('duration: 9m, ', HASH).replace(
    'analyses: [{ ',
    `analyses: [{ name: more, templateName: more, ${more}${hash('abc')} }, { requiredForCompletion: true, `,
  );
const HASH = '{{templates.new.podTemplateHash}}';

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  REF010: [
    {
      name: 'an argument of a run without a value',
      manifest: run(`args: [{ name: hash }], metrics: [${metric('')}]`),
      finds: [{ message: "AnalysisRun shop/smoke has no value for the argument 'hash'" }],
    },
    {
      name: 'an argument of a run from a field',
      manifest: run(
        `args: [{ name: team, valueFrom: { fieldRef: { fieldPath: metadata.name } } }], metrics: [${metric('')}]`,
      ),
      finds: [
        { message: "AnalysisRun shop/smoke has only a fieldRef, which is not resolved, for the argument 'team'" },
      ],
    },
    {
      name: 'arguments of a run with a value and from a Secret',
      manifest: run(
        `args: [{ name: a, value: b }, { name: c, valueFrom: { secretKeyRef: { name: d, key: e } } }], metrics: [${metric('')}]`,
      ),
    },
    {
      name: 'an argument of an Experiment from a Secret',
      manifest:
        template() +
        experiment('duration: 9m, ', 'args: [{ name: hash, valueFrom: { secretKeyRef: { name: d, key: e } } }]'),
      finds: [
        {
          message:
            "an analysis of the experiment of Experiment shop/trial gives the argument 'hash' by valueFrom, which an Experiment does not pass on",
          severity: 'error',
        },
      ],
    },
    {
      name: 'the same with a default in the template',
      manifest:
        template('', 'args: [{ name: hash, value: abc }], ') +
        experiment('duration: 9m, ', 'args: [{ name: hash, valueFrom: { secretKeyRef: { name: d, key: e } } }]'),
      finds: [{ severity: 'warning', hint: 'the template has a value of its own' }],
    },
    { name: 'a value', manifest: template() + experiment('duration: 9m, ', hash('abc')) },
  ],
  REF012: [
    {
      name: 'an argument that a run does not declare',
      manifest: run(`metrics: [${metric('', 'sum(x{a="{{args.hash}}"})')}]`),
      finds: [{ message: "AnalysisRun shop/smoke mentions the argument 'hash', which it does not declare" }],
    },
    {
      name: 'one that it declares',
      manifest: run(`args: [{ name: hash, value: b }], metrics: [${metric('', 'sum(x{a="{{args.hash}}"})')}]`),
    },
  ],
  ANA001: [
    {
      name: 'a run without metrics',
      manifest: run('metrics: []'),
      finds: [{ message: 'AnalysisRun shop/smoke has no metrics, so it ends in an error' }],
    },
    { name: 'a run with one', manifest: run(`metrics: [${metric('')}]`) },
  ],
  ANA009: [
    {
      name: 'a dry run of no metric of the run',
      manifest: run(`dryRun: [{ metricName: latency }], metrics: [${metric('')}]`),
      finds: [{ message: "dryRun names 'latency', which matches no metric of AnalysisRun shop/smoke: 'errors'" }],
    },
    { name: 'of its metric', manifest: run(`dryRun: [{ metricName: err.* }], metrics: [${metric('')}]`) },
  ],
  ANA036: [
    {
      name: 'an interval without a count',
      manifest: run(`metrics: [${metric('interval: 1m, ')}]`),
      finds: [
        {
          message:
            "metric 'errors' of AnalysisRun shop/smoke is measured until it fails: it has an interval and no count",
        },
      ],
    },
    {
      name: 'a run that is terminated at once',
      manifest: run(`terminate: true, metrics: [${metric('')}]`),
      finds: [{ message: 'AnalysisRun shop/smoke is terminated before it measures anything' }],
    },
    {
      name: 'a run of a Rollout, which ends it',
      manifest: run(`metrics: [${metric('interval: 1m, ')}]`).replace(
        'namespace: shop',
        'namespace: shop, ownerReferences: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: a, uid: b }]',
      ),
    },
    {
      name: 'a limit of successes',
      manifest: run(`metrics: [${metric('interval: 1m, consecutiveSuccessLimit: 3, ')}]`),
    },
  ],
  ROL031: [
    {
      name: 'an Experiment without an end',
      manifest: template() + experiment('', hash('abc')),
      finds: [
        {
          message: 'Experiment shop/trial has no duration and no analysis that is required for its completion',
        },
      ],
    },
    {
      name: 'a required analysis',
      manifest: template() + experiment('', `requiredForCompletion: true, ${hash('abc')}`),
    },
    {
      name: 'a required analysis that never ends, whatever the duration',
      manifest:
        template('interval: 1m, ') + experiment('duration: 5m, ', `requiredForCompletion: true, ${hash('abc')}`),
      finds: [
        {
          message:
            "Experiment shop/trial never ends: it waits for the analysis 'errors', which has a metric without end",
          hint: 'give each metric with an interval a count',
        },
      ],
    },
    {
      name: 'a required analysis that ends with its successes',
      manifest:
        template('interval: 1m, consecutiveSuccessLimit: 3, ') +
        experiment('', `requiredForCompletion: true, ${hash('abc')}`),
    },
    {
      name: 'an analysis that still runs when the required one has succeeded',
      manifest: beside('count: 3, interval: 10s, ', 'count: 4, interval: 10s, '),
      finds: [
        {
          message:
            "the experiment in step 1 of Rollout shop/checkout never ends: the analysis 'more' takes 30 s, and the required ones have succeeded after 20 s",
          hint: 'set requiredForCompletion: true here too',
        },
      ],
    },
    {
      name: 'an endless analysis beside a required one',
      manifest: beside('count: 3, interval: 10s, ', 'interval: 10s, '),
      finds: [
        {
          message:
            "the experiment in step 1 of Rollout shop/checkout never ends: the analysis 'more' has no end, and the required ones have succeeded after 20 s",
        },
      ],
    },
    {
      name: 'an analysis as long as the required one',
      manifest: beside('count: 3, interval: 10s, ', 'count: 3, interval: 10s, '),
    },
    { name: 'a shorter analysis', manifest: beside('count: 3, interval: 10s, ', '') },
    {
      name: 'an analysis that may end with its successes before',
      manifest: beside('count: 3, interval: 10s, ', 'count: 9, interval: 10s, consecutiveSuccessLimit: 2, '),
    },
    {
      name: 'a required analysis of which nobody knows how long it takes',
      manifest: beside('count: 3, interval: "{{args.pace}}", ', 'count: 9, interval: 10s, '),
    },
    {
      name: 'a required Job, which takes its time',
      manifest: beside('', 'count: 9, interval: 10s, ').replace(/prometheus: \{.*?\} \} \}/, 'job: { spec: {} } } }'),
    },
    {
      name: 'both required',
      manifest: beside('count: 3, interval: 10s, ', 'count: 9, interval: 10s, ', 'requiredForCompletion: true, '),
    },
  ],
  ROL051: [
    {
      name: 'the hash of a template that a step does not have',
      manifest: template() + step('duration: 9m, ', '{{templates.nev.podTemplateHash}}'),
      finds: [
        {
          message: '{{templates.nev.podTemplateHash}} stands for nothing in an experiment of Rollout shop/checkout',
          hint: "did you mean 'templates.new.podTemplateHash'?",
        },
      ],
    },
    {
      name: 'the end of an Experiment without a duration',
      manifest: template() + experiment('', `requiredForCompletion: true, ${hash('{{experiment.finishedAt}}')}`),
      finds: [{ hint: 'the experiment has no duration' }],
    },
    {
      name: 'names that the controller fills in',
      manifest:
        template() +
        experiment('duration: 9m, ', hash(`${HASH} {{ templates.old.replicaset.name }} {{experiment.finishedAt}}`)) +
        '---' +
        step('', '{{experiment.availableAt}}'),
    },
  ],
  ROL052: [
    {
      name: 'ten measurements in five minutes',
      manifest: template('interval: 1m, count: 10, ') + experiment('duration: 5m, ', hash('abc')),
      finds: [
        {
          message:
            "metric 'errors' takes 9 min for its 10 measurements, and an experiment of Experiment shop/trial ends after 5 min",
        },
      ],
    },
    {
      name: 'in a step',
      manifest: template('interval: 1m, count: 10, ') + step('duration: 5m, ', HASH),
      finds: [{ hint: 'use more than 9 min, or requiredForCompletion without a duration' }],
    },
    {
      name: 'an analysis that is waited for, but not by the pods',
      manifest:
        template('interval: 1m, count: 10, ') +
        experiment('duration: 5m, ', `requiredForCompletion: true, ${hash('abc')}`),
      finds: [
        {
          message:
            "metric 'errors' takes 9 min for its 10 measurements, and the pods of an experiment of Experiment shop/trial stop after 5 min and a delay of 30 s",
          hint: 'use more than 9 min, or leave it out',
        },
      ],
    },
    {
      name: 'measurements that end during the delay',
      manifest:
        template('interval: 1m, count: 10, ') +
        experiment('duration: 8m31s, ', `requiredForCompletion: true, ${hash('abc')}`),
    },
    {
      name: 'pods that stay longer',
      manifest:
        template('interval: 1m, count: 10, ') +
        experiment('duration: 5m, scaleDownDelaySeconds: 300, ', `requiredForCompletion: true, ${hash('abc')}`),
    },
    {
      name: 'a delay that an earlier release drops',
      manifest:
        template('interval: 1m, count: 10, ') +
        step('duration: 5m, scaleDownDelaySeconds: 300, ', HASH).replace('args:', 'requiredForCompletion: true, args:'),
      options: { versions: readVersions({ argoRollouts: '1.8' }).versions },
      finds: [{}],
    },
    {
      name: 'an analysis that is waited for without a duration',
      manifest: template('interval: 1m, count: 10, ') + experiment('', `requiredForCompletion: true, ${hash('abc')}`),
    },
    {
      name: 'measurements until the end',
      manifest: template('interval: 1m, ') + experiment('duration: 5m, ', hash('abc')),
    },
  ],
};

for (const [code, cases] of Object.entries(CASES)) {
  describeRule(
    RULES.find((rule) => rule.code === code)!,
    cases,
  );
}
