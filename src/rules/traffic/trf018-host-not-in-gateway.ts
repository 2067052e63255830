import { type Field, type Resource, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleGateway, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (host: string): string =>
  documents(
    exampleVirtualService(`gateways: [checkout-gateway]\nhosts: [${host}]\nhttp:${EXAMPLE_ROUTE}`),
    exampleGateway("'*.example.com'"),
  );

export const hostNotInGateway: Rule = {
  code: 'TRF018',
  severity: 'error',
  title: 'A VirtualService has a host that none of its Gateways accepts',
  why: 'The Gateway answers requests for that host with 404, or does not even serve TLS for it. The route is never used.',
  fix: 'Add the host to a server of the Gateway, or correct it in the VirtualService. The host of a Gateway may have a namespace before it, which limits whose VirtualServices may use it.',
  whenNotToUse: 'Never: no request can arrive.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: manifests('checkout.example.org'),
  good: manifests('checkout.example.com'),
  peers: { istioctl: 'IST0132' },
  checkPart(graph, report, part) {
    for (const { resource, hosts, gateways, mesh, routes } of part(virtualServices(graph))) {
      // What a Gateway outside the given set lets in is not known.
      if (gateways.length === 0 || gateways.some(({ target }) => target === undefined)) continue;
      const http = routes.find(({ protocol }) => protocol === 'http');
      const versions = gateways.flatMap(({ target }) => graph.versionsOf(target!));
      const speaks = versions.flatMap((gateway) => gateway.field('spec', 'servers').items());
      if (http && !mesh && speaks.length > 0 && speaks.every(endsNoHttp)) {
        const names = gateways.map(({ target }) => String(target)).join(' and ');
        report(http.field, `${resource} has http routes, and no server of ${names} reads HTTP`, {
          hint: 'add a server for HTTP or HTTPS, or use tls routes',
        });
        continue;
      }
      const servers = versions.flatMap(serverHosts);
      for (const { field, host } of hosts) {
        // If the VirtualService also applies in the mesh, a host of the mesh is valid.
        if (mesh && host.service !== undefined) continue;
        if (servers.some((server) => letsIn(server, host.text, resource.namespace))) continue;
        const texts = servers.map(({ text }) => text);
        const meant = closest(host.text, texts);
        const names = gateways.map(({ target }) => String(target)).join(' and ');
        report(field, `${resource} has the host '${host.text}', which ${names} does not accept`, {
          didYouMean: meant === undefined ? undefined : { name: meant, field: servers[texts.indexOf(meant)].field },
          hint: meant ? undefined : `accepted: ${[...new Set(texts)].map((text) => `'${text}'`).join(', ') || 'none'}`,
        });
      }
    }
  },
};

/** Whether a server passes connections on without reading requests. */
function endsNoHttp(server: Field): boolean {
  const protocol = server.get('port', 'protocol').string?.toUpperCase();
  if (protocol === undefined || /^(HTTP|GRPC)/.test(protocol)) {
    return protocol === 'HTTPS' && /PASSTHROUGH$/.test(server.get('tls', 'mode').string ?? 'SIMPLE');
  }
  return true;
}

interface ServerHost {
  readonly field: Field;
  readonly text: string;
  /** The namespaces whose VirtualServices may use it. Undefined if all may, or if that is not known. */
  readonly namespace: string | undefined;
}

const serverHosts = (gateway: Resource): ServerHost[] =>
  gateway
    .field('spec', 'servers')
    .items()
    .flatMap((server) => server.get('hosts').items())
    .flatMap((field) => {
      if (field.string === undefined) return [];
      const slash = field.string.indexOf('/');
      const space = slash < 0 ? '*' : field.string.slice(0, slash);
      const namespace = space === '*' ? undefined : space === '.' ? gateway.namespace : space;
      return [{ field, text: field.string.slice(slash + 1), namespace }];
    });

function letsIn({ text, namespace }: ServerHost, host: string, of: string | undefined): boolean {
  if (namespace !== undefined && of !== undefined && namespace !== of) return false;
  return covers(text, host) || covers(host, text);
}

/** Whether a host, which may begin with a wildcard, contains another. */
function covers(wide: string, narrow: string): boolean {
  if (wide === '*' || wide.toLowerCase() === narrow.toLowerCase()) return true;
  return wide.startsWith('*') && narrow.toLowerCase().endsWith(wide.slice(1).toLowerCase());
}
