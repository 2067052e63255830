// Random clusters: monitors, Services and pods, with everything that decides what is scraped and under which labels.
import fc from 'fast-check';
import { maybe, metricRelabeling, relabeling, withoutUndefined } from './relabel-corpus.mjs';

/** A record that has only the fields that it has. */
const sparse = (fields, weight = 1) =>
  fc
    .record(Object.fromEntries(Object.entries(fields).map(([key, arbitrary]) => [key, maybe(arbitrary, weight)])))
    .map(withoutUndefined);

const KEYS = ['app', 'app.kubernetes.io/name', 'track', 'rollouts-pod-template-hash'];
/** Dots are any character to a selector that the operator has made a rule of. */
const VALUES = ['shop', 'v1.2', 'v1x2', 'stable', 'Canary-1', ''];
const namespace = fc.constantFrom('shop', 'shop', 'shop', 'shop', 'other');
const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 3 });
/** Those of what belongs together, and now and then of what does not. */
const shopLabels = fc.oneof(
  { weight: 6, arbitrary: labels.map((own) => ({ ...own, app: 'shop' })) },
  { weight: 1, arbitrary: labels },
);

const PORTS = ['http', 'metrics', 'admin'];
const portName = fc.constantFrom(...PORTS);
const portNumber = fc.constantFrom(8080, 9090, 9091);

const servicePort = sparse({
  targetPort: fc.oneof(portNumber, portName),
  protocol: fc.constantFrom('TCP', 'UDP'),
});

/** Several ports must have names, each its own. */
const servicePorts = fc.oneof(
  { weight: 1, arbitrary: servicePort.map((one) => [{ port: 80, ...one }]) },
  {
    weight: 3,
    arbitrary: fc
      .array(servicePort, { minLength: 1, maxLength: 3 })
      .map((ports) => ports.map((one, i) => ({ name: PORTS[i], port: 8080 + i, ...one }))),
  },
);

const service = fc
  .record({
    namespace,
    labels: shopLabels,
    annotations: maybe(fc.constant({ 'example.com/team': 'web' })),
    selector: fc.oneof({ weight: 5, arbitrary: fc.constant({ app: 'shop' }) }, { weight: 1, arbitrary: labels }),
    ports: servicePorts,
    rest: sparse({ clusterIP: fc.constant('None'), publishNotReadyAddresses: fc.boolean() }),
  })
  .map(({ namespace: at, labels: own, annotations, rest, ...spec }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: withoutUndefined({ name: 'service', namespace: at, labels: own, annotations }),
    spec: { ...rest, ...spec },
  }));

const containerPorts = fc
  .uniqueArray(
    fc.record({
      number: portNumber,
      name: maybe(portName, 3),
      protocol: fc.oneof(
        { weight: 4, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant('UDP') },
      ),
    }),
    { maxLength: 2, selector: ({ name }) => name },
  )
  .map((ports) => ports.map(withoutUndefined));

const containers = (prefix, bounds) =>
  fc
    .array(fc.record({ ports: containerPorts, image: maybe(fc.constant('registry.example.com/shop:1')) }), bounds)
    .map((list) => list.map((one, i) => withoutUndefined({ name: `${prefix}-${i}`, ...one })));

const pod = fc
  .record({
    namespace,
    labels: shopLabels,
    containers: containers('main', { minLength: 1, maxLength: 2 }),
    initContainers: maybe(
      fc
        .tuple(containers('init', { minLength: 1, maxLength: 1 }), fc.boolean())
        .map(([[one], sidecar]) => [{ ...one, sidecar }]),
    ),
    hasAddress: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    rest: sparse({
      annotations: fc.constant({ 'prometheus.io/scrape': 'true' }),
      phase: fc.constantFrom('Running', 'Pending', 'Succeeded', 'Failed'),
      ready: fc.boolean(),
      terminating: fc.boolean(),
      node: fc.constantFrom('node-a', 'node-b'),
      controller: fc.constant({ kind: 'ReplicaSet', name: 'shop-7d9' }),
      hostIP: fc.constant('192.168.0.1'),
      uid: fc.constant('0000-1'),
    }),
  })
  .map(({ rest, ...one }) => withoutUndefined({ ...one, ...rest }));

const selectorValue = fc.constantFrom(...VALUES.filter((value) => value !== ''));
const selector = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.constant({ matchLabels: { app: 'shop' } }) },
  { weight: 1, arbitrary: labels.map((matchLabels) => ({ matchLabels })) },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.record({
            key: fc.constantFrom(...KEYS),
            operator: fc.constantFrom('In', 'NotIn'),
            values: fc.uniqueArray(selectorValue, { minLength: 1, maxLength: 2 }),
          }),
          fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
        ),
        { minLength: 1, maxLength: 2 },
      )
      .map((matchExpressions) => ({ matchExpressions })),
  },
);

