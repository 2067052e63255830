import type { Engine } from './engine';
import { Panic, Refusal, anySlice, arithmetic, asBool } from './operators';
import { GoMap, GoSlice, type GoValue } from './value';

/** As upstream: what one run may allocate, counted in elements. */
export const MEMORY_BUDGET = 1_000_000;

/**
 * Turns of loops in one run. Upstream goes on for as long as it takes; what needs more is beyond what can be judged in
 * reasonable time.
 */
const TURNS = 200_000;

/** One loop on its way. */
export interface Scope {
  readonly items: readonly GoValue[] | undefined;
  readonly length: number;
  index: number;
  acc: GoValue;
}

/** What one run knows. */
export interface Run {
  readonly engine: Engine;
  readonly result: GoValue;
  readonly variables: GoValue[];
  readonly scopes: Scope[];
  memory: number;
  turns: number;
}

/** A node's work. */
export type Step = (run: Run) => GoValue;

/** Counts what a run allocates. */
export function grow(run: Run, size: number): void {
  run.memory += size;
  if (run.memory >= MEMORY_BUDGET) throw new Panic('memory budget exceeded');
}

/** Counts a turn of a loop. */
export function turn(run: Run): void {
  if (++run.turns > TURNS) throw new Refusal(`its loops take more than ${TURNS} turns`);
}

/** The element that a loop is at. */
export function element({ items, index }: Scope): GoValue {
  if (items === undefined) throw new Panic('reflect: call of reflect.Value.Index on map Value');
  if (index >= items.length) throw new Panic('reflect: slice index out of range');
  return items[index];
}

/** Begins a loop over a list. */
export function open(value: GoValue): Scope {
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

/** The element that the innermost loop is at. */
export const current: Step = ({ scopes }) => element(scopes[scopes.length - 1]);

/** Looks for the first element that passes. */
function search({ run, scope, closure }: Loop): boolean {
  for (; scope.index < scope.length; scope.index++) if (asBool(closure(run))) return true;
  return false;
}

/** Looks for the last element that passes. */
function searchBackwards({ run, scope, closure }: Loop): boolean {
  for (scope.index = scope.length - 1; scope.index >= 0; scope.index--) if (asBool(closure(run))) return true;
  return false;
}

function found(loop: Loop, search: (loop: Loop) => boolean): GoValue {
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

/** What each function that takes a closure makes of a list. */
export const LOOPS: { readonly [name: string]: (loop: Loop) => GoValue } = {
  all: ({ run, scope, closure }) => {
    for (; scope.index < scope.length; scope.index++) if (!asBool(closure(run))) return false;
    return true;
  },
  none: (loop) => !search(loop),
  any: (loop) => search(loop),
  one: (loop) => passing(loop, () => null).length === 1,
  count: (loop) => BigInt(passing(loop, () => null).length),
  filter: (loop) => {
    const passed = passing(loop, loop.map ?? current);
    grow(loop.run, passed.length);
    return anySlice(passed);
  },
  map: ({ run, scope, closure }) => {
    const made: GoValue[] = [];
    for (; scope.index < scope.length; scope.index++) made.push(closure(run));
    grow(run, made.length);
    return anySlice(made);
  },
  find: (loop) => found(loop, search),
  findIndex: (loop) => (search(loop) ? BigInt(loop.scope.index) : null),
  findLast: (loop) => found(loop, searchBackwards),
  findLastIndex: (loop) => (searchBackwards(loop) ? BigInt(loop.scope.index) : null),
  sum: ({ run, scope, closure }) => {
    scope.acc = 0n;
    for (; scope.index < scope.length; scope.index++) scope.acc = arithmetic(closure(run), scope.acc, '+');
    return scope.acc;
  },
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
