import type { Rule } from '../../src/rules';
import { GITOPS_RULES } from '../../src/rules/gitops';
import { SCALING_RULES } from '../../src/rules/scaling';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => [...SCALING_RULES, ...GITOPS_RULES].find((one) => one.code === code)!;

const rollout = (canary = '', spec = '', pod = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  ${spec}
  template: { metadata: { labels: { app: checkout } }, spec: { ${pod} } }
  strategy: { canary: { ${canary} } }
`;
const hpa = (spec: string, ref = 'apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout'): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: checkout, namespace: shop }
spec: { scaleTargetRef: { ${ref} }, ${spec} }
`;
const scaledObject = (spec: string): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: checkout, namespace: shop }
spec: { scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }, ${spec} }
`;
const vpa = (metadata = ''): string => `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: checkout, namespace: shop, ${metadata} }
spec: { targetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }, updatePolicy: { updateMode: Initial } }
`;
const pdb = (spec: string, app = 'checkout'): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: checkout, namespace: shop }
spec: { selector: { matchLabels: { app: ${app} } }, ${spec} }
`;
const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, namespace: shop }
spec: { replicas: 3 }
`;
const app = (spec: string): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec: { destination: { namespace: shop }, ${spec} }
`;
const syncs = (pointers: string, option: string): string =>
  app(
    `ignoreDifferences: [{ group: argoproj.io, kind: Rollout, jsonPointers: ${pointers} }], syncPolicy: { syncOptions: [${option}] }`,
  );
const ROUTED = 'canaryService: c, stableService: s, trafficRouting: { istio: { virtualService: { name: v } } }';
const vs = (protocols = 'http'): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: v, namespace: shop }
spec: { ${protocols
  .split(' ')
  .map(
    (one) =>
      `${one}: [{ route: [{ destination: { host: s }, weight: 100 }, { destination: { host: c }, weight: 0 }] }]`,
  )
  .join(', ')} }
`;
const ignore = (what: string, kind = 'VirtualService', more = ''): string =>
  `ignoreDifferences: [{ group: networking.istio.io, kind: ${kind}, ${more} ${what} }]`;
const jq = (path: string): string => `jqPathExpressions: ['${path}']`;
const WEIGHTS = jq('.spec.http[]?.route[]?.weight');

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  SCL001: [
    {
      name: 'the Deployment from which the Rollout takes its template',
      manifest:
        rollout('', 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }') +
        deployment +
        hpa('', 'apiVersion: apps/v1, kind: Deployment, name: checkout'),
      finds: [
        {
          message:
            'HorizontalPodAutoscaler shop/checkout scales Deployment shop/checkout, from which Rollout shop/checkout takes its template',
        },
      ],
    },
    {
      name: 'KEDA scales Deployments unless told otherwise',
      manifest: `${rollout()}---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: a, namespace: shop }
spec: { scaleTargetRef: { name: checkout } }`,
      finds: [{ path: 'spec.scaleTargetRef.name' }],
    },
    {
      name: 'a Deployment of the same name that is there',
      manifest: rollout() + deployment + hpa('', 'apiVersion: apps/v1, kind: Deployment, name: checkout'),
    },
  ],
  SCL002: [
    {
      name: 'a workload that may be elsewhere',
      manifest: hpa('', 'apiVersion: apps/v1, kind: Deployment, name: other').slice(4),
      finds: [{ severity: 'note' }],
    },
    { name: 'the Rollout', manifest: rollout() + hpa('') },
  ],
  SCL003: [
    {
      name: 'replicas and an autoscaler',
      manifest: rollout('', 'replicas: 3') + hpa(''),
      finds: [{ line: 5, fix: undefined }],
    },
    {
      name: 'replicas that a sync leaves alone',
      manifest: rollout('', 'replicas: 3') + hpa('') + syncs('[/spec/replicas]', 'RespectIgnoreDifferences=true'),
    },
    {
      name: 'replicas that are ignored and yet applied',
      manifest: rollout('', 'replicas: 3') + hpa('') + syncs('[/spec/replicas]', 'ApplyOutOfSyncOnly=true'),
      finds: [{}],
    },
    {
      name: 'a sync that leaves something else alone',
      manifest: rollout('', 'replicas: 3') + hpa('') + syncs('[/spec/paused]', 'RespectIgnoreDifferences=true'),
      finds: [{}],
    },
    {
      name: 'a VerticalPodAutoscaler does not count pods',
      manifest: `${rollout('', 'replicas: 3')}---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: a, namespace: shop }
