import { applications, rolloutsTouching } from '../../graph';
import { documents, exampleApplication, exampleOf, exampleRollout, ignoring, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ignoresBelow } from './ignores';

const istio = `virtualService: { name: checkout }
destinationRule: { name: checkout, canarySubsetName: canary, stableSubsetName: stable }`;

const manifests = (spec: string): string =>
  documents(
    exampleApplication(spec),
    exampleRollout(routedCanary('', istio), { namespace: 'shop' }),
    exampleOf(
      'networking.istio.io/v1',
      'DestinationRule',
      'checkout',
      'host: checkout\nsubsets: [{ name: canary }, { name: stable }]',
    ).replace('  name: checkout\n', '  name: checkout\n  namespace: shop\n'),
  );

export const subsetLabelsNotIgnored: Rule = {
  code: 'GIT002',
  severity: 'warning',
  title: 'A server-side apply or diff reports the hash labels of subsets as drift',
  why: 'The controller writes the hash of each version into the labels of its subset. The default comparison of Argo CD does not see labels that Git does not have. With `ServerSideApply=true` or server-side diff it does: the Application is OutOfSync, and a sync removes the hashes until the controller writes them again. Until then both subsets hold the pods of both versions.',
  fix: 'Remove the option, or ignore `.spec.subsets[]?.labels."rollouts-pod-template-hash"` and give each subset a label of the pods in Git.',
  whenNotToUse: 'When `argocd-cm` ignores the labels for all Applications.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff code.',
  bad: manifests('syncPolicy: { automated: {} }'),
  good: manifests(
    ignoring('DestinationRule', `jqPathExpressions: ['.spec.subsets[]?.labels."rollouts-pod-template-hash"']`),
  ),
  check(graph, report) {
    for (const application of applications(graph)) {
      const applied = new Set(application.resources);
      for (const { resource, destinationRule } of rolloutsTouching(graph, application)) {
        const rule = destinationRule?.target;
        if (!rule || !applied.has(rule) || ignoresBelow(graph, application, rule, '.spec.subsets[].labels')) continue;
        const ignores = application.resource.field('spec', 'ignoreDifferences');
        report(
          ignores.exists ? ignores : application.resource.field('spec'),
          `${application.resource} applies ${rule} and does not ignore the labels of its subsets, which ${resource} sets`,
          { on: 'key', related: { field: rule.field('metadata', 'name'), message: 'the DestinationRule' } },
        );
      }
    }
  },
};
