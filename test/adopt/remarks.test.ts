import { parse } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { KnownDefects } from '../../src/adopt/defects';
import { readManifests } from '../../src/adopt/manifests';
import { findingsIn } from '../../src/canaryfile/render';
import { render } from '../canaryfile/load';

const pods = (more = '', container = '') => `
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: 'acme/web:1', ports: [{ name: http, containerPort: 8080 }]${container} }
      ${more}
`;
const deployment = (more = '', container = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec:\n  replicas: 2${pods(more, container)}`;
const rollout = (more = '', container = '') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: web, namespace: shop }\nspec:\n  replicas: 2\n  strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } }${pods(more, container)}`;
const VOLUMES = 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]';
const claim = (modes: string) =>
  `---\n{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data, namespace: shop }, spec: { accessModes: [${modes}] } }\n`;
const scaler = (kind: string, version: string) =>
  `---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { apiVersion: ${version}, kind: ${kind}, name: web }, minReplicas: 2, maxReplicas: 4, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }] } }\n`;
const canary = (service: string, analysis = '') => `---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: web, namespace: shop }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  service: { gateways: [public], hosts: [a.example.com], ${service} }
  analysis: { interval: 1m, stepWeight: 20, maxWeight: 40, ${analysis} }
`;

function adoptOne(text: string) {
  const { adopted, refused } = adoptAll([{ name: 'set.yaml', text }], { prometheus: 'http://prometheus:9090' });
  expect(refused).toEqual([]);
  return { ...adopted[0], spec: (parse(adopted[0].text) as { readonly spec: Record<string, unknown> }).spec };
}

describe('adopt says of volumes', () => {
  test.each([
    ['Deployment', deployment(VOLUMES)],
    ['Rollout', rollout(VOLUMES)],
  ])('of a %s that are ReadWriteOnce that two versions mount them on one node only', (_, text) => {
    const { changes, notes } = adoptOne(text + claim('ReadWriteOnce'));
    expect(notes).toEqual([]);
    expect(changes).toContainEqual(expect.stringContaining('PersistentVolumeClaim data is ReadWriteOnce'));
  });

  test('that are ReadWriteOncePod that a canary of a Deployment never starts', () => {
    const { dangerous, notes } = adoptOne(deployment(VOLUMES) + claim('ReadWriteOncePod'));
    expect(dangerous).toEqual([expect.stringContaining('PersistentVolumeClaim data is ReadWriteOncePod')]);
    expect(notes).toEqual(dangerous);
  });

  test.each([
    ['may be shared', VOLUMES, 'ReadWriteOnce, ReadWriteMany'],
    ['are only read', VOLUMES.replace('data } }]', 'data, readOnly: true } }]'), 'ReadWriteOnce'],
    ['are not claims', 'volumes: [{ name: data, emptyDir: {} }]', 'ReadWriteOnce'],
  ])('nothing if they %s', (_, volumes, modes) => {
    const { changes, dangerous } = adoptOne(deployment(volumes) + claim(modes));
    expect([...changes, ...dangerous].join()).not.toContain('PersistentVolumeClaim');
  });
});

describe('adopt tells apart', () => {
  test.each([
    ['Deployment', deployment() + scaler('Deployment', 'apps/v1')],
    ['Deployment of a Canary', deployment() + scaler('Deployment', 'apps/v1') + canary('port: 8080')],
    ['Rollout', rollout() + scaler('Rollout', 'argoproj.io/v1alpha1')],
  ])('a defect that a %s has already', (_, text) => {
    const { defects, brought, spec } = adoptOne(text);
    expect(defects).toEqual([expect.stringContaining('SCL009')]);
    expect(brought).toEqual([]);
    expect(spec.acceptedFindings).toEqual([{ rule: 'SCL009', reason: 'The adopted manifests have it.' }]);
  });

  test.each([
    ['Deployment', false],
    ['Rollout', true],
  ])('another defect of the same rule, which an object of a %s can have', (kind, expected) => {
    const before = readManifests([{ name: 'a.yaml', text: rollout() + scaler('Rollout', 'argoproj.io/v1alpha1') }]);
    const known = new KnownDefects(before, kind);
    const [{ message }] = findingsIn(before.map(({ manifest }) => manifest));
    expect(known.has('SCL009', message.replace(/\(.*\)$/, '(HorizontalPodAutoscaler web: spec)'))).toBe(true);
    const elsewhere = message.replace('SCL009 ', 'SCL009 other ').replace(/: [^()]*\)$/, ': spec.other)');
    expect(known.has('SCL009', elsewhere)).toBe(expected);
    expect(known.has('SCL009', message.replaceAll('web', 'other'))).toBe(false);
    expect(known.has('SCL001', 'SCL001 something else')).toBe(false);
  });
});

