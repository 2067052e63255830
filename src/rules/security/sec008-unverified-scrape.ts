import { monitors } from '../../graph';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const sample = (tls: string): string =>
  documents(SCRAPED_APP, serviceMonitor(`port: http\nscheme: https\ntlsConfig:\n  ${tls}`));

export const unverifiedScrape: Rule = {
  code: 'SEC008',
  severity: 'advice',
  title: 'A monitor does not verify the certificate of its targets',
  why: 'Prometheus accepts any certificate. A pod that takes over the address of a target can therefore serve the metrics that judge the canary.',
  fix: "Name the authority with `ca` or `caFile`. With Istio's certificates, `insecureSkipVerify` is needed, because they name no host; then a client certificate proves the identity.",
  whenNotToUse: 'When the certificates of the targets are self-signed and change often.',
  bad: sample('insecureSkipVerify: true'),
  good: sample('caFile: /etc/prom-certs/root-cert.pem'),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) {
        const tls = field.get('tlsConfig');
        const at = tls.get('insecureSkipVerify');
        if (at.boolean !== true || ['ca', 'caFile', 'cert', 'certFile'].some((key) => tls.get(key).exists)) continue;
        report(at, `${resource} accepts any certificate, and shows none of its own`);
      }
    }
  },
};
