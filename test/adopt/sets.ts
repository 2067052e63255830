import { stringify } from 'yaml';

/** Objects as tests write them. */
export interface Obj {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A set of manifests, and what adopt must make of it. */
export interface ManifestSet {
  readonly name: string;
  readonly objects: readonly Obj[];
  /** Why it is refused. Undefined: the spec must render the same objects. */
  readonly refused?: string;
}

const NS = 'pay';
const APP = 'ledger';
const PROMETHEUS = 'http://prometheus.monitoring:9090';
const labels = { app: APP };

const meta = (name: string, more: object = {}) => ({ name, namespace: NS, ...more });

/** A container with what the public likes to state. */
const container = (more: object = {}) => ({
  name: APP,
  image: 'registry.example.com/ledger:5.1.0',
  ports: [{ name: 'http', containerPort: 8080 }],
  ...more,
});

const template = (spec: object = {}, metadata: object = { labels }) => ({
  metadata,
  spec: { containers: [container()], ...spec },
});

const rollout = (strategy: object, more: object = {}, pods: object = template()): Obj => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: meta(APP),
  spec: { replicas: 4, selector: { matchLabels: labels }, template: pods, strategy, ...more },
});

const service = (name: string, more: object = {}, selector: object = labels): Obj => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...more },
});

const services = () => [service(`${APP}-stable`), service(`${APP}-canary`)];

const virtualService = (http: object = {}, more: object = {}, name = APP): Obj => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: meta(name),
  spec: {
    hosts: ['ledger.example.com'],
    gateways: ['istio-system/public'],
    http: [
      {
        name: 'primary',
        route: [
          { destination: { host: `${APP}-stable` }, weight: 100 },
          { destination: { host: `${APP}-canary` }, weight: 0 },
        ],
        ...http,
      },
    ],
    ...more,
  },
});

const analysis = (name: string, metrics: object[], args?: object[]): Obj => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: meta(name),
  spec: { ...(args ? { args } : {}), metrics },
});

const prometheus = (query: string) => ({ prometheus: { address: PROMETHEUS, query } });
const success =
  'sum(rate(http_requests_total{service="ledger-canary",code!~"5.."}[5m])) / sum(rate(http_requests_total{service="ledger-canary"}[5m]))';

const steps = [{ setWeight: 20 }, { pause: { duration: '5m' } }, { setWeight: 60 }, { pause: {} }];
const both = { canaryService: `${APP}-canary`, stableService: `${APP}-stable` };
const istio = { istio: { virtualService: { name: APP, routes: ['primary'] } } };
const byIstio = (more: object = {}) => ({ canary: { ...both, trafficRouting: istio, steps, ...more } });
const routed = (routing: object, more: object = {}) => ({
  canary: { ...both, trafficRouting: routing, steps, ...more },
});
const base = () => [rollout(byIstio()), ...services(), virtualService()];
/** A set behind Istio whose pods, container or Rollout say more. */
const podSet = (spec: object, metadata?: object) => [
  rollout(byIstio(), {}, template(spec, metadata)),
  ...services(),
  virtualService(),
];
const containerSet = (more: object) => podSet({ containers: [container(more)] });
const judged = (metric: object, args?: object[], step: object = {}) => [
  rollout(
    byIstio({
      steps: [
        { setWeight: 50 },
        { pause: { duration: '5m' } },
        { analysis: { templates: [{ templateName: 'health' }], ...step } },
      ],
    }),
  ),
  ...services(),
  virtualService(),
  analysis('health', [{ name: 'health', interval: '1m', count: 3, failureLimit: 1, ...metric }], args),
];
const object = (apiVersion: string, kind: string, name: string, spec: object): Obj => ({
  apiVersion,
  kind,
  metadata: meta(name),
  spec,
});
const ingress = (more: object = {}): Obj => ({
  ...object('networking.k8s.io/v1', 'Ingress', APP, {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'ledger.example.com',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: `${APP}-stable`, port: { number: 80 } } } },
          ],
        },
      },
    ],
  }),
  ...more,
});
const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', APP, {
  scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: APP },
  minReplicas: 3,
  maxReplicas: 30,
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 65 } } }],
});
const unscaled = (strategy: object) => {
  const made = rollout(strategy);
  const { replicas: _, ...spec } = made.spec as { replicas: number };
  return { ...made, spec };
};
const subsets = (): Obj => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'DestinationRule',
  metadata: meta(`${APP}-versions`),
  spec: {
    host: APP,
    subsets: [
      { name: 'stable', labels },
      { name: 'canary', labels },
    ],
  },
});
const deployment = (spec: object = {}, pods: object = template()): Obj => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(APP),
  spec: { replicas: 3, selector: { matchLabels: labels }, template: pods, ...spec },
});

