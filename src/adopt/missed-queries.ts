import { type Resource, textsIn } from '../graph';
import { type Matcher, matches } from '../promql';
import type { SplitServices } from './split-services';

/** The metrics of a router, whose labels name the Service that it sends requests to. */
interface CountedRequests {
  /** The metrics, as a pattern. */
  readonly metric: RegExp;
  /** The labels, each with the value that it has for a Service. */
  readonly labels: { readonly [label: string]: (service: string, namespace: string) => string };
}

const ISTIO: CountedRequests = {
  metric: /^istio_\w+$/,
  labels: {
    destination_service_name: (service) => service,
    destination_service: (service, namespace) => `${service}.${namespace}.svc.cluster.local`,
  },
};

const NGINX: CountedRequests = {
  metric: /^nginx_ingress_controller_\w+$/,
  labels: { service: (service) => service, exported_service: (service) => service },
};

/** A selector with matchers. In a dashboard, which is JSON in a text, each quote has a backslash. */
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^{}]*)\}/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*\\?["']((?:[^"'\\]|\\\\.|\\[^"'])*)\\?["']/g;

/** A matcher as it stands in a text. */
interface WrittenMatcher extends Pick<Matcher, 'label' | 'operator' | 'value'> {
  readonly written: string;
}

/**
 * Alerts, dashboards and autoscalers that count the requests to a Service by its name, in the metrics of the router: once
 * it splits them, it counts them under the names of the two Services of the versions. One sentence each.
 *
 * @param own The objects that are carried over with the workload.
 * @param router The kind of the route that splits the requests: `VirtualService` or `Ingress`.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function missedRequests(own: readonly Resource[], split: SplitServices, router: string | undefined): string[] {
  const counted = router === 'VirtualService' ? ISTIO : router === 'Ingress' ? NGINX : undefined;
  if (counted === undefined) return [];
  const { root, stable, canary, namespace = 'default' } = split;
  const isMissed = ({ label, ...matcher }: WrittenMatcher) => {
    const valueOf = Object.hasOwn(counted.labels, label) ? counted.labels[label] : undefined;
    if (valueOf === undefined) return false;
    const isSelected = (service: string) => isMatch(matcher, valueOf(service, namespace));
    return isSelected(root) && !(isSelected(stable) && isSelected(canary));
  };
  return own.flatMap((object) => {
    const found = matchersIn(object, counted.metric).flatMap((matchers) =>
      // The sidecar of the destination knows the pod and not the Service that was called.
      matchers.some(({ label, value }) => label === 'reporter' && value === 'destination')
        ? []
        : matchers.filter(isMissed),
    );
    if (found.length === 0) return [];
    const label = found[0].label === 'destination_service' ? 'destination_service_name' : found[0].label;
    return [
      `${object.kind} ${object.name} counts requests by ${listed(found)}, but the requests to ${root} count as those of ${stable} and ${canary} from now on; let it match ${label}=~"${root}|${stable}|${canary}"`,
    ];
  });
}

/** The metrics of kube-state-metrics about Deployments. */
const OF_DEPLOYMENTS = /^kube_deployment_\w+$/;

/**
 * Alerts and dashboards that query a Deployment by its name, which has no series once a Rollout is in its place. One
 * sentence each.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export function missedDeployment(own: readonly Resource[], { name }: Resource): string[] {
  const isOfThis = ({ label, ...matcher }: WrittenMatcher) =>
    label === 'deployment' && isMatch(matcher, name) && !isMatch(matcher, `any-other-than-${name}`);
  return own.flatMap((object) => {
    const found = matchersIn(object, OF_DEPLOYMENTS).flatMap((matchers) => matchers.filter(isOfThis));
    if (found.length === 0) return [];
    return [
      `${object.kind} ${object.name} queries ${listed(found)}, of which there are no series once a Rollout is in the place of the Deployment; query rollout_info_replicas_available{name="${name}"} and its like, which the controller serves`,
    ];
  });
}

/**
 * Alerts and dashboards that query the Deployment or the Service with the stable version, which Flagger makes, by its
 * name: `<name>-primary`. One sentence each.
 *
 * @param apex The Service of callers, after which Flagger calls those of the versions.
 * @param stable The Service of the stable version.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function missedPrimary(own: readonly Resource[], { name }: Resource, apex: string, stable: string): string[] {
  const primaries = [...new Set([name, apex])].map((one) => `${one}-primary`);
  const isOfPrimary = ({ operator, value }: WrittenMatcher) =>
    primaries.some((one) =>
      operator === '=' ? value === one || value.startsWith(`${one}.`) : operator === '=~' && value.includes(one),
    );
  return own.flatMap((object) => {
    const found = matchersIn(object).flatMap((matchers) => matchers.filter(isOfPrimary));
    if (found.length === 0) return [];
    return [
      `${object.kind} ${object.name} queries ${listed(found)}, which only Flagger makes; query Service ${stable} for requests to the stable version, and Rollout ${name} for its pods`,
    ];
  });
}

const listed = (matchers: readonly WrittenMatcher[]): string =>
  [...new Set(matchers.map(({ written }) => written))].join(' and ');

/** The matchers of each selector in the texts of an object. @param metric The metrics; all by default. */
function matchersIn(object: Resource, metric = /./): WrittenMatcher[][] {
  return [...textsIn(object.field())].flatMap(({ string: text }) =>
    [...text!.matchAll(SELECTOR)]
      .filter(([, name]) => metric.test(name))
      .map(([, , inside]) =>
        [...inside.matchAll(MATCHER)].map(([written, label, operator, value]) => ({
          label,
          operator: operator as Matcher['operator'],
          value: value.replace(/\\\\/g, '\\'),
          written: written.replaceAll('\\"', '"'),
        })),
      ),
  );
}

/** Whether a matcher selects a value. Those with a bad pattern or a placeholder select nothing. */
function isMatch(matcher: Pick<Matcher, 'operator' | 'value'>, value: string): boolean {
  try {
    return matches(matcher, value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
