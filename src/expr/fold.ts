import { mapChildren, walk, type BinaryNode, type BuiltinNode, type ExprNode, type UnaryNode } from './ast';
import type { Engine } from './engine';
import { ExpressionError } from './errors';
import { combineLoops } from './combine';
import { BOOL, FLOAT, INT, STRING, type GoType } from './types';
import { wrap } from './value';

/**
 * The optimisations of expr on a checked tree. They change verdicts: `x && false` becomes `false` without evaluating x,
 * so that an empty result is not an error there, and `filter(…)[0]` stops at the first hit. The type of a new node
 * decides how `==` is compiled: some engines give it the type of the node that it replaces, others only where it is a
 * number.
 */
export function optimise(ast: ExprNode, engine: Engine): ExprNode {
  let tree = bottomUp(ast, lookups);
  for (let round = 0; round <= 1000; round++) {
    let applied = false;
    tree = bottomUp(tree, (node) => {
      const folded = fold(node);
      if (folded === undefined) return node;
      applied = true;
      const type = engine.keepsTypes ? (literalType(folded) ?? node.type) : folded.type;
      return { ...folded, type, from: node.from, to: node.to } as ExprNode;
    });
    if (!applied) break;
  }
  for (const pass of [bounds, mapOverFilter, lengthOfFilter, endOfFilter(-1, 'last'), endOfFilter(0, 'first')]) {
    tree = bottomUp(tree, (node) => {
      const made = pass(node, engine);
      return made === node || !engine.keepsTypes ? made : { ...made, type: node.type };
    });
  }
  return engine.combinesLoops ? combineLoops(tree, bottomUp) : tree;
}

function literalType(node: Folded): GoType | undefined {
  if (node.kind === 'bool') return BOOL;
  if (node.kind === 'string') return STRING;
  return node.kind === 'integer' || node.kind === 'float' ? node.type : undefined;
}

function bottomUp(node: ExprNode, change: (node: ExprNode) => ExprNode): ExprNode {
  return change(mapChildren(node, (child) => bottomUp(child, change)));
}

function lookups(node: ExprNode): ExprNode {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.right.kind !== 'array') return node;
  const { nodes } = node.right;
  const only = (kind: ExprNode['kind']): boolean => nodes.length > 0 && nodes.every((item) => item.kind === kind);
  if (only('string')) return { ...node, lookup: 'string' };
  return node.left.type?.kind === 'int' && only('integer') ? { ...node, lookup: 'int' } : node;
}

/** `x in 1..3` becomes a pair of comparisons where x is an int. */
function bounds(node: ExprNode): ExprNode {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.left.type?.kind !== 'int') return node;
  const range = node.right;
  if (range.kind !== 'binary' || range.operator !== '..') return node;
  if (range.left.kind !== 'integer' || range.right.kind !== 'integer') return node;
  const compared = (operator: string, right: ExprNode): ExprNode => ({ ...node, operator, right });
  return { ...node, operator: 'and', left: compared('>=', range.left), right: compared('<=', range.right) };
}

type Folded = DistributiveOmit<ExprNode, 'from' | 'to'> & { from?: number; to?: number };
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const int = (value: bigint): Folded => ({ kind: 'integer', value: wrap(value), type: INT });
const float = (value: number): Folded => ({ kind: 'float', value, type: FLOAT });
const bool = (value: boolean): Folded => ({ kind: 'bool', value });

function fold(node: ExprNode): Folded | undefined {
  if (node.kind === 'unary') return foldUnary(node);
  if (node.kind === 'binary') return foldBinary(node);
  if (node.kind === 'builtin' && node.name === 'filter') return foldFilter(node);
  return undefined;
}

function foldUnary({ operator, node }: UnaryNode): Folded | undefined {
  if (operator === '!' || operator === 'not') return node.kind === 'bool' ? bool(!node.value) : undefined;
  if (node.kind === 'integer') return int(operator === '-' ? -node.value : node.value);
  if (node.kind === 'float') return float(operator === '-' ? -node.value : node.value);
  return undefined;
}

