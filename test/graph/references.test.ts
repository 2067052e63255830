import * as fc from 'fast-check';
import { dirname } from 'node:path';
import {
  analysesIn,
  applications,
  argumentsIn,
  disruptionBudgets,
  type Graph,
  graphOfLoaded,
  injectionOf,
  loadManifests,
  metrics,
  monitors,
  mutualTlsOf,
  readHost,
  references,
  rollouts,
  scalers,
  scrapesOf,
  services,
  virtualServices,
} from '../../src/graph';
import { withoutArguments } from '../../src/promql';

const graphIn = (files: Readonly<Record<string, string>>): Graph =>
  graphOfLoaded(loadManifests(Object.entries(files).map(([name, text]) => ({ name, text }))));
const graphFrom = (...documents: string[]): Graph => graphIn({ 'app.yaml': documents.join('\n---\n') });

const rollout = (spec: string, metadata = 'name: checkout, namespace: shop'): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { ${metadata} }\nspec: ${spec}`;
const object = (apiVersion: string, kind: string, metadata: string, spec = '{}'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\nspec: ${spec}`;
const service = (metadata: string, spec: string): string => object('v1', 'Service', metadata, spec);
const PODS =
  'template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: a, ports: [{ name: http, containerPort: 8080 }] }] } }';

describe('a Rollout', () => {
  test('finds its Services in its own namespace alone', () => {
    const graph = graphFrom(
      rollout('{ strategy: { canary: { canaryService: c, stableService: s } } }'),
      service('name: c, namespace: shop', '{}'),
      service('name: s, namespace: other', '{}'),
    );
    const [{ services: named }] = rollouts(graph);
    expect(named.canary?.target?.fullName).toBe('shop/c');
    expect(named.stable?.target).toBeUndefined();
    expect(String(named.stable?.from)).toBe('spec.strategy.canary.stableService');
  });

  test('and among several of a name the nearest, as in a folder a cluster', () => {
    const text = rollout('{ strategy: { canary: { canaryService: c } } }');
    const graph = graphIn({
      'eu/service.yaml': service('name: c, namespace: shop', '{}'),
      'us/rollout.yaml': text,
      'us/service.yaml': service('name: c, namespace: shop', '{}'),
    });
    expect(rollouts(graph)[0].services.canary?.target?.origin.file).toBe('us/service.yaml');
  });

  test.each([
    ['checkout', 'shop/checkout'],
    ['checkout.shop', 'shop/checkout'],
    ['checkout.mesh', 'mesh/checkout'],
    ['a.b.mesh', 'mesh/a.b'],
    ['checkout.mesh.cluster.local', 'mesh/checkout'],
    ['dotted.name', undefined],
    ['checkout.nowhere', undefined],
  ])('names the VirtualService %s', (name, target) => {
    const virtualService = (metadata: string): string => object('networking.istio.io/v1', 'VirtualService', metadata);
    const graph = graphFrom(
      rollout(`{ strategy: { canary: { trafficRouting: { istio: { virtualService: { name: ${name} } } } } } }`),
      virtualService('name: checkout, namespace: shop'),
      virtualService('name: checkout, namespace: mesh'),
      virtualService('name: a.b, namespace: mesh'),
      virtualService('name: dotted.name, namespace: shop'),
    );
    expect(rollouts(graph)[0].virtualServices[0].reference.target?.fullName).toBe(target);
  });

  test('weights the routes that it lists, and of those for tls the ones that match', () => {
    const graph = graphFrom(
      rollout(
        '{ strategy: { canary: { trafficRouting: { istio: { virtualServices: [{ name: v, routes: [a, z], tlsRoutes: [{ port: 443, sniHosts: [x] }] }] } } } } }',
      ),
      object(
        'networking.istio.io/v1',
        'VirtualService',
        'name: v, namespace: shop',
        '{ http: [{ name: a }, { name: b }], tls: [{ match: [{ port: 443, sniHosts: [x] }] }, { match: [{ port: 443, sniHosts: [y] }] }] }',
      ),
    );
    const [through] = rollouts(graph)[0].virtualServices;
    expect(through.missing.map(({ string }) => string)).toEqual(['z']);
    expect(through.routes.map(({ field }) => String(field))).toEqual(['spec.http[0]', 'spec.tls[0]']);
  });

  test('takes its pods from the workload that it refers to', () => {
    const graph = graphFrom(
      rollout('{ workloadRef: { apiVersion: apps/v1, kind: Deployment, name: d } }'),
      object('apps/v1', 'Deployment', 'name: d, namespace: shop', `{ ${PODS} }`),
      rollout('{ workloadRef: { kind: Deployment, name: nowhere } }', 'name: other'),
    );
    const [one, other] = rollouts(graph);
    expect(one.workload.labels).toEqual({ app: 'checkout' });
    expect(one.workload.template.resource.kind).toBe('Deployment');
    expect(other.workload.labels).toBeUndefined();
  });
});

