import { memoizeOnGraph, monitors, serviceOf, virtualServices } from '../../graph';
import { documents, scrapedService, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const sample = (path: string): string =>
  documents(
    `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts:
    - shop.example.com
  gateways:
    - public
  http:
    - match:
        - uri:
            exact: ${path}
      route:
        - destination:
            host: checkout-stable`,
    scrapedService('checkout-stable'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: checkout\nspec:\n  selector:\n    matchLabels:\n      app: checkout\n  template:\n    metadata:\n      labels:\n        app: checkout\n    spec:\n      containers:\n        - name: checkout\n          image: checkout:1\n          ports:\n            - name: http\n              containerPort: 8080',
    serviceMonitor('port: http'),
  );

export const metricsPublished: Rule = {
  code: 'SEC002',
  severity: 'warning',
  title: 'A route publishes the metrics of an application',
  why: 'Metrics are meant for Prometheus. They tell everybody who reaches the gateway the traffic, the failures, the versions and internal paths.',
  fix: 'Remove the match, or serve the metrics on a port of their own.',
  whenNotToUse: 'When the gateway is reachable only from a trusted network.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: sample('/metrics'),
  good: sample('/checkout'),
  checkPart(graph, report, part) {
    for (const { resource, gateways, routes } of part(virtualServices(graph))) {
      if (gateways.length === 0) continue;
      for (const { field, destinations } of routes) {
        for (const match of field.get('match').items()) {
          for (const [kind, uri] of match.get('uri').entries()) {
            if (kind === 'regex' || uri.string === undefined || uri.string === '/') continue;
            const served = destinations.flatMap(({ service: one }) => {
              const found = serviceOf(graph, one?.target);
              return (found?.ports ?? []).flatMap((port) =>
                (found?.workloads ?? []).map((workload) => ({ workload, key: `${port.target} ${uri.string}` })),
              );
            });
            const hit = served.find(({ workload, key }) => scrapedPaths(graph).get(workload)?.has(key));
            if (!hit) continue;
            report(
              uri,
              `${resource} publishes ${uri.string} of ${hit.workload.resource}, which is what Prometheus scrapes`,
            );
          }
        }
      }
    }
  },
};

/** The port and path of each scrape, by workload. */
const scrapedPaths = memoizeOnGraph((graph) => {
  const scraped = new Map<object, Set<string>>();
  for (const { endpoints } of monitors(graph)) {
    for (const { path, scrapes } of endpoints) {
      for (const { workload, containerPort } of scrapes) {
        if (!containerPort) continue;
        const paths = scraped.get(workload) ?? new Set<string>();
        scraped.set(workload, paths.add(`${containerPort.name ?? containerPort.number} ${path}`));
      }
    }
  }
  return scraped;
});
