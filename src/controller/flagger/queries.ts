/**
 * The queries of Flagger's built-in metrics with Istio and Linkerd. Undefined for other routers, whose
 * metrics the traffic model does not know.
 *
 * @see https://docs.flagger.app/usage/metrics
 */
export function builtInQuery(
  provider: string,
  name: string,
  values: { readonly [name: string]: string | undefined },
  window: string,
): string | undefined {
  if (provider === 'linkerd') return ofLinkerd(name, values, window);
  if (provider !== 'istio') return undefined;
  const labels = `reporter="destination",destination_workload_namespace="${values.namespace}",destination_workload=~"${values.target}"`;
  if (name === 'request-success-rate') {
    const rate = (more: string): string => `sum(rate(istio_requests_total{${labels}${more}}[${window}]))`;
    return `${rate(',response_code!~"5.*"')} / ${rate('')} * 100`;
  }
  if (name === 'request-duration') {
    return `histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{${labels}}[${window}])) by (le))`;
  }
  return undefined;
}

function ofLinkerd(
  name: string,
  values: { readonly [name: string]: string | undefined },
  window: string,
): string | undefined {
  const labels = `namespace="${values.namespace}",deployment=~"${values.target}",direction="inbound"`;
  if (name === 'request-success-rate') {
    const rate = (more: string): string => `sum(rate(response_total{${labels}${more}}[${window}]))`;
    return `${rate(',classification!="failure"')} / ${rate('')} * 100`;
  }
  if (name === 'request-duration') {
    return `histogram_quantile(0.99, sum(rate(response_latency_ms_bucket{${labels}}[${window}])) by (le))`;
  }
  return undefined;
}
