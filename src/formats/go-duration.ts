const UNIT_SECONDS: { readonly [unit: string]: number } = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * Reads a duration as Go's `time.ParseDuration` does: `90s`, `1h30m`, `1.5m`, `-2s`, `0`. Returns seconds, or undefined
 * for what Go refuses, such as `5` and `1d`.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function readGoDuration(text: string): number | undefined {
  const match = /^([+-]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of match[2].matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(amount) * UNIT_SECONDS[unit];
  }
  return match[1] === '-' ? -seconds : seconds;
}

/** Whether a duration of at least a millisecond is no whole number of them. */
export function isFinerThanMilliseconds(text: string): boolean {
  const seconds = readGoDuration(text);
  if (seconds === undefined || seconds < 0.001) return false;
  return Math.abs(seconds * 1000 - Math.round(seconds * 1000)) >= 1e-6;
}

const WRITTEN_UNITS: readonly [unit: string, milliseconds: number][] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Writes seconds as both Go and PromQL read them, to the millisecond: `90s` as `1m30s`, `0.25` as `250ms`. */
export function writeSeconds(seconds: number): string {
  let rest = Math.round(seconds * 1000);
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, size] of WRITTEN_UNITS) {
    const whole = Math.floor(rest / size);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * size;
  }
  return text;
}

/** A time on a rollout's clock: `0:45`, `12:30`, `1:05:00`. Fractions of a second are cut. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds + 1e-9);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A length of time in words: `45 s`, `5 min`, `1 h 30 min`. */
export function lengthOfTime(seconds: number): string {
  if (seconds === Infinity) return 'for ever';
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts = [h > 0 && `${h} h`, m > 0 && `${m} min`, s > 0 && `${s} s`].filter(Boolean);
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
