import * as fc from 'fast-check';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

const virtualServiceOf = (name: string, namespace: string, exportTo: string, spec = ''): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec || 'hosts: [web.shop.svc.cluster.local],'} ${exportTo && `exportTo: [${exportTo}],`} http: [{ route: [{ destination: { host: web } }] }] }
`;
const both = (one: string, other: string): string => (one + other).slice(4);
const AT_GATEWAY = 'hosts: [web.example.com], gateways: [infra/edge],';

describeRule(
  RULES.find(({ code }) => code === 'TRF019')!,
  [
    ...(
      [
        ['private to another namespace, and for all', "'.'", "'*'", false],
        ['exported to a namespace, and for all', 'third', "'*'", false],
        ['private to a namespace, and exported to it', "'.'", 'other', false],
        ['private to two namespaces', "'.'", "'.'", false],
        ['exported to the same namespace', 'third', 'third, fourth', true],
        ['exported to two namespaces', 'third', 'fourth', false],
        ['for all, and without exportTo', "'*'", '', true],
        ['for nobody, and for all', "'~'", "'*'", false],
      ] as const
    ).flatMap(([name, one, other, isFound]) => {
      const [first, second] = [virtualServiceOf('v', 'other', one), virtualServiceOf('w', 'shop', other)];
      return [
        [name, both(first, second)],
        [`${name}, the other way round`, both(second, first)],
      ].map(([title, manifest]): RuleCase => ({ name: title, manifest, ...(isFound ? { finds: [{}] } : {}) }));
    }),
    {
      name: 'private and for all in one namespace, where the private one always counts',
      manifest: both(virtualServiceOf('v', 'shop', "'.'"), virtualServiceOf('w', 'shop', '')),
    },
    {
      name: 'private to one namespace, both of them',
      manifest: both(virtualServiceOf('v', 'shop', "'.'"), virtualServiceOf('w', 'shop', 'shop')),
      finds: [
        {
          message:
            "VirtualService shop/w and VirtualService shop/v both have the host 'web.shop.svc.cluster.local' in the mesh",
        },
      ],
    },
    {
      name: 'at a Gateway, for all',
      manifest: both(virtualServiceOf('v', 'shop', '', AT_GATEWAY), virtualServiceOf('w', 'shop', '', AT_GATEWAY)),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'at a Gateway that does not see one of them',
      manifest: both(virtualServiceOf('v', 'shop', "'.'", AT_GATEWAY), virtualServiceOf('w', 'shop', '', AT_GATEWAY)),
    },
  ],
);

const virtualService = fc
  .record({
    namespace: fc.constantFrom('a', 'b', 'c'),
    exportTo: fc.constantFrom('', "['*']", "['.']", '[a]', '[b, c]', "['.', b]", "['~']"),
    gateways: fc.constantFrom('', '[mesh]', '[infra/edge]', '[mesh, infra/edge]'),
    paths: fc.constantFrom('[]', '[{ uri: { prefix: / } }]', '[{ uri: { prefix: /x } }]', '[{ uri: { exact: /y } }]'),
  })
  .map(
    ({ namespace, exportTo, gateways, paths }) => `
  namespace: ${namespace}
spec:
  hosts: [web.a.svc.cluster.local]
${exportTo === '' ? '' : `  exportTo: ${exportTo}\n`}${gateways === '' ? '' : `  gateways: ${gateways}\n`}  http:
    - { name: one, match: ${paths}, route: [{ destination: { host: web.a.svc.cluster.local } }] }
    - { name: two, match: [{ uri: { prefix: /x } }], route: [{ destination: { host: web.a.svc.cluster.local } }] }
`,
  );
const virtualServices = fc
  .array(virtualService, { minLength: 2, maxLength: 5 })
  .map((all) =>
    all.map(
      (rest, nth) => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: v${nth}${rest}`,
    ),
  );

const found = (documents: readonly string[]): string[] => {
  const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: documents.join('---\n') }]));
  return lint(graph, { select: ['TRF019'] })
    .findings.map(({ severity, message, hint, path }) => [severity, message, hint, path].join(' | '))
    .sort();
};

test('conflicts between VirtualServices do not depend on the order of the documents', () => {
  let conflicts = 0;
  fc.assert(
    fc.property(
      virtualServices.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
      ),
      ([all, other]) => {
        const findings = found(all);
        conflicts += findings.length;
        expect(found(other)).toEqual(findings);
      },
    ),
    { numRuns: 300 },
  );
  expect(conflicts).toBeGreaterThan(100);
});
