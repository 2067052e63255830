import { PROMQL_RULES } from '../../src/rules/promql';
import { queryInRollout, withQuery } from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const cases = (code: string, ...all: RuleCase[]): void =>
  describeRule(
    PROMQL_RULES.find((one) => one.code === code)!,
    all,
  );

cases(
  'PRM002',
  {
    name: 'the function itself',
    manifest: withQuery('sum(delta(a_total[5m]))'),
    finds: [{ line: 13, column: 17, endColumn: 22 }],
  },
  { name: 'a gauge', manifest: withQuery('sum(delta(queue_length[5m]))') },
);
cases(
  'PRM003',
  { name: 'memory', manifest: withQuery('sum(rate(container_memory_usage_bytes[5m]))'), finds: [{ column: 17 }] },
  { name: 'a counter of bytes', manifest: withQuery('sum(rate(container_network_receive_bytes_total[5m]))') },
);
cases(
  'PRM005',
  { name: 'the sum of counters', manifest: withQuery('sum(a_total)'), finds: [{ column: 17, endColumn: 24 }] },
  { name: 'how many there are', manifest: withQuery('count(a_total)') },
  { name: 'a recording rule of a rate', manifest: withQuery('sum(job:a:rate5m)') },
);
cases(
  'PRM006',
  { name: 'no matcher', manifest: queryInRollout('sum(rate(a_total[5m]))'), finds: [{ line: 32 }] },
  {
    name: 'the Service that was called',
    manifest: queryInRollout('sum(rate(a_total{destination_service_name="checkout-canary"}[5m]))'),
  },
  {
    name: 'a comparison of both',
    manifest: queryInRollout('sum(rate(a_total{app="x",version="canary"}[5m])) / sum(rate(a_total{app="x"}[5m]))'),
  },
  {
    name: 'a value that is not known',
    manifest: queryInRollout('sum(rate(a_total{who="{{args.who}}"}[5m]))', { spec: 'args:\n  - name: who' }),
  },
  { name: 'no Rollout runs it', manifest: withQuery('sum(rate(a_total[5m]))') },
);
cases(
  'PRM007',
  {
    name: 'the label of the target',
    manifest: queryInRollout('sum(rate(a_total{service="checkout-canary"}[5m]))'),
    finds: [{ hint: 'match the pod-template hash' }],
  },
  {
    name: "Istio's label of the call",
    manifest: queryInRollout('sum(rate(istio_requests_total{destination_service_name="checkout-canary"}[5m]))'),
  },
);
cases(
  'PRM008',
  { name: 'a series for each pod', manifest: withQuery('increase(a_total[5m])'), finds: [{ line: 13, column: 13 }] },
  { name: 'a series for each code', manifest: withQuery('sum by (code) (rate(a_total[5m]))'), finds: [{}] },
  { name: 'all are judged', manifest: withQuery('increase(a_total[5m])', 'all(result, # <= 5)') },
  { name: 'a quantile consumes le', manifest: withQuery('histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))') },
  { name: 'a guard on the traffic', manifest: withQuery('sum(rate(a_total[5m])) and sum(rate(b_total[5m])) > 1') },
);
cases(
  'PRM009',
  {
    name: 'a rate without a range',
    manifest: withQuery('sum(rate(a_total))'),
    finds: [{ severity: 'error', column: 22 }],
  },
  {
    name: 'a range alone',
    manifest: withQuery('a_total[5m]'),
    finds: [{ severity: 'warning', hint: 'use increase() or rate() of it' }],
  },
  { name: 'a text', manifest: withQuery('"up"'), finds: [{ severity: 'error' }] },
  { name: 'an argument for the range', manifest: withQuery('sum(rate(a_total[{{args.window}}]))') },
);
cases(
  'PRM011',
  {
    name: 'le is gone',
    manifest: withQuery('histogram_quantile(0.9, sum by (pod) (rate(a_bucket[5m])))'),
    finds: [{ hint: 'keep it: sum by (le, pod)' }],
  },
  { name: 'a native histogram has none', manifest: withQuery('histogram_quantile(0.9, sum(rate(a_seconds[5m])))') },
);
cases(
  'PRM012',
  { name: 'a plain value', manifest: withQuery('sum(up{job=~"checkout"})'), finds: [{ hint: 'write job="checkout"' }] },
  { name: 'an argument may be a pattern', manifest: withQuery('sum(up{job=~"{{args.job}}"})') },
);
cases(
  'PRM013',
  { name: 'half a status', manifest: withQuery('sum(up{code=~"5"})'), finds: [{ hint: 'write "5.."' }] },
  { name: 'the class as some exporters write it', manifest: withQuery('sum(up{status=~"5xx|4xx"})') },
  { name: 'every status that did not fail', manifest: withQuery('sum(up{code!~"5.."})') },
);
cases(
  'PRM014',
  { name: 'two values at once', manifest: withQuery('sum(up{a="b",a=~"c.*"})'), finds: [{}] },
  { name: 'a value and a wider pattern', manifest: withQuery('sum(up{a="b",a=~"b.*"})') },
);
cases(
  'PRM015',
  {
    name: 'nothing asks for traffic',
    manifest: withQuery('sum(increase(a_total[5m])) or vector(0)'),
    finds: [{ severity: 'advice' }],
  },
  { name: '0 fails', manifest: withQuery('sum(increase(a_total[5m])) or vector(0)', 'result[0] > 5') },
);
cases(
  'PRM018',
  {
    name: 'the canary an hour ago',
    manifest: queryInRollout('sum(rate(a_total{service="checkout-canary"}[5m] offset 1h))'),
    finds: [{}],
  },
  {
    name: 'samples that come late',
    manifest: queryInRollout('sum(rate(a_total{service="checkout-canary"}[5m] offset 1m))'),
  },
);
cases(
  'PRM020',
  { name: 'labels on one side', manifest: withQuery('sum by (pod) (a) / sum(b)'), finds: [{ severity: 'error' }] },
  { name: 'it is said how they match', manifest: withQuery('sum by (pod) (a) / on () group_left sum(b)') },
  { name: 'a number has no labels', manifest: withQuery('sum by (pod) (a) / 100') },
);
cases(
  'PRM021',
  { name: 'no reporter', manifest: withQuery('sum(increase(istio_requests_total[5m]))'), finds: [{}] },
  {
    name: 'twice above and twice below',
    manifest: withQuery('sum(rate(istio_requests_total{a="b"}[5m])) / sum(rate(istio_requests_total[5m]))'),
  },
);
cases(
  'PRM022',
  {
    name: 'a Rollout without a namespace',
    manifest: queryInRollout('sum(up{namespace="shop"})'),
    finds: [
      { message: "the query of metric 'errors' asks about namespace 'shop', and Rollout checkout states no namespace" },
    ],
  },
  {
    name: 'the namespace of the Rollout, by an argument',
    manifest: queryInRollout('sum(up{namespace="{{args.ns}}"})', {
      args: '      - name: ns\n        valueFrom:\n          fieldRef:\n            fieldPath: metadata.namespace',
      spec: 'args:\n  - name: ns',
      namespace: 'shop',
    }),
  },
);