function foldFilter(node: BuiltinNode): Folded | undefined {
  const [inner, right] = node.args;
  if (inner.kind !== 'builtin' || inner.name !== 'filter') return undefined;
  const [subject, left] = inner.args;
  const both: ExprNode = { kind: 'binary', operator: '&&', left, right, from: left.from, to: right.to };
  return { kind: 'builtin', name: 'filter', args: [subject, both] };
}

function foldBinary(node: BinaryNode): Folded | undefined {
  const { operator, left, right } = node;
  switch (operator) {
    case 'and':
    case '&&':
      return foldLogic(left, right, true);
    case 'or':
    case '||':
      return foldLogic(left, right, false);
    case '==':
      if (left.kind === right.kind && (left.kind === 'integer' || left.kind === 'string' || left.kind === 'bool')) {
        return bool(left.value === (right as typeof left).value);
      }
      return undefined;
    case '+':
      if (left.kind === 'string' && right.kind === 'string') {
        return { kind: 'string', value: left.value + right.value, type: STRING };
      }
  }
  const numeric = (side: ExprNode): side is ExprNode & { kind: 'integer' | 'float' } =>
    side.kind === 'integer' || side.kind === 'float';
  if (!numeric(left) || !numeric(right)) return undefined;
  const [a, b] = [Number(left.value), Number(right.value)];
  if (operator === '/') return float(a / b);
  if (operator === '**' || operator === '^') return float(power(a, b));
  if (left.kind === 'integer' && right.kind === 'integer') {
    switch (operator) {
      case '+':
        return int(left.value + right.value);
      case '-':
        return int(left.value - right.value);
      case '*':
        return int(left.value * right.value);
      case '%':
        if (right.value === 0n) {
          throw new ExpressionError('integer divide by zero', 'check', { from: node.from, to: node.to });
        }
        return int(left.value % right.value);
    }
    return undefined;
  }
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
  }
  return undefined;
}

/** `neutral` is what the operator ignores: true for &&, false for ||. */
function foldLogic(left: ExprNode, right: ExprNode, neutral: boolean): Folded | undefined {
  if (left.kind === 'bool' && left.value === neutral) return right;
  if (right.kind === 'bool' && right.value === neutral) return left;
  if (left.kind === 'bool' || right.kind === 'bool') return bool(!neutral);
  return undefined;
}

/** Go's math.Pow, which differs from JavaScript's where the base is 1 or -1. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

const isFilter = (node: ExprNode): node is BuiltinNode => node.kind === 'builtin' && node.name === 'filter';

function mapOverFilter(node: ExprNode, engine: Engine): ExprNode {
  if (node.kind !== 'builtin' || node.name !== 'map') return node;
  const [filter, closure] = node.args;
  // Newer engines leave a closure alone that counts: #index would count what was there before the filter.
  if (engine.combinesLoops && counts(closure)) return node;
  if (!isFilter(filter) || filter.map !== undefined || closure.kind !== 'closure') return node;
  return { ...node, name: 'filter', args: filter.args, map: closure.node, type: undefined };
}

function counts(closure: ExprNode): boolean {
  let found = false;
  walk(closure, (node) => (found ||= node.kind === 'pointer' && node.name === 'index'));
  return found;
}

function lengthOfFilter(node: ExprNode): ExprNode {
  if (node.kind !== 'builtin' || node.name !== 'len' || !isFilter(node.args[0])) return node;
  return { ...node, name: 'count', args: node.args[0].args, type: undefined };
}

/** `filter(…)[0]` and `first(filter(…))` become find, their likes at the other end findLast. */
function endOfFilter(index: number, name: string): (node: ExprNode) => ExprNode {
  const found = index === 0 ? 'find' : 'findLast';
  return (node) => {
    const { from, to } = node;
    if (node.kind === 'member' && !node.optional && isFilter(node.node)) {
      const { property } = node;
      if (property.kind !== 'integer' || property.value !== BigInt(index)) return node;
      return { kind: 'builtin', name: found, args: node.node.args, map: node.node.map, throws: true, from, to };
    }
    if (node.kind === 'builtin' && node.name === name && isFilter(node.args[0])) {
      const filter = node.args[0];
      return { kind: 'builtin', name: found, args: filter.args, map: filter.map, from, to };
    }
    return node;
  };
}
