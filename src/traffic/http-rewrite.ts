import * as istio from '../../imports/networking.istio.io';
import { hostProblem, quoted } from '../formats/names';
import { regexFault } from '../formats/istio-values';
import { type Found } from '../formats/option-problem';

/**
 * Options for an `HttpRewrite`.
 */
export interface HttpRewriteOptions {
  /**
   * The authority of the rewritten request.
   * @default - that of the request
   */
  readonly authority?: string;
}

/**
 * A rewrite of requests before they reach the Service.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export class HttpRewrite {
  /**
   * Rewrites the path: the prefix for a prefix match, otherwise the whole path.
   * @param uri Such as `/v2`.
   * @param options The authority, if it is rewritten, too.
   */
  public static uri(uri: string, options: HttpRewriteOptions = {}): HttpRewrite {
    const problem = uri.startsWith('/') ? undefined : `rewrites to ${quoted(uri)}, which is no path; begin with '/'`;
    return new HttpRewrite({ uri, authority: options.authority }, problem);
  }

  /**
   * Rewrites the path by a regular expression: `uriRegexRewrite`.
   * @param match In RE2 syntax, such as `^/users/([0-9]+)$`.
   * @param rewrite The replacement; `\1` is the first group.
   * @param options The authority, if it is rewritten, too.
   */
  public static uriRegex(match: string, rewrite: string, options: HttpRewriteOptions = {}): HttpRewrite {
    const problem = regexFault(match) ?? (rewrite === '' ? 'rewrites a regex to nothing; give a path' : undefined);
    return new HttpRewrite({ uriRegexRewrite: { match, rewrite }, authority: options.authority }, problem);
  }

  /**
   * Rewrites the authority only.
   * @param authority The host of the rewritten request.
   */
  public static authority(authority: string): HttpRewrite {
    return new HttpRewrite({ authority });
  }

  /** Always true. Go compares types by their members, and so tells a HttpRewrite from other values. */
  public get isHttpRewrite(): boolean {
    return true;
  }

  private constructor(
    private readonly rewrite: istio.VirtualServiceSpecHttpRewrite,
    private readonly problem?: string,
  ) {}

  /** @internal */
  public _problems(what: string): Found[] {
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
