import { containerPorts, monitors } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import { closest } from '../shared/suggest';

export const noSuchPort: Rule = {
  code: 'MON003',
  severity: 'error',
  title: 'A monitor names a port that its targets do not have',
  why: 'Prometheus creates a target for each port of that name. There is none, so nothing is scraped, and nothing is reported.',
  fix: "Use the name of the Service's port (`port`) or of the container's port (`targetPort`; in a PodMonitor, `port`). A number is not a name.",
  whenNotToUse: 'Never: nothing is scraped.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: metrics')),
  good: documents(SCRAPED_APP, serviceMonitor('port: http')),
  checkPart(graph, report, part) {
    for (const { resource, services, workloads, endpoints } of part(monitors(graph))) {
      const key = (path: readonly (string | number)[]): string => String(path[path.length - 1]);
      const byService = resource.kind === 'ServiceMonitor';
      for (const { port } of endpoints) {
        if (!port.exists) continue;
        // A targetPort by number needs no declaration; neither does a portNumber.
        const ofService = byService && key(port.path) === 'port';
        if (!ofService && port.string === undefined) continue;
        const targets = ofService
          ? services.map((one) => ({ resource: one.resource, names: one.ports.map(({ name }) => name) }))
          : workloads
              .filter(({ labels }) => labels !== undefined)
              .map((one) => ({ resource: one.resource, names: containerPorts(one).map(({ name }) => name) }));
        if (targets.length === 0 || targets.some(({ names }) => names.includes(port.string))) continue;
        const names = [...new Set(targets.flatMap((one) => one.names.filter((name) => name !== undefined)))];
        const wanted = String(port.value);
        const byNumber = ofService
          ? services
              .flatMap((one) => one.ports)
              .find(({ number, target }) => String(number) === wanted || String(target) === wanted)?.name
          : undefined;
        const meant = byNumber ?? closest(wanted, names);
        report(port, `${resource} scrapes the port '${wanted}', which ${targets[0].resource} does not have`, {
          didYouMean: meant === undefined ? undefined : { name: meant },
          hint: meant
            ? undefined
            : names.length > 0
              ? `it has ${names.map((name) => `'${name}'`).join(', ')}`
              : 'it has no port with a name',
          related: { field: targets[0].resource.field('spec'), message: 'what it selects' },
          fix: meant ? { title: `write ${meant}`, edits: [{ at: port, set: meant }] } : undefined,
        });
      }
    }
  },
};
