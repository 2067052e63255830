import { GoRegExp } from '../formats/go-regexp';
import type { BinaryNode, BuiltinNode, ExprNode } from './ast';
import type { Engine } from './engine';
import { ExpressionError, UnsupportedExpression } from './errors';
import { callArgo, callBuiltin } from './functions';
import { LOOPS, MEMORY_BUDGET, current, element, grow, open, turn, type Run, type Scope, type Step } from './loops';
import { ARGO_FUNCTIONS } from './names';
import {
  Panic,
  Refusal,
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
import { GoMap, GoSlice, fromBytes, isNil, type GoValue } from './value';

/** Ends an optional chain (`a?.b.c`) whose base is nil. */
class NilChain extends Error {}

/** Turns a checked and optimised tree into a function of the result. */
export function compile(ast: ExprNode, expression: string, engine: Engine): (result: GoValue) => GoValue {
  const compiler = new Compiler(expression, engine);
  const step = compiler.step(ast);
  return (result) => step({ engine, result, variables: [], scopes: [], memory: 0, turns: 0 });
}

class Compiler {
  private readonly names: { readonly name: string; readonly slot: number }[] = [];
  private slots = 0;

  constructor(
    private readonly expression: string,
    private readonly engine: Engine,
  ) {}

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
            const value = chain(run);
            return isNil(value) ? null : value;
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
          if (optional && isNil(from)) throw new NilChain();
          if (typeof from === 'string') throw new Refusal('a single byte of a text is not supported');
          return fetch(from, property(run), run.engine);
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
        return node.name in this.engine.predicates ? this.predicate(node) : this.builtin(node);
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
      case 'sequence': {
        const steps = node.nodes.map((item) => this.step(item));
        return (run) => steps.map((step) => step(run)).at(-1)!;
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
    // No measured value is a function, so a call always fails.
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
        run.engine,
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
        return (run) => {
          const value = left(run);
          return isNil(value) ? right(run) : value;
        };
      case '==':
        return this.equality(node, left, right);
      case '!=': {
        const same = this.equality(node, left, right);
        return (run) => !same(run);
      }
      case '<':
      case '>':
      case '<=':
      case '>=':
        return (run) => compare(left(run), right(run), operator);
      case 'in':
        return node.lookup ? lookup(node, left) : (run) => contains(left(run), right(run), run.engine);
      case '..':
        return range(node, left, right);
      case 'contains':
        return onTexts(left, right, (text, part) => text.includes(part));
      case 'startsWith':
        return onTexts(left, right, (text, part) => text.startsWith(part));
      case 'endsWith':
        return onTexts(left, right, (text, part) => text.endsWith(part));
      case 'matches':
        return onTexts(left, right, matches);
      default:
        return (run) => arithmetic(left(run), right(run), operator);
    }
  }

  /** Where both sides are known to be int, or string, upstream compares them as such, and fails on a nil. */
  private equality(node: BinaryNode, left: Step, right: Step): Step {
    const kind = node.left.type?.kind;
    const typed = node.operator === '==' || this.engine.comparesTypedInequality;
    if (!typed || kind !== node.right.type?.kind || (kind !== 'int' && kind !== 'string')) {
      return (run) => equal(left(run), right(run), run.engine);
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
    if (this.engine.functions[node.name] === 'refused') {
      throw new UnsupportedExpression(`the function '${node.name}' is not supported`, this.expression, node);
    }
    const [subject, given, initial] = node.args.map((arg) => this.step(arg));
    const once = given ?? current;
    const closure: Step = (run) => {
      turn(run);
      return once(run);
    };
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

/** An operator between texts. */
function onTexts(left: Step, right: Step, test: (text: string, part: string) => boolean): Step {
  return (run) => {
    const [text, part] = [left(run), right(run)];
    if (run.engine.nilContainsNothing && (isNil(text) || isNil(part))) return false;
    return test(asString(text), asString(part));
  };
}

function range(node: BinaryNode, left: Step, right: Step): Step {
  const constant = node.left.kind === 'integer' && node.right.kind === 'integer';
  return (run) => {
    const [from, to] = [toInt(left(run)), toInt(right(run))];
    const size = Math.max(0, Number(to - from) + 1);
    if (!constant || run.engine.countsEveryRange || size > MEMORY_BUDGET) grow(run, size);
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
