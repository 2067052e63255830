// Analyses that, together, use every option.
import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  AnalysisMetric,
  AnalysisTemplate,
  AnalysisTemplateArg,
  Condition,
  DatadogAggregator,
  DatadogApiVersion,
  MetricProvider,
  ProviderAuthentication,
  Threshold,
  WebMethod,
} from '../../src';

const MINUTE = Duration.minutes(1);
const ADDRESS = 'https://metrics.example.com';
const SIDE = {
  scope: 'app=checkout',
  region: 'eu',
  step: MINUTE,
  start: '2026-01-31T12:00:00Z',
  end: '2026-01-31T13:00:00Z',
};

/** A template with a metric of each provider, and one nested in it. */
export function analyses(scope: Construct): AnalysisTemplate[] {
  const secret = { secret: kplus.Secret.fromSecretName(scope, 'secret', 'secret'), key: 'key' };
  const oauth2 = ProviderAuthentication.oauth2({
    tokenUrl: 'https://id.example.com/token',
    clientId: 'canary',
    clientSecret: secret,
    scopes: ['metrics'],
  });
  const sigv4 = ProviderAuthentication.sigv4({
    region: 'eu-central-1',
    profile: 'canary',
    roleArn: 'arn:aws:iam::1:role/a',
  });
  const providers: Record<string, MetricProvider> = {
    prometheus: MetricProvider.prometheus({
      address: ADDRESS,
      query: 'sum(up)',
      authentication: oauth2,
      headers: { 'X-Scope-OrgID': '{{args.tenant}}' },
      timeout: MINUTE,
      insecure: true,
      range: { start: 'now() - duration("1h")', step: MINUTE },
    }),
    amazon: MetricProvider.prometheus({
      address: 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1',
      query: 'sum(up)',
      authentication: sigv4,
    }),
    web: MetricProvider.web({
      url: ADDRESS,
      method: WebMethod.POST,
      headers: { accept: 'application/json' },
      jsonBody: { app: 'checkout' },
      jsonPath: '{$.ok}',
      timeout: MINUTE,
      insecure: true,
      authentication: oauth2,
    }),
    'web-by-text': MetricProvider.web({ url: ADDRESS, method: WebMethod.PUT, body: 'checkout', authentication: sigv4 }),
    job: MetricProvider.job({
      image: 'smoke:1',
      command: ['smoke'],
      args: ['--fast'],
      env: { A: kplus.EnvValue.fromValue('b') },
      resources: { cpu: { request: kplus.Cpu.millis(5) }, memory: { limit: Size.mebibytes(32) } },
      securityContext: { user: 1000 },
      serviceAccount: kplus.ServiceAccount.fromServiceAccountName(scope, 'account', 'smoke'),
      backoffLimit: 1,
      deadline: MINUTE,
      podLabels: { a: 'b' },
      podAnnotations: { a: 'b' },
      jobLabels: { a: 'b' },
      jobAnnotations: { a: 'b' },
    }),
    datadog: MetricProvider.datadog({
      query: 'avg:errors',
      window: MINUTE,
      secretName: 'datadog',
      namespacedSecret: true,
      timeout: MINUTE,
    }),
    'datadog-2': MetricProvider.datadog({
      queries: { a: 'avg:errors', b: 'avg:requests' },
      formula: 'a / b',
      apiVersion: DatadogApiVersion.V2,
      aggregator: DatadogAggregator.LAST,
    }),
    'new-relic': MetricProvider.newRelic({ query: 'FROM Transaction SELECT count(*)', profile: 'eu', timeout: MINUTE }),
    'cloud-watch': MetricProvider.cloudWatch({
      window: MINUTE,
      queries: [
        {
          id: 'errors',
          label: 'errors',
          returnData: false,
          statistic: {
            namespace: 'AWS/ApplicationELB',
            metricName: 'HTTPCode_Target_5XX_Count',
            dimensions: { LoadBalancer: 'app/shop' },
            stat: 'Sum',
            period: MINUTE,
            unit: 'Count',
          },
        },
        { id: 'rate', expression: 'errors / 60', period: MINUTE },
      ],
    }),
    graphite: MetricProvider.graphite({ address: ADDRESS, query: 'a.b' }),
    influxdb: MetricProvider.influxdb({ query: 'from(bucket: "a")', profile: 'eu' }),
    skywalking: MetricProvider.skywalking({ address: ADDRESS, query: 'query { a }', window: MINUTE }),
    kayenta: MetricProvider.kayenta({
      address: ADDRESS,
      application: 'checkout',
      canaryConfigName: 'checkout',
      metricsAccountName: 'a',
      configurationAccountName: 'b',
      storageAccountName: 'c',
      pass: 90,
      marginal: 75,
      lookback: true,
      scopes: [{ name: 'default', control: SIDE, experiment: SIDE }],
    }),
    wavefront: MetricProvider.wavefront({ address: 'example.wavefront.com', query: 'ts(a)' }),
    plugin: MetricProvider.plugin('argoproj-labs/sample-prometheus', { query: 'up' }),
  };
  const metrics = Object.entries(providers).map(([name, provider]): AnalysisMetric => ({ name, provider }));
  const first: AnalysisMetric = {
    ...metrics[0],
    condition: Condition.threshold(Threshold.atLeast(1)),
    interval: MINUTE,
    initialDelay: MINUTE,
    count: 5,
    failureLimit: 1,
    inconclusiveLimit: 1,
    consecutiveErrorLimit: 1,
    consecutiveSuccessLimit: 2,
    advisory: true,
    measurementRetention: 20,
  };
  const nested = new AnalysisTemplate(scope, 'nested', {
    clusterScope: true,
    metrics: [{ name: 'nested', provider: providers.graphite }],
  });
  return [
    new AnalysisTemplate(scope, 'all', {
      templates: [nested],
      metrics: [first, ...metrics.slice(1)],
      args: [AnalysisTemplateArg.withDefault('tenant', 'shop')],
    }),
    nested,
  ];
}
