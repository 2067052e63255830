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

const NAMED = ISTIO.replace(
  '    - timeout: 5s\n',
  '    - { name: beta, match: [{ uri: { prefix: /beta } }], route: [{ destination: { host: beta } }] }\n    - name: primary\n',
);

test('a named route that only the cluster has, and another order of named routes, are differences', async () => {
  const added = await diff(NAMED, ([, { spec }]) => void spec.http.unshift({ ...spec.http[0], name: 'somebody' }));
  expect(added.code).toBe(1);
  expect(added.out).toContain(
    'has spec.http ["beta","primary"] in Git, and ["somebody","beta","primary"] in the cluster',
  );
  const moved = await diff(NAMED, ([, { spec }]) => void spec.http.reverse());
  expect(moved.code).toBe(1);
  expect(moved.out).toContain('has spec.http ["beta","primary"] in Git, and ["primary","beta"] in the cluster');
  const managed = await diff(NAMED, ([, { spec }]) => void spec.http.unshift(MANAGED));
  expect(managed.code).toBe(0);
});

test('a container or variable that only the cluster has is a difference in a Rollout', async () => {
  const { code, out } = await diff(
    ISTIO,
    ([rollout]) => void rollout.spec.template.spec.containers.push({ name: 'other', image: 'other:1' }),
  );
  expect(code).toBe(1);
  expect(out).toContain('has spec.template.spec.containers ["cart"] in Git, and ["cart","other"] in the cluster');
});

test('what other programs add to lists of built-in kinds is no difference', async () => {
  const git = `apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`;
  expect((await diff(git, ([{ spec }]) => void spec.ports.push({ name: 'mesh', port: 15090 }))).code).toBe(0);
});

test('members of one name in a list are compared by position', async () => {
  const ports = 'ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, protocol: UDP }]';
  const git = ISTIO.replace("image: 'cart:2' }", `image: 'cart:2', ${ports} }`);
  const { out } = await diff(git, ([{ spec }]) => void (spec.template.spec.containers[0].ports[1].protocol = 'SCTP'));
  expect(out).toMatch(/1 difference\n/);
  expect(out).toContain('ports[1].protocol "UDP" in Git, and "SCTP" in the cluster');
});

test('rules that the plugin for the Gateway API manages, and subsets of an experiment, are no difference', async () => {
  const plugin = GATEWAY.replace('plugins:', 'managedRoutes: [{ name: testers }], plugins:');
  const rules = await diff(
    plugin,
    ([, { spec }]) => void spec.rules.push({ name: 'testers-1', backendRefs: [{ name: 'cart-canary', port: 80 }] }),
  );
  expect(rules.out).toContain('has the routes testers-1 in the cluster, which its Rollout manages');
  expect(rules.code).toBe(0);
  const subsets =
    ROLLOUT('{ istio: { virtualService: { name: cart }, destinationRule: { name: cart } } }') +
    VIRTUAL_SERVICE +
    `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart, subsets: [{ name: stable }, { name: canary }] }
`;
  const experiment = await diff(subsets, (objects) => void objects[2].spec.subsets.push({ name: 'trial' }));
  expect(experiment.code).toBe(0);
  expect(experiment.out).toContain('Different, and owned by a controller');
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
