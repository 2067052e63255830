import { closest } from '../shared/suggest';
import { fillIn, metricLabel } from '../shared/metric-settings';
import { distinct } from '../shared/distinct';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

const SERVICE_LABEL = /^(service|service_name|kubernetes_service|destination_service_name|destination_service)$/;

export const serviceMisspelt: Rule = {
  code: 'PRM023',
  severity: 'warning',
  title: 'A query names a Service that does not exist',
  why: 'A name that no series has returns no data: the analysis errs, or passes without having measured anything. With a success condition that requires data every healthy version is aborted.',
  fix: 'Use the name of a Service of the Rollout.',
  whenNotToUse:
    'Ignore it when the Service is defined elsewhere, or the label holds another name than that of the Service.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout(
    'sum(increase(istio_requests_total{reporter="source",destination_service_name="checkout-canry"}[5m]))',
  ),
  good: queryInRollout(
    'sum(increase(istio_requests_total{reporter="source",destination_service_name="checkout-canary"}[5m]))',
  ),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, selectors } of metricQueries(graph)) {
      for (const use of metric.uses) {
        const services = Object.values(use.rollout?.services ?? {}).map(({ to }) => to.name);
        for (const { label, operator, value, inside } of selectors.flatMap(({ selector }) => selector.matchers)) {
          const filled = fillIn(value, metric, use);
          if (operator !== '=' || !SERVICE_LABEL.test(label) || !filled) continue;
          const [name] = filled.split('.');
          if (services.includes(name) || graph.find({ kind: 'Service', name, namespace: undefined })) continue;
          const meant = closest(name, services);
          if (meant === undefined) continue;
          const verbatim = filled === value;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} asks about the Service '${name}', which ${use.owner} does not have`,
            {
              within: inside,
              didYouMean: { name: meant },
              fix: verbatim
                ? {
                    title: `write ${meant}`,
                    edits: [{ at: metric.query, set: meant + value.slice(name.length), within: inside }],
                  }
                : undefined,
            },
          );
        }
      }
    }
  },
};
