import { GoRegExp } from '../formats/go-regexp';
import type { BinaryNode, BuiltinNode, ExprNode } from './ast';
import { ExpressionError, UnsupportedExpression } from './errors';
import { Refusal, callArgo, callBuiltin } from './functions';
import { ARGO_FUNCTIONS, BUILTINS, PREDICATES } from './names';
import {
  Panic,
  anySlice,
  arithmetic,
  asBool,
  asString,
  compare,
  contains,
  equal,
  fetch,
  length,
  negate,
  slice,
  toInt,
} from './operators';
import { INT } from './types';
import { GoMap, GoSlice, fromBytes, type GoValue } from './value';

/** As upstream: what one run may allocate, counted in elements. */
const MEMORY_BUDGET = 1_000_000;

interface Scope {
  readonly items: readonly GoValue[] | undefined;
  readonly length: number;
  index: number;
  acc: GoValue;
}

/** What one run knows. */
interface Run {
  readonly result: GoValue;
  readonly variables: GoValue[];
  readonly scopes: Scope[];
  memory: number;
}

type Step = (run: Run) => GoValue;

/** Ends an optional chain (`a?.b.c`) whose base is nil. */
class NilChain extends Error {}

function grow(run: Run, size: number): void {
  run.memory += size;
  if (run.memory >= MEMORY_BUDGET) throw new Panic('memory budget exceeded');
}

/** Turns a checked and optimised tree into a function of the result. */
export function compile(ast: ExprNode, expression: string): (result: GoValue) => GoValue {
  const compiler = new Compiler(expression);
  const step = compiler.step(ast);
  return (result) => step({ result, variables: [], scopes: [], memory: 0 });
}

class Compiler {
  private readonly names: { readonly name: string; readonly slot: number }[] = [];
  private slots = 0;

  constructor(private readonly expression: string) {}

  /** The node's work, with its place added to what goes wrong in it. */
  step(node: ExprNode): Step {
    const work = this.work(node);
    if (node.kind === 'integer' || node.kind === 'float' || node.kind === 'bool' || node.kind === 'identifier')
      return work;
    const span = { from: node.from, to: node.to };
    return (run) => {
      try {
        return work(run);
      } catch (error) {
        if (error instanceof Panic) throw new ExpressionError(error.message, 'run', span);
        if (error instanceof Refusal) throw new UnsupportedExpression(error.message, this.expression, span);
        throw error;
      }
    };
  }

  private work(node: ExprNode): Step {
    switch (node.kind) {
      case 'nil':
        return () => null;
      case 'bool':
      case 'integer':
      case 'float':
      case 'string':
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'identifier':
        return this.identifier(node.name);
      case 'unary': {
        const operand = this.step(node.node);
        if (node.operator === '+') return operand;
        return node.operator === '-' ? (run) => negate(operand(run)) : (run) => !asBool(operand(run));
      }
      case 'binary':
        return this.binary(node);
      case 'conditional': {
        const [condition, then, otherwise] = [node.condition, node.then, node.otherwise].map((item) => this.step(item));
        return (run) => (asBool(condition(run)) ? then(run) : otherwise(run));
      }
      case 'chain': {
        const chain = this.step(node.node);
        return (run) => {
          try {
            return chain(run);
          } catch (error) {
            if (error instanceof NilChain) return null;
            throw error;
          }
        };
      }
      case 'member': {
        const [base, property] = [this.step(node.node), this.step(node.property)];
        const { optional } = node;
        return (run) => {
          const from = base(run);
          if (optional && from === null) throw new NilChain();
          if (typeof from === 'string') throw new Refusal('a single byte of a text is not supported');
          return fetch(from, property(run));
        };
      }
      case 'slice': {
        const base = this.step(node.node);
        const start = node.start && this.step(node.start);
        const end = node.end && this.step(node.end);
        return (run) => {
          const value = base(run);
          const to = end ? end(run) : BigInt(length(value));
          return slice(value, start ? start(run) : 0n, to);
        };
      }
      case 'call':
        return this.call(node.callee, node.args);
      case 'builtin':
        return node.name in PREDICATES ? this.predicate(node) : this.builtin(node);
      case 'closure':
        return this.step(node.node);
      case 'pointer':
        return pointer(node.name);
      case 'let': {
        const value = this.step(node.value);
        const slot = this.slots++;
        this.names.push({ name: node.name, slot });
        const body = this.step(node.body);
        this.names.pop();
        return (run) => {
          run.variables[slot] = value(run);
          return body(run);
        };
      }
      case 'array': {
        const items = node.nodes.map((item) => this.step(item));
        return (run) => {
          const values = items.map((item) => item(run));
          grow(run, values.length);
          return anySlice(values);
        };
      }
      case 'map': {
        const pairs = node.pairs.map(({ key, value }) => [this.step(key), this.step(value)] as const);
        return (run) => {
          const values = pairs.map(([key, value]) => [key(run), value(run)] as const);
          grow(run, values.length);
          // Upstream fills the map from the last pair to the first, so that the first of two equal keys stays.
          return new GoMap(new Map(values.map(([key, value]) => [asString(key), value] as const).reverse()));
        };
      }
    }
  }

