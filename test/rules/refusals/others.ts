import {
  documents,
  exampleApplication,
  exampleApplied,
  exampleService,
  ignoring,
} from '../../../src/rules/shared/example';
import { badOf, monitor, object, rollout } from './frames';
import type { Refusals } from './refusal';

const steps = 'steps: [{ setWeight: 50 }, { pause: {} }]';
const waved = (manifest: string, wave: string): string =>
  manifest.replace(
    /^( {2}name: \S+)\n/m,
    `$1\n  namespace: shop\n  annotations: { argocd.argoproj.io/sync-wave: '${wave}' }\n`,
  );
const canary = rollout(`canaryService: checkout-canary\nstableService: checkout-stable\n${steps}`);
const application = (fields: string): string => exampleApplied(fields);
const set = (generators: string, name = "'shop-{{env}}'", path = "'{{path}}'", namespace = 'shop'): string =>
  object(
    'argoproj.io/v1alpha1',
    'ApplicationSet',
    'shop',
    `generators: ${generators}
template:
  metadata: { name: ${name} }
  spec:
    project: default
    source: { repoURL: https://git.example.com/shop.git, path: ${path}, targetRevision: main }
    destination: { server: https://kubernetes.default.svc, namespace: ${namespace} }`,
  );
const route = (spec: string): string => object('route.openshift.io/v1', 'Route', 'checkout', spec);

