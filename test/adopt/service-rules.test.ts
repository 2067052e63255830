import { parseAllDocuments } from 'yaml';
import { ManifestLinter } from '../../src';
import { adoptAll } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';
import { APP, NS, type Obj, deployment, manifestsOf, meta, object, service } from './sets';

const FQDN = `${APP}.${NS}.svc.cluster.local`;
const VERSIONS = [`${APP}-stable`, `${APP}-canary`];

function adopted(objects: readonly Obj[]) {
  const before = manifestsOf({ name: 'set', objects });
  const { adopted: found, refused } = adoptAll([{ name: 'set.yaml', text: before }]);
  expect(refused).toEqual([]);
  const one = found.find(({ name }) => name === APP)!;
  const made = render(one.text);
  expect(made.problems).toEqual([]);
  const all = parseAllDocuments(made.text).map((document) => document.toJS() as Obj);
  return { ...one, before, after: made.text, all, ofKind: (kind: string) => all.filter((each) => each.kind === kind) };
}

/** The references to objects that are not there. */
function dangling(text: string): string[] {
  const { findings } = new ManifestLinter({ closedWorld: true, select: ['REF', 'TRF'] }).lintText(text);
  return findings.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`);
}

const inNamespace = (namespace: string, one: Obj): Obj => ({ ...one, metadata: { ...one.metadata, namespace } });
const virtualService = (host: string, hosts = ['ledger.example.com'], gateways = ['public']) =>
  object('networking.istio.io/v1', 'VirtualService', 'entry', {
    hosts,
    gateways,
    http: [{ route: [{ destination: { host, port: { number: 80 } } }] }],
  });
const gateway = object('networking.istio.io/v1', 'Gateway', 'public', {
  selector: { istio: 'ingressgateway' },
  servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['ledger.example.com'] }],
});
const httpRoute = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'entry', {
  parentRefs: [{ name: 'public' }],
  rules: [{ backendRefs: [{ name: APP, namespace: NS, port: 80 }] }],
});
const grant = (to: object) =>
  object('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', 'routes', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'edge' }],
    to: [{ group: '', kind: 'Service', ...to }],
  });
const policy = (host: string, more: object = {}) =>
  object('networking.istio.io/v1', 'DestinationRule', 'limits', {
    host,
    trafficPolicy: { connectionPool: { http: { http2MaxRequests: 100 } }, tls: { mode: 'DISABLE' } },
    ...more,
  });

describe('a route of another namespace', () => {
  test.each([
    ['the name and the namespace', `${APP}.${NS}`],
    ['the whole name', FQDN],
  ])('of Istio that names the Service by %s leads to the versions, and the Rollout finds it', (_, host) => {
    const route = inNamespace('edge', virtualService(host));
    const { notes, ofKind, before, after } = adopted([deployment(), service(APP), route, inNamespace('edge', gateway)]);
    expect(notes).toEqual([]);
    const [made] = ofKind('VirtualService').filter(({ metadata }) => metadata.name === 'entry');
    const http = (made.spec as { http: { route: { destination: { host: string } }[] }[] }).http;
    expect(http[0].route.map(({ destination }) => destination.host)).toEqual(
      VERSIONS.map((name) => host.replace(APP, name)),
    );
    const { virtualServices } = JSON.parse(JSON.stringify(ofKind('Rollout')[0].spec)).strategy.canary.trafficRouting
      .istio as { virtualServices: object[] };
    expect(virtualServices).toContainEqual({ name: 'entry.edge', routes: ['primary'] });
    expect(dangling(before)).toEqual([]);
    expect(dangling(after)).toEqual([]);
  });

  test('of the Gateway API is found by the plugin, and may lead to the versions', () => {
    const { notes, changes, ofKind, after } = adopted([
      deployment(),
      service(APP),
      inNamespace('edge', httpRoute),
      grant({ name: APP }),
    ]);
    expect(notes).toEqual([]);
    expect(changes).toContain(
      `ReferenceGrant routes applies to Service ${APP}, and now names ${VERSIONS.join(' and ')} too`,
    );
    const { plugins } = JSON.parse(JSON.stringify(ofKind('Rollout')[0].spec)).strategy.canary.trafficRouting;
    expect(plugins).toEqual({
      'argoproj-labs/gatewayAPI': { namespace: 'edge', httpRoutes: [{ name: 'entry', useHeaderRoutes: true }] },
    });
    expect(ofKind('ReferenceGrant')[0].spec).toMatchObject({
      to: [APP, ...VERSIONS].map((name) => ({ group: '', kind: 'Service', name })),
    });
    expect(dangling(after).filter((one) => !one.includes('Gateway'))).toEqual([]);
  });

  test('is left alone where it names a Service of its own namespace', () => {
    const { ofKind, changes } = adopted([deployment(), service(APP), inNamespace('edge', virtualService(APP))]);
    expect(changes.join()).not.toContain('VirtualService entry splits');
    expect(ofKind('VirtualService').find(({ metadata }) => metadata.name === 'entry')?.spec).toEqual(
      virtualService(APP).spec,
    );
  });

  test('goes with the workload that it leads to, of several', () => {
    const other = JSON.parse(
      JSON.stringify([deployment(), service(APP), virtualService(FQDN), policy(FQDN)])
        .replaceAll(APP, 'basket')
        .replaceAll(NS, 'shop')
        .replaceAll('entry', 'basket-entry')
        .replaceAll('limits', 'basket-limits'),
    ) as Obj[];
    const edge = (objects: Obj[]) =>
      objects.map((one) => (['VirtualService', 'DestinationRule'].includes(one.kind) ? inNamespace('edge', one) : one));
    const { notes, changes, ofKind } = adopted([
      ...edge(other),
      ...edge([deployment(), service(APP), virtualService(FQDN), policy(FQDN)]),
    ]);
    expect(notes).toEqual([]);
    expect(changes).toContain(`VirtualService entry splits its requests between ${VERSIONS.join(' and ')}`);
    expect(ofKind('DestinationRule').map(({ metadata }) => metadata.name)).toEqual(['limits', ...VERSIONS]);
  });
});

test('a route that another VirtualService delegates to splits, without hosts of its own', () => {
  const root = inNamespace(
    'edge',
    object('networking.istio.io/v1', 'VirtualService', 'root', {
      hosts: ['ledger.example.com'],
      gateways: ['public'],
      http: [{ match: [{ uri: { prefix: '/ledger' } }], delegate: { name: 'entry', namespace: NS } }],
    }),
  );
  const http = [{ route: [{ destination: { host: APP } }] }];
  const { notes, ofKind } = adopted([
    deployment(),
    service(APP),
    object('networking.istio.io/v1', 'VirtualService', 'entry', { http }),
    root,
  ]);
  expect(notes).toEqual([]);
  const entry = ofKind('VirtualService').find(({ metadata }) => metadata.name === 'entry');
  expect(entry?.spec).toEqual({
    http: [
      {
        name: 'primary',
        route: VERSIONS.map((host, i) => ({ destination: { host }, weight: i === 0 ? 100 : 0 })),
      },
    ],
  });
});

describe('what applies to the Service of callers', () => {
  test.each([
    ['a route that exists', [virtualService(APP)]],
    ['a route that adopting makes', []],
  ])('applies to the versions behind %s: a traffic policy of Istio', (_, routes) => {
    const { notes, changes, ofKind, text } = adopted([deployment(), service(APP), policy(APP), ...routes]);
    expect(notes).toEqual([]);
    expect(changes).toContain(
      `DestinationRule limits applies to Service ${APP}; ${VERSIONS.join(' and ')} do the same for the Services of the versions`,
    );
    const { trafficPolicy } = policy(APP).spec as { trafficPolicy: object };
    expect(ofKind('DestinationRule').map(({ metadata, spec }) => [metadata.name, spec])).toEqual(
      expect.arrayContaining([
        ['limits', policy(APP).spec],
        ...VERSIONS.map((host) => [host, { host, trafficPolicy }]),
      ]),
    );
    expect(text).toContain('trafficPolicy:\n');
  });

  test.each([
    ['is for another host', policy('other')],
    ['is for the same name elsewhere', inNamespace('edge', policy(APP))],
    ['has subsets only', policy(APP, { trafficPolicy: undefined, subsets: [{ name: 'v1', labels: { app: APP } }] })],
    ['is for all hosts of the namespace', policy(`*.${NS}.svc.cluster.local`)],
  ])('is not copied where a DestinationRule %s', (_, rule) => {
    const { notes, ofKind } = adopted([deployment(), service(APP), virtualService(APP), rule]);
    expect(notes).toEqual([]);
    expect(ofKind('DestinationRule').map(({ metadata }) => metadata.name)).toEqual(['limits']);
  });

  test('applies to the versions: a policy with a list of targets, and one with a single target', () => {
    const target = { group: '', kind: 'Service', name: APP };
    const { notes, ofKind } = adopted([
      deployment(),
      service(APP),
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'entry', {
        parentRefs: [{ name: 'public' }],
        rules: [{ backendRefs: [{ name: APP, port: 80 }] }],
      }),
      object('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', 'tls', {
        targetRefs: [{ ...target, sectionName: 'http' }],
        validation: { hostname: 'ledger.internal', wellKnownCACertificates: 'System' },
      }),
      object('networking.gke.io/v1', 'HealthCheckPolicy', 'health', {
        targetRef: target,
        default: { config: { type: 'HTTP' } },
      }),
      object('networking.gke.io/v1', 'HealthCheckPolicy', 'other', {
        targetRef: { ...target, name: 'other' },
        default: { config: { type: 'HTTP' } },
      }),
    ]);
    expect(notes).toEqual([]);
    expect(ofKind('BackendTLSPolicy')[0].spec).toMatchObject({
      targetRefs: [APP, ...VERSIONS].map((name) => ({ ...target, name, sectionName: 'http' })),
    });
    expect(
      ofKind('HealthCheckPolicy').map(({ metadata, spec }) => [metadata.name, (spec as { targetRef: Obj }).targetRef]),
    ).toEqual([
      ['health', target],
      ['other', { ...target, name: 'other' }],
      ...VERSIONS.map((name) => [`health-${name}`, { ...target, name }]),
    ]);
  });

  test('applies to the versions: how the Service passes requests on, but not who finds it', () => {
    const { ofKind } = adopted([
      deployment(),
      {
        ...service(APP, { trafficDistribution: 'PreferClose', sessionAffinity: 'ClientIP', type: 'LoadBalancer' }),
        metadata: meta(APP, {
          annotations: {
            'konghq.com/protocol': 'https',
            'prometheus.io/scrape': 'true',
            'external-dns.alpha.kubernetes.io/hostname': 'ledger.example.com',
          },
        }),
      },
    ]);
    for (const { metadata, spec } of ofKind('Service').filter((one) => VERSIONS.includes(one.metadata.name))) {
      expect(metadata.annotations).toEqual({ 'konghq.com/protocol': 'https' });
      expect(spec).toMatchObject({ trafficDistribution: 'PreferClose', sessionAffinity: 'ClientIP' });
      expect(spec).not.toHaveProperty('type', 'LoadBalancer');
    }
  });
});

describe('requests that are counted by the name of the Service', () => {
  const alert = (matchers: string, metric = 'istio_requests_total') =>
    object('monitoring.coreos.com/v1', 'PrometheusRule', 'alerts', {
      groups: [{ name: 'ledger', rules: [{ alert: 'Errors', expr: `rate(${metric}{${matchers}}[5m]) > 1` }] }],
    });
  const dashboard = (expr: string) => ({
    ...object('v1', 'ConfigMap', 'board', {}),
    spec: undefined,
    data: { 'board.json': JSON.stringify({ panels: [{ targets: [{ expr }] }] }) },
  });
  const ingress = object('networking.k8s.io/v1', 'Ingress', APP, {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'ledger.example.com',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: APP, port: { number: 80 } } } }],
        },
      },
    ],
  });

  test.each([
    ['an alert', alert('destination_service_name="ledger"'), [], 'destination_service_name'],
    ['the whole name', alert(`destination_service="${FQDN}",response_code=~"5.."`), [], 'destination_service_name'],
    [
      'a dashboard',
      dashboard(`rate(istio_requests_total{destination_service=~"ledger[.].*"}[5m])`),
      [],
      'destination_service_name',
    ],
    ['nginx', alert('exported_service="ledger"', 'nginx_ingress_controller_requests'), [ingress], 'exported_service'],
  ])('are missed by %s', (_, counting, routes, label) => {
    const { dangerous } = adopted([deployment(), service(APP), counting, ...routes]);
    expect(dangerous).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${counting.kind} ${counting.metadata.name} counts requests by .* let it match ${label}=~"ledger\\|ledger-stable\\|ledger-canary"$`,
        ),
      ),
    ]);
  });

  test.each([
    ['match the versions too', alert('destination_service_name=~"ledger.*"')],
    ['are those of another Service', alert('destination_service_name="basket"')],
    ['are those of the pods', alert('destination_workload="ledger"')],
    ['are counted by the pods', alert('reporter="destination",destination_service_name="ledger"')],
    ['are counted by something else', alert('destination_service_name="ledger"', 'http_requests_total')],
    ['are counted by nginx, which does not route them', alert('service="ledger"', 'nginx_ingress_controller_requests')],
  ])('are not missed where they %s', (_, counting) => {
    expect(adopted([deployment(), service(APP), counting]).dangerous).toEqual([]);
  });
});
