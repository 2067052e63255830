import {
  describeWanted,
  type Field,
  gatewayRoutes,
  type Graph,
  hostReference,
  isMadeByFlagger,
  readHost,
  serviceOf,
  virtualServices,
} from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRouted, exampleService } from '../shared/example';
import { missing } from '../shared/missing-reference';
import type { Report, Rule } from '../shared/rule';
import { unknownBackend } from './gateway-reference-kinds';
import { ruleLabel } from './gateway-routes';
import { keyOf, missedByRollouts } from './named-by-rollouts';
import { routeLabel } from './roles';

const manifests = (port: number): string =>
  documents(
    exampleRouted(EXAMPLE_ROUTE.replaceAll(' }, weight', `, port: { number: ${port} } }, weight`)),
    exampleService('checkout-stable'),
    exampleService('checkout-canary'),
  );

export const destinationNotFound: Rule = {
  code: 'TRF021',
  severity: 'error',
  title: 'A route has an unknown Service or port as its destination',
  why: 'Istio accepts the route, and its requests answer 503. If a Service has several ports, the destination must say which one. A backend of the Gateway API whose group or kind does not exist gets its share of the requests, too, and each is answered with 500.',
  fix: 'Name a Service, short within its own namespace or in full, and one of its ports (`port`, not `targetPort`).',
  whenNotToUse:
    'When the Service is created by something that the given manifests do not show; then lint without `--closed-world`.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers. Backends of the Gateway API: its specification, and Istio's conversion, read.",
  bad: manifests(8080),
  good: manifests(80),
  peers: { istioctl: 'IST0101, IST0112', kiali: 'KIA1101' },
  check(graph, report) {
    const missed = new Map<string, Field>();
    checkBackendServices(graph, report);
    for (const { resource, routes } of virtualServices(graph)) {
      for (const route of routes) {
        const mirrors = [
          route.field.get('mirror'),
          ...route.field
            .get('mirrors')
            .items()
            .map((one) => one.get('destination')),
        ];
        const destinations: Field[] = [...route.destinations.map(({ field }) => field.get('destination')), ...mirrors];
        const reported = new Set<string>();
        for (const destination of destinations) {
          const host = destination.get('host');
          const reference =
            host.string === undefined
              ? undefined
              : hostReference(graph, host, readHost(host.string, resource.namespace));
          if (!reference) continue;
          const service = serviceOf(graph, reference.target);
          if (service === undefined) {
            if (isMadeByFlagger(graph, reference.to)) continue;
            if (reported.has(reference.to.name)) continue;
            reported.add(reference.to.name);
            const message = `${routeLabel(route)} of ${resource} sends requests to the ${describeWanted(reference)}, which nothing here defines`;
            const key = keyOf(reference);
            const first = missed.get(key) ?? host;
            missed.set(key, first);
            report(reference.from, message, {
              // An explicit namespace may be a typo of the Rollout's.
              because: [
                ...(reference.to.namespace === resource.namespace ? [] : [host]),
                ...missedByRollouts(graph, reference),
              ],
              mistake: { in: first, what: 'missing' },
              ...missing(graph, reference),
            });
            continue;
          }
          const numbers = service.ports.map(({ number }) => number);
          const port = destination.get('port', 'number');
          const there = numbers.join(', ');
          if (port.number !== undefined) {
            if (numbers.length === 0 || numbers.includes(port.number)) continue;
            report(
              port,
              `${routeLabel(route)} of ${resource} sends requests to port ${port.number} of ${service.resource}`,
              {
                hint: `it has ${there}`,
                related: { field: service.resource.field('spec', 'ports'), message: 'its ports' },
              },
            );
          } else if (numbers.length > 1) {
            report(
              destination,
              `${routeLabel(route)} of ${resource} does not say which port of ${service.resource} it uses`,
              {
                severity: 'warning',
                hint: `it has ${there}`,
              },
            );
          }
        }
      }
    }
  },
};

/** Backends of the Gateway API: a Service that does not exist, or a port that it does not have, answers 500. */
function checkBackendServices(graph: Graph, report: Report): void {
  for (const { resource, rules, parents } of gatewayRoutes(graph)) {
    const inMesh = parents.some(({ reference }) => reference?.to.kind === 'Service');
    for (const rule of rules) {
      for (const { service: reference, field, port } of rule.backends) {
        const unknown = unknownBackend(field, inMesh);
        if (unknown) {
          const message = `${ruleLabel(rule)} of ${resource} sends requests to ${unknown.named}, which does not exist`;
          report(unknown.at, message, unknown.details);
          continue;
        }
        if (reference === undefined) continue;
        const service = serviceOf(graph, reference.target);
        if (service === undefined) {
          if (isMadeByFlagger(graph, reference.to)) continue;
          const message = `${ruleLabel(rule)} of ${resource} sends requests to the ${describeWanted(reference)}, which nothing here defines`;
          report(reference.from, message, {
            because: missedByRollouts(graph, reference),
            ...missing(graph, reference),
          });
          continue;
        }
        const numbers = service.ports.map(({ number }) => number);
        if (numbers.length === 0 || numbers.includes(port)) continue;
        report(
          port === undefined ? field : field.get('port'),
          port === undefined
            ? `${ruleLabel(rule)} of ${resource} names no port of ${service.resource}`
            : `${ruleLabel(rule)} of ${resource} uses port ${port} of ${service.resource}, which does not exist`,
          {
            hint: `it has ${numbers.join(', ')}`,
            related: { field: service.resource.field('spec', 'ports'), message: 'its ports' },
          },
        );
      }
    }
  }
}
