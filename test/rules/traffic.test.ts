import { routeNotFound } from '../../src/rules/traffic/trf001-route-not-found';
import { destinationMissing } from '../../src/rules/traffic/trf002-destination-missing';
import { describeRule } from './describe-rule';

const app = (istio: string, http: string, name = 'checkout'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting:
        istio:
          ${istio}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec:
  hosts: [checkout]
  http:
    ${http}
`;
const BOTH = '[{ destination: { host: checkout-stable } }, { destination: { host: checkout-canary } }]';

describeRule(routeNotFound, [
  {
    name: 'a route that is misspelt',
    manifest: app('virtualService: { name: checkout, routes: [primry] }', `- { name: primary, route: ${BOTH} }`),
    finds: [
      {
        line: 11,
        column: 54,
        message: "Rollout shop/checkout weights the route 'primry', which VirtualService shop/checkout does not have",
        hint: "did you mean 'primary' (app.yaml:19)?",
      },
    ],
  },
  {
    name: 'the only route has no name',
    manifest: app('virtualService: { name: checkout, routes: [primary] }', `- route: ${BOTH}`),
    finds: [{ hint: 'it has no http route with a name' }],
  },
  {
    name: 'the VirtualService is named with its namespace',
    manifest: app('virtualService: { name: checkout.shop, routes: [other] }', `- { name: primary, route: ${BOTH} }`),
    finds: [{ hint: "it has 'primary'" }],
  },
  {
    name: 'the route is there',
    manifest: app('virtualService: { name: checkout, routes: [primary] }', `- { name: primary, route: ${BOTH} }`),
  },
  {
    name: 'the VirtualService is elsewhere',
    manifest: app('virtualService: { name: checkout.other, routes: [x] }', `- { name: primary, route: ${BOTH} }`),
  },
]);

describeRule(destinationMissing, [
  {
    name: 'the canary host is misspelt',
    manifest: app('virtualService: { name: checkout }', `- route: ${BOTH.replace('-canary', '-canry')}`),
    finds: [
      {
        line: 19,
        path: 'spec.http[0].route',
        message:
          "route 0 of VirtualService shop/checkout has no destination for the canary Service 'checkout-canary' of Rollout shop/checkout",
        hint: "it has 'checkout-stable' and 'checkout-canry'",
      },
    ],
  },
  {
    name: 'neither subset is there',
    manifest: app(
      'virtualService: { name: checkout }\n          destinationRule: { name: d, canarySubsetName: canary, stableSubsetName: stable }',
      '- { name: a, route: [{ destination: { host: checkout } }] }',
    ),
    finds: [{ hint: "it has 'checkout'" }, { hint: "it has 'checkout'" }],
  },
  {
    name: 'tls routes are weighted too, though only an http route is listed',
    manifest: app(
      'virtualService: { name: checkout, routes: [a] }',
      `- { name: a, route: ${BOTH} }\n  tls: [{ route: [{ destination: { host: checkout-stable } }] }]`,
    ),
    finds: [{ path: 'spec.tls[0].route' }],
  },
  {
    name: 'both are there by their full names',
    manifest: app(
      'virtualService: { name: checkout }',
      `- route: ${BOTH.replaceAll(/checkout-\w+/g, '$&.shop.svc.cluster.local')}`,
    ),
  },
  {
    name: 'a route that is not listed need not have them',
    manifest: app(
      'virtualService: { name: checkout, routes: [a] }',
      `- { name: a, route: ${BOTH} }\n    - { name: b, route: [{ destination: { host: prometheus } }] }`,
    ),
  },
]);
