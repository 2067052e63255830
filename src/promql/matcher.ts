/**
 * A string as PromQL quotes it. Quotes, backslashes and line breaks are escaped, so that a value can never end its
 * matcher and begin another.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
export function quotePromql(value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
  return `"${escaped}"`;
}

/** What is wrong with a metric's name in the classic form, or undefined. */
export function metricNameProblem(what: string, value: string): string | undefined {
  if (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(value)) return undefined;
  return `${what} is '${value}', which is no metric name; use letters, digits, '_' and ':', not beginning with a digit`;
}

/** What is wrong with a label's name, or undefined. */
export function labelNameProblem(what: string, value: string): string | undefined {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value)) return undefined;
  return `${what} is '${value}', which is no label name in Prometheus; use letters, digits and '_', not beginning with a digit`;
}

/** The name of a Kubernetes label or annotation as a label of Prometheus has it: what is not allowed becomes `_`. */
export const labelNameOf = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');
