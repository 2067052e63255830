import { parseAllDocuments } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { render } from '../canaryfile/load';

type Labels = Readonly<Record<string, string>>;

interface Port {
  readonly name?: string;
  readonly port?: number | string;
  readonly targetPort?: number | string;
  readonly containerPort?: number;
}

/** The fields of several kinds that the tests read. */
interface Spec {
  readonly [field: string]: unknown;
  readonly hosts?: readonly string[];
  readonly ports?: readonly Port[];
  readonly endpoints?: readonly Port[];
  readonly podSelector?: { readonly matchLabels: Labels };
  readonly selector?: Labels & { readonly matchLabels: Labels };
  readonly template?: {
    readonly metadata: { readonly labels: Labels; readonly annotations?: Labels };
    readonly spec: { readonly containers: readonly { readonly ports?: readonly Port[] }[] };
  };
}

interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels; readonly namespace?: string };
  readonly spec: Spec;
}

const adopted = (text: string, prometheus?: string) => adoptAll([{ name: 'set.yaml', text }], { prometheus });

function made(text: string): Obj[] {
  const rendered = render(text);
  expect(rendered.problems).toEqual([]);
  return parseAllDocuments(rendered.text).map((document) => document.toJS() as Obj);
}

const deployment = (name: string, labels: string, more = '', pod = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: store }
spec:
  ${more}
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels}, annotations: { prometheus.io/port: "9100" } }
    spec:
      containers: [{ name: main, image: "registry.example.com/${name}:3", ports: [{ containerPort: 8080${pod} }] }]
