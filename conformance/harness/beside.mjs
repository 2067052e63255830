// What a set refers to and leaves to others, as it would be there: Services, VirtualServices, DestinationRules, Gateways,
// AnalysisTemplates, Deployments. For sets that are right; of one that was broken on purpose take what its unbroken form
// has beside it.

import { routerObjects } from './beside-routers.mjs';

const keyOf = ({ kind, metadata: { name, namespace = 'default' } }) => `${kind}/${namespace}/${name}`;

/** The objects that are referred to and not there. */
export function besideOf(manifests) {
  const made = new Map();
  const there = new Set(manifests.map(keyOf));
  const add = (object) => {
    const key = keyOf(object);
    const before = made.get(key);
    if (before && object.kind === 'Service') addPort(before, object);
    else if (before?.spec?.metrics) keepArguments(before, object);
    else if (!there.has(key) && !before) made.set(key, object);
  };
  const of = (kind) => manifests.filter((one) => one.kind === kind);
  for (const rollout of of('Rollout')) besideRollout(rollout, manifests, add);
  for (const template of [...of('AnalysisTemplate'), ...of('ClusterAnalysisTemplate')]) {
    for (const reference of template.spec.templates ?? []) add(analysisTemplate(reference, template, []));
  }
  const subsets = new Map();
  for (const routes of of('VirtualService')) besideRoutes(routes, add, subsets);
  for (const rule of of('DestinationRule')) {
    add(service(rule.spec.host, rule.metadata.namespace));
    for (const subset of rule.spec.subsets ?? [])
      add(pod(`${rule.metadata.name}-${subset.name}`, rule, subset, manifests));
  }
  for (const [, { host, namespace, names }] of subsets) {
    const rules = of('DestinationRule').filter((one) => fullName(one.spec.host, one.metadata.namespace) === host);
    const known = rules.flatMap((one) => (one.spec.subsets ?? []).map((subset) => subset.name));
    const missing = [...names].filter((name) => !known.includes(name));
    if (missing.length > 0) add(destinationRule(`${host.replace(/\W+/g, '-')}-beside`, namespace, host, missing));
  }
  return [...made.values()];
}

/** A template that is used several times asks only for what it is given each time. */
function keepArguments({ spec }, { spec: { args: others = [] } }) {
  if (spec.args) spec.args = spec.args.filter(({ name }) => others.some((other) => other.name === name));
}

/** Services of which nothing says a port. The first port that something says is theirs; a second is one more. */
const portless = new WeakSet();

function addPort(before, object) {
  const { ports } = before.spec;
  const [port] = object.spec.ports;
  if (portless.has(object)) return;
  if (portless.delete(before)) ports[0].port = port.port;
  else if (!ports.some((one) => one.port === port.port)) ports.push({ ...port, name: `http-${ports.length}` });
}

function besideRollout(rollout, manifests, add) {
  const { metadata, spec } = rollout;
  const { namespace } = metadata;
  const { canary = {}, blueGreen = {} } = spec.strategy;
  const { pingService = canary.stableService, pongService = canary.canaryService } = canary.pingPong ?? {};
  const named = [pingService, pongService, blueGreen.activeService, blueGreen.previewService];
  const selectors = manifests.filter(({ kind }) => kind === 'Service').map((one) => one.spec.selector);
  const labels = spec.template?.metadata?.labels ?? selectors.find(Boolean) ?? { app: metadata.name };
  for (const name of named.filter(Boolean)) add(service(name, namespace, labels));
  const { istio } = canary.trafficRouting ?? {};
  if (istio) {
    const rule = istio.destinationRule;
    const hosts = rule
      ? [subsetHost(manifests, rule) ?? metadata.name, subsetHost(manifests, rule) ?? metadata.name]
      : [pingService, pongService];
    const destinations = hosts.map((host, i) => ({
      destination: { host, ...(rule ? { subset: i === 0 ? rule.stableSubsetName : rule.canarySubsetName } : {}) },
      weight: i === 0 ? 100 : 0,
    }));
    for (const reference of istio.virtualServices ?? [istio.virtualService]) {
      const [name, elsewhere = namespace] = reference.name.split('.');
      add(virtualService({ ...reference, name }, elsewhere, namespace, destinations));
    }
    if (rule) {
      add(destinationRule(rule.name, namespace, hosts[0], [rule.stableSubsetName, rule.canarySubsetName]));
      add(service(hosts[0], namespace, labels));
    }
  }
  for (const object of routerObjects(canary, namespace)) add(object);
  for (const { template, args } of analysesOf(spec.strategy)) add(analysisTemplate(template, rollout, args));
  if (spec.workloadRef) add(deployment(spec.workloadRef.name, namespace, labels));
}

/** The templates that a strategy uses, with what it passes to them. */
function analysesOf({ canary = {}, blueGreen = {} }) {
  const steps = canary.steps ?? [];
  const analyses = [
    canary.analysis,
    blueGreen.prePromotionAnalysis,
    blueGreen.postPromotionAnalysis,
    ...steps.map((step) => step.analysis),
  ].filter(Boolean);
  return [
    ...analyses.flatMap(({ templates = [], args = [] }) => templates.map((template) => ({ template, args }))),
    ...steps.flatMap((step) =>
      (step.experiment?.analyses ?? []).map(({ templateName, clusterScope, args = [] }) => ({
        template: { templateName, clusterScope },
        args,
      })),
    ),
  ];
}

