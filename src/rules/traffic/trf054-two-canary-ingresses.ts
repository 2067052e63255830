import { append } from '../../formats/append';
import { type Field, type Graph, memoizeOnGraph, type Resource, type Rollout, rollouts } from '../../graph';
import { documents, exampleBehindNginx, exampleIngress } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (path: string): string =>
  documents(
    exampleBehindNginx('checkout-stable', 'number: 80'),
    exampleIngress('checkout-beta', 'number: 80')
      .replace(
        'name: checkout\n',
        `name: checkout-beta\n  annotations: { nginx.ingress.kubernetes.io/canary: 'true' }\n`,
      )
      .replace('path: /', `path: ${path}`),
  );

export const twoCanaryIngresses: Rule = {
  code: 'TRF054',
  severity: 'warning',
  title: 'An Ingress is a canary of the path that the Rollout weights',
  why: 'For each Ingress of `stableIngress`, the controller creates a second one with the annotation `canary`, and sets its weight. Of several canary Ingresses of one host and path, ingress-nginx uses only the oldest, and says nothing. If that is the other one, no step of the Rollout has an effect on the traffic: the canary gets no requests, and is promoted without any. If it is that of the controller, the other one does nothing.',
  fix: 'Remove the other canary Ingress. A header or a cookie that leads to the canary is set in `additionalIngressAnnotations` of the Rollout.',
  whenNotToUse: 'Never: one of the two has no effect.',
  confirmedBy:
    'ingress-nginx 1.15, read in its source (`mergeAlternativeBackend`, `sortIngressSlice`; `route_to_alternative_balancer` of `balancer.lua`).',
  bad: manifests('/'),
  good: manifests('/beta'),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary } = rollout;
      const routing = canary.get('trafficRouting', 'nginx');
      const prefix = routing.get('annotationPrefix').string ?? 'nginx.ingress.kubernetes.io';
      for (const { target: stable, from } of rollout.ingressesOf('nginx')) {
        if (stable === undefined) continue;
        for (const place of placesOf(stable, serviceOfStable(rollout))) {
          const others = canaryIngresses(graph).get(`${stable.namespace ?? ''} ${prefix} ${place}`) ?? [];
          for (const other of others) {
            // This is the one of the controller, as it is in the cluster.
            if (other.name === `${resource.name}-${stable.name}-canary` || classOf(other) !== classOf(stable)) continue;
            report(
              annotation(other, prefix),
              `${other} is a canary of the path that ${resource} weights, and ingress-nginx uses only the older one of the two`,
              {
                on: 'key',
                hint: 'remove it',
                related: { field: from, message: 'the Ingress that the Rollout weights' },
              },
            );
          }
        }
      }
    }
  },
};

const serviceOfStable = ({ services }: Rollout): string | undefined => services.stable?.to.name;

const annotation = (ingress: Resource, prefix: string): Field =>
  ingress.field('metadata', 'annotations', `${prefix}/canary`);

/** The Ingresses that are canaries, by the namespace, the prefix of the annotation, and each host and path. */
const canaryIngresses = memoizeOnGraph((graph: Graph) => {
  const found = new Map<string, Resource[]>();
  for (const ingress of graph.ofKind('Ingress', 'networking.k8s.io')) {
    for (const [key, { value }] of ingress.field('metadata', 'annotations').entries()) {
      if (!key.endsWith('/canary') || value !== 'true') continue;
      for (const place of new Set(placesOf(ingress))) {
        const where = `${ingress.namespace ?? ''} ${key.slice(0, -'/canary'.length)} ${place}`;
        append(found, where, ingress);
      }
    }
  }
  return found;
});

/** The hosts and paths of an Ingress, with the kind of each path: all, or those that lead to a Service. */
const placesOf = (ingress: Resource, service?: string): string[] =>
  ingress
    .field('spec', 'rules')
    .items()
    .flatMap((rule) =>
      rule
        .get('http', 'paths')
        .items()
        .filter((path) => service === undefined || path.get('backend', 'service', 'name').string === service)
        .map((path) =>
          JSON.stringify([rule.get('host').string ?? '', path.get('path').string ?? '/', path.get('pathType').string]),
        ),
    );

/** The field or annotation that says which controller reads an Ingress. */
const classOf = (ingress: Resource): string | undefined =>
  ingress.field('metadata', 'annotations', 'kubernetes.io/ingress.class').string ??
  ingress.field('spec', 'ingressClassName').string;
