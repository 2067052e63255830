// What all the systems say of a set of manifests.
import { Oracle } from './oracles.mjs';

/** Kinds whose definitions are not pinned here. */
const UNJUDGED = new Set([
  'ApplicationSet argoproj.io/v1alpha1',
  'AppProject argoproj.io/v1alpha1',
  'ScaledObject keda.sh/v1alpha1',
]);

/** What the analyzers say of a gateway's certificate. The one that it finds here is a stand-in. */
const BAD_CERTIFICATE = 'IST0161';

/** What the operator says of a certificate. The Secret that it finds here is a stand-in. */
const STAND_IN = /PEM/;

/** Who signs requests to Amazon is known in a cluster alone. */
const UNSIGNED = /could not get SigV4 credentials|region not configured in sigv4/;

/** The oracles that judge sets. */
export class Systems {
  constructor(count) {
    this.rollouts = new Oracle('rollouts', count);
    this.istio = new Oracle('istio', count);
    this.prometheus = new Oracle('prometheus', 1);
  }

  close() {
    for (const oracle of [this.rollouts, this.istio, this.prometheus]) oracle.close();
  }

  /**
   * Everything that is refused, as { object, by, path, message, also }. `also` are objects that have as much to do with it.
   * Istio's warnings and notes are left out: it accepts what it warns of.
   */
  async refusals(all, surroundings = []) {
    const manifests = all.filter(({ kind, apiVersion }) => !UNJUDGED.has(`${kind} ${apiVersion}`));
    const [admitted, analyzed, scraped] = await Promise.all([
      this.rollouts.ask({ kind: 'admit', manifests, surroundings }),
      this.istio.ask({ manifests, surroundings: [...surroundingsOf(manifests), ...surroundings] }),
      this.prometheus.ask({ kind: 'scrape', manifests }).catch((error) => ({ error: String(error) })),
    ]);
    const { errors } = await this.prometheus.ask({
      kind: 'queries',
      queries: admitted.queries.map(({ query }) => query),
    });
    const queries = admitted.queries.flatMap(({ object, metric }, i) =>
      errors[i] ? [{ object, by: 'promql', path: '', message: `metric ${metric}: ${errors[i]}` }] : [],
    );
    const monitors = scraped.error
      ? [{ object: '', by: 'operator', path: '', message: scraped.error }]
      : Object.entries(scraped.refused)
          .filter(([, message]) => !STAND_IN.test(message))
          .map(([object, message]) => ({ object, by: 'operator', path: '', message }));
    const istio = analyzed.problems.filter(({ level, code }) => level === 'error' && code !== BAD_CERTIFICATE);
    const judged = admitted.problems.filter(({ message }) => !UNSIGNED.test(message));
    return [...judged, ...istio, ...queries, ...monitors];
  }
}

/** What is in the cluster although nobody keeps it beside an app: gateways' workloads, their certificates, pods. */
function surroundingsOf(manifests) {
  const made = [];
  const namespaces = new Set(manifests.map(namespaceOf));
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
      const { selector = {}, servers = [] } = gateway.spec ?? {};
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
    const { metadata = {}, spec } = rollout.spec.template;
    made.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        name: `${rollout.metadata?.name}-0`,
        namespace: namespaceOf(rollout),
        labels: { ...metadata.labels, 'rollouts-pod-template-hash': '5f7d8c9b4' },
      },
      spec,
    });
  }
  return made;
}

const namespaceOf = ({ metadata }) => metadata?.namespace ?? 'default';
