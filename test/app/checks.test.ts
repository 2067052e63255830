import { Duration } from 'cdk8s';
import { PercentOrAbsolute, Secret } from 'cdk8s-plus-27';
import { CanaryApp, CanaryAppProps, CanaryCheck, CanaryPlan, ProviderAuthentication, VersionLabel } from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: CanaryAppProps = {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts: ['checkout.example.com'],
  prometheus: 'http://prometheus.monitoring:9090',
};
const CHECKS = [CanaryCheck.successRate({ atLeast: 0.99 }), CanaryCheck.restarts()];
const app = (props: Partial<CanaryAppProps>): Manifest[] =>
  synthesize((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, ...props }));
const templates = (manifests: Manifest[]) =>
  manifests.filter(({ kind }) => kind === 'AnalysisTemplate').map(({ metadata }) => metadata.name);
const canaryOf = (manifests: Manifest[]) => only(manifests, 'Rollout').spec.strategy.canary;

test('an app’s steps put its checks to Prometheus instead of counting failures', () => {
  const manifests = app({ checks: CHECKS });
  expect(templates(manifests)).toEqual(['checkout-checks']);
  const { analysis } = canaryOf(manifests).steps[1];
  expect(analysis.templates).toEqual([{ templateName: 'checkout-checks' }]);
  expect(analysis.args.map((arg: { name: string }) => arg.name)).toEqual(['namespace', 'canary-hash', 'rollout']);
});

test('failures and checks are judged together where both are given', () => {
  const manifests = app({ checks: CHECKS, failures: { atMost: 1, within: Duration.minutes(5) } });
  expect(canaryOf(manifests).steps[1].analysis.templates).toEqual([
    { templateName: 'checkout-failures' },
    { templateName: 'checkout-checks' },
  ]);
});

test('checks in the background begin when the canary has pods, and never end by themselves', () => {
  const manifests = app({ backgroundChecks: CHECKS, steps: CanaryPlan.linear(20, Duration.minutes(2)) });
  expect(canaryOf(manifests).analysis).toMatchObject({
    templates: [{ templateName: 'checkout-background' }],
    startingStep: 1,
  });
  const [metric] = only(manifests, 'AnalysisTemplate').spec.metrics;
  expect(metric).toMatchObject({ interval: '1m', initialDelay: '5m' });
  expect(metric).not.toHaveProperty('count');
});

test('where the Services tell versions apart, the checks do so too', () => {
  const checks = [CanaryCheck.errorsAgainstStable({ atMost: 2 })];
  const [{ query }] = only(
    app({ checks, monitoring: { versionLabel: VersionLabel.SERVICE } }),
    'AnalysisTemplate',
  ).spec.metrics.map((metric: Manifest) => metric.provider.prometheus);
  expect(query).toContain('service="checkout-canary"');
  expect(query).toContain('service="checkout-stable"');
});

test('a token for Prometheus stays in its Secret', () => {
  const manifests = synthesize((chart) => {
    const token = { secret: Secret.fromSecretName(chart, 'token', 'thanos-token'), key: 'token' };
    const prometheusAccess = { authentication: ProviderAuthentication.bearer(token) };
    new CanaryApp(chart, 'checkout', { ...PROPS, checks: CHECKS, failures: undefined, prometheusAccess });
  });
  const { args, metrics } = only(manifests, 'AnalysisTemplate').spec;
  expect(args).toContainEqual({
    name: 'metrics-token',
    valueFrom: { secretKeyRef: { name: 'thanos-token', key: 'token' } },
  });
  expect(metrics[0].provider.prometheus.headers).toEqual([
    { key: 'Authorization', value: 'Bearer {{args.metrics-token}}' },
  ]);
});

test('the additional fields of the strategy are passed on', () => {
  expect(
    canaryOf(app({ strategy: { maxSurge: PercentOrAbsolute.absolute(2), dynamicStableScale: true } })),
  ).toMatchObject({
    maxSurge: 2,
    dynamicStableScale: true,
  });
});

test('checks without Prometheus are refused', () => {
  expect(
    refusal((scope) => new CanaryApp(scope, 'checkout', { ...PROPS, prometheus: undefined, checks: CHECKS })),
  ).toEqual([expect.stringContaining('checks is given without prometheus')]);
});
