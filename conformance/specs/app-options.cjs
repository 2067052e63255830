// What the further options of an app exclude and need: autoscaler, budget, account, policies, configuration, Deployment,
// ports, plan, patches, blue-green, another router.
const { omit, unique } = require('./agree.cjs');
const { only } = require('./traffic.cjs');

const CANARY_ONLY = ['steps', 'plan', 'strategy', 'traffic', 'gatewayApi', 'splitInMesh', 'hosts', 'backgroundChecks'];

/** An app without what its other options exclude. */
function withoutExcluded(spec, name) {
  let made = { ...spec };
  if (made.blueGreen) made = omit(made, ...CANARY_ONLY);
  const router = made.strategy?.trafficRouting;
  if (router) {
    made = omit(made, 'traffic', 'gatewayApi', 'splitInMesh', 'hosts');
    if ('none' in router) made = omit(made, 'services');
  }
  if (made.plan) made = omit(made, 'steps');
  if (made.traffic?.asDelegate) {
    made = { ...omit(made, 'hosts', 'splitInMesh', 'gatewayApi'), traffic: delegatedTraffic(made.traffic) };
  }
  if (made.autoscaling) made = autoscaled(made);
  if (made.serviceAccount && made.rollout) made.rollout = omit(made.rollout, 'serviceAccount');
  if (made.grpcProbes) made = probed(made);
  if (made.ports) made = withPorts(made, name);
  if (made.config) made.config = config(made.config);
  if (made.networkPolicy) made.networkPolicy = { ingress: [{}], ...made.networkPolicy };
  const names = (made.ports ?? []).map((one) => one.name);
  for (const split of ['traffic', 'gatewayApi']) if (made[split]) made[split] = portsNamed(made[split], names);
  if (names.length > 0 && made.traffic) {
    made.traffic = portsStated(made.traffic, [name, `${name}-stable`, `${name}-canary`], made.servicePort ?? 80);
  }
  return withPatches(withServices(made), name);
}

/** A delegate has no hosts and no Gateways. */
const delegatedTraffic = (traffic) =>
  omit(
    traffic,
    'existingVirtualServices',
    'furtherVirtualServices',
    'gateways',
    'servers',
    'gatewayName',
    'gatewaySelector',
    'meshHosts',
    'tlsRoutes',
    'tcpRoutes',
  );

const KEDA_ONLY = [
  'pollingInterval',
  'cooldownPeriod',
  'initialCooldownPeriod',
  'idleReplicas',
  'fallback',
  'advanced',
];

/** KEDA needs a trigger whose values it reads for a fallback, and has pods. */
function keda(options) {
  const read = options.triggers.some((one) => !('cpu' in one || 'memory' in one));
  return omit(options, 'idleReplicas', ...(read ? [] : ['fallback']));
}

/** Utilization is a share of what every container requests. */
function requested(options, { container = {}, rollout = {} }) {
  const all = [container, ...(rollout.containers ?? [])];
  const lacks = ({ resources }) => resources !== undefined && !(resources.cpu?.request && resources.memory?.request);
  if (!all.some(lacks)) return options;
  const metric = { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '100' } };
  return { metrics: [{ type: 'Pods', pods: metric }], ...omit(options, 'cpu', 'memory') };
}

function autoscaled(spec) {
  const made = omit(spec, 'replicas');
  if (made.rollout) made.rollout = omit(made.rollout, 'replicas');
  const { minReplicas = 2 } = made.autoscaling;
  const bounded = { ...made.autoscaling, minReplicas };
  made.autoscaling = bounded.triggers
    ? keda(omit(bounded, 'cpu', 'memory', 'metrics'))
    : requested(omit(bounded, ...KEDA_ONLY), made);
  return made;
}

/** Probes of the app's own port instead of the container's. */
function probed(spec) {
  const probes = Object.entries(spec.grpcProbes).map(([name, one]) => [
    name,
    one.port === undefined ? one : { ...one, port: spec.port },
  ]);
  if (probes.length === 0) return omit(spec, 'grpcProbes');
  const made = { ...spec, grpcProbes: Object.fromEntries(probes) };
  if (made.container) made.container = omit(made.container, ...probes.map(([name]) => name));
  return made;
}

