import { CONDITION_RULES } from '../../src/rules/conditions';
import { RATIO, sample } from '../../src/rules/shared/conditions-sample';
import { analysisTemplate, prometheusMetric } from '../../src/rules/shared/samples';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string) => CONDITION_RULES.find((one) => one.code === code)!;
const cases = (code: string, ...all: RuleCase[]): void => describeRule(rule(code), all);

cases(
  'CON002',
  {
    name: 'the place where it stops to be an expression',
    manifest: sample('result[0] <= 5 &&'),
    finds: [{ path: 'spec.metrics[0].successCondition', line: 8 }],
  },
  { name: 'an argument without a value is not judged', manifest: sample('result[0] <= {{args.limit}}') },
);
cases(
  'CON003',
  { name: 'a list compared with a number', manifest: sample('result <= 5'), finds: [{ column: 26, endColumn: 32 }] },
  {
    name: 'a scalar indexed like a list',
    manifest: sample('result[0] <= 5', '', 'scalar(sum(up))'),
    finds: [{ hint: 'write result' }],
  },
  { name: 'a scalar taken for one', manifest: sample('result <= 5', '', 'scalar(sum(up))') },
);
cases(
  'CON005',
  {
    name: 'a share without traffic',
    manifest: sample('', 'result[0] > 0.05', RATIO),
    finds: [{ hint: 'add isNaN(result[0]) ||, or a successCondition' }],
  },
  { name: 'a count is never NaN', manifest: sample('', 'result[0] > 5', 'sum(increase(http_requests_total[5m]))') },
  { name: 'NaN is named', manifest: sample('', 'isNaN(result[0]) || result[0] > 0.05', RATIO) },
  {
    name: 'a floor under the traffic leaves nothing instead',
    manifest: sample('', 'result[0] > 0.05', 'sum(rate(a_total[5m])) / (sum(rate(b_total[5m])) > 0)'),
  },
);
cases(
  'CON006',
  { name: 'Prometheus', manifest: sample(''), finds: [{ line: 7 }] },
  { name: 'a Job says it by its exit', manifest: analysisTemplate('- name: smoke\n  provider:\n    job: {}') },
);
cases(
  'CON007',
  {
    name: 'a share that may be all there is',
    manifest: sample('result[0] <= 1', '', RATIO),
    finds: [
      {
        message:
          "successCondition of metric 'errors' lets every value pass that the query can give: the query gives a share between 0 and 1",
      },
    ],
  },
  { name: 'a difference may be negative', manifest: sample('result[0] >= 0', '', 'sum(a) - sum(b)') },
);
cases(
  'CON008',
  {
    name: 'percents of a share',
    manifest: sample('result[0] >= 95', '', RATIO),
    finds: [{ severity: 'error' }],
  },
  { name: 'a share near all', manifest: sample('result[0] >= 0.95', '', RATIO) },
);
cases(
  'CON009',
  {
    name: 'the threshold itself',
    manifest: sample('result[0] < 5', 'result[0] > 5'),
    finds: [{ message: "exactly 5 is neither success nor failure of metric 'errors'" }],
  },
  {
    name: 'percents on the one side and a share on the other',
    manifest: sample('result[0] <= 0.5', 'result[0] > 5'),
    finds: [{ message: "from 0.5 to 5 is neither success nor failure of metric 'errors'; are both in the same unit?" }],
  },
  { name: 'a warning band', manifest: sample('result[0] <= 0.95', 'result[0] > 0.99') },
);
cases(
  'CON010',
  {
    name: 'a threshold that both claim',
    manifest: sample('result[0] <= 5', 'result[0] >= 5'),
    finds: [{ message: "5 is both success and failure of metric 'errors', and failure wins" }],
  },
  { name: 'no data alone is not both', manifest: sample('len(result) == 0 || result[0] <= 5', 'result[0] > 5') },
);
cases(
  'CON011',
  {
    name: 'default() of the whole result',
    manifest: sample('default(result, 0)[0] <= 5'),
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
  { name: 'five for 5 %', manifest: sample('result[0] <= 5', '', RATIO), finds: [{ hint: 'did you mean 0.05?' }] },
  {
    name: '0.05 of percents',
    manifest: sample('result[0] <= 0.05', '', `${RATIO} * 100`),
    finds: [{ hint: 'did you mean 5?' }],
  },
  { name: 'half a percent', manifest: sample('result[0] <= 0.5', '', `${RATIO} * 100`) },
  {
    name: 'a relation of two things is no share',
    manifest: sample('result[0] <= 5', '', 'sum(rate(a_total[5m])) / sum(rate(b_total[5m]))'),
  },
);
cases(
  'CON013',
  {
    name: 'exactly one failure',
    manifest: sample('result[0] != 1'),
    finds: [{ hint: 'use <= or >=' }],
  },
  {
    name: 'a rounded number',
    manifest: analysisTemplate(
      prometheusMetric({ success: 'result[0] == 1', query: 'round(sum(increase(http_requests_total[5m])))' }),
    ),
  },
);