describe('an analysis', () => {
  const template = (name: string, spec: string): string =>
    object('argoproj.io/v1alpha1', 'AnalysisTemplate', `name: ${name}, namespace: shop`, spec);

  test('runs nested templates once each, circles included, and fills arguments', () => {
    const graph = graphFrom(
      rollout(`{ strategy: { canary: { analysis: { templates: [{ templateName: a }] }, steps: [{ analysis: {
        templates: [{ templateName: a }, { templateName: gone }],
        args: [{ name: ns, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } },
               { name: hash, valueFrom: { podTemplateHashValue: Latest } }, { name: extra, value: "1" }] } }] } } }`),
      template(
        'a',
        '{ templates: [{ templateName: b }], metrics: [{ name: m }], args: [{ name: ns }, { name: hash }, { name: limit, value: "5" }] }',
      ),
      template(
        'b',
        '{ templates: [{ templateName: a }, { templateName: all, clusterScope: true }], args: [{ name: open }, { name: key, valueFrom: { secretKeyRef: { name: s, key: k } } }] }',
      ),
      object('argoproj.io/v1alpha1', 'ClusterAnalysisTemplate', 'name: all'),
    );
    const [background, step] = analysesIn(graph, rollouts(graph)[0].resource);
    expect([background.place, step.place, step.step]).toEqual(['background', 'step', 0]);
    expect(step.resolved.map(({ name }) => name)).toEqual(['a', 'b', 'all']);
    expect(step.templates[0].nested[0].nested[0].circular).toBe(true);
    expect(step.templates[1].reference.target).toBeUndefined();
    expect(step.args.map(({ name, source, value }) => [name, source, value])).toEqual([
      ['ns', 'field', 'shop'],
      ['hash', 'podTemplateHash', undefined],
      ['limit', 'value', '5'],
      ['open', 'missing', undefined],
      ['key', 'secret', undefined],
      ['extra', 'value', '1'],
    ]);
    expect(metrics(graph)[0].uses).toEqual([background, step]);
  });

  test('arguments in a query are found, and replaced by what parses', () => {
    const query = 'a{b="{{args.x}}"}[{{ args.window }}] > {{args.y}}';
    expect(argumentsIn(query).map(({ name, from }) => [name, from])).toEqual([
      ['x', 5],
      ['window', 18],
      ['y', 39],
    ]);
    expect(withoutArguments(query)).toBe('a{b="xxxxxxxxxx"}[0000000000000005m] > xxxxxxxxxx');
  });
});

