import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

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
const deployment = (spec = ''): string => `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: a }
spec: { ${spec}selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: 'web:1' }] } } }
`;
const service = (name: string, namespace = 'a'): string => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const namespace = (labels: string): string => `
---
apiVersion: v1
kind: Namespace
metadata: { name: a, labels: { ${labels} } }
`;
const WEIGHTS = '{ interval: 1m, threshold: 5, maxWeight: 50, stepWeight: 10 }';
const metrics = (interval: string, threshold: number, metric: string): string =>
  `{ interval: ${interval}, threshold: ${threshold}, maxWeight: 50, stepWeight: 10, metrics: [${metric}] }`;

const metricTemplate = (query: string): string => `
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: { name: errors, namespace: a }
spec:
  provider: { type: prometheus, address: 'http://p:9090' }
  query: '${query}'
`;
const virtualService = (name: string, host: string): string => `
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: a }
spec: { hosts: [shop.example.com], gateways: [mesh], http: [{ route: [{ destination: { host: ${host} } }] }] }
`;

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  FLG001: [
    {
      name: 'the VirtualService of its name',
      manifest: canary(WEIGHTS) + deployment() + virtualService('web', 'web'),
      finds: [
        { message: 'VirtualService a/web is in Git, and Flagger owns it: Canary a/web sets its routes and weights' },
      ],
    },
    {
      name: 'a VirtualService of another name',
      manifest: canary(WEIGHTS) + deployment() + virtualService('edge', 'web'),
    },
    {
      name: 'an HTTPRoute with the Gateway API',
      manifest:
        canary(WEIGHTS).replace('provider: istio', "provider: 'gatewayapi:v1'") +
        deployment() +
        virtualService('web', 'web')
          .replace('networking.istio.io/v1', 'gateway.networking.k8s.io/v1')
          .replace('VirtualService', 'HTTPRoute'),
      finds: [{ message: expect.stringContaining('HTTPRoute a/web is in Git') as string }],
    },
    {
      name: 'the Service that callers use',
      manifest: canary(WEIGHTS) + deployment() + service('web'),
      finds: [
        {
          line: 19,
          message:
            "Service a/web is in Git, and Flagger owns it: Canary a/web makes it select the pods of 'web-primary'",
        },
      ],
    },
    {
      name: 'the Service of the canary, by the name that the Canary gives',
      manifest: canary(WEIGHTS, ', name: shop') + deployment() + service('shop-canary'),
      finds: [
        {
          message:
            "Service a/shop-canary is in Git, and Flagger owns it: Canary a/web makes it select the pods of 'web'",
        },
      ],
    },
    { name: 'a Service of another namespace', manifest: canary(WEIGHTS) + deployment() + service('web', 'b') },
    { name: 'a Service of another name', manifest: canary(WEIGHTS, ', name: shop') + deployment() + service('web') },
    {
      name: 'a Canary of a Service, whose target is its own',
      manifest: canary(WEIGHTS).replace('apiVersion: apps/v1, kind: Deployment', 'kind: Service') + service('web'),
    },
  ],
  FLG002: [
    {
      name: 'a namespace without injection',
      manifest: canary(WEIGHTS) + deployment() + namespace('istio-injection: disabled'),
      finds: [
        {
          line: 19,
          severity: 'error',
          message: 'Canary a/web uses Istio, and istio-injection: disabled keeps its pods out of the mesh',
        },
      ],
    },
    {
      name: 'a namespace that says nothing',
      manifest: canary(WEIGHTS) + deployment() + namespace('team: a'),
      finds: [{ severity: 'error' }],
    },
    {
      name: 'a namespace that is not here',
      manifest: canary(WEIGHTS) + deployment(),
      finds: [{ severity: 'note', line: 5 }],
    },
    {
      name: 'a namespace with injection',
      manifest: canary(WEIGHTS) + deployment() + namespace('istio.io/rev: stable'),
    },
    {
      name: 'another provider',
      manifest:
        canary(WEIGHTS).replace('provider: istio', 'provider: nginx') +
        deployment() +
        namespace('istio-injection: disabled'),
    },
  ],
  FLG003: [
    {
      name: 'replicas of the target',
      manifest: canary(WEIGHTS) + deployment('replicas: 3, '),
      finds: [
        {
          path: 'spec.replicas',
          message:
            'Deployment a/web has replicas: 3 in Git, and Canary a/web makes Flagger set it to 0 between releases',
        },
      ],
    },
    { name: 'none', manifest: canary(WEIGHTS) + deployment() },
    {
      name: 'replicas of another Deployment',
      manifest: canary(WEIGHTS) + deployment() + deployment('replicas: 3, ').replace('name: web,', 'name: other,'),
    },
  ],
  FLG004: [
    {
      name: 'a step above the maximum',
      manifest: canary('{ interval: 30s, threshold: 5, maxWeight: 20, stepWeight: 50 }'),
      finds: [
        {
          path: 'spec.analysis.stepWeight',
          message: 'the first step of Canary a/web gives the canary 50 %, and maxWeight allows 20 %',
          hint: 'at most 20',
        },
      ],
    },
    {
      name: 'a step above the maximum in the older field',
      manifest: canary('{ interval: 30s, threshold: 5, maxWeight: 5, stepWeight: 10 }').replace(
        'analysis:',
        'canaryAnalysis:',
      ),
      finds: [{ path: 'spec.canaryAnalysis.stepWeight' }],
    },
    {
      name: 'a step of the maximum',
      manifest: canary('{ interval: 30s, threshold: 5, maxWeight: 50, stepWeight: 50 }'),
    },
    { name: 'no maximum, which is 100', manifest: canary('{ interval: 30s, threshold: 5, stepWeight: 50 }') },
    {
      name: 'iterations, which have no steps',
      manifest: canary('{ interval: 30s, threshold: 5, iterations: 3, maxWeight: 20, stepWeight: 50 }'),
    },
  ],
  FLG005: [
    {
      name: 'a window in which one burst fails all checks that the threshold allows',
      manifest: canary(metrics('10s', 6, '{ name: request-duration, interval: 1m }')),
      finds: [
        {
          severity: 'advice',
          message:
            "one burst of errors stays in 6 checks of metric 'request-duration' of Canary a/web, which is all of its threshold of 6",
        },
      ],
    },
    {
      name: 'an interval below ten seconds, which Flagger takes for ten',
      manifest: canary(metrics('1s', 7, '{ name: request-duration, interval: 1m }')),
    },
    {
      name: 'a window shorter than the interval',
      manifest: canary(metrics('5m', 3, '{ name: request-duration, interval: 1m }')),
      finds: [{ message: "metric 'request-duration' of Canary a/web looks at 1m of every 5m; no check sees the rest" }],
    },
    {
      name: 'a threshold of one, which asks for it',
      manifest: canary(metrics('10s', 1, '{ name: request-duration, interval: 1m }')),
    },
  ],
  FLG006: [
    {
      name: 'a template that is not there',
      manifest: canary(metrics('1m', 5, '{ name: e, templateRef: { name: errors }, interval: 1m }')) + deployment(),
      options: { closedWorld: true },
      finds: [
        {
          severity: 'error',
          message: "Canary a/web names the MetricTemplate 'errors', which nothing here defines",
        },
      ],
    },
    {
      name: 'a template of another namespace, where the set is not said to be complete',
      manifest:
        canary(metrics('1m', 5, '{ name: e, templateRef: { name: errors, namespace: b }, interval: 1m }')) +
        deployment(),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'a target that is misspelt',
      manifest: canary(WEIGHTS).replace('name: web }', 'name: wep }') + deployment(),
      finds: [{ severity: 'error', path: 'spec.targetRef.name' }],
    },
    {
      name: 'a template in the namespace of the Canary',
      manifest:
        canary(metrics('1m', 5, '{ name: e, templateRef: { name: errors }, interval: 1m }')) +
        deployment() +
        '---\napiVersion: flagger.app/v1beta1\nkind: MetricTemplate\nmetadata: { name: errors, namespace: a }\nspec: {}\n',
      options: { closedWorld: true },
    },
  ],
  FLG007: [
    {
      name: 'a metric that Flagger does not know',
      manifest: canary(metrics('1m', 5, '{ name: latency, thresholdRange: { max: 1 } }')),
      finds: [{ message: "metric 'latency' of Canary a/web is none that Flagger knows, and has no templateRef" }],
    },
    {
      name: 'a name that is misspelt',
      manifest: canary(metrics('1m', 5, '{ name: request-durations, thresholdRange: { max: 1 } }')),
      finds: [{ hint: "did you mean 'request-duration'?" }],
    },
    { name: 'a query of its own', manifest: canary(metrics('1m', 5, '{ name: latency, query: up }')) },
  ],
  FLG008: [
    {
      name: 'a name that no template function has',
      manifest: metricTemplate('sum(rate(x_total{ns="{{ namespce }}"}[{{ interval }}]))'),
      finds: [
        {
          message: 'MetricTemplate a/errors uses {{ namespce }}, which Flagger does not know',
          hint: "did you mean 'namespace'?",
          line: 6,
        },
      ],
    },
    {
      name: 'a query with a bracket too few',
      manifest: metricTemplate('sum(rate(x_total{ns="{{ namespace }}"}[{{ interval }}])'),
      finds: [
        { message: expect.stringContaining('Prometheus refuses the query of MetricTemplate a/errors') as string },
      ],
    },
    {
      name: 'a type that Prometheus refuses',
      manifest: metricTemplate('rate(x_total{ns="{{ namespace }}"})'),
      finds: [{ message: expect.stringContaining('rate() takes a range vector') as string }],
    },
    {
      name: 'variables, and spaces in braces',
      manifest: metricTemplate('sum(rate(x_total{path="{{variables.path}}",ns="{{- target -}}"}[{{ interval }}]))'),
    },
    { name: 'a condition of the template', manifest: metricTemplate('{{ if true }}sum(x{{ end }}') },
    { name: 'another provider', manifest: metricTemplate('sum(').replace('prometheus,', 'datadog,') },
  ],
  FLG009: [
    {
      name: 'a success rate without a threshold',
      manifest: canary(metrics('1m', 5, '{ name: request-success-rate, interval: 1m }')),
      finds: [{ message: "metric 'request-success-rate' of Canary a/web has no threshold, so it always passes" }],
    },
    {
      name: 'a duration without one',
      manifest: canary(metrics('1m', 5, '{ name: request-duration, interval: 1m }')),
      finds: [{ message: "metric 'request-duration' of Canary a/web has no threshold, so it fails above 0" }],
    },
    {
      name: 'a range without bounds',
      manifest: canary(metrics('1m', 5, '{ name: request-duration, thresholdRange: {}, interval: 1m }')),
      finds: [{ message: "metric 'request-duration' of Canary a/web has no threshold, so it always passes" }],
    },
    { name: 'the older threshold', manifest: canary(metrics('1m', 5, '{ name: request-duration, threshold: 500 }')) },
    {
      name: 'a maximum of 0',
      manifest: canary(metrics('1m', 5, '{ name: request-duration, thresholdRange: { max: 0 } }')),
    },
  ],
};