/** The host of whose subsets the routes speak. */
function subsetHost(manifests, { canarySubsetName }) {
  const routes = manifests
    .filter(({ kind }) => kind === 'VirtualService')
    .flatMap(({ spec }) => [...(spec.http ?? []), ...(spec.tls ?? []), ...(spec.tcp ?? [])]);
  const found = routes
    .flatMap(({ route = [] }) => route)
    .find(({ destination }) => destination.subset === canarySubsetName);
  return found?.destination.host;
}

function besideRoutes({ metadata: { namespace }, spec }, add, subsets) {
  for (const ref of spec.gateways ?? []) {
    if (ref === 'mesh') continue;
    const [name, elsewhere = namespace] = ref.split('/').reverse();
    add(gateway(name, elsewhere));
  }
  const routes = [...(spec.http ?? []), ...(spec.tls ?? []), ...(spec.tcp ?? [])];
  for (const { route = [], mirrors = [] } of routes) {
    for (const { destination } of [...route, ...mirrors]) {
      add(service(destination.host, namespace, undefined, destination.port?.number));
      if (destination.subset === undefined) continue;
      const host = fullName(destination.host, namespace);
      const found = subsets.get(host) ?? { host, namespace, names: new Set() };
      found.names.add(destination.subset);
      subsets.set(host, found);
    }
  }
}

function fullName(host, namespace = 'default') {
  const [name, elsewhere, svc] = host.split('.');
  if (elsewhere === undefined) return `${name}.${namespace}.svc.cluster.local`;
  return svc === 'svc' ? `${name}.${elsewhere}.svc.cluster.local` : host;
}

/** The Service that a host means; a host of the internet is told to the mesh. */
function service(host, namespace, labels = { app: 'beside' }, said = undefined) {
  const port = said ?? 80;
  const [name, elsewhere = namespace, svc] = host.split('.');
  if (host.includes('.') && svc !== 'svc') {
    return {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: host.replace(/[^a-z0-9]+/g, '-').replace(/^-/, ''), namespace },
      spec: {
        hosts: [host],
        ports: [{ number: port, name: 'http', protocol: 'HTTP' }],
        resolution: host.includes('*') ? 'NONE' : 'DNS',
      },
    };
  }
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: elsewhere },
    spec: { selector: labels, ports: [{ name: 'http', port, targetPort: 8080, protocol: 'TCP' }] },
  };
  if (said === undefined) portless.add(made);
  return made;
}

/** A pod that is in a subset, of the version that another workload runs. */
function pod(name, { spec: { host }, metadata: { namespace } }, { labels }, manifests) {
  const selector = manifests.find((one) => one.kind === 'Service' && one.metadata.name === host.split('.')[0])?.spec
    .selector;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...(selector ?? { app: 'beside' }), ...labels } },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  };
}

function virtualService({ name, routes, tlsRoutes, tcpRoutes }, namespace, home, destinations) {
  const route = destinations.map(({ destination, ...rest }) => ({
    ...rest,
    destination: { ...destination, host: namespace === home ? destination.host : fullName(destination.host, home) },
  }));
  const http = (routes ?? ['primary']).map((one, i, all) => ({
    name: one,
    ...(i < all.length - 1 ? { match: [{ uri: { prefix: `/${one}` } }] } : {}),
    route,
  }));
  const onlyOther = routes === undefined && (tlsRoutes ?? tcpRoutes);
  const tls = tlsRoutes?.map((match) => ({ match: [match], route }));
  const hosts = tlsRoutes
    ? [...new Set([`${name}.example.com`, ...tlsRoutes.flatMap((one) => one.sniHosts)])]
    : [`${name}.example.com`];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: {
      hosts,
      ...(onlyOther ? {} : { http }),
      ...(tls ? { tls } : {}),
      ...(tcpRoutes ? { tcp: tcpRoutes.map((match) => ({ match: [match], route })) } : {}),
    },
  };
}

const destinationRule = (name, namespace, host, subsets) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name, namespace },
  spec: { host, subsets: subsets.map((subset) => ({ name: subset, labels: {} })) },
});

const gateway = (name, namespace) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name, namespace },
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  },
});

const analysisTemplate = ({ templateName, clusterScope }, { metadata: { namespace } }, args) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate',
  metadata: { name: templateName, ...(clusterScope ? {} : { namespace }) },
  spec: {
    ...(args.length > 0 ? { args: args.map(({ name }) => ({ name })) } : {}),
    metrics: [
      {
        name: `of-${clusterScope ? 'cluster-' : ''}${templateName}`,
        successCondition: 'len(result) > 0',
        provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: 'vector(1)' } },
      },
    ],
  },
});

const deployment = (name, namespace, labels) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name, image: `${name}:1`, ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  },
});
