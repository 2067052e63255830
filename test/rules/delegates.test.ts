import { lint } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { delegate } from '../../src/rules/traffic/trf016-delegate';
import { describeRule } from './describe-rule';

const virtualService = (name: string, spec: string, namespace = 'shop'): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;
const ROUTE = 'http: [{ route: [{ destination: { host: checkout } }] }]';
const root = (namespace: string): string =>
  virtualService('root', `hosts: [a.example.com], http: [{ delegate: { name: checkout, ${namespace} } }]`, 'edge');
const closed = { closedWorld: true };

describeRule(delegate, [
  {
    name: 'no hosts, and nothing that delegates to it',
    manifest: virtualService('checkout', ROUTE),
    options: closed,
    finds: [{ severity: 'warning', path: 'spec', message: expect.stringContaining('has no hosts') as never }],
  },
  {
    name: 'an empty list of hosts, where the one that delegates may be elsewhere',
    manifest: virtualService('checkout', `hosts: [], ${ROUTE}`),
    finds: [{ severity: 'note' }],
  },
  {
    name: 'one of another namespace delegates to it',
    manifest: root('namespace: shop') + virtualService('checkout', ROUTE),
    options: closed,
  },
  {
    name: 'a delegate is in the namespace of the root where none is said',
    manifest: root('') + virtualService('checkout', ROUTE),
    options: closed,
    finds: [
      { severity: 'error', message: expect.stringContaining('which nothing here defines') as never },
      { severity: 'warning' },
    ],
  },
  {
    // SCH004 reports it.
    name: 'hosts of another type',
    manifest: virtualService('checkout', `hosts: checkout, ${ROUTE}`),
    options: closed,
  },
]);

const told = (text: string): string[] =>
  lint(graphOfLoaded(loadManifests([{ name: 'app.yaml', text }]))).findings.map(
    ({ code, message, consequences }) =>
      `${code} ${message}${consequences.map((one) => `, hence ${one.code}`).join('')}`,
  );

test('what a VirtualService without hosts cannot have is told at once', () => {
  const spec =
    'gateways: [mesh], tcp: [{ route: [{ destination: { host: db } }] }], tls: [{ match: [{ sniHosts: [a.b] }] }]';
  const found = told(virtualService('checkout', `hosts: [], ${spec}`)).filter((one) => one.includes('no hosts'));
  expect(found).toEqual([expect.stringMatching(/^TRF029 .* has gateways and tls and tcp and no hosts$/)]);
});

test('two rules of one name in an HTTPRoute are told once', () => {
  const rule = '{ name: web, backendRefs: [{ name: checkout, port: 80 }] }';
  const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: checkout, namespace: shop }
spec: { parentRefs: [{ name: public }], rules: [${rule}, ${rule}] }
`;
  expect(told(route).filter((one) => /SCH007|TRF042/.test(one))).toEqual([
    expect.stringMatching(/^SCH007 .*Rule name must be unique.*, hence TRF042$/),
  ]);
});
