import {
  type Field,
  type Graph,
  interceptsPort,
  matchesMap,
  matchesSelector,
  mutualTlsOf,
  prometheusInAmbientMesh,
  type Resource,
  type ScrapeTarget,
  type Workload,
} from '../../graph';

const OPERATOR = 'monitoring.coreos.com';

/** The prefix of the selector fields of a Prometheus object, by kind. */
const SELECTS: Readonly<Record<string, string>> = { PodMonitor: 'podMonitor', PrometheusRule: 'rule' };

/**
 * Why no Prometheus among the manifests selects a monitor or a PrometheusRule. Undefined if one does, or if there is
 * none. An absent selector selects nothing.
 */
export function unselected(graph: Graph, monitor: Resource): string | undefined {
  const all = graph.ofKind('Prometheus', OPERATOR);
  if (all.length === 0) return undefined;
  const prefix = SELECTS[monitor.kind] ?? 'serviceMonitor';
  const takes = (prometheus: Resource): boolean => {
    const selector = prometheus.field('spec', `${prefix}Selector`);
    if (!selector.exists || !matchesSelector(selector, monitor.field('metadata', 'labels').strings)) return false;
    const namespaces = prometheus.field('spec', `${prefix}NamespaceSelector`);
    if (!namespaces.exists) return (monitor.namespace ?? prometheus.namespace) === prometheus.namespace;
    const own = graph.find({ group: '', kind: 'Namespace', name: monitor.namespace ?? '', namespace: null }, monitor);
    return own === undefined || matchesSelector(namespaces, own.field('metadata', 'labels').strings);
  };
  if (all.some(takes)) return undefined;
  return `no Prometheus among the manifests selects it (${prefix}Selector)`;
}

/** Why the mesh refuses a scrape of a workload's pods. Undefined if it does not. */
export function refusedByMesh(graph: Graph, workload: Workload | undefined, target: ScrapeTarget): string | undefined {
  if (workload === undefined) return undefined;
  const { port: text, pathname } = new URL(target.url);
  const port = Number(text === '' ? (target.url.startsWith('https') ? 443 : 80) : text);
  if (!interceptsPort(graph, workload, port)) return undefined;
  // With a certificate of the mesh, Prometheus has an identity, which the manifests do not state.
  if (target.job.scheme === 'https' || target.job.endpoint.get('tlsConfig').exists) return undefined;
  if (prometheusInAmbientMesh(graph) === 'yes') return undefined;
  const tls = mutualTlsOf(graph, workload, port);
  if (tls?.mode === 'STRICT') {
    return `${tls.decidedBy.resource.toString()} demands mutual TLS on port ${port}, and Prometheus has no certificate`;
  }
  return refusedByPolicy(graph, workload, port, pathname);
}

/** A plain-text scrape has no identity, so a rule that requires one refuses it. */
function refusedByPolicy(graph: Graph, workload: Workload, port: number, path: string): string | undefined {
  const { resource, labels = {} } = workload;
  const policies = graph.ofKind('AuthorizationPolicy', 'security.istio.io').filter((policy) => {
    const here = policy.namespace === resource.namespace || policy.namespace === 'istio-system';
    const selector = policy.field('spec', 'selector', 'matchLabels');
    return here && (!selector.exists || matchesMap(selector.strings, labels));
  });
  const ofAction = (action: string): Resource[] =>
    policies.filter((policy) => (policy.field('spec', 'action').string ?? 'ALLOW') === action);
  const admits = (policy: Resource): boolean =>
    policy
      .field('spec', 'rules')
      .items()
      .some((rule) => ruleMatches(rule, port, path));
  const denying = ofAction('DENY').find(admits);
  if (denying) return `${denying.toString()} denies the scrape of port ${port}`;
  const allowing = ofAction('ALLOW');
  if (allowing.length === 0 || allowing.some(admits)) return undefined;
  return `${allowing[0].toString()} does not allow the scrape of port ${port}`;
}

function ruleMatches(rule: Field, port: number, path: string): boolean {
  const from = rule.get('from').items();
  const anybody = from.length === 0 || from.some((one) => one.get('source').entries().length === 0);
  if (!anybody || rule.get('when').items().length > 0) return false;
  const to = rule.get('to').items();
  if (to.length === 0) return true;
  return to.some((one) => {
    const operation = one.get('operation');
    const listed = (key: string): string[] | undefined =>
      operation.get(key).exists
        ? operation
            .get(key)
            .items()
            .map((item) => String(item.value))
        : undefined;
    const fits = (key: string, value: string): boolean =>
      listed(key)?.some((pattern) => wildcard(pattern, value)) ?? true;
    const excludes = (key: string, value: string): boolean =>
      listed(key)?.some((pattern) => wildcard(pattern, value)) ?? false;
    return (
      fits('ports', String(port)) &&
      fits('paths', path) &&
      fits('methods', 'GET') &&
      !operation.get('hosts').exists &&
      !excludes('notPorts', String(port)) &&
      !excludes('notPaths', path) &&
      !excludes('notMethods', 'GET')
    );
  });
}

/** Istio's patterns: exact, `prefix*`, `*suffix`, `*`. */
function wildcard(pattern: string, value: string): boolean {
  if (pattern === '*') return value !== '';
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? value.endsWith(pattern.slice(1)) : value === pattern;
}
