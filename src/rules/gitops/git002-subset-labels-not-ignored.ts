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
  title: 'Argo CD does not ignore the labels that a Rollout gives to subsets',
  why: 'The controller writes the hash of each version into the labels of its subset. A sync takes them away: until the controller has seen it, both subsets hold the pods of both versions.',
  fix: 'Ignore `.spec.subsets[]?.labels."rollouts-pod-template-hash"` of the DestinationRule.',
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
