import {
  type Field,
  type Graph,
  interceptsPort,
  matchesMap,
  memoizeOnGraph,
  type Resource,
  rollouts,
  scrapedAddresses,
  scrapesOf,
  type Workload,
} from '../../graph';
import { documents, exampleOf, meshApp, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const policy = (rules: string): string =>
  exampleOf(
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'checkout',
    `selector: { matchLabels: { app: checkout } }\naction: ALLOW\nrules:\n${rules}`,
  );

const callers = "  - from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }]";

export const policyRefusesScrape: Rule = {
  code: 'MSH012',
  severity: 'warning',
  title: 'An AuthorizationPolicy refuses the scrape',
  why: 'As soon as one ALLOW policy selects a pod, Istio refuses every request that no ALLOW rule matches. A Prometheus outside the mesh has no identity, so a rule with `principals` or `namespaces` never matches it. Who Prometheus is in the mesh, this rule takes from a Prometheus of the operator, if the set has one. Otherwise it takes an identity with a name such as `prometheus` or `monitoring` for it, and says what it assumes. The scrape is answered with 403, the target is down, and every query over its metrics is empty. A DENY rule for the path or port does the same.',
  fix: "Add a rule that lets the metrics in: `to: [{ operation: { ports: ['8080'], paths: ['/metrics'] } }]`, let the agent of Istio serve them on port 15020, or leave the port out (`traffic.sidecar.istio.io/excludeInboundPorts`, or `includeInboundPorts` without it).",
  whenNotToUse: 'When Prometheus is in the mesh and one of the rules names its identity.',
  confirmedBy: 'Istio 1.30, by its documentation of AuthorizationPolicy.',
  bad: documents(meshApp(), policy(callers), serviceMonitor('port: http')),
  good: documents(
    meshApp(),
    policy(`${callers}\n  - to: [{ operation: { ports: ['8080'], paths: [/metrics] } }]`),
    serviceMonitor('port: http'),
  ),
  checkPart(graph, report, part) {
    const known = identities(graph);
    for (const { resource, workload } of part(rollouts(graph))) {
      const policies = policiesOf(graph, workload);
      if (policies.length === 0) continue;
      const reported = new Set<Resource>();
      for (const one of scrapesOf(graph, resource)) {
        const { monitor, endpoint } = one;
        for (const { port, path } of scrapedAddresses(graph, one)) {
          if (!interceptsPort(graph, workload, port)) continue;
          const answer = refusedBy(policies, port, path, known);
          if (answer === undefined || reported.has(answer.refusing)) continue;
          const { refusing, unless } = answer;
          reported.add(refusing);
          const how = actionOf(refusing) === 'DENY' ? 'refuses' : 'lets in only what its rules name, and none matches';
          const rules = refusing.field('spec', 'rules');
          report(
            rules.exists ? rules : refusing.field('spec'),
            `${refusing} ${how} the scrape of port ${port}${path} of ${resource} by ${monitor.resource}${unless}`,
            {
              on: 'key',
              hint: `add a rule: to: [{ operation: { ports: ['${port}'], paths: ['${path}'] } }]`,
              related: { field: endpoint.field, message: 'the endpoint' },
            },
          );
        }
      }
    }
  },
};

const actionOf = (policy: Resource): string => policy.field('spec', 'action').string ?? 'ALLOW';

/** The policies of the workload, its namespace, and the mesh (in istio-system). */
function policiesOf(graph: Graph, { resource, labels = {} }: Workload): Resource[] {
  return graph.ofKind('AuthorizationPolicy', 'security.istio.io').filter((policy) => {
    const selector = policy.field('spec', 'selector', 'matchLabels');
    if (policy.field('spec', 'targetRefs').exists || policy.field('spec', 'targetRef').exists) return false;
    const near = policy.namespace === resource.namespace || policy.namespace === 'istio-system';
    return near && (selector.entries().length === 0 || matchesMap(selector.strings, labels));
  });
}

/** Who a Prometheus is in the mesh, if it is in the mesh. */
interface Identity {
  readonly namespace: string;
  readonly account: string;
}

/** The identities of what scrapes, if the given set has it. */
const identities = memoizeOnGraph((graph): readonly Identity[] =>
  ['Prometheus', 'PrometheusAgent']
    .flatMap((kind) => graph.ofKind(kind, 'monitoring.coreos.com'))
    .map((one) => ({
      namespace: one.namespace ?? 'default',
      account: one.field('spec', 'serviceAccountName').string || 'default',
    })),
);

interface Answer {
  readonly refusing: Resource;
  /** The assumption about Prometheus, as the end of a sentence. Empty if there is none. */
  readonly unless: string;
}

function refusedBy(
  policies: readonly Resource[],
  port: number,
  path: string,
  known: readonly Identity[],
): Answer | undefined {
  const rulesOf = (policy: Resource): Field[] => policy.field('spec', 'rules').items();
  const deny = policies.find(
    (policy) =>
      actionOf(policy) === 'DENY' &&
      rulesOf(policy).some(
        (rule) =>
          !rule.get('from').exists && !rule.get('when').exists && rule.get('to').exists && reaches(rule, port, path),
      ),
  );
  if (deny) return { refusing: deny, unless: '' };
  const allow = policies.filter((policy) => actionOf(policy) === 'ALLOW');
  const forScrapes = allow.flatMap(rulesOf).filter((rule) => reaches(rule, port, path));
  if (allow.length === 0 || forScrapes.some((rule) => mayBePrometheus(rule, known))) return undefined;
  const named = known.length > 0 ? [] : [...new Set(forScrapes.flatMap(namedIn))];
  const unless = named.length === 0 ? '' : `, unless Prometheus is in the mesh as ${named.join(' or ')}`;
  return { refusing: allow[0], unless };
}

const IDENTITIES = ['principals', 'namespaces', 'serviceAccounts'] as const;

const sourcesOf = (rule: Field): Field[] =>
  rule
    .get('from')
    .items()
    .map((one) => one.get('source'));

const textsIn = (field: Field): string[] => field.items().map(({ value }) => String(value));

/** The identities that a rule lets in, as they are written. */
const namedIn = (rule: Field): string[] =>
  sourcesOf(rule).flatMap((source) => IDENTITIES.flatMap((key) => textsIn(source.get(key)).map((one) => `'${one}'`)));

/**
 * Whether the sources of a rule may include Prometheus: no source, addresses, or an identity that is one of those in the
 * given set. If there is none in it, an identity with a name like that of a Prometheus.
 */
function mayBePrometheus(rule: Field, known: readonly Identity[]): boolean {
  const sources = sourcesOf(rule);
  if (sources.length === 0) return true;
  return sources.some((source) => {
    if ([...IDENTITIES, 'requestPrincipals'].every((key) => !source.get(key).exists)) return true;
    if (known.length === 0) return /prom|monitor|observ|metric|\*/i.test(JSON.stringify(source.value));
    return known.some(({ namespace, account }) =>
      IDENTITIES.every((key) => {
        const names = textsIn(source.get(key));
        const forms = key === 'namespaces' ? [namespace] : [`${namespace}/${account}`, account];
        const isIt = (pattern: string): boolean => {
          // The trust domain of the mesh is not in the set.
          const domain = /^[^*/]+(?=\/)/.exec(pattern)?.[0] ?? 'cluster.local';
          const texts = key === 'principals' ? [`${domain}/ns/${namespace}/sa/${account}`] : forms;
          return texts.some((text) => fits(pattern, text));
        };
        return names.length === 0 || names.some(isIt);
      }),
    );
  });
}

function reaches(rule: Field, port: number, path: string): boolean {
  const to = rule.get('to').items();
  if (to.length === 0) return true;
  return to.some((one) => {
    const operation = one.get('operation');
    const texts = (key: string): string[] =>
      operation
        .get(key)
        .items()
        .map(({ value }) => String(value));
    const [ports, paths, methods] = [texts('ports'), texts('paths'), texts('methods')];
    return (
      (ports.length === 0 || ports.includes(String(port))) &&
      (paths.length === 0 || paths.some((pattern) => fits(pattern, path))) &&
      (methods.length === 0 || methods.some((pattern) => fits(pattern, 'GET'))) &&
      !texts('notPaths').some((pattern) => fits(pattern, path)) &&
      !texts('notPorts').includes(String(port))
    );
  });
}

/** A pattern has a star at one end only. */
function fits(pattern: string, text: string): boolean {
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : pattern === text;
}
