import { type Field, monitors } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';

export const endpointWithoutPort: Rule = {
  code: 'MON010',
  severity: 'warning',
  title: 'An endpoint of a monitor names no port',
  why: 'Every port of what is selected becomes a target, also those that serve no metrics. Those are down for ever, and if several ports serve the same metrics, each request is counted once per port.',
  fix: 'Name the port with `port`.',
  whenNotToUse: 'When every port of the Service serves its own metrics.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(SCRAPED_APP, serviceMonitor('interval: 30s')),
  good: documents(SCRAPED_APP, serviceMonitor('port: http\ninterval: 30s')),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) {
        if (['port', 'targetPort', 'portNumber'].some((key) => field.get(key).exists)) continue;
        // A relabeling can select the container or the port's name, or set the port in the address.
        if (field.get('relabelings').items().some(choosesPort)) continue;
        report(field, `an endpoint of ${resource} names no port, so every port is scraped`);
      }
    }
  },
};

function choosesPort(relabeling: Field): boolean {
  const action = relabeling.get('action').string?.toLowerCase() ?? 'replace';
  return (
    ['keep', 'drop', 'keepequal', 'dropequal'].includes(action) ||
    relabeling.get('targetLabel').string === '__address__'
  );
}
