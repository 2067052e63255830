import { lint } from '../../src/lint';
import { graphOfSet, type Json, manifestsIn } from './neighbours';

// What is found in many queries and conditions, which are made of a few by putting each into many forms. Rules about them read
// them as programs: what values a query can have, and what a condition makes of each.

const [rollout, template] = manifestsIn(`
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: pay, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: pay } }
  template: { metadata: { labels: { app: pay } }, spec: { containers: [{ name: pay, image: 'pay:1' }] } }
  strategy: { canary: { steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: checks }] } }] } }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: checks, namespace: shop }
spec: {}
`) as [Json, object];

interface Metric {
  readonly query: string;
  readonly successCondition?: string;
  readonly failureCondition?: string;
}

/** What the rules about queries and conditions say of a metric, each with its code, and `…` for what is given. */
function found({ query, ...conditions }: Metric): readonly string[] {
  const prometheus = { address: 'http://prometheus:9090', query };
  const spec = { metrics: [{ name: 'one', interval: '1m', count: 5, ...conditions, provider: { prometheus } }] };
  const { findings } = lint(graphOfSet([rollout, { ...template, spec }]), {
    select: ['CON', 'PRM'],
    ignore: ['PRM006'],
  });
  return findings.map(({ code, message, hint }) => {
    const words = [message, hint].filter((one) => one !== undefined).join(' | ');
    const given = [query, ...Object.values(conditions)].sort((x, y) => y.length - x.length);
    return `${code} ${given.reduce((text, one) => text.replaceAll(one, '…'), words).replace(/: could not evaluate .*: /, ': ')}`;
  });
}

/** The cases by what is found in them, in the order in which it first is. */
function grouped(cases: readonly (readonly [name: string, found: readonly string[]])[]): string {
  const groups = new Map<string, string[]>();
  for (const [name, lines] of cases) {
    const what = lines.join('\n  ') || 'nothing';
    groups.set(what, [...(groups.get(what) ?? []), name]);
  }
  return `\n${[...groups].map(([what, names]) => `${names.join('\n')}\n  ${what}`).join('\n\n')}\n`;
}

const ERRORS = 'sum(rate(requests_total{code=~"5.."}[5m]))';
const ALL = 'sum(rate(requests_total[5m]))';

const QUERIES = [
  ERRORS,
  'requests_total',
  'process_resident_memory_bytes{pod="pay"}',
  'sum by (pod) (rate(requests_total[5m]))',
  'sum by (pod) (rate(requests_total{code=~"5.."}[5m])) / sum by (pod) (rate(requests_total[5m]))',
  'histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))',
  `${ERRORS} / ${ALL}`,
  `100 * ${ERRORS} / ${ALL}`,
  `1 - ${ERRORS} / (${ALL} > 0)`,
];

const calls = (names: string, more = ''): string[] => names.split(' ').map((name) => `${name}(Q${more})`);

/** Queries around a query, which is `Q`. */
const FORMS = [
  'Q',
  ...calls('sum avg min max count group stddev'),
  ...['topk(1, Q)', 'quantile(0.9, Q)', 'count_values("v", Q)', 'sum by (pod) (Q)', 'sum without (pod) (Q)'],
  ...calls('abs ceil floor round sqrt exp ln log2 sgn sort scalar absent timestamp vector'),
  ...['vector(scalar(Q))', 'clamp_min(Q, 1)', 'clamp_max(Q, 1)', 'clamp(Q, 0, 1)', 'round(Q, 0.5)'],
  'label_replace(Q, "to", "$1", "from", "(.*)")',
  ...[
    ...calls('avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time', '[10m:1m]'),
    ...calls('present_over_time stddev_over_time changes resets delta deriv rate irate increase', '[10m:1m]'),
    ...['quantile_over_time(0.9, Q[10m:1m])', 'predict_linear(Q[10m:1m], 60)'],
    ...['Q or vector(0)', 'Q or on () vector(0)', 'Q and Q', 'Q unless Q', 'vector(1) and Q', 'vector(0) unless Q'],
    ...['Q > 0', 'Q >= 1', 'Q < 5', 'Q <= 5', 'Q == 0', 'Q != 0', 'Q > bool 0', '0 < Q', 'Q offset 5m', 'Q @ end()'],
    ...['Q + 1', 'Q - 1', '1 - Q', '100 - Q', '100 * Q', 'Q * 100', 'Q * -1', 'Q / 2', '2 / Q', 'Q / Q', 'Q ^ 2', '-Q'],
  ].map((form) => form.replaceAll('Q', '(Q)')),
];

