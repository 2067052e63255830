import type { Graph } from '../graph';
import { bucketMatchers, type PromqlNode, readPromqlDuration, type Selector, walkPromql } from '../promql';
import { allQueries, type AnyQuery, rootOf } from '../rules';
import { type Entry, describeEntry, lookUp, PROMETHEUS } from '../versions';
import { type Change, type Effect, placeOf } from './change';
import type { Step } from './releases';

/** What a change of Prometheus does to a part of a query. */
interface Touch {
  readonly what: string;
  readonly effect: Effect;
}

/** A difference between releases that shows in the value of a query. */
interface QueryChange {
  readonly entry: Entry;
  /** The parts of a query that it concerns. `after`: whether the release to which is upgraded has the new behaviour. */
  readonly touches: (node: PromqlNode, around: readonly PromqlNode[], isNew: boolean) => readonly Touch[];
}

/** Labels that hold text in which there may be a line break. */
const FREE_TEXT = /message|error|reason|description|summary|exception|stack|statement|sql|body|text/i;
/** The step of a subquery that states none: the global evaluation interval, by default a minute. */
const DEFAULT_STEP = 60;

const EXTRAPOLATION: QueryChange = {
  entry: PROMETHEUS.capsExtrapolation,
  touches: (node, around) => {
    const [over] = around;
    if (node.kind !== 'selector' || over?.kind !== 'call' || !['rate', 'increase'].includes(over.name)) return [];
    return [
      { effect: 'different', what: `${over.name}() of ${nameOf(node)} while a counter is younger than the window` },
    ];
  },
};

const LEFT_OPEN: QueryChange = {
  entry: PROMETHEUS.leftOpenRanges,
  touches: (node, around) => {
    if (node.kind === 'subquery') {
      const [window, step = DEFAULT_STEP] = subqueryTimes(node.window.text, node);
      if (window === undefined || window % step !== 0) return [];
      const [points, now] = [window / step + 1, window / step];
      const effect = now < 2 && needsTwo(around[0]) ? 'worse' : 'different';
      return [
        {
          effect,
          what: `the subquery [${node.window.text}:${node.step?.text ?? ''}] at a multiple of its step: ${points} points before 3.0, ${now} from 3.0 on`,
        },
      ];
    }
    // Recorded series have their samples at the moments at which rules are evaluated.
    if (node.kind !== 'selector' || !node.window || !node.metric?.includes(':')) return [];
    return [
      {
        effect: 'different',
        what: `the range of ${nameOf(node)} where a sample lies exactly at its start, as in the same group of rules`,
      },
    ];
  },
};

const BUCKETS: QueryChange = {
  entry: PROMETHEUS.normalisesBuckets,
  touches: (node, _around, isNew) => {
    if (node.kind !== 'selector' || node.metric?.includes(':')) return [];
    return bucketMatchers(node)
      .filter(({ rewritten }) => rewritten.length === 0)
      .map(({ matcher: { label, operator, value }, both }) => ({
        effect: isNew ? 'better' : 'worse',
        what: `${label}${operator}"${value}" of series that expose it without a decimal point; ${both} is right before and after`,
      }));
  },
};

const NEWLINES: QueryChange = {
  entry: PROMETHEUS.dotMatchesNewline,
  touches: (node) => {
    if (node.kind !== 'selector') return [];
    return node.matchers
      .filter(({ label, operator, value }) => operator.endsWith('~') && FREE_TEXT.test(label) && hasDot(value))
      .map(({ label, operator, value }) => ({
        effect: 'different',
        what: `${label}${operator}"${value}" of a value with a line break`,
      }));
  },
};

const FRACTION: QueryChange = {
  entry: PROMETHEUS.fractionOfBuckets,
  touches: (node, _around, isNew) => {
    if (node.kind !== 'call' || node.name !== 'histogram_fraction') return [];
    let classic = false;
    walkPromql(node, (one) => {
      classic ||= one.kind === 'selector' && /_bucket$/.test(one.metric ?? '');
    });
    return classic ? [{ effect: isNew ? 'better' : 'worse', what: 'histogram_fraction() of classic buckets' }] : [];
  },
};

const NATIVE: QueryChange = {
  entry: PROMETHEUS.spreadsExponentially,
  touches: (node) => {
    if (node.kind !== 'call' || node.name !== 'histogram_quantile') return [];
    const classic: boolean[] = [];
    walkPromql(node, (one) => {
      if (one.kind === 'selector' && one.metric !== undefined) classic.push(/_bucket$/.test(one.metric));
    });
    if (classic.length === 0 || classic.some(Boolean)) return [];
    return [{ effect: 'different', what: 'histogram_quantile() of native histograms' }];
  },
};

const CHANGES = [EXTRAPOLATION, LEFT_OPEN, BUCKETS, NEWLINES, FRACTION, NATIVE];

/** The queries whose value two releases of Prometheus compute differently. */
export function changedQueries(graph: Graph, { system, before, after }: Step): readonly Change[] {
  if (system !== 'prometheus') return [];
  const [old, now] = [before.prometheus, after.prometheus];
  const relevant = CHANGES.filter(({ entry }) => lookUp(entry, old) !== lookUp(entry, now));
  if (relevant.length === 0) return [];
  return [...allQueries(graph)].flatMap((query) =>
    relevant.flatMap(({ entry, touches }) =>
      touched(query, (node, around) => touches(node, around, lookUp(entry, now) === true)).map(
        ({ what, effect }): Change => ({
          effect,
          kind: 'query',
          system: 'prometheus',
          id: entry.id,
          ...placeOf(query.field),
          what: `${query.label}: ${what}`,
          before: `Prometheus ${old} ${describeEntry(entry, old)}`,
          after: `Prometheus ${now} ${describeEntry(entry, now)}`,
        }),
      ),
    ),
  );
}

/** Each part of a query once, however often it is written. */
function touched(
  query: AnyQuery,
  touches: (node: PromqlNode, around: readonly PromqlNode[]) => readonly Touch[],
): Touch[] {
  const found = new Map<string, Touch>();
  const root = rootOf(query.read);
  if (root) {
    walkPromql(root, (node, around) => {
      for (const touch of touches(node, around)) found.set(touch.what, touch);
    });
  }
  return [...found.values()];
}

const nameOf = ({ metric }: Selector): string => metric ?? 'series without a name';

/** The window and the step of a subquery in seconds, as far as they are stated. */
function subqueryTimes(window: string, node: PromqlNode & { readonly kind: 'subquery' }): (number | undefined)[] {
  return [readPromqlDuration(window), node.step === undefined ? undefined : readPromqlDuration(node.step.text)];
}

/** Functions that give nothing for a single point. */
const needsTwo = (over: PromqlNode | undefined): boolean =>
  over?.kind === 'call' &&
  ['rate', 'increase', 'irate', 'delta', 'idelta', 'deriv', 'predict_linear'].includes(over.name);

/** Whether a pattern has a dot that is neither escaped nor in a class. */
const hasDot = (pattern: string): boolean => /\./.test(pattern.replace(/\\[^]|\[[^\]]*\]/g, ''));
