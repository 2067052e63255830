import { controllerWrites, Manifest, reachesIntoList } from '../../src/gitops/controller-writes';

const rollout = (canary: object, spec: object = {}): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'checkout', namespace: 'shop' },
  spec: { ...spec, strategy: { canary: { stableService: 'stable', canaryService: 'canary', ...canary } } },
});
const istio = (kind: string, name: string, spec: object, namespace = 'shop'): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace },
  spec,
});
const DESTINATIONS = [{ destination: { host: 'stable' } }, { destination: { host: 'canary' } }];
const HTTP = {
  http: [
    { name: 'primary', route: DESTINATIONS },
    { name: 'docs', route: DESTINATIONS.slice(0, 1) },
  ],
};
const SPLIT = { istio: { virtualService: { name: 'vsvc', routes: ['primary'] } } };

describe('the controller writes', () => {
  test('the weights of the routes that are split, and of no other', () => {
    expect(controllerWrites([rollout({ trafficRouting: SPLIT }), istio('VirtualService', 'vsvc', HTTP)])).toEqual([
      {
        group: 'networking.istio.io',
        kind: 'VirtualService',
        name: 'vsvc',
        jqPathExpressions: ['.spec.http[]? | select(.name == "primary") | .route[]?.weight'],
      },
    ]);
  });

  test('the only route where none is named, in every kind that there is', () => {
    const trafficRouting = { istio: { virtualService: { name: 'vsvc' } } };
    const spec = { http: [{ route: DESTINATIONS }], tls: [{ route: DESTINATIONS }], tcp: [{ route: DESTINATIONS }] };
    const [{ jqPathExpressions }] = controllerWrites([
      rollout({ trafficRouting }),
      istio('VirtualService', 'vsvc', spec),
    ]);
    expect(jqPathExpressions).toEqual([
      '.spec.http[]? | .route[]?.weight',
      '.spec.tls[0] | .route[]?.weight',
      '.spec.tcp[0] | .route[]?.weight',
    ]);
  });

  test('TLS and TCP routes by their place, those that are split', () => {
    const trafficRouting = {
      istio: { virtualService: { name: 'vsvc', tlsRoutes: [{ port: 443 }], tcpRoutes: [{ port: 5432 }] } },
    };
    const to = DESTINATIONS.slice(0, 1);
    const spec = { tls: [{ route: to }, { route: DESTINATIONS }], tcp: [{ route: DESTINATIONS }, { route: to }] };
    const [{ jqPathExpressions }] = controllerWrites([
      rollout({ trafficRouting }),
      istio('VirtualService', 'vsvc', spec),
    ]);
    expect(jqPathExpressions).toEqual(['.spec.tls[1] | .route[]?.weight', '.spec.tcp[0] | .route[]?.weight']);
  });

  test('the whole routes that header and mirror steps put in', () => {
    const trafficRouting = { ...SPLIT, managedRoutes: [{ name: 'beta' }, { name: 'shadow' }] };
    const [{ jqPathExpressions }] = controllerWrites([
      rollout({ trafficRouting }),
      istio('VirtualService', 'vsvc', HTTP),
    ]);
    expect(jqPathExpressions).toContain('.spec.http[]? | select(.name == "beta")');
    expect(jqPathExpressions).toContain('.spec.http[]? | select(.name == "shadow")');
  });

  test('the hash in the labels of the two subsets, and nothing else of them', () => {
    const destinationRule = { name: 'dr', stableSubsetName: 'stable', canarySubsetName: 'canary' };
    const trafficRouting = { istio: { ...SPLIT.istio, destinationRule } };
    expect(controllerWrites([rollout({ trafficRouting }), istio('DestinationRule', 'dr', {})])).toEqual([
      {
        group: 'networking.istio.io',
        kind: 'DestinationRule',
        name: 'dr',
        jqPathExpressions: [
          '.spec.subsets[]? | select(.name == "stable") | .labels["rollouts-pod-template-hash"]',
          '.spec.subsets[]? | select(.name == "canary") | .labels["rollouts-pod-template-hash"]',
        ],
      },
    ]);
  });

  test('the destinations and subsets of experiments that have a weight', () => {
    const steps = [{ experiment: { templates: [{ name: 'a', weight: 5 }] } }];
    const destinationRule = { name: 'dr', stableSubsetName: 'v1', canarySubsetName: 'v2' };
    const byHost = controllerWrites([rollout({ trafficRouting: SPLIT, steps }), istio('VirtualService', 'vsvc', HTTP)]);
    expect(byHost[0].jqPathExpressions).toContain(
      '.spec.http[]? | select(.name == "primary") | .route[]? | select((.destination.host | split(".")[0]) as $it | ["stable", "canary"] | any(. == $it) | not)',
    );
    const bySubset = controllerWrites([
      rollout({ trafficRouting: { istio: { ...SPLIT.istio, destinationRule } }, steps }),
      istio('DestinationRule', 'dr', {}),
    ]);
    expect(bySubset[0].jqPathExpressions).toContain('.spec.subsets[]? | select(.name != "v1" and .name != "v2")');
  });

  test('VirtualServices in other namespaces, and several of them', () => {
    const routes = ['primary'];
    const trafficRouting = {
      istio: {
        virtualServices: [
          { name: 'a.edge', routes },
          { name: 'b', routes },
          { name: 'c', routes },
        ],
      },
    };
    const found = controllerWrites([
      rollout({ trafficRouting }),
      istio('VirtualService', 'a', HTTP, 'edge'),
      istio('VirtualService', 'a', HTTP, 'shop'),
      istio('VirtualService', 'b', HTTP),
    ]);
    expect(found.map(({ name, namespace }) => [name, namespace])).toEqual([
      ['a', 'edge'],
      ['b', undefined],
    ]);
  });

  test('weights of the Gateway API, and rules that header steps put in', () => {
    const plugin = {
      httpRoutes: [{ name: 'http', useHeaderRoutes: true }],
      grpcRoute: 'grpc',
      tcpRoutes: [{ name: 'tcp' }],
    };
    const trafficRouting = { plugins: { 'argoproj-labs/gatewayAPI': plugin }, managedRoutes: [{ name: 'beta' }] };
    const route = (kind: string, name: string): Manifest => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind,
      metadata: { name, namespace: 'shop' },
    });
    expect(
      controllerWrites([
        rollout({ trafficRouting }),
        route('HTTPRoute', 'http'),
        route('GRPCRoute', 'grpc'),
        route('TCPRoute', 'tcp'),
      ]).map(({ kind, jqPathExpressions, jsonPointers }) => {
        expect(jsonPointers).toEqual(['/metadata/labels/rollouts.argoproj.io~1gatewayapi-canary']);
        return [kind, jqPathExpressions];
      }),
    ).toEqual([
      [
        'HTTPRoute',
        [
          '.spec.rules[]?.backendRefs[]? | select(.name == "stable" or .name == "canary") | .weight',
          '.spec.rules[]? | select((.name // "") | test("^beta(-[0-9]+)?$"))',
        ],
      ],
      [
        // The short form always uses header routes.
        'GRPCRoute',
        [
          '.spec.rules[]?.backendRefs[]? | select(.name == "stable" or .name == "canary") | .weight',
          '.spec.rules[]? | select((.name // "") | test("^beta(-[0-9]+)?$"))',
        ],
      ],
      ['TCPRoute', ['.spec.rules[]?.backendRefs[]? | select(.name == "stable" or .name == "canary") | .weight']],
    ]);
  });

  test('weights of the Services of ping-pong', () => {
    const strategy = {
      stableService: undefined,
      canaryService: undefined,
      pingPong: { pingService: 'ping', pongService: 'pong' },
      trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { tcpRoute: 'tcp' } } },
    };
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'TCPRoute',
      metadata: { name: 'tcp', namespace: 'shop' },
    };
    expect(controllerWrites([rollout(strategy), route])).toMatchObject([
      { jqPathExpressions: ['.spec.rules[]?.backendRefs[]? | select(.name == "ping" or .name == "pong") | .weight'] },
    ]);
  });

  test('the replicas of a Rollout under an autoscaler, where Git has them', () => {
    const scaler = (kind: string, name = 'checkout'): Manifest => ({
      kind,
      metadata: { namespace: 'shop' },
      spec: { scaleTargetRef: { kind: 'Rollout', name } },
    });
    const pointers = [{ group: 'argoproj.io', kind: 'Rollout', name: 'checkout', jsonPointers: ['/spec/replicas'] }];
    expect(controllerWrites([rollout({}, { replicas: 2 }), scaler('HorizontalPodAutoscaler')])).toEqual(pointers);
    expect(controllerWrites([rollout({}, { replicas: 2 }), scaler('ScaledObject')])).toEqual(pointers);
    expect(controllerWrites([rollout({}), scaler('ScaledObject')])).toEqual([]);
    expect(controllerWrites([rollout({}, { replicas: 2 }), scaler('ScaledObject', 'other')])).toEqual([]);
  });

  test('the replicas of a Deployment that it scales down', () => {
    const deployment = (spec: object): Manifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec,
    });
    const adopting = (scaleDown?: string) =>
      rollout({}, { workloadRef: { kind: 'Deployment', name: 'web', scaleDown } });
    expect(controllerWrites([adopting('onsuccess'), deployment({ replicas: 3 })])).toMatchObject([
      { kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
    ]);
    expect(controllerWrites([adopting('never'), deployment({ replicas: 3 })])).toEqual([]);
    expect(controllerWrites([adopting('onsuccess'), deployment({})])).toEqual([]);
  });

  test('the same into namesakes in other Charts, and what differs into each', () => {
    const inChart = (chart: string, ...objects: Manifest[]) => objects.map((object) => ({ ...object, chart }));
    const staging = inChart('staging', rollout({ trafficRouting: SPLIT }), istio('VirtualService', 'vsvc', HTTP));
    const same = inChart('live', rollout({ trafficRouting: SPLIT }), istio('VirtualService', 'vsvc', HTTP));
    expect(controllerWrites([...staging, ...same])).toEqual(controllerWrites(staging));
    const trafficRouting = { ...SPLIT, managedRoutes: [{ name: 'beta' }] };
    const other = inChart('live', rollout({ trafficRouting }), istio('VirtualService', 'vsvc', HTTP));
    expect(controllerWrites([...staging, ...other]).map(({ jqPathExpressions }) => jqPathExpressions?.length)).toEqual([
      1, 2,
    ]);
  });

  test('nothing into objects that are not there, and nothing that Git has no say in', () => {
    const service: Manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'canary', namespace: 'shop' } };
    expect(controllerWrites([rollout({ trafficRouting: SPLIT }), service])).toEqual([]);
    expect(controllerWrites([istio('VirtualService', 'vsvc', HTTP)])).toEqual([]);
  });
});

test('paths into lists are distinguished from others', () => {
  const entry = { group: '', kind: '', name: '' };
  expect(reachesIntoList({ ...entry, jqPathExpressions: ['.spec.http[]?.route'] })).toBe(true);
  expect(reachesIntoList({ ...entry, jsonPointers: ['/spec/replicas'] })).toBe(false);
});
