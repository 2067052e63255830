import type { Graph, Rollout } from '../../graph';
import type { RouterFacts } from '../sources/router';

/** What the manifests say of the router before the Services of a rollout. */
export function routerOf(graph: Graph, rollout: Rollout, namespace: string): RouterFacts {
  const { resource, services, canary: strategy } = rollout;
  const canary = services.canary ?? services.pong;
  const stable = services.stable ?? services.ping;
  const port = (stable ?? canary)?.target?.field('spec', 'ports').items()[0]?.get('port').number ?? 80;
  const nginx = strategy.get('trafficRouting', 'nginx');
  const name =
    nginx.get('stableIngress').string ??
    nginx.get('stableIngresses').items()[0]?.string ??
    resource.field('spec', 'ingressRef', 'name').string;
  const mirrors = strategy
    .get('steps')
    .items()
    .some((step) => step.get('setMirrorRoute', 'match').items().length > 0);
  const facts = { namespace, canary: canary?.to.name, stable: stable?.to.name, port, mirrors };
  if (name === undefined) return facts;
  const ingress = graph.find(
    { group: 'networking.k8s.io', kind: 'Ingress', name, namespace: resource.namespace },
    resource,
  );
  const rule = ingress?.field('spec', 'rules').items()[0];
  const backend = rule?.get('http', 'paths').items()[0]?.get('backend', 'service', 'name').string;
  return { ...facts, ingress: { name, service: backend ?? stable?.to.name ?? name, host: rule?.get('host').string } };
}
