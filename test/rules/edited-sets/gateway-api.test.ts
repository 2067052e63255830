import { readVersions } from '../../../src/versions';
import { describeSet } from './edited-set';

const BOTH = `        - { name: tickets-stable, port: 80, weight: 100 }
        - { name: tickets-canary, port: 80, weight: 0 }`;
const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: tickets
  namespace: tickets`;
const CONFIG = `            httpRoutes:
              - name: tickets
                useHeaderRoutes: true`;
const HEADER_STEPS = `        - setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'on' } }] }
        - pause: {}
`;

describeSet('gateway-api.yaml', [
  { name: 'without an edit', edits: {} },
  {
    name: 'the configured route does not exist',
    edits: { '- name: tickets\n                use': '- name: ticket\n                use' },
    finds: ['error REF002'],
    says: "did you mean 'tickets'",
  },
  {
    name: 'a GRPCRoute is named where the route is an HTTPRoute',
    edits: {
      [CONFIG]: '            grpcRoutes:\n              - name: tickets\n                useHeaderRoutes: true',
    },
    finds: ['error REF002'],
  },
  {
    name: 'a GRPCRoute in place of the HTTPRoute',
    edits: {
      [CONFIG]: '            grpcRoutes:\n              - name: tickets\n                useHeaderRoutes: true',
      [ROUTE]: ROUTE.replace('HTTPRoute', 'GRPCRoute'),
      '        - path: { type: PathPrefix, value: / }': '        - method: { service: tickets.v1.Tickets }',
      'kind: HTTPRoute\n      jq': 'kind: GRPCRoute\n      jq',
    },
  },
  {
    name: 'the canary backend is missing',
    edits: { '        - { name: tickets-canary, port: 80, weight: 0 }\n': '' },
    finds: ['error TRF002'],
  },
  {
    name: 'a backend has another name than every Service',
    edits: { [BOTH]: `${BOTH}\n        - { name: tickets-legacy, port: 80, weight: 0 }` },
    finds: ['error TRF021'],
  },
  {
    name: 'a backend has a port that its Service does not have',
    edits: { 'tickets-canary, port: 80, weight: 0': 'tickets-canary, port: 8080, weight: 0' },
    finds: ['error TRF021'],
  },
  {
    name: 'the Gateway does not exist',
    edits: { '{ name: public, namespace: edge': '{ name: private, namespace: edge' },
    finds: ['error REF021'],
  },
  {
    name: 'the parent has no namespace, so the Gateway of the other namespace is not meant',
    edits: { '{ name: public, namespace: edge, section': '{ name: public, section' },
    finds: ['error REF021'],
  },
  {
    name: 'the listener of sectionName does not exist',
    edits: { 'sectionName: https': 'sectionName: web' },
    finds: ['error TRF036'],
  },
  {
    name: 'the listener accepts routes of its own namespace only',
    edits: { 'allowedRoutes: { namespaces: { from: All } }': 'allowedRoutes: { namespaces: { from: Same } }' },
    finds: ['error TRF036'],
  },
  {
    name: 'the listener states no allowedRoutes, which means its own namespace',
    edits: { '      allowedRoutes: { namespaces: { from: All } }\n': '' },
    finds: ['error TRF036'],
  },
  {
    name: 'the listener accepts GRPCRoutes only',
    edits: { 'namespaces: { from: All } }': 'kinds: [{ kind: GRPCRoute }], namespaces: { from: All } }' },
    finds: ['error TRF036'],
  },
  {
    name: 'the host name is none of the listener',
    edits: { 'hostnames: [tickets.example.com]': 'hostnames: [tickets.example.org]' },
    finds: ['error TRF036'],
  },
  {
    name: 'a missing weight is 1, so half of the requests go to the canary',
    edits: {
      'tickets-stable, port: 80, weight: 100': 'tickets-stable, port: 80',
      'tickets-canary, port: 80, weight: 0': 'tickets-canary, port: 80',
    },
    finds: ['warning TRF006'],
  },
  {
    name: 'a missing weight of stable beside 0 for the canary',
    edits: { 'tickets-stable, port: 80, weight: 100': 'tickets-stable, port: 80' },
  },
  {
    name: 'weights of a rollout under way are in Git',
    edits: { 'weight: 100': 'weight: 75', 'port: 80, weight: 0': 'port: 80, weight: 25' },
    finds: ['warning TRF006'],
  },
  {
    name: 'a third backend gets a share',
    edits: {
      [BOTH]: `${BOTH}\n        - { name: tickets-old, port: 80, weight: 10 }`,
      'metadata: { name: tickets-stable,':
        'metadata: { name: tickets-old, namespace: tickets }\nspec: { selector: { app: old }, ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: tickets-stable,',
    },
    finds: ['warning TRF032'],
  },
  {
    name: 'a rule of the stable version alone',
    edits: {
      '    - name: main\n':
        '    - name: admin\n      matches: [{ path: { type: PathPrefix, value: /admin } }]\n      backendRefs: [{ name: tickets-stable, port: 80 }]\n    - name: main\n',
    },
    finds: ['error TRF033'],
    options: { versions: readVersions({ gatewayApiPlugin: '0.15' }).versions },
  },
  {
    name: 'a rule of the canary alone',
    edits: {
      '    - name: main\n':
        '    - name: next\n      matches: [{ path: { type: PathPrefix, value: /next } }]\n      backendRefs: [{ name: tickets-canary, port: 80 }]\n    - name: main\n',
    },
    finds: ['error TRF033'],
    options: { versions: readVersions({ gatewayApiPlugin: '0.15' }).versions },
  },
  {
    name: 'a header step and no route that uses header routes',
    edits: { '                useHeaderRoutes: true\n': '' },
    finds: ['warning TRF035'],
  },
  {
    name: 'weights are out of 1000, which the steps do not say',
    edits: { 'port: 80, weight: 100': 'port: 80, weight: 1000' },
  },
  {
    name: 'the namespace of the route is not configured, which is that of the Rollout',
    edits: { '            namespace: tickets\n            http': '            http' },
  },
  {
    name: 'the namespace of the route is not configured, which a plugin needs',
    edits: { '            namespace: tickets\n            http': '            http' },
    finds: ['error TRF034'],
    options: { versions: readVersions({ gatewayApiPlugin: '0.10' }).versions },
  },
  {
    name: 'a field of the plugin is misspelt',
    edits: { 'useHeaderRoutes: true': 'useHeaderRoute: true' },
    finds: ['error TRF034', 'warning TRF035'],
  },
  {
    name: 'weights out of 1000, of which the plugin knows nothing',
    edits: {
      '        managedRoutes: [': '        maxTrafficWeight: 1000\n        managedRoutes: [',
      'setWeight: 25': 'setWeight: 250',
    },
    finds: ['error TRF034'],
    options: { versions: readVersions({ gatewayApiPlugin: '0.15' }).versions },
  },
  {
    name: 'weights out of 1000, for a plugin that counts up to it',
    edits: {
      '        managedRoutes: [': '        maxTrafficWeight: 1000\n        managedRoutes: [',
      'setWeight: 25': 'setWeight: 250',
    },
  },
  {
    name: 'Argo CD does not ignore the weights',
    edits: { '        - .spec.rules[]?.backendRefs[]?.weight\n': '' },
    finds: ['warning GIT001'],
  },
  {
    name: 'Argo CD does not ignore the label of the plugin',
    edits: { '        - .metadata.labels["rollouts.argoproj.io/gatewayapi-canary"]\n': '' },
  },
  {
    name: 'Argo CD does not ignore the managed rule',
    edits: { '        - .spec.rules[]? | select(.name == "testers")\n': '' },
    finds: ['warning GIT008'],
  },
  {
    name: 'a step routes a header by a route that is not managed',
    edits: { 'managedRoutes: [{ name: testers }]': 'managedRoutes: [{ name: tester }]' },
    finds: ['error ROL019'],
  },
  { name: 'without header steps', edits: { [HEADER_STEPS]: '' }, finds: ['advice ANA035'] },
]);
