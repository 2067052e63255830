import { parseAllDocuments } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';
import { APP, NS, Obj, deployment, manifestsOf, object, service } from './sets';

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
