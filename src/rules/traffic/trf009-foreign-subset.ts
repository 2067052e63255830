import { rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { exampleSubsets } from '../shared/example';

const subsets = '- name: canary\n- name: stable';

export const foreignSubset: Rule = {
  code: 'TRF009',
  severity: 'warning',
  title: 'A DestinationRule has a subset that the controller deletes',
  why: 'When the controller writes the hashes, it keeps the canary subset, the stable subset and those of a running experiment. It deletes every other subset. Routes to a deleted subset answer 503.',
  fix: 'Move the other subset to a DestinationRule for another Service (host).',
  whenNotToUse: 'Never: the subset does not survive the first reconciliation.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleSubsets(`${subsets}\n- name: legacy\n  labels: { version: v1 }`),
  good: exampleSubsets(subsets),
  checkPart(graph, report, part) {
    for (const { resource, istio, destinationRule } of part(rollouts(graph))) {
      const rule = destinationRule?.target;
      const names = ['canarySubsetName', 'stableSubsetName'].map((key) => istio.get('destinationRule', key).string);
      if (!rule || names.includes(undefined)) continue;
      const subsets = rule.field('spec', 'subsets').items();
      const absent = names.filter((one) => !subsets.some((subset) => subset.get('name').string === one));
      for (const subset of subsets) {
        const name = subset.get('name');
        if (name.string === undefined || names.includes(name.string)) continue;
        // A typo is reported where the right name is missing.
        if (closest(name.string, absent.map(String)) !== undefined) continue;
        report(name, `${rule} has the subset '${name.string}', which ${resource} deletes`, {
          related: { field: istio.get('destinationRule'), message: 'the subsets it keeps' },
        });
      }
    }
  },
};
