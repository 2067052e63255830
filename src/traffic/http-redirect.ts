import * as istio from '../../imports/networking.istio.io';
import { portNumberProblem, quoted } from '../formats/names';
import { at, type Found } from '../formats/option-problem';

/**
 * The source of the port of a redirect.
 */
export enum RedirectPort {
  /** From the scheme: 80 or 443. */
  FROM_PROTOCOL_DEFAULT = 'FROM_PROTOCOL_DEFAULT',
  /** From the request. */
  FROM_REQUEST_PORT = 'FROM_REQUEST_PORT',
}

/**
 * A redirect. At least one of path, authority, scheme and port.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export interface HttpRedirect {
  /**
   * The path.
   * @default - that of the request
   */
  readonly uri?: string;

  /**
   * The authority.
   * @default - that of the request
   */
  readonly authority?: string;

  /**
   * The scheme, `http` or `https`.
   * @default - that of the request
   */
  readonly scheme?: string;

  /**
   * The port.
   * @default - that of the request
   */
  readonly port?: number;

  /**
   * The source of the port, if `port` is not given.
   * @default - RedirectPort.FROM_PROTOCOL_DEFAULT (the default of Istio)
   */
  readonly derivePort?: RedirectPort;

  /**
   * The status code, from 300 to 399.
   * @default - 301 (the default of Istio)
   */
  readonly redirectCode?: number;
}

/**
 * A response of the proxy itself.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPDirectResponse
 */
export interface HttpDirectResponse {
  /**
   * The status code.
   */
  readonly status: number;

  /**
   * The body, at most 1 MB.
   * @default - none
   */
  readonly body?: string;
}

/** What Istio refuses about a redirect. */
export function redirectProblems(what: string, redirect: HttpRedirect): Found[] {
  const { uri, authority, scheme, port, redirectCode } = redirect;
  const problems: Found[] = [port === undefined ? undefined : at('port', portNumberProblem(`${what}: port`, port))];
  if ([uri, authority, scheme, port].every((part) => part === undefined || part === '')) {
    problems.push(`${what} redirects to where it is; give a uri, an authority, a scheme or a port`);
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    problems.push(at('scheme', `${what}: scheme is ${quoted(scheme)}; use 'http' or 'https'`));
  }
  if (port !== undefined && redirect.derivePort !== undefined) {
    problems.push(at('port', `${what}: port is given together with derivePort; use one of the two`));
  }
  if (redirectCode !== undefined && !isBetween(redirectCode, 300, 399)) {
    problems.push(at('redirectCode', `${what}: redirectCode is ${redirectCode}; use one from 300 to 399`));
  }
  return problems;
}

/** What Istio refuses about a direct response. */
export function directResponseProblems(what: string, { status, body = '' }: HttpDirectResponse): Found[] {
  const problems: Found[] = [];
  if (!isBetween(status, 200, 599))
    problems.push(at('status', `${what}: status is ${status}; use one from 200 to 599`));
  const size = Buffer.byteLength(body);
  if (size > 1_000_000) problems.push(`${what}: the body has ${size} bytes; use at most a megabyte`);
  return problems;
}

/** @internal */
export function renderRedirect(redirect: HttpRedirect): istio.VirtualServiceSpecHttpRedirect {
  const derivePort = redirect.derivePort as unknown as istio.VirtualServiceSpecHttpRedirectDerivePort | undefined;
  return { ...redirect, derivePort };
}

/** @internal */
export function renderDirectResponse({ status, body }: HttpDirectResponse): istio.VirtualServiceSpecHttpDirectResponse {
  return { status, body: body === undefined ? undefined : { string: body } };
}

/** Whether a number is whole and within limits. */
export function isBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
