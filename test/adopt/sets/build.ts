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

export const NS = 'pay';
export const APP = 'ledger';
const PROMETHEUS = 'http://prometheus.monitoring:9090';
export const labels = { app: APP };

export const meta = (name: string, more: object = {}) => ({ name, namespace: NS, ...more });

/** A container with what the public likes to state. */
export const container = (more: object = {}) => ({
  name: APP,
  image: 'registry.example.com/ledger:5.1.0',
  ports: [{ name: 'http', containerPort: 8080 }],
  ...more,
});

export const template = (spec: object = {}, metadata: object = { labels }) => ({
  metadata,
  spec: { containers: [container()], ...spec },
});

export const rollout = (strategy: object, more: object = {}, pods: object = template()): Obj => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: meta(APP),
  spec: { replicas: 4, selector: { matchLabels: labels }, template: pods, strategy, ...more },
});

export const service = (name: string, more: object = {}, selector: object = labels): Obj => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...more },
});

export const services = () => [service(`${APP}-stable`), service(`${APP}-canary`)];

export const virtualService = (http: object = {}, more: object = {}, name = APP): Obj => ({
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

export const analysis = (name: string, metrics: object[], args?: object[]): Obj => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: meta(name),
  spec: { ...(args ? { args } : {}), metrics },
});

export const prometheus = (query: string) => ({ prometheus: { address: PROMETHEUS, query } });
export const success =
  'sum(rate(http_requests_total{service="ledger-canary",code!~"5.."}[5m])) / sum(rate(http_requests_total{service="ledger-canary"}[5m]))';

export const steps = [{ setWeight: 20 }, { pause: { duration: '5m' } }, { setWeight: 60 }, { pause: {} }];
export const both = { canaryService: `${APP}-canary`, stableService: `${APP}-stable` };
export const istio = { istio: { virtualService: { name: APP, routes: ['primary'] } } };
export const byIstio = (more: object = {}) => ({ canary: { ...both, trafficRouting: istio, steps, ...more } });
export const routed = (routing: object, more: object = {}) => ({
  canary: { ...both, trafficRouting: routing, steps, ...more },
});
export const base = () => [rollout(byIstio()), ...services(), virtualService()];
/** A set behind Istio whose pods, container or Rollout say more. */
export const podSet = (spec: object, metadata?: object) => [
  rollout(byIstio(), {}, template(spec, metadata)),
  ...services(),
  virtualService(),
];
export const containerSet = (more: object) => podSet({ containers: [container(more)] });
export const judged = (metric: object, args?: object[], step: object = {}) => [
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
export const object = (apiVersion: string, kind: string, name: string, spec: object): Obj => ({
  apiVersion,
  kind,
  metadata: meta(name),
  spec,
});
export const ingress = (more: object = {}): Obj => ({
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
export const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', APP, {
  scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: APP },
  minReplicas: 3,
  maxReplicas: 30,
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 65 } } }],
});
export const unscaled = (strategy: object) => {
  const made = rollout(strategy);
  const { replicas: _, ...spec } = made.spec as { replicas: number };
  return { ...made, spec };
};
export const subsets = (): Obj => ({
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
export const deployment = (spec: object = {}, pods: object = template()): Obj => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(APP),
  spec: { replicas: 3, selector: { matchLabels: labels }, template: pods, ...spec },
});

export const manifestsOf = ({ objects }: ManifestSet): string =>
  objects.map((one) => stringify(one, { aliasDuplicateObjects: false, version: '1.1' })).join('---\n');
