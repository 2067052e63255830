// Everything that reads a file of unknown origin: a valid example of it, and the commands that read it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const file = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const folder = (name: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(ROOT, name))
      .filter((one) => one.endsWith('.yaml'))
      .map((one) => [one, file(join(name, one))]),
  );

/** What reads a file. */
export interface Reader {
  readonly name: string;
  /** The file that gets the wrong values. */
  readonly file: string;
  readonly text: string;
  /** Files beside it. */
  readonly others?: Readonly<Record<string, string>>;
  readonly commands: readonly (readonly string[])[];
}

const QUICKSTART = file('dist/quickstart.k8s.yaml');

const CANARY = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: shop, namespace: shop, labels: { team: a } }
spec:
  image: ghcr.io/example/shop:1.0.0
  port: 8080
  hosts: [shop.example.com]
  replicas: 3
  prometheus: http://prometheus.monitoring:9090
  env: { A: b }
  resources: { cpu: { request: 100m } }
  steps: [{ setWeight: 10 }, { pause: { duration: 5m } }, analysis, { setWeight: 50 }]
  checks: [{ errorRatio: { max: 1% } }]
`;

const DEFAULTS = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryDefaults
spec: { prometheus: 'http://prometheus.monitoring:9090', env: { A: b }, steps: [{ setWeight: 10 }, { pause: {} }, analysis] }
`;

const OVERLAY = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: shop }
spec: { replicas: 5, hosts: [a.example.com], steps: [{ setWeight: 20 }, { pause: {} }] }
`;

const CONFIG = `select: [MON, ANA]
ignore: [ANA001]
failOn: error
closedWorld: true
baseline: baseline.json
severity: { MON001: note }
versions: { argoRollouts: 1.8 - 1.10, prometheus: '3.2' }
`;

const BASELINE = JSON.stringify({
  version: 1,
  findings: [{ code: 'MON001', file: 'a.yaml', resource: 'Service a', path: 'spec', count: 1 }],
});

const PROFILE = `rps: [20, 30]
startsAt: "13:30"
users: 100
baselineErrorRate: 0.1%
errorRate: 2%
baselineLatency: { p50: 10ms, p99: 1s }
latency: { p50: 0.02, p99: 2s }
latencyBuckets: [0.1, 0.5, 1]
podStart: 30s
pods: 3
approvalAfter: 5m
countersFromZero: true
slo: 99.9%
sloDays: 30
`;

const SCENARIOS = `manifests: a.yaml
rollout: quickstart
traffic: { rps: 20, baselineErrorRate: 0, profile: profile.yaml }
person: 1m
prometheus: { unreachable-from: 4m, for: 1m }
assume: { errors: success }
metrics: { errors: 'failures:5m' }
scenarios:
  - name: one
    version: { fails: 2%, latency-factor: 2, crashes-after: 1m, restarts: 1 }
    traffic: { stops-after: 4m }
    expect: aborted
    within: 7m
    failed-requests: < 500
    seed: 1
    repeat: 1
    retry: { after: 15m, version: healthy, expect: promoted, within: 3m }
  - name: two
    replay: { file: replay.json, canary-hash: a, from: '2026-01-31T12:00:00Z' }
    expect: promoted
`;

const REPLAY = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'http_requests_total', pod: 'quickstart-5f7d8c9b4-abcde', code: '200' },
        values: [
          [1700000000, '1'],
          [1700000030, '2'],
        ],
      },
    ],
  },
});

const KUSTOMIZATION = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [a.yaml, ../b]
components: [c]
patches: [{ path: patch.yaml, target: { kind: Rollout } }]
patchesStrategicMerge: [p.yaml]
generators: [g.yaml]
configMapGenerator: [{ name: a, files: [x=y.txt], envs: [e.env] }]
helmCharts: [{ name: a, valuesFile: v.yaml, additionalValuesFiles: [w.yaml] }]
`;

const CHART = { 'chart/templates/a.yaml': 'a: {{ .Values.x }}\n', 'chart/values.yaml': 'x: 1\n' };

/** Of kinds that the fixtures do not have. */
const OTHERS = `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: a, namespace: shop }
spec: { workloadSelector: { labels: { app: a } }, egress: [{ hosts: ['./*'] }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: shop }
spec: { selector: { matchLabels: { app: a } }, action: ALLOW, rules: [{ from: [{ source: { principals: [b] } }], to: [{ operation: { ports: ['80'] } }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: shop }
spec:
  parentRefs: [{ name: gw }]
  hostnames: [a.example.com]
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], backendRefs: [{ name: a, port: 80, weight: 1 }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: a, port: 80 } } }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Same } } }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ namespaceSelector: {}, podSelector: {} }], ports: [{ port: 80 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a, namespace: shop, annotations: { nginx.ingress.kubernetes.io/canary: 'true' } }
spec: { rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: a, namespace: argocd }
spec:
  project: default
  source: { repoURL: 'https://example.com/x.git', path: ., targetRevision: HEAD }
  destination: { server: 'https://kubernetes.default.svc', namespace: shop }
  syncPolicy: { automated: { selfHeal: true }, syncOptions: [ServerSideApply=true] }
  ignoreDifferences: [{ group: networking.istio.io, kind: VirtualService, jsonPointers: [/spec/http/0] }]
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: a, namespace: argocd }
spec: { generators: [{ list: { elements: [{ a: b }] } }], template: { metadata: { name: x }, spec: { project: default, source: { repoURL: x }, destination: { namespace: shop } } } }
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: a, namespace: shop }
spec: { host: a.example.com, to: { kind: Service, name: a, weight: 100 }, alternateBackends: [{ kind: Service, name: b, weight: 0 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: notifications, namespace: shop }
data: { a: b }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: a, namespace: shop }
spec: { scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: a }, minReplicaCount: 1, maxReplicaCount: 3, triggers: [{ type: cpu, metadata: { value: '5' } }] }
---
apiVersion: v1
kind: List
items: [{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80 }] } }]
`;

