import { parseAllDocuments } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';
import { APP, NS, Obj, container, deployment, manifestsOf, meta, object, service, template } from './sets';

const backend = (name: string) => ({
  path: '/',
  pathType: 'Prefix',
  backend: { service: { name, port: { number: 80 } } },
});
const ingress = (ingressClassName?: string) =>
  object('networking.k8s.io/v1', 'Ingress', APP, {
    ingressClassName,
    rules: [{ host: 'ledger.example.com', http: { paths: [backend(APP)] } }],
  });
const virtualService = (http: object[]) =>
  object('networking.istio.io/v1', 'VirtualService', APP, {
    hosts: ['ledger.example.com'],
    gateways: ['istio-system/public'],
    http,
  });

/** What comes out of a Deployment, its Service and a route to that. */
function adopted(...routes: Obj[]) {
  const objects = [deployment(), service(APP), ...routes];
  const { adopted: found, refused } = adoptAll([{ name: 'set.yaml', text: manifestsOf({ name: 'set', objects }) }]);
  expect(refused).toEqual([]);
  const made = render(found[0].text);
  expect(made.problems).toEqual([]);
  const all = parseAllDocuments(made.text).map((document) => document.toJS() as Obj);
  const one = (kind: string, name = APP) =>
    all.find(({ kind: other, metadata }) => other === kind && metadata.name === name);
  return { ...found[0], one, strategy: (one('Rollout')?.spec as { strategy: { canary: object } }).strategy.canary };
}

const versions = [
  { destination: { host: `${APP}-stable` }, weight: 100 },
  { destination: { host: `${APP}-canary` }, weight: 0 },
];

describe('a route that exists', () => {
  test('of a VirtualService splits from now on, with its own rules, and callers in the mesh are split too', () => {
    const { notes, changes, one, strategy } = adopted(
      virtualService([
        { match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/new' } },
        { match: [{ uri: { prefix: '/api' } }], timeout: '5s', route: [{ destination: { host: APP } }] },
        { name: 'rest', route: [{ destination: { host: `${APP}.${NS}.svc.cluster.local` } }] },
      ]),
    );
    expect(notes).toEqual([]);
    expect(changes).toEqual([
      expect.stringContaining(`VirtualService ${APP} splits`),
      expect.stringContaining('join the mesh of Istio'),
    ]);
    expect(one('VirtualService')?.spec).toEqual({
      hosts: ['ledger.example.com'],
      gateways: ['istio-system/public'],
      http: [
        expect.objectContaining({ name: 'primary', redirect: { uri: '/new' } }),
        { name: 'route-2', match: [{ uri: { prefix: '/api' } }], timeout: '5s', route: versions },
        { name: 'rest', route: versions },
      ],
    });
    expect(one('VirtualService', `${APP}-inside`)?.spec).toMatchObject({ hosts: [APP] });
    expect(strategy).toMatchObject({
      trafficRouting: {
        istio: {
          virtualServices: [
            { name: APP, routes: ['route-2', 'rest'] },
            { name: `${APP}-inside`, routes: ['inside'] },
          ],
        },
      },
    });
  });

  test('of an HTTPRoute splits from now on', () => {
    const rule = (backendRefs: object[]) => ({ matches: [{ path: { type: 'PathPrefix', value: '/x' } }], backendRefs });
    const spec = { parentRefs: [{ name: 'public', namespace: 'infra' }], hostnames: ['ledger.example.com'] };
    const route = (backendRefs: object[]) =>
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', APP, { ...spec, rules: [rule(backendRefs)] });
    const { notes, one, strategy } = adopted(route([{ name: APP, port: 80 }]));
    expect(notes).toEqual([]);
    expect(one('HTTPRoute')?.spec).toMatchObject({
      ...spec,
      rules: [
        rule([
          { name: `${APP}-stable`, port: 80 },
          { name: `${APP}-canary`, port: 80 },
        ]),
      ],
    });
    expect(strategy).toMatchObject({
      trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: APP }] } } },
    });
  });

  test('of nginx leads to the stable version, and the controller copies it', () => {
    const { notes, one, strategy } = adopted(ingress('nginx'));
    expect(notes).toEqual([]);
    expect(one('Ingress')?.spec).toMatchObject({ rules: [{ http: { paths: [backend(`${APP}-stable`)] } }] });
    expect(strategy).toMatchObject({
      stableService: `${APP}-stable`,
      trafficRouting: { nginx: { stableIngress: APP } },
    });
    expect(one('VirtualService', `${APP}-vsvc`)).toBeUndefined();
  });

  test.each<[string, Obj, string]>([
    ['of a load balancer of AWS', ingress('alb'), `{ ingress: ${APP}, rootService: ${APP}, servicePort: 80 }`],
    ['of no stated class', ingress(), 'it states no class'],
    [
      'with another destination besides',
      virtualService([
        {
          route: [
            { destination: { host: APP }, weight: 50 },
            { destination: { host: 'old' }, weight: 50 },
          ],
        },
      ]),
      'traffic.existingVirtualServices',
    ],
    [
      'of Traefik',
      object('traefik.io/v1alpha1', 'IngressRoute', APP, { routes: [{ services: [{ name: APP, port: 80 }] }] }),
      'strategy.trafficRouting.traefik',
    ],
  ])('%s is a dangerous difference, with what to do', (_, route, remedy) => {
    const { dangerous } = adopted(route);
    expect(dangerous).toEqual([expect.stringContaining(remedy)]);
    expect(dangerous[0]).toContain(`${route.kind} ${APP} sends requests to Service ${APP}`);
  });

  test('to another Service of a longer name is none of ours', () => {
    const { notes, changes } = adopted(virtualService([{ route: [{ destination: { host: `${APP}-admin` } }] }]));
    expect(notes).toEqual([]);
    expect(changes).toContain('VirtualService ledger-vsvc splits the requests, by Istio');
  });
});