describe('Istio', () => {
  test.each([
    ['reviews', 'short', 'shop/reviews'],
    ['reviews.other', 'name.namespace', 'other/reviews'],
    ['reviews.other.svc', 'name.namespace.svc', 'other/reviews'],
    ['reviews.other.svc.cluster.local', 'full', 'other/reviews'],
    ['*.example.com', 'wildcard', undefined],
    ['api.example.com', 'other', undefined],
  ])('reads the host %s', (text, form, target) => {
    const host = readHost(text, 'shop');
    expect(host.form).toBe(form);
    expect(host.service && `${host.namespace}/${host.service}`).toBe(target);
  });

  test('a VirtualService names Gateways, and destinations of other namespaces', () => {
    const graph = graphFrom(
      object(
        'networking.istio.io/v1',
        'VirtualService',
        'name: v, namespace: shop',
        '{ gateways: [mesh, g, edge/h, edge/i], http: [{ route: [{ destination: { host: r.other.svc.cluster.local, subset: s, port: { number: 80 } }, weight: 3 }, { destination: { host: example.com } }] }] }',
      ),
      object('networking.istio.io/v1beta1', 'Gateway', 'name: g, namespace: shop'),
      object('networking.istio.io/v1beta1', 'Gateway', 'name: h, namespace: edge'),
      object('gateway.networking.k8s.io/v1', 'Gateway', 'name: i, namespace: edge'),
      service('name: r, namespace: other', '{}'),
    );
    const [{ mesh, gateways, routes }] = virtualServices(graph);
    expect(mesh).toBe(true);
    expect(gateways.map(({ target }) => target?.fullName)).toEqual(['shop/g', 'edge/h', undefined]);
    const [first, second] = routes[0].destinations;
    expect([first.service?.target?.fullName, first.subset, first.port, first.weight]).toEqual(['other/r', 's', 80, 3]);
    expect(second.service).toBeUndefined();
    expect(references(graph).map(({ from }) => String(from))).toEqual([
      'spec.gateways[1]',
      'spec.gateways[2]',
      'spec.gateways[3]',
      'spec.http[0].route[0].destination.host',
    ]);
  });

  // As the selectors of the webhooks and the injection of Istio 1.30 have it, and those of its CNI for the ambient mesh.
  test('a proxy is decided by the labels of the pod and of the namespace', () => {
    const of = (labels: string): string => `{ name: shop, labels: { ${labels} } }`;
    const namespaces = [
      of('istio-injection: enabled'),
      of('istio-injection: disabled'),
      of('istio.io/rev: a'),
      of('istio.io/dataplane-mode: ambient'),
      '{ name: other }',
    ];
    const states = [
      'labels: { sidecar.istio.io/inject: "false" }',
      'labels: { sidecar.istio.io/inject: "true" }',
      'annotations: { sidecar.istio.io/inject: "false" }',
      'annotations: { sidecar.istio.io/inject: "true" }',
      'labels: { istio.io/rev: b }',
      'labels: { istio.io/dataplane-mode: none }',
      'labels: {}',
    ].map((metadata) =>
      namespaces.map((namespace) => {
        const graph = graphFrom(
          rollout(`{ template: { metadata: { ${metadata} } } }`),
          `apiVersion: v1\nkind: Namespace\nmetadata: ${namespace}`,
        );
        return injectionOf(graph, rollouts(graph)[0].workload).state;
      }),
    );
    expect(states).toEqual([
      ['disabled', 'disabled', 'disabled', 'ambient', 'disabled'],
      ['enabled', 'disabled', 'enabled', 'enabled', 'enabled'],
      ['disabled', 'disabled', 'disabled', 'ambient', 'disabled'],
      ['enabled', 'disabled', 'enabled', 'ambient', 'unknown'],
      ['enabled', 'disabled', 'enabled', 'enabled', 'enabled'],
      ['enabled', 'disabled', 'enabled', 'unknown', 'unknown'],
      ['enabled', 'disabled', 'enabled', 'ambient', 'unknown'],
    ]);
  });

  test('mutual TLS: of the workload and port, then of the namespace, then of the mesh', () => {
    const policy = (metadata: string, spec: string): string =>
      object('security.istio.io/v1', 'PeerAuthentication', metadata, spec);
    const mesh = policy('name: default, namespace: istio-system', '{ mtls: { mode: STRICT } }');
    const own = policy(
      'name: own, namespace: shop',
      '{ selector: { matchLabels: { app: checkout } }, portLevelMtls: { "8080": { mode: DISABLE } }, mtls: { mode: PERMISSIVE } }',
    );
    const mode = (port: number | undefined, ...policies: string[]) => {
      const graph = graphFrom(rollout(`{ ${PODS} }`), ...policies);
      return mutualTlsOf(graph, rollouts(graph)[0].workload, port)?.mode;
    };
    expect([mode(8080), mode(8080, mesh), mode(80, mesh, own), mode(8080, mesh, own)]).toEqual([
      undefined,
      'STRICT',
      'PERMISSIVE',
      'DISABLE',
    ]);
  });
});

