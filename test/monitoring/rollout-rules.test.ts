import { App, Chart, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { parse } from 'yaml';
import {
  CanaryIsolation,
  LabelMatcher,
  RequestMetrics,
  RolloutDashboard,
  RolloutDashboardOptions,
  RolloutRules,
  RolloutRulesOptions,
} from '../../src';
import { parsePromql } from '../../src/promql/parse';
import { Sample, Series, evaluate } from '../promql/evaluate';
import { Manifest, only, refusal } from '../synthesized';

/** The one object in a chart with a namespace, whose name is part of the queries. */
function inShop(kind: string, build: (scope: Construct) => unknown): Manifest {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  build(chart);
  return only(chart.toJson(), kind);
}

const rules = (options: RolloutRulesOptions = {}) =>
  inShop('PrometheusRule', (scope) => new RolloutRules(scope, 'rules', { rollout: 'checkout', ...options }));
const dashboard = (options: RolloutDashboardOptions = {}) =>
  inShop('ConfigMap', (scope) => new RolloutDashboard(scope, 'dashboard', { rollout: 'checkout', ...options }));
const groups = (options: RolloutRulesOptions = {}): Manifest[] => rules(options).spec.groups;

const ISTIO = RequestMetrics.istio({ canaryService: 'checkout-canary', stableService: 'checkout-stable' });
const SOURCES: [string, RequestMetrics][] = [
  ['the application', RequestMetrics.application()],
  ['native histograms', RequestMetrics.application({ nativeHistogram: true })],
  ['Istio', ISTIO],
  ['the workload’s revision', RequestMetrics.istio({ isolation: CanaryIsolation.workloadRevision() })],
  ['Services', RequestMetrics.application({ isolation: CanaryIsolation.service('a', 'service', 'b') })],
];

test('alerts when a rollout was aborted, waits too long or is stuck', () => {
  expect(
    rules({
      pausedFor: Duration.hours(4),
      alertLabels: { severity: 'page' },
      runbookUrl: 'https://runbooks.example.com/rollouts',
      ruleLabels: { release: 'kube-prometheus-stack' },
    }),
  ).toMatchSnapshot();
});

describe('an alert', () => {
  const expr = (alert: string): string =>
    groups()[0]
      .rules.find((rule: Manifest) => rule.alert === alert)
      .expr.replace(/max by \(name, phase\) /, 'max by (phase) ');
  const info = (phase: string, labels: Record<string, string>): Series => ({
    name: 'rollout_info',
    labels: { name: 'checkout', phase, ...labels },
    grew: () => 1,
  });
  const fires = (alert: string, series: Series[]) => (evaluate(expr(alert), series, 60) as Sample[]).length > 0;

  test('finds the Rollout whether or not Prometheus kept the label of its namespace', () => {
    expect(fires('RolloutAborted', [info('Abort', { namespace: 'shop' })])).toBe(true);
    expect(fires('RolloutAborted', [info('Abort', { namespace: 'argo', exported_namespace: 'shop' })])).toBe(true);
    expect(fires('RolloutAborted', [info('Abort', { namespace: 'other' })])).toBe(false);
  });

  test('is for its own phases', () => {
    expect(fires('RolloutStuck', [info('Timeout', { namespace: 'shop' })])).toBe(true);
    expect(fires('RolloutStuck', [info('Paused', { namespace: 'shop' })])).toBe(false);
    expect(fires('RolloutPaused', [info('Paused', { namespace: 'shop' })])).toBe(true);
    expect(fires('RolloutPaused', [info('Completed', { namespace: 'shop' })])).toBe(false);
  });
});

describe.each(SOURCES)('by the metrics of %s', (_, requests) => {
  test('every rule parses, and is of this app', () => {
    const [, versions] = groups({ requests });
    expect(versions.rules.map((rule: Manifest) => rule.record)).toEqual([
      'rollout:requests:rate5m',
      'rollout:failures:rate5m',
      'rollout:failure_ratio:rate5m',
      'rollout:latency_p50:rate5m',
      'rollout:latency_p99:rate5m',
    ]);
    for (const { expr, labels } of versions.rules) {
      expect(parsePromql(expr).errors).toEqual([]);
      expect(expr).toContain('namespace="shop"');
      expect(labels).toEqual({ rollout: 'checkout' });
    }
  });

  test('every panel parses', () => {
    const { panels } = parse(dashboard({ requests }).data['dashboard.json']);
    expect(panels).toHaveLength(6);
    for (const { targets } of panels) {
      for (const { expr } of targets) expect(parsePromql(expr).errors).toEqual([]);
    }
  });
});

test('a version without failures has a share of none, and not no share', () => {
  const [, { rules: recorded }] = groups({ requests: RequestMetrics.application() });
  const count = (hash: string, code: string, each: number): Series => ({
    name: 'http_requests_total',
    labels: { namespace: 'shop', pod: 'checkout-5d9c-abc12', rollouts_pod_template_hash: hash, code },
    grew: () => each,
  });
  const series = [count('new', '200', 90), count('new', '500', 10), count('old', '200', 400)];
  const shares = evaluate(recorded[2].expr, series, 600) as Sample[];
  expect(shares).toEqual([
    { labels: { rollouts_pod_template_hash: 'new' }, value: 0.1 },
    { labels: { rollouts_pod_template_hash: 'old' }, value: 0 },
  ]);
});

test('a dashboard that Grafana finds compares the canary with the stable version', () => {
  const map = dashboard({ folder: 'Shop', title: 'Checkout', requests: ISTIO });
  expect(map.metadata).toMatchObject({
    labels: { grafana_dashboard: '1' },
    annotations: { grafana_folder: 'Shop' },
  });
  expect(parse(map.data['dashboard.json'])).toMatchSnapshot();
});

test('a dashboard draws the limits, and has a panel for each quantile that is limited', () => {
  const limits = {
    failureRatio: 0.01,
    latencies: [
      { quantile: 0.95, atMost: Duration.millis(400) },
      { quantile: 0.99, atMost: Duration.seconds(2) },
      { quantile: 0.95, atMost: Duration.millis(300) },
    ],
  };
  const lines = (requests?: RequestMetrics): [string, number | undefined][] =>
    parse(dashboard({ limits, requests }).data['dashboard.json']).panels.map(({ title, fieldConfig }: Manifest) => [
      title,
      fieldConfig.defaults.thresholds?.steps[1].value,
    ]);
  expect(lines()).toEqual([
    ['Requests a second', undefined],
    ['Share of requests that failed', 0.01],
    ['Latency, median', undefined],
    ['Latency, p95', 0.3],
    ['Latency, p99', 2],
    ['Restarts', undefined],
    ['What the rollout is doing', undefined],
  ]);
  // Istio measures milliseconds.
  expect(lines(ISTIO)).toEqual(expect.arrayContaining([['Latency, p99', 2000]]));
});

test('limits that cannot be are refused, all at once', () => {
  const limits = { failureRatio: 5, latencies: [{ quantile: 99, atMost: Duration.seconds(0) }] };
  expect(refusal((scope) => new RolloutDashboard(scope, 'board', { rollout: 'checkout', limits }))).toEqual([
    expect.stringContaining('limits.failureRatio is 5; use a share from 0 to 1'),
    expect.stringContaining('quantile is 99; use a number between 0 and 1'),
    expect.stringContaining('atMost is a duration of zero'),
  ]);
});

test('metrics that know the canary alone are refused', () => {
  const requests = RequestMetrics.application({
    isolation: CanaryIsolation.labels(LabelMatcher.equalTo('version', 'canary')),
  });
  expect(refusal((scope) => new RolloutRules(scope, 'rules', { rollout: 'checkout', requests }))).toEqual([
    expect.stringContaining('requests has an isolation that knows the canary alone'),
  ]);
  expect(refusal((scope) => new RolloutDashboard(scope, 'board', { rollout: 'checkout', requests }))).toEqual([
    expect.stringContaining('requests has an isolation that knows the canary alone'),
  ]);
  expect(
    refusal((scope) => new RolloutRules(scope, 'rules', { rollout: 'checkout', stuckFor: Duration.seconds(0) })),
  ).toEqual([expect.stringContaining('stuckFor is a duration of zero')]);
});
