import { allQueries } from '../shared/all-queries';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { queryInRollout } from '../shared/example';
import { GRAFANA_VARIABLE, selectorsOf } from '../shared/metric-query';
import type { Rule } from '../shared/rule';

const query = (namespace: string): string =>
  queryInRollout(
    `sum(increase(http_requests_total{namespace="${namespace}",service="checkout-canary",code=~"5.."}[5m]))`,
    {
      namespace: 'shop',
    },
  );

export const grafanaVariable: Rule = {
  code: 'PRM030',
  severity: 'warning',
  title: 'A query has a variable of Grafana, which nothing replaces',
  why: 'Grafana replaces `$namespace`, `${namespace}` and `[[namespace]]` before it asks Prometheus. Argo Rollouts and PrometheusRules send the query as it stands. No label has such a value, so the query finds nothing: the analysis ends with an error, or passes without having measured anything.',
  fix: 'Write the value, or take it from an argument: `{{args.namespace}}`.',
  whenNotToUse: 'Ignore it when labels of your metrics really have such values.',
  confirmedBy: CONFIRMED_BY.series,
  bad: query('$namespace'),
  good: query('shop'),
  checkPart(graph, report, part) {
    for (const { field, read, label } of allQueries(graph, part)) {
      for (const { selector } of selectorsOf(read)) {
        const found = selector.matchers.find(({ value }) => GRAFANA_VARIABLE.test(value));
        if (found === undefined) continue;
        const [variable] = GRAFANA_VARIABLE.exec(found.value)!;
        report(
          field,
          `${label} compares ${found.label} with '${variable}', a variable of Grafana, which nothing replaces`,
          {
            within: { from: found.from, to: found.to },
            hint: 'write the value, or an argument such as {{args.namespace}}',
          },
        );
        // One finding for each query: its other selectors have the same variables.
        break;
      }
    }
  },
};