/** The refusals of monitors, of Argo CD's objects and of those of OpenShift. */
export const OTHER_REFUSALS: Refusals = {
  'monitoring/canary-monitoring.ts': [
    ["versionLabel is 'pod-template-hash' without root", 'needed'],
    ["kind is 'pod' without pods", 'needed'],
    ["kind is 'pod' with versionLabel 'service'", 'exclusive'],
    ['rules or dashboard is given without rollout', 'needed'],
  ],
  'monitoring/pod-monitor.ts': [
    [
      'the name of the PodMonitor',
      'SCH006',
      monitor('port: http', 'PodMonitor').replace('name: checkout', "name: 'A B'"),
    ],
    ['which a PodMonitor cannot name', 'SCH003', monitor('port: http\ntlsConfig: { caFile: /etc/ca }', 'PodMonitor')],
  ],
  'monitoring/rollout-dashboard.ts': [
    ['the name of the ConfigMap', 'SCH006', "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: 'A B' }\ndata: {}\n"],
    ['the name of the Rollout', 'SCH006', rollout(steps).replace('name: checkout', "name: 'A B'")],
    ['uid is …, which Grafana refuses', 'computed'],
    ['limits.failureRatio is …', 'computed'],
    ['quantile is …', 'computed'],
    ['the query is no PromQL', 'computed'],
    ['Share of requests that failed', 'text'],
    ['sum by (pod) (kube_pod', 'text'],
    ['What the rollout is doing', 'text'],
    ['max by (phase) (…)', 'text'],
    ['canary beside stable', 'text'],
    ['label_replace(', 'text'],
    ['sum by (reason)', 'text'],
    ['Events of the rollout', 'text'],
    ['(… - (… or … * 0)) > 0', 'text'],
  ],
  'monitoring/rollout-rules.ts': [
    ['window has no effect without requests', 'exclusive'],
    ['The rollout of … was aborted', 'text'],
    ['All requests go to the stable version', 'text'],
    ['The rollout of … is waiting', 'text'],
    ['A part of the requests goes', 'text'],
    ['The rollout of … makes no progress', 'text'],
    ['pods do not become ready within the deadline', 'text'],
    ['max by (name, phase)', 'text'],
    [
      'the name of the PrometheusRule',
      'SCH006',
      object('monitoring.coreos.com/v1', 'PrometheusRule', "'A B'", 'groups: []'),
    ],
    ['the name of the Rollout', 'SCH006', rollout(steps).replace('name: checkout', "name: 'A B'")],
    ['requests has an isolation', 'computed'],
  ],
  'monitoring/scrape-access.ts': [
    [
      'access has …, which the operator refuses',
      'MON014',
      monitor('port: http\nscheme: https\ntlsConfig: { certFile: /etc/c }'),
    ],
    ['a certificate and no privateKey', 'title'],
    ['a privateKey and no certificate', 'title'],
  ],
  'monitoring/scrape-relabeling.ts': [['has an empty regex', 'valid']],
  'monitoring/service-monitor.ts': [
    ['the name of the ServiceMonitor', 'SCH006', monitor('port: http').replace('name: checkout', "name: 'A B'")],
    [
      "has no label '…' to be chosen by",
      'MON001',
      documents(canary, exampleService('checkout-canary'), exampleService('checkout-stable'), monitor('port: http')),
    ],
    [
      "portName is '…', but Service",
      'MON003',
      documents(
        canary,
        exampleService('checkout-canary', undefined, { labels: 'app: checkout' }),
        exampleService('checkout-stable', undefined, { labels: 'app: checkout' }),
        monitor('port: web'),
      ),
    ],
    ['a label of relabelings', 'MON014', monitor("port: http\nrelabelings: [{ targetLabel: 'a-b', replacement: x }]")],
    [
      'a label of metricRelabelings',
      'MON014',
      monitor("port: http\nmetricRelabelings: [{ targetLabel: 'a-b', replacement: x }]"),
    ],
    ['scrapeTimeout is …, longer than', 'MON006', monitor('port: http\ninterval: 15s\nscrapeTimeout: 30s')],
    ['sampleLimit is', 'SCH006', monitor('port: http', 'ServiceMonitor', 'sampleLimit: -1')],
    ['path is …, which is no path', 'valid'],
    ["scheme is …; use 'http'", 'SCH006', monitor('port: http\nscheme: ftp')],
  ],
  'gitops/application-spec.ts': [
    ['manages is empty', 'needed'],
    ['repoUrl is', 'GIT017', exampleApplication('').replace('https://git.example.com/shop.git', "''")],
    [
      'ignoreDifferences names … and no field',
      'GIT017',
      exampleApplication(ignoring('VirtualService', 'name: checkout')),
    ],
    ['automated is given while autoSync is false', 'exclusive'],
    ['which is not a sync option', 'GIT017', exampleApplication('syncPolicy: { syncOptions: [Validate] }')],
    [
      'which removes the hash that Argo Rollouts writes',
      'GIT012',
      documents(
        application('syncPolicy: { automated: {}, syncOptions: [Replace=true] }'),
        exampleService('checkout-canary', undefined, { namespace: 'shop' }),
        exampleService('checkout-stable', undefined, { namespace: 'shop' }),
      ),
    ],
    [
      'syncOptions has RespectIgnoreDifferences',
      'GIT003',
      application(
        `syncPolicy: { automated: {}, syncOptions: [RespectIgnoreDifferences=true] }\n${ignoring('VirtualService', "jqPathExpressions: ['.spec.http[]?.route[]?.weight']")}`,
      ),
    ],
  ],
  'gitops/argo-cd-application-set.ts': [
    ['environments is empty', 'GIT018', set('[{ list: { elements: [] } }]')],
    [
      'two environments are called',
      'GIT018',
      set('[{ list: { elements: [{ env: a, path: x }, { env: a, path: y }] } }]'),
    ],
    ['the name of an environment', 'GIT018', set("[{ list: { elements: [{ env: 'A B', path: x }] } }]")],
    ['the path of environment', 'GIT018', set("[{ list: { elements: [{ env: a, path: '' }] } }]")],
    [
      "the namespace of '…'",
      'GIT018',
      set('[{ list: { elements: [{ env: a, path: x }] } }]', undefined, undefined, "'A B'"),
    ],
  ],
  'gitops/argo-cd-application.ts': [
    ['path is empty; name the folder', 'GIT017', exampleApplication('').replace('path: deploy, ', '')],
    [
      'server is given together with clusterName',
      'GIT017',
      exampleApplication('').replace('namespace: shop }', 'namespace: shop, name: in-cluster }'),
    ],
  ],
  'gitops/controller-writes.ts': [
    ['… | .route[]? | …', 'text'],
    ['.spec.http[]? | select(.name', 'text'],
    ['.spec.subsets[]?', 'text'],
    ['select((…) as', 'text'],
    ['.spec.rules[]?.backendRefs', 'text'],
    ['.spec.rules[]? | select((.name', 'text'],
  ],
  'gitops/sync-waves.ts': [
    ['which is not a whole number', 'GIT006', documents(exampleApplication(''), waved(canary, 'late'))],
    [
      'which waits for it and is Degraded until then',
      'GIT006',
      documents(
        exampleApplication(''),
        waved(canary, '0'),
        waved(exampleService('checkout-canary'), '1'),
        waved(exampleService('checkout-stable'), '0'),
      ),
    ],
    [
      'and Degraded until that exists',
      'GIT006',
      documents(
        exampleApplication(''),
        waved(canary, '1'),
        waved(exampleService('checkout-canary'), '0'),
        waved(exampleService('checkout-stable'), '0'),
        waved(
          object(
            'autoscaling/v2',
            'HorizontalPodAutoscaler',
            'checkout',
            'scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }\nmaxReplicas: 4',
          ),
          '0',
        ),
      ),
    ],
    [
      'which is Degraded until the Service exists',
      'GIT006',
      documents(
        exampleApplication(''),
        waved(
          object(
            'gateway.networking.k8s.io/v1',
            'HTTPRoute',
            'checkout',
            'rules: [{ backendRefs: [{ name: checkout-stable, port: 80 }] }]',
          ),
          '0',
        ),
        waved(exampleService('checkout-stable'), '1'),
      ),
    ],
  ],
  'openshift/guarded-prometheus.ts': [
    ['allowedRequestPrincipals has', 'computed'],
    ['host is …; give Prometheus', 'SEC001', badOf('SEC001')],
    ['access is not restricted', 'SEC001', badOf('SEC001')],
    [
      'which is no block of addresses',
      'MSH013',
      object(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'a',
        'rules: [{ from: [{ source: { ipBlocks: [everybody] } }] }]',
      ),
    ],
    ['which is everybody', 'computed'],
  ],
  'openshift/mesh-membership.ts': [
    ['it has neither members nor memberLabels', 'valid'],
    ['the name of the namespace', 'SCH006', "apiVersion: v1\nkind: Namespace\nmetadata: { name: 'A B' }\n"],
    [
      "OpenShift takes note of 'default' alone",
      'MSH014',
      object('maistra.io/v1', 'ServiceMeshMemberRoll', 'members', 'members: [shop]'),
    ],
  ],
  'openshift/monitoring-access.ts': [
    [
      'the Chart has no namespace',
      'REF028',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ kind: ServiceAccount, name: checkout }]\n',
    ],
  ],
  'openshift/openshift-route.ts': [
    [
      'destinationCaCertificate is given without re-encryption',
      'SCH006',
      route('to: { kind: Service, name: checkout }\ntls: { termination: edge, destinationCACertificate: abc }'),
    ],
    ['the Route leads to the HTTPS port', 'needed'],
    ['the Route leads to the HTTP port', 'needed'],
    ['in an endless loop', 'TRF047', badOf('TRF047')],
    [
      'the name of the Route',
      'SCH006',
      route('to: { kind: Service, name: checkout }').replace('name: checkout', "name: 'A B'"),
    ],
    ['a Route has one host', 'SCH006', route("host: '*'\nto: { kind: Service, name: checkout }")],
  ],
};
