import { kindsOf } from './store';

/** Built-in kinds of Kubernetes, by group, and the versions in which they are served. */
const BUILT_IN: { readonly [group: string]: { readonly [kind: string]: readonly string[] } } = {
  '': Object.fromEntries(
    [
      ...['ConfigMap', 'Endpoints', 'Event', 'LimitRange', 'Namespace', 'Node', 'PersistentVolume'],
      ...['PersistentVolumeClaim', 'Pod', 'PodTemplate', 'ReplicationController', 'ResourceQuota', 'Secret'],
      ...['Service', 'ServiceAccount'],
    ].map((kind) => [kind, ['v1']]),
  ),
  apps: {
    ControllerRevision: ['v1'],
    DaemonSet: ['v1'],
    Deployment: ['v1'],
    ReplicaSet: ['v1'],
    StatefulSet: ['v1'],
  },
  autoscaling: { HorizontalPodAutoscaler: ['v1', 'v2'] },
  batch: { CronJob: ['v1'], Job: ['v1'] },
  policy: { PodDisruptionBudget: ['v1'] },
  'networking.k8s.io': { Ingress: ['v1'], IngressClass: ['v1'], NetworkPolicy: ['v1'] },
  'rbac.authorization.k8s.io': { ClusterRole: ['v1'], ClusterRoleBinding: ['v1'], Role: ['v1'], RoleBinding: ['v1'] },
};

/** Groups whose schemas are included. */
const DEFINED = [
  ...['argoproj.io', 'gateway.networking.k8s.io', 'monitoring.coreos.com', 'networking.istio.io', 'route.openshift.io'],
  ...['security.istio.io', 'telemetry.istio.io', 'maistra.io', 'keda.sh', 'flagger.app'],
];

/**
 * Kinds of these groups whose schemas are not included. Those of Argo are all v1alpha1; the versions of the others are
 * not known.
 */
const MORE: { readonly [group: string]: readonly string[] } = {
  'argoproj.io': [
    ...['AppProject', 'ApplicationSet', 'ClusterWorkflowTemplate', 'CronWorkflow', 'EventBus', 'EventSource'],
    ...['Sensor', 'Workflow', 'WorkflowTemplate', 'NotificationsConfiguration', 'RolloutManager'],
  ],
  'monitoring.coreos.com': [
    ...['Alertmanager', 'AlertmanagerConfig', 'Probe', 'Prometheus', 'PrometheusAgent', 'ScrapeConfig', 'ThanosRuler'],
  ],
  'networking.istio.io': ['EnvoyFilter', 'ProxyConfig', 'WorkloadEntry', 'WorkloadGroup'],
  'gateway.networking.k8s.io': [
    'BackendTLSPolicy',
    'GatewayClass',
    'ReferenceGrant',
    'TCPRoute',
    'TLSRoute',
    'UDPRoute',
  ],
  'maistra.io': ['ServiceMeshControlPlane'],
  'keda.sh': ['ClusterTriggerAuthentication', 'ScaledJob'],
};

/** All known groups. */
const KNOWN_GROUPS: readonly string[] = [...Object.keys(BUILT_IN), ...DEFINED];

/** The kinds of a group, each with its versions (empty if they are not known). Undefined for an unknown group. */
export function versionsIn(group: string): { readonly [kind: string]: readonly string[] } | undefined {
  if (Object.hasOwn(BUILT_IN, group)) return BUILT_IN[group];
  const kinds = kindsOf(group);
  return (
    kinds &&
    Object.fromEntries<readonly string[]>([
      ...(MORE[group] ?? []).map((kind) => [kind, group === 'argoproj.io' ? ['v1alpha1'] : []] as const),
      ...Object.entries(kinds).map(([kind, { versions }]) => [kind, Object.keys(versions)] as const),
    ])
  );
}

/** Groups that have a kind of the name. */
export function groupsWith(kind: string): string[] {
  return KNOWN_GROUPS.filter((group) => Object.hasOwn(versionsIn(group) ?? {}, kind));
}
