import { applications, type Graph, type Resource } from '../../graph';
import { fillIn, metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { GRAFANA_VARIABLE, metricQueries, NAMESPACE_LABEL } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

export const otherNamespace: Rule = {
  code: 'PRM022',
  severity: 'warning',
  title: 'A query names another namespace than that of the Rollout',
  why: 'If the pods run in another namespace, the query returns nothing. The analysis then ends in an error, or passes without having measured anything.',
  fix: 'Set the namespace in the manifests, or take it from the Rollout by an argument with `valueFrom: { fieldRef: { fieldPath: metadata.namespace } }`.',
  whenNotToUse: 'Ignore it when the query measures a dependency in another namespace on purpose.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout('sum(increase(http_requests_total{namespace="shop",service="checkout-canary"}[5m]))', {
    namespace: 'store',
  }),
  good: queryInRollout('sum(increase(http_requests_total{namespace="shop",service="checkout-canary"}[5m]))', {
    namespace: 'shop',
  }),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const { rollout } = use;
        if (!rollout) continue;
        const { namespace } = rollout.resource;
        const own = namespacesOf(graph, rollout.resource);
        const said = new Set<string>();
        for (const { label, operator, value, from, to } of selectors.flatMap(({ selector }) => selector.matchers)) {
          // PRM030 reports variables of Grafana.
          if (operator !== '=' || !NAMESPACE_LABEL.test(label) || GRAFANA_VARIABLE.test(value)) continue;
          const named = fillIn(value, metric, use);
          if (named === undefined || named === '' || own.names.includes(named) || said.has(named)) continue;
          // A namespace that the Rollout passes is intended.
          if (namespace === undefined && value !== named) continue;
          // One finding for each name, however often the query has it.
          said.add(named);
          const is = own.assumed ? 'states no namespace' : `is in namespace '${own.names.join("' or '")}'`;
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

/** The namespace of a Rollout: as stated, or that of the Application that applies it. Default: `default`. */
function namespacesOf(
  graph: Graph,
  resource: Resource,
): { readonly names: readonly string[]; readonly assumed: boolean } {
  if (resource.namespace !== undefined) return { names: [resource.namespace], assumed: false };
  const names = applications(graph).flatMap(({ resources, destination }) =>
    destination !== undefined && resources.includes(resource) ? [destination] : [],
  );
  return names.length > 0 ? { names, assumed: false } : { names: ['default'], assumed: true };
}
