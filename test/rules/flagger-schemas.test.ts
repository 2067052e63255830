import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const canary = (analysis: string, more = ''): string => `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: web, namespace: a }
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  service: { port: 80${more} }
  analysis: ${analysis}
`;
const metricTemplate = (query: string): string => `
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: { name: errors, namespace: a }
spec:
  provider: { type: prometheus, address: 'http://p:9090' }
  query: '${query}'
`;
const WEIGHTS = '{ interval: 1m, threshold: 5, maxWeight: 50, stepWeight: 10 }';

const schemaRule = (code: string): (typeof RULES)[number] => RULES.find((one) => one.code === code)!;
const ERRORS = metricTemplate('sum(rate(x_total[{{ interval }}]))');
const ALERTS = `
apiVersion: flagger.app/v1beta1
kind: AlertProvider
metadata: { name: on-call, namespace: a }
spec: { type: slack, address: 'https://hooks.example.com/x' }
`;
const EVERY_FIELD = canary(
  `{ interval: 1m, threshold: 5, stepWeights: [10, 40], stepWeightPromotion: 100, mirror: true, mirrorWeight: 100,
     primaryReadyThreshold: 80, canaryReadyThreshold: 80, sessionAffinity: { cookieName: c, maxAge: 60, secure: true },
     metrics: [{ name: e, templateRef: { name: errors }, templateVariables: { a: b }, thresholdRange: { max: 1 }, interval: 1m }],
     alerts: [{ name: on-call, severity: warn, providerRef: { name: on-call } }],
     webhooks: [{ name: load, type: rollout, url: 'http://load/', timeout: 5s, retries: 2, disableTLS: true, metadata: { cmd: x } }] }`,
  ', targetPort: http, trafficDistribution: PreferClose, unmanagedMetadata: { labels: [a] }, backendTimeout: 5s',
);

describeRule(schemaRule('SCH003'), [
  {
    name: 'fields of a Canary that are misspelt',
    manifest: canary('{ interval: 1m, threshold: 5, stepWeight: 10, maxWeigth: 50 }', ', portDiscover: true'),
    finds: [
      { path: 'spec.service.portDiscover', hint: "did you mean 'portDiscovery'?" },
      {
        path: 'spec.analysis.maxWeigth',
        message: "spec.analysis has no field 'maxWeigth' in Flagger 1.44.0",
        hint: "did you mean 'maxWeight'?",
      },
    ],
  },
  {
    name: 'webhooks beside the analysis, which the API server drops',
    manifest: `${canary(WEIGHTS)}  webhooks: [{ name: load, url: 'http://load/' }]\n`,
    finds: [{ path: 'spec.webhooks' }],
  },
  {
    name: 'fields of a MetricTemplate and of an AlertProvider',
    manifest: {
      'a.yaml': ERRORS.replace('address:', 'adress:'),
      'b.yaml': ALERTS.replace('slack,', 'slack, chanel: x,'),
    },
    finds: [
      { path: 'spec.provider.adress', hint: "did you mean 'address'?" },
      { path: 'spec.chanel', hint: "did you mean 'channel'?" },
    ],
  },
  { name: 'all three kinds as Flagger documents them', manifest: [EVERY_FIELD, ERRORS, ALERTS].join('---') },
]);

describeRule(schemaRule('SCH005'), [
  {
    name: 'an analysis without a threshold, which each way of shifting traffic needs',
    manifest: canary('{ interval: 1m, stepWeight: 10 }'),
    finds: [{ path: 'spec.analysis', message: "spec.analysis lacks 'threshold'" }],
  },
  {
    name: 'an address of alerts without a type',
    manifest: ALERTS.replace('type: slack, ', ''),
    finds: [{ path: 'spec', message: "spec lacks 'type'" }],
  },
  { name: 'all three kinds as Flagger documents them', manifest: [EVERY_FIELD, ERRORS, ALERTS].join('---') },
]);

describeRule(schemaRule('SCH006'), [
  {
    name: 'a provider that Flagger does not have',
    manifest: canary(WEIGHTS).replace('provider: istio', 'provider: istoi'),
    finds: [{ path: 'spec.provider' }],
  },
  { name: 'all three kinds as Flagger documents them', manifest: [EVERY_FIELD, ERRORS, ALERTS].join('---') },
]);

describeRule(schemaRule('SCH007'), [
  {
    name: 'iterations with steps: what both need excludes neither',
    manifest: canary('{ interval: 1m, threshold: 5, iterations: 3, stepWeight: 10 }'),
    finds: [
      {
        path: 'spec.analysis',
        message: "spec.analysis has 'iterations' and 'stepWeight', which exclude each other",
        hint: 'give one of iterations, stepWeight, stepWeights',
      },
    ],
  },
  {
    name: 'neither iterations nor steps',
    manifest: canary('{ interval: 1m, threshold: 5 }'),
    finds: [{ message: 'spec.analysis has none of iterations, stepWeight, stepWeights' }],
  },
  {
    name: 'an address of alerts beside a secret',
    manifest: ALERTS.replace('slack,', 'slack, secretRef: { name: url },'),
    finds: [{ message: "spec has 'address' and 'secretRef', which exclude each other" }],
  },
  { name: 'all three kinds as Flagger documents them', manifest: [EVERY_FIELD, ERRORS, ALERTS].join('---') },
]);
