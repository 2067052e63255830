import { applyFixes } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';

const manifests = (...services: string[]): string =>
  `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart }
spec:
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } } }
  strategy: { canary: { canaryService: cart-canry, stableService: cart-stable } }
${services
  .map(
    (name) =>
      `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { selector: { app: cart }, ports: [{ port: 80 }] }\n`,
  )
  .join('')}`;

function fixed(text: string): string | undefined {
  const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text }]));
  const { findings } = lint(graph, { select: ['REF001', 'TRF021'] });
  const { texts } = applyFixes(findings.flatMap(({ fix }) => fix ?? []));
  return [...texts.values()][0];
}

test('a name with a single near candidate is corrected', () => {
  expect(fixed(manifests('cart-stable', 'cart-canary'))).toContain('canaryService: cart-canary,');
});

test('a name with two near candidates is left alone', () => {
  expect(fixed(manifests('cart-stable', 'cart-canary', 'cart-carry'))).toBeUndefined();
});

test('only the name in a host is corrected', () => {
  const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart], http: [{ route: [{ destination: { host: cart-stabel.shop.svc.cluster.local } }] }] }
`;
  const text = manifests('cart-stable', 'cart-canry').replace(
    /name: cart-(\w+) \}/g,
    'name: cart-$1, namespace: shop }',
  );
  expect(fixed(text + route)).toContain('host: cart-stable.shop.svc.cluster.local');
});
