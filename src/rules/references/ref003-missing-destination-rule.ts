import { rollouts } from '../../graph';
import { documents, exampleOf, exampleRollout, routedCanary } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing-reference';

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
  title: 'A Rollout names a DestinationRule that does not exist',
  why: 'The Rollout is accepted, because the controller does not validate this reference. It then cannot write the hash labels of the subsets, records an error event, and the update does not continue.',
  fix: 'Name a DestinationRule in the namespace of the Rollout. One in another namespace is not found.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('chekout'),
  good: manifests('checkout'),
  checkPart(graph, report, part) {
    for (const { resource, destinationRule } of part(rollouts(graph))) {
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