for (const [code, cases] of Object.entries(CASES)) {
  const rule = RULES.find((one) => one.code === code);
  if (rule) describeRule(rule, cases);
}

test('each rule about Flagger has cases', () => {
  expect(Object.keys(CASES)).toEqual(RULES.map(({ code }) => code).filter((code) => code.startsWith('FLG')));
});

describeRule(
  RULES.find(({ code }) => code === 'TRF021')!,
  [
    {
      name: 'the Services that Flagger creates are there',
      manifest: canary(WEIGHTS) + deployment() + virtualService('edge', 'web-primary') + virtualService('more', 'web'),
      options: { closedWorld: true },
    },
    {
      name: 'a Service that nobody creates',
      manifest: canary(WEIGHTS) + deployment() + virtualService('edge', 'web-old'),
      options: { closedWorld: true },
      finds: [{ message: expect.stringContaining("the Service 'web-old'") as string }],
    },
  ],
);

test('four mistakes in one set are four findings', () => {
  const text =
    canary('{ interval: 30s, threshold: 5, maxWeight: 20, stepWeight: 50 }') +
    deployment('replicas: 3, ') +
    service('web') +
    namespace('istio-injection: disabled');
  const { findings } = lint(graphOfLoaded(loadManifests([{ name: 'a.yaml', text }])), { closedWorld: true });
  expect(findings.map(({ code, consequences }) => [code, consequences]).sort()).toEqual([
    ['FLG001', []],
    ['FLG002', []],
    ['FLG003', []],
    ['FLG004', []],
  ]);
});