const READ_MANIFESTS: readonly (readonly string[])[] = [
  ['lint', '.', '-f', 'sarif', '--closed-world'],
  ['plan', '.'],
  ['simulate', '.', '--runs', '2'],
  ['adopt', '.'],
  ['upgrade', '.', '--from', 'argo-rollouts=1.7', '--to', 'argo-rollouts=1.10'],
  ['as-deployments', '.'],
  ['diff', '.', '--cluster', '.'],
  ['design', '.', '-o', '../page.html'],
];

const manifests = (name: string, text: string): Reader => ({
  name: `manifests: ${name}`,
  file: 'a.yaml',
  text,
  commands: READ_MANIFESTS,
});

/** All of them. */
export const READERS: readonly Reader[] = [
  ...Object.entries(folder('test/fixtures/correct')).map(([name, text]) => manifests(name, text)),
  manifests('Flagger', Object.values(folder('test/fixtures/flagger')).join('---\n')),
  manifests('as synth renders', QUICKSTART),
  manifests('other kinds', OTHERS),
  {
    name: 'objects of a cluster',
    file: 'a.yaml',
    text: file('test/fixtures/explain/aborted.yaml'),
    commands: [
      ['explain', 'a.yaml'],
      ['explain', 'a.yaml', '-f', 'html'],
      ['diff', 'a.yaml', '--cluster', 'a.yaml'],
    ],
  },
  {
    name: 'canary file',
    file: 'shop.canary.yaml',
    text: CANARY,
    commands: [
      ['synth', '.', '-o', '-'],
      ['lint', '.'],
      ['show', '.'],
      ['design', '.', '-o', '../page.html'],
    ],
  },
  {
    name: 'defaults of canary files',
    file: 'canary.defaults.yaml',
    text: DEFAULTS,
    others: { 'shop.canary.yaml': CANARY },
    commands: [
      ['synth', '.', '-o', '-'],
      ['show', '.'],
    ],
  },
  {
    name: 'overlay of a canary file',
    file: 'shop.canary.staging.yaml',
    text: OVERLAY,
    others: { 'shop.canary.yaml': CANARY },
    commands: [
      ['synth', '.', '-o', '-', '--env', 'staging'],
      ['show', '.', '--env', 'staging'],
    ],
  },
  {
    name: 'configuration',
    file: '.cdk8s-canary.yaml',
    text: CONFIG,
    others: { 'a.yaml': QUICKSTART, 'baseline.json': BASELINE },
    commands: [
      ['lint', '.'],
      ['plan', '.'],
    ],
  },
  {
    name: 'baseline',
    file: 'baseline.json',
    text: BASELINE,
    others: { 'a.yaml': QUICKSTART, '.cdk8s-canary.yaml': 'baseline: baseline.json\n' },
    commands: [['lint', 'a.yaml']],
  },
  {
    name: 'traffic profile',
    file: 'profile.yaml',
    text: PROFILE,
    others: { 'a.yaml': QUICKSTART },
    commands: [
      ['simulate', 'a.yaml', '--profile', 'profile.yaml', '--runs', '2'],
      ['design', 'a.yaml', '--profile', 'profile.yaml', '-o', '../page.html'],
    ],
  },
  {
    name: 'scenarios',
    file: 'a.scenarios.yaml',
    text: SCENARIOS,
    others: { 'a.yaml': QUICKSTART, 'profile.yaml': PROFILE, 'replay.json': REPLAY },
    commands: [
      ['test', '.', '--engine', 'simulation'],
      ['test', '.', '--coverage'],
    ],
  },
  {
    name: 'replay',
    file: 'replay.json',
    text: REPLAY,
    others: { 'a.yaml': QUICKSTART },
    commands: [['rehearse', 'a.yaml', '--replay', 'replay.json']],
  },
  {
    name: 'kustomization',
    file: 'kustomization.yaml',
    text: KUSTOMIZATION,
    others: { 'a.yaml': QUICKSTART, 'patch.yaml': 'kind: Rollout\n' },
    commands: [
      ['lint', '.'],
      ['lint', 'a.yaml'],
    ],
  },
  {
    name: 'chart',
    file: 'chart/Chart.yaml',
    text: 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{ name: a, version: 1.0.0 }]\n',
    others: CHART,
    commands: [['lint', '.']],
  },
  {
    name: 'KRM list',
    file: 'list.yaml',
    text: `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig: ${JSON.stringify({ apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryDefaults', metadata: { name: 'x' }, spec: { replicas: 3 } })}
items:
  - ${JSON.stringify({ apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryApp', metadata: { name: 'shop', annotations: { 'internal.config.kubernetes.io/path': 'a.yaml' } }, spec: { image: 'a:1', port: 80, hosts: ['a.example.com'], prometheus: 'http://p:9090' } })}
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
`,
    commands: [['krm', '<list.yaml']],
  },
];
