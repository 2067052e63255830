import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { experimentalField } from '../../src/rules/schema/sch012-experimental-field';
import { describeRule } from './describe-rule';

const route = (rule: string, kind = 'HTTPRoute', spec = 'parentRefs: [{ name: public }]'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: checkout, namespace: shop }
spec:
  ${spec}
  rules:
    - backendRefs: [{ name: checkout-stable, port: 80 }]
      ${rule}
`;

describeRule(experimentalField, [
  {
    name: 'a field of the experimental channel',
    manifest: route('sessionPersistence: { type: Cookie }'),
    finds: [
      {
        line: 8,
        column: 7,
        message:
          "spec.rules[0] has no field 'sessionPersistence' in Gateway API 1.7.0 (standard channel); the experimental channel allows it",
      },
    ],
  },
  {
    name: 'a value of it, and what belongs to the value',
    manifest: route(
      'filters: [{ type: ExternalAuth, externalAuth: { protocol: HTTP, backendRef: { name: auth, port: 80 } } }]',
    ),
    finds: [{ path: 'spec.rules[0].filters[0].type' }, { path: 'spec.rules[0].filters[0].externalAuth' }],
  },
  {
    name: 'a field of the standard channel since a late release',
    manifest: route('retry: { attempts: 2, codes: [503] }'),
  },
  {
    name: 'what neither channel allows, beside what one does and below it',
    manifest: route('sessionPersistence: { typ: Cookie }\n      retries: 2'),
    finds: [{ path: 'spec.rules[0].sessionPersistence' }],
  },
  { name: 'of GRPCRoutes, too', manifest: route('sessionPersistence: {}', 'GRPCRoute'), finds: [{ line: 8 }] },
  {
    name: 'of a Gateway',
    manifest: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: istio
  defaultScope: All
  listeners: [{ name: http, port: 80, protocol: HTTP }]
`,
    finds: [{ path: 'spec.defaultScope' }],
  },
]);

test('what neither channel allows is an error', () => {
  const text = route('sessionPersistence: { typ: Cookie }\n      retries: 2');
  const { findings } = lint(graphOfLoaded(loadManifests([{ name: 'a.yaml', text }])), { select: ['SCH003'] });
  expect(findings.map(({ message }) => message)).toEqual([
    "spec.rules[0].sessionPersistence has no field 'typ' in Gateway API 1.7.0 (experimental channel)",
    "spec.rules[0] has no field 'retries' in Gateway API 1.7.0 (standard channel)",
  ]);
});
