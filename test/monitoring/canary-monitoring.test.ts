import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { CanaryMonitoring, CanaryMonitoringProps, ScrapeAccess, ServiceMonitor, VersionLabel } from '../../src';
import { refusal, synthesize } from '../synthesized';

const service = (scope: Construct, name: string, labels: Record<string, string> = { app: name }) =>
  new kplus.Service(scope, name, { metadata: { name, labels }, ports: [{ port: 80, name: 'http' }] });
const monitoring = (scope: Construct, props: Partial<CanaryMonitoringProps> = {}) =>
  new CanaryMonitoring(scope, 'monitoring', {
    canary: service(scope, 'checkout-canary'),
    stable: service(scope, 'checkout-stable'),
    root: service(scope, 'checkout'),
    ...props,
  });
const monitorsOf = (props: Partial<CanaryMonitoringProps> = {}) =>
  synthesize((chart) => monitoring(chart, props)).filter(({ kind }) => kind === 'ServiceMonitor');

test('one monitor, over the Service of all pods, puts the pod-template hash on every series', () => {
  const monitors = monitorsOf();
  expect(monitors).toHaveLength(1);
  expect(monitors[0].spec).toMatchObject({
    selector: { matchLabels: { app: 'checkout' } },
    podTargetLabels: ['rollouts-pod-template-hash'],
  });
});

test('a monitor for each version, where the service label is to tell them apart', () => {
  const monitors = monitorsOf({ versionLabel: VersionLabel.SERVICE, labels: { team: 'shop' }, nameLabel: 'k8s-app' });
  expect(monitors).toMatchSnapshot();
  expect(monitors.map(({ spec }) => spec.selector.matchLabels.app)).toEqual(['checkout-canary', 'checkout-stable']);
});

describe('in a mesh', () => {
  const endpoint = (access?: ScrapeAccess) => monitorsOf({ access, path: '/custom' })[0].spec.endpoints[0];

  test('the proxy serves the metrics of the app, where mTLS does not guard them', () => {
    expect(endpoint()).toMatchObject({
      path: '/stats/prometheus',
      relabelings: [{ regex: '(.+):[0-9]+', replacement: '$1:15020', targetLabel: '__address__' }],
    });
    expect(ScrapeAccess.merged().podAnnotations('/custom', 8080)).toEqual({
      'prometheus.istio.io/merge-metrics': 'true',
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '8080',
      'prometheus.io/path': '/custom',
    });
  });

  test('or Prometheus shows the certificate of the mesh', () => {
    expect(endpoint(ScrapeAccess.meshCertificates('/certs'))).toMatchObject({
      path: '/custom',
      scheme: 'https',
      tlsConfig: { caFile: '/certs/root-cert.pem', certFile: '/certs/cert-chain.pem', keyFile: '/certs/key.pem' },
    });
  });

  test('or the port is left out of the mesh', () => {
    expect(endpoint(ScrapeAccess.excludedPort())).toEqual({ port: 'http', interval: '30s', path: '/custom' });
    expect(ScrapeAccess.excludedPort().podAnnotations('/custom', 9090)).toEqual({
      'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
    });
  });

  test('or the scrape is plain', () => {
    expect(endpoint(ScrapeAccess.direct())).toEqual({ port: 'http', interval: '30s', path: '/custom' });
    expect(ScrapeAccess.direct().podAnnotations('/custom', 8080)).toEqual({});
  });
});

test('the pods are scraped at the given interval', () => {
  expect(monitorsOf({ interval: Duration.seconds(15) })[0].spec.endpoints[0].interval).toBe('15s');
});

describe('refused:', () => {
  test.each<[string, Partial<CanaryMonitoringProps>, string]>([
    ['a hash without the Service of all pods', { root: undefined }, "versionLabel is 'pod-template-hash' without root"],
    ['an interval of zero', { interval: Duration.seconds(0) }, 'interval is a duration of zero'],
    ['a path that is none', { path: 'metrics' }, "path is 'metrics', which is no path"],
    ['a scheme that is none', { scheme: 'ftp' }, "scheme is 'ftp'"],
    [
      'a port that the Service lacks',
      { portName: 'metrics' },
      "portName is 'metrics', but Service checkout has 'http'",
    ],
  ])('%s', (_, props, message) => {
    expect(refusal((scope) => monitoring(scope, props)).join('\n')).toContain(message);
  });

  test('a Service that no label tells from others', () => {
    const problems = refusal(
      (scope) => new ServiceMonitor(scope, 'monitor', { service: service(scope, 'checkout', {}) }),
    );
    expect(problems.join('\n')).toContain("Service checkout has no label 'app' to be chosen by");
  });
});