describe('adopt of a Flagger Canary', () => {
  const two = deployment().replace(
    'containerPort: 8080 }]',
    'containerPort: 8080 }, { name: grpc, containerPort: 9000 }, { containerPort: 9100 }]',
  );

  test('lists the ports that it discovers', () => {
    const { spec, notes } = adoptOne(two + canary('port: 80, targetPort: http, portDiscovery: true'));
    expect(notes).toEqual([]);
    expect(spec.ports).toEqual([
      { name: 'grpc', number: 9000 },
      { name: 'tcp-web-2', number: 9100 },
    ]);
    expect(adoptOne(two + canary('port: 80, targetPort: http')).spec.ports).toBeUndefined();
  });

  test('takes the port that it states by name, wherever it stands', () => {
    const other = deployment().replace('ports: [', 'ports: [{ containerPort: 9100 }, ');
    expect(adoptOne(other + canary('port: 80, targetPort: http')).spec.port).toBe(8080);
    // Without a name, it is the first one.
    expect(adoptOne(two).spec.port).toBe(8080);
  });

  test('gives its cookie a value that changes with each version', () => {
    const { text, spec, notes } = adoptOne(
      two + canary('port: 80, targetPort: http', 'sessionAffinity: { cookieName: stay, maxAge: 60 }'),
    );
    expect(notes).toEqual([]);
    expect(spec.traffic).toMatchObject({ stickyCanary: { cookie: 'stay', maxAge: '60s' } });
    const valueOf = (from: string) => /stay=([0-9a-f]{10});/.exec(render(from).text)?.[1];
    expect(valueOf(text)).toBeDefined();
    expect(valueOf(text.replace('acme/web:1', 'acme/web:2'))).not.toBe(valueOf(text));
  });
});

describe('adopt says of a Deployment', () => {
  const assumed =
    'the analyses count the failed requests (code=~"5..") in http_requests_total, which the pods must serve';

  test.each([
    ['that its analyses count', 'http', `${assumed}; if they count otherwise state`],
    ['of gRPC, where else it may count', 'grpc', 'as in grpc_server_handled_total of gRPC servers,'],
  ])('%s', (_, name, said) => {
    const { changes } = adoptOne(deployment().replace('name: http', `name: ${name}`));
    expect(changes).toContainEqual(expect.stringContaining(assumed));
    expect(changes).toContainEqual(expect.stringContaining(said));
  });

  test('nothing of what is counted where a person approves', () => {
    const { adopted } = adoptAll([{ name: 'set.yaml', text: deployment() }]);
    expect(adopted[0].changes.filter((change) => change.includes('requests_total'))).toEqual([]);
  });

  test('that the tests of its chart are no part of an installation', () => {
    const pod = (name: string, hook: string) =>
      `---\n{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, annotations: { helm.sh/hook: '${hook}' } }, spec: { containers: [{ name: a, image: b }] } }\n`;
    const { changes, verbatim } = adoptOne(
      deployment() + pod('old', 'test-success') + pod('new', 'test') + pod('job', 'pre-install'),
    );
    expect(verbatim).toHaveLength(3);
    expect(changes.filter((change) => change.includes('helm.sh/hook'))).toEqual([
      expect.stringMatching(/^Pod old, Pod new test the chart .*--skip-tests$/),
    ]);
  });

  test('that its Rollout starts with one pod, where an autoscaler decides', () => {
    const { changes } = adoptOne(deployment() + scaler('Deployment', 'apps/v1'));
    expect(changes).toContainEqual(
      expect.stringMatching(/^Rollout web states no replicas, .* keep Deployment web until/),
    );
    expect(adoptOne(deployment()).changes).not.toContainEqual(expect.stringContaining('starts with one pod'));
  });

  test('that its options are those of the first container, where its Service leads to another', () => {
    const service = (target: string | number) =>
      `---\n{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: ${target} }] } }\n`;
    const side = "- { name: side, image: 'acme/side:2', ports: [{ name: metrics, containerPort: 9102 }] }";
    const sideFirst = deployment().replace('- { name: web', `${side}\n        - { name: web`);
    const said = (text: string) => adoptOne(text).changes.filter((change) => change.includes('first container'));
    expect(said(sideFirst + service('http'))).toEqual([
      expect.stringContaining('those of side, the first container, but'),
    ]);
    expect(said(sideFirst + service(8080))).toHaveLength(1);
    expect(said(sideFirst + service('metrics'))).toEqual([]);
    expect(said(deployment() + service('http'))).toEqual([]);
  });
});
