import { readGoDuration, writeSeconds } from '../../formats/go-duration';
import type { Knob } from './draft';

/** Seconds of a duration, as a number or as Go and Rollouts write it; undefined if it is none. */
export function secondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const seconds = readGoDuration(value);
  return seconds !== undefined && seconds >= 0 ? seconds : undefined;
}

/** A share as a number or in per cent: `0.01`, `1%`. */
export function shareOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : Number((Number(percent) / 100).toPrecision(12));
}

/** The figure of a knob as it is written, in the way in which it was written before. */
export function writtenValue({ unit, value }: Knob, before: unknown): unknown {
  if (unit === 'seconds') return typeof before === 'number' ? value : writeSeconds(value);
  if (unit === 'share' && typeof before === 'string' && before.endsWith('%')) {
    return `${Number((value * 100).toPrecision(12))}%`;
  }
  // Fields that are numbers or texts stay what they are.
  return typeof before === 'string' ? String(value) : value;
}
