import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CanaryApp, MonitorKind, MonitoringOptions, ScrapeAccess, ScrapeRelabeling } from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS = { image: 'checkout:1', port: 8080, prometheus: 'http://prometheus.monitoring:9090' };
const monitor = (monitoring: MonitoringOptions, kind = 'ServiceMonitor'): Manifest =>
  only(
    synthesize((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, monitoring })),
    kind,
  );
const refused = (monitoring: MonitoringOptions) =>
  refusal((scope) => new CanaryApp(scope, 'checkout', { ...PROPS, monitoring })).join('\n');

test('an app’s own relabelings come after the one that leads to the proxy', () => {
  const relabelings = [ScrapeRelabeling.drop(['__meta_kubernetes_pod_phase'], 'Pending')];
  const [endpoint] = monitor({ relabelings }).spec.endpoints;
  expect(endpoint.relabelings.map((one: Manifest) => one.action)).toEqual(['replace', 'drop']);
  expect(endpoint.relabelings[0]).toMatchObject({ targetLabel: '__address__', replacement: '$1:15020' });
});

test('series that are not needed are dropped, and a pod above the limit loses all', () => {
  const { spec } = monitor({
    sampleLimit: 5000,
    metricRelabelings: [ScrapeRelabeling.drop(['__name__'], 'go_.*'), ScrapeRelabeling.labelDrop('pod_ip')],
  });
  expect(spec.sampleLimit).toBe(5000);
  expect(spec.endpoints[0].metricRelabelings).toEqual([
    { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' },
    { action: 'labeldrop', regex: 'pod_ip' },
  ]);
});

test('pods that serve TLS and ask for a token are scraped with both, by a PodMonitor too', () => {
  const manifests = synthesize((chart) => {
    const secret = { secret: kplus.Secret.fromSecretName(chart, 'ca', 'metrics-ca'), key: 'ca.crt' };
    const access = ScrapeAccess.tls({ ca: secret, serverName: 'checkout.shop.svc' });
    new CanaryApp(chart, 'checkout', {
      ...PROPS,
      monitoring: { kind: MonitorKind.POD, access, bearerToken: { ...secret, key: 'token' } },
    });
  });
  expect(only(manifests, 'PodMonitor').spec.podMetricsEndpoints[0]).toMatchObject({
    scheme: 'https',
    authorization: { credentials: { name: 'metrics-ca', key: 'token' } },
    tlsConfig: { ca: { secret: { name: 'metrics-ca', key: 'ca.crt' } }, serverName: 'checkout.shop.svc' },
  });
});

test('native histograms are scraped if enabled', () => {
  expect(monitor({ scrapeNativeHistograms: true }).spec.scrapeNativeHistograms).toBe(true);
  expect(monitor({}).spec).not.toHaveProperty('scrapeNativeHistograms');
});

test.each<[string, MonitoringOptions, string]>([
  [
    'a scrape that takes longer than the time to the next',
    { scrapeTimeout: Duration.seconds(31) },
    'scrapeTimeout is 31s, longer than interval (30s), which the operator refuses',
  ],
  ['a limit of nothing', { sampleLimit: 0 }, 'sampleLimit is 0; use a whole number of 1 or more'],
  ['a label that is none', { relabelings: [ScrapeRelabeling.keep(['a-b'], 'c')] }, "a label of relabelings is 'a-b'"],
  ['a regex of nothing', { metricRelabelings: [ScrapeRelabeling.labelKeep('')] }, 'has an empty regex'],
])('%s is refused', (_, monitoring, message) => {
  expect(refused(monitoring)).toContain(message);
});
