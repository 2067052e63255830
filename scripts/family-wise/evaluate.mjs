// Evaluates PromQL over raw samples, as the documentation of Prometheus describes it and independently of src/: selectors, sum,
// min and max, increase, rate, histogram_quantile and arithmetic. What it does not know ends the program.
import { parser } from '@prometheus-io/lezer-promql';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A query as a function of time over series: `[{ labels, times, values, from, to }]`, of which `from` to `to` are there. */
export function compile(query, series) {
  const text = (node) => query.slice(node.from, node.to);
  const children = (node) => {
    const found = [];
    for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
    return found;
  };
  const unknown = (node) => {
    throw new Error(`the reference does not know ${node.name} (${text(node)})`);
  };

  function matching(node) {
    const name = text(node.getChild('Identifier'));
    const matchers = node
      .getChild('LabelMatchers')
      .getChildren('UnquotedLabelMatcher')
      .map((one) => {
        const [label, op, value] = children(one).map(text);
        return { label, op, value: JSON.parse(value) };
      });
    const passes = {
      '=': (found, value) => found === value,
      '!=': (found, value) => found !== value,
      '=~': (found, value) => new RegExp(`^(?:${value})$`).test(found),
      '!~': (found, value) => !new RegExp(`^(?:${value})$`).test(found),
    };
    return series.filter(
      ({ labels }) =>
        labels.__name__ === name && matchers.every(({ label, op, value }) => passes[op](labels[label] ?? '', value)),
    );
  }

  /** The growth of each series within a window, extrapolated to it. */
  function growth(node, perSecond) {
    const selected = matching(node.getChild('VectorSelector'));
    const [, length, unit] = /^(\d+)([smhd])$/.exec(text(node.getChild('DurationExpr') ?? unknown(node)));
    const window = Number(length) * SECONDS[unit];
    const bare = selected.map(({ labels: { __name__, ...labels } }) => labels);
    return (now) => {
      const found = [];
      selected.forEach((one, i) => {
        const value = increaseOf(one, window, now);
        if (value !== undefined) found.push({ labels: bare[i], value: perSecond ? value / window : value });
      });
      return found;
    };
  }

  function call(node) {
    const name = text(node.getChild('FunctionIdentifier'));
    const given = children(node.getChild('FunctionCallBody'));
    if (name === 'increase' || name === 'rate') return growth(given[0], name === 'rate');
    if (name === 'label_replace') {
      const of = compiled(given[0]);
      const [to, value] = given.slice(1, 3).map((one) => JSON.parse(text(one)));
      if (text(given[3]) !== '""' || text(given[4]) !== '""') unknown(node);
      return (now) => of(now).map((one) => ({ ...one, labels: { ...one.labels, [to]: value } }));
    }
    const args = given.map(compiled);
    const each = (change) => (now) => {
      const [vector, ...scalars] = args.map((one) => one(now));
      return vector.map((one) => ({ ...one, value: change(one.value, ...scalars) }));
    };
    switch (name) {
      case 'vector':
        return (now) => [{ labels: {}, value: args[0](now) }];
      case 'abs':
        return each(Math.abs);
      case 'clamp_min':
        return each((value, least) => Math.max(value, least));
      case 'histogram_quantile':
        return (now) => quantiles(args[0](now), args[1](now));
      default:
        return unknown(node);
    }
  }

  function aggregate(node) {
    const op = text(node.getChild('AggregateOp'));
    const modifier = node.getChild('AggregateModifier');
    if (modifier && !modifier.getChild('By')) unknown(modifier);
    const by = modifier ? modifier.getChild('GroupingLabels').getChildren('LabelName').map(text) : [];
    const of = compiled(children(node.getChild('FunctionCallBody'))[0]);
    const combine = { sum: (a, b) => a + b, min: Math.min, max: Math.max }[op] ?? unknown(node);
    return (now) => {
      const groups = new Map();
      for (const { labels, value } of of(now)) {
        const kept = Object.fromEntries(by.flatMap((label) => (label in labels ? [[label, labels[label]]] : [])));
        const key = JSON.stringify(kept);
        const group = groups.get(key);
        if (group) group.value = combine(group.value, value);
        else groups.set(key, { labels: kept, value });
      }
      return [...groups.values()];
    };
  }

  function binary(node) {
    const [left, operator, right] = children(node);
    const [a, b] = [compiled(left), compiled(right)];
    const name = text(operator);
    if (name === 'and') {
      return (now) => {
        const keys = new Set(b(now).map(keyOf));
        return a(now).filter((one) => keys.has(keyOf(one)));
      };
    }
    if (name === 'or') {
      return (now) => {
        const first = a(now);
        const keys = new Set(first.map(keyOf));
        return [...first, ...b(now).filter((one) => !keys.has(keyOf(one)))];
      };
    }
    const arithmetic = {
      '+': (x, y) => x + y,
      '-': (x, y) => x - y,
      '*': (x, y) => x * y,
      '/': (x, y) => x / y,
    }[name];
    const comparison = {
      '>=': (x, y) => x >= y,
      '<=': (x, y) => x <= y,
      '>': (x, y) => x > y,
      '<': (x, y) => x < y,
    }[name];
    if (!arithmetic && !comparison) unknown(node);
    // A comparison filters, and keeps the value on the left.
    const joined = (x, y, kept) =>
      arithmetic ? { ...kept, value: arithmetic(x, y) } : comparison(x, y) ? { ...kept, value: x } : undefined;
    return (now) => {
      const [x, y] = [a(now), b(now)];
      if (typeof x === 'number' && typeof y === 'number') return arithmetic ? arithmetic(x, y) : unknown(node);
      if (typeof y === 'number') return x.flatMap((one) => joined(one.value, y, one) ?? []);
      if (typeof x === 'number') return arithmetic ? y.flatMap((one) => joined(x, one.value, one)) : unknown(node);
      const others = new Map(y.map((one) => [keyOf(one), one]));
      return x.flatMap((one) => {
        const other = others.get(keyOf(one));
        return other === undefined ? [] : (joined(one.value, other.value, one) ?? []);
      });
    };
  }

  function compiled(node) {
    switch (node.name) {
      case 'ParenExpr':
        return compiled(node.firstChild);
      case 'NumberDurationLiteral': {
        const value = Number(text(node));
        return () => value;
      }
      case 'UnaryExpr': {
        const of = compiled(children(node)[1]);
        return (now) => -of(now);
      }
      case 'FunctionCall':
        return call(node);
      case 'AggregateExpr':
        return aggregate(node);
      case 'BinaryExpr':
        return binary(node);
      default:
        return unknown(node);
    }
  }

  return compiled(parser.parse(query).topNode.firstChild);
}

