import { RULES } from '../../../src/rules';
import {
  analysisTemplate,
  documents,
  exampleOf,
  exampleRollout,
  exampleStrategy,
  exampleVirtualService,
  indented,
  prometheusMetric,
} from '../../../src/rules/shared/example';

const PODS = `
selector: { matchLabels: { app: checkout } }
template:
  metadata: { labels: { app: checkout } }
  spec:
`;

/** A Rollout with a container, by its canary strategy and more fields of its spec. */
export const rollout = (canary: string, spec = ''): string => rolloutOf(`canary:\n${indented(canary, 2)}`, { spec });

/** A Rollout with a container, by its strategy. `container` and `pod` are more fields of the container and the pod. */
export const rolloutOf = (
  strategy: string,
  { spec = '', container = 'image: checkout:1', pod = '', name = 'checkout' } = {},
): string =>
  exampleStrategy(strategy, {
    withoutPods: true,
    name,
    spec: `${spec}\n${PODS.trim()}\n${indented(`${pod}\ncontainers:\n  - name: checkout\n${indented(container, 4)}`, 4)}`,
  });

/** A canary Rollout, by more fields of its container and its pod. */
export const container = (fields: string, pod = ''): string =>
  rolloutOf('canary: { steps: [{ setWeight: 50 }, { pause: {} }] }', { container: fields, pod });

/** A Rollout by one step of its canary and, where it routes traffic, by what. */
export const step = (one: string, traffic = ''): string =>
  rollout(`${traffic}\nsteps:\n  - setWeight: 20\n  - ${one}\n  - pause: {}`.trim());

/** Fields of a canary that Istio routes. */
export const ISTIO = `canaryService: checkout-canary
stableService: checkout-stable
trafficRouting: { managedRoutes: [{ name: testers }], istio: { virtualService: { name: checkout } } }`;

/** Fields of a canary that nginx routes. */
export const NGINX = `canaryService: checkout-canary
stableService: checkout-stable
trafficRouting: { nginx: { stableIngress: checkout } }`;

/** An experiment by its fields, in a step. */
export const experiment = (fields: string, traffic = ''): string =>
  step(`experiment:\n${indented(fields, 6)}`, traffic);

/** A VirtualService by the fields of `spec`. */
export const virtualService = (spec: string): string => exampleVirtualService(spec);

/** A VirtualService with one http route to a Service, by more fields of the route. */
export const route = (more: string): string =>
  exampleVirtualService(
    `hosts: [checkout]\nhttp:\n  - route: [{ destination: { host: checkout-stable } }]\n${indented(more, 4)}`,
  );

/** A VirtualService with one http route that answers without a Service. */
export const answer = (more: string): string => exampleVirtualService(`hosts: [checkout]\nhttp:\n  - ${more}`);

/** A DestinationRule by the fields of `spec` besides its host. */
export const destinationRule = (spec: string): string =>
  exampleOf('networking.istio.io/v1', 'DestinationRule', 'checkout', `host: checkout\n${spec}`);

/** A DestinationRule by its traffic policy. */
export const policy = (one: string): string => destinationRule(`trafficPolicy: ${one}`);

/** A Gateway of Istio by its servers. */
export const gateway = (servers: string): string =>
  exampleOf(
    'networking.istio.io/v1',
    'Gateway',
    'checkout-gateway',
    `selector: { istio: ingressgateway }\nservers:${servers === '[]' ? ' []' : `\n${indented(servers, 2)}`}`,
  );

/** A server of a Gateway. */
export const server = (port: string, rest: string): string => `- port: { number: 80, ${port} }\n${indented(rest, 2)}`;

/** An HTTPRoute or GRPCRoute by one rule. */
export const gatewayRoute = (rule: string, kind = 'HTTPRoute', spec = 'parentRefs: [{ name: public }]'): string =>
  exampleOf('gateway.networking.k8s.io/v1', kind, 'checkout', `${spec}\nrules:\n  - ${indented(rule, 4).trimStart()}`);

/** The backend of a rule of the Gateway API. */
export const BACKEND = 'backendRefs: [{ name: checkout-stable, port: 80 }]';

/** An AnalysisTemplate with one metric over Prometheus, by more fields of the metric. */
export const metric = (fields: string): string => analysisTemplate(prometheusMetric({ fields }));

/** An AnalysisTemplate with one metric over Prometheus. */
export const query = (text: string, success?: string): string =>
  analysisTemplate(prometheusMetric({ query: text, success }));

/** An AnalysisTemplate with one metric, by its provider. */
export const provider = (fields: string): string =>
  analysisTemplate(`- name: errors\n  successCondition: result > 0.9\n  provider:\n${indented(fields, 4)}`);

/** A Rollout whose step is an analysis, by the fields of the analysis, with templates. */
export const analysed = (analysis: string, ...templates: readonly string[]): string =>
  documents(step(`analysis:\n${indented(analysis, 6)}`), ...templates);

/** An AnalysisTemplate with one metric, by its name and its fields before the metrics. */
export const template = (spec = '', name = 'checkout-errors', metricName = 'errors'): string =>
  analysisTemplate(prometheusMetric({ name: metricName }), spec, name);

/** A ServiceMonitor or PodMonitor by one endpoint and more fields of its spec. */
export const monitor = (endpoint: string, kind = 'ServiceMonitor', spec = ''): string =>
  exampleOf(
    'monitoring.coreos.com/v1',
    kind,
    'checkout',
    `selector: { matchLabels: { app: checkout } }\n${spec}\n${kind === 'PodMonitor' ? 'podMetricsEndpoints' : 'endpoints'}:\n  - ${indented(endpoint, 4).trimStart()}`,
  );

/** A Rollout beside other objects. */
export const beside = (...others: readonly string[]): string =>
  documents(exampleRollout('steps: [{ setWeight: 50 }, { pause: {} }]'), ...others);

/** An object of any kind by the fields of its spec. */
export const object = exampleOf;

/** The manifest that violates a rule, from its page. */
export const badOf = (code: string): string => RULES.find((rule) => rule.code === code)!.bad;
