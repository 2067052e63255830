/** Systems beside an app whose metrics have a prefix of their own: what they count, no manifest of the app tells. */
const SYSTEMS: readonly (readonly [system: string, prefixes: string])[] = [
  ['Kong', 'kong'],
  ['HAProxy', 'haproxy'],
  ['Traefik', 'traefik'],
  ['Apache APISIX', 'apisix'],
  ['Skipper', 'skipper'],
  ['Contour', 'contour'],
  ['Emissary', 'ambassador'],
  ['Cilium', 'cilium hubble'],
  ['RabbitMQ', 'rabbitmq'],
  ['Kafka', 'kafka'],
  ['NATS', 'nats gnatsd jetstream'],
  ['Redis', 'redis'],
  ['MySQL', 'mysql'],
  ['PostgreSQL', 'pg pgbouncer'],
  ['MongoDB', 'mongodb'],
  ['Elasticsearch', 'elasticsearch'],
  ['the blackbox exporter', 'probe'],
  ['Amazon CloudWatch', 'aws'],
  ['Google Cloud', 'stackdriver gcp'],
  ['Azure', 'azure'],
  ['Kubernetes', 'kube apiserver kubelet coredns etcd machine'],
  ['cAdvisor', 'container'],
  ['the node exporter', 'node'],
  ['Istio', 'istio'],
  ['Envoy', 'envoy'],
  ['ingress-nginx', 'nginx_ingress'],
  ['Argo Rollouts', 'rollout analysis_run'],
  ['Argo CD', 'argocd'],
  ['KEDA', 'keda'],
  ['an OpenTelemetry collector', 'otelcol traces_spanmetrics'],
  ['k6', 'k6'],
];

/** Metrics of processes and runtimes, which do not depend on requests. */
const OF_RUNTIMES = /^(process|go|jvm)_/;

const BY_PREFIX = new Map(SYSTEMS.flatMap(([system, prefixes]) => prefixes.split(' ').map((one) => [one, system])));

/** Why the model knows nothing of a metric that no app exposes for its requests; undefined of any other. */
export function exposedElsewhere(name: string): string | undefined {
  if (OF_RUNTIMES.test(name)) return `nothing in the traffic model counts ${name}`;
  const words = name.split('_');
  const system = BY_PREFIX.get(words[0]) ?? BY_PREFIX.get(words.slice(0, 2).join('_'));
  if (system === undefined || words.length < 2) return undefined;
  return `nothing in the traffic model counts ${name}, a metric of ${system} by its prefix`;
}
