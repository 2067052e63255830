import { matches, parsePromql, promqlAst, readPromqlDuration, type PromqlNode, type Selector } from '../../promql';
import { written } from '../sources/matcher-texts';
import { aggregated } from './aggregate';
import { combined } from './combine';
import { mapped, recordedLabels, refuseEachPod, Unsupported, type Element, type Result } from './elements';
import { called } from './functions';
import { refuseHistograms } from './native';
import { type Cell, type Leaf, leavesOf, QueryNotRecognised, type QueryModel } from './query-model';
import { GROWING } from '../sources/resources';
import type { SeriesCatalogue, KnownSeries } from './catalogue';

/** The result of a query that is evaluated over label sets instead of samples. */
export interface EvaluatedQuery {
  readonly model: QueryModel;
  /** Whether the result is a scalar, not a vector. */
  readonly scalar: boolean;
  /** Notes for the user. */
  readonly notes: readonly string[];
  /** Why selectors of it never find a series, one reason each. */
  readonly absent: readonly string[];
  /** Whether there may be more series than the first, which `result[0]` reads. */
  readonly several: boolean;
}

const GROWTHS: Readonly<Record<string, Leaf['over']>> = {
  rate: 'rate',
  increase: 'increase',
  irate: 'irate',
  delta: 'delta',
};
const OVER_TIME = new Set(['sum_over_time', 'avg_over_time', 'max_over_time', 'min_over_time', 'count_over_time']);
const OF_PROMETHEUS = /^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE)$/;
const NEVER: QueryModel = { type: 'aggregate', operator: 'sum', of: [] };

/**
 * Evaluates a query over the label sets that the sources of requests have: every matcher selects among them, every
 * summand is a set of them. Throws QueryNotRecognised for what has no counterpart there.
 *
 * @param pods whether a version has more than one pod, so that a series of each pod is several
 */
