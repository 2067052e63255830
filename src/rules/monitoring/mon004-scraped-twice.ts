import { memoizeByObject } from '../../formats/memoize';
import { type Endpoint, type Monitor, type Resource, rollouts, scrapesOf, type Service } from '../../graph';
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
    const found = new Map<Monitor, Twice>();
    for (const { resource } of rollouts(graph)) {
      const first = new Map<string, { readonly monitor: Monitor; readonly services: readonly Service[] }>();
      const told = new Set<Monitor>();
      for (const { monitor, endpoint, scrape } of scrapesOf(graph, resource)) {
        const { containerPort, services } = scrape;
        if (!containerPort || mayDrop(endpoint)) continue;
        const key = `${containerPort.number} ${containerPort.name} ${endpoint.path} ${relabelled(endpoint)}`;
        const other = first.get(key);
        if (other === undefined) first.set(key, { monitor, services });
        if ((other === undefined && services.length < 2) || told.has(monitor)) continue;
        told.add(monitor);
        const known = found.get(monitor);
        if (known) known.others++;
        else {
          const through = other ? [other.services[0], services[0]] : services.slice(0, 2);
          found.set(monitor, { resource, other: other?.monitor ?? monitor, through, others: 0 });
        }
      }
    }
    // One finding for each monitor, because many monitors that select many workloads would give too many findings.
    for (const [monitor, { resource, other, through, others }] of found) {
      const [one, two] = through.map((service) => service && `'${service.resource.name}'`);
      const by = one && two ? `, through the Services ${one} and ${two}` : '';
      const also =
        other === monitor ? `${monitor.resource} scrapes` : `${other.resource} and ${monitor.resource} both scrape`;
      const more = others === 0 ? '' : ` and of ${others} more Rollout${others === 1 ? '' : 's'}`;
      report(
        monitor.selector,
        `${also} the pods of ${resource}${more}${by}: each pod twice while no rollout is under way`,
        { related: other === monitor ? undefined : { field: other.selector, message: 'the other one' } },
      );
    }
  },
};

/** The workloads that a monitor scrapes twice. */
interface Twice {
  /** The first of the Rollouts. */
  readonly resource: Resource;
  readonly other: Monitor;
  readonly through: readonly (Service | undefined)[];
  /** How many more Rollouts. */
  others: number;
}

/** A relabeling may drop targets, so that it is not known who scrapes what. */
const mayDrop = memoizeByObject(({ field }: Endpoint): boolean =>
  field
    .get('relabelings')
    .items()
    .some((one) => /^(keep|drop)/i.test(one.get('action').string ?? '')),
);

const relabelled = memoizeByObject(({ field }: Endpoint): string =>
  JSON.stringify(field.get('relabelings').value ?? ''),
);
