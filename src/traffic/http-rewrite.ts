import * as istio from '../../imports/networking.istio.io';
import { hostProblem, quoted } from '../formats/names';
import { regexProblem } from './string-match';

/**
 * Options for an `HttpRewrite`.
 */
export interface HttpRewriteOptions {
  /**
   * The authority that the Service sees.
   * @default - as the caller named it
   */
  readonly authority?: string;
}

/**
 * What of a request is written anew before the Service sees it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export class HttpRewrite {
  /**
   * The path: with a prefix match the prefix alone, otherwise the whole of it.
   * @param uri Such as `/v2`.
   * @param options The authority, where it is written anew too.
   */
  public static uri(uri: string, options: HttpRewriteOptions = {}): HttpRewrite {
    const problem = uri.startsWith('/') ? undefined : `rewrites to ${quoted(uri)}, which is no path; begin with '/'`;
    return new HttpRewrite({ uri, authority: options.authority }, problem);
  }

  /**
   * The path, by a regular expression: `uriRegexRewrite`.
   * @param match In RE2 syntax, such as `^/users/([0-9]+)$`.
   * @param rewrite What becomes of it; `\1` is the first group.
   * @param options The authority, where it is written anew too.
   */
  public static uriRegex(match: string, rewrite: string, options: HttpRewriteOptions = {}): HttpRewrite {
    const problem = regexProblem(match) ?? (rewrite === '' ? 'rewrites a regex to nothing; give a path' : undefined);
    return new HttpRewrite({ uriRegexRewrite: { match, rewrite }, authority: options.authority }, problem);
  }

  /**
   * The authority alone.
   * @param authority The host that the Service sees.
   */
  public static authority(authority: string): HttpRewrite {
    return new HttpRewrite({ authority });
  }

  private constructor(
    private readonly rewrite: istio.VirtualServiceSpecHttpRewrite,
    private readonly problem?: string,
  ) {}

  /** @internal */
  public _problems(what: string): string[] {
    const { authority } = this.rewrite;
    return [
      this.problem && `${what} ${this.problem}`,
      authority === undefined ? undefined : hostProblem(`${what}: the rewritten authority`, authority),
    ].filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toKube(): istio.VirtualServiceSpecHttpRewrite {
    return this.rewrite;
  }
}