const labelKey = fc.constantFrom(...KEYS, 'absent/label');
const monitorSpec = fc
  .record({
    selector,
    namespaceSelector: maybe(
      fc.constantFrom({ any: true }, { matchNames: ['shop'] }, { matchNames: ['shop', 'other'] }, {}),
    ),
    rest: sparse(
      {
        jobLabel: labelKey,
        podTargetLabels: fc.uniqueArray(labelKey, { maxLength: 2 }),
        selectorMechanism: fc.constantFrom('RoleSelector', 'RelabelConfig'),
        sampleLimit: fc.integer({ min: 0, max: 4 }),
        targetLimit: fc.integer({ min: 0, max: 4 }),
        labelLimit: fc.integer({ min: 5, max: 14 }),
        labelNameLengthLimit: fc.integer({ min: 8, max: 30 }),
        labelValueLengthLimit: fc.integer({ min: 8, max: 30 }),
        scrapeClassicHistograms: fc.boolean(),
      },
      0.5,
    ),
  })
  .map(({ rest, ...required }) => withoutUndefined({ ...required, ...rest }));

const endpointFields = (ports) =>
  fc
    .record({
      port: ports,
      rest: sparse(
        {
          path: fc.constantFrom('/stats/prometheus', 'metrics', '/m?all=1', '/ä b'),
          scheme: fc.constantFrom('http', 'https', 'HTTPS'),
          interval: fc.constantFrom('5s', '15s', '90s', '1m30s', '1h', '14d'),
          scrapeTimeout: fc.constantFrom('1s', '5s', '20s'),
          honorLabels: fc.boolean(),
          filterRunning: fc.boolean(),
          params: fc.constantFrom({ module: ['http_2xx'] }, { module: ['a', 'b c'], 'x&y': ['ü'] }, { module: [] }),
        },
        0.5,
      ),
      relabelings: maybe(fc.array(relabeling, { minLength: 1, maxLength: 3 }), 2),
      metricRelabelings: maybe(fc.array(metricRelabeling, { minLength: 1, maxLength: 2 })),
    })
    .map(({ port, rest, ...rules }) => withoutUndefined({ ...port, ...rest, ...rules }));

const targetPort = fc.oneof(portName, portNumber, fc.constantFrom(0, '')).map((value) => ({ targetPort: value }));
const namedPort = portName.map((port) => ({ port }));

const serviceMonitor = fc
  .record({
    namespace,
    spec: monitorSpec,
    own: sparse({
      targetLabels: fc.uniqueArray(labelKey, { maxLength: 2 }),
      serviceDiscoveryRole: fc.constantFrom('Endpoints', 'EndpointSlice'),
    }),
    endpoints: fc.array(
      endpointFields(
        fc.oneof(
          { weight: 3, arbitrary: namedPort },
          { weight: 2, arbitrary: targetPort },
          { weight: 1, arbitrary: fc.constant({}) },
        ),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ namespace: at, spec, own, endpoints }) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'monitor', namespace: at },
    spec: { ...spec, ...own, endpoints },
  }));

const podMonitor = fc
  .record({
    namespace,
    spec: monitorSpec,
    endpoints: fc.array(
      endpointFields(
        fc.oneof(
          { weight: 3, arbitrary: namedPort },
          { weight: 2, arbitrary: portNumber.map((value) => ({ portNumber: value })) },
          { weight: 2, arbitrary: targetPort },
          { weight: 1, arbitrary: fc.tuple(targetPort, portNumber).map(([a, b]) => ({ ...a, portNumber: b })) },
          { weight: 1, arbitrary: fc.constant({}) },
        ),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ namespace: at, spec, endpoints }) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'monitor', namespace: at },
    spec: { ...spec, podMetricsEndpoints: endpoints },
  }));

const sample = fc
  .tuple(
    fc.constantFrom('http_requests_total', 'http_request_duration_seconds_bucket', 'up'),
    sparse({
      code: fc.constantFrom('200', '503'),
      path: fc.constantFrom('/', '/größe'),
      le: fc.constantFrom('0.5', '+Inf'),
      job: fc.constant('own'),
      instance: fc.constant('own:1'),
      pod: fc.constant('own-pod'),
      exported_job: fc.constant('older'),
      exported_exported_job: fc.constant('oldest'),
    }),
  )
  .map(([name, own]) => ({ __name__: name, ...own }));

/** Every case: `manifests` and `pods` of a cluster, what its Prometheus says, and what each target exposes. */
export const cluster = fc
  .record({
    monitors: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(serviceMonitor) },
      { weight: 2, arbitrary: fc.tuple(podMonitor) },
      { weight: 1, arbitrary: fc.tuple(serviceMonitor, serviceMonitor, podMonitor) },
    ),
    services: fc.array(service, { minLength: 1, maxLength: 3 }),
    pods: fc.array(pod, { minLength: 1, maxLength: 3 }),
    defaults: sparse({
      scrapeInterval: fc.constantFrom('5s', '1m'),
      scrapeTimeout: fc.constantFrom('3s', '5s'),
      podTargetLabels: fc.constant(['rollouts-pod-template-hash']),
      serviceDiscoveryRole: fc.constant('endpointslice'),
    }),
    samples: fc.array(sample, { minLength: 1, maxLength: 3 }),
  })
  .map(({ monitors, services, pods, ...rest }) => ({
    manifests: [...monitors, ...services].map(named),
    pods: pods.map(({ hasAddress, ...one }, i) =>
      withoutUndefined({ name: `shop-${i}`, ip: hasAddress ? `10.0.0.${i + 1}` : undefined, ...one }),
    ),
    ...rest,
  }));

const named = (manifest, i) => ({
  ...manifest,
  metadata: { ...manifest.metadata, name: `${manifest.metadata.name}-${i}` },
});
