import { monitors } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';

export const tlsWithoutScheme: Rule = {
  code: 'MON009',
  severity: 'warning',
  title: 'A monitor has certificates but scrapes without TLS',
  why: '`scheme` is http unless it says https, and `tlsConfig` only applies to https. The scrape uses plain text, which a strict mesh refuses.',
  fix: 'Write `scheme: https`, or remove `tlsConfig`.',
  whenNotToUse: 'When a relabeling sets `__scheme__`.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http\ntlsConfig:\n  caFile: /etc/prom-certs/root-cert.pem')),
  good: documents(
    SCRAPED_APP,
    serviceMonitor('port: http\nscheme: https\ntlsConfig:\n  caFile: /etc/prom-certs/root-cert.pem'),
  ),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) {
        const tls = field.get('tlsConfig');
        const scheme = field.get('scheme').string?.toLowerCase();
        // A relabeling may set the scheme.
        const relabelled = JSON.stringify(field.get('relabelings').value ?? '').includes('__scheme__');
        if (!tls.exists || scheme === 'https' || relabelled) continue;
        report(tls, `${resource} has a tlsConfig but scrapes with ${scheme ?? 'http, the default'}`, {
          on: 'key',
          hint: 'write scheme: https',
          fix: field.get('scheme').exists
            ? { title: 'write https', edits: [{ at: field.get('scheme'), set: 'https' }] }
            : { title: 'add scheme: https', edits: [{ at: field, add: 'scheme', value: 'https' }] },
        });
      }
    }
  },
};