  private identifier(name: string): Step {
    const variable = this.names.find((item) => item.name === name);
    if (variable === undefined) return (run) => run.result;
    return (run) => run.variables[variable.slot];
  }

  private call(callee: ExprNode, args: readonly ExprNode[]): Step {
    if (callee.kind === 'identifier' && ARGO_FUNCTIONS.has(callee.name)) {
      const { name } = callee;
      const values = args.map((arg) => this.step(arg));
      return (run) =>
        callArgo(
          name,
          values.map((value) => value(run)),
          run.result,
        );
    }
    // No measured value is a function, so that calling one fails, whatever the arguments are.
    const target = this.step(callee);
    return (run) => {
      target(run);
      throw new Panic('reflect: call of Call on a value that is not a function');
    };
  }

  private builtin(node: BuiltinNode): Step {
    const args = node.args.map((arg) => this.step(arg));
    const { name } = node;
    return (run) =>
      callBuiltin(
        name,
        args.map((arg) => arg(run)),
      );
  }

  private binary(node: BinaryNode): Step {
    const { operator } = node;
    const [left, right] = [this.step(node.left), this.step(node.right)];
    switch (operator) {
      case 'and':
      case '&&':
        return (run) => (asBool(left(run)) ? right(run) : false);
      case 'or':
      case '||':
        return (run) => (asBool(left(run)) ? true : right(run));
      case '??':
        return (run) => left(run) ?? right(run);
      case '==':
        return this.equality(node, left, right);
      case '!=':
        return (run) => !equal(left(run), right(run));
      case '<':
      case '>':
      case '<=':
      case '>=':
        return (run) => compare(left(run), right(run), operator);
      case 'in':
        return node.lookup ? lookup(node, left) : (run) => contains(left(run), right(run));
      case '..':
        return range(node, left, right);
      case 'contains':
        return (run) => asString(left(run)).includes(asString(right(run)));
      case 'startsWith':
        return (run) => asString(left(run)).startsWith(asString(right(run)));
      case 'endsWith':
        return (run) => asString(left(run)).endsWith(asString(right(run)));
      case 'matches':
        return (run) => matches(asString(left(run)), asString(right(run)));
      default:
        return (run) => arithmetic(left(run), right(run), operator);
    }
  }

  /** Where both sides are known to be int, or string, upstream compares them as such, and fails on a nil. */
  private equality(node: BinaryNode, left: Step, right: Step): Step {
    const kind = node.left.type?.kind;
    if (kind !== node.right.type?.kind || (kind !== 'int' && kind !== 'string')) {
      return (run) => equal(left(run), right(run));
    }
    const wanted = kind === 'int' ? 'bigint' : 'string';
    return (run) => {
      const [a, b] = [left(run), right(run)];
      if (typeof a !== wanted || typeof b !== wanted)
        throw new Panic(`interface conversion: interface {} is not ${kind}`);
      return a === b;
    };
  }

  private predicate(node: BuiltinNode): Step {
    if (BUILTINS[node.name] === 'refused') {
      throw new UnsupportedExpression(`the function '${node.name}' is not supported`, this.expression, node);
    }
    const [subject, closure, initial] = node.args.map((arg) => this.step(arg));
    const map = node.map && this.step(node.map);
    const loop = LOOPS[node.name];
    const { throws } = node;
    return (run) => {
      const scope = open(subject(run));
      run.scopes.push(scope);
      const found = loop({ run, scope, closure, map, initial, throws });
      run.scopes.pop();
      return found;
    };
  }
}

