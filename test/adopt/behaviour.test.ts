import { parse, parseAllDocuments, stringify } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';

interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

const PROMETHEUS = 'http://prometheus:9090';
const WEB = { app: 'web' };

interface Pods {
  readonly name?: string;
  readonly replicas?: number;
  readonly labels?: object;
  readonly selector?: object;
  readonly annotations?: object;
  readonly ports?: readonly object[];
  readonly container?: object;
  readonly pod?: object;
}

function deployment(pods: Pods = {}): object {
  const { name = 'web', replicas = 2, labels = WEB, selector = labels, annotations, container, pod } = pods;
  const { ports = [{ name: 'http', containerPort: 8080 }] } = pods;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      ...('replicas' in pods && pods.replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, ...(annotations ? { annotations } : {}) },
        spec: { containers: [{ name: 'main', image: `acme/${name}:1`, ports, ...container }], ...pod },
      },
    },
  };
}

const object = (apiVersion: string, kind: string, name: string, spec: object, labels?: object): object => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', ...(labels ? { labels } : {}) },
  spec,
});

const service = (
  name = 'web',
  selector: object = WEB,
  ports: readonly object[] = [{ name: 'http', port: 80, targetPort: 'http' }],
) => object('v1', 'Service', name, { selector, ports });

const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });

const adopted = (...objects: object[]) =>
  adoptAll([{ name: 'set.yaml', text: objects.map((one) => stringify(one)).join('---\n') }], {
    prometheus: PROMETHEUS,
  });

function adoptedOne(...objects: object[]) {
  const { adopted: all, refused, left } = adopted(...objects);
  expect({ refused, left, count: all.length }).toEqual({ refused: [], left: [], count: 1 });
  const [one] = all;
  const rendered = render(one.text);
  expect(rendered.problems).toEqual([]);
  const made = parseAllDocuments(rendered.text).map((document) => document.toJS() as Obj);
  const find = (kind: string, name = 'web') =>
    made.find((found) => found.kind === kind && found.metadata.name === name)!;
  return { ...one, find, spec: (parse(one.text) as Obj).spec };
}

describe('adopt of a Service with several ports', () => {
  test('routes to the ports that it has, and accepts no finding that the manifests lack', () => {
    const ports = [
      { name: 'http', port: 8080, targetPort: 'http' },
      { name: 'grpc', port: 9999, targetPort: 'grpc' },
    ];
    const pods = deployment({
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'grpc', containerPort: 9999 },
      ],
    });
    const { notes, defects, spec, find } = adoptedOne(pods, service('web', WEB, ports));
    expect([notes, defects]).toEqual([[], []]);
    expect(spec.acceptedFindings).toBeUndefined();
    expect(spec.patches).toBeUndefined();
    const { http } = find('VirtualService', 'web-vsvc').spec as {
      readonly http: readonly { readonly route: readonly { readonly destination: { readonly port: object } }[] }[];
    };
    const reached = http.flatMap(({ route }) => route.map(({ destination }) => destination.port));
    expect(new Set(reached.map((port) => JSON.stringify(port)))).toEqual(
      new Set(['{"number":8080}', '{"number":9999}']),
    );
  });

  test('says that ports of another protocol are not split', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'http' },
      { name: 'tcp-admin', port: 7000 },
    ];
    const pods = deployment({
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'tcp-admin', containerPort: 7000 },
      ],
    });
    const { notes, changes } = adoptedOne(pods, service('web', WEB, ports));
    expect(notes).toEqual([]);
    expect(changes).toContainEqual(expect.stringContaining('port 7000 (tcp-admin) is not HTTP'));
  });
});

