// How likely optional fields are given where that matters, how long lists are, and fields of which only a part can be said.
const fc = require('fast-check');

const likely = {
  CanaryAppProps: 0.3,
  // Each excludes other options of an app (app-options.cjs), so that few are stated at once.
  'CanaryAppProps.acceptedFindings': 0.05,
  'CanaryAppProps.authorizationPolicy': 0.08,
  'CanaryAppProps.autoscaling': 0.12,
  'CanaryAppProps.blueGreen': 0.1,
  'CanaryAppProps.config': 0.1,
  'CanaryAppProps.deployment': 0.08,
  'CanaryAppProps.extraManifests': 0.06,
  'CanaryAppProps.grpcProbes': 0.1,
  'CanaryAppProps.networkPolicy': 0.08,
  'CanaryAppProps.patches': 0.08,
  'CanaryAppProps.plan': 0.15,
  'CanaryAppProps.podDisruptionBudget': 0.1,
  'CanaryAppProps.ports': 0.15,
  'CanaryAppProps.serviceAccount': 0.1,
  'CanaryAppProps.services': 0.08,
  'CanaryAppProps.versions': 0.1,
  'CanaryAppStrategy.trafficRouting': 0.25,
  'IstioTrafficOptions.asDelegate': 0.08,
  'IstioTrafficSplitProps.asDelegate': 0.08,
  'IstioVirtualServiceProps.asDelegate': 0.08,
  'HttpSplitRouteOptions.portName': 0.3,
  // Without an app there is no default.
  'StickyCanary.value': 1,
  // Both add notifications.
  'NotificationSubscription#of.recipients': 1,
  'NotificationSubscription#slack.channels': 1,
  'CanaryIsolation#labels.matchers': 1,
  // What is deep within others, or has many words.
  'AnalysisMetric.condition': 0.6,
  'CanaryStrategyOptions.traffic': 0.6,
  'CanaryStrategyOptions.pingPong': 0.3,
  'CanaryStrategyOptions.maxTrafficWeight': 0.3,
  CloudWatchStatistic: 0.7,
  ClientTlsOptions: 0.4,
  ConsistentHashCookieOptions: 0.5,
  ContainerSecutiryContextCapabilities: 0.7,
  'ContainerSecurityContextProps.capabilities': 0.6,
  DatadogMetric: 0.6,
  'DatadogMetric.aggregator': 1,
  HostPathVolumeOptions: 0.9,
  HttpAbort: 0.5,
  HttpDelay: 0.8,
  HttpDirectResponse: 0.8,
  HttpRetries: 0.6,
  'HttpRouteOptions.fault': 0.3,
  'HttpRouteOptions.retries': 0.3,
  InsecureTraffic: 0.8,
  RouteCertificateOptions: 0.8,
  'RouteTermination#edge': 0.8,
  ScrapeTlsOptions: 0.6,
  'TrafficPolicy.loadBalancer': 0.4,
  TrafficRouter: 0.6,
  WebMetric: 0.6,
  WorkloadRefOptions: 0.8,
  // Argo Rollouts refuses every one (NEVER_VALID in the harness).
  'Volume#azureDisk': 0,
};

const lists = {
  dryRun: { max: 1 },
  measurementRetention: { max: 1 },
  furtherCredentialNames: { max: 1 },
  steps: { max: 7 },
  'AnalysisTemplateProps.metrics': { max: 6 },
  'ContainerSecutiryContextCapabilities.add': { max: 12 },
  'ContainerSecutiryContextCapabilities.drop': { max: 12 },
};

const exactly = (...values) => fc.constantFrom(...values.map((value) => ({ exact: { value } })));

const places = {
  'HttpMatchOptions.method': exactly('GET', 'POST'),
  'HttpMatchOptions.scheme': exactly('http', 'https'),
  'MirrorMatch.method': exactly('GET', 'HEAD'),
  // Only this one suits pods that are kept running.
  restartPolicy: fc.constant('always'),
  asDelegate: fc.constant(true),
  'ManifestPatch.json': fc.constantFrom(
    [{ op: 'add', path: '/spec/publishNotReadyAddresses', value: false }],
    [
      { op: 'test', path: '/kind', value: 'Service' },
      { op: 'copy', from: '/spec/selector', path: '/metadata/annotations' },
    ],
  ),
  'ManifestPatch.remove': fc.constant(true),
  // For all, or for some; each once.
  exportTo: fc.constantFrom(['.'], ['*'], ['monitoring'], ['.', 'monitoring']),
};

module.exports = { likely, lists, places };
