import { readDocuments, writeYamlDocuments } from '../../src/formats/yaml';
import { folderWith, runCli } from './run-cli';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

const ROLLOUT = (routing: string, more = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec: { containers: [{ name: cart, image: 'cart:2' }] }
  strategy:
    canary:
      canaryService: cart-canary
      stableService: cart-stable
      ${more}
      trafficRouting: ${routing}
      steps: [{ setWeight: 20 }, { pause: {} }]
`;
const VIRTUAL_SERVICE = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec:
  hosts: [cart]
  http:
    - timeout: 5s
      route:
        - { destination: { host: cart-stable }, weight: 100 }
        - { destination: { host: cart-canary }, weight: 0 }
`;
const ISTIO =
  ROLLOUT('{ managedRoutes: [{ name: testers }], istio: { virtualService: { name: cart } } }') + VIRTUAL_SERVICE;
const GATEWAY =
  ROLLOUT('{ plugins: { argoproj-labs/gatewayAPI: { httpRoute: cart, namespace: shop } } }') +
  `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec:
  parentRefs: [{ name: gateway }]
  rules:
    - backendRefs:
        - { name: cart-stable, port: 80, weight: 100 }
        - { name: cart-canary, port: 80, weight: 0 }
`;

/** Compares manifests with the same in a cluster, changed. */
async function diff(git: string, change: (objects: Loose[]) => void): Promise<{ code: number; out: string }> {
  const objects = readDocuments(git).map(({ value }) => structuredClone(value) as Loose);
  change(objects);
  const cwd = folderWith({ 'git.yaml': git });
  const { code, out } = await runCli(['diff', 'git.yaml', '--cluster', '-'], {
    cwd,
    stdin: writeYamlDocuments(objects),
  });
  return { code, out };
}

const MANAGED = {
  name: 'testers',
  match: [{ headers: { 'x-test': { exact: 'true' } } }],
  route: [{ destination: { host: 'cart-canary' }, weight: 100 }],
};

test('routes that the controller manages are no difference, and hide none', async () => {
  const managed = await diff(ISTIO, ([, route]) => void route.spec.http.unshift(MANAGED));
  expect(managed.code).toBe(0);
  expect(managed.out).toContain('has the routes testers in the cluster, which its Rollout manages');
  const changed = await diff(ISTIO, ([, route]) => {
    route.spec.http.unshift(MANAGED);
    route.spec.http[1].timeout = '30s';
  });
  expect(changed.code).toBe(1);
  expect(changed.out).toMatch(/spec\.http\[0\]\.timeout "5s" in Git, and "30s" in the cluster/);
  const foreign = await diff(ISTIO, ([, route]) => void route.spec.http.unshift({ ...MANAGED, name: 'somebody' }));
  expect(foreign.code).toBe(1);
});

const underWay = (rollout: Loose): void => {
  rollout.status = { currentPodHash: 'b', stableRS: 'a' };
};

test('a reset is found behind managed routes, and in routes of the Gateway API', async () => {
  const istio = await diff(ISTIO, ([rollout, { spec }]) => {
    underWay(rollout);
    spec.http[0].route[0].weight = 80;
    spec.http[0].route[1].weight = 20;
    spec.http.unshift(MANAGED);
  });
  expect(istio.code).toBe(1);
  expect(istio.out).toContain('VirtualService shop/cart sends 20 % to cart-canary in the cluster and 0 % in Git');
  const gateway = await diff(GATEWAY, ([rollout, { spec }]) => {
    underWay(rollout);
    spec.rules[0].backendRefs[0].weight = 80;
    spec.rules[0].backendRefs[1].weight = 20;
  });
  expect(gateway.code).toBe(1);
  expect(gateway.out).toContain('HTTPRoute shop/cart sends 20 % to cart-canary in the cluster and 0 % in Git');
  const done = await diff(GATEWAY, ([, { spec }]) => void (spec.rules[0].backendRefs[1].weight = 20));
  expect(done.code).toBe(0);
});

test('a field that the CRDs of the cluster are too old for is named with its release', async () => {
  const git =
    ROLLOUT(
      '{ istio: { virtualService: { name: cart } } }',
      'replicaProgressThreshold: { type: Percentage, value: 90 }',
    ) + VIRTUAL_SERVICE;
  const { code, out } = await diff(
    git,
    ([rollout]) => void delete rollout.spec.strategy.canary.replicaProgressThreshold,
  );
  expect(code).toBe(1);
  expect(out).toContain('Argo Rollouts has it since 1.9, so that its CRDs in the cluster are older');
});