const keyOf = ({ labels }) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function increaseOf({ times, values, from, to }, window, now) {
  let last = to();
  while (last >= 0 && times[last] > now) last--;
  let first = last;
  const begin = from();
  while (first - 1 >= begin && times[first - 1] > now - window) first--;
  if (last < begin || first >= last || times[first] <= now - window) return undefined;
  const grown = values[last] - values[first];
  const sampled = times[last] - times[first];
  const average = sampled / (last - first);
  let [toStart, toEnd] = [times[first] - (now - window), now - times[last]];
  if (toStart >= 1.1 * average) toStart = average / 2;
  if (grown > 0 && values[first] >= 0) toStart = Math.min(toStart, sampled * (values[first] / grown));
  if (toEnd >= 1.1 * average) toEnd = average / 2;
  return (grown * (sampled + toStart + toEnd)) / sampled;
}

/** The quantile of each histogram, by linear interpolation in a bucket. */
function quantiles(level, buckets) {
  const found = new Map();
  for (const { labels, value } of buckets) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    if (!found.has(key)) found.set(key, { labels: rest, bounds: [] });
    found.get(key).bounds.push({ le: le === '+Inf' ? Infinity : Number(le), value });
  }
  return [...found.values()].flatMap(({ labels, bounds }) => {
    bounds.sort((a, b) => a.le - b.le);
    for (let i = 1; i < bounds.length; i++) bounds[i].value = Math.max(bounds[i].value, bounds[i - 1].value);
    const total = bounds.at(-1).value;
    if (!(total > 0)) return [{ labels, value: NaN }];
    const rank = level * total;
    const i = bounds.findIndex(({ value }) => value >= rank);
    if (i === bounds.length - 1) return [{ labels, value: bounds[i - 1].le }];
    const [start, below] = i === 0 ? [0, 0] : [bounds[i - 1].le, bounds[i - 1].value];
    const value = start + ((bounds[i].le - start) * (rank - below)) / (bounds[i].value - below);
    return [{ labels, value }];
  });
}
