import { memoizeByObject } from '../../formats/memoize';
import { type Endpoint, HASH_LABEL, rolloutOf, scrapesOf } from '../../graph';
import { analysisTemplate, documents, prometheusMetric, SCRAPED_APP, serviceMonitor } from '../shared/example';
import { metricQueries } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';
import type { Rule } from '../shared/rule';
import { metricLabel } from '../shared/metric-settings';

const manifests = (label: string): string =>
  documents(
    SCRAPED_APP.replace(
      '- pause: {}',
      `- analysis:
            templates:
              - templateName: checkout-errors
            args:
              - name: canary-hash
                valueFrom:
                  podTemplateHashValue: Latest`,
    ),
    analysisTemplate(
      prometheusMetric({
        query: 'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m]))',
      }),
      'args:\n  - name: canary-hash',
    ),
    serviceMonitor('port: http', label, 'podTargetLabels:\n  - rollouts-pod-template-hash'),
  );

/** The version of each value of `podTemplateHashValue`, and the roles of its Services. */
const VERSIONS = {
  Latest: { what: 'canary', roles: ['canary', 'preview', 'ping', 'pong'] },
  Stable: { what: 'stable version', roles: ['stable', 'active', 'ping', 'pong'] },
} as const;

export const onlyOneVersionScraped: Rule = {
  code: 'MON012',
  severity: 'warning',
  title: 'A query asks for the version that the monitor does not scrape',
  why: 'During a rollout, the stable Service selects only the stable pods and the canary Service only those of the canary. A ServiceMonitor that selects one of them scrapes one version. A query for the pod-template hash of the other version returns nothing while the rollout runs, however right it looks between rollouts, when both Services select the same pods.',
  fix: 'Select a Service of all pods in the ServiceMonitor, or use a PodMonitor.',
  whenNotToUse: 'When the other version is scraped by something that the given manifests do not show.',
  confirmedBy: 'Argo Rollouts 1.9.1 (selectors, read) and Prometheus Operator 0.93 (read).',
  bad: manifests('app: checkout-stable'),
  good: manifests('app: checkout-canary'),
  checkPart(graph, report, part) {
    const label = HASH_LABEL.replaceAll('-', '_');
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { rollout, args } of metric.uses) {
        if (!rolloutOf(graph, rollout?.resource) || !rollout) continue;
        // Another rule reports that no monitor adds the hash to the series.
        const scrapes = scrapesOf(graph, rollout.resource).filter(({ endpoint }) => namesHash(endpoint));
        if (scrapes.length === 0) continue;
        // One finding for each version, however often the query asks for it.
        const said = new Set<string>();
        for (const { selector } of selectors) {
          const matcher = selector.matchers.find((one) => one.label === label && one.operator === '=');
          if (!matcher || isInfrastructure(selector, metric)) continue;
          const name = /^\{\{\s*args\.([\w-]+)\s*\}\}$/.exec(matcher.value)?.[1];
          const given = args.find((one) => one.name === name)?.given?.get('valueFrom', 'podTemplateHashValue').string;
          const version = given === 'Latest' || given === 'Stable' ? VERSIONS[given] : undefined;
          if (version === undefined || said.has(version.what)) continue;
          said.add(version.what);
          const own = version.roles.flatMap((role) => rollout.services[role]?.target ?? []);
          const named = Object.values(rollout.services).flatMap((reference) => reference?.target ?? []);
          const seen = scrapes.some(
            ({ scrape: { services } }) =>
              services.length === 0 ||
              services.some(({ resource }) => !named.includes(resource) || own.includes(resource)),
          );
          if (seen) continue;
          const [{ monitor, scrape }] = scrapes;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} asks for the hash of the ${version.what}, but ${monitor.resource} scrapes only ${scrape.services[0].resource}, which does not select its pods during a rollout`,
            {
              within: { from: matcher.from, to: matcher.to },
              hint: 'scrape a Service of all pods, or use a PodMonitor',
              related: { field: monitor.selector, message: 'the monitor' },
            },
          );
        }
      }
    }
  },
};

/** Whether the endpoint or its monitor adds the hash to the series. */
const namesHash = memoizeByObject(({ field }: Endpoint): boolean =>
  JSON.stringify([field.resource.field('spec', 'podTargetLabels').value, field.value]).includes('hash'),
);
