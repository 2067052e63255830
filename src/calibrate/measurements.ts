import { metricPhase, record, type MetricModel } from '../controller';
import { type MeasurementPhase, prepareAssessment, UnsupportedExpression } from '../expr';
import { type MetricsSource, QueryFailed, type TimeRange } from './source';
import type { StableQuery } from './stable-query';

/** The phase that a condition gives the answer at a moment. */
export interface Measurement {
  readonly at: number;
  readonly phase: MeasurementPhase;
  readonly value: number | undefined;
}

/**
 * Measures a metric at each step of a range, with both ends. Throws QueryFailed where there is no answer, or the condition
 * cannot be judged.
 *
 * @param text the query that is asked, in place of the metric's
 */
export async function measurementsOf(
  { metric, query: { type } }: { readonly metric: MetricModel; readonly query: StableQuery },
  text: string,
  source: MetricsSource,
  range: TimeRange,
): Promise<Measurement[]> {
  const { start, end, step } = range;
  if (start > end) return [];
  const series = await source.queryRange(text, range);
  const values = new Map<number, number[]>();
  for (const { samples } of series) {
    for (const { at, value } of samples) {
      const there = values.get(at);
      if (there === undefined) values.set(at, [value]);
      else there.push(value);
    }
  }
  const assessment = prepareAssessment(metric);
  const found: Measurement[] = [];
  try {
    for (let at = start; at <= end; at += step * 1000) {
      const result = values.get(at) ?? [];
      // A range query makes a series of a scalar, which a condition takes for a number.
      const { phase } = assessment(type === 'scalar' ? result[0] : result);
      found.push({ at, phase, value: result[0] });
    }
  } catch (error) {
    if (error instanceof UnsupportedExpression)
      throw new QueryFailed(`its condition cannot be judged: ${error.message}`);
    throw error;
  }
  return found;
}

/** How a run of these measurements ends. */
export function endOfRun(metric: MetricModel, measurements: readonly Measurement[]): ReturnType<typeof metricPhase> {
  let result: Parameters<typeof record>[0];
  for (const { phase, at } of measurements) {
    // An error is measured again every ten seconds: within one step of a replay it is taken to last.
    const times = phase === 'Error' ? metric.consecutiveErrorLimit + 1 : 1;
    for (let again = 0; again < times; again++) result = record(result, phase, at / 1000);
    const now = metricPhase(metric, result!, false);
    if (now !== 'Running') return now;
  }
  return 'Running';
}
