import type { Duration, Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-27';
import { readGoDuration } from '../formats/go-duration';

export const DURATION_PATTERN = /^(?:\d+|(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?)$/;
export const SIZE_PATTERN = /^\d+(?:Ki|Mi|Gi|Ti|Pi)$/;
export const CPU_PATTERN = /^\d+(?:\.\d+)?$|^\d+m$/;

const SIZES = {
  Ki: 'kibibytes',
  Mi: 'mebibytes',
  Gi: 'gibibytes',
  Ti: 'tebibytes',
  Pi: 'pebibyte',
} as const;

/** The milliseconds of `1h30m`, and of `300`, which are seconds as in a pause of Argo Rollouts, or undefined where it is no duration. */
export function durationMillis(text: string): number | undefined {
  if (text === '' || !DURATION_PATTERN.test(text)) return undefined;
  const millis = Math.round((/^\d+$/.test(text) ? Number(text) : readGoDuration(text)!) * 1000);
  return Number.isSafeInteger(millis) ? millis : undefined;
}

/** A duration in the largest unit in which it is a whole number, so that rendering can ask for whole seconds. */
export function readDuration(type: typeof Duration, text: string): Duration | undefined {
  const millis = durationMillis(text);
  if (millis === undefined) return undefined;
  if (millis % 60_000 === 0) return type.minutes(millis / 60_000);
  return millis % 1_000 === 0 ? type.seconds(millis / 1_000) : type.millis(millis);
}

/** `32Mi` and its like. */
export function readSize(type: typeof Size, text: string): Size | undefined {
  if (!SIZE_PATTERN.test(text)) return undefined;
  return type[SIZES[text.slice(-2) as keyof typeof SIZES]](Number(text.slice(0, -2)));
}

/** `5m` for thousandths, `0.5` or `2` for whole ones. */
export function readCpu(type: typeof Cpu, text: string): Cpu | undefined {
  if (!CPU_PATTERN.test(text)) return undefined;
  return text.endsWith('m') ? type.millis(Number(text.slice(0, -1))) : type.units(Number(text));
}
