import { CanaryApp, CanaryAppProps, MonitorKind, ScrapeAccess, VersionLabel } from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: CanaryAppProps = {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  prometheus: 'http://prometheus.monitoring:9090',
};
const app = (monitoring: CanaryAppProps['monitoring']): Manifest[] =>
  synthesize((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, monitoring }));
const refused = (monitoring: CanaryAppProps['monitoring']) =>
  refusal((scope) => new CanaryApp(scope, 'checkout', { ...PROPS, monitoring }));

test('pods are scraped once each, whatever Services select them', () => {
  const manifests = app({ kind: MonitorKind.POD, labels: { release: 'prometheus' } });
  expect(manifests.some(({ kind }) => kind === 'ServiceMonitor')).toBe(false);
  const monitor = only(manifests, 'PodMonitor');
  expect(monitor.metadata.labels).toEqual({ release: 'prometheus' });
  expect(monitor.spec).toMatchObject({
    selector: { matchLabels: only(manifests, 'Rollout').spec.selector.matchLabels },
    podTargetLabels: ['rollouts-pod-template-hash'],
    podMetricsEndpoints: [{ port: 'http', interval: '30s', path: '/stats/prometheus' }],
  });
});

test('a blue-green app is scraped by its pods, because no Service selects those of both versions', () => {
  const blueGreen = (monitoring?: CanaryAppProps['monitoring']): (string | undefined)[] =>
    synthesize((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, blueGreen: {}, monitoring }))
      .filter(({ kind }) => kind.endsWith('Monitor'))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(blueGreen()).toEqual(['PodMonitor checkout']);
  expect(blueGreen({ kind: MonitorKind.SERVICE })).toEqual(['ServiceMonitor checkout']);
  expect(blueGreen({ versionLabel: VersionLabel.SERVICE })).toEqual([
    'ServiceMonitor checkout-preview',
    'ServiceMonitor checkout',
  ]);
  expect(blueGreen({ kind: MonitorKind.NONE })).toEqual([]);
});

test('rules and a dashboard are made of the app’s own name', () => {
  const manifests = app({ rules: {}, dashboard: {}, labels: { release: 'prometheus' } });
  expect(only(manifests, 'PrometheusRule').metadata).toMatchObject({
    name: 'checkout-rollout',
    labels: { release: 'prometheus' },
  });
  expect(only(manifests, 'ConfigMap').metadata.name).toBe('checkout-dashboard');
});

test('what a PodMonitor cannot do is refused', () => {
  expect(refused({ kind: MonitorKind.POD, versionLabel: VersionLabel.SERVICE })).toEqual([
    expect.stringContaining("kind is 'pod' with versionLabel 'service'"),
  ]);
  expect(refused({ kind: MonitorKind.POD, access: ScrapeAccess.meshCertificates() })).toEqual([
    expect.stringContaining('which a PodMonitor cannot name'),
  ]);
});
