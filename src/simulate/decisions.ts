import { comparisons } from '../expr';
import type { RolloutModel } from '../controller';
import { analysed } from '../traffic-model';
import { quantile } from './statistics';
import type { Sampled } from './totals';

/** A metric that ended updates, and what it had measured then. */
export interface DecidingMetric {
  readonly metric: string;
  /** Undefined: in the background. */
  readonly step?: number;
  /** Of all updates. */
  readonly share: number;
  /** How often there was no series, of the updates that it ended. */
  readonly empty: number;
  /** Null where there was never a value. */
  readonly value: { readonly p5: number; readonly p50: number; readonly p95: number } | null;
  /** As the conditions write them: `result[0] <= 5`. */
  readonly limits: readonly string[];
}

/** Which metrics ended updates, the most frequent first. */
export function decisionsOf(rollout: RolloutModel, { decisions, runs }: Sampled): DecidingMetric[] {
  const all = analysed(rollout);
  return decisions
    .filter(({ count }) => count > 0)
    .map(({ id, metric, count, empty, values }): DecidingMetric => {
      const { stepIndex, metric: model } = all[id];
      const { successCondition = '', failureCondition = '' } = model;
      const limits = [...comparisons(successCondition), ...comparisons(failureCondition)]
        .filter(({ subject }) => /^result(\[0\])?$/.test(subject))
        .map(({ subject, operator, threshold }) => `${subject} ${operator} ${threshold}`);
      const finite = values.filter((value) => !Number.isNaN(value));
      return {
        metric,
        step: stepIndex,
        share: count / runs,
        empty: (empty + values.length - finite.length) / count,
        value:
          finite.length === 0
            ? null
            : { p5: quantile(finite, 0.05), p50: quantile(finite, 0.5), p95: quantile(finite, 0.95) },
        limits: [...new Set(limits)],
      };
    })
    .sort((a, b) => b.share - a.share);
}
