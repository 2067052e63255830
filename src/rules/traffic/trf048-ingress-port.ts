import {
  backendsOf,
  type Field,
  type Graph,
  memoizeOnGraph,
  type Resource,
  rollouts,
  type Service,
  serviceOf,
} from '../../graph';
import { documents, exampleBehindNginx, exampleService } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { USE_ANNOTATION } from './ingress-backends';

const manifests = (port: string): string =>
  documents(
    exampleBehindNginx('checkout-stable', port),
    exampleService('checkout-stable'),
    exampleService('checkout-canary'),
  );

export const ingressPort: Rule = {
  code: 'TRF048',
  severity: 'error',
  title: 'An Ingress or a Rollout names a port that the Service does not have',
  why: 'An Ingress names a port of the Service, by its name or its `port`. For one that the Service lacks, NGINX answers 503, and the AWS load balancer controller no longer updates the load balancer, so that no weight arrives. NGINX takes a `targetPort` too, so one is reported only where the Ingress is for the AWS controller.',
  fix: 'Name a port of the Service, by its name or its number.',
  whenNotToUse: 'Ignore it when the Service is changed after these manifests are applied.',
  confirmedBy: 'The source of ingress-nginx, and the documentation of Ingress in Kubernetes 1.34.',
  bad: manifests('number: 8080'),
  good: manifests('number: 80'),
  checkPart(graph, report, part) {
    for (const ingress of part(graph.ofKind('Ingress', 'networking.k8s.io'))) {
      for (const backend of backendsOf(ingress)) checkBackend(graph, ingress, backend, report);
    }
    for (const { resource, canary } of part(rollouts(graph))) {
      const port = canary.get('trafficRouting', 'alb', 'servicePort');
      if (port.number === undefined) continue;
      for (const name of ['stableService', 'canaryService']) {
        const service = serviceNamed(graph, canary.get(name).string, resource);
        if (service && lacks(service, port)) {
          report(port, `${resource} sends requests to port ${port.number} of ${service.resource}`, detailsOf(service));
          break;
        }
      }
    }
  },
};

function checkBackend(graph: Graph, ingress: Resource, backend: Field, report: Report): void {
  const service = serviceNamed(graph, backend.get('name').string, ingress);
  const [name, number] = [backend.get('port', 'name'), backend.get('port', 'number')];
  if (service === undefined || name.string === USE_ANNOTATION) return;
  const port = name.exists ? name : number;
  if (!lacks(service, port) || (!isOfAws(graph, ingress) && isTarget(service, port))) return;
  const meant =
    port.string &&
    closest(
      port.string,
      service.ports.flatMap((one) => one.name ?? []),
    );
  report(port, `${ingress} sends requests to the port ${written(port)} of ${service.resource}`, {
    ...detailsOf(service),
    didYouMean: meant ? { name: meant } : undefined,
  });
}

const serviceNamed = (graph: Graph, name: string | undefined, from: Resource): Service | undefined =>
  name === undefined
    ? undefined
    : serviceOf(graph, graph.find({ group: '', kind: 'Service', name, namespace: from.namespace }, from));

/** Whether a Service has ports, and not this one. */
function lacks({ ports, resource }: Service, port: Field): boolean {
  // What an ExternalName forwards to has ports of its own.
  if (ports.length === 0 || resource.field('spec', 'type').string === 'ExternalName') return false;
  if (port.number !== undefined) return ports.every(({ number }) => number !== port.number);
  return port.string !== undefined && ports.every(({ name }) => name !== port.string);
}

/** The Ingresses that Rollouts name for the AWS load balancer controller. */
const namedForAws = memoizeOnGraph(
  (graph) => new Set(rollouts(graph).flatMap((rollout) => rollout.ingressesOf('alb').map(({ target }) => target))),
);

/** Whether an Ingress is for the AWS load balancer controller, by its class, an annotation of that controller, or a Rollout. */
function isOfAws(graph: Graph, ingress: Resource): boolean {
  const annotations = ingress.field('metadata', 'annotations').strings;
  return (
    namedForAws(graph).has(ingress) ||
    ingress.field('spec', 'ingressClassName').string === 'alb' ||
    annotations['kubernetes.io/ingress.class'] === 'alb' ||
    Object.keys(annotations).some((name) => name.startsWith('alb.ingress.kubernetes.io/'))
  );
}

/** Whether a port is the `targetPort` of one of the Service, which NGINX takes as well. */
const isTarget = ({ ports }: Service, port: Field): boolean =>
  ports.some(({ target }) => String(target) === (port.string ?? String(port.number)));

const written = (port: Field): string => (port.string === undefined ? String(port.number) : `'${port.string}'`);

function detailsOf({ ports, resource }: Service): Parameters<Report>[2] {
  const there = ports.map(({ name, number }) => (name === undefined ? String(number) : `${number} ('${name}')`));
  return {
    hint: `it has ${there.join(', ')}`,
    related: { field: resource.field('spec', 'ports'), message: 'its ports' },
  };
}
