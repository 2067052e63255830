/** The type of an expression. */
export type PromqlType = 'scalar' | 'instant vector' | 'range vector' | 'string';

/** The signature of a PromQL function. */
export interface FunctionSignature {
  readonly args: readonly PromqlType[];
  /** How many arguments at the end may be left out. */
  readonly optional: number;
  /** Whether the last argument may be given any number of times. */
  readonly repeated: boolean;
  readonly returns: PromqlType;
}

const V: PromqlType = 'instant vector';
const M: PromqlType = 'range vector';
const S: PromqlType = 'scalar';
const T: PromqlType = 'string';

const table = new Map<string, FunctionSignature>();

function define(
  names: string,
  args: readonly PromqlType[],
  { optional = 0, repeated = false, returns = V }: Partial<FunctionSignature> = {},
): void {
  for (const name of names.split(' ')) table.set(name, { args, optional, repeated, returns });
}

define('abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh', [V]);
define('sort sort_desc sqrt tan tanh timestamp histogram_count histogram_sum', [V]);
define('histogram_avg histogram_stddev histogram_stdvar', [V]);
define('day_of_month day_of_week days_in_month hour minute month year day_of_year', [V], { optional: 1 });
define('absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time', [M]);
define('max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time', [M]);
define('sum_over_time', [M]);
define('mad_over_time', [M]);
define('ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time', [M]);
define('first_over_time ts_of_first_over_time', [M]);
define('clamp', [V, S, S]);
define('clamp_max clamp_min', [V, S]);
define('round', [V, S], { optional: 1 });
define('predict_linear', [M, S]);
define('holt_winters double_exponential_smoothing', [M, S, S]);
define('integral', [M]);
define('min_of max_of', [S, S], { returns: S });
define('start_timestamp', [V]);
define('quantile_over_time', [S, M]);
define('histogram_quantile', [S, V]);
define('histogram_fraction', [S, S, V]);
define('histogram_quantiles', [V, T, S], { repeated: true });
define('label_replace', [V, T, T, T, T]);
define('label_join', [V, T, T, T], { optional: 1, repeated: true });
define('sort_by_label sort_by_label_desc', [V, T], { optional: 1, repeated: true });
define('info', [V, V], { optional: 1 });
define('scalar', [V], { returns: S });
define('pi time', [], { returns: S });
define('start end range step', [], { returns: S });
define('vector', [S]);

/**
 * The signature of a function; undefined for one that the pinned grammar has and whose arguments are not known here.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
export const signatureOf = (name: string): FunctionSignature | undefined => table.get(name);

/** Aggregations with a parameter before the expression, and the type of that parameter. */
export const AGGREGATION_PARAMETERS: ReadonlyMap<string, PromqlType> = new Map([
  ['topk', S],
  ['bottomk', S],
  ['quantile', S],
  ['limitk', S],
  ['limit_ratio', S],
  ['count_values', T],
]);
