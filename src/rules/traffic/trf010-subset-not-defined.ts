import { destinationRules, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { exampleSubsets } from '../shared/example';

export const subsetNotDefined: Rule = {
  code: 'TRF010',
  severity: 'error',
  title: 'A Rollout names a subset that its DestinationRule does not have',
  why: 'Nobody checks this. The controller writes no hash if there is no subset, and reports nothing. Requests to the subset answer 503, or reach all pods.',
  fix: 'Use the names of the DestinationRule. Both subsets must exist, with or without labels.',
  whenNotToUse: 'Never: the split does not work.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleSubsets('- name: canry\n- name: stable'),
  good: exampleSubsets('- name: canary\n- name: stable'),
  peers: { istioctl: 'IST0101, for the route', kiali: 'KIA1107, for the route' },
  checkPart(graph, report, part) {
    for (const { resource, istio, destinationRule } of part(rollouts(graph))) {
      const rule = destinationRule?.target;
      if (!rule) continue;
      const subsets = rule.field('spec', 'subsets').items();
      const names = subsets.flatMap((subset) => subset.get('name').string ?? []);
      // Subsets that the controller does not manage may be in another rule of the same host, which Istio merges.
      const host = rule.field('spec', 'host').string;
      const joined = destinationRules(graph)
        .filter((other) => other.resource.namespace === rule.namespace && other.host.text === host)
        .flatMap((other) => other.subsets.map((subset) => subset.name));
      for (const key of ['canarySubsetName', 'stableSubsetName', 'additionalSubsetNames']) {
        const wanted = istio.get('destinationRule', key);
        for (const field of wanted.string === undefined ? wanted.items() : [wanted]) {
          const there = key === 'additionalSubsetNames' ? joined : names;
          if (field.string === undefined || there.includes(field.string)) continue;
          const meant = closest(field.string, names);
          report(field, `${resource} uses the subset '${field.string}', which ${rule} does not have`, {
            didYouMean:
              meant === undefined ? undefined : { name: meant, field: subsets[names.indexOf(meant)].get('name') },
            hint: meant
              ? undefined
              : names.length > 0
                ? `it has ${names.map((one) => `'${one}'`).join(', ')}`
                : 'it has none',
          });
        }
      }
      const [canary, stable] = ['canarySubsetName', 'stableSubsetName'].map((key) => istio.get('destinationRule', key));
      if (canary.string !== undefined && canary.string === stable.string) {
        report(stable, `${resource} uses the subset '${stable.string}' for both versions`);
      }
    }
  },
};
