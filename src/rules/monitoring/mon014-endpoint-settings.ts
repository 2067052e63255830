import { type Field, monitors, type Resource } from '../../graph';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

export const endpointSettings: Rule = {
  code: 'MON014',
  severity: 'error',
  title: 'The operator refuses an endpoint of a monitor',
  why: 'The Prometheus Operator checks what it writes into the configuration of Prometheus, and leaves a monitor out that has half a client certificate or a relabeling of a label that no series can have. Nothing that the monitor selects is scraped. It reports this only in its log and as an event.',
  fix: 'Give the certificate and its key together. Write labels with letters, digits and `_`.',
  whenNotToUse: 'Labels of other letters are accepted where Prometheus and the operator are set to UTF-8 names.',
  confirmedBy:
    'Prometheus Operator 0.93, read from its source (`pkg/operator/config_reloader.go`, `pkg/prometheus/promcfg.go`).',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http\nscheme: https\ntlsConfig: { certFile: /etc/certs/tls.crt }')),
  good: documents(
    SCRAPED_APP,
    serviceMonitor(
      'port: http\nscheme: https\ntlsConfig: { caFile: /etc/certs/ca.crt, certFile: /etc/certs/tls.crt, keyFile: /etc/certs/tls.key }',
    ),
  ),
  check(graph, report) {
    for (const { resource, endpoints } of monitors(graph)) {
      for (const { field } of endpoints) checkEndpoint(field, resource, report);
    }
  },
};

const HALVES = [
  ['certFile', 'keyFile'],
  ['cert', 'keySecret'],
];

function checkEndpoint(endpoint: Field, resource: Resource, report: Report): void {
  const tls = endpoint.get('tlsConfig');
  const has = (keys: readonly string[]): boolean =>
    keys.some((key) => tls.get(key).exists && (tls.get(key).string ?? 'object') !== '');
  const [certificate, key] = [0, 1].map((at) => has(HALVES.map((pair) => pair[at])));
  if (tls.exists && certificate !== key) {
    report(tls, `${resource} has a ${certificate ? 'certificate without its key' : 'key without its certificate'}`, {
      on: 'key',
      hint: 'give both, or neither',
    });
  }
  for (const list of ['relabelings', 'metricRelabelings']) {
    for (const one of endpoint.get(list).items()) {
      const target = one.get('targetLabel');
      const action = (one.get('action').string ?? 'replace').toLowerCase();
      if (
        !target.string ||
        !['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'].includes(action)
      )
        continue;
      if (/^[a-zA-Z_$][a-zA-Z0-9_${}]*$/.test(target.string)) continue;
      report(target, `${target} of ${resource} is '${target.string}', which is no label`, {
        hint: "use letters, digits and '_'",
        severity: 'warning',
      });
    }
  }
}
