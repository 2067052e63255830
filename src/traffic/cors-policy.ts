import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { writeDuration } from '../formats/duration';
import { quoted } from '../formats/names';
import { headerNameProblem } from './header-operations';
import { StringMatch } from './string-match';

/**
 * What becomes of preflight requests whose origin or method the policy does not allow.
 */
export enum UnmatchedPreflights {
  /** They are sent on to the application. */
  FORWARD = 'FORWARD',
  /** They are answered without leave. */
  IGNORE = 'IGNORE',
}

/**
 * Which scripts of other origins may call, and how.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicy {
  /**
   * The origins.
   */
  readonly allowOrigins: StringMatch[];

  /**
   * The methods.
   * @default - the default of Istio
   */
  readonly allowMethods?: string[];

  /**
   * The headers that they may send.
   * @default - none
   */
  readonly allowHeaders?: string[];

  /**
   * The headers that they may read.
   * @default - none
   */
  readonly exposeHeaders?: string[];

  /**
   * How long a browser may remember the answer, in whole seconds.
   * @default - as the browser does
   */
  readonly maxAge?: Duration;

  /**
   * Whether they may send credentials.
   * @default - no (the default of Istio)
   */
  readonly allowCredentials?: boolean;

  /**
   * What becomes of preflight requests that the policy does not allow.
   * @default - UnmatchedPreflights.FORWARD (the default of Istio)
   */
  readonly unmatchedPreflights?: UnmatchedPreflights;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

/** What Istio refuses about a CORS policy. */
export function corsProblems(what: string, cors: CorsPolicy): string[] {
  const headers = [...(cors.allowHeaders ?? []), ...(cors.exposeHeaders ?? [])].filter((name) => name !== '*');
  const problems: (string | undefined)[] = [
    ...cors.allowOrigins.map((origin) =>
      origin._isPresence
        ? `${what}: an origin is always present; give StringMatch.exact('https://shop.example.com'), say`
        : origin._problem(`${what}: an origin`),
    ),
    ...headers.map((name) => headerNameProblem(`${what}: a header of the CORS policy`, name)),
    ...(cors.allowMethods ?? [])
      .filter((method) => !METHODS.includes(method))
      .map((method) => `${what}: allowMethods has ${quoted(method)}; use one of ${METHODS.join(', ')}`),
  ];
  if (cors.maxAge && cors.maxAge.toMilliseconds() % 1000 !== 0) {
    problems.push(`${what}: maxAge is ${writeDuration(cors.maxAge)}; use whole seconds`);
  }
  return problems.filter((problem) => problem !== undefined);
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
