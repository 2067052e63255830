// What the parts of one app need of each other.
const { omit, signed } = require('./agree.cjs');
const { steppedBy, withoutExcluded } = require('./app-options.cjs');
const { nested } = require('./parts.cjs');
const strategy = require('./strategy.cjs');
const { gatewayApi, only, traffic } = require('./traffic.cjs');

/** The names of the routes that are there before the steps make any. */
const routeNames = (options = {}) =>
  [...(options.routes ?? []), ...(options.grpcRoutes ?? [])].flatMap((one) => [
    only(one)[1].name,
    `${only(one)[1].name}-sticky`,
    `${only(one)[1].name}-sticky-stable`,
  ]);

/** Subsets are told apart by labels that the pods have. */
function ownSubsets(options, name) {
  const { splitBy } = options;
  const [kind, subsets] = splitBy ? only(splitBy) : [];
  if (kind !== 'subsets' && kind !== 'existingSubsets') return options;
  const made = subsets.labels && kind === 'subsets' ? { ...subsets, labels: { app: name } } : subsets;
  return { ...options, splitBy: { [kind]: made.host ? { ...made, host: `${made.host}-all` } : made } };
}

/** A whole app: what its parts need of each other. */
function app(spec, id) {
  const name = spec.name ?? id;
  let made = withoutExcluded(spec, name);
  const router = routerOf(made);
  if (router === 'gatewayApi')
    made = { ...omit(made, 'traffic', 'splitInMesh'), gatewayApi: gatewayApi(made.gatewayApi) };
  if (made.traffic) {
    const inMesh = made.splitInMesh === true && made.hosts !== undefined;
    if (made.traffic.existingVirtualServices) made = omit(made, 'splitInMesh', 'hosts');
    made.traffic = traffic(made.traffic, { name, hosts: made.hosts, inMesh });
  }
  made.traffic &&= ownSubsets(made.traffic, name);
  if (made.ambient) made = omit(made, 'sidecar', 'meshRevision');
  // Two options that decide the same field contradict each other.
  if (made.measuring?.access && made.prometheusAccess) made = omit(made, 'prometheusAccess');
  if (made.replicas !== undefined && made.rollout?.replicas !== undefined) made = omit(made, 'replicas');
  if (made.rollout?.metadata?.name !== undefined) {
    made.rollout = { ...made.rollout, metadata: omit(made.rollout.metadata, 'name') };
  }
  // The plugin counts up to 100, even if the Rollout states another maximum.
  if (router === 'gatewayApi' && made.strategy) made.strategy = omit(made.strategy, 'maxTrafficWeight');
  if (made.plan) made.plan = steppedBy(made.plan);
  if (made.blueGreen) made.blueGreen = blueGreen(made.blueGreen, made.rollout);
  if (made.strategy?.dynamicStableScale) made.strategy = omit(made.strategy, 'scaleDownDelay');
  const options = made.gatewayApi ?? made.traffic;
  const taken = [
    'primary',
    'primary-sticky',
    ...routeNames(options),
    ...(options?.existingVirtualServices ?? []).flatMap((one) => one.routes ?? []),
    ...(options?.furtherVirtualServices ?? []).flatMap(routeNames),
  ];
  const maxWeight = router === 'gatewayApi' ? made.strategy?.maxTrafficWeight : undefined;
  if (made.steps) made.steps = strategy.steps(made.steps, { router, taken, maxWeight });
  const steps = made.steps ?? (made.plan ? PLANNED_STEPS : DEFAULT_STEPS);
  if (made.strategy) made.strategy = strategy.fields(made.strategy, { router, steps });
  if (made.backgroundChecks && !follows(steps)) made = omit(made, 'backgroundChecks');
  if (made.backgroundChecks && made.strategy?.background) made.strategy = omit(made.strategy, 'background');
  const judged =
    made.steps === undefined || made.steps.some((step) => 'analysis' in step && step.analysis.templates === undefined);
  made = withoutUnused(made, judged || made.plan !== undefined);
  if (judged || made.failures || made.checks || made.backgroundChecks)
    made.prometheus ??= 'http://prometheus.monitoring:9090';
  if (made.prometheus) made = signed(made, 'prometheus', made.prometheusAccess?.authentication);
  if (made.measuring?.access) made = signed(made, 'prometheus', made.measuring.access.authentication);
  if (made.measuring) made.measuring = measuring(nested(made.measuring));
  const revisions = [...JSON.stringify(made).matchAll(/"workloadRevision":\{(?:"podLabel":"(\w+)")?/g)];
  for (const [, label = 'version'] of revisions) {
    const metadata = made.rollout?.podMetadata;
    made.rollout = {
      ...made.rollout,
      podMetadata: { ...metadata, labels: { ...metadata?.labels, [label]: 'v1.4.2' } },
    };
  }
  if (made.rollout) made.rollout = selecting(made.rollout);
  if (made.rollout?.metadata) made.rollout.metadata = omit(made.rollout.metadata, 'namespace');
  const [stable, canary] = made.blueGreen ? [name, `${name}-preview`] : [`${name}-stable`, `${name}-canary`];
  made = JSON.parse(
    JSON.stringify(made)
      .replace(/"canaryService":"[^"]*"/g, `"canaryService":"${made.services?.canary ?? canary}"`)
      .replace(/"stableService":"[^"]*"/g, `"stableService":"${made.services?.stable ?? stable}"`),
  );
  const scraped = made.measuring?.scrapeInterval ?? made.failures?.scrapeInterval ?? made.monitoring?.interval;
  if (scraped !== undefined) {
    made.monitoring = { ...made.monitoring, interval: scraped };
    if (made.measuring?.scrapeInterval) made.measuring = { ...made.measuring, scrapeInterval: scraped };
    if (made.failures?.scrapeInterval) made.failures = { ...made.failures, scrapeInterval: scraped };
  }
  if (made.monitoring) made.monitoring = monitoring(made.monitoring, made);
  if (made.monitoring?.versionLabel === 'service' && asksForHash(made))
    made.monitoring = omit(made.monitoring, 'versionLabel');
  if (made.container) made.container = container(made.container, made);
  return made;
}

/** An app without what its other options leave without effect. */
function withoutUnused(spec, isStepJudged) {
  let made = spec;
  const { blueGreen: own, plan } = made;
  const isRun = own
    ? [own.prePromotionAnalysis, own.postPromotionAnalysis].some((one) => one && one.templates === undefined)
    : isStepJudged;
  if (!isRun) made = omit(made, 'checks', 'failures');
  if (own?.analyses && !isRun) made = { ...made, blueGreen: omit(own, 'analyses') };
  const [kind, options] = plan ? only(plan) : [];
  if (plan && (made.checks || made.failures) && options.analysis?.templates) made = omit(made, 'checks', 'failures');
  else if (plan && (made.checks || made.failures) && !options.analysis)
    made = { ...made, plan: { [kind]: { ...options, analyzeEachStep: true } } };
  if (!made.checks && !made.backgroundChecks) made = omit(made, 'measuring');
  if (made.services?.withRoot === false) made = { ...made, services: omit(made.services, 'root') };
  if (made.gatewayApi) made = { ...made, gatewayApi: named(made.gatewayApi) };
  return made;
}

/** Names of routes that are there. */
function named(options) {
  const made = options.grpcRoutes?.length ? options : omit(options, 'grpcRouteName');
  return made.grpcRoutes?.length && !made.routes?.length ? omit(made, 'httpRouteName') : made;
}

/** Whether an analysis tells versions apart by the hash of their pods, which only a monitor of all pods puts on series. */
const asksForHash = (value) =>
  /"podTemplateHash":|canary-hash|"prometheus(Failure)?Analysis":|"requests":/.test(
    JSON.stringify(omit(value, 'monitoring')),
  );

const DEFAULT_STEPS = [
  { setWeight: { weight: 10 } },
  { analysis: {} },
  { setWeight: { weight: 50 } },
  { analysis: {} },
];

/** The first steps of every plan, as far as they decide what may follow. */
const PLANNED_STEPS = [{ setWeight: { weight: 10 } }, { pause: { duration: '1m' } }];

/** What splits the requests: another router is named as its option is, and there is none of blue-green. */
function routerOf({ gatewayApi: options, strategy: fields, blueGreen: isBlueGreen }) {
  const other = fields?.trafficRouting && only(fields.trafficRouting)[0];
  if (isBlueGreen || other === 'none') return undefined;
  return other ?? (options ? 'gatewayApi' : 'istio');
}

/** As many old versions wait as the Rollout keeps. */
function blueGreen(options, { revisionHistoryLimit = 10 } = {}) {
  const kept = options.scaleDownDelayRevisionLimit;
  return kept === undefined
    ? options
    : { ...options, scaleDownDelayRevisionLimit: Math.min(kept, revisionHistoryLimit) };
}

const follows = (steps) => {
  const first = strategy.firstWithPods(steps);
  return first !== undefined && first < steps.length;
};

/** Options that only a monitor has. */
const OF_A_MONITOR = [
  ...['path', 'scheme', 'scrapeTimeout', 'params', 'bearerToken', 'relabelings', 'metricRelabelings', 'sampleLimit'],
  ...['scrapeNativeHistograms', 'labels', 'nameLabel'],
];

function monitoring(options, { portName, blueGreen: isBlueGreen }) {
  let made = { ...options };
  if (portName !== undefined || made.portName !== undefined) made.portName = portName ?? 'http';
  if (made.kind === 'pod') made = omit(made, 'versionLabel');
  if (made.kind === 'none') made = omit(made, ...OF_A_MONITOR);
  const byPods = made.kind === 'pod' || (isBlueGreen && made.kind === undefined && made.versionLabel !== 'service');
  if (byPods && made.access && 'meshCertificates' in made.access) made = omit(made, 'access');
  return made;
}

/** Both templates are measured alike: by steps, which end, and called after the app. */
function measuring(options) {
  const { endless, metadata } = options;
  return {
    ...options,
    endless: endless === undefined ? undefined : false,
    metadata: metadata && omit(metadata, 'name', 'namespace'),
  };
}

/** A Rollout selects its own pods, and whoever says that it does not selects some by code. */
const selecting = (rollout) => (rollout.select === undefined ? rollout : { ...rollout, select: true });

function container(options, { port }) {
  const ports = options.ports?.filter((one) => one.number !== port);
  return {
    ...options,
    ...(options.portNumber === undefined ? {} : { portNumber: port }),
    ...(ports?.length ? { ports } : { ports: undefined }),
  };
}

module.exports = { app, monitoring, ownSubsets, routeNames, selecting };
