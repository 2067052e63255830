import { matches, type Matcher } from '../../promql';
import { ISTIO_BOUNDS } from './istio';
import { candidates, written } from './matcher-texts';
import { statusLabel, type StatusLabel } from './outcome';
import type { QueriedMetric } from './queried';
import { histogramSamples, type DescribedSample, type SampleLabels } from './sample';

/** What the manifests say of the router before the Services of a rollout. */
export interface RouterFacts {
  readonly namespace: string;
  readonly canary: string | undefined;
  readonly stable: string | undefined;
  /** Of the Services. */
  readonly port: number;
  /** Whether a step copies requests to the canary. */
  readonly mirrors?: boolean;
  /** The Ingress that the controller splits, for ingress-nginx; undefined where it splits none. */
  readonly ingress?: { readonly name: string; readonly service: string; readonly host: string | undefined };
}

type Version = 'new' | 'old';
type ByVersion = Readonly<Record<Version, SampleLabels>>;

const NGINX = /^nginx_ingress_controller_(requests|(request|response)_duration_seconds(_bucket|_sum|_count))$/;
const ENVOY = /^envoy_cluster_(internal_|external_)?upstream_rq(_xx|_total|_time(_bucket|_sum|_count))?$/;

/** Whether a metric is one of ingress-nginx or of an Envoy before the Services. */
export const isOfRouter = (name: string): boolean => NGINX.test(name) || ENVOY.test(name);

/** The buckets that ingress-nginx has unless told otherwise, in seconds. */
const NGINX_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What of a metric cannot be told from the manifests. */
class Unknown extends Error {}

/**
 * The requests that a router counts, by the version that it sends them to: ingress-nginx by Ingress and `canary`, an Envoy
 * by cluster. Which names it uses is told by the manifests and by the queries; what these leave open is refused.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats
 */
export class RouterMetrics {
  readonly samples: Readonly<Record<Version, readonly DescribedSample[]>>;
  readonly assumptions: readonly string[];
  /** By metric: why nothing is known of its series. */
  readonly refused = new Map<string, string>();

  constructor(
    asked: readonly QueriedMetric[],
    private readonly facts: RouterFacts,
  ) {
    const samples: Record<Version, DescribedSample[]> = { new: [], old: [] };
    const assumptions: string[] = [];
    const all = asked.flatMap(({ selectors }) => selectors.flatMap(({ matchers }) => matchers));
    for (const metric of asked) {
      try {
        const nginx = NGINX.test(metric.name);
        const labels = nginx ? this.ofNginx(metric, all) : this.ofEnvoy(metric, all);
        for (const version of ['new', 'old'] as const) samples[version].push(...samplesOf(metric, labels[version]));
        assumptions.push(nginx ? this.saidOfNginx(labels) : saidOfEnvoy(labels));
      } catch (error) {
        if (!(error instanceof Unknown) && !(error instanceof SyntaxError)) throw error;
        this.refused.set(metric.name, error.message);
      }
    }
    this.samples = samples;
    this.assumptions = [...new Set(assumptions)];
  }

  private ofNginx({ name, selectors }: QueriedMetric, all: readonly Matcher[]): ByVersion {
    const { namespace, canary, port, ingress } = this.facts;
    if (ingress === undefined) {
      throw new Unknown(
        `${name} counts by Ingress, and no trafficRouting.nginx.stableIngress says which one is before these versions`,
      );
    }
    const anyones = selectors.find(
      ({ matchers }) => !matchers.some(({ label }) => /^((exported_)?(ingress|service)|canary|host)$/.test(label)),
    );
    if (anyones)
      throw new Unknown(`${name} without ingress, service, host or canary counts requests of other apps too`);
    // A scrape keeps the labels of the metric under these names, or moves them aside.
    const aside = all.some(({ label }) => label.startsWith('exported_'));
    const own = (label: string): string => (aside ? `exported_${label}` : label);
    const known: Record<string, string> = {
      [own('namespace')]: namespace,
      [own('service')]: ingress.service,
      ingress: ingress.name,
      ...(ingress.host === undefined ? {} : { host: ingress.host }),
      ...(aside ? { namespace: 'ingress-nginx', service: 'ingress-nginx-controller-metrics' } : {}),
    };
    const others = constants(name, all, [...Object.keys(known), 'canary', 'status', 'le']);
    // Requests to the canary are those of the stable Ingress, with the backend that they were sent to instead.
    const backend = `${namespace}-${canary ?? ''}-${port}`;
    return { new: { ...known, ...others, canary: backend }, old: { ...known, ...others, canary: '' } };
  }

  private ofEnvoy({ name, selectors }: QueriedMetric, all: readonly Matcher[]): ByVersion {
    if (this.facts.mirrors) {
      throw new Unknown(
        `${name} counts the copies of a mirror route as well, which are not simulated there; take what the app or its sidecar counts`,
      );
    }
    const label = all.some((one) => one.label === 'cluster_name') ? 'cluster_name' : 'envoy_cluster_name';
    const open = selectors.some(({ matchers }) => !matchers.some((one) => one.label === label));
    if (open) throw new Unknown(`${name} without ${label} counts requests of other apps too`);
    const clusters = this.clusterNames(all.filter((one) => one.label === label));
    const others = constants(name, all, [label, 'le', ...codesOf(name)]);
    return { new: { ...others, [label]: clusters.new }, old: { ...others, [label]: clusters.old } };
  }

