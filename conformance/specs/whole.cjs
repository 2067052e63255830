// What the constructs of a set need of each other.
const { omit, unique } = require('./agree.cjs');
const { delegatedTraffic, keda, withNamedPorts } = require('./app-options.cjs');
const { app, monitoring, ownSubsets, routeNames, selecting } = require('./app.cjs');
const { job, nested, parts, stated } = require('./parts.cjs');
const strategy = require('./strategy.cjs');
const { bound, gatewayApi, only, routes, servers, traffic } = require('./traffic.cjs');

/** A set whose parts agree. */
function whole(model, set) {
  const items = parts(model, { ref: 'specs.Set' }, set.items);
  const alone = alike(items);
  for (const name of Object.keys(items)) {
    if (alone[name]) items[name] = alone[name](items[name]);
  }
  return { ...set, items: stated(items) };
}

/** What each construct needs when it is made alone, or beside the others. */
function alike(items) {
  const services = { name: 'checkout', ...items.canaryServices };
  for (const part of ['canaryName', 'stableName'])
    if (services[part] === services.name) services[part] += `-${part.slice(0, 6)}`;
  const stable = services.stableName ?? `${services.name}-stable`;
  const canary = services.canaryName ?? `${services.name}-canary`;
  const furtherPorts = services.furtherPorts && ownPorts(services.furtherPorts, services.port);
  const named = (fallback) => (one) => ({
    ...one,
    metadata: { ...omit(one.metadata ?? {}, 'namespace'), name: one.metadata?.name ?? fallback },
  });
  return {
    canaryApp: (one) => app(one, 'checkout'),
    canaryServices: (one) => ({
      ...one,
      ...services,
      furtherPorts,
      ...(items.canaryMonitoring || items.serviceMonitor ? { root: true } : {}),
      stableName: stable === canary ? undefined : services.stableName,
    }),
    rollout: (one) =>
      rollout(named('checkout')(items.scaledObject ? omit(one, 'replicas') : one), {
        stable,
        canary,
        portName: items.canaryServices?.portName ?? 'http',
        services: { furtherPorts, port: services.port },
      }),
    canaryMonitoring: (one) =>
      monitoring(
        { ...one, rollout: one.rollout ?? items.rollout?.metadata?.name ?? 'checkout' },
        { portName: items.canaryServices?.portName ?? 'http' },
      ),
    podMonitor: (one) =>
      omit(
        { ...named('pods')(one), portName: items.canaryServices?.portName },
        ...('meshCertificates' in (one.access ?? {}) ? ['access'] : []),
      ),
    serviceMonitor: (one) => ({
      ...named('monitor')(one),
      portName: items.canaryServices?.portName ?? 'http',
      podTargetLabels: ['rollouts-pod-template-hash'],
    }),
    podDisruptionBudget: named('budget'),
    scaledObject: (one) => keda(named('scaler')(one)),
    rolloutRules: named('rules'),
    rolloutDashboard: named('dashboard'),
    istioGateway: (one) => ({
      ...named('gateway')(one),
      servers: items.openShiftRoute
        ? behindRoute(one.servers, items.openShiftRoute.host)
        : servers({ servers: one.servers }, []),
    }),
    istioAuthorizationPolicy: named('callers'),
    istioVirtualService: (given) => {
      const one = withNamedPorts(delegated(given));
      const gateways = one.gateways && bound(one.gateways, one.hosts);
      return routes(named('routes')(gateways ? { ...one, gateways } : one), one.hosts, gateways);
    },
    istioDestinationRule: (one) => ({
      ...named('rule')(one),
      subsets: one.subsets && unique(one.subsets, (subset) => subset.name),
    }),
    istioTrafficSplit: (one) => split(withNamedPorts(one)),
    gatewayApiTrafficSplit: (one) => routed(withNamedPorts(one)),
    argoCdApplication: (one) => deployed(named('deploy')(one), one),
    argoCdApplicationSet: named('deploy-all'),
    openShiftRoute: named('route'),
    serviceMeshMember: (one) => ({ ...one, metadata: { ...omit(one.metadata ?? {}, 'namespace'), name: 'default' } }),
    serviceMeshMemberRoll: (one) => ({
      ...one,
      metadata: { ...omit(one.metadata ?? {}, 'namespace'), name: 'default' },
    }),
    analysisTemplate: (one) => nested(named('analysis')(one)),
    clusterAnalysisTemplate: (one) => nested({ ...named('cluster-analysis')(one), clusterScope: true }),
    prometheusAnalysis: (one) => nested(named('checks')(one)),
    prometheusFailureAnalysis: named('failures'),
    jobAnalysis: (one) => job({ ...one, template: named('job')(one.template ?? {}) }),
  };
}

/** Argo CD reads Applications in namespaces of its own choice. */
const deployed = (made, { metadata }) => ({
  ...made,
  metadata: { ...made.metadata, ...(metadata?.namespace ? { namespace: metadata.namespace } : {}) },
});