spec: { targetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout } }`,
    },
  ],
  SCL005: [
    {
      name: 'pods that may be elsewhere',
      manifest: rollout() + pdb('maxUnavailable: 1', 'payments'),
      finds: [{ severity: 'note' }],
    },
    { name: "the Rollout's pods", manifest: rollout() + pdb('maxUnavailable: 1') },
  ],
  SCL006: [
    {
      name: 'none may be unavailable',
      manifest: rollout('', 'replicas: 5') + pdb('maxUnavailable: 0%'),
      finds: [{ path: 'spec.maxUnavailable' }],
    },
    { name: 'per cent are rounded up', manifest: rollout('', 'replicas: 3') + pdb('minAvailable: 70%'), finds: [{}] },
    {
      name: 'the autoscaler counts before the manifest',
      manifest: rollout('', 'replicas: 5') + hpa('minReplicas: 2') + pdb('minAvailable: 2'),
      finds: [{ related: expect.objectContaining({ line: 12 }) }],
    },
    { name: 'one may go', manifest: rollout('', 'replicas: 3') + pdb('minAvailable: 2') },
    { name: 'half of them may go', manifest: rollout('', 'replicas: 2') + pdb('minAvailable: 50%') },
  ],
  SCL008: [
    {
      name: 'an autoscaler of Kubernetes down to zero',
      manifest: rollout('steps: [{ pause: {} }]') + hpa('minReplicas: 0'),
      finds: [{ path: 'spec.minReplicas' }],
    },
    { name: 'one that does not say scales to one', manifest: rollout('steps: [{ pause: {} }]') + hpa('') },
    { name: 'without steps there is no canary', manifest: rollout() + hpa('minReplicas: 0') },
  ],
  SCL009: [
    {
      name: 'one of two containers',
      manifest:
        rollout('', '', 'containers: [{ name: a, resources: { limits: { cpu: 1 } } }, { name: b }]') +
        hpa('metrics: [{ type: Resource, resource: { name: cpu, target: { averageUtilization: 70 } } }]'),
      finds: [
        {
          message:
            "HorizontalPodAutoscaler shop/checkout measures the utilization of cpu, which container 'b' of Rollout shop/checkout does not request",
        },
      ],
    },
    {
      name: 'the one that is measured',
      manifest:
        rollout('', '', 'containers: [{ name: a, resources: { requests: { cpu: 1 } } }, { name: b }]') +
        hpa(
          'metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: a, target: { averageUtilization: 70 } } }]',
        ),
    },
    {
      name: 'an average value is no share',
      manifest:
        rollout('', '', 'containers: [{ name: a }]') +
        hpa('metrics: [{ type: Resource, resource: { name: cpu, target: { averageValue: 1 } } }]'),
    },
    {
      name: 'what the first version of the API measures',
      manifest:
        rollout('', '', 'containers: [{ name: a }]') +
        hpa('targetCPUUtilizationPercentage: 70').replace('autoscaling/v2', 'autoscaling/v1'),
      finds: [{ path: 'spec.targetCPUUtilizationPercentage' }],
    },
    {
      name: 'what is measured where nothing is said',
      manifest: rollout('', '', 'containers: [{ name: a }]') + hpa('minReplicas: 2'),
      finds: [{ path: 'spec.metrics' }],
    },
    {
      name: 'a request of the pod as a whole',
      manifest:
        rollout('', '', 'resources: { requests: { cpu: 1 } }, containers: [{ name: a }]') +
        hpa('metrics: [{ type: Resource, resource: { name: cpu, target: { averageUtilization: 70 } } }]'),
    },
    {
      name: 'a pod that requests something else, and the sum of what its containers request',
      manifest:
        rollout(
          '',
          '',
          'resources: { requests: { memory: 1Gi } }, containers: [{ name: a }, { name: b, resources: { requests: { cpu: 1 } } }]',
        ) + hpa('metrics: [{ type: Resource, resource: { name: cpu, target: { averageUtilization: 70 } } }]'),
    },
    {
      name: 'a request of the pod, where one container is measured',
      manifest:
        rollout('', '', 'resources: { requests: { cpu: 1 } }, containers: [{ name: a }]') +
        hpa(
          'metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: a, target: { averageUtilization: 70 } } }]',
        ),
      finds: [{}],
    },
    {
      name: 'a native sidecar, and an init container that ends',
      manifest:
        rollout(
          '',
          '',
          'initContainers: [{ name: proxy, restartPolicy: Always }, { name: migrate }], containers: [{ name: a, resources: { requests: { cpu: 1 } } }]',
        ) + hpa('metrics: [{ type: Resource, resource: { name: cpu, target: { averageUtilization: 70 } } }]'),
      finds: [{ message: expect.stringContaining("container 'proxy'") }],
    },
    { name: 'a VerticalPodAutoscaler', manifest: rollout('', '', 'containers: [{ name: a }]') + vpa() },
    {
      name: 'triggers of KEDA that measure a utilization',
      manifest:
        rollout('', '', 'containers: [{ name: a }, { name: b, resources: { requests: { memory: 1Gi } } }]') +
        scaledObject(
          'triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "70", containerName: b } }, { type: memory, metadata: { type: Utilization, value: "70" } }, { type: memory, metricType: AverageValue, metadata: { value: 1Gi } }]',
        ),
      finds: [
        { path: 'spec.triggers[0].type', message: expect.stringContaining("container 'b'") },
        { path: 'spec.triggers[1].type', message: expect.stringContaining("container 'a'") },
      ],
    },
  ],
  GIT001: [
    {
      name: 'only http is ignored',
      manifest: rollout(ROUTED) + vs('http tcp') + app(ignore(WEIGHTS)),
      finds: [{ hint: 'ignore .spec.tcp[]?.route[]?.weight' }],
    },
    {
      name: 'another VirtualService is ignored',
      manifest: rollout(ROUTED) + vs() + app(ignore(WEIGHTS, 'VirtualService', 'name: w,')),
      finds: [{}],
    },
    {
      name: 'by pointers to each weight',
      manifest:
        rollout(ROUTED) +
        vs() +
        app(ignore('jsonPointers: [/spec/http/0/route/0/weight, /spec/http/0/route/1/weight]')),
    },
    { name: 'of all kinds', manifest: rollout(ROUTED) + vs() + app(ignore(WEIGHTS, "'*'")) },
    {
      name: 'for all Applications',
      manifest: `${rollout(ROUTED)}${vs()}${app('')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: argocd-cm, namespace: argocd }
