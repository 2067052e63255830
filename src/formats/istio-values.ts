import { isIP } from 'node:net';
import { goRegExpProblem } from './go-regexp';
import { quoted } from './names';

// What Istio takes as the value of a field, for the constructs that write it and the rules that read it.
// See https://github.com/istio/istio/blob/1.30.0/pkg/config/validation/validation.go

/** The methods that a CORS policy may allow. */
export const CORS_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

/** The statuses with which a fault may end a call of gRPC. */
export const GRPC_STATUSES: readonly string[] = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** What Envoy knows to retry on, beside statuses. */
const RETRY_CONDITIONS = new Set([
  ...['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'envoy-ratelimited', 'retriable-4xx'],
  ...['refused-stream', 'retriable-status-codes', 'retriable-headers', 'http3-post-connect-failure', 'cancelled'],
  ...['deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'],
]);

/** The statuses that Istio accepts: those for which Go's net/http has a text. */
const STATUSES = new Set([
  ...[100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423],
  ...[424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
]);

/** Whether something can be retried on: a condition of Envoy, or a status. */
export function isRetryCondition(text: string): boolean {
  return RETRY_CONDITIONS.has(text) || (/^\d{3}$/.test(text) && STATUSES.has(Number(text)));
}

/** Whether a text can be the name of a header (RFC 9110: a token). */
export const isHeaderName = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);

/** Whether a header's value has a `%` that begins no variable of Envoy and is not doubled. */
export function hasLonePercent(value: string): boolean {
  return value.replace(/%%|%[A-Z][A-Z0-9_]*(?:\([^)]*\))?(?::\d+)?%/g, '').includes('%');
}

/** Whether a text is an address or a block of addresses, such as `10.0.0.0/8`. */
export function isNetwork(subnet: string): boolean {
  const [address, bits, ...more] = subnet.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const HOST_LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

/** Whether a text is a label to Istio: as in DNS, but with upper case too. */
export const isHostLabel = (text: string): boolean => HOST_LABEL.test(text);

/** Whether a text is the name of one host, such as `shop.example.com` or `checkout`. */
export function isFullName(text: string): boolean {
  const labels = text.split('.');
  const last = labels[labels.length - 1];
  // A dot at the end makes a name unambiguous.
  const named = last === '' ? labels.slice(0, -1) : labels;
  return text !== '' && text.length <= 255 && !/^[+-]?\d+$/.test(last) && named.every(isHostLabel);
}

/** Whether a text is the name of a host, or of all hosts below a domain, such as `*.example.com`. */
export function isWildcardName(text: string): boolean {
  const dot = text.indexOf('.');
  const first = dot < 0 ? text : text.slice(0, dot);
  const wildcard = /^\*$|^(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(first) && first.length <= 63;
  return text.length <= 255 && wildcard && (dot < 0 || text === `${first}.` || isFullName(text.slice(dot + 1)));
}

/** Whether a text is one address, of IPv4 or IPv6. */
export const isAddress = (text: string): boolean => isIP(text) !== 0;

/** Whether a table of maglev hashing may have that size: a prime number below 5000011. */
export function isMaglevSize(size: number): boolean {
  if (!Number.isInteger(size) || size < 2 || size > 5_000_010) return false;
  for (let divisor = 2; divisor * divisor <= size; divisor++) if (size % divisor === 0) return false;
  return true;
}

/**
 * What makes a regular expression useless to Istio's proxies, which read RE2, as the end of a sentence, or undefined.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function regexFault(regex: string): string | undefined {
  if (regex === '') return "has an empty regex; give one, such as '[0-9]+'";
  const foreign = /\(\?(=|!|<=|<!)|\\[1-9]/.exec(regex);
  if (foreign) {
    return `has the regex ${quoted(regex)}, with ${quoted(foreign[0])}, which RE2 does not know; do without look-around and back-references`;
  }
  const problem = goRegExpProblem(regex);
  return problem === undefined ? undefined : `has the regex ${quoted(regex)}, which RE2 refuses: ${problem}`;
}

/** Locality-aware routing; the shares of a distribution are in percent. */
export interface Localities {
  readonly distribute: readonly { readonly from: string; readonly to: Readonly<Record<string, number>> }[];
  readonly failover: readonly { readonly from: string; readonly to: string }[];
  readonly failoverPriority: readonly string[];
  readonly hasOutlierDetection: boolean;
}

/** A fault of locality-aware routing, in words, and whether Istio refuses it or only warns. */
export interface LocalityFault {
  readonly message: string;
  readonly in: 'distribute' | 'failover';
  readonly refused: boolean;
}

/** What is wrong with locality-aware routing. */
export function localityFaults(locality: Localities): LocalityFault[] {
  const { distribute, failover, failoverPriority, hasOutlierDetection } = locality;
  const faults: LocalityFault[] = [];
  const add = (where: 'distribute' | 'failover', message: string, refused = true): void => {
    faults.push({ in: where, message, refused });
  };
  // Istio refuses the one, and ignores the other.
  if (distribute.length > 0 && failover.length + failoverPriority.length > 0) {
    add('distribute', 'distribute is given together with failover; use one of them', failover.length > 0);
  }
  for (const { from, to } of distribute) {
    const weights = Object.values(to);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum === 100 && weights.every((weight) => Number.isInteger(weight) && weight >= 1)) continue;
    add(
      'distribute',
      `the requests from ${quoted(from)} are spread as ${weights.join(' + ')} = ${sum} %; make whole numbers of at least 1 that are 100 together`,
    );
  }
  if (failover.length > 0 && failoverPriority.some((label) => TOPOLOGY.includes(label))) {
    add(
      'failover',
      'failover is given together with the region in failoverPriority, which Istio refuses: both say which region is next; leave one of them out',
    );
  }
  for (const { from, to } of failover) {
    if (from === to) add('failover', `${quoted(from)} fails over to itself; name another region`);
  }
  if (failover.length + failoverPriority.length > 0 && !hasOutlierDetection) {
    add('failover', 'failover without outlierDetection never happens, as nothing is known to fail; give both', false);
  }
  return faults;
}

const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** The protocols whose requests Istio routes by HTTP routes. */
export const HTTP_PROTOCOLS: readonly string[] = ['http', 'http2', 'grpc', 'grpc-web'];

/** The protocols of which Istio sees connections alone. */
const OPAQUE_PROTOCOLS: readonly string[] = ['https', 'tcp', 'tls', 'mongo', 'mysql', 'redis', 'udp'];

/** The protocol that the name of a port declares to Istio. Undefined where Istio finds it out by looking at the traffic. */
export function declaredProtocol(name: string): string | undefined {
  const text = name.toLowerCase();
  return [...HTTP_PROTOCOLS, ...OPAQUE_PROTOCOLS]
    .filter((one) => text === one || text.startsWith(`${one}-`))
    .sort((a, b) => b.length - a.length)[0];
}