---`;

const has = (labels: Labels, selector: Labels) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Everything that selects pods finds those of the Rollout, by ports that they have. */
function expectConnected(objects: readonly Obj[]): void {
  const { metadata, spec } = objects.find(({ kind }) => kind === 'Rollout')!.spec.template!;
  const ports = spec.containers.flatMap((one) => one.ports ?? []);
  const services = objects.filter(({ kind }) => kind === 'Service');
  for (const { spec: service } of services) {
    expect(has(metadata.labels, service.selector!)).toBe(true);
    for (const { port, targetPort = port } of service.ports!) {
      expect(ports.some((one) => targetPort === one.name || targetPort === one.containerPort)).toBe(true);
    }
  }
  for (const { kind, spec: other } of objects) {
    const { matchLabels } = (kind === 'NetworkPolicy' ? other.podSelector : other.selector) ?? { matchLabels: {} };
    if (['NetworkPolicy', 'PodDisruptionBudget', 'AuthorizationPolicy', 'PodMonitor'].includes(kind)) {
      expect(has(metadata.labels, matchLabels)).toBe(true);
    }
    if (kind !== 'ServiceMonitor') continue;
    const found = services.filter((one) => has(one.metadata.labels ?? {}, matchLabels));
    expect(found.length).toBeGreaterThan(0);
    for (const { port } of other.endpoints!) {
      expect(found.some((one) => one.spec.ports!.some(({ name }) => name === port))).toBe(true);
    }
  }
}

const findings = (text: string) => {
  const { findings: found } = lint(graphOfLoaded(loadManifests([{ name: 'made.yaml', text }])), {});
  return found.filter(({ severity }) => severity !== 'note' && severity !== 'advice').map(({ code }) => code);
};

const SELECTING = `
{ apiVersion: v1, kind: Service, metadata: { name: store-web, namespace: store, labels: { run: web } }, spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 31000 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: all-web, namespace: store }, spec: { clusterIP: None, selector: { app: web, tier: front }, ports: [{ port: 8080 }] } }
---
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, namespace: store }, spec: { minAvailable: 2, selector: { matchLabels: { app: web } } } }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web, namespace: store }, spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8080 }] }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: web, namespace: store }, spec: { selector: { matchLabels: { app: web } }, action: ALLOW, rules: [{}] } }
`;

describe('adopt of a Deployment', () => {
  test('leaves the labels of its pods, so that whatever selects them still does', () => {
    const before = deployment('web-deployment', '{ app: web, tier: front }', 'replicas: 3') + SELECTING;
    const { adopted: found, refused } = adopted(before);
    expect(refused).toEqual([]);
    expect(found.map(({ notes }) => notes)).toEqual([[]]);
    const objects = made(found[0].text);
    const rollout = objects.find(({ kind }) => kind === 'Rollout')!;
    expect(rollout.spec.template!.metadata.labels).toMatchObject({ app: 'web', tier: 'front' });
    expect(rollout.spec.selector!.matchLabels).toEqual({ app: 'web', tier: 'front' });
    for (const object of parseAllDocuments(before).map((document) => document.toJS() as Obj)) {
      if (object.kind === 'Deployment') continue;
      const same = objects.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name);
      expect(same).toMatchObject(object);
    }
    expectConnected(objects);
    expect(findings(render(found[0].text).text)).toEqual([]);
  });

  test('keeps both ports of a Service that lead to one port of the container', () => {
    const ports = '[{ name: http, port: 80, targetPort: 8080 }, { name: http-old, port: 8000, targetPort: 8080 }]';
    const service = `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: store }, spec: { selector: { app: web }, ports: ${ports} } }`;
    const { adopted: found, refused } = adopted(`${deployment('web', '{ app: web }', 'replicas: 2')}\n${service}\n`);
    expect(refused).toEqual([]);
    expect(found[0].notes).toEqual([]);
    for (const one of made(found[0].text).filter(({ kind }) => kind === 'Service')) {
      expect(one.spec.ports).toMatchObject([
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'http-old', port: 8000, targetPort: 8080 },
      ]);
    }
  });

  test('leaves its Service and monitor as they are, whatever their ports are called', () => {
    const monitor =
      '{ apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: { name: web, namespace: store }, spec: { selector: { matchLabels: { app: web } }, endpoints: [{ port: web, path: /stats }] } }';
    const service =
      '{ apiVersion: v1, kind: Service, metadata: { name: web-svc, namespace: store, labels: { app: web } }, spec: { selector: { app: web }, ports: [{ name: web, port: 80, targetPort: http-main }] } }';
    const before = `${deployment('web', '{ app: web }', '', ', name: http-main')}\n${service}\n---\n${monitor}\n`;
    for (const prometheus of [undefined, 'http://prometheus:9090']) {
      const [{ text, notes, defects }] = adopted(before, prometheus).adopted;
      expect([...notes, ...defects]).toEqual([]);
      const objects = made(text);
      for (const object of [service, monitor].map((one) => parseAllDocuments(one)[0].toJS() as Obj)) {
        expect(objects).toContainEqual(object);
      }
      expectConnected(objects);
      // Callers of the Service are split, not those of a name that no Service has.
      const routes = objects.filter(({ kind }) => kind === 'VirtualService');
      expect(routes.map(({ spec }) => spec.hosts)).toEqual([['web-svc']]);
      // An analysis needs a monitor that tells the versions apart.
      const monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor');
      expect(monitors).toHaveLength(prometheus === undefined ? 1 : 2);
    }
  });

  test('keeps a monitor of the name that the app would give to its own', () => {
    const monitor =
      '{ apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: { name: web, namespace: store }, spec: { selector: { matchLabels: { job: web } }, endpoints: [{ port: metrics, interval: 15s }] } }';
    const service =
      '{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: store }, spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] } }';
    const [{ text, notes }] = adopted(`${deployment('web', '{ app: web }')}\n${service}\n---\n${monitor}\n`).adopted;
    expect(notes).toEqual([]);
    const monitors = made(text).filter(({ kind }) => kind === 'ServiceMonitor');
    expect(monitors.map(({ metadata }) => metadata.name).sort()).toEqual(['web', 'web-versions']);
    expect(monitors).toContainEqual(parseAllDocuments(monitor)[0].toJS());
  });

  test('carries over when pods count as ready, deadlines, a pause and the annotations of the pods', () => {
    const more = 'replicas: 2\n  minReadySeconds: 15\n  progressDeadlineSeconds: 120\n  paused: true';
    const [{ text, notes }] = adopted(deployment('web', '{ app: web }', more)).adopted;
    expect(notes).toEqual([]);
    const { spec } = made(text).find(({ kind }) => kind === 'Rollout')!;
    expect(spec).toMatchObject({ replicas: 2, minReadySeconds: 15, progressDeadlineSeconds: 120, paused: true });
    expect(spec.template!.metadata.annotations).toMatchObject({ 'prometheus.io/port': '9100' });
  });

  test('does not lose one that has the name of a Deployment in another namespace', () => {
    const rollout = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: store }
spec:
  replicas: 2
  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } }
---
`;
    const elsewhere = deployment('web', '{ app: web }').replace('namespace: store', 'namespace: trial');
    const { adopted: found } = adopted(rollout + deployment('web', '{ app: web }') + elsewhere);
    expect(found.map(({ kind, namespace }) => `${kind} ${namespace}`)).toEqual(['Rollout store', 'Deployment trial']);
    expect(found.map(({ notes }) => notes)).toEqual([[], []]);
  });

  test('takes a set without a namespace as it is', () => {
    const set = `${deployment('web', '{ app: web }')}
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ name: public }]
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
`.replace('namespace: store', '');
    const { adopted: found, refused } = adopted(set);
    expect(refused).toEqual([]);
    expect(found).toMatchObject([{ name: 'web', namespace: undefined, dangerous: [], defects: [] }]);
  });

  test('says that requests are split by a router that was not there', () => {
    const [{ changes }] = adopted(deployment('web', '{ app: web }', 'replicas: 2')).adopted;
    expect(changes).toEqual([
      'VirtualService web-vsvc splits the requests, by Istio',
      'the pods of web join the mesh of Istio and get a sidecar, by the label sidecar.istio.io/inject: "true"',
    ]);
  });
});
