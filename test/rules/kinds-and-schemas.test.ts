import Ajv from 'ajv-draft-04';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { satisfies } from '../../src/rules/schema/satisfies';
import type { Schema } from '../../src/rules/schema/store';
import { graphOfSet } from './neighbours';

/** The kinds that manifests of a canary have, by their apiVersion, as the systems serve them. */
const KINDS = Object.entries({
  v1: 'ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'policy/v1': 'PodDisruptionBudget',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'argoproj.io/v1alpha1':
    'AnalysisRun AnalysisTemplate Application ApplicationSet AppProject ClusterAnalysisTemplate ClusterWorkflowTemplate CronWorkflow EventBus EventSource Experiment NotificationsConfiguration Rollout RolloutManager Sensor Workflow WorkflowTemplate',
  'gateway.networking.k8s.io/v1': 'Gateway GatewayClass GRPCRoute HTTPRoute',
  'gateway.networking.k8s.io/v1beta1': 'Gateway HTTPRoute ReferenceGrant',
  'gateway.networking.k8s.io/v1alpha2': 'TCPRoute TLSRoute UDPRoute',
  'gateway.networking.k8s.io/v1alpha3': 'BackendTLSPolicy',
  'flagger.app/v1beta1': 'AlertProvider Canary MetricTemplate',
  'keda.sh/v1alpha1': 'ClusterTriggerAuthentication ScaledJob ScaledObject TriggerAuthentication',
  'maistra.io/v1': 'ServiceMeshMember ServiceMeshMemberRoll',
  'maistra.io/v2': 'ServiceMeshControlPlane',
  'monitoring.coreos.com/v1': 'Alertmanager PodMonitor Probe Prometheus PrometheusRule ServiceMonitor ThanosRuler',
  'monitoring.coreos.com/v1alpha1': 'AlertmanagerConfig PrometheusAgent ScrapeConfig',
  'networking.istio.io/v1': 'DestinationRule Gateway ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup',
  'networking.istio.io/v1alpha3': 'EnvoyFilter',
  'networking.istio.io/v1beta1': 'DestinationRule Gateway ProxyConfig ServiceEntry VirtualService',
  'route.openshift.io/v1': 'Route',
  'security.istio.io/v1': 'AuthorizationPolicy PeerAuthentication RequestAuthentication',
  'telemetry.istio.io/v1': 'Telemetry',
}).flatMap(([apiVersion, kinds]) => kinds.split(' ').map((kind) => [apiVersion, kind] as const));

const found = (apiVersion: string, kind: string): readonly string[] => {
  const graph = graphOfSet([{ apiVersion, kind, metadata: { name: 'pay', namespace: 'shop' } }]);
  return lint(graph, { select: ['SCH008'] }).findings.map(({ message, hint }) => `${message} | ${hint ?? ''}`);
};

test.each(KINDS)('SCH008 knows what is served as %s, %s', (apiVersion, kind) => {
  expect(found(apiVersion, kind)).toEqual([]);
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const others = { kind: found(apiVersion, `${kind}s`), version: found(`${group}${group && '/'}v9`, kind) };
  const elsewhere = { group: found(`example.com/${version}`, kind), apps: found('apps/v1', kind) };
  expect({ ...others, ...elsewhere }).toMatchSnapshot();
});

const SCHEMAS: readonly Schema[] = [
  ...(['string', 'integer', 'number', 'boolean', 'array', 'object'] as const).map((type) => ({ type })),
  ...[{ minimum: 2 }, { maximum: 2 }, { minimum: 2, exclusiveMinimum: true }, { maximum: 2, exclusiveMaximum: true }],
  ...[{ minimum: 1, maximum: 3 }, { enum: ['ab', 2] }, { pattern: '^a+b$' }, { minLength: 2 }, { maxLength: 2 }],
  ...[{ minLength: 1, maxLength: 3 }, { minItems: 2 }, { maxItems: 2 }, { minItems: 1, maxItems: 1 }],
  ...[{ items: { type: 'integer' } }, { items: { enum: ['ab'] } }, { required: ['a'] }, { required: ['a', 'b'] }],
  ...[{ properties: { a: { type: 'integer' } } }, { properties: { a: { minimum: 2 }, b: { type: 'string' } } }],
  ...[{ type: 'object', required: ['a'], properties: { a: { properties: { b: { enum: [1] } } } } }],
];

const VALUES: readonly unknown[] = [
  ...['', 'a', 'ab', 'aab', 'abcd', 0, 1, 2, 3, 1.5, 2.5, -1, true, false],
  ...[[], ['ab'], [1], [1, 2], [1, 'ab'], ['ab', 'ab', 'ab'], [1.5]],
  ...[
    {},
    { a: 1 },
    { a: 2 },
    { a: 'x' },
    { b: 'x' },
    { a: 2, b: 'x' },
    { a: 2, b: 2 },
    { a: { b: 1 } },
    { a: { b: 2 } },
  ],
];

/** Each schema alone, and pairs of them in each way to put two together. */
const TOGETHER: readonly Schema[] = SCHEMAS.flatMap((one, i) => {
  const other = SCHEMAS[(i * 7 + 3) % SCHEMAS.length];
  const pair = [one, other];
  return [one, { not: one }, { allOf: pair }, { anyOf: pair }, { oneOf: pair }, { ...one, not: other }];
});

test('a value satisfies a schema where Ajv says so', () => {
  const ajv = new Ajv({ strict: false });
  const judged = (says: (schema: Schema, value: unknown) => boolean): readonly string[] =>
    TOGETHER.flatMap((schema) =>
      VALUES.map((value) => `${JSON.stringify(value)} by ${JSON.stringify(schema)}: ${says(schema, value)}`),
    );
  const validators = new Map(TOGETHER.map((schema) => [schema, ajv.compile(schema)] as const));
  expect(judged((schema, value) => satisfies(value, schema))).toEqual(
    judged((schema, value) => validators.get(schema)!(value)),
  );
});

test('what a project keeps in files of its group needs no name, and its kinds do', () => {
  const ofGatewayApi = (kind: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: { labels: { a: b } }\n`;
  const unnamed = (text: string): string[] =>
    lint(graphOfLoaded(loadManifests([{ name: 'a.yaml', text }])), { select: ['SCH009'] }).findings.map(
      ({ message }) => message,
    );
  expect(unnamed(ofGatewayApi('ConformanceReport'))).toEqual([]);
  expect(unnamed(ofGatewayApi('HTTPRoute'))).toEqual(['this HTTPRoute has no name']);
});
