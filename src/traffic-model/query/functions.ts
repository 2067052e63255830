import { expandTemplate, WholeGoRegExp } from '../../formats/go-regexp';
import {
  byKey,
  isOfEachPod,
  labelsBut,
  mapped,
  refuseEachPod,
  Unsupported,
  type Element,
  type Result,
} from './elements';
import type { NativeHistograms } from './catalogue';
import { isHistogram, meanOf, nativeQuantiles, partOf } from './native';
import type { QueryModel } from './query-model';

/** An argument of a function: a result, or literal text. */
export type Argument = Result | { readonly type: 'string'; readonly text: string };

const OF_VALUES = new Set(['abs', 'ceil', 'floor', 'ln', 'log2', 'log10', 'exp', 'sqrt', 'sgn']);
const WITH_NUMBER: Readonly<Record<string, number>> = { clamp_min: 2, clamp_max: 2, round: 1 };

/** The result of a function of instant vectors. */
export function called(name: string, args: readonly Argument[], pods: number, native: NativeHistograms): Result {
  const vector = (index: number): readonly Element[] => {
    const given = args[index];
    if (given?.type !== 'vector') throw new Unsupported(`${name}() of this argument is not supported`);
    return given.elements;
  };
  const number = (index: number): number | undefined => {
    const given = args[index];
    if (given === undefined) return undefined;
    const value = given.type === 'scalar' ? constant(given.model) : undefined;
    if (value === undefined) throw new Unsupported(`${name}() needs a number as its argument ${index + 1}`);
    return value;
  };
  if (name === 'vector' && args[0]?.type === 'scalar') {
    return { type: 'vector', elements: [{ labels: new Map(), open: false, model: args[0].model }] };
  }
  if (name === 'scalar') return { type: 'scalar', model: scalarOf(vector(0), pods) };
  if (name === 'sort' || name === 'sort_desc') return { type: 'vector', elements: vector(0) };
  if (OF_VALUES.has(name) && args.length === 1) return ofValues(name, vector(0), undefined, pods);
  if (Object.hasOwn(WITH_NUMBER, name)) return ofValues(name, vector(0), number(1) ?? WITH_NUMBER[name], pods);
  if (name === 'label_replace') return { type: 'vector', elements: labelReplace(vector(0), args) };
  if (name === 'histogram_quantile') {
    const [natives, classic] = [vector(1).filter(isHistogram), vector(1).filter((one) => !isHistogram(one))];
    const level = number(0)!;
    return {
      type: 'vector',
      elements: [...quantiles(level, classic, pods), ...nativeQuantiles(level, natives, native, pods)],
    };
  }
  if (name === 'histogram_count' || name === 'histogram_sum') {
    const part = name === 'histogram_count' ? 'count' : 'seconds';
    return { type: 'vector', elements: mapped(vector(0).filter(isHistogram), (model) => partOf(model, part)) };
  }
  if (name === 'histogram_avg') {
    const elements = vector(0).filter(isHistogram);
    refuseEachPod(elements, pods, 'histogram_avg()');
    return { type: 'vector', elements: mapped(elements, meanOf) };
  }
  throw new Unsupported(`the function ${name} is not supported`);
}

function ofValues(name: string, elements: readonly Element[], by: number | undefined, pods: number): Result {
  refuseEachPod(elements, pods, name);
  return { type: 'vector', elements: mapped(elements, (of) => ({ type: 'function', name, of, by })) };
}

function scalarOf(elements: readonly Element[], pods: number): QueryModel {
  if (elements.length === 0) return { type: 'number', value: NaN };
  if (elements.length > 1 || (pods > 1 && isOfEachPod(elements[0]))) {
    throw new Unsupported('scalar() of several series is not supported');
  }
  return { type: 'function', name: 'scalar', of: elements[0].model };
}

/** The value of a model that contains only numbers. */
function constant(model: QueryModel): number | undefined {
  if (model.type === 'number') return model.value;
  if (model.type !== 'operation') return undefined;
  const [left, right] = [constant(model.left), constant(model.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (model.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return undefined;
  }
}

function labelReplace(elements: readonly Element[], args: readonly Argument[]): Element[] {
  const [to, replacement, from, pattern] = args.slice(1).map((one) => (one.type === 'string' ? text(one.text) : ''));
  const regex = WholeGoRegExp.of(pattern);
  return elements.map((element) => {
    const value = element.labels.get(from) ?? '';
    if (element.labels.get(from) === null) throw new Unsupported(`label_replace() of ${from}, which differs by pod`);
    const match = regex.match(value);
    if (match === undefined) return element;
    const made = expandTemplate(replacement, match);
    const labels = new Map(element.labels);
    if (made === '') labels.delete(to);
    else labels.set(to, made);
    return { ...element, labels };
  });
}

/** A literal without its quotes. */
function text(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  return literal.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

/** One series for each label set without `le`. */
function quantiles(level: number, elements: readonly Element[], pods: number): Element[] {
  refuseEachPod(elements, pods, 'histogram_quantile()');
  const groups = byKey(
    elements.filter(({ labels }) => labels.has('le')),
    ({ labels }) => labelsBut(labels, ['le']),
  );
  return [...groups.values()].map((group): Element => {
    const buckets = group
      .map(({ labels, model }) => ({ bound: Number(labels.get('le')!.replace(/^\+?Inf$/, 'Infinity')), of: model }))
      .sort((a, b) => a.bound - b.bound);
    return {
      labels: labelsBut(group[0].labels, ['le']),
      open: group.some(({ open }) => open),
      model: { type: 'quantile', quantile: level, buckets },
    };
  });
}