  /** The clusters of the two Services, called as the queries call one of them. */
  private clusterNames(on: readonly Matcher[]): Readonly<Record<Version, string>> {
    const { canary, stable } = this.facts;
    const shown = [...new Set(on.map(written))].join(', ');
    if (canary === undefined || stable === undefined) {
      throw new Unknown(`${shown} names a cluster, and the rollout has no Service for each version`);
    }
    for (const value of candidates(on)) {
      for (const service of [canary, stable]) {
        const token = new RegExp(`(^|[^a-z0-9-])${service}(?![a-z0-9-])`);
        if (!token.test(value)) continue;
        const named = (other: string): string => value.replace(token, (_, before: string) => before + other);
        return { new: named(canary), old: named(stable) };
      }
    }
    for (const convention of this.conventions()) {
      const names = { new: convention(canary), old: convention(stable) };
      if (on.some((one) => matches(one, names.new) !== matches(one, names.old))) return names;
    }
    throw new Unknown(`${shown} names no cluster of Service ${canary} or ${stable}`);
  }

  /** What Contour, Emissary, Istio, Gloo and others call the cluster of a Service. */
  private conventions(): ((service: string) => string)[] {
    const { namespace, port } = this.facts;
    const plain = (text: string): string => text.replace(/[^a-z0-9]/g, '_');
    return [
      (service) => service,
      (service) => `${namespace}_${service}_${port}`,
      (service) => `${namespace}-${service}-${port}`,
      (service) => `${namespace}/${service}`,
      (service) => `outbound|${port}||${service}.${namespace}.svc.cluster.local`,
      (service) => `cluster_${plain(service)}_${plain(namespace)}`,
      (service) => `${namespace}-${service}-canaryupstream-${port}_gloo-system`,
    ];
  }

  private saidOfNginx({ new: { ingress, canary } }: ByVersion): string {
    return `ingress-nginx counts the requests to both versions with ingress="${ingress}", those to the canary with canary="${canary}", and is scraped once every global scrape interval`;
  }
}

const saidOfEnvoy = (labels: ByVersion): string => {
  const [now, before] = (['new', 'old'] as const).map((version) =>
    Object.entries(labels[version]).filter(([label]) => label.endsWith('cluster_name')),
  );
  return `the Envoys before the Services count requests with ${before[0][0]}="${before[0][1]}" and "${now[0][1]}", and are scraped once every global scrape interval`;
};

/** Labels that do not tell the versions apart: the one value that all matchers ask for. */
function constants(metric: string, all: readonly Matcher[], known: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const label of new Set(all.map((one) => one.label))) {
    const on = all.filter((one) => one.label === label);
    if (known.includes(label) || label === '__name__' || on.every((one) => matches(one, ''))) continue;
    const value = candidates(on).find((one) => on.every((matcher) => matches(matcher, one)));
    if (value === undefined) {
      throw new Unknown(`nothing here says which series of ${metric} have ${[...new Set(on.map(written))].join(', ')}`);
    }
    found[label] = value;
  }
  return found;
}

/** The labels of the outcome of a request. */
function codesOf(name: string): readonly string[] {
  if (NGINX.test(name)) return ['status'];
  if (/_rq_xx$/.test(name)) return ['envoy_response_code_class', 'response_code_class'];
  return /_rq$/.test(name) ? ['envoy_response_code', 'response_code'] : [];
}

function statusOf({ name, selectors }: QueriedMetric): StatusLabel | undefined {
  const labels = codesOf(name);
  if (labels.length === 0) return undefined;
  const matchers = selectors.flatMap((one) => one.matchers).filter(({ label }) => labels.includes(label));
  const label = matchers[0]?.label ?? labels[0];
  if (/_rq_xx$/.test(name)) return { label, succeeded: '2', failed: '5' };
  const found = statusLabel(name, label.replace(/^envoy_/, ''), matchers);
  if (found && 'unclear' in found) throw new Unknown(found.unclear);
  return { label, succeeded: found?.succeeded ?? '200', failed: found?.failed ?? '500' };
}

/** What is exposed of one version. */
function samplesOf(metric: QueriedMetric, labels: SampleLabels): DescribedSample[] {
  const { name } = metric;
  const status = statusOf(metric);
  const outcomes = status === undefined ? (['any'] as const) : (['succeeded', 'failed'] as const);
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const nginx = NGINX.test(name);
  return outcomes.flatMap((outcome): DescribedSample[] => {
    const own = status === undefined ? {} : { [status.label]: outcome === 'failed' ? status.failed : status.succeeded };
    const appears = status === undefined ? 'at-once' : 'with-first';
    if (base === name) {
      return [
        {
          name,
          labels: { ...labels, ...own },
          shows: { type: 'requests', outcome, part: 'count', factor: 1, appears },
        },
      ];
    }
    const [bounds, factor] = nginx ? [NGINX_BOUNDS, 1] : [ISTIO_BOUNDS, 1000];
    const whole = histogramSamples(base, { ...labels, ...own }, outcome, bounds, { factor, appears });
    return whole.filter((one) => one.name === name);
  });
}
