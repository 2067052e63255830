// What all the systems say of a set of manifests.
import { Oracle } from './oracles.mjs';
import { NEWEST } from './releases.mjs';

/** Kinds whose definitions are not pinned here, and built-in ones that no oracle reads. */
const UNJUDGED = new Set([
  'Job batch/v1',
  'ApplicationSet argoproj.io/v1alpha1',
  'AppProject argoproj.io/v1alpha1',
  'ScaledObject keda.sh/v1alpha1',
  'Prometheus monitoring.coreos.com/v1',
  'ReferenceGrant gateway.networking.k8s.io/v1beta1',
  'ReferenceGrant gateway.networking.k8s.io/v1',
]);

/** API groups of which no definition is pinned: whatever their objects say, nobody here judges it. */
const UNJUDGED_GROUPS = /^kargo\.akuity\.io\//;

/** Whether there is a system here that judges the object. */
export const isJudged = ({ kind, apiVersion }) =>
  !UNJUDGED.has(`${kind} ${apiVersion}`) && !UNJUDGED_GROUPS.test(String(apiVersion));

/** What the analyzers say of a gateway's certificate. The one that it finds here is a stand-in. */
const BAD_CERTIFICATE = 'IST0161';

/** What the operator says of a certificate. The Secret that it finds here is a stand-in. */
const STAND_IN = /PEM/;

/** Who signs requests to Amazon is known in a cluster alone. */
const UNSIGNED = /could not get SigV4 credentials|region not configured in sigv4/;

/** The oracles that judge sets. */
export class Systems {
  constructor(release = NEWEST, count) {
    this.rollouts = new Oracle(`rollouts-${release}`, count);
    this.istio = new Oracle('istio', count);
    this.prometheus = new Oracle('prometheus', 1);
  }

  close() {
    for (const oracle of [this.rollouts, this.istio, this.prometheus]) oracle.close();
  }

  /**
   * Everything that is refused, as { object, by, path, message, also }. `also` are objects that have as much to do with it.
   * Istio's warnings and notes are left out: it accepts what it warns of. A set that is whole has its Secrets in it.
   */
  async refusals(all, surroundings = [], { whole = false } = {}) {
    const manifests = all.filter(isJudged);
    const [admitted, ofPods, analyzed, scraped] = await Promise.all([
      this.rollouts.ask({ kind: 'admit', manifests, surroundings, whole }),
      this.#ofReplicaSets(manifests.filter(({ kind }) => kind === 'Rollout')),
      this.istio.ask({ manifests, surroundings: [...surroundingsOf(manifests), ...surroundings] }),
      this.prometheus.ask({ kind: 'scrape', manifests }).catch((error) => ({ error: String(error) })),
    ]);
    const { errors, types } = await this.prometheus.ask({
      kind: 'queries',
      queries: admitted.queries.map(({ query }) => query),
    });
    const queries = await Promise.all(
      admitted.queries.map(async ({ object, metric, also, path, ...asked }, i) => {
        const problem = (by, message) => [{ object, by, path, message: `metric ${metric}: ${message}`, also }];
        if (errors[i]) return problem('promql', errors[i]);
        const message = await this.#neverJudges(asked, types[i]);
        return message === undefined ? [] : problem('measurement', message);
      }),
    );
    const monitors = scraped.error
      ? [{ object: '', by: 'operator', path: '', message: scraped.error }]
      : Object.entries(scraped.refused)
          .filter(([, message]) => !STAND_IN.test(message))
          .map(([object, message]) => ({ object, by: 'operator', path: '', message }));
    const istio = analyzed.problems.filter(({ level, code }) => level === 'error' && code !== BAD_CERTIFICATE);
    const judged = admitted.problems.filter(({ message }) => !UNSIGNED.test(message));
    return [...judged, ...ofPods, ...istio, ...queries.flat(), ...monitors];
  }

