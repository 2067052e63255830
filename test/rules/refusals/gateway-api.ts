import { documents, exampleService } from '../../../src/rules/shared/example';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from '../../../src/rules/traffic/gateway-example';
import { BACKEND, gatewayRoute, rollout } from './frames';
import type { Refusals } from './refusal';

const filter = (one: string): string => gatewayRoute(`filters: [${one}]\n${BACKEND}`);
const match = (one: string): string => gatewayRoute(`matches: [${one}]\n${BACKEND}`);
const grpc = (one: string): string => gatewayRoute(`${one}\n${BACKEND}`, 'GRPCRoute');

/** The refusals of the objects of the Gateway API. */
export const GATEWAY_API_REFUSALS: Refusals = {
  'traffic/canary-services.ts': [
    ['the name of the Service', 'SCH006', exampleService('1st')],
    ['two Services are called', 'REF022', documents(exampleService('a'), exampleService('a'))],
    ['the containers of … have …', 'text'],
    ['… has no port', 'text'],
    [
      "portName is '…', but …",
      'TRF024',
      documents(
        rollout(
          'canaryService: checkout-canary\nstableService: checkout-stable\nsteps: [{ setWeight: 50 }, { pause: {} }]',
        ).replace('image: checkout:1', 'image: checkout:1\n          ports: [{ name: web, containerPort: 8080 }]'),
        exampleService('checkout-canary', 'selector: { app: checkout }\nports: [{ port: 80, targetPort: http }]'),
        exampleService('checkout-stable', 'selector: { app: checkout }\nports: [{ port: 80, targetPort: http }]'),
      ),
    ],
  ],
  'traffic/gateway-api-filters.ts': [
    ["leads to '…' without a port", 'SCH007', gatewayRoute('backendRefs: [{ name: checkout-stable }]')],
    ['the mirror of …', 'title'],
    [
      "the mirror's percentage is",
      'SCH006',
      filter('{ type: RequestMirror, requestMirror: { percent: 120, backendRef: { name: a, port: 80 } } }'),
    ],
  ],
  'traffic/gateway-api-rule.ts': [
    ['derivePort has no effect', 'inexpressible'],
    ['which the Gateway API has no words for here', 'inexpressible'],
    ['answers by itself', 'inexpressible'],
    ['rewrites by a regex', 'inexpressible'],
    [
      'rewrites the path of several prefixes',
      'SCH007',
      gatewayRoute(
        `matches: [{ path: { type: PathPrefix, value: /a } }, { path: { type: PathPrefix, value: /b } }]\nfilters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]\n${BACKEND}`,
      ),
    ],
    [
      'redirectCode is …; the Gateway API knows',
      'SCH006',
      gatewayRoute('filters: [{ type: RequestRedirect, requestRedirect: { statusCode: 200 } }]'),
    ],
    ['matches …, which the Gateway API cannot', 'inexpressible'],
    ['matches a method by more than its name', 'inexpressible'],
    ["…: the header '…'", 'SCH006', match("{ headers: [{ name: 'x y', value: a }] }")],
    ["the query parameter '…'", 'SCH006', match("{ queryParams: [{ name: 'x y', value: a }] }")],
    ["whose '…' the Gateway API refuses", 'SCH007', match("{ path: { type: PathPrefix, value: '/a//b' } }")],
  ],
  'traffic/gateway-api-traffic-split.ts': [
    ['the name of the HTTPRoute', 'SCH006', gatewayRoute(BACKEND).replace('name: checkout\n', "name: 'A B'\n")],
    ['the name of the GRPCRoute', 'SCH006', grpc('matches: []').replace('name: checkout\n', "name: 'A B'\n")],
    ['parents is empty', 'TRF036', gatewayRoute(BACKEND, 'HTTPRoute', 'parentRefs: []')],
    [
      "a host is '*'; leave hosts out",
      'SCH006',
      gatewayRoute(BACKEND, 'HTTPRoute', "parentRefs: [{ name: public }]\nhostnames: ['*']"),
    ],
    [
      'the stable and the canary Service are both',
      'ROL001',
      rollout('canaryService: checkout\nstableService: checkout\nsteps: [{ setWeight: 50 }, { pause: {} }]'),
    ],
    ['no … route is split', 'TRF002', exampleGatewayRoute(PLUGIN_CONFIG, `- ${BACKEND}`)],
    [
      'routes is empty',
      'TRF002',
      exampleGatewayRoute(PLUGIN_CONFIG, '').replace(/ {2}rules:[\s\S]*$/, '  rules: []\n'),
    ],
    [
      'leads to the canary alone',
      'TRF033',
      exampleGatewayRoute(
        PLUGIN_CONFIG,
        `- backendRefs: [${BOTH_BACKENDS}]\n- backendRefs: [{ name: checkout-canary, port: 80 }]`,
      ),
    ],
    ['the name of a route', 'SCH006', gatewayRoute(`name: 'A B'\n${BACKEND}`)],
    [
      'two routes are called',
      'TRF042',
      gatewayRoute(`name: a\n${BACKEND}`).trimEnd().concat(`\n    - name: a\n      ${BACKEND}\n`),
    ],
    [
      'parents has … several times',
      'SCH007',
      gatewayRoute(BACKEND, 'HTTPRoute', 'parentRefs: [{ name: public }, { name: public }]'),
    ],
  ],
  'traffic/gateway-parent.ts': [
    ['the name of the parent', 'SCH006', gatewayRoute(BACKEND, 'HTTPRoute', "parentRefs: [{ name: '' }]")],
    [
      'the namespace of … ',
      'SCH006',
      gatewayRoute(BACKEND, 'HTTPRoute', "parentRefs: [{ name: public, namespace: 'A B' }]"),
    ],
    ['the port of …', 'SCH006', gatewayRoute(BACKEND, 'HTTPRoute', 'parentRefs: [{ name: public, port: 70000 }]')],
  ],
  'traffic/grpc-route.ts': [
    ['which is no name of gRPC', 'SCH007', grpc("matches: [{ method: { service: 'shop/v1' } }]")],
    ["…: the header '…'", 'SCH006', grpc("matches: [{ headers: [{ name: 'x y', value: a }] }]")],
    ['has an empty match', 'valid'],
    ['the mirror of …', 'title'],
    [
      "the mirror's percentage",
      'SCH006',
      grpc('filters: [{ type: RequestMirror, requestMirror: { percent: 120, backendRef: { name: a, port: 80 } } }]'),
    ],
    ['is matched by prefix or presence', 'inexpressible'],
  ],
};