/** Sets of manifests in the styles that public repositories have. */
export const SETS: readonly ManifestSet[] = [
  // Istio, by Services.
  { name: 'Istio, two Services and a gateway elsewhere', objects: base() },
  { name: 'Istio, a Service of all pods beside the two', objects: [...base(), service(APP)] },
  {
    name: 'Istio, routes not named',
    objects: [
      rollout(routed({ istio: { virtualService: { name: APP } } })),
      ...services(),
      virtualService({ name: undefined }),
    ],
  },
  {
    name: 'Istio, retries and a timeout',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService({ timeout: '3s', retries: { attempts: 2, perTryTimeout: '1s', retryOn: '5xx' } }),
    ],
  },
  {
    name: 'Istio, a header match before the split',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService(
        {},
        {
          http: [
            {
              name: 'beta',
              match: [{ headers: { 'x-beta': { exact: 'yes' } } }],
              route: [{ destination: { host: `${APP}-canary` } }],
            },
            {
              name: 'primary',
              route: [
                { destination: { host: `${APP}-stable` }, weight: 100 },
                { destination: { host: `${APP}-canary` }, weight: 0 },
              ],
            },
          ],
        },
      ),
    ],
  },
  {
    name: 'Istio, with its gateway',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService({}, { gateways: [`${APP}-gw`] }),
      object('networking.istio.io/v1', 'Gateway', `${APP}-gw`, {
        selector: { istio: 'ingressgateway' },
        servers: [
          {
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            hosts: ['ledger.example.com'],
            tls: { mode: 'SIMPLE', credentialName: 'ledger-cert' },
          },
        ],
      }),
    ],
  },
  {
    name: 'Istio, v1beta1 of its API',
    objects: [rollout(byIstio()), ...services(), { ...virtualService(), apiVersion: 'networking.istio.io/v1beta1' }],
  },
  {
    name: 'Istio, Services of other names',
    objects: [
      rollout({ canary: { canaryService: 'ledger-next', stableService: 'ledger-now', trafficRouting: istio, steps } }),
      service('ledger-now'),
      service('ledger-next'),
      virtualService({
        route: [
          { destination: { host: 'ledger-now' }, weight: 100 },
          { destination: { host: 'ledger-next' }, weight: 0 },
        ],
      }),
    ],
  },
  {
    name: 'Istio, Services with annotations and a node port',
    objects: [
      rollout(byIstio()),
      {
        ...service(`${APP}-stable`, { type: 'NodePort' }),
        metadata: meta(`${APP}-stable`, { annotations: { team: 'money' } }),
      },
      service(`${APP}-canary`),
      virtualService(),
    ],
  },
  {
    name: 'Istio, subsets',
    objects: [
      rollout({
        canary: {
          trafficRouting: {
            istio: {
              virtualService: { name: APP, routes: ['primary'] },
              destinationRule: { name: `${APP}-versions`, stableSubsetName: 'stable', canarySubsetName: 'canary' },
            },
          },
          steps,
        },
      }),
      service(APP),
      virtualService({
        route: [
          { destination: { host: APP, subset: 'stable' }, weight: 100 },
          { destination: { host: APP, subset: 'canary' }, weight: 0 },
        ],
      }),
      subsets(),
    ],
  },
  {
    name: 'Istio, a TCP port',
    objects: [
      rollout(
        routed({ istio: { virtualService: { name: APP, tcpRoutes: [{ port: 3000 }] } } }),
        {},
        template({ containers: [container({ ports: [{ name: 'tcp', containerPort: 3000 }] })] }),
      ),
      ...[`${APP}-stable`, `${APP}-canary`].map((name) =>
        service(name, { ports: [{ name: 'tcp', port: 3000, targetPort: 'tcp' }] }),
      ),
      {
        ...virtualService(),
        spec: {
          hosts: ['ledger.example.com'],
          gateways: ['istio-system/public'],
          tcp: [
            {
              match: [{ port: 3000 }],
              route: [
                { destination: { host: `${APP}-stable`, port: { number: 3000 } }, weight: 100 },
                { destination: { host: `${APP}-canary`, port: { number: 3000 } }, weight: 0 },
              ],
            },
          ],
        },
      },
    ],
  },
  // No router.
  {
    name: 'no router, a Service of all pods',
    objects: [rollout({ canary: { steps, maxSurge: '25%', maxUnavailable: 0 } }), service(APP)],
  },
  { name: 'no router, no Service', objects: [rollout({ canary: { steps } })] },
  { name: 'no router, Services of the versions', objects: [rollout({ canary: { ...both, steps } }), ...services()] },
  {
    name: 'no router, surge in pods',
    objects: [rollout({ canary: { steps, maxSurge: 1, maxUnavailable: '20%' } }), service(APP)],
  },
  {
    name: 'no router, an Ingress before it',
    objects: [rollout({ canary: { steps } }), service(`${APP}-stable`), ingress()],
  },
  // Other routers.
  { name: 'nginx', objects: [rollout(routed({ nginx: { stableIngress: APP } })), ...services(), ingress()] },
  {
    name: 'nginx, annotations and a header',
    objects: [
      rollout(
        routed({ nginx: { stableIngress: APP, additionalIngressAnnotations: { 'canary-by-header': 'X-Canary' } } }),
      ),
      ...services(),
      ingress(),
    ],
  },
  {
    name: 'ALB',
    objects: [
      rollout(routed({ alb: { ingress: APP, servicePort: 80, rootService: `${APP}-root` } })),
      ...services(),
      service(`${APP}-root`),
      ingress(),
    ],
  },
  {
    name: 'ALB, ping-pong',
    objects: [
      rollout({
        canary: {
          pingPong: { pingService: `${APP}-ping`, pongService: `${APP}-pong` },
          trafficRouting: { alb: { ingress: APP, servicePort: 80 } },
          steps,
        },
      }),
      service(`${APP}-ping`),
      service(`${APP}-pong`),
      ingress(),
    ],
  },
  {
    name: 'Traefik',
    objects: [
      rollout(routed({ traefik: { weightedTraefikServiceName: APP } })),
      ...services(),
      object('traefik.io/v1alpha1', 'TraefikService', APP, {
        weighted: {
          services: [
            { name: `${APP}-stable`, port: 80 },
            { name: `${APP}-canary`, port: 80 },
          ],
        },
      }),
    ],
  },
  {
    name: 'SMI',
    objects: [rollout(routed({ smi: { rootService: APP, trafficSplitName: APP } })), ...services(), service(APP)],
  },
  {
    name: 'App Mesh',
    objects: [
      rollout(
        routed({
          appMesh: {
            virtualService: { name: APP, routes: ['r'] },
            virtualNodeGroup: { canaryVirtualNodeRef: { name: 'c' }, stableVirtualNodeRef: { name: 's' } },
          },
        }),
      ),
      ...services(),
    ],
  },
  {
    name: 'Ambassador',
    objects: [
      rollout(routed({ ambassador: { mappings: [APP] } })),
      ...services(),
      object('getambassador.io/v2', 'Mapping', APP, { prefix: '/', service: `${APP}-stable:80` }),
    ],
  },
  { name: 'APISIX', objects: [rollout(routed({ apisix: { route: { name: APP, rules: ['r'] } } })), ...services()] },
  {
    name: 'a plugin',
    objects: [rollout(routed({ plugins: { 'example/contour': { namespace: NS, routeName: APP } } })), ...services()],
  },
  {
    name: 'two routers',
    objects: [rollout(routed({ ...istio, nginx: { stableIngress: APP } })), ...services(), virtualService(), ingress()],
  },
  {
    name: 'Gateway API',
    objects: [
      rollout(routed({ plugins: { 'argoproj-labs/gatewayAPI': { namespace: NS, httpRoute: APP } } })),
      ...services(),
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', APP, {
        parentRefs: [{ name: 'public', namespace: 'gateways' }],
        hostnames: ['ledger.example.com'],
        rules: [
          {
            backendRefs: [
              { name: `${APP}-stable`, port: 80 },
              { name: `${APP}-canary`, port: 80 },
            ],
          },
        ],
      }),
    ],
  },
  // Blue-green.
  {
    name: 'blue-green, manual approval',
    objects: [
      rollout({
        blueGreen: { activeService: `${APP}-active`, previewService: `${APP}-preview`, autoPromotionEnabled: false },
      }),
      service(`${APP}-active`),
      service(`${APP}-preview`),
    ],
  },
  {
    name: 'blue-green, by itself after a time',
    objects: [
      rollout({
        blueGreen: {
          activeService: APP,
          previewService: `${APP}-preview`,
          autoPromotionSeconds: 300,
          scaleDownDelaySeconds: 60,
          previewReplicaCount: 1,
        },
      }),
      service(APP),
      service(`${APP}-preview`),
    ],
  },
  {
    name: 'blue-green, analyses around the promotion',
    objects: [
      rollout({
        blueGreen: {
          activeService: APP,
          previewService: `${APP}-preview`,
          autoPromotionEnabled: true,
          prePromotionAnalysis: {
            templates: [{ templateName: 'smoke' }],
            args: [{ name: 'service', value: `${APP}-preview` }],
          },
          postPromotionAnalysis: { templates: [{ templateName: 'smoke' }], args: [{ name: 'service', value: APP }] },
        },
      }),
      service(APP),
      service(`${APP}-preview`),
      analysis(
        'smoke',
        [
          {
            name: 'smoke',
            provider: prometheus('up{service="{{args.service}}"}'),
            successCondition: 'len(result) > 0 && result[0] == 1',
          },
        ],
        [{ name: 'service' }],
      ),
    ],
  },
  { name: 'blue-green, no preview', objects: [rollout({ blueGreen: { activeService: APP } }), service(APP)] },
  // A Deployment that the Rollout refers to.
  {
    name: 'workloadRef',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 3,
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: APP, scaleDown: 'onsuccess' },
          strategy: byIstio(),
        },
      },
      deployment({ replicas: 0 }),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'workloadRef to a Deployment of another name',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 3,
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger-pods' },
          strategy: byIstio(),
        },
      },
      { ...deployment(), metadata: meta('ledger-pods') },
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'workloadRef to what is not there',
    objects: [
      {
        ...rollout(byIstio()),
        spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' }, strategy: byIstio() },
      },
      ...services(),
      virtualService(),
    ],
    refused: 'it refers to Deployment gone, which is not among the files',
  },
  // What judges.
  {
    name: 'a share of successes',
    objects: judged({ successCondition: 'len(result) > 0 && result[0] >= 0.95', provider: prometheus(success) }),
  },
  {
    name: 'both conditions',
    objects: judged({
      successCondition: 'len(result) > 0 && result[0] >= 0.99',
      failureCondition: 'len(result) > 0 && result[0] < 0.95',
      inconclusiveLimit: 2,
      provider: prometheus(success),
    }),
  },
  {
    name: 'arguments',
    objects: judged(
      {
        successCondition: 'len(result) > 0 && result[0] <= 0.5',
        provider: prometheus(
          'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{service="{{args.service}}"}[5m])))',
        ),
      },
      [{ name: 'service' }],
      { args: [{ name: 'service', value: `${APP}-canary` }] },
    ),
  },
  {
    name: 'a web answer',
    objects: judged({
      successCondition: 'result.ok == true',
      provider: { web: { url: 'https://status.example.com/ledger', jsonPath: '{$.data}', timeoutSeconds: 5 } },
    }),
  },
  {
    name: 'a Job',
    objects: judged({
      interval: undefined,
      count: 1,
      provider: {
        job: {
          spec: {
            backoffLimit: 0,
            template: {
              spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', image: 'registry.example.com/smoke:3' }] },
              metadata: {
                labels: { 'sidecar.istio.io/inject': 'false' },
                annotations: { 'sidecar.istio.io/inject': 'false' },
              },
            },
          },
        },
      },
    }),
  },
  {
    name: 'Datadog',
    objects: judged({
      successCondition: 'default(result, 0) <= 0.01',
      provider: { datadog: { apiVersion: 'v2', interval: '5m', query: 'sum:requests.error.rate{service:ledger}' } },
    }),
  },
  {
    name: 'New Relic',
    objects: judged({
      successCondition: 'result.rate >= 0.95',
      provider: {
        newRelic: {
          profile: 'prod',
          query: 'FROM Transaction SELECT percentage(count(*), WHERE httpResponseCode != 500) as rate',
        },
      },
    }),
  },
  {
    name: 'a background analysis',
    objects: [
      rollout(byIstio({ analysis: { templates: [{ templateName: 'health' }], startingStep: 2 } })),
      ...services(),
      virtualService(),
      analysis('health', [
        {
          name: 'health',
          interval: '1m',
          failureLimit: 3,
          successCondition: 'len(result) > 0 && result[0] >= 0.95',
          provider: prometheus(success),
        },
      ]),
    ],
  },
  // Steps.
  {
    name: 'a canary scale',
    objects: [
      rollout(
        byIstio({
          steps: [
            { setCanaryScale: { replicas: 1 } },
            { setWeight: 10 },
            { pause: { duration: '10m' } },
            { setCanaryScale: { matchTrafficWeight: true } },
            { setWeight: 50 },
            { pause: { duration: 60 } },
          ],
        }),
      ),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'a header route',
    objects: [
      rollout({
        canary: {
          ...both,
          trafficRouting: { ...istio, managedRoutes: [{ name: 'beta' }] },
          steps: [
            { setCanaryScale: { replicas: 1 } },
            { setHeaderRoute: { name: 'beta', match: [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }] } },
            { pause: {} },
            { setHeaderRoute: { name: 'beta' } },
            { setWeight: 50 },
            { pause: { duration: '5m' } },
          ],
        },
      }),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'an experiment',
    objects: [
      rollout(
        byIstio({
          steps: [
            {
              experiment: {
                duration: '10m',
                templates: [
                  { name: 'baseline', specRef: 'stable' },
                  { name: 'canary', specRef: 'canary' },
                ],
                analyses: [{ name: 'compare', templateName: 'health' }],
              },
            },
            { setWeight: 50 },
            { pause: {} },
          ],
        }),
      ),
      ...services(),
      virtualService(),
      analysis('health', [
        {
          name: 'health',
          interval: '1m',
          count: 5,
          failureLimit: 1,
          successCondition: 'len(result) > 0 && result[0] >= 0.95',
          provider: prometheus(success),
        },
      ]),
    ],
  },
  {
    name: 'no steps',
    objects: [rollout({ canary: { maxSurge: '25%' } }), service(APP)],
    refused: 'its canary strategy has no steps',
  },
  { name: 'no strategy', objects: [rollout({})], refused: 'it has no strategy' },
  {
    name: 'delays, history and anti-affinity',
    objects: [
      rollout(
        byIstio({
          scaleDownDelaySeconds: 120,
          abortScaleDownDelaySeconds: 60,
          antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 50 } },
        }),
        {
          revisionHistoryLimit: 3,
          progressDeadlineSeconds: 900,
          minReadySeconds: 20,
          rollbackWindow: { revisions: 2 },
        },
      ),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'metadata of canary and stable pods',
    objects: [
      rollout(
        byIstio({ canaryMetadata: { labels: { role: 'canary' } }, stableMetadata: { labels: { role: 'stable' } } }),
      ),
      ...services(),
      virtualService(),
    ],
  },
  // Pods.
  {
    name: 'bare probes',
    objects: containerSet({
      readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      livenessProbe: { httpGet: { path: '/live', port: 'http' } },
    }),
  },
  {
    name: 'gRPC and TCP probes',
    objects: containerSet({
      readinessProbe: { grpc: { port: 8080 } },
      livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20 },
      startupProbe: { exec: { command: ['/bin/ready'] }, failureThreshold: 30 },
    }),
  },
  {
    name: 'hardened pods',
    objects: podSet({
      securityContext: { runAsNonRoot: true, fsGroup: 2000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        container({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        }),
      ],
    }),
  },
  {
    name: 'topology spread and tolerations',
    objects: podSet({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
        },
      ],
      tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
      nodeSelector: { pool: 'web' },
      priorityClassName: 'high',
    }),
  },
  {
    name: 'an optional ConfigMap',
    objects: containerSet({
      envFrom: [
        { configMapRef: { name: 'settings', optional: true } },
        { secretRef: { name: 'tokens' }, prefix: 'T_' },
      ],
    }),
  },
  {
    name: 'quantities of every form',
    objects: containerSet({
      resources: {
        requests: { cpu: '0.25', memory: '128974848' },
        limits: { cpu: '1500m', memory: '1.5Gi', 'ephemeral-storage': '2G' },
      },
    }),
  },
  {
    name: 'several ports',
    objects: containerSet({
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'grpc', containerPort: 9000, protocol: 'TCP' },
        { containerPort: 9102 },
      ],
    }),
  },
  {
    name: 'environment variables that look like other things',
    objects: containerSet({
      env: [
        { name: 'A', value: 'on' },
        { name: 'B', value: '0x1F' },
        { name: 'C', value: '1e3' },
        { name: 'D', value: '2026-01-01' },
        { name: 'E', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'F', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
        { name: 'G', value: '$(A)-x' },
      ],
    }),
  },
  {
    name: 'sidecars, init containers and volumes',
    objects: podSet({
      containers: [
        container({
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'conf', mountPath: '/etc/app', readOnly: true },
          ],
        }),
        { name: 'proxy', image: 'registry.example.com/proxy:2', args: ['--quiet'] },
      ],
      initContainers: [{ name: 'wait', image: 'registry.example.com/wait:1', command: ['sh', '-c', 'true'] }],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'conf', projected: { sources: [{ configMap: { name: 'conf' } }] } },
      ],
    }),
  },
  {
    name: 'labels of the recommended kind',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 2,
          selector: { matchLabels: { 'app.kubernetes.io/name': APP } },
          strategy: byIstio(),
          template: template(
            {},
            {
              labels: { 'app.kubernetes.io/name': APP, 'app.kubernetes.io/version': '5.1.0' },
              annotations: { 'prometheus.io/scrape': 'true' },
            },
          ),
        },
      },
      ...[`${APP}-stable`, `${APP}-canary`].map((name) => service(name, {}, { 'app.kubernetes.io/name': APP })),
      virtualService(),
    ],
  },
  {
    name: 'image pull secrets, account and DNS',
    objects: podSet({
      imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }],
      serviceAccountName: 'ledger-runner',
      automountServiceAccountToken: false,
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 60,
      enableServiceLinks: false,
    }),
  },
  {
    name: 'fields newer than the constructs',
    objects: containerSet({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }),
  },
  // Companions.
  { name: 'an autoscaler', objects: [unscaled(byIstio()), ...services(), virtualService(), scaler] },
  {
    name: 'a ScaledObject',
    objects: [
      unscaled(byIstio()),
      ...services(),
      virtualService(),
      object('keda.sh/v1alpha1', 'ScaledObject', APP, {
        scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: APP },
        minReplicaCount: 2,
        maxReplicaCount: 20,
        triggers: [
          { type: 'kafka', metadata: { topic: 'payments', lagThreshold: '50' }, authenticationRef: { name: 'kafka' } },
        ],
      }),
    ],
  },
  {
    name: 'a budget, policies and an account',
    objects: [
      rollout(byIstio(), {}, template({ serviceAccountName: APP })),
      ...services(),
      virtualService(),
      object('policy/v1', 'PodDisruptionBudget', APP, { minAvailable: '60%', selector: { matchLabels: labels } }),
      object('networking.k8s.io/v1', 'NetworkPolicy', APP, {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }] }],
      }),
      object('security.istio.io/v1', 'AuthorizationPolicy', APP, {
        selector: { matchLabels: labels },
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }] }],
      }),
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: meta(APP, { annotations: { 'example.com/role': 'ledger' } }),
      },
    ],
  },
  {
    name: 'ConfigMaps, Secrets and a namespace',
    objects: [
      ...base(),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: meta('settings'),
        data: { LEVEL: 'info', FLAG: 'on', DAY: '2026-01-01' },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: meta('tokens'), type: 'Opaque', stringData: { token: 'x' } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NS, labels: { 'istio-injection': 'enabled' } } },
    ],
  },
  {
    name: 'a ServiceMonitor',
    objects: [
      ...base(),
      { ...service(APP), metadata: meta(APP, { labels: { app: APP } }) },
      object('monitoring.coreos.com/v1', 'ServiceMonitor', APP, {
        selector: { matchLabels: { app: APP } },
        endpoints: [{ port: 'http', path: '/metrics', interval: '15s' }],
      }),
    ],
  },
  {
    name: 'what a cluster adds',
    objects: [
      {
        ...rollout(byIstio()),
        metadata: meta(APP, {
          uid: 'a',
          resourceVersion: '1',
          generation: 4,
          creationTimestamp: '2026-01-01T00:00:00Z',
          annotations: { 'rollout.argoproj.io/revision': '7' },
        }),
        status: { phase: 'Healthy' },
      },
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'no port',
    objects: [
      rollout(
        { canary: { steps } },
        {},
        template({ containers: [{ name: APP, image: 'registry.example.com/ledger:5' }] }),
      ),
    ],
    refused: 'its first container has no port',
  },
  {
    name: 'no image',
    objects: [
      rollout({ canary: { steps } }, {}, template({ containers: [{ name: APP, ports: [{ containerPort: 1 }] }] })),
    ],
    refused: 'its first container has no image',
  },
  // Deployments.
  { name: 'a Deployment and its Service', objects: [deployment(), service(APP)] },
  {
    name: 'a Deployment, autoscaled',
    objects: [
      deployment(),
      service(APP),
      {
        ...scaler,
        spec: { ...(scaler.spec as object), scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: APP } },
      },
    ],
  },
  {
    name: 'a Deployment that must not run twice',
    objects: [deployment({ strategy: { type: 'Recreate' } }), service(APP)],
    refused: 'its strategy is Recreate',
  },
  {
    name: 'a database',
    objects: [deployment({}, template({ containers: [container({ image: 'postgres:16' })] })), service(APP)],
    refused: 'its image postgres:16 is a data store',
  },
];

export const manifestsOf = ({ objects }: ManifestSet): string =>
  objects.map((one) => stringify(one, { aliasDuplicateObjects: false, version: '1.1' })).join('---\n');
