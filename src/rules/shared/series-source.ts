import type { Metric } from '../../graph';
import type { Matcher, Selector } from '../../promql';

/**
 * Metrics of something other than the application in the pods of a Rollout: proxies, routers, the nodes, the cluster,
 * Prometheus itself. Other jobs scrape them, with labels of their own.
 */
const OF_OTHERS = new RegExp(
  `^(?:${[
    // Proxies and what stands before the Services.
    ...['istio_', 'envoy_', 'pilot_', 'inbound_(?:http|grpc|tcp|tls)_', 'outbound_(?:http|grpc|tcp|tls)_'],
    ...['nginx_ingress_', 'traefik_', 'haproxy_', 'kong_', 'apisix_', 'cilium_', 'hubble_', 'consul_', 'aws_'],
    // Nodes and the cluster.
    ...['kube_', 'container_', 'machine_', 'node_', 'apiserver_', 'kubelet_', 'kubeproxy_', 'coredns_', 'etcd_'],
    // Prometheus, its exporters, and what writes into it.
    ...['probe_', 'ALERTS', 'up$', 'scrape_', 'prometheus_', 'alertmanager_', 'traces_spanmetrics_', 'traces_service_'],
    // Controllers.
    ...['argocd_', 'rollout_info', 'rollout_phase', 'analysis_run_', 'experiment_info', 'experiment_phase', 'keda_'],
  ].join('|')})`,
);

/** @see https://linkerd.io/2/reference/proxy-metrics/ */
const NAMES_OF_LINKERD =
  /^(?:(?:route_|control_)?(?:request_total|response_total|response_latency_ms(?:_bucket|_sum|_count)?)|tcp_(?:open_connections|open_total|close_total|read_bytes_total|write_bytes_total|connection_duration_ms(?:_bucket|_sum|_count)?))$/;

/** Labels that the proxy of Linkerd sets, or the job that scrapes it. An application rarely has metrics with both. */
const LABEL_OF_LINKERD =
  /^(?:direction|classification|tls|authority|target_addr|rt_\w+|route_name|parent_name|backend_name|srv_name|dst_\w+|k8s_job|linkerd_\w+)$/;

/** Jobs and containers that are not the application's, in the names that charts give them. */
const OTHER_JOB =
  /linkerd|istio|envoy|kube-state-metrics|cadvisor|kubelet|node-exporter|ingress-nginx|traefik|haproxy/i;

/**
 * Whether the series of a selector come from something other than the application in the pods of a Rollout, so that the
 * monitors of its pods say nothing about them: by their name, by a matcher for a job or container, or because of the
 * Prometheus that is asked.
 *
 * @param selector Without a name, it is not known whose series it selects.
 */
export function isInfrastructure({ metric: name, matchers }: Selector, metric: Metric): boolean {
  if (name === undefined || OF_OTHERS.test(name)) return true;
  return (
    matchers.some(isOtherJob) || asksLinkerd(metric) || (NAMES_OF_LINKERD.test(name) && isOfLinkerd(matchers, metric))
  );
}

const isOtherJob = ({ label, operator, value }: Matcher): boolean =>
  (label === 'job' || label === 'container') && !operator.startsWith('!') && OTHER_JOB.test(value);

/** The Prometheus of Linkerd scrapes proxies and nodes, with its own configuration. It reads no monitors. */
const asksLinkerd = ({ prometheus }: Metric): boolean =>
  /^(?:[a-z]+:\/\/)?[^/]*linkerd/i.test(prometheus.get('address').string ?? '');

/** Whether a query for a metric that an application may have as well is about the proxy of Linkerd. */
const isOfLinkerd = (matchers: readonly Matcher[], { uses }: Metric): boolean =>
  matchers.some(({ label }) => LABEL_OF_LINKERD.test(label)) ||
  uses.some(({ rollout }) => {
    const inject = rollout?.workload.template.get('metadata', 'annotations', 'linkerd.io/inject').string;
    return inject === 'enabled' || inject === 'ingress';
  });
