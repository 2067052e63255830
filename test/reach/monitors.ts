// Monitors that, together, use every option.
import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  CanaryServices,
  PodMonitor,
  RequestMetrics,
  RolloutRules,
  ScrapeAccess,
  ScrapeOptions,
  ScrapeRelabeling,
  ServiceMonitor,
} from '../../src';

export function monitors(scope: Construct): void {
  const pods = kplus.Pods.select(scope, 'pods', { labels: { app: 'checkout' } });
  const { stable } = new CanaryServices(scope, 'services', { pods });
  const secret = { secret: kplus.Secret.fromSecretName(scope, 'secret', 'secret'), key: 'key' };
  const relabelings = [
    ScrapeRelabeling.keep(['a', 'b'], 'c'),
    ScrapeRelabeling.replace('a', { sourceLabels: ['b'], separator: ',', regex: '(.*)', replacement: '$1' }),
  ];
  const options: ScrapeOptions = {
    path: '/internal/metrics',
    interval: Duration.seconds(15),
    scrapeTimeout: Duration.seconds(5),
    scheme: 'https',
    params: { format: ['prometheus'] },
    bearerToken: secret,
    relabelings,
    metricRelabelings: relabelings,
    sampleLimit: 10_000,
    scrapeNativeHistograms: true,
    access: ScrapeAccess.tls({
      ca: secret,
      certificate: secret,
      privateKey: secret,
      serverName: 'a.example.com',
      insecureSkipVerify: false,
    }),
  };
  new PodMonitor(scope, 'pod-monitor', { ...options, pods, podTargetLabels: ['a'] });
  const ofService = { ...options, service: stable, podTargetLabels: ['a'], targetLabels: ['b'], jobLabel: 'app' };
  new ServiceMonitor(scope, 'service-monitor', ofService);
  new ServiceMonitor(scope, 'mesh', { ...ofService, access: ScrapeAccess.meshCertificates() });
  new RolloutRules(scope, 'rules', { rollout: 'checkout', requests: RequestMetrics.application() });
}