describe('adopt of Deployments behind one Service', () => {
  const reviews = (version: string) =>
    deployment({ name: `reviews-${version}`, labels: { app: 'reviews', version }, ports: [{ containerPort: 9080 }] });
  const shared = service('reviews', { app: 'reviews' }, [{ name: 'http', port: 9080 }]);

  test('refuses each of them, and names those that would get no requests', () => {
    const found = adopted(shared, reviews('v1'), reviews('v2'), reviews('v3'));
    expect(found.adopted).toEqual([]);
    expect(found.refused.map(({ name }) => name)).toEqual(['reviews-v1', 'reviews-v2', 'reviews-v3']);
    expect(found.refused[0].reason).toContain(
      'Service reviews also leads to Deployment reviews-v2 and Deployment reviews-v3, which would get no requests',
    );
    expect(found.left).toEqual([{ objects: ['Service reviews'], reason: 'part of Deployment reviews-v1' }]);
  });

  test('refuses one beside another kind of workload, and the Deployment of a Flagger Canary', () => {
    const stateful = {
      ...deployment({ name: 'reviews-db', labels: { app: 'reviews', version: 'db' } }),
      kind: 'StatefulSet',
    };
    const canary = object('flagger.app/v1beta1', 'Canary', 'reviews', {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'reviews-v1' },
      service: { port: 9080 },
      analysis: { interval: '1m', stepWeight: 10, maxWeight: 50 },
    });
    for (const more of [[], [canary]]) {
      const { refused } = adopted(shared, reviews('v1'), stateful, ...more);
      expect(refused).toEqual([
        expect.objectContaining({ reason: expect.stringContaining('also leads to StatefulSet reviews-db') }),
      ]);
    }
  });

  test('splits the Service that each has alone', () => {
    const all = service('all', { part: 'shop' });
    const own = ['cart', 'pay'].flatMap((name) => [
      deployment({ name, labels: { app: name, part: 'shop' } }),
      service(name, { app: name }),
    ]);
    const found = adopted(all, ...own);
    expect(found.refused).toEqual([]);
    const hosts = found.adopted.map(({ text }) =>
      parseAllDocuments(render(text).text)
        .map((document) => document.toJS() as Obj)
        .filter(({ kind }) => kind === 'VirtualService')
        .map(({ spec }) => spec.hosts),
    );
    expect(hosts).toEqual([[['cart']], [['pay']]]);
  });

  test('does not count pods that are no endpoints, or that come and go', () => {
    const worker = deployment({
      name: 'worker',
      labels: { ...WEB, role: 'worker' },
      ports: [{ name: 'stats', containerPort: 9 }],
    });
    const job = object('batch/v1', 'Job', 'migrate', {
      template: { metadata: { labels: WEB }, spec: { containers: [] } },
    });
    expect(adopted(deployment(), worker, job, service()).refused).toEqual([]);
  });
});

