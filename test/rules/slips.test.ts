import { RULES } from '../../src/rules';
import {
  documents,
  exampleRollout,
  exampleService,
  exampleVirtualService,
  queryInRollout,
  routedCanary,
} from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const cases = (code: string, ...all: RuleCase[]): void =>
  describeRule(
    RULES.find((one) => one.code === code)!,
    all,
  );

const service = (name: string, app: string): string =>
  exampleService(name, `selector: { app: ${app} }\nports: [{ name: http, port: 80 }]`);
const deployment = (app: string, name = app): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${app} } }
  template: { metadata: { labels: { app: ${app} } } }
`;
const through = (host: string): string =>
  documents(
    exampleRollout(
      routedCanary(
        '',
        'virtualService: { name: checkout }\ndestinationRule: { name: checkout, canarySubsetName: canary, stableSubsetName: stable }',
      ),
    ),
    exampleVirtualService(`hosts: [checkout]\nhttp: [{ route: [{ destination: { host: ${host}, subset: canary } }] }]`),
  );

cases(
  'REF024',
  {
    name: 'a Service beside its Deployment, which bears its name',
    manifest: documents(deployment('checkout'), service('checkout-internal', 'chekout')),
    finds: [{ severity: 'error', hint: "did you mean 'checkout'?", path: 'spec.selector.app' }],
  },
  {
    name: 'the Service to which the VirtualService of a Rollout leads, whatever it is called',
    manifest: documents(through('front'), service('front', 'chekout')),
    finds: [{ severity: 'error', hint: "did you mean 'checkout'?" }],
  },
  {
    name: 'the same with a selector that is nothing like it: the pods may be elsewhere',
    manifest: documents(through('front'), service('front', 'portal')),
    finds: [{ severity: 'note', message: 'Service front selects app: portal, and no pods here have that' }],
  },
  {
    name: 'a Service of something else, whose name is as near as those of siblings are',
    manifest: documents(deployment('api-eu'), service('api-us', 'api-us')),
  },
  {
    name: 'a Service whose pods are elsewhere',
    manifest: documents(deployment('checkout'), service('queue', 'queue')),
  },
  {
    name: 'a Service with endpoints of its own',
    manifest: documents(deployment('checkout'), exampleService('checkout', 'ports: [{ name: http, port: 80 }]')),
  },
  {
    name: 'a workload of another namespace',
    manifest: documents(
      deployment('checkout').replace('{ name: checkout }', '{ name: checkout, namespace: a }'),
      service('checkout', 'chekout').replace('  name: checkout', '  name: checkout\n  namespace: b'),
    ),
  },
);

const MATCH = "match: [{ headerName: x, headerValue: { exact: 'yes' } }]";
const stepped = (steps: string): string => exampleRollout(routedCanary(`steps: [${steps}]`));

cases(
  'ROL039',
  {
    name: 'a mirror',
    manifest: stepped('{ setMirrorRoute: { name: m, percentage: 50, match: [{ path: { prefix: / } }] } }'),
    finds: [{ path: 'spec.strategy.canary.steps[0].setMirrorRoute', severity: 'warning' }],
  },
  { name: 'a weight before it', manifest: stepped(`{ setWeight: 5 }, { setHeaderRoute: { name: h, ${MATCH} } }`) },
  {
    name: 'a first step that removes a route, which is not there',
    manifest: stepped('{ setHeaderRoute: { name: h } }'),
  },
  {
    name: 'a router whose routes are no objects that are looked at',
    manifest: stepped(`{ setHeaderRoute: { name: h, ${MATCH} } }`).replace(
      /istio:\n.*/,
      'plugins: { argoproj-labs/gatewayAPI: {} }',
    ),
  },
);

cases(
  'PRM024',
  {
    name: 'the hash, whosever metric it is',
    manifest: queryInRollout('sum(up{rollouts_pod_template_hsh="a"})'),
    finds: [{ hint: "did you mean 'rollouts_pod_template_hash'?" }],
  },
  {
    name: "a label of Istio's, twice in one query: that is one slip",
    manifest: queryInRollout(
      'sum(istio_requests_total{respnse_code="500"}) / sum(istio_requests_total{respnse_code=~".*"})',
    ),
    finds: [{ hint: "did you mean 'response_code'?" }],
  },
  { name: 'a label of the application', manifest: queryInRollout('sum(http_requests_total{response_cod="500"})') },
  { name: "a label that somebody added to Istio's", manifest: queryInRollout('sum(istio_requests_total{tenant="a"})') },
);

const tcp = (wanted: string, matches: string): string =>
  documents(
    exampleRollout(routedCanary('', `virtualService: { name: checkout, tcpRoutes: [${wanted}] }`)),
    exampleVirtualService(
      `hosts: [checkout]\ntcp: [{ match: [${matches}], route: [{ destination: { host: checkout-stable } }, { destination: { host: checkout-canary } }] }]`,
    ),
  );

cases(
  'TRF004',
  {
    name: 'one of two that are asked for',
    manifest: tcp('{ port: 3306 }, { port: 3307 }', '{ port: 3306 }'),
    finds: [{ path: 'spec.strategy.canary.trafficRouting.istio.virtualService.tcpRoutes[1]' }],
  },
  {
    name: 'no port, where the match has one',
    manifest: tcp('{}', '{ port: 3306 }'),
    finds: [{ path: 'spec.strategy.canary.trafficRouting.istio.virtualService.tcpRoutes' }],
  },
  {
    name: 'a route of two ports, which nothing can mean',
    manifest: tcp('{ port: 1 }', '{ port: 1 }, { port: 2 }'),
    finds: [{}],
  },
  { name: 'no port, where no match has one', manifest: tcp('{}', '{ gateways: [mesh] }') },
  { name: 'the port of all matches', manifest: tcp('{ port: 1 }', '{ port: 1, gateways: [a] }, { port: 1 }') },
);

const disputed = (services: string): string =>
  documents(
    exampleRollout(routedCanary(), { labels: 'app: chekout' }),
    service('checkout-stable', services),
    service('checkout-canary', services),
  );

cases(
  'ROL002',
  {
    name: 'the Services side with the selector',
    manifest: disputed('checkout'),
    finds: [{ path: 'spec.template.metadata.labels.app', hint: expect.stringContaining("did you mean 'checkout'?") }],
  },
  {
    name: 'the Services side with the pods',
    manifest: disputed('chekout'),
    finds: [{ path: 'spec.selector.matchLabels.app', hint: expect.stringContaining("did you mean 'chekout'?") }],
  },
  { name: 'the Services side with neither', manifest: disputed('shop'), finds: [{ path: 'spec.selector' }] },
  { name: 'they agree, whatever the Services say', manifest: exampleRollout('{}') },
);
