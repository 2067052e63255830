import { RE2JS, RE2JSException } from 're2js';

/** A group of a match: its text, or undefined where it took no part. */
export interface GoMatch {
  readonly groups: readonly (string | undefined)[];
  readonly names: { readonly [name: string]: number };
}

/**
 * A regular expression of Go (RE2), matched as Prometheus matches it: against the whole text, with `.` for every
 * character.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export class WholeGoRegExp {
  private static readonly known = new Map<string, WholeGoRegExp>();
  private readonly compiled: RE2JS;
  private readonly names: { readonly [name: string]: number };

  private constructor(readonly pattern: string) {
    this.compiled = RE2JS.compile(`^(?s:${pattern})$`);
    this.names = this.compiled.namedGroups();
  }

  /**
   * Reads a pattern.
   *
   * @throws SyntaxError in Go's words for what Go refuses, among it lookaround and back references.
   */
  static of(pattern: string): WholeGoRegExp {
    let found = WholeGoRegExp.known.get(pattern);
    if (found === undefined) {
      try {
        found = new WholeGoRegExp(pattern);
      } catch (cause) {
        if (cause instanceof RE2JSException) throw new SyntaxError(cause.message, { cause });
        throw cause;
      }
      WholeGoRegExp.known.set(pattern, found);
    }
    return found;
  }

  /** What is wrong with a pattern, in Go's words; undefined where it is good. */
  static problem(pattern: string): string | undefined {
    try {
      WholeGoRegExp.of(pattern);
      return undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return error.message;
      throw error;
    }
  }

  test(text: string): boolean {
    return this.compiled.matcher(text).find();
  }

  match(text: string): GoMatch | undefined {
    const matcher = this.compiled.matcher(text);
    if (!matcher.find()) return undefined;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
    return { groups, names: this.names };
  }
}

const REFERENCE = /^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u;

/**
 * Fills a template as Go's `Regexp.Expand` does: `$1`, `${1}`, `$name`, `$$`. A name is as long as it can be, so `$1x`
 * means a group called `1x`; a group that is not there is nothing; a `$` that begins no name stays.
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
