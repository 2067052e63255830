import { lengthOfTime } from '../../formats/go-duration';
import type { Unit } from '../scales';

/** A value as the page shows it. */
export function shown(unit: Unit, value: number): string {
  switch (unit) {
    case 'seconds':
      return lengthOfTime(value);
    case 'share':
      return `${Number((value * 100).toPrecision(4))} %`;
    case 'percent':
      return `${value} %`;
    case 'requests':
      return `${value}/s`;
    default:
      return String(value);
  }
}
