import { CORS_METHODS } from '../formats/istio-values';
import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { writeDuration } from '../formats/duration';
import { quoted } from '../formats/names';
import { headerNameProblem } from './header-operations';
import { StringMatch } from './string-match';
import { at, type Found } from '../formats/option-problem';

/**
 * The handling of preflight requests whose origin or method the policy does not allow.
 */
export enum UnmatchedPreflights {
  /** Forwards them to the application. */
  FORWARD = 'FORWARD',
  /** Answers them without CORS headers. */
  IGNORE = 'IGNORE',
}

/**
 * A CORS policy: which scripts of other origins may send requests, and how.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicy {
  /**
   * The allowed origins.
   */
  readonly allowOrigins: StringMatch[];

  /**
   * The allowed methods.
   * @default - the default of Istio
   */
  readonly allowMethods?: string[];

  /**
   * The allowed request headers.
   * @default - none
   */
  readonly allowHeaders?: string[];

  /**
   * The exposed response headers.
   * @default - none
   */
  readonly exposeHeaders?: string[];

  /**
   * The time for which a browser may cache the response, in whole seconds.
   * @default - the default of the browser
   */
  readonly maxAge?: Duration;

  /**
   * Whether credentials are allowed.
   * @default - no (the default of Istio)
   */
  readonly allowCredentials?: boolean;

  /**
   * The handling of preflight requests that the policy does not allow.
   * @default - UnmatchedPreflights.FORWARD (the default of Istio)
   */
  readonly unmatchedPreflights?: UnmatchedPreflights;
}

/** What Istio refuses about a CORS policy. */
export function corsProblems(what: string, cors: CorsPolicy): Found[] {
  const headers = [...(cors.allowHeaders ?? []), ...(cors.exposeHeaders ?? [])].filter((name) => name !== '*');
  const problems: Found[] = [
    ...cors.allowOrigins.map((origin) =>
      origin._isPresence
        ? `${what}: an origin is always present; give StringMatch.exact('https://shop.example.com'), say`
        : origin._problem(`${what}: an origin`),
    ),
    ...headers.map((name) => headerNameProblem(`${what}: a header of the CORS policy`, name)),
    ...(cors.allowMethods ?? [])
      .filter((method) => !CORS_METHODS.includes(method))
      .map((method) => `${what}: allowMethods has ${quoted(method)}; use one of ${CORS_METHODS.join(', ')}`),
  ];
  if (cors.maxAge && cors.maxAge.toMilliseconds() % 1000 !== 0) {
    problems.push(at('maxAge', `${what}: maxAge is ${writeDuration(cors.maxAge)}; use whole seconds`));
  }
  return problems;
}

/** @internal */
export function renderCors(cors: CorsPolicy): istio.VirtualServiceSpecHttpCorsPolicy {
  return {
    allowOrigins: cors.allowOrigins.map((origin) => origin._toKube()),
    allowMethods: cors.allowMethods,
    allowHeaders: cors.allowHeaders,
    exposeHeaders: cors.exposeHeaders,
    maxAge: cors.maxAge && writeDuration(cors.maxAge),
    allowCredentials: cors.allowCredentials,
    unmatchedPreflights: cors.unmatchedPreflights as unknown as
      istio.VirtualServiceSpecHttpCorsPolicyUnmatchedPreflights | undefined,
  };
}
