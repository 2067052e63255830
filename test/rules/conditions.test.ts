import { CONDITION_RULES } from '../../src/rules/conditions';
import { analysisTemplate, FAILED_SHARE, prometheusMetric, withConditions } from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string) => CONDITION_RULES.find((one) => one.code === code)!;
const cases = (code: string, ...all: RuleCase[]): void => describeRule(rule(code), all);

cases(
  'CON002',
  {
    name: 'the place where it stops to be an expression',
    manifest: withConditions('result[0] <= 5 &&'),
    finds: [{ path: 'spec.metrics[0].successCondition', line: 8 }],
  },
  { name: 'an argument without a value is not judged', manifest: withConditions('result[0] <= {{args.limit}}') },
);
cases(
  'CON003',
  {
    name: 'a list compared with a number',
    manifest: withConditions('result <= 5'),
    finds: [{ column: 26, endColumn: 32 }],
  },
  {
    name: 'a scalar indexed like a list',
    manifest: withConditions('result[0] <= 5', '', 'scalar(sum(up))'),
    finds: [{ hint: 'write result' }],
  },
  { name: 'a scalar taken for one', manifest: withConditions('result <= 5', '', 'scalar(sum(up))') },
);
cases(
  'CON005',
  {
    name: 'a share without traffic',
    manifest: withConditions('', 'result[0] > 0.05', FAILED_SHARE),
    finds: [{ hint: 'add isNaN(result[0]) ||, or a successCondition' }],
  },
  {
    name: 'a count is never NaN',
    manifest: withConditions('', 'result[0] > 5', 'sum(increase(http_requests_total[5m]))'),
  },
  { name: 'NaN is named', manifest: withConditions('', 'isNaN(result[0]) || result[0] > 0.05', FAILED_SHARE) },
  {
    name: 'a floor under the traffic leaves nothing instead',
    manifest: withConditions('', 'result[0] > 0.05', 'sum(rate(a_total[5m])) / (sum(rate(b_total[5m])) > 0)'),
  },
);
cases(
  'CON006',
  { name: 'Prometheus', manifest: withConditions(''), finds: [{ line: 7 }] },
  { name: 'a Job says it by its exit', manifest: analysisTemplate('- name: smoke\n  provider:\n    job: {}') },
);
cases(
  'CON007',
  {
    name: 'a share that may be all there is',
    manifest: withConditions('result[0] <= 1', '', FAILED_SHARE),
    finds: [
      {
        message:
          "successCondition of metric 'errors' is true for every value the query can return: the query gives a share between 0 and 1",
      },
    ],
  },
  { name: 'a difference may be negative', manifest: withConditions('result[0] >= 0', '', 'sum(a) - sum(b)') },
  {
    name: 'shares of several pods, added up',
    manifest: withConditions('result[0] <= 1', '', 'sum(rate(a_total{code="500"}[5m]) / rate(a_total[5m]))'),
  },
  {
    name: 'shares of several minutes, added up',
    manifest: withConditions('result[0] <= 1', '', `sum_over_time((${FAILED_SHARE})[5m:1m])`),
  },
  {
    name: 'the number before a comparison is not what is kept',
    manifest: withConditions('result[0] < 5', '', '0 < sum(increase(http_requests_total[5m]))'),
  },
);
cases(
  'CON008',
  {
    name: 'percents of a share',
    manifest: withConditions('result[0] >= 95', '', FAILED_SHARE),
    finds: [{ severity: 'error' }],
  },
  { name: 'a share near all', manifest: withConditions('result[0] >= 0.95', '', FAILED_SHARE) },
);
cases(
  'CON009',
  {
    name: 'the threshold itself',
    manifest: withConditions('result[0] < 5', 'result[0] > 5'),
    finds: [{ message: "exactly 5 is neither success nor failure of metric 'errors'" }],
  },
  {
    name: 'percents on the one side and a share on the other',
    manifest: withConditions('result[0] <= 0.5', 'result[0] > 5'),
    finds: [{ message: "from 0.5 to 5 is neither success nor failure of metric 'errors'; are both in the same unit?" }],
  },
  { name: 'a warning band', manifest: withConditions('result[0] <= 0.95', 'result[0] > 0.99') },
);
cases(
  'CON010',
  {
    name: 'a threshold that both claim',
    manifest: withConditions('result[0] <= 5', 'result[0] >= 5'),
    finds: [{ message: "5 is both success and failure of metric 'errors', and failure wins" }],
  },
  {
    name: 'no data alone is not both',
    manifest: withConditions('len(result) == 0 || result[0] <= 5', 'result[0] > 5'),
  },
);
cases(
  'CON011',
  {
    name: 'default() of the whole result',
    manifest: withConditions('default(result, 0)[0] <= 5'),
    finds: [{ column: 26, endColumn: 44 }],
  },
  {
    name: 'another provider gives nil',
    manifest: analysisTemplate(
      '- name: errors\n  successCondition: "default(result, 0) <= 5"\n  provider:\n    datadog:\n      query: errors',
    ),
  },
);
cases(
  'CON012',
  {
    name: 'five for 5 %',
    manifest: withConditions('result[0] <= 5', '', FAILED_SHARE),
    finds: [{ hint: 'did you mean 0.05?' }],
  },
  {
    name: '0.05 of percents',
    manifest: withConditions('result[0] <= 0.05', '', `${FAILED_SHARE} * 100`),
    finds: [{ hint: 'did you mean 5?' }],
  },
  { name: 'half a percent', manifest: withConditions('result[0] <= 0.5', '', `${FAILED_SHARE} * 100`) },
  {
    name: 'a relation of two things is no share',
    manifest: withConditions('result[0] <= 5', '', 'sum(rate(a_total[5m])) / sum(rate(b_total[5m]))'),
  },
);
cases(
  'CON013',
  {
    name: 'exactly one failure',
    manifest: withConditions('result[0] != 1'),
    finds: [{ hint: 'use <= or >=' }],
  },
  {
    name: 'a rounded number',
    manifest: analysisTemplate(
      prometheusMetric({ success: 'result[0] == 1', query: 'round(sum(increase(http_requests_total[5m])))' }),
    ),
  },
);
