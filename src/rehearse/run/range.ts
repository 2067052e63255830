import { readGoDuration } from '../../formats/go-duration';
import type { MetricModel } from '../../controller';
import type { QueriedRange } from '../prometheus';

const MOMENT = /^now\(\)(?:\s*([+-])\s*duration\(\s*(?:"([^"]*)"|'([^']*)')\s*\))?$/;

/**
 * The range of a range query at a moment, or what is wrong with it. Start and end are expressions such as
 * `now() - duration("5m")`; others of their language are refused, not guessed.
 *
 * @param now milliseconds since 1970
 */
export function rangeAt(
  { start, end, step }: NonNullable<MetricModel['rangeQuery']>,
  now: number,
): QueriedRange | { readonly problem: string } {
  const from = momentOf(start, now);
  const to = momentOf(end, now);
  const seconds = readGoDuration(step ?? '');
  if (from === undefined) return { problem: refusal('start', start) };
  if (to === undefined) return { problem: refusal('end', end) };
  if (seconds === undefined || seconds <= 0)
    return { problem: `rangeQuery.step is '${step ?? ''}'; give a duration such as 1m` };
  return { start: from, end: to, step: seconds };
}

function momentOf(text: string | undefined, now: number): number | undefined {
  const match = MOMENT.exec((text ?? '').trim());
  if (match === null) return undefined;
  const [, sign, double, single] = match;
  if (sign === undefined) return now;
  const seconds = readGoDuration(double ?? single);
  return seconds === undefined ? undefined : now + (sign === '-' ? -1000 : 1000) * seconds;
}

const refusal = (key: string, text: string | undefined): string =>
  `rangeQuery.${key} is '${text ?? ''}', which cannot be rehearsed; write now(), or now() - duration("5m")`;
