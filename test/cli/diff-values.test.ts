// Forms in which the API server and the controllers keep what Git states, besides those of diff.test.ts.
import { readDocuments, writeYamlDocuments } from '../../src/formats/yaml';
import { folderWith, runCli } from './run-cli';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

/** Compares manifests with the same in a cluster, changed. */
async function diff(git: string, change: (object: Loose) => void): Promise<{ code: number; out: string }> {
  const objects = readDocuments(git).map(({ value }) => structuredClone(value) as Loose);
  objects.forEach(change);
  const cwd = folderWith({ 'git.yaml': git });
  const { code, out } = await runCli(['diff', 'git.yaml', '--cluster', '-'], {
    cwd,
    stdin: writeYamlDocuments(objects),
  });
  return { code, out };
}

const ROLLOUT = (routing: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      containers:
        - { name: cart, image: 'cart:2', resources: { requests: { cpu: 1000m, memory: 1024Mi }, limits: { memory: 1Gi } } }
  strategy:
    canary:
      canaryService: cart-canary
      stableService: cart-stable
      trafficRouting: ${routing}
      steps: [{ setWeight: 20 }, { experiment: { duration: 5m, templates: [{ name: trial, specRef: canary, weight: 5 }] } }]
---
`;

const SECRET = `
apiVersion: v1
kind: Secret
metadata: { name: token, namespace: shop }
data: { other: YQ== }
stringData: { token: hunter2 }
`;

test('a Secret is compared as the API server keeps it, and its values are not printed', async () => {
  const stored = (token: string) => (object: Loose) => {
    delete object.stringData;
    object.data.token = Buffer.from(token).toString('base64');
  };
  expect(await diff(SECRET, stored('hunter2'))).toMatchObject({ code: 0 });
  const { code, out } = await diff(SECRET, stored('changed'));
  expect(code).toBe(1);
  expect(out).toContain('has data.token in Git, and its value is another one in the cluster');
  expect(out).not.toMatch(/hunter2|changed|aHVudGVyMg|Y2hhbmdlZA/);
  const lost = await diff(SECRET, (object) => void delete object.stringData);
  expect(lost.out).toContain('has data.token in Git, and its value is not in the cluster');
});

const QUANTITIES = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: cart, namespace: shop }
spec:
  maxReplicas: 9
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: cart }
  metrics:
    - { type: Resource, resource: { name: memory, target: { type: AverageValue, averageValue: 1024Mi } } }
    - { type: Object, object: { metric: { name: queue }, target: { type: Value, value: 1000m } } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: quota, namespace: shop }
spec: { hard: { requests.cpu: 1000m, pods: 10 } }
`;

test('quantities of autoscalers and quotas in other forms are no difference', async () => {
  const stored = (value: string) => (object: Loose) => {
    if (object.kind === 'ResourceQuota') object.spec.hard = { 'requests.cpu': '1', pods: '10' };
    else {
      object.spec.metrics[0].resource.target.averageValue = '1Gi';
      object.spec.metrics[1].object.target.value = value;
    }
  };
  expect(await diff(QUANTITIES, stored('1'))).toMatchObject({ code: 0 });
  expect((await diff(QUANTITIES, stored('2'))).out).toContain('1 difference');
});

test('beside a quantity that differs, one in another form is no difference', async () => {
  const { out } = await diff(ROLLOUT('{}').replace(/---\n$/, ''), ({ spec }) => {
    spec.template.spec.containers[0].resources.requests = { cpu: '1', memory: '2Gi' };
  });
  expect(out).toContain('1 difference\n');
  expect(out).toContain('requests.memory');
});

/** The status while an experiment gets a share of the requests. */
const trial = (object: Loose): void => {
  const additional = [{ weight: 5, serviceName: 'cart-trial', podTemplateHash: 'c' }];
  if (object.kind === 'Rollout') object.status = { canary: { weights: { additional } } };
};

test.each([
  [
    'a VirtualService',
    '{ istio: { virtualService: { name: cart } } }',
    `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec:
  hosts: [cart]
  http: [{ route: [{ destination: { host: cart-stable }, weight: 100 }, { destination: { host: cart-canary }, weight: 0 }] }]
`,
    (spec: Loose, name: string) => spec.http[0].route.push({ destination: { host: name }, weight: 5 }),
  ],
  [
    'an HTTPRoute',
    '{ plugins: { argoproj-labs/gatewayAPI: { httpRoute: cart, namespace: shop } } }',
    `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec:
  rules: [{ backendRefs: [{ name: cart-stable, port: 80 }, { name: cart-canary, port: 80 }] }]
`,
    (spec: Loose, name: string) => spec.rules[0].backendRefs.push({ name, port: 80, weight: 5 }),
  ],
])('a destination of an experiment in %s is no difference, any other is one', async (_, routing, route, add) => {
  const withDestination = (name: string) => (object: Loose) => {
    trial(object);
    if (object.kind !== 'Rollout') add(object.spec, name);
  };
  const { code, out } = await diff(ROLLOUT(routing) + route, withDestination('cart-trial'));
  expect(out).toContain('sends requests to cart-trial in the cluster, for an experiment of its Rollout');
  expect(code).toBe(0);
  expect((await diff(ROLLOUT(routing) + route, withDestination('cart-other'))).code).toBe(1);
});

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: cart
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/actions.cart-root: '{"Type":"forward"}'
    alb.ingress.kubernetes.io/actions.ssl-redirect: '{"Type":"redirect"}'
spec: { defaultBackend: { service: { name: cart-root, port: { name: use-annotation } } } }
`;

test('the action that the controller writes for the AWS load balancer is no difference, another action is one', async () => {
  const git = ROLLOUT('{ alb: { ingress: cart, rootService: cart-root, servicePort: 80 } }') + INGRESS;
  const changed = (name: string) => (object: Loose) => {
    if (object.kind === 'Ingress')
      object.metadata.annotations[`alb.ingress.kubernetes.io/actions.${name}`] =
        '{"Type":"forward","ForwardConfig":{}}';
  };
  const { code, out } = await diff(git, changed('cart-root'));
  expect(code).toBe(0);
  expect(out).toContain('Rollout shop/cart owns it');
  expect((await diff(git, changed('ssl-redirect'))).code).toBe(1);
});

test('weights of a TraefikService are the controller’s', async () => {
  const git = `${ROLLOUT('{ traefik: { weightedTraefikServiceName: cart } }')}apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: cart, namespace: shop }
spec: { weighted: { services: [{ name: cart-stable, port: 80, weight: 100 }, { name: cart-canary, port: 80, weight: 0 }] } }
`;
  const { code } = await diff(git, ({ spec }) => {
    if (spec.weighted) [spec.weighted.services[0].weight, spec.weighted.services[1].weight] = [80, 20];
  });
  expect(code).toBe(0);
});
