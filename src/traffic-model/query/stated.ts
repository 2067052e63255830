import { readPromqlDuration } from '../../promql';
import type { CountedOutcome, CountedPart } from '../sources/sample';
import type { Cell, Leaf, QueryModel, Side } from './query-model';

const STATEMENT =
  /^(?:(canary|stable|both):)?(failures|requests|failure-ratio|success-ratio|failure-rate|p\d+(?:\.\d+)?):(\w+)$/;

/**
 * What a user states that a query computes: `failures:5m`, `failure-ratio:5m`, `success-ratio:5m`, `p99:5m` (seconds),
 * `both:failures:5m`. Undefined for anything else.
 *
 * @param bounds upper bounds of the histogram's buckets in seconds
 */
export function statedQueryModel(text: string, bounds: readonly number[]): QueryModel | undefined {
  const match = STATEMENT.exec(text);
  const window = match === null ? undefined : readPromqlDuration(match[3]);
  if (match === null || window === undefined) return undefined;
  const scope = match[1] ?? 'canary';
  const sides: readonly Side[] = scope === 'both' ? ['canary', 'stable'] : [scope as Side];
  const cell = (side: Side, outcome: CountedOutcome, part: CountedPart): Cell => ({
    side,
    outcome,
    part,
    factor: 1,
    appears: outcome === 'any' ? 'at-once' : 'as-the-profile-says',
    ofEachPod: true,
    life: {},
  });
  const leaf = (outcome: CountedOutcome, over: Leaf['over'], part: CountedPart = 'count'): QueryModel => ({
    type: 'leaf',
    leaf: { cells: sides.map((side) => cell(side, outcome, part)), window, over },
  });
  const operation = (operator: string, left: QueryModel, right: QueryModel): QueryModel => ({
    type: 'operation',
    operator,
    bool: false,
    left,
    right,
  });
  switch (match[2]) {
    case 'failures':
      return leaf('failed', 'increase');
    case 'requests':
      return leaf('any', 'increase');
    case 'failure-rate':
      return leaf('failed', 'rate');
    case 'failure-ratio':
      return operation('/', operation('or', leaf('failed', 'rate'), { type: 'number', value: 0 }), leaf('any', 'rate'));
    case 'success-ratio':
      return operation('/', leaf('succeeded', 'rate'), leaf('any', 'rate'));
    default:
      return {
        type: 'quantile',
        quantile: Number(match[2].slice(1)) / 100,
        buckets: [...bounds, Infinity].map((bound) => ({
          bound,
          of: leaf('any', 'rate', bound === Infinity ? 'count' : { upTo: bound }),
        })),
      };
  }
}