  /**
   * What the API server says of the pods of Rollouts when the controller makes ReplicaSets of them: it validates them as
   * those of a Deployment. The controller's own validation leaves some of it out.
   */
  async #ofReplicaSets(rollouts) {
    const manifests = rollouts.filter(({ spec }) => spec?.template && spec.selector).map(asDeployment);
    if (manifests.length === 0) return [];
    const { problems } = await this.rollouts.ask({ kind: 'admit', manifests, surroundings: [], whole: false });
    return problems
      .filter(({ by, path }) => by === 'core' && path.startsWith('spec.template.spec.'))
      .map((problem) => ({ ...problem, object: problem.object.replace(/^Deployment/, 'Rollout') }));
  }

  /** Why the conditions of a metric make an error of whatever the query answers; undefined where they do not. */
  async #neverJudges({ range, success, failure }, type) {
    // As the provider words it: it reads numbers alone.
    if (type === 'string') return 'Prometheus metric type not supported';
    if (!success && !failure) return undefined;
    const answers = ANSWERS[range ? 'matrix' : type] ?? [];
    const asked = answers.map((result) => this.rollouts.ask({ kind: 'condition', success, failure, result }));
    const verdicts = await Promise.all(asked);
    return verdicts.every(({ phase }) => phase === 'Error') ? verdicts[0]?.message : undefined;
  }
}

/** What queries can answer, by their type. A condition that makes an error of all of them judges nothing. */
const ANSWERS = {
  scalar: [{ scalar: '1' }],
  vector: [{ vector: ['1'] }, { vector: Array.from({ length: 10 }, () => '1') }, { vector: [] }],
  matrix: [{ matrix: [['1', '1']] }],
};

/** What is in the cluster although nobody keeps it beside an app: gateways' workloads, their certificates, pods. */
function surroundingsOf(manifests) {
  const made = [];
  const namespaces = new Set([...manifests.map(namespaceOf), ...manifests.flatMap(callersOf)]);
  for (const name of namespaces) {
    made.push({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'istio-injection': 'enabled' } },
    });
  }
  manifests
    .filter(({ kind, apiVersion }) => kind === 'Gateway' && String(apiVersion).startsWith('networking.istio.io/'))
    .forEach((gateway, i) => {
      const { selector = {}, servers: given } = gateway.spec ?? {};
      const servers = Array.isArray(given) ? given.filter(Boolean) : [];
      const name = `gateway-${i}`;
      const ports = [...new Set(servers.map(({ port }) => port?.number))].filter(Number.isInteger);
      made.push(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'istio-system', labels: selector } },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name, namespace: 'istio-system' },
          spec: {
            selector,
            ports: ports.map((port) => ({ name: `p-${port}`, port, targetPort: port, protocol: 'TCP' })),
          },
        },
        ...servers.flatMap(({ tls }) =>
          tls?.credentialName
            ? [
                {
                  apiVersion: 'v1',
                  kind: 'Secret',
                  metadata: { name: tls.credentialName, namespace: 'istio-system' },
                  data: { 'tls.crt': '', 'tls.key': '' },
                },
              ]
            : [],
        ),
      );
    });
  for (const rollout of manifests.filter(({ kind, spec }) => kind === 'Rollout' && spec?.template)) {
    const { metadata, spec } = rollout.spec.template;
    made.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        name: `${rollout.metadata?.name}-0`,
        namespace: namespaceOf(rollout),
        labels: { ...metadata?.labels, 'rollouts-pod-template-hash': '5f7d8c9b4' },
      },
      spec,
    });
  }
  return made;
}

const asDeployment = ({ metadata, spec: { replicas, selector, template } }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { replicas, selector, template },
});

/** The namespaces of callers that an AuthorizationPolicy names. */
const callersOf = ({ kind, spec }) =>
  kind === 'AuthorizationPolicy' && Array.isArray(spec?.rules)
    ? spec.rules.flatMap((rule) => (rule?.from ?? []).flatMap((from) => from?.source?.namespaces ?? []))
    : [];

const namespaceOf = ({ metadata }) => metadata?.namespace ?? 'default';