export function evaluateQuery(query: string, catalogue: SeriesCatalogue, pods: number): EvaluatedQuery {
  const parsed = parsePromql(query);
  if (parsed.errors.length > 0) throw new QueryNotRecognised(query, parsed.errors[0].message);
  if (/\{\{/.test(query)) {
    throw new QueryNotRecognised(query, 'it holds an argument whose value is not known');
  }
  const root = promqlAst(parsed);
  if (root === undefined) throw new QueryNotRecognised(query, 'it is not an expression');
  const evaluation = new Evaluation(query, catalogue, pods);
  try {
    const { model, scalar, several } = evaluation.whole(root);
    refuseHistograms(model);
    return { model, scalar, several, notes: evaluation.notes, absent: evaluation.absent };
  } catch (error) {
    if (error instanceof Unsupported || error instanceof SyntaxError)
      throw new QueryNotRecognised(query, error.message);
    throw error;
  }
}

const isOver = (cells: readonly Cell[]): boolean =>
  cells.length > 0 && cells.every(({ life }) => life.until === 'canary');

class Evaluation {
  readonly notes: string[] = [];
  readonly absent: string[] = [];

  constructor(
    private readonly query: string,
    private readonly catalogue: SeriesCatalogue,
    private readonly pods: number,
  ) {}

  /** The whole query, and whether it may give more series than the one that `result[0]` reads. */
  whole(root: PromqlNode): Pick<EvaluatedQuery, 'model' | 'scalar' | 'several'> {
    const left = root.kind === 'binary' && root.operator === 'or' ? this.of(root.left) : undefined;
    if (root.kind === 'binary' && left?.type === 'vector' && left.elements.length === 1) {
      const right = this.of(root.right);
      // Prometheus gives the series of the left operand first, and then those of the right one that match none of them.
      if (right.type === 'vector') {
        const several = combined(root, left, right, this.pods);
        const model: QueryModel = {
          type: 'operation',
          operator: 'or',
          bool: false,
          left: this.only(left.elements),
          right: this.only(right.elements),
        };
        return { model, scalar: false, several: several.type === 'vector' && several.elements.length > 1 };
      }
    }
    const result = this.of(root);
    if (result.type === 'scalar') return { model: result.model, scalar: true, several: false };
    return { model: this.only(result.elements), scalar: false, several: false };
  }

  /** The one value that a condition on `result[0]` reads. */
  only(all: readonly Element[]): QueryModel {
    if (all.length === 0) return NEVER;
    // A Service leaves the old pods when the canary serves; their series end then.
    const lasting = all.filter(({ model }) => {
      const leaves = leavesOf(model);
      return leaves.length === 0 || !leaves.every(({ cells }) => isOver(cells));
    });
    const elements = lasting.length > 0 ? lasting : all;
    if (elements.length < all.length) {
      this.notes.push(
        'result[0] is read of pods that serve now; for one window after the update begins, old pods have a series too',
      );
    }
    const [first] = elements;
    const varying = [...first.labels].find(([, value]) => value === null);
    if (varying && this.pods > 1) {
      throw new Unsupported(
        `it gives a series for each ${varying[0]} of ${this.pods} pods, and a condition on result[0] reads any one of them; use sum()`,
      );
    }
    if (elements.length > 1) {
      const telling = [...first.labels.keys()].find(
        (label) => new Set(elements.map(({ labels }) => labels.get(label))).size > 1,
      );
      throw new Unsupported(
        `it gives ${elements.length} series${telling ? `, one for each ${telling}` : ''}, and a condition on result[0] reads any one of them; use sum()`,
      );
    }
    return first.model;
  }

  of(node: PromqlNode): Result {
    switch (node.kind) {
      case 'number':
        return { type: 'scalar', model: { type: 'number', value: numberOf(node.text) } };
      case 'unary': {
        const inner = this.of(node.node);
        if (node.operator === '+') return inner;
        const negated = (right: QueryModel): QueryModel => ({
          type: 'operation',
          operator: '-',
          bool: false,
          left: { type: 'number', value: 0 },
          right,
        });
        if (inner.type === 'scalar') return { type: 'scalar', model: negated(inner.model) };
        return { type: 'vector', elements: mapped(inner.elements, negated) };
      }
      case 'binary':
        if (/\bgroup_(left|right)\b/.test(this.query.slice(node.left.to, node.right.from))) {
          throw new Unsupported('matching of many series to one (group_left, group_right) is not supported');
        }
        return combined(node, this.of(node.left), this.of(node.right), this.pods);
      case 'aggregate':
        return this.aggregate(node);
      case 'call':
        return this.call(node);
      case 'selector':
        return { type: 'vector', elements: this.instant(node) };
      default:
        throw new Unsupported(`'${this.query.slice(node.from, node.to)}' is not supported here`);
    }
  }

  private aggregate(node: PromqlNode & { readonly kind: 'aggregate' }): Result {
    const argument = node.args[node.args.length - 1];
    if (node.args.length !== 1 || argument === undefined) throw new Unsupported(`${node.name} is not supported`);
    const inner = this.of(argument);
    if (inner.type === 'scalar') throw new Unsupported(`${node.name} of a number`);
    return { type: 'vector', elements: aggregated(node, inner.elements, this.pods) };
  }

  private call(node: PromqlNode & { readonly kind: 'call' }): Result {
    const { name, args } = node;
    if (Object.hasOwn(GROWTHS, name)) {
      const [range] = args;
      if (range?.kind !== 'selector' || range.window === undefined) {
        throw new Unsupported(`${name}() of anything but a selector with a range such as [5m] is not supported`);
      }
      return { type: 'vector', elements: this.growth(range, GROWTHS[name]) };
    }
    if (OVER_TIME.has(name)) return { type: 'vector', elements: this.overTime(name, args[0]) };
    return called(
      name,
      args.map((one) => (one.kind === 'string' ? { type: 'string', text: one.text } : this.of(one))),
      this.pods,
      this.catalogue.native,
    );
  }

  private overTime(name: string, node: PromqlNode | undefined): Element[] {
    if (node?.kind !== 'subquery') {
      throw new Unsupported(`${name}() of samples is not supported; of a subquery such as (…)[1h:1m] it is`);
    }
    const span = this.query.slice(node.node.to, node.to);
    const [, range = '', step = ''] = /\[\s*(\w+)\s*:\s*(\w*)\s*\]/.exec(span) ?? [];
    const seconds = readPromqlDuration(range);
    const every = readPromqlDuration(step);
    if (seconds === undefined || every === undefined || node.offset !== undefined) {
      throw new Unsupported(`the subquery ${span.trim()} is not supported; give range and step, such as [1h:1m]`);
    }
    const inner = this.of(node.node);
    if (inner.type === 'scalar') throw new Unsupported(`${name}() of a number`);
    refuseEachPod(inner.elements, this.pods, name);
    return mapped(inner.elements, (of) => ({ type: 'over-time', name, of, range: seconds, step: every }));
  }

  private selected(node: Selector): readonly KnownSeries[] {
    const { metric } = node;
    if (metric === undefined) throw new Unsupported('a selector without the name of a metric is not supported');
    const refusal = this.catalogue.refused.get(metric);
    if (refusal !== undefined) throw new Unsupported(refusal);
    const end = Math.max(node.to, node.window?.to ?? 0, node.offset?.to ?? 0);
    // A newer Prometheus takes `@` before the range too.
    const before = this.query.slice(node.to, end).includes('@') ? '@' : undefined;
    const [, modifier = before] = /^[\s\])]*(@|anchored\b|smoothed\b)/i.exec(this.query.slice(end)) ?? [];
    if (modifier !== undefined) throw new Unsupported(`the modifier ${modifier} is not supported`);
    if (OF_PROMETHEUS.test(metric)) throw new Unsupported(`${metric} is a value of the moment, which is not simulated`);
    const named = this.catalogue.series.filter(({ name }) => name === metric);
    const found = named.filter((series) =>
      node.matchers.every((matcher) => matcher.label === '__name__' || passes(series, matcher)),
    );
    if (found.length === 0) this.noteNothing(node, named);
    return found;
  }

  /** A selector without series is fine if it selects an outcome that does not occur; otherwise it is noted. */
  private noteNothing(node: Selector, named: readonly KnownSeries[]): void {
    if (named.length === 0) {
      const { unknownPods } = this.catalogue;
      if (unknownPods !== undefined)
        throw new Unsupported(`whether ${node.metric} is scraped is not known: ${unknownPods}`);
      this.absent.push(`no series of ${node.metric} is scraped${this.catalogue.nothingScraped}`);
      return;
    }
    const odd = node.matchers.find(
      (matcher) => matcher.label !== '__name__' && !named.some((series) => passes(series, matcher)),
    );
    if (odd && !named.some(({ outcomeLabels }) => outcomeLabels.includes(odd.label))) {
      const values = [...new Set(named.map(({ labels }) => labels.get(odd.label) ?? ''))];
      const instead = values.every((value) => value === '')
        ? `they have no label ${odd.label}`
        : `they have ${values.map((value) => `${odd.label}="${value ?? '…'}"`).join(', ')}`;
      this.absent.push(`no series of ${node.metric} passes ${written(odd)}: ${instead}`);
    }
  }

  private growth(node: Selector, over: Leaf['over']): Element[] {
    this.recorded(node);
    const window = readPromqlDuration(node.window!.text.replace(/[[\]\s]/g, ''));
    if (window === undefined) throw new Unsupported(`the range '${node.window!.text}' is not a plain duration`);
    const elements = this.selected(node).flatMap((series): Element[] => {
      const { cell, resource } = series;
      if (resource !== undefined && over !== 'irate' && GROWING.has(resource.of)) {
        const growth = { window, over };
        const model: QueryModel = { type: 'resource', cell: resource, growth, together: false };
        return [{ labels: series.labels, open: series.open, model: this.shifted(node, model) }];
      }
      if (cell === undefined) throw new Unsupported(`the growth of ${series.name} is not part of the traffic model`);
      const leaf: QueryModel = { type: 'leaf', leaf: { cells: [cell], window, over } };
      return [{ labels: series.labels, open: series.open, model: this.shifted(node, leaf) }];
    });
    return mapped(elements, (model) => model);
  }

  /** The series of the recording rules with this name, each as of its latest evaluation. */
  private recorded(node: Selector): Element[] | undefined {
    const rules = this.catalogue.rules.filter(({ record }) => record === node.metric);
    const refusal = this.catalogue.refused.get(node.metric ?? '');
    if (rules.length === 0 || refusal !== undefined) return undefined;
    if (node.window !== undefined)
      throw new Unsupported(`a range of the recording rule '${node.metric}' is not supported`);
    const all = rules.flatMap((rule) => {
      const ast = promqlAst(parsePromql(rule.expr));
      if (ast === undefined) throw new Unsupported(`the recording rule '${rule.record}' is not an expression`);
      const inside = new Evaluation(rule.expr, this.catalogue, this.pods);
      const result = inside.of(ast);
      this.notes.push(...inside.notes);
      this.absent.push(...inside.absent);
      const elements =
        result.type === 'vector' ? result.elements : [{ labels: new Map(), open: false, model: result.model }];
      return elements.map(({ labels, open, model }): Element => {
        const recorded: QueryModel = { type: 'recorded', interval: rule.interval, of: model };
        return { labels: recordedLabels(labels, rule.labels), open, model: this.shifted(node, recorded) };
      });
    });
    const own = node.matchers.filter(({ label }) => label !== '__name__');
    return all.filter(({ labels }) =>
      own.every((matcher) => {
        const value = labels.get(matcher.label);
        if (value === null) throw new Unsupported(`${written(matcher)} tells pods of one version apart`);
        return matches(matcher, value ?? '');
      }),
    );
  }

  private instant(node: Selector): Element[] {
    const recorded = this.recorded(node);
    if (recorded !== undefined) return recorded;
    if (node.window !== undefined)
      throw new Unsupported(`the range in '${node.metric}' belongs into rate() or increase()`);
    return this.selected(node).map((series) => {
      if (series.resource === undefined || series.resource.of.startsWith('cpu-p')) {
        throw new Unsupported(`'${node.metric}' is a value of the moment, not the growth of a counter over a window`);
      }
      const model: QueryModel = { type: 'resource', cell: series.resource, together: false };
      return { labels: series.labels, open: series.open, model: this.shifted(node, model) };
    });
  }

  private shifted({ offset }: Selector, of: QueryModel): QueryModel {
    if (offset === undefined) return of;
    const by = readPromqlDuration(offset.text.replace(/^offset/i, '').trim());
    if (by === undefined) throw new Unsupported(`'${offset.text}' is not a plain duration`);
    return { type: 'earlier', by, of };
  }
}

/** Whether all pods of a series pass a matcher. Throws Unsupported where some do. */
function passes(series: KnownSeries, matcher: Selector['matchers'][number]): boolean {
  const value = series.labels.get(matcher.label);
  if (value !== null) return matches(matcher, value ?? '');
  const of = series.podValues.get(matcher.label)!.map((one) => matches(matcher, one));
  if (new Set(of).size > 1) throw new Unsupported(`${written(matcher)} tells pods of one version apart`);
  return of[0];
}

function numberOf(text: string): number {
  const value = Number(text.replace(/Inf/i, 'Infinity').replace(/_/g, ''));
  return Number.isNaN(value) && !/nan/i.test(text) ? (readPromqlDuration(text) ?? NaN) : value;
}
