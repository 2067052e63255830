import { LONGEST_TAIL } from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { percentage } from '../formats/percentage';
import { abortIncompleteText } from '../plan';
import type { DecidingMetric } from './decisions';
import type { Simulation } from './simulate';

/** Effects on all users, a sentence each: outages, and aborts that never complete. */
export function disruptionText({ disruption }: Simulation): string[] {
  const { outage, outageSeconds, endlessOutage, abortIncomplete } = disruption;
  const sentences: string[] = [];
  const nobody = 'no pod of either version serves: an outage';
  if (outageSeconds !== null) {
    const { mean: usual, p95 } = outageSeconds;
    sentences.push(
      `in ${percentage(outage)} of updates ${nobody} of ${lengthOfTime(usual)} on average (p95 ${lengthOfTime(p95)})`,
    );
  }
  if (endlessOutage > 0) sentences.push(`in ${percentage(endlessOutage)} of updates ${nobody} without end`);
  if (abortIncomplete > 0) {
    sentences.push(
      `in ${percentage(abortIncomplete)} of updates ${abortIncompleteText()} (failed requests are counted for ${lengthOfTime(LONGEST_TAIL)} after it)`,
    );
  }
  return sentences;
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** What a metric had measured when it ended updates. */
export function seenText({ value, empty }: DecidingMetric): string {
  if (value === null && empty === 0) return 'as assumed';
  const seen = [
    value && `value ${figure(value.p50)} (${figure(value.p5)} to ${figure(value.p95)})`,
    empty > 0 && `no data in ${percentage(empty)}`,
  ];
  return seen.filter(Boolean).join(', ');
}
