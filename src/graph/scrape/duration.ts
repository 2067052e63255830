const UNITS: readonly [unit: string, milliseconds: number, onlyIfExact: boolean][] = [
  ['y', 31_536_000_000, true],
  ['w', 604_800_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1000, false],
  ['ms', 1, false],
];
const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * A duration of Prometheus's configuration in seconds: `30s`, `1m30s`, `0`. Undefined for everything else, such as `30`
 * and `30s1m`, which a query may have but a configuration may not.
 */
export function readConfigDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  return UNITS.reduce((sum, [, size], i) => sum + Number(match[i + 1] ?? 0) * size, 0) / 1000;
}

/** A duration as Prometheus writes it: `1m30s` for `90s`. */
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
