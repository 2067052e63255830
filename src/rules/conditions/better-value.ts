import { type PromqlNode, type Selector, walkPromql } from '../../promql';
import { outcomeOf } from '../shared/request-outcome';

/** The quantity that a query measures, and whether lower or higher values are better. */
export interface Quality {
  readonly better: 'lower' | 'higher';
  /** `failed requests`, `latency`. */
  readonly what: string;
}

const LATENCY = /(latency|duration|response_time|request_time|seconds|milliseconds|_ms)(_|$)/i;
const FAILURES: Quality = { better: 'lower', what: 'failed requests' };
const SUCCESSES: Quality = { better: 'higher', what: 'successful requests' };
const SLOWNESS: Quality = { better: 'lower', what: 'latency' };

/** Whether lower or higher values of a query are better. Undefined unless its form leaves no doubt. */
export function qualityOf(node: PromqlNode): Quality | undefined {
  switch (node.kind) {
    case 'selector':
      return node.matchers.some((matcher) => outcomeOf(matcher) === 'failed') ? FAILURES : undefined;
    case 'aggregate':
      return ['sum', 'avg', 'max', 'min'].includes(node.name) && node.args.length === 1
        ? qualityOf(node.args[0])
        : undefined;
    case 'call':
      if (node.name === 'histogram_quantile' || node.name === 'histogram_avg') {
        return selectorsIn(node).every(({ metric }) => LATENCY.test(metric ?? '')) ? SLOWNESS : undefined;
      }
      return ['rate', 'increase', 'irate', 'round', 'ceil', 'scalar', 'max_over_time', 'avg_over_time'].includes(
        node.name,
      ) && node.args[0]
        ? qualityOf(node.args[0])
        : undefined;
    case 'binary':
      return qualityOfBinary(node);
    default:
      return undefined;
  }
}

function qualityOfBinary({ operator, left, right, bool }: PromqlNode & { kind: 'binary' }): Quality | undefined {
  switch (operator) {
    case 'or':
      // A value in place of no data.
      return right.kind === 'call' && right.name === 'vector' ? qualityOf(left) : undefined;
    case 'and':
      return qualityOf(left);
    case '>':
    case '>=':
      return bool || right.kind !== 'number' ? undefined : qualityOf(left);
    case '*':
      if (left.kind === 'number' && Number(left.text) > 0) return qualityOf(right);
      return right.kind === 'number' && Number(right.text) > 0 ? qualityOf(left) : undefined;
    case '-':
      return left.kind === 'number' ? opposite(qualityOf(right)) : undefined;
    case '/':
      return qualityOfQuotient(left, right);
    default:
      return undefined;
  }
}

/** A share of all requests, or a mean latency. */
function qualityOfQuotient(left: PromqlNode, right: PromqlNode): Quality | undefined {
  if (right.kind === 'number') return Number(right.text) > 0 ? qualityOf(left) : undefined;
  if (left.kind === 'binary' && left.operator === '*') {
    // 100 * errors / requests is read from the left.
    if (left.left.kind === 'number') return qualityOfQuotient(left.right, right);
    if (left.right.kind === 'number') return qualityOfQuotient(left.left, right);
  }
  const [above, below] = [selectorsIn(left), selectorsIn(right)];
  if (above.length !== 1 || below.length !== 1) return undefined;
  const [[dividend], [divisor]] = [above, below];
  if (dividend.metric?.endsWith('_sum') && divisor.metric === dividend.metric.replace(/_sum$/, '_count')) {
    return LATENCY.test(dividend.metric) ? SLOWNESS : undefined;
  }
  if (dividend.metric === undefined || dividend.metric !== divisor.metric) return undefined;
  // Failures of the canary over those of the stable version, or over its successes, are no share.
  if (divisor.matchers.some((matcher) => outcomeOf(matcher) !== undefined)) return undefined;
  const outcomes = new Set(dividend.matchers.map(outcomeOf).filter((outcome) => outcome !== undefined));
  if (outcomes.size !== 1) return undefined;
  return outcomes.has('failed') ? FAILURES : SUCCESSES;
}

/** The quality of `1 - share`. A number minus a latency has none. */
const opposite = (quality: Quality | undefined): Quality | undefined =>
  quality === undefined || quality === SLOWNESS
    ? undefined
    : { better: quality.better === 'lower' ? 'higher' : 'lower', what: `all but the ${quality.what}` };

function selectorsIn(node: PromqlNode): readonly Selector[] {
  const found: Selector[] = [];
  walkPromql(node, (one) => {
    if (one.kind === 'selector') found.push(one);
  });
  return found;
}
