import { rollouts } from '../../graph';
import { documents, exampleOf, exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing';

const manifests = (name: string): string =>
  documents(
    exampleRollout(
      routedCanary(
        '',
        `virtualService: { name: checkout }
destinationRule: { name: ${name}, canarySubsetName: canary, stableSubsetName: stable }`,
      ),
    ),
    exampleOf(
      'networking.istio.io/v1',
      'DestinationRule',
      'checkout',
      'host: checkout\nsubsets: [{ name: canary }, { name: stable }]',
    ),
  );

export const missingDestinationRule: Rule = {
  code: 'REF003',
  severity: 'error',
  title: 'A Rollout names a DestinationRule that is not there',
  why: 'Nobody checks this: the Rollout is accepted, but the controller cannot tell the subsets which version is theirs, reports an error event, and the rollout stands still.',
  fix: 'Name a DestinationRule of the namespace of the Rollout; it cannot be in another.',
  bad: manifests('chekout'),
  good: manifests('checkout'),
  check(graph, report) {
    for (const { resource, destinationRule } of rollouts(graph)) {
      if (!destinationRule || destinationRule.target) continue;
      const elsewhere = graph.find({ ...destinationRule.to, namespace: undefined });
      reportMissing(
        graph,
        report,
        destinationRule,
        `${resource} labels the subsets of the DestinationRule '${destinationRule.to.name}', which nothing here defines`,
        elsewhere && {
          outside: false,
          hint: `there is one in the namespace '${elsewhere.namespace}', where the controller does not look`,
        },
      );
    }
  },
};
