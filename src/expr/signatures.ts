import type { Engine } from './engine';
import { elementOf } from './relations';
import { ANY, BOOL, FLOAT, INT, STRING, UNKNOWN, goType, isInteger, sameType, sliceOf } from './types';
import { isNumber, typeName, type GoType } from './types';

const fits = (type: GoType, wanted: GoType, engine: Engine): boolean =>
  (type.kind === 'nil' && !engine.refusesNil) ||
  type.kind === 'any' ||
  wanted.kind === 'any' ||
  (wanted.kind === 'int' && isInteger(type)) ||
  sameType(type, wanted);

const STRINGS = sliceOf(STRING);
const ANYS = sliceOf(ANY);

/** Functions with plain signatures: any of the lists of arguments will do, the last is the result. */
const SIGNATURES: { readonly [name: string]: readonly (readonly GoType[])[] } = {
  type: [[ANY, STRING]],
  trim: [
    [STRING, STRING],
    [STRING, STRING, STRING],
  ],
  trimPrefix: [
    [STRING, STRING, STRING],
    [STRING, STRING],
  ],
  trimSuffix: [
    [STRING, STRING, STRING],
    [STRING, STRING],
  ],
  upper: [[STRING, STRING]],
  lower: [[STRING, STRING]],
  split: [
    [STRING, STRING, STRINGS],
    [STRING, STRING, INT, STRINGS],
  ],
  replace: [
    [STRING, STRING, STRING, INT, STRING],
    [STRING, STRING, STRING, STRING],
  ],
  join: [
    [STRINGS, STRING, STRING],
    [ANYS, STRING, STRING],
    [ANYS, STRING],
    [STRINGS, STRING],
  ],
  indexOf: [[STRING, STRING, INT]],
  lastIndexOf: [[STRING, STRING, INT]],
  hasPrefix: [[STRING, STRING, BOOL]],
  hasSuffix: [[STRING, STRING, BOOL]],
  sort: [sliceOf(ANY), sliceOf(INT), sliceOf(FLOAT), STRINGS].flatMap((list) => [
    [list, STRING, ANYS],
    [list, ANYS],
  ]),
  ...Object.fromEntries(
    ['bitand', 'bitor', 'bitxor', 'bitnand', 'bitshl', 'bitshr', 'bitushr'].map((name) => [name, [[INT, INT, INT]]]),
  ),
  bitnot: [[INT, INT]],
};

/** Functions that look at their arguments themselves. */
const ARITY: { readonly [name: string]: number } = {
  len: 1,
  abs: 1,
  ceil: 1,
  floor: 1,
  round: 1,
  int: 1,
  float: 1,
  sum: 1,
  mean: 1,
  median: 1,
  first: 1,
  last: 1,
  get: 2,
  take: 2,
  flatten: 1,
  reverse: 1,
  uniq: 1,
};

const AGGREGATES = new Set(['max', 'min', 'mean', 'median']);

const isList = (type: GoType): boolean => type.kind === 'slice' || type.kind === 'any';

/** The result type of a function of the language, or a call of `fail` where the arguments do not fit. */
export function checkFunction(
  name: string,
  args: readonly GoType[],
  engine: Engine,
  fail: (message: string) => never,
): GoType {
  const signatures = SIGNATURES[name];
  if (signatures !== undefined) {
    const found = signatures.find(
      (signature) => signature.length === args.length + 1 && args.every((type, i) => fits(type, signature[i], engine)),
    );
    return found?.at(-1) ?? fail(`${name} does not take (${args.map(typeName).join(', ')})`);
  }
  if (AGGREGATES.has(name) && engine.aggregatesLists) return aggregate(name, args, fail);
  if (name === 'max' || name === 'min') return extremum(name, args, fail);
  if (name === 'concat') {
    if (args.length === 0) fail('invalid number of arguments (expected at least 1, got 0)');
    const other = args.find((type) => !isList(type));
    return other ? fail(`cannot concat ${typeName(other)}`) : sliceOf(ANY);
  }
  if (args.length !== ARITY[name]) fail(`invalid number of arguments (expected ${ARITY[name]}, got ${args.length})`);
  const [type] = args;
  const open = type.kind === 'any';
  const invalid = (): never => fail(`invalid argument for ${name} (type ${typeName(type)})`);
  switch (name) {
    case 'len':
      return ['slice', 'map', 'string', 'any'].includes(type.kind) ? INT : invalid();
    case 'abs':
      return isNumber(type) || open ? type : invalid();
    case 'ceil':
    case 'floor':
    case 'round':
      return isNumber(type) || open ? FLOAT : invalid();
    case 'int':
      return isNumber(type) || open || type.kind === 'string' ? INT : invalid();
    case 'float':
      return isNumber(type) || open || type.kind === 'string' ? FLOAT : invalid();
    case 'sum':
      return type.kind === 'slice' || open ? ANY : invalid();
    case 'mean':
    case 'median':
      return type.kind === 'slice' || open ? FLOAT : invalid();
    case 'first':
    case 'last':
      return type.kind === 'slice' ? type.elem : open ? ANY : invalid();
    case 'take':
      if (type.kind !== 'slice' && !open) invalid();
      if (!['int', 'int64', 'any'].includes(args[1].kind)) fail(`cannot take ${typeName(args[1])} elements`);
      return goType(type);
    case 'flatten':
    case 'reverse':
    case 'uniq':
      return isList(type) ? sliceOf(ANY) : invalid();
    default:
      return get(type, args[1], engine, fail);
  }
}

function extremum(name: string, args: readonly GoType[], fail: (message: string) => never): GoType {
  if (args.length === 0) fail(`not enough arguments to call ${name}`);
  for (const type of args) {
    if (type.kind === 'any') return ANY;
    if (!isNumber(type)) fail(`invalid argument for ${name} (type ${typeName(type)})`);
  }
  return args[0];
}

/** max, min, mean and median over numbers, lists and lists of lists: what follows a list is not looked at. */
function aggregate(name: string, args: readonly GoType[], fail: (message: string) => never): GoType {
  if (args.length === 0) fail(`not enough arguments to call ${name}`);
  for (const type of args) {
    if (isList(type)) return ANY;
    if (!isNumber(type)) fail(`invalid argument for ${name} (type ${typeName(type)})`);
  }
  return args[0];
}

function get(type: GoType, key: GoType, engine: Engine, fail: (message: string) => never): GoType {
  if (type.kind === 'any') return UNKNOWN;
  if (type.kind !== 'slice' && type.kind !== 'map') return fail(`type ${typeName(type)} does not support indexing`);
  const wanted = type.kind === 'map' ? ['string', 'any'] : ['int', 'int64', 'any'];
  if (!wanted.includes(key.kind)) fail(`cannot use ${typeName(key)} to get an element from ${typeName(type)}`);
  return type.kind === 'slice' ? elementOf(type, engine) : type.elem;
}
