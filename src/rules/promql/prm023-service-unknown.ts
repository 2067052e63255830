import { memoizeOnGraph, type AnalysisUse, type Graph, type Metric, workloads } from '../../graph';
import { closest } from '../shared/suggest';
import { fillIn, metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { metricQueries, type SelectorUse } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';
import { namedInProxy } from './proxy-names';

const SERVICE_LABEL = /^(service|service_name|kubernetes_service|destination_service_name|destination_service)$/;

export const serviceMisspelt: Rule = {
  code: 'PRM023',
  severity: 'warning',
  title: 'A query names a Service, workload, pod, Route or Ingress that does not exist',
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
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const said = new Set<string>();
        const services = Object.values(use.rollout?.services ?? {}).map(({ to }) => to.name);
        for (const matcher of selectors.flatMap(({ selector }) => selector.matchers)) {
          const { label, operator, value, inside } = matcher;
          const filled = fillIn(value, metric, use);
          const name = filled === undefined ? undefined : hostIn(filled, operator);
          if (name === undefined || !SERVICE_LABEL.test(label)) continue;
          const [service, stated] = name.split('.');
          const namespace = stated ?? use.owner.namespace;
          if (services.includes(service) && (stated === undefined || stated === (use.owner.namespace ?? stated)))
            continue;
          if (graph.find({ group: '', kind: 'Service', name: service, namespace }, use.owner)) continue;
          // One finding for each name, however often the query has it.
          if (said.has(name)) continue;
          said.add(name);
          const meant = closest(service, services);
          // A label of Istio's metrics always contains the name of a Service; other labels may contain any text.
          if (meant === undefined && !label.startsWith('destination_')) continue;
          const where = stated === undefined ? '' : ` of the namespace '${stated}'`;
          const names = services.map((one) => `'${one}'`).join(' and ');
          report(
            metric.query,
            `the query of ${metricLabel(metric)} asks about the Service '${service}'${where}, which is not one of ${use.owner} and is not defined here`,
            {
              within: inside,
              outside: meant === undefined,
              didYouMean: meant === undefined ? undefined : { name: meant },
              hint: meant === undefined && names ? `the Services of the Rollout are ${names}` : undefined,
              fix:
                meant !== undefined && filled === value
                  ? {
                      title: `write ${meant}`,
                      edits: [{ at: metric.query, set: meant + value.slice(service.length), within: inside }],
                    }
                  : undefined,
            },
          );
        }
        reportWorkloads(graph, metric, use, selectors, report);
        reportRoutes(graph, metric, use, selectors, report);
        reportProxied(graph, metric, use, selectors, report);
      }
    }
  },
};

/** The name that a matcher selects. Of patterns, only those whose only special characters are dots and a final `.*`. */
function hostIn(value: string, operator: string): string | undefined {
  if (operator === '=') return value === '' ? undefined : value;
  if (operator !== '=~') return undefined;
  const plain = value
    .replaceAll('\\\\.', '.')
    .replaceAll('\\.', '.')
    .replace(/^\^|\$$/g, '')
    .replace(/(\.\*|\.\+)$/, '');
  return /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(plain) ? plain : undefined;
}

const workloadNames = memoizeOnGraph((graph) => new Set(workloads(graph).map(({ resource }) => resource.name)));

/** Without a name that is near, the object may be defined elsewhere. */
function reportUnknown(
  report: Report,
  metric: Metric,
  what: string,
  inside: SelectorUse['selector']['matchers'][number]['inside'],
  meant: string | undefined,
): void {
  report(metric.query, `the query of ${metricLabel(metric)} asks about ${what}, which is not defined here`, {
    within: inside,
    outside: meant === undefined,
    didYouMean: meant === undefined ? undefined : { name: meant },
  });
}

/** Istio's metrics name the workload that answered. */
function reportWorkloads(
  graph: Graph,
  metric: Metric,
  use: AnalysisUse,
  selectors: readonly SelectorUse[],
  report: Report,
): void {
  const names = workloadNames(graph);
  const said = new Set<string>();
  for (const { label, operator, value, inside } of selectors.flatMap(({ selector }) => selector.matchers)) {
    const name = label === 'destination_workload' ? fillIn(value, metric, use) : undefined;
    if (name === undefined || name === '' || operator !== '=' || names.has(name) || said.has(name)) continue;
    said.add(name);
    reportUnknown(report, metric, `the workload '${name}'`, inside, closest(name, names));
  }
}

/** The labels by which routers count, the metrics that have them, and what the label names. */
const ROUTERS = [
  { label: 'route', metric: /^haproxy_/, kind: 'Route', group: 'route.openshift.io' },
  { label: 'ingress', metric: /^nginx_ingress_/, kind: 'Ingress', group: 'networking.k8s.io' },
];

/** The routers of OpenShift and of nginx name the Route or the Ingress that a request came through. */
function reportRoutes(
  graph: Graph,
  metric: Metric,
  use: AnalysisUse,
  selectors: readonly SelectorUse[],
  report: Report,
): void {
  const said = new Set<string>();
  for (const { selector } of selectors) {
    const router = ROUTERS.find((one) => one.metric.test(selector.metric ?? ''));
    if (router === undefined) continue;
    const names = graph.ofKind(router.kind, router.group).map(({ name }) => name);
    for (const { label, operator, value, inside } of selector.matchers) {
      const name = label === router.label && operator === '=' ? fillIn(value, metric, use) : undefined;
      if (!name || names.includes(name) || said.has(name)) continue;
      // The controller makes an Ingress of its own for the canary: `<rollout>-<stable ingress>-canary`.
      if (router.kind === 'Ingress' && name.endsWith('-canary')) continue;
      said.add(name);
      reportUnknown(report, metric, `the ${router.kind} '${name}'`, inside, closest(name, names));
    }
  }
}

/** Names that proxies put together: clusters of Envoy, services of Traefik, and the pods of a workload. */
function reportProxied(
  graph: Graph,
  metric: Metric,
  use: AnalysisUse,
  selectors: readonly SelectorUse[],
  report: Report,
): void {
  const said = new Set<string>();
  for (const { label, operator, value, inside } of selectors.flatMap(({ selector }) => selector.matchers)) {
    const filled = fillIn(value, metric, use);
    if (filled === undefined || said.has(filled)) continue;
    const named = namedInProxy(graph, use.owner, { label, operator, value: filled });
    if (named === undefined) continue;
    said.add(filled);
    reportUnknown(report, metric, named.what, inside, named.meant);
  }
}
