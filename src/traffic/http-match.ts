import * as istio from '../../imports/networking.istio.io';
import { dnsLabelProblem, labelValueProblem, portNumberProblem, quoted } from '../formats/names';
import { headerNameProblem } from './header-operations';
import { IIstioGateway } from './istio-gateway';
import { regexFault } from '../formats/istio-values';
import { StringMatch } from './string-match';
import { at, type Found } from '../formats/option-problem';

/**
 * Conditions of a request in addition to its path. All given fields must match.
 */
export interface HttpMatchOptions {
  /**
   * The method, such as `StringMatch.exact('GET')`.
   * @default - any
   */
  readonly method?: StringMatch;

  /**
   * The headers that it must have, by name.
   * @default - any
   */
  readonly headers?: { [name: string]: StringMatch };

  /**
   * The headers that it must not have, by name.
   * @default - none
   */
  readonly withoutHeaders?: { [name: string]: StringMatch };

  /**
   * The query parameters that it must have, by name.
   * @default - any
   */
  readonly queryParams?: { [name: string]: StringMatch };

  /**
   * The authority: the requested host, with a port if one is given.
   * @default - any
   */
  readonly authority?: StringMatch;

  /**
   * The scheme, `http` or `https`.
   * @default - any
   */
  readonly scheme?: StringMatch;

  /**
   * The port on which it arrives.
   * @default - any
   */
  readonly port?: number;

  /**
   * The Gateways through which it may arrive, among those of the VirtualService.
   * @default - all of them
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The labels of the calling pod, for requests from inside the mesh.
   * @default - any
   */
  readonly sourceLabels?: { [key: string]: string };

  /**
   * The namespace of the caller, for requests from inside the mesh.
   * @default - any
   */
  readonly sourceNamespace?: string;

  /**
   * Whether the case of an exact path or of a prefix is ignored.
   * @default false
   */
  readonly ignoreUriCase?: boolean;

  /**
   * The prefix of the proxy's statistics of these requests.
   * @default - no separate statistics
   */
  readonly statPrefix?: string;
}

/**
 * A match of a route: requests by path and other conditions.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export class HttpMatch {
  /**
   * Matches exactly this path.
   * @param path Such as `/err`.
   * @param options Other conditions.
   */
  public static exact(path: string, options: HttpMatchOptions = {}): HttpMatch {
    return new HttpMatch({ exact: path }, pathProblem(path), options);
  }

  /**
   * Matches paths with this prefix.
   * @param path Such as `/api`.
   * @param options Other conditions.
   */
  public static prefix(path: string, options: HttpMatchOptions = {}): HttpMatch {
    return new HttpMatch({ prefix: path }, pathProblem(path), options);
  }

  /**
   * Matches paths that match a regular expression as a whole.
   * @param regex In RE2 syntax, such as `/users/[0-9]+`.
   * @param options Other conditions.
   */
  public static regex(regex: string, options: HttpMatchOptions = {}): HttpMatch {
    return new HttpMatch({ regex }, regexFault(regex), options);
  }

  /**
   * Matches any path.
   * @param options Conditions.
   */
  public static request(options: HttpMatchOptions): HttpMatch {
    const nothing = Object.values(options).every((option) => option === undefined);
    return new HttpMatch(
      undefined,
      nothing ? 'matches nothing in particular; say what it matches' : undefined,
      options,
    );
  }

  /** Always true. Go compares types by their members, and so tells a HttpMatch from other values. */
  public get isHttpMatch(): boolean {
    return true;
  }

  private constructor(
    /** @internal */
    public readonly _uri: istio.VirtualServiceSpecHttpMatchUri | undefined,
    private readonly uriProblem: string | undefined,
    /** @internal */
    public readonly _options: HttpMatchOptions,
  ) {}

  /** The Gateways that it names. @internal */
  public get _gateways(): string[] {
    return (this._options.gateways ?? []).map((gateway) => gateway.gatewayRef);
  }

  /**
   * The same match, for requests that also have a cookie.
   * @internal
   */
  public _withCookie(pair: StringMatch): HttpMatch {
    const headers = { ...this._options.headers, cookie: pair };
    return new HttpMatch(this._uri, this.uriProblem, { ...this._options, headers });
  }

  /** Whether it asks for a cookie already. @internal */
  public get _asksForCookie(): boolean {
    return Object.keys(this._options.headers ?? {}).some((name) => name.toLowerCase() === 'cookie');
  }

  /** @internal */
  public _problems(what: string): Found[] {
    const { method, authority, scheme, port, sourceNamespace, sourceLabels } = this._options;
    const maps = [
      ['header', this._options.headers],
      ['header', this._options.withoutHeaders],
      ['query parameter', this._options.queryParams],
    ] as const;
    const absent = (kind: string, match: StringMatch | undefined) =>
      match?._isPresence ? `${what}: the ${kind} is always present; give a value, or leave it out` : undefined;
    const problems: Found[] = [
      this.uriProblem && `${what} ${this.uriProblem}`,
      method?._problem(`${what}: the method`),
      authority?._problem(`${what}: the authority`),
      scheme?._problem(`${what}: the scheme`),
      absent('method', method),
      absent('authority', authority),
      absent('scheme', scheme),
      ...maps.flatMap(([kind, matches]) =>
        Object.entries(matches ?? {}).flatMap(([name, match]) => [
          match._problem(`${what}: the ${kind} '${name}'`),
          kind === 'header' ? headerNameProblem(`${what}: a header`, name) : undefined,
        ]),
      ),
      port === undefined ? undefined : at('port', portNumberProblem(`${what}: port`, port)),
      sourceNamespace === undefined
        ? undefined
        : at('sourceNamespace', dnsLabelProblem(`${what}: sourceNamespace`, sourceNamespace)),
      ...Object.entries(sourceLabels ?? {}).map(([key, value]) =>
        labelValueProblem(`${what}: the source label '${key}'`, value),
      ),
    ];
    return problems;
  }

  /** @internal */
  public _toKube(): istio.VirtualServiceSpecHttpMatch {
    const { method, headers, withoutHeaders, queryParams, authority, scheme, ...rest } = this._options;
    return {
      uri: this._uri,
      method: method?._toKube(),
      headers: rendered(headers),
      withoutHeaders: rendered(withoutHeaders),
      queryParams: rendered(queryParams),
      authority: authority?._toKube(),
      scheme: scheme?._toKube(),
      port: rest.port,
      gateways: rest.gateways?.map((gateway) => gateway.gatewayRef),
      sourceLabels: rest.sourceLabels,
      sourceNamespace: rest.sourceNamespace,
      ignoreUriCase: rest.ignoreUriCase,
      statPrefix: rest.statPrefix,
    };
  }
}

function rendered(matches: { [name: string]: StringMatch } | undefined) {
  if (matches === undefined) return undefined;
  return Object.fromEntries(Object.entries(matches).map(([name, match]) => [name, match._toKube()]));
}

function pathProblem(path: string): string | undefined {
  return path.startsWith('/') ? undefined : `matches ${quoted(path)}, which is no path; begin with '/'`;
}