data: { resource.customizations.ignoreDifferences.networking.istio.io_VirtualService: 'jqPathExpressions: [.spec.http[].route[].weight]' }`,
    },
    {
      name: 'an Application of another namespace',
      manifest: rollout(ROUTED) + vs() + app('').replace('namespace: shop }', 'namespace: other }'),
    },
  ],
  GIT003: [
    {
      name: 'a field in a list',
      manifest:
        rollout(ROUTED) +
        vs() +
        app(`${ignore(WEIGHTS)}, syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }`),
      finds: [{}],
    },
    {
      name: 'a field in no list',
      manifest:
        rollout() +
        app(
          `ignoreDifferences: [{ group: argoproj.io, kind: Rollout, jsonPointers: [/spec/replicas] }], syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }`,
        ),
    },
  ],
  GIT005: [
    {
      name: 'the image of a Rollout',
      manifest: app(
        `ignoreDifferences: [{ group: argoproj.io, kind: Rollout, jsonPointers: [/spec/template/spec/containers] }]`,
      ).slice(4),
      finds: [{}],
    },
    { name: 'all routes', manifest: app(ignore(jq('.spec.http[]?'))).slice(4), finds: [{}] },
    { name: 'one route by its name', manifest: app(ignore(jq('.spec.http[]? | select(.name == "x")'))).slice(4) },
    {
      name: 'replicas',
      manifest: app(`ignoreDifferences: [{ group: argoproj.io, kind: Rollout, jsonPointers: [/spec/replicas] }]`).slice(
        4,
      ),
    },
  ],
  GIT006: [
    {
      name: 'a VerticalPodAutoscaler has no health in Argo CD',
      manifest: rollout() + vpa("annotations: { argocd.argoproj.io/sync-wave: '-1' }"),
    },
    {
      name: 'a template in a later wave',
      manifest: `${rollout('steps: [{ analysis: { templates: [{ templateName: a }] } }]')}---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "5" } }
spec: {}`,
      finds: [
        { message: 'AnalysisTemplate shop/a is in sync wave 5, but Rollout shop/checkout, which needs it, is in 0' },
      ],
    },
    {
      name: 'both late',
      manifest: `${rollout('canaryService: c').replace('namespace: shop }', 'namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "5" } }')}---
apiVersion: v1
kind: Service
metadata: { name: c, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "5" } }`,
    },
  ],
  GIT007: [
    {
      name: 'a hook after the sync',
      manifest: `${rollout('steps: [{ pause: {} }]')}---
apiVersion: batch/v1
kind: Job
metadata: { name: smoke, namespace: shop, annotations: { argocd.argoproj.io/hook: PostSync } }`,
      finds: [
        {
          message:
            'Rollout shop/checkout, in sync wave 0, waits for a manual approval, and Job shop/smoke, a PostSync hook, waits for it',
        },
      ],
    },
    {
      name: 'what comes before does not wait',
      manifest: `${rollout('steps: [{ pause: {} }]')}---
apiVersion: v1
kind: Service
metadata: { name: c, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "-1" } }`,
    },
  ],
  GIT011: [
    {
      name: 'the labels of a subset',
      manifest: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: d }
spec: { host: a, subsets: [{ name: canary, labels: { rollouts-pod-template-hash: abc } }] }`,
      finds: [{ message: "DestinationRule d states rollouts-pod-template-hash, 'abc', which the controller sets" }],
    },
    { name: 'none', manifest: rollout() },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
