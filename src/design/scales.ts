/** The values that a slider stops at, ascending. */
export type Scale = readonly number[];

const SECONDS: Scale = [
  ...[0, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1200, 1500, 1800, 2400, 2700, 3600],
  ...[5400, 7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400],
];
const RATES: Scale = [
  ...[0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1],
  ...[0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 1],
];
const REQUESTS: Scale = [
  ...[0.1, 0.2, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000],
  ...[5000, 7000, 10_000],
];
const COUNTS: Scale = Array.from({ length: 31 }, (_, i) => i);
const PERCENT: Scale = Array.from({ length: 100 }, (_, i) => i + 1);

/** What a slider stands for. */
export type Unit = 'seconds' | 'share' | 'number' | 'count' | 'percent' | 'requests';

/** The scale of a unit, with the value that it starts from. */
export function scaleOf(unit: Unit, value: number): Scale {
  const scale = { seconds: SECONDS, share: RATES, count: COUNTS, percent: PERCENT, requests: REQUESTS }[
    unit as Exclude<Unit, 'number'>
  ];
  const base = scale ?? around(value);
  return base.includes(value) ? base : [...base, value].sort((a, b) => a - b);
}

/** Values from a tenth to ten times of one whose meaning is not known. */
function around(value: number): Scale {
  const size = Math.abs(value) || 1;
  const steps = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 3, 5, 7, 10];
  return steps.map((factor) => Number((factor * size).toPrecision(6)));
}

/** The place of a value, or of the nearest one. */
export function placeOn(scale: Scale, value: number): number {
  let best = 0;
  scale.forEach((one, i) => {
    if (Math.abs(one - value) < Math.abs(scale[best] - value)) best = i;
  });
  return best;
}

const DURATION = { h: 3600, m: 60, min: 60, s: 1 } as const;

/** Reads a value as a person types it: `7m`, `90`, `1.5 %`. Undefined if it is none of this unit. */
export function readValue(unit: Unit, text: string): number | undefined {
  const words = text.trim().replace(',', '.');
  if (unit === 'seconds') {
    if (/^\d+(\.\d+)?$/.test(words)) return Number(words);
    if (!/^(\d+(\.\d+)?\s*(h|min|m|s)\s*)+$/.test(words)) return undefined;
    let seconds = 0;
    for (const [, amount, name] of words.matchAll(/(\d+(?:\.\d+)?)\s*(h|min|m|s)/g)) {
      seconds += Number(amount) * DURATION[name as keyof typeof DURATION];
    }
    return seconds;
  }
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(words);
  if (match === null) return undefined;
  const value = Number(match[1]);
  if (unit === 'share') {
    const share = match[2] === '%' ? Number((value / 100).toPrecision(12)) : value;
    return share <= 1 ? share : undefined;
  }
  if (unit === 'percent') return value >= 0 && value <= 100 ? Math.round(value) : undefined;
  if (match[2] === '%') return undefined;
  return unit === 'count' ? Math.round(value) : value;
}
