import { rollouts } from '../../graph';
import { exampleSubsets, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';

const SUBSETS = '- { name: stable, labels: { app: checkout } }\n- { name: canary, labels: { app: checkout } }';

export const oneSubsetForBoth: Rule = {
  code: 'TRF046',
  severity: 'error',
  title: 'A Rollout uses one subset for both versions',
  why: 'The controller writes the hash of each version into the subset of that version. With one subset for both, the last hash stays, so all requests go to one version whatever the weight says.',
  fix: 'Give each version a subset of its own.',
  whenNotToUse: 'Never: the weights have no effect.',
  confirmedBy:
    'Argo Rollouts 1.9.1, read from its source (`rollout/trafficrouting/istio/istio.go`). No system refuses it.',
  bad: exampleRouted(
    '- name: primary\n  route: [{ destination: { host: checkout, subset: canary }, weight: 100 }]',
    'virtualService: { name: checkout }\ndestinationRule: { name: checkout, canarySubsetName: canary, stableSubsetName: canary }',
  ),
  good: exampleSubsets(SUBSETS),
  checkPart(graph, report, part) {
    for (const { resource, canary } of part(rollouts(graph))) {
      const rule = canary.get('trafficRouting', 'istio', 'destinationRule');
      const [one, other] = ['canarySubsetName', 'stableSubsetName'].map((key) => rule.get(key));
      if (!one.string || one.string !== other.string) continue;
      report(other, `${resource} uses the subset '${one.string}' for both stable and canary`, {
        related: { field: one, message: 'the canary' },
      });
    }
  },
};
