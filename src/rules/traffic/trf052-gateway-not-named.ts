import { append } from '../../formats/append';
import { type Field, type Graph, memoizeOnGraph, type VirtualService, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleGateway, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { speaksHttp } from './port-protocol';

const manifests = (gateways: string): string =>
  documents(
    exampleVirtualService(`${gateways}hosts: [checkout.example.com]\nhttp:${EXAMPLE_ROUTE}`),
    exampleGateway('checkout.example.com'),
  );

export const gatewayNotNamed: Rule = {
  code: 'TRF052',
  severity: 'warning',
  title: 'A VirtualService does not name the Gateway that opens its host',
  why: 'A VirtualService without `gateways` applies to the sidecars of the mesh only. A Gateway opens its host, no other VirtualService is bound to a Gateway with that host, and so requests from outside get a 404, and connections that `tcp` or `tls` routes are for are closed. The weights of a canary apply to none of them.',
  fix: 'Name the Gateway in `gateways`, with its namespace if it is in another one. Add `mesh` if callers inside of the mesh use the host, too.',
  whenNotToUse:
    'Ignore it when the routes of the Gateway are in other manifests and callers in the mesh use the host, too.',
  confirmedBy: 'Istio 1.30, by its documentation (`gateways` of a VirtualService) and in its source.',
  bad: manifests(''),
  good: manifests('gateways: [checkout-gateway]\n'),
  checkPart(graph, report, part) {
    for (const virtualService of part(virtualServices(graph))) {
      const { resource, hosts, routes } = virtualService;
      if (resource.field('spec', 'gateways').exists) continue;
      for (const { field, host } of hosts) {
        // Others are of Services.
        if (host.form !== 'other') continue;
        const name = host.text.toLowerCase();
        // A server with which none of the routes has to do would not help.
        const servers = openedHosts(graph).get(name) ?? [];
        const opener = servers.find((one) => routes.some(({ protocol }) => protocol === one.routedBy))?.field;
        if (opener === undefined || isUsedOtherwise(graph, name)) continue;
        const gateway = opener.resource;
        const named =
          gateway.namespace === resource.namespace ? gateway.name : `${gateway.namespace ?? ''}/${gateway.name}`;
        report(field, `${resource} has the host '${host.text}', which ${gateway} opens, and names no Gateway`, {
          hint: `add gateways: [${named}]`,
          related: { field: opener, message: 'where the Gateway opens it' },
        });
      }
    }
  },
};

/** A host that a Gateway opens, and the kind of routes that its server takes. */
interface Opened {
  readonly field: Field;
  readonly routedBy: string | undefined;
}

/** The host names that Gateways open by their full name. */
const openedHosts = memoizeOnGraph((graph) => {
  const found = new Map<string, Opened[]>();
  for (const gateway of graph.ofKind('Gateway', 'networking.istio.io')) {
    for (const server of gateway.field('spec', 'servers').items()) {
      for (const field of server.get('hosts').items()) {
        const host = field.string?.slice(field.string.indexOf('/') + 1).toLowerCase();
        if (host === undefined || host.includes('*')) continue;
        append(found, host, { field, routedBy: routedBy(server) });
      }
    }
  }
  return found;
});

/**
 * The kind of routes that Istio looks for at a server: those of HTTP where it sees requests, those of TLS where it sees
 * names only, those of TCP where it sees neither.
 */
function routedBy(server: Field): string | undefined {
  const { string: protocol } = server.get('port', 'protocol');
  const tls = server.get('tls');
  const mode = tls.get('mode').string ?? 'PASSTHROUGH';
  if (protocol === undefined || mode === 'AUTO_PASSTHROUGH') return undefined;
  if (speaksHttp(protocol)) return 'http';
  if (tls.exists && mode === 'PASSTHROUGH') return 'tls';
  return /^https$/i.test(protocol) ? 'http' : 'tcp';
}

/** Hosts that a VirtualService routes at a Gateway, and those that the mesh has from elsewhere. */
const otherwiseUsed = memoizeOnGraph((graph) => {
  const boundHosts = virtualServices(graph)
    .filter((one: VirtualService) => one.gateways.length > 0)
    .flatMap(({ hosts }) => hosts.map(({ host }) => host.text.toLowerCase()));
  const entries = graph
    .ofKind('ServiceEntry', 'networking.istio.io')
    .flatMap((entry) => entry.field('spec', 'hosts').items())
    .flatMap(({ string }) => string?.toLowerCase() ?? []);
  const all = [...boundHosts, ...entries];
  return {
    names: new Set(all.filter((host) => !host.startsWith('*'))),
    suffixes: [...new Set(all.filter((host) => host.startsWith('*')).map((host) => host.slice(1)))],
  };
});

function isUsedOtherwise(graph: Graph, name: string): boolean {
  const { names, suffixes } = otherwiseUsed(graph);
  return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
}