describe('adopt keeps the labels of pods', () => {
  test('and selects by them, so that no other Service finds the pods', () => {
    const labels = { name: 'web' };
    const store = service('web-store', WEB, [{ name: 'http', port: 80, targetPort: 8080 }]);
    const { notes, find } = adoptedOne(deployment({ labels }), service('web', labels), store);
    expect(notes).toEqual([]);
    const rollout = find('Rollout').spec as {
      readonly selector: object;
      readonly template: { readonly metadata: { readonly labels: object } };
    };
    expect(rollout.selector).toEqual({ matchLabels: labels });
    expect(rollout.template.metadata.labels).toEqual({ ...labels, 'sidecar.istio.io/inject': 'true' });
    for (const name of ['web', 'web-stable', 'web-canary']) {
      expect(find('Service', name).spec.selector).toEqual(labels);
    }
  });

  test('and the whole selector, also where it selects less than the app', () => {
    const labels = { ...WEB, tier: 'front' };
    const { find } = adoptedOne(deployment({ labels }), service('web', labels));
    expect(find('Rollout').spec.selector).toEqual({ matchLabels: labels });
    expect(find('Service', 'web-stable').spec.selector).toEqual(labels);
  });

  test('and gives the Services of a Deployment that has none the same selector', () => {
    const labels = { name: 'shop-web' };
    const { defects, brought, find } = adoptedOne(deployment({ labels }));
    expect([...defects, ...brought]).toEqual([]);
    expect(find('Service', 'web-stable').spec.selector).toEqual(labels);
  });

  test.each([
    [
      'NetworkPolicy',
      object('networking.k8s.io/v1', 'NetworkPolicy', 'mesh', {
        podSelector: { matchLabels: { 'sidecar.istio.io/inject': 'true' } },
        policyTypes: ['Ingress'],
      }),
    ],
    ['Service', service('mesh', { 'sidecar.istio.io/inject': 'true' })],
  ])('and says which %s selects them by a label that is new', (kind, selecting) => {
    const { dangerous } = adoptedOne(deployment(), service(), selecting);
    expect(dangerous).toContainEqual(expect.stringContaining(`${kind} mesh selects the pods of web from now on`));
  });

  test('and says which monitor scrapes them once more, through the new Services', () => {
    const monitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', 'all', {
      selector: {},
      endpoints: [{ port: 'http' }],
    });
    const { dangerous } = adoptedOne(deployment(), service(), monitor);
    expect(dangerous).toEqual([
      expect.stringContaining('ServiceMonitor all also selects Service web-canary and web-stable'),
    ]);
  });

  test('and adds no label to its Service by which another monitor selects it', () => {
    const monitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', 'store', {
      selector: { matchLabels: WEB },
      endpoints: [{ port: 'metrics' }],
    });
    const { notes, find } = adoptedOne(deployment(), service(), monitor);
    expect(notes).toEqual([]);
    const labels = find('Service').metadata.labels;
    expect(labels).toEqual({ 'cdk8s-canary.dev/monitored': 'web' });
    expect(find('ServiceMonitor').spec.selector).toEqual({ matchLabels: labels });
  });
});

describe('adopt of a Deployment without replicas', () => {
  test('states the default of Kubernetes, and says so', () => {
    const { notes, changes, spec, find } = adoptedOne(deployment({ replicas: undefined }), service());
    expect(notes).toEqual([]);
    expect(changes[0]).toContain('Deployment web states no replicas, so that the Rollout has 1');
    expect(spec).toMatchObject({ replicas: 1 });
    expect(spec.patches).toBeUndefined();
    expect(find('Rollout').spec.replicas).toBe(1);
  });
});

describe('adopt of a port', () => {
  const unnamed = (port: number, more: Pods = {}) => [
    deployment({ ports: [{ containerPort: port }], ...more }),
    service('web', WEB, [{ port }]),
  ];

  test.each([
    [1883, 'MQTT'],
    [5432, 'PostgreSQL'],
    [9092, 'Kafka'],
    [50051, 'gRPC'],
  ])('%i without a name, which is known as that of %s, is no HTTP', (port, protocol) => {
    const { dangerous } = adoptedOne(...unnamed(port));
    expect(dangerous).toEqual([
      expect.stringContaining(
        `Service web: port ${port} gets the name http, so that Istio treats it as HTTP, but ${port} is the port of ${protocol}`,
      ),
      expect.stringContaining('the pods of web join the mesh of Istio'),
    ]);
  });

  test('without a name, of which nothing says that it serves HTTP', () => {
    const { dangerous } = adoptedOne(...unnamed(7777));
    expect(dangerous[0]).toContain('nothing in the manifests says that it serves HTTP');
  });

  test('of a Service that adopting adds', () => {
    const { dangerous } = adoptedOne(deployment({ ports: [{ containerPort: 1883 }] }));
    expect(dangerous[0]).toContain('Service web is added with port 80, named http');
  });

  const probe = { readinessProbe: { httpGet: { path: '/', port: 7777 } } };
  const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', {
    ingressClassName: 'nginx',
    rules: [
      {
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 7777 } } } }],
        },
      },
    ],
  });
  test.each([
    ['is usual for HTTP', unnamed(8080)],
    ['is probed by HTTP', unnamed(7777, { container: probe })],
    ['is scraped', unnamed(7777, { annotations: { 'prometheus.io/port': '7777' } })],
    ['is routed to', [...unnamed(7777), ingress]],
    [
      'has a name of HTTP',
      [deployment({ ports: [{ containerPort: 1883 }] }), service('web', WEB, [{ name: 'http', port: 1883 }])],
    ],
    [
      'has a name that Istio knows nothing of',
      [deployment(), service('web', WEB, [{ name: 'web', port: 80, targetPort: 'http' }])],
    ],
  ])('that %s is none of these', (_, objects) => {
    expect(adoptedOne(...objects).notes).toEqual([]);
  });

  test.each([
    ['tcp-web', { name: 'tcp-web', port: 80, targetPort: 'http' }],
    ['http, appProtocol tcp', { name: 'http', appProtocol: 'tcp', port: 80, targetPort: 'http' }],
    ['mqtt', { name: 'mqtt', port: 80, targetPort: 'http' }],
  ])('that is declared as another protocol is not split by weight: %s', (name, port) => {
    const { dangerous } = adoptedOne(deployment(), service('web', WEB, [port]));
    expect(dangerous[0]).toContain(`Service web: port 80 (${name}) is not HTTP to Istio`);
    expect(dangerous[0]).toContain(
      name.includes('appProtocol') ? 'let its appProtocol be http or grpc' : 'name the port',
    );
  });
});