/** Go's look-up in a map of constants: a needle of another kind is an error, and nil stands for the zero value. */
function lookup(node: BinaryNode, left: Step): Step {
  const nodes = node.right.kind === 'array' ? node.right.nodes : [];
  const haystack = new Set<GoValue>(nodes.map((item) => ('value' in item ? (item.value as GoValue) : null)));
  const [kind, zero] = node.lookup === 'string' ? ['string', ''] : ['bigint', 0n];
  return (run) => {
    const needle = left(run) ?? zero;
    if (typeof needle !== kind)
      throw new Panic(`reflect.Value.MapIndex: the value is not assignable to type ${node.lookup}`);
    return haystack.has(needle);
  };
}

function range(node: BinaryNode, left: Step, right: Step): Step {
  const constant = node.left.kind === 'integer' && node.right.kind === 'integer';
  return (run) => {
    const [from, to] = [toInt(left(run)), toInt(right(run))];
    const size = Math.max(0, Number(to - from) + 1);
    if (!constant || size > MEMORY_BUDGET) grow(run, size);
    return new GoSlice(
      INT,
      Array.from({ length: size }, (_, i) => from + BigInt(i)),
    );
  };
}

function matches(text: string, pattern: string): boolean {
  try {
    return GoRegExp.of(fromBytes(pattern)).find(fromBytes(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Panic(error.message);
    throw error;
  }
}

function pointer(name: string): Step {
  const scope = (run: Run): Scope => run.scopes[run.scopes.length - 1];
  if (name === 'index') return (run) => BigInt(scope(run).index);
  if (name === 'acc') return (run) => scope(run).acc;
  return (run) => element(scope(run));
}

function element({ items, index }: Scope): GoValue {
  if (items === undefined) throw new Panic('reflect: call of reflect.Value.Index on map Value');
  if (index >= items.length) throw new Panic('reflect: slice index out of range');
  return items[index];
}

function open(value: GoValue): Scope {
  if (value instanceof GoSlice) return { items: value.items, length: value.items.length, index: 0, acc: null };
  // A map has a length, so that the loop begins; it fails only where an element is looked at.
  if (value instanceof GoMap) return { items: undefined, length: value.entries.size, index: 0, acc: null };
  if (typeof value === 'string') throw new Refusal('a loop over the bytes of a text is not supported');
  throw new Panic('reflect: call of reflect.Value.Len on a value that has no length');
}

interface Loop {
  readonly run: Run;
  readonly scope: Scope;
  readonly closure: Step;
  readonly map: Step | undefined;
  readonly initial: Step | undefined;
  readonly throws: boolean | undefined;
}

/** Looks for the first element that passes. */
function search({ run, scope, closure }: Loop): boolean {
  for (; scope.index < scope.length; scope.index++) if (asBool(closure(run))) return true;
  return false;
}

function find(loop: Loop): GoValue {
  if (search(loop)) return loop.map ? loop.map(loop.run) : element(loop.scope);
  if (loop.throws) throw new Panic('reflect: slice index out of range');
  return null;
}

/** What is made of each element that passes. */
function passing(loop: Loop, make: Step): GoValue[] {
  const { run, scope, closure } = loop;
  const found: GoValue[] = [];
  for (; scope.index < scope.length; scope.index++) if (asBool(closure(run))) found.push(make(run));
  return found;
}

const LOOPS: { readonly [name: string]: (loop: Loop) => GoValue } = {
  all: ({ run, scope, closure }) => {
    for (; scope.index < scope.length; scope.index++) if (!asBool(closure(run))) return false;
    return true;
  },
  none: (loop) => !search(loop),
  any: (loop) => search(loop),
  one: (loop) => passing(loop, () => null).length === 1,
  count: (loop) => BigInt(passing(loop, () => null).length),
  filter: (loop) => {
    const found = passing(loop, loop.map ?? (({ scopes }) => element(scopes[scopes.length - 1])));
    grow(loop.run, found.length);
    return anySlice(found);
  },
  map: ({ run, scope, closure }) => {
    const made: GoValue[] = [];
    for (; scope.index < scope.length; scope.index++) made.push(closure(run));
    grow(run, made.length);
    return anySlice(made);
  },
  find,
  findIndex: (loop) => (search(loop) ? BigInt(loop.scope.index) : null),
  reduce: ({ run, scope, closure, initial }) => {
    if (initial) {
      scope.acc = initial(run);
    } else {
      scope.acc = element(scope);
      scope.index++;
    }
    for (; scope.index < scope.length; scope.index++) scope.acc = closure(run);
    return scope.acc;
  },
};
