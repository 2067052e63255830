import { isAddress, isFullName, isNetwork } from '../../formats/istio-values';
import { isQualifiedName, labelValueProblem, quoted } from '../../formats/names';
import { type Field, ISTIO_NETWORKING, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { isProtocol, isTls, speaksHttp } from './port-protocol';

const manifest = (host: string): string =>
  exampleOf(
    'networking.istio.io/v1',
    'ServiceEntry',
    'payments',
    `hosts: ['${host}']
location: MESH_EXTERNAL
resolution: DNS
ports: [{ number: 443, name: https, protocol: HTTPS }]`,
  );

export const serviceEntry: Rule = {
  code: 'TRF053',
  severity: 'error',
  title: 'A ServiceEntry cannot be resolved as it says',
  why: 'The webhook of Istio refuses the ServiceEntry, so that an apply or a sync fails. Without the webhook, istiod drops it: where the mesh lets out only what it knows (`REGISTRY_ONLY`), the calls to that host fail, those of the canary and those of the stable version.',
  fix: 'With `resolution: DNS` give full host names or endpoints, with `STATIC` endpoints with addresses, with `NONE` no endpoints. Name each port once, with a protocol that Istio knows; several hosts need ports of HTTP or TLS. An endpoint names ports of the ServiceEntry.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy: "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation.",
  bad: manifest('*.example.com'),
  good: manifest('payments.example.com'),
  peers: { istioctl: 'IST0106: hosts must be FQDN; invalid port name; endpoint address is not valid' },
  checkPart(graph, report, part) {
    for (const entry of part(graph.ofKind('ServiceEntry', ISTIO_NETWORKING))) checkEntry(entry, report);
  },
};

function checkEntry(entry: Resource, report: Report): void {
  const spec = entry.field('spec');
  const [addresses, endpoints, ports] = ['addresses', 'endpoints', 'ports'].map((key) => spec.get(key).items());
  for (const address of addresses) {
    if (!address.string || isNetwork(address.string)) continue;
    report(address, `${address} of ${entry} is ${quoted(address.string)}, which is no address`, {
      hint: "such as '10.0.0.1' or '10.0.0.0/8'",
    });
  }
  for (const port of ports) checkPort(port, entry, report);
  const resolution = spec.get('resolution').string ?? 'NONE';
  checkHosts(spec, resolution, entry, report);
  if (resolution === 'DYNAMIC_DNS') {
    for (const key of ['addresses', 'endpoints'].filter((one) => spec.get(one).items().length > 0)) {
      report(spec.get(key), `${entry} has ${key} and finds them by the host of each request (DYNAMIC_DNS)`, {
        on: 'key',
        hint: 'remove them',
      });
    }
  }
  const names = new Set(ports.flatMap((port) => port.get('name').string || []));
  for (const endpoint of endpoints) checkEndpoint(endpoint, resolution, names, entry, report);
}

function checkPort(port: Field, entry: Resource, report: Report): void {
  const [name, protocol] = [port.get('name'), port.get('protocol')];
  if (name.string !== undefined && !isPortName(name.string)) {
    report(name, `${name} of ${entry} is ${quoted(name.string)}, which is no name of a port`, {
      hint: "use letters, digits and '-', such as 'https'",
    });
  }
  if (protocol.string && !isProtocol(protocol.string)) {
    report(protocol, `${protocol} of ${entry} is ${quoted(protocol.string)}, which is no protocol`, {
      hint: 'Istio knows HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP and TLS',
    });
  }
}

/** Istio takes a name of one label, in upper case too. */
const isPortName = (name: string): boolean => !name.includes('.') && isFullName(`${name}.`);

function checkHosts(spec: Field, resolution: string, entry: Resource, report: Report): void {
  const hosts = spec.get('hosts').items();
  const ports = spec.get('ports').items();
  if (/^DNS/.test(resolution) && spec.get('endpoints').items().length === 0) {
    const wild = hosts.find((host) => host.string?.startsWith('*') && host.string !== '*');
    if (wild) {
      report(wild, `${entry} asks DNS for ${quoted(wild.string!)}, which is no name of one host`, {
        hint: 'give full names, endpoints, or resolution: NONE',
      });
    }
  }
  if (resolution === 'DYNAMIC_DNS') {
    for (const host of hosts.filter(({ string }) => string && !string.startsWith('*'))) {
      report(host, `${host} of ${entry} is ${quoted(host.string!)}, and DYNAMIC_DNS is for wildcards`, {
        hint: 'use resolution: DNS',
      });
    }
  }
  for (const port of ports) {
    const { string: protocol = '' } = port.get('protocol');
    if (protocol !== '' && !isProtocol(protocol)) continue;
    if (resolution === 'DYNAMIC_DNS' && !DYNAMIC.has(protocol.toUpperCase())) {
      report(
        port,
        `${port} of ${entry} is ${protocol === '' ? 'of no protocol' : `for ${protocol}`}, and DYNAMIC_DNS is not`,
        {
          hint: 'it is for HTTP, HTTP2, GRPC and TLS',
        },
      );
    } else if (resolution !== 'NONE' && hosts.length > 1 && !speaksHttp(protocol) && !isTls(protocol)) {
      report(
        port,
        `${entry} has ${hosts.length} hosts, which ${protocol || 'a port without a protocol'} cannot tell apart`,
        {
          hint: 'write a ServiceEntry for each host, or give a protocol of HTTP or TLS',
        },
      );
      return;
    }
  }
}

/** The protocols that name the host with each request or connection, for a proxy that then asks DNS. */
const DYNAMIC = new Set(['HTTP', 'HTTP2', 'GRPC', 'TLS']);

function checkEndpoint(
  endpoint: Field,
  resolution: string,
  names: ReadonlySet<string>,
  entry: Resource,
  report: Report,
): void {
  const address = endpoint.get('address');
  const isSocket = address.string?.startsWith('unix://') === true;
  const byName = /^DNS/.test(resolution);
  if (address.string && !isAddress(address.string)) {
    const is = `${address} of ${entry} is ${quoted(address.string)}`;
    if (byName && !isFullName(address.string)) {
      report(address, `${is}, which is neither a host nor an address`, {
        hint: isSocket ? 'a socket needs resolution: STATIC' : undefined,
      });
    } else if (resolution === 'STATIC' && !isSocket) {
      report(address, `${is}, and STATIC endpoints are addresses`, {
        hint: isFullName(address.string) ? 'use resolution: DNS' : undefined,
      });
    } else if (resolution === 'STATIC' && names.size !== 1) {
      report(address, `${is}, a socket, and ${entry} has ${names.size} ports`, { hint: 'give one port' });
    }
  }
  if (!byName && resolution !== 'STATIC') return;
  for (const [name, port] of endpoint.get('ports').entries()) {
    if (names.has(name)) continue;
    report(port, `${endpoint} of ${entry} has the port '${name}', which the ServiceEntry does not have`, {
      on: 'key',
      hint: names.size > 0 ? `there ${names.size === 1 ? 'is' : 'are'} ${[...names].join(', ')}` : undefined,
    });
  }
  for (const [key, value] of endpoint.get('labels').entries()) {
    const isKey = isQualifiedName(key.toLowerCase());
    if (!isKey)
      report(value, `${endpoint} of ${entry} has the label ${quoted(key)}, which is no key of a label`, { on: 'key' });
    const problem = value.string === undefined ? undefined : labelValueProblem(value.toString(), value.string);
    if (problem !== undefined) report(value, problem.split('; ')[0], { hint: problem.split('; ')[1] });
  }
}
