import { ANALYSIS_RULES } from '../../src/rules/analysis';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const cases = (code: string, ...all: RuleCase[]): void =>
  describeRule(
    ANALYSIS_RULES.find((one) => one.code === code)!,
    all,
  );

/** A metric by some of its fields. */
const metric = (fields: string): string => analysisTemplate(prometheusMetric({ fields }));

/** A Rollout whose last step analyses, and the template. */
const inStep = (fields: string, { before = '- setWeight: 20', args = '', spec = '', rolloutArgs = '' } = {}): string =>
  documents(
    steppedRollout({
      steps: `${before}\n- analysis:\n    templates:\n      - templateName: checkout-errors${rolloutArgs}`,
    }),
    analysisTemplate(prometheusMetric({ fields }), args === '' ? spec : `args:\n${args}`),
  );

const inBackground = (fields: string, steps: string, starting = 'startingStep: 1'): string =>
  documents(
    steppedRollout({ canary: `analysis:\n  ${starting}\n  templates:\n    - templateName: checkout-errors`, steps }),
    analysisTemplate(prometheusMetric({ fields })),
  );

cases(
  'ANA002',
  {
    name: 'in two templates that an analysis runs together',
    manifest: documents(
      steppedRollout({
        steps: '- setWeight: 20\n- analysis:\n    templates:\n      - templateName: a\n      - templateName: b',
      }),
      analysisTemplate(prometheusMetric({}), '', 'a'),
      analysisTemplate(prometheusMetric({}), '', 'b'),
    ),
    finds: [
      {
        message: "metric 'errors' has the name of another metric of AnalysisTemplate a, in step 2 of Rollout checkout",
      },
    ],
  },
  {
    name: 'in two templates that nothing runs together',
    manifest: documents(
      analysisTemplate(prometheusMetric({}), '', 'a'),
      analysisTemplate(prometheusMetric({}), '', 'b'),
    ),
  },
);
cases(
  'ANA003',
  { name: 'below -1', manifest: metric('failureLimit: -2'), finds: [{ line: 8, severity: 'error' }] },
  { name: 'off', manifest: metric('failureLimit: -1\nconsecutiveSuccessLimit: 2') },
);
cases(
  'ANA005',
  {
    name: 'both limits together',
    manifest: metric('interval: 1m\ncount: 5\nfailureLimit: 3\nconsecutiveSuccessLimit: 3'),
    finds: [
      {
        message: "count of metric 'errors' is 5, less than failureLimit + consecutiveSuccessLimit, which is 6 (3 + 3)",
      },
    ],
  },
  {
    name: 'as many as the limit is accepted, though it never fails',
    manifest: metric('interval: 1m\ncount: 5\nfailureLimit: 5'),
  },
  { name: 'no count', manifest: metric('interval: 1m\nfailureLimit: 5') },
  {
    name: 'a count that a Rollout gives',
    manifest: inStep('interval: 1m\ncount: "{{args.count}}"\nfailureLimit: 3', {
      args: '  - name: count\n    value: "2"',
      rolloutArgs: '\n    args:\n      - name: count\n        value: "5"',
    }),
  },
);
cases(
  'ANA007',
  {
    name: 'days',
    manifest: metric('initialDelay: 1d'),
    finds: [{ hint: 'write 24h', message: "initialDelay of metric 'errors' is '1d', which is not a duration" }],
  },
  ...[
    ['90', '90s'],
    ['45 secs', '45s'],
    ['5 min', '5m'],
    ['2 hours', '2h'],
    ['1w', '168h'],
  ].map(([written, meant]) => ({
    name: `${written}, which is meant to be ${meant}`,
    manifest: metric(`initialDelay: "${written}"`),
    finds: [{ hint: `write ${meant}` }],
  })),
  {
    name: 'a unit that nobody knows',
    manifest: metric('initialDelay: 3 moons'),
    finds: [{ hint: 'write a number and a unit: 30s, 5m, 1h30m' }],
  },
  { name: 'several units', manifest: metric('interval: 1h30m\ncount: 2') },
);
cases(
  'ANA009',
  {
    name: 'an asterisk for all',
    manifest: inStep('', { spec: 'dryRun:\n  - metricName: "*"' }),
    finds: [{ hint: "did you mean '.*'?" }],
  },
  { name: 'a part of the name', manifest: inStep('', { spec: 'dryRun:\n  - metricName: err' }) },
  {
    name: 'a template that is named twice is one',
    manifest: inStep('', { spec: 'dryRun:\n  - metricName: latency' }).replace(
      /( *- templateName: checkout-errors\n)/,
      '$1$1',
    ),
    finds: [{ message: "dryRun names 'latency', which matches no metric of step 2 of Rollout checkout: 'errors'" }],
  },
);
cases(
  'ANA014',
  {
    name: 'a count whose argument has no default, though the Rollout gives it',
    manifest: inStep('interval: 1m\ncount: "{{args.count}}"', {
      args: '  - name: count',
      rolloutArgs: '\n    args:\n      - name: count\n        value: "5"',
    }),
    finds: [
      {
        message:
          "metric 'errors' runs indefinitely in step 2 of Rollout checkout: its count is the argument 'count', which has no default in the template",
      },
    ],
  },
  {
    name: 'a default is enough',
    manifest: inStep('interval: 1m\ncount: "{{args.count}}"', { args: '  - name: count\n    value: "5"' }),
  },
  { name: 'in the background it shall', manifest: inBackground('interval: 1m', '- setWeight: 20\n- pause: {}') },
);
cases(
  'ANA020',
  {
    name: 'no startingStep',
    manifest: inBackground('interval: 1m', '- setWeight: 20\n- pause: {}', '{}').replace(/ *\{\}\n/, ''),
    finds: [{ hint: 'startingStep: 1 (it counts from 0), or an initialDelay' }],
  },
  {
    name: 'a delay',
    manifest: inBackground('interval: 1m\ninitialDelay: 2m', '- setWeight: 20\n- pause: {}', 'startingStep: 0'),
  },
  {
    name: 'no data passes',
    manifest: inBackground('interval: 1m', '- setWeight: 20\n- pause: {}', 'startingStep: 0').replace(
      'len(result) > 0 && result[0] <= 5',
      'len(result) == 0 || isNaN(result[0]) || result[0] <= 5',
    ),
  },
);
cases(
  'ANA022',
  {
    name: 'one measurement',
    manifest: metric('failureLimit: 1'),
    finds: [{ message: "metric 'errors' is measured once and accepts 1 failure, so it never fails" }],
  },
  { name: 'for ever', manifest: metric('interval: 1m\nfailureLimit: 5') },
);
cases(
  'ANA023',
  {
    name: 'longer than all pauses',
    manifest: inBackground(
      'interval: 1m\ninitialDelay: 30m',
      '- setWeight: 20\n- pause: {duration: 10m}\n- setWeight: 60\n- pause: {duration: 600}',
    ),
    finds: [
      {
        message:
          "metric 'errors' is first measured after 30 min, but the remaining steps of Rollout checkout wait for 20 min in all",
      },
    ],
  },
  {
    name: 'a person ends a pause',
    manifest: inBackground('interval: 1m\ninitialDelay: 30m', '- setWeight: 20\n- pause: {}'),
  },
);
cases(
  'ANA024',
  {
    name: 'a timed pause that is too short',
    manifest: inStep('', { before: '- setWeight: 20\n- pause: {duration: 2m}' }),
    finds: [
      {
        message:
          "metric 'errors' looks back 5 min, and step 3 of Rollout checkout may first measure it 2 min after the first weight",
      },
    ],
  },
  { name: 'a timed pause', manifest: inStep('', { before: '- setWeight: 20\n- pause: {duration: 5m}' }) },
  {
    name: 'a pause and a delay together',
    manifest: inStep('initialDelay: 3m', { before: '- setWeight: 20\n- pause: {duration: 2m}' }),
  },
  { name: 'before there is a canary', manifest: inStep('', { before: '- pause: {}' }) },
);
cases(
  'ANA026',
  {
    name: 'time alone after it',
    manifest: steppedRollout({
      steps: '- setWeight: 10\n- analysis: {templates: [{templateName: a}]}\n- setWeight: 60\n- pause: {duration: 5m}',
    }),
    finds: [{ severity: 'advice' }],
  },
  {
    name: 'a person looks',
    manifest: steppedRollout({
      steps: '- setWeight: 10\n- analysis: {templates: [{templateName: a}]}\n- setWeight: 60\n- pause: {}',
    }),
  },
);
cases(
  'ANA027',
  { name: 'many measurements', manifest: metric('interval: 1m\ncount: 10'), finds: [{ severity: 'advice' }] },
  { name: 'it was written down', manifest: metric('interval: 1m\ncount: 10\nfailureLimit: 0') },
);
