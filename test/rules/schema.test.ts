import { alternatives } from '../../src/rules/schema/sch007-alternatives';
import { brokenYaml } from '../../src/rules/schema/sch001-broken-yaml';
import { duplicateKey } from '../../src/rules/schema/sch002-duplicate-key';
import { missingField } from '../../src/rules/schema/sch005-missing-field';
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
        message: "spec.strategy.canary has no field 'stableservice'",
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
        message: 'spec.replicas is a string ("3"), where a whole number belongs',
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
    name: 'nothing where something belongs',
    manifest: rollout('strategy:'),
    finds: [{ message: 'spec.strategy is nothing, where an object belongs' }],
  },
  {
    name: 'an int-or-string takes both',
    manifest: rollout('strategy: { canary: { maxSurge: 25%, maxUnavailable: 1 } }'),
  },
  { name: 'a quantity can be a number', manifest: pod('resources: { limits: { cpu: 1.5, memory: 1Gi } }') },
]);

describeRule(missingField, [
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