/** Ports whose names and numbers differ, with Services where there are routes for these. */
function withPorts(spec, name) {
  const { port, servicePort = 80, container } = spec;
  const isSplit = !(spec.gatewayApi || spec.blueGreen || routed(spec) || spec.traffic?.existingVirtualServices);
  const numbers = [port, ...(container?.ports ?? []).map(({ number }) => number)];
  const all = unique(
    unique(spec.ports, (one) => one.name),
    ({ number }) => number,
  );
  const distinct = unique(
    all.filter((one) => !numbers.includes(one.number) && one.name !== (spec.portName ?? 'http')),
    (one) => one.servicePort ?? one.number,
  ).filter((one) => ![servicePort, port].includes(one.servicePort ?? one.number));
  const taken = [name, `${name}-stable`, `${name}-canary`];
  const ports = distinct.map((one, i) => {
    const fits = isSplit && one.service !== undefined && !one.name.startsWith('tcp');
    return fits
      ? { ...one, service: taken.includes(one.service) ? `port-${i}` : `${one.service}-${i}` }
      : omit(one, 'service');
  });
  return ports.length > 0 ? { ...spec, ports } : omit(spec, 'ports');
}

const routed = ({ strategy }) => strategy?.trafficRouting !== undefined;

/** Routes whose ports are among those of the Services, by their names. */
function portsNamed(value, names) {
  if (Array.isArray(value)) return value.map((one) => portsNamed(one, names));
  if (value === null || typeof value !== 'object') return value;
  const made = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, portsNamed(one, names)]));
  const { split } = made;
  if (split?.portName === undefined) return made;
  const known = names[split.name.length % names.length];
  return { ...made, split: known === undefined ? omit(split, 'portName') : { ...split, portName: known } };
}

/** Destinations that say which port they mean of Services with these names. */
function portsStated(value, services, port) {
  if (Array.isArray(value)) return value.map((one) => portsStated(one, services, port));
  if (value === null || typeof value !== 'object') return value;
  const { destination } = value;
  const isOwn = destination?.host && services.includes(destination.host.host.split('.')[0]);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === 'destination' && isOwn ? { host: { ...one.host, port } } : portsStated(one, services, port),
    ]),
  );
}

/** The ports that a split is told of: those that its Services have. */
function withNamedPorts(one, services) {
  const known = services
    ? (services.furtherPorts ?? []).map(({ name, port }) => [name, port])
    : Object.entries(one.ports ?? {});
  const ports = Object.fromEntries(known);
  const made = portsNamed(one, Object.keys(ports));
  if (known.length === 0) return omit(made, 'ports');
  const { name, stableName, canaryName, port = 80 } = services ?? {};
  return portsStated({ ...made, ports }, [name, stableName, canaryName], port);
}

/** Entries, as values or from a file. */
const config = (one) => (one.data || one.files ? one : { ...one, data: { level: 'info' } });

/** Only the Services that are there have names, and no two the same. */
function withServices(spec) {
  if (!spec.services) return spec;
  const services = { ...spec.services };
  const names = ['root', 'stable', 'canary'].filter((role) => services[role] !== undefined);
  names.forEach((role) => (services[role] = `${services[role]}-${role.slice(0, 2)}`));
  // Routes and monitors need the Service of all pods.
  if (services.withRoot === false && !spec.hosts) delete services.withRoot;
  return { ...spec, services };
}

/** Patches of objects that are there, each in one of its three forms. */
function withPatches(spec, name) {
  if (!spec.patches) return spec;
  const service = spec.services?.stable ?? (spec.blueGreen ? name : `${name}-stable`);
  const isThere = !(spec.strategy?.trafficRouting && 'none' in spec.strategy.trafficRouting);
  const patches = spec.patches.map((one) => {
    if (one.remove) return { target: { kind: 'PodDisruptionBudget' }, remove: true };
    if (one.json) return { target: { ...one.target, kind: 'Service' }, json: one.json };
    return {
      target: { ...one.target, kind: 'Service' },
      merge: one.merge ?? { metadata: { labels: { 'x-tier': 'web' } } },
    };
  });
  const named = patches.map((one) =>
    one.target.name && isThere
      ? { ...one, target: { ...one.target, name: service } }
      : { ...one, target: omit(one.target, 'name') },
  );
  const removed = named.some((one) => one.remove);
  const once = unique(named, (one) => only(omit(one, 'target'))[0]);
  return removed
    ? { ...spec, patches: once, podDisruptionBudget: spec.podDisruptionBudget ?? {} }
    : { ...spec, patches: once };
}

/** What a plan's options need: a weight at which it waits is one of its own. */
const steppedBy = (plan) => {
  const [kind, args] = only(plan);
  if (args.manualGateAt === undefined) return plan;
  const first = { linear: args.percent, canary: args.percent, exponential: args.first, weights: args.weights?.[0] }[
    kind
  ];
  return { [kind]: { ...args, manualGateAt: first } };
};

module.exports = { delegatedTraffic, keda, portsNamed, withNamedPorts, steppedBy, withoutExcluded };
