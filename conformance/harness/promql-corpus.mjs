// Random queries: most are nearly right, so that each rule of Prometheus's type check is met from both sides.
import fc from 'fast-check';

const NAMES = ['up', 'http_requests_total', 'latency_seconds_bucket', 'job:errors:ratio', 'sum', 'rate'];
const LABELS = ['code', 'pod', 'le', 'job', '__name__', 'by', 'on', 'bool'];
const PATTERNS = ['5..', '.*', '.+', 'a|b', '(', '[a-z', 'a{2,1}', '(?i)x', '\\\\d+', '(?=x)', '', 'x*', '*'];
const FUNCTIONS = [
  ...['rate', 'irate', 'increase', 'delta', 'deriv', 'sum_over_time', 'last_over_time', 'absent_over_time', 'changes'],
  ...['abs', 'ceil', 'absent', 'scalar', 'sort', 'timestamp', 'sgn', 'histogram_count', 'ln', 'exp'],
  ...['vector', 'time', 'pi', 'hour', 'day_of_month', 'round', 'clamp', 'clamp_max', 'clamp_min', 'predict_linear'],
  ...['quantile_over_time', 'histogram_quantile', 'label_replace', 'label_join'],
];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'topk', 'bottomk', 'quantile'];
const OPERATORS = ['+', '-', '*', '/', '%', '^', 'atan2', '==', '!=', '>', '<', '>=', '<=', 'and', 'or', 'unless'];
const DURATIONS = ['5m', '1h30m', '90s', '1d', '0s', '500ms', '1y'];

const one = (...values) => fc.constantFrom(...values);
const joined = (...parts) => fc.tuple(...parts).map((all) => all.join(''));
const often = (weight, arbitrary) => ({ weight, arbitrary });

const string = fc.oneof(
  often(4, one('"a"', "'b'", '`c`', '"$1"', '""')),
  often(1, one(String.raw`"\d"`, String.raw`"\n\t\\"`, String.raw`'\''`, String.raw`"\x41"`, String.raw`'\"'`)),
);
const matcher = fc.oneof(
  joined(one(...LABELS), one('=', '!='), string),
  joined(
    one(...LABELS),
    one('=~', '!~'),
    one(...PATTERNS).map((pattern) => `"${pattern}"`),
  ),
);
const matchers = fc.array(matcher, { maxLength: 3 }).map((all) => `{${all.join(',')}}`);
const selector = fc.oneof(often(4, one(...NAMES)), often(3, joined(one(...NAMES), matchers)), often(2, matchers));
const modifier = fc.oneof(
  often(6, fc.constant('')),
  often(2, joined(fc.constant(' offset '), one('5m', '-1h', '1w'))),
  often(1, joined(fc.constant(' @ '), one('10', 'start()', 'end()', '1609746000.5', '-5'))),
);
const labels = fc.subarray(LABELS.slice(0, 4)).map((all) => `(${all.join(', ')})`);
const grouping = fc.oneof(often(2, fc.constant('')), often(2, joined(one(' by ', ' without '), labels)));
const matching = fc.oneof(
  often(5, fc.constant('')),
  often(1, fc.constant(' bool')),
  often(2, joined(one(' on ', ' ignoring '), labels)),
  often(1, joined(one(' on ', ' bool on '), labels, one(' group_left ', ' group_right '), labels)),
);

/** A query of PromQL: text that the grammar of every release accepts, whatever the type check says. */
export const query = fc.letrec((tie) => {
  const expression = tie('expression');
  const list = (most) => fc.array(expression, { maxLength: most }).map((all) => `(${all.join(', ')})`);
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      often(6, joined(selector, modifier)),
      often(3, one('0', '1', '0.5', '1e3', 'Inf', 'NaN', '0x1F')),
      often(1, string),
      often(6, joined(selector, fc.constant('['), one(...DURATIONS), fc.constant(']'), modifier, modifier)),
      often(2, joined(expression, fc.constant('['), one(...DURATIONS), fc.constant(']'))),
      often(2, joined(expression, fc.constant('['), one('5m', '1h'), one(':', ':1m'), fc.constant(']'), modifier)),
      often(8, joined(one(...FUNCTIONS), list(3))),
      // Calls that are right more often than what is drawn at random.
      often(
        4,
        joined(
          one('rate', 'increase', 'max_over_time'),
          fc.constant('('),
          selector,
          fc.constant('[5m]'),
          modifier,
          fc.constant(')'),
        ),
      ),
      often(
        3,
        joined(
          one('histogram_quantile(', 'quantile('),
          one('0.9', '"a"'),
          fc.constant(', '),
          expression,
          fc.constant(')'),
        ),
      ),
      often(
        2,
        joined(fc.constant('label_replace('), expression, fc.constant(', "a", "$1", "b", '), string, fc.constant(')')),
      ),
      often(8, joined(one(...AGGREGATIONS.slice(0, 7)), grouping, fc.constant(' ('), expression, fc.constant(')'))),
      often(4, joined(one(...AGGREGATIONS, 'count_values'), grouping, fc.constant(' '), list(3))),
      often(8, joined(expression, fc.constant(' '), one(...OPERATORS), matching, fc.constant(' '), expression)),
      often(2, joined(fc.constant('('), expression, fc.constant(')'), modifier)),
      often(1, joined(one('-', '+'), expression)),
    ),
  };
}).expression;