/** A Deployment and its Service under another name. */
const second = (name: string): Obj[] => {
  const own = { app: name };
  const pods = template({ containers: [container({ name })] }, { labels: own });
  const { spec, ...rest } = deployment({ selector: { matchLabels: own } }, pods);
  return [{ ...rest, spec, metadata: meta(name) }, service(name, {}, own)];
};

/** What is said about each workload of a set. */
function saidOf(objects: readonly Obj[]) {
  const text = manifestsOf({ name: 'set', objects });
  const { adopted: found, refused } = adoptAll([{ name: 'set.yaml', text }]);
  expect(refused).toEqual([]);
  return new Map(found.map((one) => [one.name, one]));
}

describe('a route to several workloads', () => {
  const paths = [backend('mail'), backend(APP)];
  test.each<[string, Obj, string]>([
    [
      'of a VirtualService',
      {
        ...virtualService([
          { match: [{ uri: { prefix: '/mail' } }], route: [{ destination: { host: 'mail' } }] },
          { route: [{ destination: { host: `${APP}.${NS}.svc.cluster.local` } }] },
        ]),
        metadata: meta('all'),
      },
      `give each of its HTTP routes to ${APP} the destinations`,
    ],
    [
      'of the Gateway API',
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'all', {
        parentRefs: [{ name: 'public' }],
        rules: [{ backendRefs: [{ name: 'mail', port: 80 }] }, { backendRefs: [{ name: APP, port: 80 }] }],
      }),
      `give each of its rules to ${APP} the backends`,
    ],
    [
      'of nginx',
      object('networking.k8s.io/v1', 'Ingress', 'all', { ingressClassName: 'nginx', rules: [{ http: { paths } }] }),
      `let its backend be ${APP}-stable`,
    ],
  ])('%s splits those of the first, and is a dangerous difference of the others', (_, route, remedy) => {
    const said = saidOf([...second('mail'), deployment(), service(APP), route]);
    expect(said.get('mail')!.notes).toEqual([]);
    expect(said.get('mail')!.changes).toContainEqual(expect.stringContaining(`${route.kind} all splits`));
    const { dangerous, notes } = said.get(APP)!;
    expect(notes).toEqual(dangerous);
    expect(dangerous).toEqual([expect.stringContaining(remedy)]);
    expect(dangerous[0]).toContain(`${route.kind} all, which is carried over with mail, sends requests to`);
  });

  test('of which only a rule has the name of the Service leads elsewhere', () => {
    const rule = { name: APP, backendRefs: [{ name: 'mail', port: 80 }] };
    const parentRefs = [{ name: 'public' }];
    const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'routes', { parentRefs, rules: [rule] });
    const said = saidOf([...second('mail'), deployment(), service(APP), route]);
    expect(said.get(APP)!.notes).toEqual([]);
  });
});

describe('a second Service of the pods', () => {
  const side = (more: object = {}) => service(`${APP}-side`, more);

  test('to which a route leads is a dangerous difference', () => {
    const paths = [backend(`${APP}-side`)];
    const route = object('networking.k8s.io/v1', 'Ingress', APP, {
      ingressClassName: 'nginx',
      rules: [{ http: { paths } }],
    });
    const { dangerous } = adopted(side(), route);
    expect(dangerous).toEqual([
      expect.stringMatching(/^Ingress ledger sends requests to Service ledger-side,.*; let it lead to Service ledger$/),
    ]);
  });

  test.each<[string, Obj, string | undefined]>([
    ['of one that callers in the cluster use', side(), 'let callers use Service ledger'],
    ['of a load balancer', side({ type: 'LoadBalancer' }), 'let them enter through a gateway'],
    ['of a headless one nothing', side({ clusterIP: 'None' }), undefined],
    ['of one with another port nothing', side({ ports: [{ port: 9090, targetPort: 9090 }] }), undefined],
  ])('says %s', (_, other, remedy) => {
    const { notes, changes } = adopted(other);
    expect(notes).toEqual([]);
    const said = changes.filter((change) => change.includes('by the number of pods'));
    expect(said).toEqual(remedy === undefined ? [] : [expect.stringContaining(remedy)]);
  });

  test('says of the only Service, of a load balancer, that requests from outside are not split', () => {
    const objects = [deployment(), service(APP, { type: 'LoadBalancer' })];
    const { notes, changes } = saidOf(objects).get(APP)!;
    expect(notes).toEqual([]);
    expect(changes).toContainEqual(
      expect.stringMatching(/^requests from outside the cluster to Service ledger \(LoadBalancer\)/),
    );
  });
});
