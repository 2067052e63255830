import { alternatives } from '../../src/rules/schema/sch007-alternatives';
import { brokenYaml } from '../../src/rules/schema/sch001-broken-yaml';
import { duplicateKey } from '../../src/rules/schema/sch002-duplicate-key';
import { missingField } from '../../src/rules/schema/sch005-missing-field';
import { servicePorts } from '../../src/rules/schema/sch010-service';
import { noName } from '../../src/rules/schema/sch009-no-name';
import { unknownField } from '../../src/rules/schema/sch003-unknown-field';
import { unknownKind } from '../../src/rules/schema/sch008-unknown-kind';
import { valueNotAllowed } from '../../src/rules/schema/sch006-value-not-allowed';
import { wrongType } from '../../src/rules/schema/sch004-wrong-type';
import { describeRule } from './describe-rule';

const rollout = (spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, creationTimestamp: null }
spec:
  ${spec}
`;
const pod = (container: string): string =>
  rollout(`template: { spec: { containers: [{ name: a, image: b, ${container} }] } }`);

describeRule(brokenYaml, [
  {
    name: 'the other documents are read all the same',
    manifest: 'a: [1\n---\napiVersion: v1\nkind: Service\n---\nb: "x\n---\nc: 1',
    finds: [{ line: 1 }, { line: 6 }],
  },
  {
    name: 'a Helm template is said to be one',
    manifest: 'apiVersion: v1\nkind: Service\nmetadata:\n  {{- include "x" . | nindent 4 }}\n',
    finds: [{ line: 4 }],
  },
  { name: 'JSON with comments of some other tool', manifest: { 'tsconfig.json': '{ // no\n "a": [1,,] }' } },
  { name: 'an alias to nothing', manifest: 'a: 1\nb: *nope\n', finds: [{ line: 2, column: 4 }] },
]);

describeRule(duplicateKey, [
  {
    name: 'a key twice',
    manifest: rollout('replicas: 1\n  paused: true\n  replicas: 2'),
    finds: [{ line: 7, path: 'spec.replicas', message: "'replicas' is given twice" }],
  },
  {
    name: 'a merged key that is overridden',
    manifest: rollout('template: { metadata: { labels: &a { x: y } } }\n  selector: { matchLabels: { <<: *a, x: z } }'),
  },
]);

describeRule(unknownField, [
  {
    name: 'a misspelt field, deep inside',
    manifest: rollout('strategy: { canary: { stableservice: checkout } }'),
    finds: [
      {
        line: 5,
        column: 25,
        path: 'spec.strategy.canary.stableservice',
        message: "spec.strategy.canary has no field 'stableservice' in Argo Rollouts 1.10.2",
        hint: "did you mean 'stableService'?",
      },
    ],
  },
  { name: 'a field of a container', manifest: pod('imagepullpolicy: Always'), finds: [{ line: 5 }] },
  { name: 'status is the controller’s', manifest: `${rollout('replicas: 1')}status: { phase: Healthy, foo: 1 }\n` },
  {
    name: 'annotations are free',
    manifest: 'apiVersion: v1\nkind: Service\nmetadata: { name: a, annotations: { any: thing } }\n',
  },
  {
    name: 'another program’s file',
    manifest: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresorces: []\n',
  },
]);

describeRule(wrongType, [
  {
    name: 'a number in quotes',
    manifest: rollout('replicas: "3"'),
    finds: [
      {
        line: 5,
        column: 13,
        message: 'spec.replicas is a string ("3"); it must be a whole number',
        hint: 'write 3',
      },
    ],
  },
  {
    name: 'an annotation that is a boolean',
    manifest: rollout('template: { metadata: { annotations: { a: yes } } }'),
    finds: [{ line: 5 }],
  },
  {
    name: 'a null in a list, which the API server does not remove',
    manifest: rollout('template: { spec: { containers: [null] } }'),
    finds: [{ message: 'spec.template.spec.containers[0] is nothing; it must be an object' }],
  },
  {
    name: 'nulls in fields, as charts render them: the API server removes them before it validates',
    manifest: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, labels:, annotations: null }
spec:
  minReadySeconds:
  rollbackWindow: ~
  template:
    spec:
      nodeSelector:
      tolerations:
      containers: [{ name: cart, image: cart, command:, resources: null, livenessProbe: ~ }]
---
apiVersion: v1
kind: Service
metadata: { name: cart }
spec: { clusterIP:, ports: [{ port: 80, targetPort:, appProtocol: null }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart }
spec: { hosts: [cart], gateways:, http: [{ retries:, timeout: ~, route: [{ destination: { host: cart, port: } }] }] }
`,
  },
  {
    name: 'an int-or-string takes both',
    manifest: rollout('strategy: { canary: { maxSurge: 25%, maxUnavailable: 1 } }'),
  },
  { name: 'a quantity can be a number', manifest: pod('resources: { limits: { cpu: 1.5, memory: 1Gi } }') },
]);

