import { parsePromql, PromqlTree } from '../../src/promql/parse';

type SyntaxNode = PromqlTree['topNode'];

/** A counter or gauge: its labels, and what it grew by between two times, or its value at the later one. */
export interface Series {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly grew: (from: number, to: number) => number;
}

export interface Sample {
  readonly labels: Record<string, string>;
  readonly value: number;
}

type Value = number | Sample[];

/**
 * The part of PromQL that the ready-made queries use, over exact counts: enough to see which value a query gives, and how
 * many series. Times are in seconds.
 */
export function evaluate(query: string, series: readonly Series[], now: number): Value {
  const { tree, errors } = parsePromql(query);
  if (errors.length > 0) throw new Error(`${errors[0].message} in ${query}`);
  const text = (node: SyntaxNode) => query.slice(node.from, node.to);

  const seen = new Map<string, Value>();
  const ids = new Map<string, number>();
  const idOf = (part: string) => {
    if (!ids.has(part)) ids.set(part, ids.size);
    return ids.get(part);
  };

  /** The ready-made queries say the same thing more than once. */
  function at(node: SyntaxNode, time: number): Value {
    const key = `${time} ${idOf(text(node))}`;
    const value = seen.get(key) ?? fresh(node, time);
    seen.set(key, value);
    return value;
  }

  function fresh(node: SyntaxNode, time: number): Value {
    switch (node.name) {
      case 'PromQL':
        return at(childrenOf(node)[0], time);
      case 'ParenExpr':
        return at(childrenOf(node)[0], time);
      case 'NumberDurationLiteral':
        return Number(text(node));
      case 'UnaryExpr':
        return map(at(node.lastChild!, time), (value) => -value);
      case 'VectorSelector':
        return selected(node, (one) => one.grew(-Infinity, time));
      case 'BinaryExpr':
        return binary(node, time);
      case 'AggregateExpr':
        return aggregate(node, time);
      case 'FunctionCall':
        return call(node, time);
      default:
        throw new Error(`no ${node.name} here: ${text(node)}`);
    }
  }

  function selected(node: SyntaxNode, value: (one: Series) => number): Sample[] {
    const name = text(node.getChild('Identifier')!);
    const matchers = node.getChild('LabelMatchers')!.getChildren('UnquotedLabelMatcher');
    const fits = ({ labels }: Series) =>
      matchers.every((matcher) => {
        const found = labels[text(matcher.getChild('LabelName')!)] ?? '';
        const wanted = JSON.parse(text(matcher.getChild('StringLiteral')!)) as string;
        const matches = new RegExp(`^(?:${wanted})$`).test(found);
        const operator = text(matcher.getChild('MatchOp')!);
        return { '=': found === wanted, '!=': found !== wanted, '=~': matches, '!~': !matches }[operator];
      });
    return series
      .filter((one) => one.name === name && fits(one))
      .map((one) => ({ labels: one.labels, value: value(one) }));
  }

  function binary(node: SyntaxNode, time: number): Value {
    const [left, operator, ...rest] = childrenOf(node);
    const modifier = rest.find((one) => one.name === 'BoolModifier');
    const isBool = modifier !== undefined && text(modifier).includes('bool');
    const a = at(left, time);
    const b = at(rest[rest.length - 1], time);
    const op = text(operator);
    if (op === 'and') return list(a).filter((one) => list(b).some((other) => same(one, other)));
    if (op === 'or') return [...list(a), ...list(b).filter((one) => !list(a).some((other) => same(one, other)))];
    const compared = {
      '>': (x: number, y: number) => x > y,
      '>=': (x: number, y: number) => x >= y,
      '==': (x: number, y: number) => x === y,
    }[op];
    if (compared === undefined)
      return arithmetic(a, b, (x, y) => ({ '+': x + y, '-': x - y, '*': x * y, '/': x / y })[op]!);
    if (isBool) return arithmetic(a, b, (x, y) => Number(compared(x, y)));
    return list(a).filter((one) => {
      const other = typeof b === 'number' ? b : b.find((sample) => same(one, sample))?.value;
      return other !== undefined && compared(one.value, other);
    });
  }

  function aggregate(node: SyntaxNode, time: number): Value {
    const op = text(node.getChild('AggregateOp')!);
    const by = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName').map(text) ?? [];
    const groups = new Map<string, Sample[]>();
    const body = childrenOf(node.getChild('FunctionCallBody')!)[0];
    for (const sample of list(at(body, time))) {
      const labels = Object.fromEntries(by.map((label) => [label, sample.labels[label] ?? '']));
      const key = JSON.stringify(labels);
      groups.set(key, [...(groups.get(key) ?? []), { labels, value: sample.value }]);
    }
    const reduce: Record<string, (values: number[]) => number> = {
      sum: (values) => values.reduce((sum, value) => sum + value, 0),
      min: (values) => Math.min(...values),
      max: (values) => Math.max(...values),
      count: (values) => values.length,
    };
    return [...groups.values()].map((group) => ({
      labels: group[0].labels,
      value: reduce[op](group.map((sample) => sample.value)),
    }));
  }

  function call(node: SyntaxNode, time: number): Value {
    const name = text(node.getChild('FunctionIdentifier')!);
    const args = childrenOf(node.getChild('FunctionCallBody')!);
    switch (name) {
      case 'increase':
      case 'rate': {
        const length = secondsIn(text(args[0].getChild('DurationExpr')!));
        const grown = selected(args[0].getChild('VectorSelector')!, (one) => one.grew(time - length, time));
        return name === 'rate' ? map(grown, (value) => value / length) : grown;
      }
      case 'sum_over_time': {
        const [length, step] = args[0].getChildren('DurationExpr').map((one) => secondsIn(text(one)));
        const sums = new Map<string, Sample>();
        for (let then = Math.floor(time / step) * step; then > time - length; then -= step) {
          for (const { labels, value } of list(at(args[0].firstChild!, then))) {
            const key = JSON.stringify(labels);
            sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) });
          }
        }
        return [...sums.values()];
      }
      case 'histogram_quantile':
        return quantile(at(args[0], time) as number, list(at(args[1], time)));
      case 'label_replace': {
        const [label, replacement] = [args[1], args[2]].map((one) => JSON.parse(text(one)) as string);
        return list(at(args[0], time)).map((one) => ({ ...one, labels: { ...one.labels, [label]: replacement } }));
      }
      case 'vector':
        return [{ labels: {}, value: at(args[0], time) as number }];
      case 'scalar': {
        const all = list(at(args[0], time));
        return all.length === 1 ? all[0].value : NaN;
      }
      case 'clamp_min':
        return map(at(args[0], time), (value) => Math.max(value, at(args[1], time) as number));
      case 'abs':
        return map(at(args[0], time), Math.abs);
      case 'ln':
        return map(at(args[0], time), Math.log);
      default:
        throw new Error(`no function ${name} here`);
    }
  }

  return at(tree.topNode, now);
}

