import { memoize } from '../formats/memoize';
import { prepareAssessment, type Assessment, type Conditions } from './assess';
import { walk, type ExprNode } from './ast';
import { NEWEST_ENGINE, type EngineRelease } from './engine';
import type { Span } from './errors';
import { parseCondition } from './parse';

/** A comparison of the measured value with a constant, with the measured value on the left. */
export interface Comparison extends Span {
  readonly operator: string;
  readonly threshold: number;
  /** What is compared, as the condition writes it: `result[0]`, `len(result)`, … */
  readonly subject: string;
}

const MIRRORED: { readonly [operator: string]: string } = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

function constant(node: ExprNode): number | undefined {
  if (node.kind === 'integer' || node.kind === 'float') return Number(node.value);
  if (node.kind === 'unary' && (node.operator === '-' || node.operator === '+')) {
    const value = constant(node.node);
    return value === undefined || node.operator === '+' ? value : -value;
  }
  if (node.kind === 'binary' && node.operator === '/') {
    const [left, right] = [constant(node.left), constant(node.right)];
    return left === undefined || right === undefined ? undefined : left / right;
  }
  return undefined;
}

function mentionsResult(node: ExprNode): boolean {
  let found = false;
  walk(node, (item) => {
    found ||= (item.kind === 'identifier' && item.name === 'result') || item.kind === 'pointer';
  });
  return found;
}

const known: { readonly [release in EngineRelease]: (condition: string) => readonly Comparison[] } = {
  '1.15.5': memoize((condition) => compared(condition, '1.15.5')),
  '1.17.7': memoize((condition) => compared(condition, '1.17.7')),
};

/** The comparisons of measured values with constants in a condition. Empty where it does not parse. */
export function comparisons(condition: string, release: EngineRelease = NEWEST_ENGINE): readonly Comparison[] {
  return known[release](condition);
}

function compared(condition: string, release: EngineRelease): readonly Comparison[] {
  const { ast } = parseCondition(condition, release);
  const found: Comparison[] = [];
  if (ast === undefined) return found;
  const add = (subject: ExprNode, operator: string, threshold: number, { from, to }: Span): void => {
    if (!mentionsResult(subject)) return;
    found.push({ operator, threshold, subject: condition.slice(subject.from, subject.to), from, to });
  };
  walk(ast, (node) => {
    if (node.kind !== 'binary' || !(node.operator in MIRRORED)) return;
    const [left, right] = [constant(node.left), constant(node.right)];
    if (right !== undefined) add(node.left, node.operator, right, node);
    else if (left !== undefined) add(node.right, MIRRORED[node.operator], left, node);
  });
  return found;
}

/** The controller's verdicts on results that are easily forgotten. */
export interface EdgeVerdicts {
  /** An empty vector: no series matched. */
  readonly empty: Assessment;
  /** One series whose value is NaN: 0/0, no traffic. */
  readonly nan: Assessment;
  /** One series with +Inf: x/0. */
  readonly infinite: Assessment;
  /** A scalar where the condition may have expected a vector. */
  readonly scalar: Assessment;
}

/** Evaluates conditions for the edge cases of a Prometheus result. Throws UnsupportedExpression as `assess` does. */
export function edgeVerdicts(conditions: Conditions, release?: EngineRelease): EdgeVerdicts {
  const judge = prepareAssessment(conditions, 'prometheus', release);
  return { empty: judge([]), nan: judge([NaN]), infinite: judge([Infinity]), scalar: judge(0) };
}

/**
 * The verdict as a step function of one measured value, for conditions that only compare it with constants. Undefined
 * for all others.
 */
export interface StepVerdict {
  /** Ascending. */
  readonly thresholds: readonly number[];
  /** Phase at each threshold. */
  readonly at: readonly Assessment['phase'][];
  /** Phase below the first threshold, between neighbours, and above the last: one more than thresholds. */
  readonly between: readonly Assessment['phase'][];
}

const COMPARES = new Set(Object.keys(MIRRORED));
const JOINS = new Set(['&&', '||', 'and', 'or']);

/** Whether the tree is made of comparisons of `result[0]` with constants, guards, and logic, and of nothing else. */
function onlyCompares(node: ExprNode): boolean {
  switch (node.kind) {
    case 'bool':
      return true;
    case 'unary':
      return (node.operator === '!' || node.operator === 'not') && onlyCompares(node.node);
    case 'conditional':
      return onlyCompares(node.condition) && onlyCompares(node.then) && onlyCompares(node.otherwise);
    case 'call':
      return (
        node.callee.kind === 'identifier' &&
        ['isNaN', 'isInf'].includes(node.callee.name) &&
        node.args.every(isMeasuredValue)
      );
    case 'binary':
      if (JOINS.has(node.operator)) return onlyCompares(node.left) && onlyCompares(node.right);
      if (!COMPARES.has(node.operator)) return false;
      return [
        [node.left, node.right],
        [node.right, node.left],
      ].some(([subject, bound]) => (isMeasuredValue(subject) || isLength(subject)) && constant(bound) !== undefined);
    default:
      return false;
  }
}

const isResult = (node: ExprNode): boolean => node.kind === 'identifier' && node.name === 'result';

function isMeasuredValue(node: ExprNode): boolean {
  if (node.kind !== 'member' || !isResult(node.node) || node.property.kind !== 'integer') return isResult(node);
  return node.property.value === 0n || node.property.value === -1n;
}

const isLength = (node: ExprNode): boolean =>
  node.kind === 'builtin' && node.name === 'len' && node.args.length === 1 && isResult(node.args[0]);

/** The verdict over a vector of one series as a step function of its value, where it is one. */
export function stepVerdict(conditions: Conditions, release?: EngineRelease): StepVerdict | undefined {
  const given = [conditions.successCondition, conditions.failureCondition].filter((condition) => Boolean(condition));
  for (const condition of given) {
    const { ast } = parseCondition(condition!, release);
    if (ast === undefined || !onlyCompares(ast)) return undefined;
  }
  const thresholds = [
    ...new Set(given.flatMap((condition) => comparisons(condition!, release)).map((item) => item.threshold)),
  ];
  thresholds.sort((a, b) => a - b);
  const judge = prepareAssessment(conditions, 'prometheus', release);
  const phase = (value: number): Assessment['phase'] => judge([value]).phase;
  const inner = thresholds.slice(1).map((point, i) => phase((point + thresholds[i]) / 2));
  const between = thresholds.length === 0 ? [phase(0)] : [phase(-Number.MAX_VALUE), ...inner, phase(Number.MAX_VALUE)];
  return { thresholds, at: thresholds.map(phase), between };
}
