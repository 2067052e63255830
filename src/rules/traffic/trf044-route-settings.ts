import {
  CORS_METHODS,
  GRPC_STATUSES,
  hasLonePercent,
  isHeaderName,
  isNetwork,
  regexFault,
} from '../../formats/istio-values';
import { dnsLabelProblem, hostProblem, isQualifiedName, labelValueProblem, quoted } from '../../formats/names';
import { type Field, virtualServices } from '../../graph';
import { exampleVirtualService } from '../shared/example';
import type { Report, Rule, Severity } from '../shared/rule';

const manifest = (uri: string): string => exampleVirtualService(`hosts: [checkout]\nhttp:\n  - redirect: { ${uri} }`);

export const routeSettings: Rule = {
  code: 'TRF044',
  severity: 'error',
  title: 'A setting of a route has a value that Istio refuses',
  why: 'The webhook of Istio refuses the whole VirtualService: a header that is no header, a fault without a cause, a redirect to nowhere, a regular expression that RE2 does not know. Without the webhook, istiod drops it or Envoy refuses the listener.',
  fix: 'Correct the value as the message says.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers. `prefixRewrite` (1.31): read in that validation.",
  bad: manifest('scheme: ftp'),
  good: manifest('scheme: https'),
  peers: { istioctl: 'IST0106' },
  checkPart(graph, report, part) {
    for (const { routes } of part(virtualServices(graph))) {
      for (const { field: route, protocol } of routes) {
        for (const match of route.get('match').items()) checkMatch(match, protocol, report);
        if (protocol === 'http') checkHttp(route, report);
      }
    }
  },
};

function checkHttp(route: Field, report: Report): void {
  for (const headers of [
    route.get('headers'),
    ...route
      .get('route')
      .items()
      .map((one) => one.get('headers')),
  ]) {
    checkHeaders(headers, report);
  }
  checkCors(route.get('corsPolicy'), report);
  checkFault(route.get('fault'), report);
  checkRedirect(route.get('redirect'), route.get('match').items(), report);
  checkAnswer(route.get('directResponse'), report);
  checkRewrite(route.get('rewrite'), report);
}

/** What a message says of a value, and what to do, as two parts. */
function say(report: Report, field: Field, problem: string | undefined, severity?: Severity): void {
  if (problem === undefined) return;
  const [message, ...rest] = problem.split('; ');
  report(field, message, { hint: rest.join('; ') || undefined, severity });
}

const found = (field: Field): string => (field.string === undefined ? String(field.value) : quoted(field.string));

const PSEUDO = new Set([':method', ':scheme', ':authority', ':path', ':status']);