/** Servers for whichever port of the gateway a Route of OpenShift leads to. */
function behindRoute(all, host) {
  const others = all.filter((one) => !('httpsRedirect' in one));
  return servers(
    { servers: [{ http: { hosts: [host] } }, { https: { credentialName: 'edge', hosts: [host] } }, ...others] },
    [host],
  );
}

const at = (service, port) => ({ host: { host: service, ...(port === undefined ? {} : { port }) } });

/** Ports of different names and numbers. */
const ownPorts = (all, port = 80) =>
  unique(
    unique(all, ({ name }) => name),
    (one) => one.port,
  ).filter((one) => one.port !== port);

/** A delegate takes its hosts and Gateways from the VirtualService that delegates to it. */
const delegated = (one) =>
  one.asDelegate
    ? {
        ...omit(one, 'gateways', 'tlsRoutes', 'tcpRoutes', 'exportTo'),
        ...(one.hosts ? { hosts: [] } : {}),
        ...(one.routes ? { routes: one.routes.filter((route) => !('delegate' in route)) } : {}),
      }
    : one;

/** @param port Of the Services, where they have several. */
function split(one, stable = 'checkout-stable', canary = 'checkout-canary', port = undefined) {
  const name = one.name ?? 'checkout';
  if (one.asDelegate) return delegateSplit(one, name, at(stable, port), at(canary, port));
  const hosts = one.existingVirtualServices ? one.hosts : (one.hosts ?? [`${name}.example.com`]);
  return {
    ...ownSubsets(traffic({ ...one, name, hosts }, { name, hosts, inMesh: false }), 'checkout'),
    stable: at(stable, port),
    canary: at(canary, port),
  };
}

/** The traffic of a delegate: routes, and nothing that has a host or a Gateway. */
const delegateSplit = (one, name, stable, canary) => ({
  ...ownSubsets(traffic(omit(delegatedTraffic(one), 'hosts'), { name, inMesh: false }), 'checkout'),
  name,
  stable,
  canary,
});

const routed = (one, stable = 'checkout-stable', canary = 'checkout-canary') => ({
  ...gatewayApi(one),
  name: one.name ?? 'checkout',
  stable: at(stable, 80),
  canary: at(canary, 80),
});

/** A Rollout with its strategy. */
function rollout(one, { stable, canary, portName, services }) {
  const [kind, options] = only(one.strategy);
  let made = one.workloadRef ? omit(one, 'containers', 'initContainers', 'volumes', 'podMetadata') : one;
  if (!made.workloadRef) {
    const [first = { name: 'side-0', image: 'checkout:1.4.2' }, ...rest] = made.containers ?? [];
    const others = services.furtherPorts ?? [];
    const ports = [{ name: portName, number: 8080 }, ...others.map(({ name }, i) => ({ name, number: 8081 + i }))];
    made = { ...made, containers: [{ ...first, portNumber: 8080, ports }, ...rest] };
  }
  // The oracle does not wait for pods of a blue-green rollout that must be ready for a time.
  made = selecting(kind === 'blueGreen' ? omit(made, 'minReady') : made);
  return {
    ...made,
    strategy: {
      [kind]: kind === 'canary' ? canaryStrategy(options, { stable, canary, services }) : blueGreen(options, one),
    },
  };
}

function canaryStrategy(options, { stable, canary, services }) {
  let { traffic: made } = options;
  const [factory, given] = made ? only(made) : [undefined, undefined];
  const router = { istioTrafficSplit: 'istio', gatewayApiTrafficSplit: 'gatewayApi' }[factory];
  if (router === 'istio')
    made = {
      istioTrafficSplit: split(
        withNamedPorts(given, services),
        stable,
        canary,
        services.furtherPorts && (services.port ?? 80),
      ),
    };
  if (router === 'gatewayApi')
    made = { gatewayApiTrafficSplit: routed(withNamedPorts(given, services), stable, canary) };
  const inner = made && only(made)[1];
  const taken = [
    'primary',
    'primary-sticky',
    ...routeNames(inner),
    ...(inner?.existingVirtualServices ?? []).flatMap((one) => one.routes ?? []),
    ...(inner?.furtherVirtualServices ?? []).flatMap(routeNames),
  ];
  const maxWeight = router === 'gatewayApi' ? options.maxTrafficWeight : undefined;
  const steps = strategy.steps(options.steps, { router, taken, maxWeight });
  const analyses = options.analyses ?? (asksForOwn(steps, options) ? [{ name: { templateName: 'smoke' } }] : undefined);
  return { ...strategy.fields({ ...options, traffic: made }, { router, steps }), steps, analyses };
}

const asksForOwn = (steps, { background }) =>
  steps.some((step) => 'analysis' in step && step.analysis.templates === undefined) ||
  (background && background.templates === undefined);

function blueGreen(options, { revisionHistoryLimit = 10 }) {
  const analyses = options.analyses ?? [{ name: { templateName: 'smoke' } }];
  const kept = options.scaleDownDelayRevisionLimit;
  return { ...options, analyses, scaleDownDelayRevisionLimit: kept && Math.min(kept, revisionHistoryLimit) };
}

module.exports = { whole };