describeRule(missingField, [
  {
    name: 'a required field that is null, which the API server removes',
    manifest: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart }
spec: { host: }
`,
    finds: [{ message: "spec lacks 'host'" }],
  },
  {
    name: 'a measurement without a provider',
    manifest:
      'apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  metrics:\n    - name: b\n',
    finds: [{ line: 6, path: 'spec.metrics[0]', message: "spec.metrics[0] lacks 'provider'" }],
  },
  { name: 'nothing is missing', manifest: rollout('replicas: 1') },
]);

describeRule(valueNotAllowed, [
  {
    name: 'alternatives that only the default of a field decides',
    manifest: `
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: cart }
spec: { to: { name: cart }, port: { targetPort: http } }
`,
  },
  {
    name: 'the same alternatives where the value that is given breaks them',
    manifest: `
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: cart }
spec: { wildcardPolicy: Subdomain, to: { name: cart } }
`,
    finds: [{ line: 4 }],
  },
  {
    name: 'a pull policy in small letters, which only the controller refuses',
    manifest: pod('imagePullPolicy: always'),
    finds: [{ hint: 'it can be Always, IfNotPresent, Never' }],
  },
  { name: 'a pull policy', manifest: pod('imagePullPolicy: Always') },
]);

const match = (uri: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a }
spec: { hosts: [a], http: [{ match: [{ uri: ${uri} }], route: [{ destination: { host: b } }] }] }
`;

describeRule(alternatives, [
  {
    name: 'two ways to match at once',
    manifest: match('{ exact: /, prefix: / }'),
    finds: [{ line: 4, message: "spec.http[0].match[0].uri has 'exact' and 'prefix', which exclude each other" }],
  },
  { name: 'one', manifest: match('{ prefix: / }') },
]);

describeRule(unknownKind, [
  {
    name: 'a version that is none',
    manifest: 'apiVersion: argoproj.io/v1\nkind: Rollout\nmetadata: { name: a }\n',
    finds: [{ line: 1, hint: 'it has v1alpha1' }],
  },
  {
    name: 'a kind that is misspelt',
    manifest: 'apiVersion: argoproj.io/v1alpha1\nkind: Rolout\nmetadata: { name: a }\n',
    finds: [{ line: 2, hint: "did you mean 'Rollout'?" }],
  },
  {
    name: 'a kind of the group that is not at hand',
    manifest: 'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: a }\n',
  },
  {
    name: 'an older name of a version',
    manifest: 'apiVersion: networking.istio.io/v1alpha3\nkind: Gateway\nmetadata: { name: a }\n',
  },
]);

describeRule(noName, [
  {
    name: 'no name',
    manifest: 'apiVersion: v1\nkind: Service\nmetadata: { labels: { a: b } }\n',
    finds: [{ line: 3, message: 'this Service has no name' }],
  },
  { name: 'a generated name', manifest: 'apiVersion: v1\nkind: Service\nmetadata: { generateName: a- }\n' },
  { name: 'a kubeconfig', manifest: 'apiVersion: v1\nkind: Config\nclusters: []\n' },
]);

