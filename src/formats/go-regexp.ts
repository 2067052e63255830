import type { RE2JS } from 're2js';
import { memoize } from './memoize';

/** A group of a match: its text, or undefined if it did not match. */
export interface GoMatch {
  readonly groups: readonly (string | undefined)[];
  readonly names: { readonly [name: string]: number };
}

/** Loaded on demand: many manifests have no pattern. */
function engine(): typeof import('re2js') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('re2js') as typeof import('re2js');
}

/** Compiles a pattern. Throws a SyntaxError in Go's words for what Go refuses, such as lookaround and back references. */
function compile(pattern: string): RE2JS {
  const { RE2JS, RE2JSException } = engine();
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    if (cause instanceof RE2JSException) throw new SyntaxError(cause.message, { cause });
    throw cause;
  }
}

/** A regular expression of Go (RE2), found anywhere in a text, as `regexp.MatchString` does. */
export class GoRegExp {
  /**
   * Reads a pattern.
   *
   * @throws SyntaxError in Go's words for what Go refuses.
   */
  static readonly of = memoize((pattern) => new GoRegExp(pattern));

  private readonly compiled: RE2JS;

  private constructor(pattern: string) {
    this.compiled = compile(pattern);
  }

  /** Whether the expression matches anywhere in a text. */
  find(text: string): boolean {
    return this.compiled.matcher(text).find();
  }
}

/** The error of an unanchored pattern, with Go's message. Undefined if Go accepts it. */
export const goRegExpProblem = memoize((pattern) => problemOf(() => GoRegExp.of(pattern)));

/** Whether a pattern matches anywhere in a text. A pattern that Go refuses matches nothing. */
export function goMatches(pattern: string, text: string): boolean {
  return goRegExpProblem(pattern) === undefined && GoRegExp.of(pattern).find(text);
}

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/**
 * A regular expression of Go (RE2), matched as Prometheus matches it: against the whole text, with `.` for every
 * character.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export class WholeGoRegExp {
  /**
   * Reads a pattern.
   *
   * @throws SyntaxError in Go's words for what Go refuses.
   */
  static readonly of = memoize((pattern) => new WholeGoRegExp(pattern));

  /** The error of a pattern, with Go's message. Undefined if Go accepts it. */
  static readonly problem = memoize((pattern) => problemOf(() => WholeGoRegExp.of(pattern)));

  private readonly compiled: RE2JS;
  private readonly names: { readonly [name: string]: number };

  private constructor(readonly pattern: string) {
    this.compiled = compile(`^(?s:${pattern})$`);
    this.names = this.compiled.namedGroups();
  }

  /** Whether the expression matches the whole text. */
  test(text: string): boolean {
    return this.match(text) !== undefined;
  }

  /** The groups of a match of the whole text. Undefined if it does not match. Targets have few different labels. */
  readonly match = memoize((text) => this.matched(text), 100);

  private matched(text: string): GoMatch | undefined {
    const matcher = this.compiled.matcher(text);
    if (!matcher.find()) return undefined;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
    return { groups, names: this.names };
  }
}

const REFERENCE = /^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u;

/**
 * Fills a template as Go's `Regexp.Expand` does: `$1`, `${1}`, `$name`, `$$`. A name is as long as possible, so `$1x`
 * is the group `1x`; a missing group is empty; a `$` without a name stays.
 */
export function expandTemplate(template: string, { groups, names }: GoMatch): string {
  let out = '';
  let rest = template;
  for (;;) {
    const dollar = rest.indexOf('$');
    if (dollar < 0) return out + rest;
    out += rest.slice(0, dollar);
    rest = rest.slice(dollar + 1);
    if (rest.startsWith('$')) {
      out += '$';
      rest = rest.slice(1);
      continue;
    }
    const reference = REFERENCE.exec(rest);
    if (reference === null) {
      out += '$';
      continue;
    }
    rest = rest.slice(reference[0].length);
    const name = reference[1] ?? reference[2];
    const index = /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : names[name];
    out += (index === undefined ? undefined : groups[index]) ?? '';
  }
}

/** A text as a pattern that matches it alone, for RE2 and JavaScript alike. */
export const escapedPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
