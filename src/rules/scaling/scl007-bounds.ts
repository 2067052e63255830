import { scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (least: number): string =>
  documents(exampleRollout('{}'), exampleAutoscaler(undefined, `minReplicas: ${least}\nmaxReplicas: 5`));

export const bounds: Rule = {
  code: 'SCL007',
  severity: 'error',
  title: 'An autoscaler has a lower bound above its upper one',
  why: 'The API server refuses it (KEDA reports an error), and nothing is scaled.',
  fix: 'Make the least number of replicas at most the greatest.',
  bad: manifests(6),
  good: manifests(2),
  check(graph, report) {
    for (const { resource, least, most } of scalers(graph)) {
      if (least.number === undefined || most.number === undefined || least.number <= most.number) continue;
      report(least, `${resource} scales to at least ${least.number} and at most ${most.number} replicas`, {
        related: { field: most, message: 'at most' },
      });
    }
  },
};