/** From below all values to above them. */
const THRESHOLDS = [-1, 0, 0.5, 1, 100, 101];

test.each(QUERIES)('what is found in forms of %s', (query) => {
  const cases = FORMS.map((form) => {
    const whole = form.replaceAll('Q', () => query);
    const limits = new Map<string, number[]>();
    for (const limit of THRESHOLDS) {
      for (const one of found({ query: whole, successCondition: `result[0] < ${limit}` })) {
        limits.set(one, [...(limits.get(one) ?? []), limit]);
      }
    }
    return [form, [...limits].map(([one, where]) => `${where.join(', ')}: ${one}`)] as const;
  });
  expect(grouped(cases)).toMatchSnapshot();
});

const CONDITIONS = [
  ...['result[0] < 5', 'result[0] <= 5', 'result[0] > 5', 'result[0] >= 5', 'result[0] == 5', 'result[0] != 5'],
  ...['5 > result[0]', '!(result[0] < 5)', 'not (result[0] >= 5)', 'result[0] < 5 && true', 'result[0] < 2.5 * 2'],
  ...['result[0] < 5 || result[0] > 7', 'result[0] > 3 && result[0] < 5', 'result[0] in [3, 4]', 'result[0] < -1'],
  ...['len(result) > 0 && result[0] < 5', 'len(result) == 0 || result[0] < 5', 'len(result) < 1 or result[0] < 5'],
  ...['len(result) == 0 && result[0] < 5', 'len(result) > 0', 'len(result) == 0', 'result[0] < 5 && len(result) > 0'],
  ...['isNaN(result[0]) || result[0] < 5', '!isNaN(result[0]) && result[0] < 5', 'result[0] < 5 || isNaN(result[0])'],
  ...['len(result) == 0 || isNaN(result[0]) || result[0] < 5', 'isInf(result[0]) || result[0] < 5'],
  ...[
    'all(result, # < 5)',
    'any(result, # < 5)',
    'none(result, # >= 5)',
    'all(result, {# < 5})',
    'count(result, # < 5) > 0',
  ],
  ...['len(filter(result, # < 5)) > 0', 'max(result[0], 0) < 5', 'max(result[0]) < 5', 'min(result[0], 5) < 5'],
  ...['default(result, [0])[0] < 5', 'default(result, 0) < 5', 'isNil(result) || result[0] < 5', 'result != nil'],
  ...['result < 5', 'result[1] < 5', 'result[0] < "5"', 'asFloat(result[0]) < 5', 'asInt(result[0]) < 5', 'result[0]'],
  ...['true', 'false', 'result[0] < 5 ? true : false', 'result.value < 5', 'result[0].value < 5', 'result[0] <'],
];

test.each(CONDITIONS)('what is found where %s is success', (successCondition) => {
  const failures = [undefined, ...CONDITIONS.filter((_, i) => i % 3 === 0)];
  const cases = failures.map((failureCondition) => {
    const metric = { query: ALL, successCondition, ...(failureCondition && { failureCondition }) };
    return [`failure: ${failureCondition ?? 'none'}`, found(metric)] as const;
  });
  const scalar = found({ query: `scalar(${ALL})`, successCondition });
  expect(grouped([...cases, ['of a scalar, failure: none', scalar]])).toMatchSnapshot();
});

test.each(QUERIES)('what is found where a condition of %s is failure', (query) => {
  const cases = CONDITIONS.map((failureCondition) => [failureCondition, found({ query, failureCondition })] as const);
  expect(grouped(cases)).toMatchSnapshot();
});
