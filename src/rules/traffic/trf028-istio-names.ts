import { isHostLabel, isWildcardName } from '../../formats/istio-values';
import { hostProblem, labelValueProblem, quoted } from '../../formats/names';
import { type Field, ISTIO_NETWORKING, type Resource } from '../../graph';
import { exampleVirtualService } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifest = (host: string): string =>
  exampleVirtualService(`hosts: ['${host}']\nhttp:\n  - route: [{ destination: { host: checkout-stable } }]`);

export const istioNames: Rule = {
  code: 'TRF028',
  severity: 'error',
  title: 'Istio refuses a host, subset, port or Gateway name',
  why: 'The webhook of Istio refuses the whole object, so that an apply or a sync fails. In a cluster without the webhook, istiod ignores the object, and requests are routed as if it did not exist.',
  fix: 'Write a host as a DNS name, without scheme, port or path: `checkout`, `checkout.example.com` or `*.example.com`. List each host and each subset once; a VirtualService must not list a wildcard together with a host that it covers either. Name subsets with at most 63 letters, digits and `-`, and Gateways as `name` or `namespace/name`. A host of a Sidecar is `namespace/host`, such as `./*`. A port is a number from 1 to 65535.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest('https://checkout.example.com'),
  good: manifest('checkout.example.com'),
  peers: { istioctl: 'IST0106: domain name invalid; duplicate hosts; duplicate subset names' },
  checkPart(graph, report, part) {
    for (const one of part(graph.ofKind('VirtualService', ISTIO_NETWORKING))) checkVirtualService(one, report);
    for (const one of part(graph.ofKind('DestinationRule', ISTIO_NETWORKING))) checkDestinationRule(one, report);
    for (const one of part(graph.ofKind('Gateway', ISTIO_NETWORKING))) checkGateway(one, report);
    for (const one of part(graph.ofKind('Sidecar', ISTIO_NETWORKING))) checkSidecar(one, report);
    for (const one of part(graph.ofKind('ServiceEntry', ISTIO_NETWORKING))) checkServiceEntry(one, report);
  },
};

function checkVirtualService(resource: Resource, report: Report): void {
  const hosts = resource.field('spec', 'hosts').items();
  const valid = hosts.filter((host) => isHost(host, report));
  // Istio checks for duplicate hosts only if all hosts are valid.
  if (valid.length === hosts.length) {
    hosts.forEach((host, i) => {
      const first = hosts.slice(0, i).find((before) => overlap(before.string ?? '', host.string ?? ''));
      if (!first) return;
      const [name, earlier] = [host, first].map((one) => quoted(one.string ?? ''));
      report(
        host,
        name === earlier
          ? `${resource} lists the host ${name} twice`
          : `${resource} lists the hosts ${earlier} and ${name}, and one covers the other: Istio takes them for duplicates`,
        { related: { field: first, message: 'the first one' } },
      );
    });
  }
  for (const gateway of resource.field('spec', 'gateways').items()) isGatewayName(gateway, report);
  for (const protocol of ['http', 'tls', 'tcp']) {
    for (const route of resource.field('spec', protocol).items()) {
      const mirrors = route.get('mirrors').items();
      const destinations = [...route.get('route').items(), ...mirrors].map((item) => item.get('destination'));
      for (const destination of [...destinations, route.get('mirror')]) isDestination(destination, report);
      for (const match of route.get('match').items()) {
        for (const gateway of match.get('gateways').items()) isGatewayName(gateway, report);
      }
    }
  }
}

function isDestination(destination: Field, report: Report): void {
  const host = destination.get('host');
  const subset = destination.get('subset');
  const port = destination.get('port', 'number');
  if (host.string === '*') report(host, `${host} is '*', and a destination must be one host`);
  else isHost(host, report);
  if (subset.string && !isHostLabel(subset.string))
    report(subset, `${subset} is ${quoted(subset.string)}, ${NO_LABEL}`);
  if (destination.get('port').exists) {
    const number = port.number ?? 0;
    if (number < 1 || number > 65535)
      report(port, `${port} is ${number}, which is not a port`, { hint: 'it must be from 1 to 65535' });
  }
}

const NO_LABEL = "which is not a label: at most 63 letters, digits and '-', a letter or digit at both ends";

function checkDestinationRule(resource: Resource, report: Report): void {
  // If there is a spec, SCH005 reports a missing host.
  if (!resource.field('spec').exists) report(resource.field('spec'), `${resource} has no spec, and so no host`);
  isHost(resource.field('spec', 'host'), report);
  const seen = new Map<string, Field>();
  for (const subset of resource.field('spec', 'subsets').items()) {
    for (const [, value] of subset.get('labels').entries()) {
      const problem = value.string === undefined ? undefined : labelValueProblem(value.toString(), value.string);
      if (problem !== undefined) report(value, problem.split('; ')[0], { hint: problem.split('; ')[1] });
    }
    const name = subset.get('name');
    if (name.string === undefined) continue;
    if (!isHostLabel(name.string)) report(name, `${name} is ${quoted(name.string)}, ${NO_LABEL}`);
    const first = seen.get(name.string);
    if (first) {
      const related = { field: first, message: 'the first one' };
      report(name, `${resource} has two subsets named ${quoted(name.string)}`, { related });
    } else seen.set(name.string, name);
  }
}

