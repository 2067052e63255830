import { rollouts, scrapesOf } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';

export const scrapedTwice: Rule = {
  code: 'MON004',
  severity: 'warning',
  title: 'The pods of a Rollout are scraped more than once',
  why: 'Outside a rollout, both Services of a canary select the same pods. If a monitor matches both, or each has one, every pod is scraped twice. Sums are then twice as high as during a rollout, and thresholds for one case are wrong in the other.',
  fix: 'Scrape each pod once: use one ServiceMonitor for one Service that selects all pods, or a PodMonitor, with the pod-template hash in `podTargetLabels` to tell the versions apart.',
  whenNotToUse: 'When every query isolates one `service` or `job` and none sums over all.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source; Prometheus 3.16, measured.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http', 'part-of: checkout')),
  good: documents(SCRAPED_APP, serviceMonitor('port: http', 'app: checkout-stable')),
  check(graph, report) {
    for (const { resource } of rollouts(graph)) {
      // Each of them may drop what it should not have: then who scrapes what is not to be seen here.
      const scrapes = scrapesOf(graph, resource).filter(({ endpoint }) =>
        endpoint.field
          .get('relabelings')
          .items()
          .every((one) => !/^(keep|drop)/i.test(one.get('action').string ?? '')),
      );
      const first = new Map<string, (typeof scrapes)[0]>();
      const reported = new Set<unknown>();
      for (const scrape of scrapes) {
        const { monitor, endpoint, scrape: one } = scrape;
        if (!one.containerPort) continue;
        const relabelled = JSON.stringify(endpoint.field.get('relabelings').value ?? '');
        const key = `${one.containerPort.number} ${one.containerPort.name} ${endpoint.path} ${relabelled}`;
        const other = first.get(key);
        if (other === undefined) {
          first.set(key, scrape);
          continue;
        }
        if (reported.has(monitor)) continue;
        reported.add(monitor);
        const through = [other.scrape.service, one.service].map((service) => service && `'${service.resource.name}'`);
        const by = through[0] && through[1] ? `, through the Services ${through.join(' and ')}` : '';
        const also =
          other.monitor === monitor
            ? `${monitor.resource} scrapes`
            : `${other.monitor.resource} and ${monitor.resource} both scrape`;
        report(monitor.selector, `${also} the pods of ${resource}${by}: each pod twice while no rollout is under way`, {
          related: other.monitor === monitor ? undefined : { field: other.monitor.selector, message: 'the other one' },
        });
      }
    }
  },
};
