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
  metric: /istio_\w+$/,
  labels: {
    destination_service_name: (service) => service,
    destination_service: (service, namespace) => `${service}.${namespace}.svc.cluster.local`,
  },
};

const NGINX: CountedRequests = {
  metric: /nginx_ingress_controller_\w+$/,
  labels: { service: (service) => service, exported_service: (service) => service },
};

/** A selector with matchers. In a dashboard, which is JSON in a text, each quote has a backslash. */
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^{}]*)\}/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*\\?["']((?:[^"'\\]|\\\\.|\\[^"'])*)\\?["']/g;

/**
 * Alerts, dashboards and autoscalers that count the requests to a Service by its name, in the metrics of the router: once
 * it splits them, it counts them under the names of the two Services of the versions. One sentence each.
 *
 * @param own The objects that are carried over with the workload.
 * @param router The kind of the route that splits the requests: `VirtualService` or `Ingress`.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function countedByService(own: readonly Resource[], split: SplitServices, router: string | undefined): string[] {
  const counted = router === 'VirtualService' ? ISTIO : router === 'Ingress' ? NGINX : undefined;
  if (counted === undefined) return [];
  const { root, stable, canary } = split;
  return own.flatMap((object) => {
    const found = new Set([...textsIn(object.field())].flatMap(({ string }) => missing(string!, counted, split)));
    if (found.size === 0) return [];
    const label = [...found][0].split(/\W/)[0];
    const name = label === 'destination_service' ? 'destination_service_name' : label;
    return [
      `${object.kind} ${object.name} counts requests by ${[...found].join(' and ')}, but the requests to ${root} count as those of ${stable} and ${canary} from now on; let it match ${name}=~"${root}|${stable}|${canary}"`,
    ];
  });
}

/** The matchers that select the requests to the Service now, and will not select those to both versions. */
function missing(text: string, { metric, labels }: CountedRequests, split: SplitServices): string[] {
  const { root, stable, canary, namespace = 'default' } = split;
  return [...text.matchAll(SELECTOR)].flatMap(([, name, inside]) => {
    const matchers = metric.test(name) ? [...inside.matchAll(MATCHER)] : [];
    // The sidecar of the destination knows the pod and not the Service that was called.
    if (matchers.some(([, label, , value]) => label === 'reporter' && value === 'destination')) return [];
    return matchers.flatMap(([written, label, operator, value]) => {
      const valueOf = Object.hasOwn(labels, label) ? labels[label] : undefined;
      if (valueOf === undefined) return [];
      const matcher = { operator: operator as Matcher['operator'], value: value.replace(/\\\\/g, '\\') };
      const isSelected = (service: string) => isMatch(matcher, valueOf(service, namespace));
      const isLost = isSelected(root) && !(isSelected(stable) && isSelected(canary));
      return isLost ? [written.replaceAll('\\"', '"')] : [];
    });
  });
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
