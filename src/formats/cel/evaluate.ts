import { isDeepStrictEqual } from 'node:util';
import { readGoDuration } from '../go-duration';
import { goMatches } from '../go-regexp';
import { readGoUrl } from '../go-url';
import { type CelNode, parseCel } from './parse';

/** An expression without a value: a function that is not known here, an operation on the wrong types. */
class NoValue extends Error {}

/** An expression without a value in the API server either, which refuses the object: a missing field, a text that is no number. */
class EvaluationError extends NoValue {}

type Names = Readonly<Record<string, unknown>>;

/**
 * Whether a rule of a custom resource's definition holds for a value; undefined where that is not known: the rule uses
 * what is not read here, or compares with the object that it replaces.
 *
 * @param rule Such as `self.minReplicas <= self.maxReplicas`.
 * @param self The value that the rule is about, with the defaults that the API server fills in.
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
export function celHolds(rule: string, self: unknown): boolean | undefined {
  const node = /\boldSelf\b/.test(rule) ? undefined : parseCel(rule);
  if (node === undefined) return undefined;
  try {
    const value = valueOf(node, { self });
    return typeof value === 'boolean' ? value : undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function valueOf(node: CelNode, names: Names): unknown {
  switch (node.is) {
    case 'value':
      return node.value;
    case 'list':
      return node.items.map((item) => valueOf(item, names));
    case 'name':
      if (!Object.hasOwn(names, node.name)) throw new NoValue();
      return names[node.name];
    case 'field':
      return fieldOf(valueOf(node.of, names), node.name);
    case 'index':
      return fieldOf(valueOf(node.of, names), valueOf(node.at, names));
    case 'call':
      return callOf(node, names);
    case 'operation':
      return operationOf(node.operator, node.args, names);
  }
}

function fieldOf(owner: unknown, key: unknown): unknown {
  if (typeof owner === 'object' && owner !== null && Object.hasOwn(owner, String(key))) {
    return (owner as Readonly<Record<string, unknown>>)[String(key)];
  }
  // Underscores may stand for a name that CEL cannot write, such as `__namespace__`.
  const isKnown = typeof owner === 'object' && owner !== null && !Array.isArray(owner) && !String(key).includes('__');
  throw isKnown ? new EvaluationError() : new NoValue();
}

/** The value, or why there is none. */
function attempted<T>(evaluate: () => T): T | NoValue {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof NoValue) return error;
    throw error;
  }
}

/** Throws why one of several sides has no value, where none of them decides: first what is not known here. */
function throwFailure(sides: readonly (boolean | NoValue)[]): void {
  const failures = sides.filter((one) => one instanceof NoValue);
  const failure = failures.find((one) => !(one instanceof EvaluationError)) ?? failures[0];
  if (failure !== undefined) throw failure;
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new NoValue();
  return value;
}

function operationOf(operator: string, args: readonly CelNode[], names: Names): unknown {
  if (operator === '?') return valueOf(truth(valueOf(args[0], names)) ? args[1] : args[2], names);
  if (operator === '||' || operator === '&&') {
    // Either side may decide, whatever the other one is.
    const deciding = operator === '||';
    const sides = args.map((arg) => attempted(() => truth(valueOf(arg, names))));
    if (sides.includes(deciding)) return deciding;
    throwFailure(sides);
    return !deciding;
  }
  const [left, right] = args.map((arg) => valueOf(arg, names));
  switch (operator) {
    case '!':
      return !truth(left);
    case 'negate':
      return -numberOf(left);
    case '==':
      return isDeepStrictEqual(left, right);
    case '!=':
      return !isDeepStrictEqual(left, right);
    case 'in':
      return Array.isArray(right)
        ? right.some((one) => isDeepStrictEqual(one, left))
        : Object.hasOwn(objectOf(right), String(left));
    case '+':
      return typeof left === 'string' && typeof right === 'string' ? left + right : numberOf(left) + numberOf(right);
    case '<':
      return numberOf(left) < numberOf(right);
    case '<=':
      return numberOf(left) <= numberOf(right);
    case '>':
      return numberOf(left) > numberOf(right);
    case '>=':
      return numberOf(left) >= numberOf(right);
    case '-':
      return numberOf(left) - numberOf(right);
    default:
      throw new NoValue();
  }
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new NoValue();
  return value;
}

function objectOf(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new NoValue();
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new NoValue();
  return value;
}

type Macro = (elements: readonly unknown[], holds: (element: unknown) => unknown) => unknown;

const MACROS: Readonly<Record<string, Macro>> = {
  all: (elements, holds) => elements.every((one) => truth(holds(one))),
  exists: (elements, holds) => {
    // One that holds decides, whatever the others are.
    const sides = elements.map((one) => attempted(() => truth(holds(one))));
    if (sides.includes(true)) return true;
    throwFailure(sides);
    return false;
  },
  exists_one: (elements, holds) => elements.filter((one) => truth(holds(one))).length === 1,
  filter: (elements, holds) => elements.filter((one) => truth(holds(one))),
  map: (elements, holds) => elements.map(holds),
};

const METHODS: Readonly<Record<string, (on: unknown, ...args: readonly unknown[]) => unknown>> = {
  size: sizeOf,
  contains: (on, part) => textOf(on).includes(textOf(part)),
  startsWith: (on, part) => textOf(on).startsWith(textOf(part)),
  endsWith: (on, part) => textOf(on).endsWith(textOf(part)),
  matches: (on, pattern) => goMatches(textOf(pattern), textOf(on)),
  getScheme: (on) => textOf(fieldOf(on, 'scheme')),
  lowerAscii: (on) => textOf(on).replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  split: (on, separator) => textOf(on).split(textOf(separator)),
  substring: (on, from, to) => textOf(on).slice(numberOf(from), to === undefined ? undefined : numberOf(to)),
};

const FUNCTIONS: Readonly<Record<string, (value: unknown) => unknown>> = {
  size: sizeOf,
  int: (value) => {
    if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) throw new EvaluationError();
    const number = Number(value);
    if (!Number.isInteger(number)) throw new NoValue();
    return number;
  },
  url: (value) => {
    const url = readGoUrl(textOf(value));
    if (url === undefined) throw new EvaluationError();
    return url;
  },
  string: String,
  duration: (value) => {
    const seconds = readGoDuration(textOf(value));
    if (seconds === undefined) throw new NoValue();
    return seconds;
  },
};

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return Array.isArray(value) ? value.length : Object.keys(objectOf(value)).length;
}

function callOf({ on, name, args }: Extract<CelNode, { is: 'call' }>, names: Names): unknown {
  if (on === undefined) {
    if (name === 'has') return !(attempted(() => valueOf(args[0], names)) instanceof NoValue);
    if (!Object.hasOwn(FUNCTIONS, name)) throw new NoValue();
    return FUNCTIONS[name](valueOf(args[0], names));
  }
  const owner = valueOf(on, names);
  const [variable, body] = args;
  if (Object.hasOwn(MACROS, name) && variable?.is === 'name' && body !== undefined) {
    const elements = Array.isArray(owner) ? owner : Object.keys(objectOf(owner));
    return MACROS[name](elements, (element) => valueOf(body, { ...names, [variable.name]: element }));
  }
  if (!Object.hasOwn(METHODS, name)) throw new NoValue();
  return METHODS[name](owner, ...args.map((arg) => valueOf(arg, names)));
}
