import { BITWISE, FUNCTIONS, LISTS, PREDICATES_1_15, PREDICATES_1_17, type Argument, type Standing } from './names';

/** A release of expr, the engine behind conditions: 1.15.5 is part of Argo Rollouts 1.7 to 1.9, 1.17.7 of 1.10. */
export type EngineRelease = '1.15.5' | '1.17.7';

/** What one release of the engine does differently from another. All that depends on the release is looked up here. */
export interface Engine {
  readonly release: EngineRelease;
  /** Functions that the language has, with how we stand to them. */
  readonly functions: { readonly [name: string]: Standing };
  /** Functions that take a closure, with the arguments that they take. */
  readonly predicates: { readonly [name: string]: readonly Argument[] };

  // The grammar.
  /** `1 < x < 5` means `1 < x && x < 5`. */
  readonly chainsComparisons: boolean;
  /** `a; b` and `if a { b } else { c }`. */
  readonly hasSequences: boolean;
  /** `list?.[0]`. */
  readonly hasOptionalIndex: boolean;
  /** `` `raw text` ``, `\u{1F600}`, `"text"[1:]`. */
  readonly hasRawTexts: boolean;
  /** `0b101`, `0o17` and `0X1F`. */
  readonly hasRadixes: boolean;
  /** `::len(x)` calls the function of the language. */
  readonly hasQualifiedCalls: boolean;
  /** `f(a, b,)`. */
  readonly allowsTrailingCommas: boolean;
  /** In `a == b not in c` the `not` is read without its `in`, which makes `(a == b) in c`. */
  readonly losesNegation: boolean;

  // The type check.
  /** The elements of `[1, 2]`, `1..3`, filter() and map() have the type that they were made with. */
  readonly knowsElements: boolean;
  /** nil is neither an argument for a number or a text nor a key of a map. */
  readonly refusesNil: boolean;
  /** Arithmetic with int64 gives int. */
  readonly promotesIntegers: boolean;
  /** A value whose type is not known can be assigned to nothing, and one of type any only to any. */
  readonly assignsStrictly: boolean;
  /** The key in get() is checked even where nothing is known of the collection. */
  readonly checksEveryKey: boolean;
  /** A slice of a value of unknown type is not checked. */
  readonly skipsSliceEnds: boolean;

  // What the optimiser does.
  /** `all(x, p) && all(x, q)` becomes `all(x, p && q)`; `sum([a, b])` becomes `a + b`; `sum(map(x, f))`, `sum(x, f)`. */
  readonly combinesLoops: boolean;
  /** A node that is put in the place of another keeps its type. */
  readonly keepsTypes: boolean;

  // What happens at run time.
  /** Lists are equal if their elements are, even if the types of the lists differ: `[] == []float64{}`. */
  readonly comparesElements: boolean;
  /** `!=` between integers, or between texts, fails on nil, as `==` does. */
  readonly comparesTypedInequality: boolean;
  /** max(), min(), mean() and median() take lists and lists of lists. */
  readonly aggregatesLists: boolean;
  /** len() of a text counts characters; otherwise it counts bytes. */
  readonly countsCharacters: boolean;
  /** `nil contains "a"` is false; otherwise it is an error. */
  readonly nilContainsNothing: boolean;
  /** get() with a key of the wrong type fails; otherwise it gives nil. */
  readonly getFails: boolean;
  /** Every range counts towards what one run may allocate, even one of two constants. */
  readonly countsEveryRange: boolean;
  /** The message of a failed index. */
  readonly indexMessage: (index: number, length: number) => string;
  /** Argo Rollouts names the condition in the message of an Error, and says so where the query returned nothing. */
  readonly explainsErrors: boolean;
}

const SHARED: { readonly [name: string]: Standing } = {
  ...FUNCTIONS,
  // These two leave a stray value behind, which the next operator takes for its operand.
  findLast: 'refused',
  findLastIndex: 'refused',
};

/** The engines, by release. */
export const ENGINES: { readonly [release in EngineRelease]: Engine } = {
  '1.15.5': {
    release: '1.15.5',
    functions: { ...SHARED, sum: 'judged', sort: 'refused' },
    predicates: PREDICATES_1_15,
    chainsComparisons: false,
    hasSequences: false,
    hasOptionalIndex: false,
    hasRawTexts: false,
    hasRadixes: false,
    hasQualifiedCalls: false,
    allowsTrailingCommas: false,
    losesNegation: true,
    knowsElements: false,
    refusesNil: false,
    promotesIntegers: false,
    assignsStrictly: false,
    checksEveryKey: false,
    skipsSliceEnds: false,
    combinesLoops: false,
    keepsTypes: false,
    comparesElements: false,
    comparesTypedInequality: false,
    aggregatesLists: false,
    countsCharacters: false,
    nilContainsNothing: false,
    getFails: false,
    countsEveryRange: false,
    indexMessage: () => 'reflect: slice index out of range',
    explainsErrors: false,
  },
  '1.17.7': {
    release: '1.17.7',
    functions: { ...SHARED, ...LISTS, ...BITWISE, sum: 'judged', sort: 'judged', timezone: 'refused' },
    predicates: PREDICATES_1_17,
    chainsComparisons: true,
    hasSequences: true,
    hasOptionalIndex: true,
    hasRawTexts: true,
    hasRadixes: true,
    hasQualifiedCalls: true,
    allowsTrailingCommas: true,
    losesNegation: false,
    knowsElements: true,
    refusesNil: true,
    promotesIntegers: true,
    assignsStrictly: true,
    checksEveryKey: true,
    skipsSliceEnds: true,
    combinesLoops: true,
    keepsTypes: true,
    comparesElements: true,
    comparesTypedInequality: true,
    aggregatesLists: true,
    countsCharacters: true,
    nilContainsNothing: true,
    getFails: true,
    countsEveryRange: true,
    indexMessage: (index, length) => `index out of range: ${index} (array length is ${length})`,
    explainsErrors: true,
  },
};

/** The engine of the newest release of Argo Rollouts. */
export const NEWEST_ENGINE: EngineRelease = '1.17.7';
