import { metrics } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { isInCluster } from './sec005-token-over-http';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';

const sample = (prometheus: string): string =>
  analysisTemplate(prometheusMetric({ prometheus })).replace(
    'http://prometheus.monitoring:9090',
    'https://prometheus.example.com',
  );

export const insecure: Rule = {
  code: 'SEC004',
  severity: 'warning',
  title: 'A metric provider does not verify the certificate',
  why: 'An attacker between the controller and Prometheus can read the credentials. The attacker can also return values with which any version passes.',
  fix: 'Remove `insecure`, and give the controller the authority that signed the certificate.',
  whenNotToUse: 'When the authority cannot be given to the controller and the connection stays in the cluster.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: sample('insecure: true'),
  good: sample('insecure: false'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const which of ['prometheus', 'web']) {
        const provider = metric.field.get('provider', which);
        const at = provider.get('insecure');
        if (at.boolean !== true) continue;
        const address = provider.get(which === 'web' ? 'url' : 'address').string;
        // Certificates inside the cluster are signed by authorities that cannot be configured in the controller.
        const host = /^https?:\/\/([^/:]+)/i.exec(address ?? '')?.[1];
        if (host !== undefined && isInCluster(host)) continue;
        // Without TLS there is no certificate.
        if (/^http:/i.test(address ?? '')) continue;
        // No fix: where the controller lacks the authority, each measurement would be an error without the field.
        report(at, `${metricLabel(metric)} accepts any certificate${address ? ` from ${address}` : ''}`);
      }
    }
  },
};