/** The one value of a query; undefined where there is none. More than one series is an error. */
export function valueOf(query: string, series: readonly Series[], now: number): number | undefined {
  const found = list(evaluate(query, series, now));
  if (found.length > 1) throw new Error(`${found.length} series: ${JSON.stringify(found)}`);
  return found[0]?.value;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

function list(value: Value): Sample[] {
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

function same(a: Sample, b: Sample): boolean {
  const key = ({ labels }: Sample) => JSON.stringify(Object.entries(labels).sort());
  return key(a) === key(b);
}

function map(value: Value, change: (value: number) => number): Value {
  return typeof value === 'number' ? change(value) : value.map((one) => ({ ...one, value: change(one.value) }));
}

function arithmetic(a: Value, b: Value, op: (x: number, y: number) => number): Value {
  if (typeof b === 'number') return map(a, (x) => op(x, b));
  if (typeof a === 'number') return map(b, (y) => op(a, y));
  return a.flatMap((one) => {
    const other = b.find((sample) => same(one, sample));
    return other ? [{ ...one, value: op(one.value, other.value) }] : [];
  });
}

/** As Prometheus does it: linear within a bucket, and no more than the largest finite bound. */
function quantile(q: number, samples: Sample[]): Sample[] {
  const buckets = samples
    .map(({ labels, value }) => ({ bound: labels.le === '+Inf' ? Infinity : Number(labels.le), value }))
    .sort((a, b) => a.bound - b.bound);
  if (buckets.length < 2) return [];
  const rank = q * buckets[buckets.length - 1].value;
  const i = buckets.findIndex((bucket) => bucket.value >= rank);
  if (i === buckets.length - 1) return [{ labels: {}, value: buckets[i - 1].bound }];
  const before = i === 0 ? { bound: 0, value: 0 } : buckets[i - 1];
  const share = (rank - before.value) / (buckets[i].value - before.value);
  return [{ labels: {}, value: before.bound + (buckets[i].bound - before.bound) * share }];
}

function secondsIn(duration: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0);
}