function checkGateway(resource: Resource, report: Report): void {
  const name = resource.field('metadata', 'name');
  if (name.string && /\./.test(name.string)) {
    report(name, `the name of the Gateway is ${quoted(name.string)}, and Istio allows no dot in it`);
  }
  for (const server of resource.field('spec', 'servers').items()) {
    for (const host of server.get('hosts').items()) {
      // `namespace/host`, where the namespace may be `*` or `.`.
      const slash = (host.string ?? '').indexOf('/');
      const name = host.string?.slice(slash + 1);
      if (slash < 0) isHost(host, report);
      else if (!/^(\*|\.|[a-z0-9]([-a-z0-9]*[a-z0-9])?)\/.+$/.test(host.string!)) {
        report(host, `${host} is ${quoted(host.string!)}: before the slash, write a namespace, '.' or '*'`);
      } else if (hostProblem('', host.string!.slice(slash + 1))) {
        report(host, `${host} is ${quoted(host.string!)}, and what follows the slash is no host name`);
      }
      if (name && name !== '*' && !name.includes('.')) {
        report(host, `${host} is ${quoted(host.string!)}, a short name, and a Gateway needs a full one`, {
          hint: 'write the whole name, as in shop.example.com',
        });
      }
    }
  }
}

/** Hosts of a Sidecar are `namespace/host`, where the namespace may be `*`, `.` or `~`, and the host `*`. */
function checkSidecar(resource: Resource, report: Report): void {
  for (const listener of resource.field('spec', 'egress').items()) {
    const hosts = listener.get('hosts');
    if (Array.isArray(hosts.value) && hosts.items().length === 0) report(hosts, `${hosts} is empty; write a host`);
    for (const host of hosts.items()) {
      if (host.string === undefined) continue;
      const slash = host.string.indexOf('/');
      const [namespace, name] = [host.string.slice(0, Math.max(slash, 0)), host.string.slice(slash + 1)];
      const is = `${host} is ${quoted(host.string)}`;
      if (slash < 0) {
        report(host, `${is}, and the host of a Sidecar begins with a namespace`, { hint: `such as './${name}'` });
      } else if (!['*', '.', '~'].includes(namespace) && !isHostLabel(namespace)) {
        report(host, `${is}: before the slash, write a namespace, '.', '*' or '~'`);
      } else if (name !== '*' && !name.includes('.')) {
        report(host, `${is}, a short name, and a Sidecar needs a full one`, {
          hint: 'write the whole name, as in shop.example.com, or *',
        });
      } else if (name !== '*' && hostProblem('', name)) {
        report(host, `${is}, and what follows the slash is no host name`);
      }
    }
  }
}

/** The hosts of a ServiceEntry may be wildcards, but no addresses. SCH007 reports a star alone. */
function checkServiceEntry(resource: Resource, report: Report): void {
  for (const host of resource.field('spec', 'hosts').items()) {
    if (host.string && isAddress(host.string)) {
      report(host, `${host} is ${quoted(host.string)}, and a ServiceEntry has addresses in 'addresses'`, {
        hint: 'give a name',
      });
    } else isHost(host, report);
  }
}

function isHost(field: Field, report: Report): boolean {
  const { string: text } = field;
  if (text === undefined || isAddress(text)) return true;
  if (text === '') {
    report(field, `${field} is empty; write a host`);
    return false;
  }
  if (isWildcardName(text)) return true;
  const problem = hostProblem(field.toString(), text) ?? `${field} is ${quoted(text)}, which is not a host name`;
  const [message, hint] = problem.split('; ');
  report(field, message, { hint });
  return false;
}

const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text) || /^[0-9a-f:]+:[0-9a-f:]*$/i.test(text);

/** `*.example.com` and `shop.example.com` are the same to Istio. */
function overlap(a: string, b: string): boolean {
  const suffix = (text: string): string | undefined => (text.startsWith('*') ? text.slice(1) : undefined);
  const [ofA, ofB] = [suffix(a), suffix(b)];
  if (ofA === undefined && ofB === undefined) return a === b;
  if (ofA !== undefined && ofB !== undefined) return ofA.endsWith(ofB) || ofB.endsWith(ofA);
  return ofA === undefined ? a.endsWith(ofB!) : b.endsWith(ofA);
}

function isGatewayName(field: Field, report: Report): void {
  const { string: text } = field;
  if (text === undefined || text === 'mesh') return;
  const parts = text.split('/');
  const labels = parts.length === 1 ? text.split('.') : parts;
  if (parts.length <= 2 && labels.every(isHostLabel)) return;
  report(field, `${field} is ${quoted(text)}, which is not the name of a Gateway`, {
    hint: "write 'name' or 'namespace/name'",
  });
}
