import type { Rule } from '../../src/rules';
import { REFERENCE_RULES } from '../../src/rules/references';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => REFERENCE_RULES.find((one) => one.code === code)!;

const rollout = (canary: string, spec = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  ${spec}
  template: { metadata: { labels: { app: checkout, tier: web } } }
  strategy: { canary: { ${canary} } }
`;
const other = (kind: string, name: string, rest: string, namespace = 'shop'): string => `---
apiVersion: ${kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate' ? 'argoproj.io/v1alpha1' : kind.includes('Rule') || kind.includes('Virtual') || kind === 'Gateway' ? 'networking.istio.io/v1' : 'v1'}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
${rest}
`;
const template = (name: string, spec: string): string => other('AnalysisTemplate', name, `spec: { ${spec} }`);
const step = (analysis: string): string => `steps: [{ setWeight: 5 }, { analysis: { ${analysis} } }]`;
const metric = (more: string, query = 'up'): string =>
  `metrics: [{ name: m, ${more} provider: { prometheus: { query: '${query}' } } }]`;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  REF001: [
    {
      name: 'what may be elsewhere is a note',
      manifest: rollout('canaryService: c, stableService: s'),
      finds: [{ severity: 'note' }, { severity: 'note' }],
    },
    {
      name: 'a Service of another namespace does not do',
      manifest: rollout('canaryService: c') + other('Service', 'c', 'spec: {}', 'other'),
      options: { closedWorld: true },
      finds: [{ severity: 'error' }],
    },
    {
      name: 'there',
      manifest: rollout('canaryService: c') + other('Service', 'c', 'spec: {}'),
      options: { closedWorld: true },
    },
  ],
  REF003: [
    {
      name: 'a rule of another namespace is not found by the controller',
      manifest:
        rollout('trafficRouting: { istio: { destinationRule: { name: d } } }') +
        other('DestinationRule', 'd', 'spec: {}', 'edge'),
      finds: [{ severity: 'error', hint: "there is one in the namespace 'edge', where the controller does not look" }],
    },
    {
      name: 'there',
      manifest:
        rollout('trafficRouting: { istio: { destinationRule: { name: d } } }') +
        other('DestinationRule', 'd', 'spec: {}'),
    },
  ],
  REF005: [
    {
      name: 'neither',
      manifest: rollout('trafficRouting: { istio: {} }'),
      finds: [{ message: 'Rollout shop/checkout routes traffic with Istio and gives no virtualService' }],
    },
    {
      name: 'several',
      manifest: rollout('trafficRouting: { istio: { virtualServices: [{ name: a }, { name: b }] } }'),
    },
  ],
  REF006: [
    {
      name: 'labels of canaryMetadata do not count',
      manifest:
        rollout('canaryService: c, canaryMetadata: { labels: { role: canary } }') +
        other('Service', 'c', 'spec: { selector: { app: checkout, role: canary } }'),
      finds: [{ hint: 'labels of canaryMetadata do not count', path: 'spec.selector.role' }],
    },
    {
      name: 'the hash of the controller does not matter',
      manifest:
        rollout('canaryService: c') +
        other('Service', 'c', 'spec: { selector: { app: checkout, rollouts-pod-template-hash: abc } }'),
    },
    {
      name: 'fewer labels than the pods have',
      manifest: rollout('canaryService: c') + other('Service', 'c', 'spec: { selector: { app: checkout } }'),
    },
    {
      name: 'the pods are those of a workload elsewhere',
      manifest:
        rollout('canaryService: c', 'workloadRef: { kind: Deployment, name: x }') +
        other('Service', 'c', 'spec: { selector: { app: x } }'),
    },
  ],
  REF009: [
    {
      name: 'the Rollout giving it does not help',
      manifest:
        rollout(step('templates: [{ templateName: a }, { templateName: b }], args: [{ name: w, value: 1m }]')) +
        template('a', 'args: [{ name: w, value: 5m }]') +
        template('b', 'args: [{ name: w, value: 10m }]'),
      finds: [
        {
          message:
            "the argument 'w' of an analysis of Rollout shop/checkout is '5m' in AnalysisTemplate shop/a and '10m' in AnalysisTemplate shop/b",
        },
      ],
    },
    {
      name: 'a default in one of them',
      manifest:
        rollout(step('templates: [{ templateName: a }, { templateName: b }]')) +
        template('a', 'args: [{ name: w, value: 5m }]') +
        template('b', 'args: [{ name: w }]'),
    },
    {
      name: 'two analyses may differ',
      manifest:
        rollout(
          'steps: [{ analysis: { templates: [{ templateName: a }] } }, { analysis: { templates: [{ templateName: b }] } }]',
        ) +
        template('a', 'args: [{ name: w, value: 5m }]') +
        template('b', 'args: [{ name: w, value: 10m }]'),
    },
  ],
  REF010: [
    {
      name: 'a default by fieldRef is none',
      manifest:
        rollout(step('templates: [{ templateName: a }]')) +
        template('a', 'args: [{ name: ns, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }]'),
      finds: [
        {
          message:
            "the analysis in step 2 of Rollout shop/checkout has no value for the argument 'ns', which AnalysisTemplate shop/a gives only by fieldRef, which is not resolved",
        },
      ],
    },
    {
      name: 'an argument without its value, in the background',
      manifest:
        rollout('analysis: { templates: [{ templateName: a }], args: [{ name: ns }] }') +
        template('a', 'args: [{ name: ns }]'),
      finds: [{ path: 'spec.strategy.canary.analysis.args[0]', severity: 'warning' }],
    },
    {
      name: 'given by the Rollout, by a default, by a Secret',
      manifest:
        rollout(
          step('templates: [{ templateName: a }], args: [{ name: ns, valueFrom: { podTemplateHashValue: Latest } }]'),
        ) +
        template(
          'a',
          "args: [{ name: ns }, { name: d, value: '' }, { name: s, valueFrom: { secretKeyRef: { name: s, key: k } } }]",
        ),
    },
  ],
  REF011: [
    {
      name: 'in the background alone, where the controller does not look',
      manifest:
        rollout('analysis: { templates: [{ templateName: a }] }') +
        template(
          'a',
          `args: [{ name: ns, value: x, valueFrom: { fieldRef: { fieldPath: metadata.name } } }], ${metric('', 'up')}`,
        ),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'in a step',
      manifest:
        rollout(step('templates: [{ templateName: a }]')) +
        template(
          'a',
          `args: [{ name: ns, value: x, valueFrom: { fieldRef: { fieldPath: metadata.name } } }], ${metric('', 'up')}`,
        ),
      finds: [{ severity: 'error' }],
    },
    {
      name: 'a value alone',
      manifest: rollout(step('templates: [{ templateName: a }]')) + template('a', 'args: [{ name: ns, value: x }]'),
    },
  ],
  REF012: [
    {
      name: 'braces around something else than an argument',
      manifest: template('a', metric('', 'up{n="{{ inputs.ns }}"}')).slice(4),
      finds: [{ hint: 'write {{args.…}}' }],
    },
    {
      name: 'in the count, not only the query',
      manifest: template(
        'a',
        metric("interval: 1m, count: '{{ args.cuont }}',").replace(
          'metrics',
          'args: [{ name: count, value: "5" }], metrics',
        ),
      ).slice(4),
      finds: [{ hint: "did you mean 'count'?" }],
    },
    {
      name: 'declared by the template that contains it, in the background',
      manifest:
        rollout('analysis: { templates: [{ templateName: a }], args: [{ name: ns, value: x }] }') +
        template('a', 'args: [{ name: ns }], templates: [{ templateName: b }]') +
        template('b', metric('', 'up{n="{{args.ns}}"}')),
    },
    {
      name: 'declared by the template that contains it, in a step: each is judged by itself before it runs',
      manifest:
        rollout(step('templates: [{ templateName: a }], args: [{ name: ns, value: x }]')) +
        template('a', 'args: [{ name: ns }], templates: [{ templateName: b }]') +
        template('b', metric('', 'up{n="{{args.ns}}"}')),
      finds: [{ message: "AnalysisTemplate shop/b mentions the argument 'ns', which it does not declare" }],
    },
    {
      name: 'given by the Rollout and declared by nobody',
      manifest:
        rollout(step('templates: [{ templateName: a }], args: [{ name: ns, value: x }]')) +
        template('a', metric('', 'up{n="{{args.ns}}"}')),
      finds: [{ message: "AnalysisTemplate shop/a mentions the argument 'ns', which it does not declare" }],
    },
  ],
  REF013: [
    {
      name: 'no template has any',
      manifest:
        rollout(step('templates: [{ templateName: a }], args: [{ name: ns, value: x }]')) +
        template('a', 'metrics: []'),
      finds: [{ hint: 'they declare none' }],
    },
    {
      name: 'a template that is elsewhere may declare it',
      manifest:
        rollout(step('templates: [{ templateName: a }, { templateName: z }], args: [{ name: ns, value: x }]')) +
        template('a', 'metrics: []'),
    },
  ],
  REF017: [
    {
      name: 'a Deployment of a group that has none',
      manifest:
        'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }\nspec: { workloadRef: { apiVersion: v1, kind: Deployment, name: a } }',
      finds: [{ path: 'spec.workloadRef.apiVersion', hint: 'write apps/v1' }],
    },
    {
      name: 'a StatefulSet has no template to take',
      manifest: rollout('', 'workloadRef: { apiVersion: apps/v1, kind: StatefulSet, name: x }'),
      finds: [{ hint: 'it can of a Deployment, ReplicaSet, PodTemplate' }],
    },
    {
      name: 'a Deployment without a name',
      manifest: rollout('', 'workloadRef: { apiVersion: apps/v1, kind: Deployment }'),
      finds: [{ message: 'Rollout shop/checkout refers to a Deployment of no name' }],
    },
    { name: 'none', manifest: rollout('') },
  ],
  REF018: [
    {
      name: 'one pod is the default',
      manifest: rollout('', 'workloadRef: { kind: Deployment, name: x }') + other('Deployment', 'x', 'spec: {}'),
      finds: [
        {
          message:
            'Deployment shop/x runs 1 pods beside those of Rollout shop/checkout, which takes its template from it',
        },
      ],
    },
    {
      name: 'the controller scales it down',
      manifest:
        rollout('', 'workloadRef: { kind: Deployment, name: x, scaleDown: progressively }') +
        other('Deployment', 'x', 'spec: { replicas: 3 }'),
    },
  ],
  REF019: [
    {
      name: 'at once',
      manifest: rollout(step('templates: [{ templateName: a }]')) + template('a', 'templates: [{ templateName: a }]'),
      finds: [{ message: 'AnalysisTemplate shop/a contains itself' }],
    },
    {
      name: 'the same one by two ways is no circle',
      manifest:
        rollout(step('templates: [{ templateName: a }, { templateName: b }]')) +
        template('a', 'templates: [{ templateName: c }]') +
        template('b', 'templates: [{ templateName: c }]') +
        template('c', 'metrics: []'),
    },
  ],
  REF020: [
    {
      name: 'a variable of a container',
      manifest:
        rollout('').replace(
          'labels: { app: checkout, tier: web } }',
          'labels: {} }, spec: { containers: [{ name: a, env: [{ name: X, valueFrom: { configMapKeyRef: { name: cm, key: port } } }] }] }',
        ) + other('ConfigMap', 'cm', 'data: { url: a }'),
      finds: [{ hint: "it has 'url'" }],
    },
    {
      name: 'an empty Secret is filled by somebody else',
      manifest:
        template(
          'a',
          'args: [{ name: t, valueFrom: { secretKeyRef: { name: s, key: k } } }], metrics: [{ name: m }]',
        ).slice(4) + other('Secret', 's', 'type: Opaque'),
    },
  ],
  REF021: [
    {
      name: 'a Gateway of another namespace',
      manifest:
        other('VirtualService', 'v', 'spec: { gateways: [public], hosts: [a.example.com] }').slice(4) +
        other('Gateway', 'public', 'spec: {}', 'edge'),
      finds: [{ severity: 'error', hint: "did you mean 'edge/public' (app.yaml:8)?" }],
    },
    {
      name: 'by namespace and name, and the mesh',
      manifest:
        other('VirtualService', 'v', 'spec: { gateways: [edge/public, mesh], hosts: [a.example.com] }').slice(4) +
        other('Gateway', 'public', 'spec: {}', 'edge'),
    },
  ],
  REF022: [
    {
      name: 'in one file',
      manifest: other('Service', 'a', '').slice(4) + other('Service', 'a', ''),
      finds: [{ message: 'Service shop/a is defined twice in this file' }],
    },
    {
      name: 'a base and its overlay',
      manifest: { 'base.yaml': other('Service', 'a', '').slice(4), 'prod.yaml': other('Service', 'a', '').slice(4) },
    },
    { name: 'in two namespaces', manifest: other('Service', 'a', '').slice(4) + other('Service', 'a', '', 'other') },
    {
      name: 'names that are alike only when they are written one after the other',
      manifest: `
apiVersion: v1
kind: Service
metadata: { namespace: "a\\nb", name: c }
---
apiVersion: v1
kind: Service
metadata: { namespace: a, name: "b\\nc" }`,
    },
  ],
  REF023: [
    {
      name: 'the Secret of an argument, misspelt',
      manifest:
        rollout(step('templates: [{ templateName: a }]')) +
        template(
          'a',
          `args: [{ name: token, valueFrom: { secretKeyRef: { name: promethues, key: token } } }], ${metric('', 'up{n="{{args.token}}"}')}`,
        ) +
        '\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: prometheus, namespace: shop }',
      finds: [
        {
          severity: 'error',
          message: "the argument 'token' comes from the Secret 'promethues', which nothing here defines",
          hint: expect.stringContaining("did you mean 'prometheus'"),
        },
      ],
    },
    {
      name: 'a Secret for an argument that is kept elsewhere',
      manifest:
        rollout(step('templates: [{ templateName: a }]')) +
        template(
          'a',
          `args: [{ name: token, valueFrom: { secretKeyRef: { name: monitoring, key: token } } }], ${metric('', 'up{n="{{args.token}}"}')}`,
        ),
    },
    {
      name: 'a ServiceAccount that may be elsewhere',
      manifest: rollout('').replace('tier: web } }', 'tier: web } }, spec: { serviceAccountName: robot }'),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'a ServiceAccount that cloud tooling may create, in a complete set',
      manifest: rollout('').replace('tier: web } }', 'tier: web } }, spec: { serviceAccountName: robot }'),
      options: { closedWorld: true },
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'Secrets are seldom in Git, and what is optional need not be there',
      manifest: rollout('').replace(
        'tier: web } }',
        'tier: web } }, spec: { containers: [{ name: a, envFrom: [{ secretRef: { name: s } }, { configMapRef: { name: c, optional: true } }] }] }',
      ),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