describe('adopt of pods that keep out of the mesh', () => {
  const INJECT = 'sidecar.istio.io/inject';
  test.each([
    ['annotation sidecar.istio.io/inject: "false"', deployment({ annotations: { [INJECT]: 'false' } }), []],
    [
      'label sidecar.istio.io/inject: "false"',
      deployment({ labels: { ...WEB, [INJECT]: 'false' }, selector: WEB }),
      [],
    ],
    ['hostNetwork: true', deployment({ pod: { hostNetwork: true } }), []],
    [
      'label istio-injection: "disabled" of Namespace shop',
      deployment(),
      [namespace({ 'istio-injection': 'disabled' })],
    ],
  ])('leaves them outside, and says what that means: %s', (why, pods, more) => {
    const { dangerous, changes, spec, find } = adoptedOne(pods, service(), ...more);
    expect(dangerous).toEqual([expect.stringContaining(`the pods of web stay outside the mesh (${why})`)]);
    expect(changes.join()).not.toContain('join the mesh');
    expect(spec).toMatchObject({ sidecar: 'none', monitoring: { access: 'direct' } });
    const { metadata } = find('Rollout').spec.template as { readonly metadata: object };
    expect(JSON.stringify(metadata)).not.toMatch(/inject":"true"|merge-metrics/);
  });

  test.each([
    ['the ambient mesh', deployment(), [namespace({ 'istio.io/dataplane-mode': 'ambient' })]],
    ['the mesh of Linkerd', deployment({ annotations: { 'linkerd.io/inject': 'enabled' } }), []],
  ])('says that they are in %s', (mesh, pods, more) => {
    const { dangerous } = adoptedOne(pods, service(), ...more);
    expect(dangerous).toEqual([expect.stringContaining(`although they are in ${mesh}`)]);
  });

  test('does not say of pods in the mesh that they join it', () => {
    const { changes } = adoptedOne(deployment(), service(), namespace({ 'istio-injection': 'enabled' }));
    expect(changes.join()).not.toContain('join the mesh');
  });

  test.each(['prometheus.io/scrape', 'prometheus.istio.io/merge-metrics'])(
    'says that pods are scraped that ask not to be: %s',
    (annotation) => {
      const { dangerous } = adoptedOne(deployment({ annotations: { [annotation]: 'false' } }), service());
      expect(dangerous).toEqual([
        expect.stringContaining(`the pods of web ask not to be scraped (annotation ${annotation}: "false")`),
      ]);
    },
  );
});
