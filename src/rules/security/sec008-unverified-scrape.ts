import { monitors } from '../../graph';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const sample = (tls: string): string =>
  documents(SCRAPED_APP, serviceMonitor(`port: http\nscheme: https\ntlsConfig:\n  ${tls}`));

export const unverifiedScrape: Rule = {
  code: 'SEC008',
  severity: 'advice',
  title: 'A monitor does not look at the certificate that it scrapes',
  why: 'Any pod that takes the address can give the metrics by which the canary is judged.',
  fix: "Name the authority by `ca` or `caFile`. With Istio's certificates `insecureSkipVerify` is needed all the same, as they name no host; the certificate of the client then does the proving.",
  bad: sample('insecureSkipVerify: true'),
  good: sample('caFile: /etc/prom-certs/root-cert.pem'),
  check(graph, report) {
    for (const { resource, endpoints } of monitors(graph)) {
      for (const { field } of endpoints) {
        const tls = field.get('tlsConfig');
        const at = tls.get('insecureSkipVerify');
        if (at.boolean !== true || ['ca', 'caFile', 'cert', 'certFile'].some((key) => tls.get(key).exists)) continue;
        report(at, `${resource} accepts any certificate, and shows none of its own`);
      }
    }
  },
};
