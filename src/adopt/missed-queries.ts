import type { Resource } from '../graph';
import { REPLACED } from './left-out';
import { isMatch, isOfNamespace, type WrittenMatcher, type WrittenSelector } from './queries';
import type { References } from './references';
import type { Scope } from './scope';
import type { SplitServices, StableVersion } from './split-services';

/** The labels with the namespace of a target, and that which the target itself states. */
const OF_TARGETS = ['namespace', 'exported_namespace'];

/** The metrics of a router, whose labels name the Service that it sends requests to. */
interface CountedRequests {
  /** The metrics, as a pattern. */
  readonly metric: RegExp;
  /** The labels, each with the value that it has for a Service. */
  readonly labels: { readonly [label: string]: (service: string, namespace: string) => string };
  /** The labels with the namespace of the Service. */
  readonly namespaces: readonly string[];
}

const ISTIO: CountedRequests = {
  metric: /^istio_\w+$/,
  labels: {
    destination_service_name: (service) => service,
    destination_service: (service, namespace) => `${service}.${namespace}.svc.cluster.local`,
  },
  namespaces: ['destination_service_namespace'],
};

const NGINX: CountedRequests = {
  metric: /^nginx_ingress_controller_\w+$/,
  labels: { service: (service) => service, exported_service: (service) => service },
  namespaces: OF_TARGETS,
};

/**
 * Alerts, dashboards and autoscalers that count the requests to a Service by its name, in the metrics of the router: once
 * it splits them, it counts them under the names of the two Services of the versions. One sentence each.
 *
 * @param router The kind of the route that splits the requests: `VirtualService` or `Ingress`.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function missedRequests(
  references: References,
  split: SplitServices,
  router: string | undefined,
  scope: Scope,
): string[] {
  const counted = router === 'VirtualService' ? ISTIO : router === 'Ingress' ? NGINX : undefined;
  if (counted === undefined) return [];
  const { root, stable, canary, namespace } = split;
  const isMissed = ({ label, ...matcher }: WrittenMatcher) => {
    const valueOf = Object.hasOwn(counted.labels, label) ? counted.labels[label] : undefined;
    if (valueOf === undefined) return false;
    const place = namespace ?? NAMESPACE_IN_HOST.exec(matcher.value)?.[1] ?? 'default';
    const isSelected = (service: string) => isMatch(matcher, valueOf(service, place));
    return isSelected(root) && !(isSelected(stable) && isSelected(canary));
  };
  return concerned(references, scope).flatMap(({ object, selectors }) => {
    const found = selectors
      .filter(({ metric }) => counted.metric.test(metric))
      .filter((selector) => isOfNamespace(selector, counted.namespaces, namespace))
      // The sidecar of the destination knows the pod and not the Service that was called.
      .filter(({ matchers }) => !matchers.some(({ label, value }) => label === 'reporter' && value === 'destination'))
      .flatMap(({ matchers }) => matchers.filter(isMissed));
    if (found.length === 0) return [];
    const label = found[0].label === 'destination_service' ? 'destination_service_name' : found[0].label;
    return [
      `${scope.titled(object)} counts requests by ${listed(found)}, but the requests to ${root} count as those of ${stable} and ${canary} from now on; let it match ${label}=~"${root}|${stable}|${canary}"`,
    ];
  });
}

/** The namespace in a host of a Service, which may be a pattern. */
const NAMESPACE_IN_HOST = /^[^.]*\.([a-z0-9-]+)(?:\\?\.|$)/;

/** The metrics of kube-state-metrics about Deployments. */
const OF_DEPLOYMENTS = /^kube_deployment_\w+$/;

/**
 * Alerts and dashboards that query a Deployment by its name, which has no series once a Rollout is in its place: by
 * metrics of Deployments, and by owners and targets of that kind. One sentence each.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export function missedDeployment(references: References, { name, namespace }: Resource, scope: Scope): string[] {
  const isOfThis = (matcher: WrittenMatcher) => isMatch(matcher, name) && !isMatch(matcher, `any-other-than-${name}`);
  const naming = ({ metric, matchers }: WrittenSelector) => {
    if (OF_DEPLOYMENTS.test(metric)) return matchers.filter((one) => one.label === 'deployment' && isOfThis(one));
    const kinds = matchers.filter((one) => isMatch(one, 'Deployment') && !isMatch(one, 'Rollout'));
    const names = kinds.map(({ label }) => /^(.*_)kind$/.exec(label)?.[1]).map((prefix) => `${prefix}name`);
    return metric.startsWith('kube_') ? matchers.filter((one) => names.includes(one.label) && isOfThis(one)) : [];
  };
  return concerned(references, scope).flatMap(({ object, selectors }) => {
    const found = selectors.filter((selector) => isOfNamespace(selector, OF_TARGETS, namespace)).flatMap(naming);
    if (found.length === 0) return [];
    return [
      `${scope.titled(object)} queries ${listed(found)}, of which there are no series once a Rollout is in the place of the Deployment; query rollout_info_replicas_available{name="${name}"} and its like, which the controller serves`,
    ];
  });
}

/**
 * Alerts and dashboards that query the Deployment or the Service with the stable version, which Flagger makes, by its
 * name: `<name>-primary`. One sentence each.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function missedPrimary(
  references: References,
  { name, namespace }: Resource,
  { primaries, stable }: StableVersion,
  scope: Scope,
): string[] {
  const isOfPrimary = ({ operator, value }: WrittenMatcher) =>
    primaries.some((one) =>
      operator === '=' ? value === one || value.startsWith(`${one}.`) : operator === '=~' && value.includes(one),
    );
  return concerned(references, scope).flatMap(({ object, selectors }) => {
    const found = selectors
      .filter((selector) => isOfNamespace(selector, NAMESPACES, namespace))
      .flatMap(({ matchers }) => matchers.filter(isOfPrimary));
    if (found.length === 0) return [];
    return [
      `${scope.titled(object)} queries ${listed(found)}, which only Flagger makes; query Service ${stable} for requests to the stable version, and Rollout ${name} for its pods`,
    ];
  });
}

const NAMESPACES = [...OF_TARGETS, 'destination_service_namespace', 'destination_workload_namespace'];

/** The objects with queries that may be about a workload. */
const concerned = (references: References, scope: Scope) =>
  references.querying.filter(({ object }) => !REPLACED.includes(object.kind) && scope.isConcerned(object));

const listed = (matchers: readonly WrittenMatcher[]): string =>
  [...new Set(matchers.map(({ written }) => written))].join(' and ');
