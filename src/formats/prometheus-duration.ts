/** The units of Prometheus, the largest first, and whether one is written only where nothing is left over. */
const UNITS: readonly [unit: string, milliseconds: number, onlyIfExact: boolean][] = [
  ['y', 31_536_000_000, true],
  ['w', 604_800_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1000, false],
  ['ms', 1, false],
];
const MILLISECONDS = new Map(UNITS.map(([unit, milliseconds]) => [unit, milliseconds]));
const IN_ORDER = new RegExp(`^${UNITS.map(([unit]) => `(?:\\d+${unit})?`).join('')}$`);
const IN_ANY_ORDER = /^(?:\d+(?:ms|[ywdhms]))+$/;

/**
 * Reads a duration of a PromQL query: `5m`, `1h30m`, `1d`, or a plain number of seconds. Returns seconds, or undefined
 * for anything else.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations
 */
export function readPromqlDuration(text: string): number | undefined {
  const [, sign, amount] = /^(-?)\s*(.*)$/s.exec(text.trim()) ?? [];
  const seconds = /^\d+(?:\.\d+)?$/.test(amount) ? Number(amount) : IN_ANY_ORDER.test(amount) ? sum(amount) : undefined;
  return seconds === undefined || sign === '' ? seconds : -seconds;
}

/**
 * Reads a duration of Prometheus's configuration and of the Prometheus Operator: `30s`, `1m30s`, `0`. Returns seconds,
 * or undefined for anything else, such as `30` and `30s1m`, which a query may hold but a configuration may not.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#configuration-file
 */
export function readConfigDuration(text: string): number | undefined {
  if (text === '0') return 0;
  return text !== '' && IN_ORDER.test(text) ? sum(text) : undefined;
}

/** Writes a duration in seconds as Prometheus does: `1m30s` for `90s`. */
export function writeConfigDuration(seconds: number): string {
  let rest = Math.round(seconds * 1000);
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, size, onlyIfExact] of UNITS) {
    if (onlyIfExact && rest % size !== 0) continue;
    const whole = Math.floor(rest / size);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * size;
  }
  return text;
}

/** The sum of a sequence of amounts and units, in seconds. */
function sum(text: string): number {
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    milliseconds += Number(amount) * MILLISECONDS.get(unit)!;
  }
  return milliseconds / 1000;
}
