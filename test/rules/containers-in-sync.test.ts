import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

const application = (ignores: string, options = 'syncOptions: [RespectIgnoreDifferences=true]'): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: default
  source: { repoURL: 'https://git.example.com/deploy.git', path: shop }
  destination: { server: 'https://kubernetes.default.svc', namespace: shop }
  ignoreDifferences: ${ignores}
  syncPolicy: { ${options} }
`;

const rollout = (container: string, spec = ''): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: checkout, ${container} }] }
  strategy: { canary: { steps: [{ setWeight: 10 }, { pause: {} }] } }
${spec}`;

const REPLICAS = '[{ group: argoproj.io, kind: Rollout, jsonPointers: [/spec/replicas] }]';
const ignoring = (path: string): string => `[{ group: argoproj.io, kind: Rollout, jqPathExpressions: ['${path}'] }]`;
const CANONICAL = "resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { cpu: '1' } }";
const frozen = (what: string): string =>
  `Application argocd/shop has RespectIgnoreDifferences=true, and container 'checkout' of Rollout shop/checkout ${what}: if a sync without the option, or kubectl, applies it so, a new image never arrives`;

const FORMS: readonly RuleCase[] = [
  {
    name: 'replicas, and a container without resources',
    manifest: application(REPLICAS) + rollout(''),
    finds: [{ message: frozen('has no resources'), path: 'spec.syncPolicy.syncOptions[0]' }],
  },
  { name: 'nothing ignored', manifest: application('[]') + rollout(''), finds: [{}] },
  {
    name: 'a quantity in another form',
    manifest: application(REPLICAS) + rollout('resources: { limits: { cpu: 1000m } }'),
    finds: [{ message: frozen('has 1000m for 1') }],
  },
  {
    name: 'an empty variable',
    manifest: application(REPLICAS) + rollout(`${CANONICAL}, env: [{ name: MODE, value: '' }]`),
    finds: [{ message: frozen("gives 'MODE' an empty value") }],
  },
  { name: 'the form of the controller', manifest: application(REPLICAS) + rollout(CANONICAL) },
  { name: 'without the option', manifest: application(REPLICAS, 'syncOptions: []') + rollout('') },
  {
    name: 'the pods of a Deployment that a Rollout runs',
    manifest:
      application(REPLICAS) +
      rollout('').replace('argoproj.io/v1alpha1\nkind: Rollout', 'apps/v1\nkind: Deployment') +
      rollout('').replace(
        / {2}template:\n.*\n.*\n/,
        '  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }\n',
      ),
  },
];

const LISTS: readonly RuleCase[] = [
  {
    name: 'the image of containers',
    manifest: application(ignoring('.spec.template.spec.containers[].image')) + rollout(CANONICAL),
    finds: [
      {
        severity: 'warning',
        message:
          'Application argocd/shop has RespectIgnoreDifferences=true and ignores .spec.template.spec.containers[].image, which is inside a list, so changes of that list in Git never arrive',
      },
    ],
  },
  {
    name: 'the weight of a step, by a pointer',
    manifest:
      application('[{ group: argoproj.io, kind: Rollout, jsonPointers: [/spec/strategy/canary/steps/0/setWeight] }]') +
      rollout(CANONICAL),
    finds: [{ severity: 'warning' }],
  },
  {
    name: 'something in a list that Git lacks',
    manifest: application(ignoring('.spec.template.spec.containers[].terminationMessagePath')) + rollout(CANONICAL),
  },
  {
    name: 'the image of a Deployment, whose containers have a merge key',
    manifest:
      application(
        "[{ group: apps, kind: Deployment, jqPathExpressions: ['.spec.template.spec.containers[].image'] }]",
      ) + rollout(CANONICAL).replace('argoproj.io/v1alpha1\nkind: Rollout', 'apps/v1\nkind: Deployment'),
  },
];

describeRule(
  RULES.find(({ code }) => code === 'GIT003')!,
  LISTS,
);
describeRule(
  RULES.find(({ code }) => code === 'GIT019')!,
  FORMS,
);