function checkMatch(match: Field, protocol: string, report: Report): void {
  for (const subnet of match.get('destinationSubnets').items()) {
    if (subnet.string === undefined || isNetwork(subnet.string)) continue;
    report(subnet, `${subnet} is ${quoted(subnet.string)}, which is no network`, { hint: "such as '10.0.0.0/8'" });
  }
  for (const [key, value] of match.get('sourceLabels').entries()) {
    if (!isQualifiedName(key.toLowerCase())) {
      report(value, `${match} matches the label ${quoted(key)}, which is no key of a label`, { on: 'key' });
    }
    if (value.string !== undefined) say(report, value, labelValueProblem(value.toString(), value.string));
  }
  const namespace = match.get('sourceNamespace');
  if (namespace.string) {
    // Istio looks at that of HTTP only; elsewhere no caller is ever in such a namespace.
    const severity = protocol === 'http' ? undefined : 'warning';
    say(report, namespace, dnsLabelProblem(namespace.toString(), namespace.string), severity);
  }
  if (protocol !== 'http') return;
  for (const key of ['headers', 'withoutHeaders']) {
    for (const [name, value] of match.get(key).entries()) {
      if (PSEUDO.has(name) || name.startsWith('@request.auth.claims') || isHeaderName(name)) continue;
      report(value, `${match} matches the header ${quoted(name)}, which is no header name`, { on: 'key' });
    }
  }
  const texts = ['uri', 'scheme', 'method', 'authority'].map((key) => match.get(key));
  const named = ['headers', 'queryParams', 'withoutHeaders'].flatMap((key) =>
    match
      .get(key)
      .entries()
      .map(([, value]) => value),
  );
  for (const text of [...texts, ...named]) checkRegex(text.get('regex'), report);
  // A path begins with a slash, whatever the request.
  for (const way of ['exact', 'prefix']) {
    const path = match.get('uri', way);
    if (!path.string || /^[/*]/.test(path.string)) continue;
    report(path, `${path} is ${quoted(path.string)}, and no path begins so, so the route is never reached`, {
      severity: 'warning',
      hint: "begin with '/'",
    });
  }
}

/** An empty one is reported where routes are complete or not; the lone star of `withoutHeaders` means presence. */
function checkRegex(field: Field, report: Report): void {
  if (!field.string || field.string === '*') return;
  if (field.string.length > 1024) {
    report(field, `${field} has ${field.string.length} characters, and Istio takes at most 1024`);
    return;
  }
  const fault = regexFault(field.string);
  if (fault !== undefined) say(report, field, `${field} ${fault}`);
}

function checkHeaders(headers: Field, report: Report): void {
  for (const side of ['request', 'response']) {
    const operations = headers.get(side);
    for (const kind of ['set', 'add']) {
      for (const [name, value] of operations.get(kind).entries()) {
        const fixed = name.startsWith(':') || name.toLowerCase() === 'host';
        const authority = side === 'request' && /^(:authority|host)$/i.test(name);
        if (name === '' || (fixed && !authority)) {
          report(value, `${operations} changes the header ${quoted(name)}, which Istio refuses`, { on: 'key' });
        } else if (!authority && !isHeaderName(name)) {
          report(
            value,
            `${operations} sets the header ${quoted(name)}, which is no header name, so Envoy refuses the route`,
            {
              on: 'key',
              severity: 'warning',
            },
          );
        }
        if (value.string === undefined || !hasLonePercent(value.string)) continue;
        report(value, `${value} is ${quoted(value.string)}, in which Envoy takes '%' for the beginning of a variable`, {
          hint: "write '%%' for a percent sign",
        });
      }
    }
    for (const name of operations.get('remove').items()) {
      if (name.string === undefined) continue;
      if (name.string.toLowerCase() !== 'host' && !name.string.startsWith(':') && name.string !== '') continue;
      report(name, `${operations} removes the header ${quoted(name.string)}, which a request needs`);
    }
  }
}

function checkCors(cors: Field, report: Report): void {
  for (const origin of cors.get('allowOrigins').items()) {
    const texts = ['exact', 'prefix', 'regex'].map((way) => origin.get(way));
    if (texts.every(({ value }) => value === undefined || value === null || value === '')) {
      report(origin, `${origin} matches no origin`, { hint: "such as exact: 'https://shop.example.com'" });
    }
    checkRegex(origin.get('regex'), report);
  }
  for (const key of ['allowHeaders', 'exposeHeaders']) {
    for (const name of cors.get(key).items()) {
      if (name.string === undefined || name.string === '*' || isHeaderName(name.string)) continue;
      report(name, `${name} is ${quoted(name.string)}, which is no header name`);
    }
  }
  for (const method of cors.get('allowMethods').items()) {
    if (method.string === undefined || CORS_METHODS.includes(method.string)) continue;
    report(method, `${method} is ${quoted(method.string)}, which is no method`, {
      hint: `use ${CORS_METHODS.join(', ')}`,
    });
  }
  const age = cors.get('maxAge');
  if (age.string && /\.\d*[1-9]|[num]s/.test(age.string)) {
    report(age, `${age} is ${age.string}, and Istio takes whole seconds`);
  }
}

function checkPercentage(field: Field, report: Report): void {
  const { number } = field;
  if (number === undefined || number === 0 || (number >= 0.0001 && number <= 100)) return;
  report(field, `${field} is ${number}`, { hint: 'a percentage goes from 0 to 100' });
}

function checkFault(fault: Field, report: Report): void {
  if (!fault.exists || typeof fault.value !== 'object') return;
  const [delay, abort] = [fault.get('delay'), fault.get('abort')];
  if (!delay.exists && !abort.exists) report(fault, `${fault} has neither a delay nor an abort`, { on: 'key' });
  for (const one of [delay, abort]) checkPercentage(one.get('percentage', 'value'), report);
  if (delay.get('exponentialDelay').exists) {
    report(delay.get('exponentialDelay'), `${delay} has an exponentialDelay, which Istio does not support`, {
      on: 'key',
    });
  }
  const [status, grpc] = [abort.get('httpStatus'), abort.get('grpcStatus')];
  if (abort.get('http2Error').exists) {
    report(abort.get('http2Error'), `${abort} has an http2Error, which Istio does not support`, { on: 'key' });
  } else if (abort.exists && !status.exists && !grpc.exists) {
    report(abort, `${abort} has no status, so it does nothing`, { on: 'key', severity: 'warning' });
  }
  if (status.number !== undefined) checkStatus(status, report);
  if (grpc.string !== undefined && !GRPC_STATUSES.includes(grpc.string)) {
    report(grpc, `${grpc} is ${quoted(grpc.string)}, which is no status of gRPC`, { hint: "such as 'UNAVAILABLE'" });
  }
}

/** Istio says 200 to 599, and its code takes 600 as well. */
function checkStatus(status: Field, report: Report): void {
  const { number = 0 } = status;
  if (number >= 200 && number <= 600) return;
  report(status, `${status} is ${number}`, { hint: 'use one from 200 to 599' });
}

function checkRedirect(redirect: Field, matches: readonly Field[], report: Report): void {
  if (!redirect.exists || typeof redirect.value !== 'object') return;
  const keys = ['uri', 'prefixRewrite', 'authority', 'scheme', 'port', 'derivePort'];
  const given = keys.filter((key) => redirect.get(key).exists && redirect.get(key).value !== '');
  if (given.length === 0)
    report(redirect, `${redirect} redirects to where the request is`, { hint: 'give a uri or an authority' });
  if (given.includes('uri') && given.includes('prefixRewrite')) {
    report(redirect.get('prefixRewrite'), `${redirect} has both uri and prefixRewrite`, { on: 'key' });
  } else if (given.includes('prefixRewrite')) {
    const other = matches.map((one) => one.get('uri')).find((uri) => uri.exists && !uri.get('prefix').exists);
    if (other) report(other, `${other} is no prefix, which prefixRewrite replaces`, { hint: 'match a prefix' });
  }
  const [scheme, code] = [redirect.get('scheme'), redirect.get('redirectCode')];
  if (scheme.string && scheme.string !== 'http' && scheme.string !== 'https') {
    report(scheme, `${scheme} is ${quoted(scheme.string)}`, { hint: "use 'http' or 'https'" });
  }
  if (code.number !== undefined && code.number !== 0 && (code.number < 300 || code.number > 399)) {
    report(code, `${code} is ${code.number}`, { hint: 'use one from 300 to 399' });
  }
}

function checkAnswer(answer: Field, report: Report): void {
  if (!answer.exists || typeof answer.value !== 'object') return;
  if (answer.get('status').number !== undefined) checkStatus(answer.get('status'), report);
  const body = answer.get('body', 'string');
  const size = Buffer.byteLength(body.string ?? '');
  if (size > 1024 * 1024) report(body, `${body} has ${size} bytes`, { hint: 'use at most a megabyte' });
}

function checkRewrite(rewrite: Field, report: Report): void {
  if (!rewrite.exists || typeof rewrite.value !== 'object') return;
  const [uri, regex, authority] = ['uri', 'uriRegexRewrite', 'authority'].map((key) => rewrite.get(key));
  if (uri.string && regex.exists) report(regex, `${rewrite} has both uri and uriRegexRewrite`, { on: 'key' });
  if (!uri.string && !regex.exists && !authority.string) {
    report(rewrite, `${rewrite} rewrites nothing`, { on: 'key', hint: 'give uri, uriRegexRewrite or authority' });
  }
  if (regex.exists && typeof regex.value === 'object') {
    for (const key of ['match', 'rewrite']) {
      if (!regex.get(key).string) report(regex, `${regex} has no ${key}`, { on: 'key' });
    }
    checkRegex(regex.get('match'), report);
  }
  if (uri.string?.trim() && !uri.string.startsWith('/')) {
    report(uri, `${uri} is ${found(uri)}, which makes no path`, { severity: 'warning', hint: "begin with '/'" });
  }
  if (authority.string && hostProblem('', authority.string.replace(/:\d+$/, '')) !== undefined) {
    report(authority, `${authority} is ${found(authority)}, which is no host`, { severity: 'warning' });
  }
}