const named = (metadata: string, kind = 'ConfigMap'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { ${metadata} }\n${kind === 'Service' ? 'spec: { ports: [{ port: 80 }] }' : ''}`;

describeRule(valueNotAllowed, [
  { name: 'a name with dots', manifest: named('name: checkout.v1') },
  {
    name: "a Service's name has none",
    manifest: named('name: checkout.v1', 'Service'),
    finds: [{ path: 'metadata.name' }],
  },
  {
    name: 'names that are none',
    manifest: named('name: Checkout, namespace: shop.example'),
    finds: [{ path: 'metadata.name' }, { path: 'metadata.namespace' }],
  },
  {
    name: 'labels and their keys',
    manifest: named("name: a, labels: { app: 'a b', '/x': y, example.com/ok: A_b.c, team: '' }"),
    finds: [{ path: 'metadata.labels.app' }, { path: 'metadata.labels["/x"]' }],
  },
  {
    name: 'a label that a selector asks for',
    manifest: rollout("selector: { matchLabels: { app: 'a/b' } }"),
    finds: [{ path: 'spec.selector.matchLabels.app' }],
  },
  {
    name: 'a quantity that is none',
    manifest: pod('resources: { limits: { memory: 500MB, cpu: 100m } }'),
    finds: [{ path: 'spec.template.spec.containers[0].resources.limits.memory' }],
  },
  {
    name: 'a number that 32 bits do not hold',
    manifest: rollout('{ replicas: 2147483648, strategy: { canary: { maxUnavailable: 1000000000000 } } }'),
    finds: [{ path: 'spec.replicas' }, { path: 'spec.strategy.canary.maxUnavailable' }],
  },
  {
    name: 'an empty text, where it is not the default',
    manifest: pod("imagePullPolicy: '', securityContext: { procMount: '' }"),
    finds: [{ path: 'spec.template.spec.containers[0].securityContext.procMount' }],
  },
  {
    name: 'two mounts at one place',
    manifest: pod('volumeMounts: [{ name: a, mountPath: /a }, { name: b, mountPath: /a }]'),
    finds: [{ path: 'spec.template.spec.containers[0].volumeMounts[1]' }],
  },
  {
    name: "a duration of Istio's",
    manifest:
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a }\nspec: { http: [{ timeout: 1d }, { timeout: 0s }, { timeout: 1.5s }] }',
    finds: [{ path: 'spec.http[0].timeout' }, { path: 'spec.http[1].timeout' }],
  },
]);

describeRule(unknownKind, [
  { name: 'a kind of the core group', manifest: 'apiVersion: v1\nkind: Serivce\nmetadata: { name: a }', finds: [{}] },
  { name: 'a kubeconfig is no manifest', manifest: 'apiVersion: v1\nkind: Config\nmetadata: { name: a }' },
  {
    name: 'a kind in the wrong group',
    manifest: 'apiVersion: v1\nkind: Rollout\nmetadata: { name: a }',
    finds: [{ hint: 'it is in argoproj.io' }],
  },
  {
    name: 'a group that is misspelt',
    manifest: 'apiVersion: arggoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }',
    finds: [{ hint: "did you mean 'argoproj.io'?" }],
  },
  {
    name: "a version that is no more, of Kubernetes's own",
    manifest: 'apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: { name: a }',
    finds: [{ hint: 'it has v1' }],
  },
  {
    name: "others' kinds in their own group",
    manifest: 'apiVersion: example.com/v9\nkind: Rollout\nmetadata: { name: a }',
  },
  {
    name: 'a kind whose definition is not at hand',
    manifest: 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }',
  },
]);

const service = (spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ${spec} }`;

describeRule(servicePorts, [
  { name: 'no ports', manifest: service('selector: { app: a }'), finds: [{ path: 'spec.ports' }] },
  { name: 'a headless Service needs none', manifest: service('clusterIP: None') },
  { name: 'another name needs none', manifest: service('type: ExternalName, externalName: example.com') },
  {
    name: 'several ports without names, and of one number',
    manifest: service('ports: [{ port: 80 }, { port: 80 }]'),
    finds: [{ path: 'spec.ports[0].name' }, { path: 'spec.ports[1].name' }, { path: 'spec.ports[1].port' }],
  },
  {
    name: 'one number of two protocols',
    manifest: service('ports: [{ name: dns, port: 53 }, { name: dns-udp, port: 53, protocol: UDP }]'),
  },
  {
    name: 'ports that are none',
    manifest: service('ports: [{ port: 0, targetPort: Web }]'),
    finds: [{ path: 'spec.ports[0].port' }, { path: 'spec.ports[0].targetPort' }],
  },
  { name: 'an empty target is the port itself', manifest: service("ports: [{ port: 80, targetPort: '' }]") },
]);

/** Kubernetes's own kinds: each with one field that the API server does not know, or refuses, and right. */
const builtIn = (apiVersion: string, kind: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: checkout }\nspec: ${spec}\n`;
const PODS = '{ metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } }';
const TARGET = 'scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }';
const WITH_PODS = `selector: { matchLabels: { app: a } }, template: ${PODS}`;

describeRule(unknownField, [
  ...(
    [
      ['autoscaling/v2', 'HorizontalPodAutoscaler', `{ ${TARGET}, maxReplicas: 5, minReplica: 2 }`],
      ['policy/v1', 'PodDisruptionBudget', '{ minavailable: 1, selector: { matchLabels: { app: a } } }'],
      ['apps/v1', 'Deployment', `{ replica: 2, ${WITH_PODS} }`],
      ['networking.k8s.io/v1', 'NetworkPolicy', '{ podSelector: {}, ingres: [] }'],
      ['networking.k8s.io/v1', 'Ingress', '{ rule: [] }'],
      ['batch/v1', 'Job', `{ backofLimit: 1, template: ${PODS} }`],
    ] as const
  ).map(([apiVersion, kind, spec]) => ({
    name: `a misspelt field of ${kind}`,
    manifest: builtIn(apiVersion, kind, spec),
    finds: [{ severity: 'error' as const }],
  })),
  {
    name: 'an autoscaler with behaviour, a budget and a StatefulSet as the API server takes them',
    manifest: [
      builtIn(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        `{ ${TARGET}, minReplicas: 2, maxReplicas: 9, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }], behavior: { scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: Percent, value: 100, periodSeconds: 15 }] } } }`,
      ),
      builtIn('policy/v1', 'PodDisruptionBudget', '{ maxUnavailable: 25%, selector: { matchLabels: { app: a } } }'),
      builtIn('apps/v1', 'StatefulSet', `{ ${WITH_PODS} }`),
      builtIn('networking.k8s.io/v1', 'NetworkPolicy', '{ ingress: [{ from: [{ podSelector: {} }] }] }'),
    ].join('---\n'),
  },
]);

describeRule(missingField, [
  {
    name: 'a Deployment without a selector, an Ingress path without a type, an autoscaler without a maximum',
    manifest: [
      builtIn('apps/v1', 'Deployment', `{ template: ${PODS} }`),
      builtIn(
        'networking.k8s.io/v1',
        'Ingress',
        '{ rules: [{ http: { paths: [{ path: /, backend: { service: { name: a, port: { number: 80 } } } }] } }] }',
      ),
      builtIn('autoscaling/v2', 'HorizontalPodAutoscaler', `{ ${TARGET} }`),
    ].join('---\n'),
    finds: [
      { message: "spec lacks 'selector'" },
      { message: "spec.rules[0].http.paths[0] lacks 'pathType'" },
      { message: "spec lacks 'maxReplicas'" },
    ],
  },
  {
    name: 'a StatefulSet without a Service and a NetworkPolicy for all pods, which the API server accepts',
    manifest: [
      builtIn('apps/v1', 'StatefulSet', `{ ${WITH_PODS} }`),
      builtIn('networking.k8s.io/v1', 'NetworkPolicy', '{ ingress: [] }'),
    ].join('---\n'),
  },
]);
