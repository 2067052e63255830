/**
 * A number as OpenMetrics writes it, which is how Prometheus 3 stores the labels `le` and `quantile` of scraped histograms
 * and summaries: `1` becomes `1.0`, `1000000` becomes `1e+06`, `Inf` becomes `+Inf`. Undefined for what is no number.
 *
 * @see https://github.com/prometheus/prometheus/blob/v3.16.0/model/labels/float.go
 */
export function openMetricsFloat(text: string): string | undefined {
  if (/^\+?inf(inity)?$/i.test(text)) return '+Inf';
  if (/^-inf(inity)?$/i.test(text)) return '-Inf';
  if (/^[+-]?nan$/i.test(text)) return 'NaN';
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  if (value === 0) return '0.0';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [, digits, sign, power] = /^(.*)e([+-])(\d+)$/.exec(value.toExponential())!;
  const exponent = Number(`${sign}${power}`);
  // Go writes the shortest form that keeps the value, with an exponent below 10^-4 and from 10^6.
  if (exponent < -4 || exponent >= 6) return `${digits}e${sign}${power.padStart(2, '0')}`;
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}
