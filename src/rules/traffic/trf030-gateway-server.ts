import { isIP } from 'node:net';
import { type Field, ISTIO_NETWORKING, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { isProtocol, isTls, speaksHttp } from './port-protocol';

const manifest = (tls: string): string =>
  exampleOf(
    'networking.istio.io/v1',
    'Gateway',
    'checkout-gateway',
    `selector: { istio: ingressgateway }
servers:
  - port: { number: 443, name: https, protocol: HTTPS }
    hosts: [checkout.example.com]${tls}`,
  );

export const gatewayServer: Rule = {
  code: 'TRF030',
  severity: 'error',
  title: 'The server of a Gateway is incomplete',
  why: 'The webhook of Istio refuses the Gateway. Without the webhook, istiod drops it, and no request gets in.',
  fix: 'Give each server hosts and a port with a unique name, a number and a protocol that Istio knows. HTTPS and TLS servers need `tls` with a certificate.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest(''),
  good: manifest('\n    tls: { mode: SIMPLE, credentialName: checkout-tls }'),
  peers: { istioctl: 'IST0106: server must have TLS settings for HTTPS/TLS protocols' },
  checkPart(graph, report, part) {
    for (const gateway of part(graph.ofKind('Gateway', ISTIO_NETWORKING))) checkGateway(gateway, report);
  },
};

function checkGateway(gateway: Resource, report: Report): void {
  const servers = gateway.field('spec', 'servers');
  const { value } = servers;
  // SCH004 reports another type than a list.
  if (servers.items().length === 0 && (value === undefined || value === null || Array.isArray(value))) {
    report(servers, `${gateway} has no servers`);
  }
  const names = new Map<string, Field>();
  for (const server of servers.items()) {
    if (Array.isArray(server.get('hosts').value) && server.get('hosts').items().length === 0) {
      report(server.get('hosts'), `a server of ${gateway} has no hosts`);
    }
    const port = server.get('port');
    if (!port.exists) continue;
    const bind = server.get('bind');
    const isSocket = bind.string?.startsWith('unix://') === true;
    if (bind.string && !isSocket && isIP(bind.string) === 0) {
      report(bind, `${bind} of ${gateway} is '${bind.string}', which is no IP address`);
    }
    const complete = checkPort(port, isSocket, gateway, report);
    const name = port.get('name');
    const first = name.string === undefined ? undefined : names.get(name.string);
    if (first) {
      const related = { field: first, message: 'the first one' };
      report(name, `${gateway} has two servers with the port name '${name.string}'`, { related });
    } else if (name.string !== undefined) names.set(name.string, name);
    checkTls(server, complete, gateway, report);
    checkClients(server.get('tls'), gateway, report);
  }
  checkPorts(servers.items(), gateway, report);
}

function checkPort(port: Field, isSocket: boolean, gateway: Resource, report: Report): boolean {
  const protocol = port.get('protocol');
  const number = port.get('number');
  let complete = true;
  const bad = (field: Field, message: string, hint?: string): void => {
    complete = false;
    report(field, message, { hint });
  };
  if (protocol.string !== undefined && !isProtocol(protocol.string)) {
    bad(protocol, `a server of ${gateway} has the protocol '${protocol.string}'`, HINT);
  }
  const { number: stated } = number;
  // A socket of the node has no port.
  if (stated !== undefined && !(stated >= 1 && stated <= 65535) && !(isSocket && stated === 0)) {
    bad(number, `${number} is ${stated}, which is not a port`);
  }
  if (port.get('name').value === '') bad(port.get('name'), `a port of ${gateway} has an empty name`);
  const target = port.get('targetPort');
  if ((target.number ?? 0) > 0) bad(target, `${target} does nothing in a Gateway, and Istio refuses it`);
  return complete;
}

const HINT = 'Istio knows HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP and TLS';

const BY_CERTIFICATE = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL']);

function checkTls(server: Field, complete: boolean, gateway: Resource, report: Report): void {
  const tls = server.get('tls');
  const protocol = (server.get('port', 'protocol').string ?? '').toLowerCase();
  const secure = isTls(protocol);
  if (complete && secure && !tls.exists) {
    report(server, `a server of ${gateway} is for ${protocol.toUpperCase()} and has no tls`);
  }
  if (!tls.exists) return;
  const mode = tls.get('mode').string ?? 'PASSTHROUGH';
  const given = (key: string): boolean => Boolean(tls.get(key).string);
  const files = given('serverCertificate') || given('privateKey') || given('caCertificates');
  const http = speaksHttp(protocol);
  const onlyRedirects = http && /PASSTHROUGH$/.test(mode) && !files;
  if (complete && !secure && !onlyRedirects) {
    report(tls, `a server of ${gateway} is for ${protocol.toUpperCase()} and has tls`, {
      on: 'key',
      hint: http ? 'a server for plain HTTP can have tls.httpsRedirect alone' : undefined,
    });
  }
  const byName = given('credentialName') || tls.get('credentialNames').items().length > 0;
  if (BY_CERTIFICATE.has(mode) && !byName && tls.get('tlsCertificates').items().length === 0) {
    const missing = ['serverCertificate', 'privateKey'].filter((key) => !given(key));
    if (mode !== 'SIMPLE' && !given('caCertificates')) missing.push('caCertificates');
    if (missing.length > 0) {
      report(tls, `tls of ${gateway} has the mode ${mode} and no certificate`, { hint: 'give credentialName' });
    }
  }
  if (mode === 'ISTIO_MUTUAL' && (files || byName)) {
    report(tls, `tls of ${gateway} has the mode ISTIO_MUTUAL and a certificate`, { hint: "the mesh's own is used" });
  }
}

/** What a server says of its clients' certificates. The webhook takes it, and Envoy refuses the listener or ignores it. */
function checkClients(tls: Field, gateway: Resource, report: Report): void {
  if (!tls.exists || typeof tls.value !== 'object') return;
  const mode = tls.get('mode').string ?? 'PASSTHROUGH';
  const warn = (field: Field, message: string, hint: string): void =>
    report(field, message, { severity: 'warning', hint });
  const sums: [string, RegExp, string][] = [
    ['verifyCertificateHash', /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, 'use SHA-256 in hexadecimal'],
    ['verifyCertificateSpki', /^[A-Za-z0-9+/]{43}=$/, 'use SHA-256 in Base64'],
  ];
  for (const [key, form, hint] of sums) {
    for (const sum of tls.get(key).items()) {
      if (sum.string !== undefined && !form.test(sum.string))
        warn(sum, `${sum} of ${gateway} is '${sum.string}'`, hint);
    }
  }
  const asks = /MUTUAL$/.test(mode);
  const ends = !/PASSTHROUGH$/.test(mode);
  const idle = [
    ...(ends ? [] : ['minProtocolVersion', 'maxProtocolVersion', 'cipherSuites']),
    ...(asks ? [] : ['subjectAltNames', 'verifyCertificateHash', 'verifyCertificateSpki']),
  ].filter((key) => tls.get(key).exists);
  for (const key of idle) {
    warn(
      tls.get(key),
      `${key} of ${gateway} does nothing: tls with the mode ${mode} ${ends ? 'asks clients for no certificate' : 'ends no TLS'}`,
      'remove it, or use another mode',
    );
  }
}

/** Of two servers that speak different protocols at one port, Istio drops one. */
function checkPorts(servers: readonly Field[], gateway: Resource, report: Report): void {
  const seen = new Map<string, Field>();
  for (const server of servers) {
    const protocol = server.get('port', 'protocol');
    const number = server.get('port', 'number').number;
    if (protocol.string === undefined || number === undefined) continue;
    const place = `${server.get('bind').string ?? ''} ${number}`;
    const first = seen.get(place);
    if (first && kindOf(first.string!) !== kindOf(protocol.string)) {
      report(
        protocol,
        `${gateway} speaks ${first.string} and ${protocol.string} at port ${number}, of which Istio drops one`,
        {
          severity: 'warning',
          related: { field: first, message: 'the first one' },
        },
      );
    } else seen.set(place, protocol);
  }
}

/** HTTPS and TLS share a port, by the names that clients ask for, and so do the plain kinds of HTTP. */
function kindOf(protocol: string): string {
  const name = protocol.toUpperCase();
  if (name === 'HTTPS' || name === 'TLS') return 'TLS';
  return /^(HTTP|GRPC)/.test(name) ? 'HTTP' : name;
}
