import { dirname } from 'node:path';
import { type Graph, type Resource, type Rollout, rollouts } from '../../graph';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';

const manifests = (pause: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: checkout
  namespace: argocd
spec:
  generators: [{ list: { elements: [{ env: staging }, { env: production }] } }]
  strategy:
    type: RollingSync
    rollingSync:
      steps:
        - matchExpressions: [{ key: env, operator: In, values: [staging] }]
        - matchExpressions: [{ key: env, operator: In, values: [production] }]
  template:
    metadata: { name: 'checkout-{{env}}', labels: { env: '{{env}}' } }
    spec:
      project: default
      source: { repoURL: https://git.example.com/shop.git, path: deploy }
      destination: { server: https://kubernetes.default.svc, namespace: shop }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
  namespace: shop
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } } }
  strategy:
    canary:
      steps:
        - setWeight: 20
        - pause: ${pause}
`;

export const rollingSyncWaits: Rule = {
  code: 'GIT014',
  severity: 'advice',
  title: 'A progressive sync waits for a manual approval in the step before',
  why: 'With the strategy RollingSync, an ApplicationSet starts its next step only when all Applications of the current one are Healthy. A Rollout at a pause without a duration is Suspended, and an aborted one is Degraded. Both hold the next step, so production gets nothing until somebody approves the pause in staging.',
  fix: 'Give the pause a duration in the environments of the earlier steps.',
  whenNotToUse: 'When the approval in one environment should decide about the next.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own progressive sync code.',
  bad: manifests('{}'),
  good: manifests('{ duration: 10m }'),
  checkPart(graph, report, part) {
    for (const set of part(graph.ofKind('ApplicationSet', 'argoproj.io'))) {
      const strategy = set.field('spec', 'strategy');
      if (strategy.get('type').string !== 'RollingSync') continue;
      if (strategy.get('rollingSync', 'steps').items().length < 2) continue;
      for (const rollout of deployedBy(graph, set)) {
        const waiting = rollout.steps.find(({ field }) => {
          const pause = field.get('pause');
          return pause.exists && !pause.get('duration').exists;
        });
        if (waiting === undefined) continue;
        report(
          waiting.field,
          `${stepOf(waiting, rollout.resource)} waits for a manual approval, and ${set} holds its next step until then`,
          { related: { field: strategy, message: 'the strategy' } },
        );
      }
    }
  },
};

/** The Rollouts in the folder of the template's source. If no given file is in it, those of its namespace. */
function deployedBy(graph: Graph, set: Resource): readonly Rollout[] {
  const spec = set.field('spec', 'template', 'spec');
  const path = (spec.get('source', 'path').string ?? '').split('{{')[0].replace(/^\.?\/+|\/+$/g, '');
  const all = rollouts(graph);
  const inFolder =
    path === '' ? [] : all.filter(({ resource }) => `/${dirname(resource.origin.file)}/`.includes(`/${path}/`));
  if (inFolder.length > 0) return inFolder;
  const namespace = spec.get('destination', 'namespace').string;
  return all.filter(({ resource }) => namespace !== undefined && resource.namespace === namespace);
}
