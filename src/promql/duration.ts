const UNITS: { readonly [unit: string]: number } = {
  y: 31_536_000,
  w: 604_800,
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
};

/**
 * A duration of PromQL in seconds (`5m`, `1h30m`, `1d`, or a plain number of seconds), or undefined for anything else.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations
 */
export function readPromqlDuration(text: string): number | undefined {
  const match = /^(-?)\s*((?:\d+(?:ms|[ywdhms]))+|\d+(?:\.\d+)?)$/.exec(text.trim());
  if (match === null) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  if (/^[\d.]+$/.test(match[2])) return sign * Number(match[2]);
  let seconds = 0;
  for (const [, amount, unit] of match[2].matchAll(/(\d+)(ms|[ywdhms])/g)) seconds += Number(amount) * UNITS[unit];
  return sign * seconds;
}
