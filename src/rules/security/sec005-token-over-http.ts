import { metrics } from '../../graph';
import { fillIn, metricLabel, usesOf } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';

const sample = (scheme: string): string =>
  analysisTemplate(
    prometheusMetric({ prometheus: 'headers:\n  - key: Authorization\n    value: Bearer {{args.token}}' }),
    'args:\n  - name: token\n    valueFrom:\n      secretKeyRef:\n        name: prometheus\n        key: token',
  ).replace('http://prometheus.monitoring:9090', `${scheme}://prometheus.example.com`);

export const tokenOverHttp: Rule = {
  code: 'SEC005',
  severity: 'error',
  title: 'A credential is sent to another host without TLS',
  why: 'Without TLS, anyone on the network path can read the credential. They can also answer in place of Prometheus, so that any version passes.',
  fix: 'Use `https`.',
  whenNotToUse: 'When the connection is encrypted by other means, such as a VPN.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: sample('http'),
  good: sample('https'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        for (const [which, key] of [
          ['prometheus', 'address'],
          ['web', 'url'],
        ]) {
          const provider = metric.field.get('provider', which);
          const address = fillIn(provider.get(key).string ?? '', metric, use);
          const host = /^http:\/\/([^/:]+)/i.exec(address ?? '')?.[1];
          if (host === undefined || isInCluster(host)) continue;
          const header = provider
            .get('headers')
            .items()
            .find((one) => /authorization|token|api-?key|cookie/i.test(one.get('key').string ?? ''));
          const authentication = provider.get('authentication');
          if (!header && !authentication.exists) continue;
          const what = header ? `the header ${header.get('key').string}` : 'a credential';
          report(provider.get(key), `${metricLabel(metric)} sends ${what} to ${host} without TLS`, {
            hint: 'use https',
            related: { field: header ?? authentication, message: 'the credential' },
          });
        }
      }
    }
  },
};

/** Requests to a name without dots, or in the cluster's domain, stay inside the cluster. */
export function isInCluster(host: string): boolean {
  const labels = host.split('.');
  return labels.length <= 2 || labels[2] === 'svc' || host.endsWith('.cluster.local') || host === '127.0.0.1';
}
