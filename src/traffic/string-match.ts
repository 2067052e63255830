import { regexFault } from '../formats/istio-values';

/**
 * A match of a string: a header, a method, a query parameter, an authority, an origin.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch
 */
export class StringMatch {
  /**
   * Matches exactly this string.
   * @param value The whole string.
   */
  public static exact(value: string): StringMatch {
    return new StringMatch({ exact: value });
  }

  /**
   * Matches strings with this prefix.
   * @param value The prefix.
   */
  public static prefix(value: string): StringMatch {
    return new StringMatch({ prefix: value }, value === '' ? 'has an empty prefix; give its beginning' : undefined);
  }

  /**
   * Matches strings that match a regular expression as a whole.
   * @param regex In RE2 syntax, which has no look-around and no back-references.
   */
  public static regex(regex: string): StringMatch {
    return new StringMatch({ regex }, regexFault(regex));
  }

  /**
   * Matches any value of a present header.
   */
  public static present(): StringMatch {
    return new StringMatch({});
  }

  /** Always true. Go compares types by their members, and so tells a StringMatch from other values. */
  public get isStringMatch(): boolean {
    return true;
  }

  private constructor(
    private readonly match: { exact?: string; prefix?: string; regex?: string },
    private readonly problem?: string,
  ) {}

  /** Whether any string matches that is there at all. @internal */
  public get _isPresence(): boolean {
    return Object.keys(this.match).length === 0;
  }

  /** @internal */
  public _problem(what: string): string | undefined {
    return this.problem === undefined ? undefined : `${what} ${this.problem}`;
  }

  /** @internal */
  public _toKube(): { exact?: string; prefix?: string; regex?: string } {
    return this.match;
  }
}
