import { type Graph, HASH_LABEL, monitors } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { metricQueries } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

/** Labels that are long enough for a similar name to be a typo. */
const EVERYWHERE = [HASH_LABEL.replaceAll('-', '_'), 'namespace', 'container'];

/** @see https://istio.io/latest/docs/reference/config/metrics/ */
const OF_ISTIO = [
  ...EVERYWHERE,
  'reporter',
  ...['source', 'destination'].flatMap((side) =>
    ['workload', 'workload_namespace', 'principal', 'app', 'version', 'cluster'].map((what) => `${side}_${what}`),
  ),
  ...['source', 'destination'].flatMap((side) => [`${side}_canonical_service`, `${side}_canonical_revision`]),
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
  'request_protocol',
  'response_code',
  'response_flags',
  'grpc_response_status',
  'connection_security_policy',
];

export const labelMisspelt: Rule = {
  code: 'PRM024',
  severity: 'warning',
  title: 'A query matches a label that looks like a typo',
  why: 'A label that no series has is empty on all of them. A matcher that asks for a value finds nothing: the analysis errs, or passes without having measured anything.',
  fix: 'Write the label as the series have it.',
  whenNotToUse: 'Ignore it when your metrics really have a label with that name.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout(
    'sum(increase(istio_requests_total{reporter="source",destination_servce_name="checkout-canary"}[5m]))',
  ),
  good: queryInRollout(
    'sum(increase(istio_requests_total{reporter="source",destination_service_name="checkout-canary"}[5m]))',
  ),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { selector } of selectors) {
        // The labels of a recording rule are its own, and it may rename those of what it records.
        if (selector.metric?.includes(':')) continue;
        const known = selector.metric?.startsWith('istio_') ? OF_ISTIO : EVERYWHERE;
        for (const { label, from } of selector.matchers) {
          const meant = known.includes(label) ? undefined : (confused(graph, label) ?? closest(label, known));
          if (meant === undefined) continue;
          const within = { from, to: from + label.length };
          report(metric.query, `the query of ${metricLabel(metric)} matches the label '${label}'`, {
            within,
            didYouMean: { name: meant },
            mistake: { in: metric.query, what: label },
            fix: { title: `write ${meant}`, edits: [{ at: metric.query, set: meant, within }] },
          });
        }
      }
    }
  },
};

/**
 * Pods of a Deployment have the label pod-template-hash. Those of a Rollout do not, unless a monitor gives their series
 * one of that name.
 */
function confused(graph: Graph, label: string): string | undefined {
  if (label !== 'pod_template_hash') return undefined;
  const renamed = monitors(graph).some(({ endpoints }) =>
    endpoints.some(({ field }) => JSON.stringify(field.value).includes('"pod_template_hash"')),
  );
  return renamed ? undefined : 'rollouts_pod_template_hash';
}
