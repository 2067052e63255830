import {
  ManifestSet,
  NS,
  APP,
  labels,
  meta,
  container,
  template,
  rollout,
  service,
  services,
  virtualService,
  steps,
  byIstio,
  base,
  object,
  scaler,
  unscaled,
  deployment,
} from './build';

/** Sets of what accompanies a workload, and of Deployments. */
export const COMPANIONS: readonly ManifestSet[] = [
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
    name: 'a ScaledObject with all that KEDA has',
    objects: [
      unscaled(byIstio()),
      ...services(),
      virtualService(),
      object('keda.sh/v1alpha1', 'ScaledObject', APP, {
        scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: APP },
        minReplicaCount: 2,
        maxReplicaCount: 20,
        pollingInterval: 15,
        cooldownPeriod: 120,
        initialCooldownPeriod: 60,
        fallback: { failureThreshold: 3, replicas: 6, behavior: 'currentReplicas' },
        advanced: {
          restoreToOriginalReplicaCount: true,
          horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
        },
        triggers: [
          {
            type: 'prometheus',
            name: 'load',
            metricType: 'Value',
            metadata: { serverAddress: 'http://prometheus:9090', query: 'sum(up)', threshold: '5' },
            authenticationRef: { name: 'prometheus', kind: 'ClusterTriggerAuthentication' },
          },
          { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
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
  {
    name: 'a number of replicas that is a text',
    objects: [deployment({ replicas: 'three' }), service(APP)],
    refused: 'spec.replicas of Deployment pay/ledger is "three"; make it a number',
  },
  {
    name: 'labels that are a list',
    objects: [rollout(byIstio(), {}, template({}, { labels: ['app'] })), ...services()],
    refused: 'spec.template.metadata.labels of Rollout pay/ledger is a list; make it an object',
  },
  {
    name: 'fields of the wrong type',
    objects: [rollout(byIstio(), {}, template({ containers: [container({ ports: { http: 8080 } })] })), ...services()],
    refused:
      'set.yaml:20:13: spec.template.spec.containers[0].ports of Rollout pay/ledger is an object; make it a list',
  },
];
