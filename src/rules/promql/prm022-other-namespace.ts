import { metricLabel } from '../shared/settings';
import { fillIn } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/query';
import { inRollout } from '../shared/promql-sample';

const NAMESPACE_LABEL =
  /^(namespace|kubernetes_namespace|k8s_namespace|destination_workload_namespace|destination_service_namespace)$/;

export const otherNamespace: Rule = {
  code: 'PRM022',
  severity: 'warning',
  title: 'A query names a namespace that the Rollout does not',
  why: 'If the pods are in another namespace, nothing comes back: the analysis errs, or passes without having seen anything. A manifest without a namespace goes into whichever it is applied to, and the query does not go along.',
  fix: 'Put the namespace into the manifests; or take it from the Rollout, by an argument with `valueFrom: { fieldRef: { fieldPath: metadata.namespace } }`.',
  bad: inRollout('sum(increase(http_requests_total{namespace="shop",service="checkout-canary"}[5m]))', {
    namespace: 'store',
  }),
  good: inRollout('sum(increase(http_requests_total{namespace="shop",service="checkout-canary"}[5m]))', {
    namespace: 'shop',
  }),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, selectors } of metricQueries(graph)) {
      for (const use of metric.uses) {
        const { rollout } = use;
        if (!rollout) continue;
        const { namespace } = rollout.resource;
        for (const { label, operator, value, from, to } of selectors.flatMap(({ selector }) => selector.matchers)) {
          if (operator !== '=' || !NAMESPACE_LABEL.test(label)) continue;
          const named = fillIn(value, metric, use);
          if (named === undefined || named === '' || named === namespace) continue;
          // What was given by the Rollout itself was meant for it.
          if (namespace === undefined && value !== named) continue;
          const is = namespace === undefined ? 'states no namespace' : `is in namespace '${namespace}'`;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} asks about namespace '${named}', and ${rollout.resource} ${is}`,
            {
              within: { from, to },
              hint: 'take it from metadata.namespace by an argument',
            },
          );
        }
      }
    }
  },
};