describe('monitoring and scaling', () => {
  const monitor = (kind: string, spec: string): string =>
    object('monitoring.coreos.com/v1', kind, 'name: m, namespace: shop', spec);

  test('a ServiceMonitor reaches the port of the pods through each Service that it selects', () => {
    const graph = graphFrom(
      rollout(`{ ${PODS} }`),
      service(
        'name: a, namespace: shop, labels: { app: checkout }',
        '{ selector: { app: checkout }, ports: [{ name: web, port: 80, targetPort: http }] }',
      ),
      service(
        'name: b, namespace: shop, labels: { app: checkout }',
        '{ selector: { app: checkout, rollouts-pod-template-hash: abc }, ports: [{ name: other, port: 80 }] }',
      ),
      service('name: c, namespace: other, labels: { app: checkout }', '{ selector: { app: checkout } }'),
      monitor(
        'ServiceMonitor',
        '{ selector: { matchLabels: { app: checkout } }, endpoints: [{ port: web, interval: 15s }] }',
      ),
    );
    const [{ services: selected, workloads, endpoints }] = monitors(graph);
    expect(selected.map(({ resource }) => resource.name)).toEqual(['a', 'b']);
    expect(workloads).toHaveLength(1);
    expect(endpoints[0].scrapes.map(({ containerPort }) => containerPort?.number)).toEqual([8080, undefined]);
    expect(scrapesOf(graph, rollouts(graph)[0].resource)).toHaveLength(2);
    expect(services(graph)[2].workloads).toEqual([]);
  });

  test('a PodMonitor selects pods by expressions, in the namespaces that it names', () => {
    const graph = graphFrom(
      rollout(`{ ${PODS} }`, 'name: checkout, namespace: other'),
      monitor(
        'PodMonitor',
        '{ namespaceSelector: { matchNames: [other] }, selector: { matchExpressions: [{ key: app, operator: In, values: [checkout] }, { key: x, operator: DoesNotExist }] }, podMetricsEndpoints: [{ port: http }] }',
      ),
    );
    expect(monitors(graph)[0].endpoints[0].scrapes[0].containerPort?.number).toBe(8080);
  });

  test('scalers name what they scale, budgets select what they protect', () => {
    const graph = graphFrom(
      rollout(`{ ${PODS} }`),
      object(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        'name: h, namespace: shop',
        '{ scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }, minReplicas: 2 }',
      ),
      object('keda.sh/v1alpha1', 'ScaledObject', 'name: k, namespace: shop', '{ scaleTargetRef: { name: checkout } }'),
      object(
        'policy/v1',
        'PodDisruptionBudget',
        'name: p, namespace: shop',
        '{ selector: { matchLabels: { app: checkout } } }',
      ),
    );
    expect(scalers(graph).map(({ target, least }) => [target?.to.kind, target?.target?.kind, least.number])).toEqual([
      ['Rollout', 'Rollout', 2],
      ['Deployment', undefined, undefined],
    ]);
    expect(disruptionBudgets(graph)[0].workloads).toHaveLength(1);
  });

  test('an Argo CD Application applies what stands in the folder that its source names', () => {
    const application = (path: string): string =>
      object(
        'argoproj.io/v1alpha1',
        'Application',
        'name: shop, namespace: argocd',
        `{ source: { path: ${path} }, destination: { namespace: shop } }`,
      );
    const files = {
      'repo/apps/shop/rollout.yaml': rollout('{}'),
      'repo/apps/shopping/x.yaml': service('name: x', '{}'),
    };
    const applied = (path: string) =>
      applications(graphIn({ ...files, 'repo/argocd/app.yaml': application(path) }))[0].resources.map(String);
    expect(applied('apps/shop')).toEqual(['Rollout shop/checkout']);
    expect(applied('elsewhere')).toEqual(['Rollout shop/checkout']);
    expect(applied('repo')).toHaveLength(2);
  });

  test('the path of a source is any part of the path of a folder, step by step', () => {
    const step = fc.constantFrom('a', 'b', 'a', 'a.b', 'b', 'b.a', '.', '');
    const path = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('/'));
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 6 }), path, (folders, source) => {
        const files = Object.fromEntries(
          folders.map((folder, nth) => [`${folder}/${nth}.yaml`, service(`name: s${nth}, namespace: shop`, '{}')]),
        );
        const application = object(
          'argoproj.io/v1alpha1',
          'Application',
          'name: shop',
          `{ source: { path: ${JSON.stringify(source)} } }`,
        );
        const graph = graphIn({ ...files, 'app.yaml': application });
        const wanted = source.replace(/^\.?\/+|\/+$/g, '');
        const below = (name: string): boolean =>
          wanted !== '' && wanted !== '.' && `/${dirname(name)}/`.includes(`/${wanted}/`);
        const expected = graph.resources.filter(({ kind, origin }) => kind === 'Service' && below(origin.file));
        expect(new Set(applications(graph)[0].resources)).toEqual(new Set(expected));
      }),
      { numRuns: 1000 },
    );
  });
});
