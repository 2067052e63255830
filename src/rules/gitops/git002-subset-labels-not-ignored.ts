import { applications, type Field, rolloutsTouching } from '../../graph';
import { documents, exampleApplication, exampleOf, exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ignoresBelow } from '../shared/argo-cd-ignores';
import { comparesServerSide } from './server-side';

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
  whenNotToUse: 'When `argocd-cm`, which is not among the manifests, ignores the labels for all Applications.',
  confirmedBy: 'Argo CD 3.5.7 and 3.6.1, measured with their own diff code.',
  bad: manifests('syncPolicy: { syncOptions: [ServerSideApply=true] }'),
  good: manifests('syncPolicy: { automated: {} }'),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const option = comparesServerSide(graph, application);
      if (option === undefined) continue;
      const applied = new Set(application.resources);
      for (const { resource, istio, destinationRule } of rolloutsTouching(graph, application)) {
        const rule = destinationRule?.target;
        if (!rule || !applied.has(rule)) continue;
        const ignored = ignoresBelow(graph, application, rule, '.spec.subsets[].labels');
        const names = ['canarySubsetName', 'stableSubsetName'].map((key) => istio.get('destinationRule', key).string);
        const bare = rule
          .field('spec', 'subsets')
          .items()
          .find((one) => names.includes(one.get('name').string) && one.get('labels').entries().length === 0);
        // If Git has no labels, an empty object remains although the hash is ignored.
        if (ignored && bare === undefined) continue;
        report(
          ignored ? bare! : option,
          ignored
            ? `a subset of ${rule} has no labels in Git, so ${application.resource} stays OutOfSync with ${shown(option)}`
            : `${application.resource} compares ${rule} with ${shown(option)} and does not ignore the labels of its subsets, which ${resource} sets`,
          {
            hint: ignored ? 'give the subset a label of the pods' : 'remove the option, or ignore the labels',
            related: ignored
              ? { field: option, message: 'the option' }
              : { field: rule.field('metadata', 'name'), message: 'the DestinationRule' },
          },
        );
      }
    }
  },
};

const shown = ({ string = '' }: Field): string => (string.includes('=') ? string : 'server-side diff');
