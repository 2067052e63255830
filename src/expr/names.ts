/** What a function that takes a closure wants, in order; `?` marks what may be missing. */
export type Argument = 'value' | 'closure' | 'value?' | 'closure?';

/** Whether a call is judged, or declined because Go and JavaScript may differ there. */
export type Standing = 'judged' | 'refused';

const LOOP: readonly Argument[] = ['value', 'closure'];

/** Functions that take a closure in expr 1.15. */
export const PREDICATES_1_15: { readonly [name: string]: readonly Argument[] } = {
  all: LOOP,
  none: LOOP,
  any: LOOP,
  one: LOOP,
  filter: LOOP,
  map: LOOP,
  count: LOOP,
  find: LOOP,
  findIndex: LOOP,
  findLast: LOOP,
  findLastIndex: LOOP,
  groupBy: LOOP,
  reduce: ['value', 'closure', 'value?'],
};

/** The same in expr 1.17. */
export const PREDICATES_1_17: { readonly [name: string]: readonly Argument[] } = {
  ...PREDICATES_1_15,
  count: ['value', 'closure?'],
  sum: ['value', 'closure?'],
  sortBy: ['value', 'closure', 'value?'],
};

/** Functions that every release of the language brings along. */
export const FUNCTIONS: { readonly [name: string]: Standing } = {
  ...Object.fromEntries(Object.keys(PREDICATES_1_15).map((name) => [name, 'judged' as const])),
  groupBy: 'refused',
  len: 'judged',
  type: 'judged',
  abs: 'judged',
  ceil: 'judged',
  floor: 'judged',
  round: 'judged',
  int: 'judged',
  float: 'judged',
  string: 'refused',
  trim: 'judged',
  trimPrefix: 'judged',
  trimSuffix: 'judged',
  upper: 'judged',
  lower: 'judged',
  split: 'judged',
  splitAfter: 'refused',
  replace: 'judged',
  repeat: 'refused',
  join: 'judged',
  indexOf: 'judged',
  lastIndexOf: 'judged',
  hasPrefix: 'judged',
  hasSuffix: 'judged',
  max: 'judged',
  min: 'judged',
  mean: 'judged',
  median: 'judged',
  toJSON: 'refused',
  fromJSON: 'refused',
  toBase64: 'refused',
  fromBase64: 'refused',
  now: 'refused',
  duration: 'refused',
  date: 'refused',
  first: 'judged',
  last: 'judged',
  get: 'judged',
  take: 'judged',
  keys: 'refused',
  values: 'refused',
  toPairs: 'refused',
  fromPairs: 'refused',
  sortBy: 'refused',
};

/** Functions over lists that expr 1.17 adds. */
export const LISTS: { readonly [name: string]: Standing } = {
  concat: 'judged',
  flatten: 'judged',
  reverse: 'judged',
  uniq: 'judged',
};

/** Functions over bits that expr 1.17 adds. */
export const BITWISE: { readonly [name: string]: Standing } = Object.fromEntries(
  ['bitand', 'bitor', 'bitxor', 'bitnand', 'bitshl', 'bitshr', 'bitushr', 'bitnot'].map((name) => [name, 'judged']),
);

/** What Argo Rollouts adds to the language. */
export const ARGO_FUNCTIONS = new Set(['asInt', 'asFloat', 'isNaN', 'isInf', 'isNil', 'default']);
