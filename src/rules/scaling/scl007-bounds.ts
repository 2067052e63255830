import { scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (least: number): string =>
  documents(exampleRollout('{}'), exampleAutoscaler(undefined, `minReplicas: ${least}\nmaxReplicas: 5`));

export const bounds: Rule = {
  code: 'SCL007',
  severity: 'error',
  title: 'The minimum of an autoscaler is above its maximum',
  why: 'The API server refuses such a HorizontalPodAutoscaler. KEDA 2.19 admits a ScaledObject and fails later; KEDA 2.21 refuses it. Nothing is scaled.',
  fix: 'Set the minimum to at most the maximum.',
  whenNotToUse: 'Never: nothing is scaled.',
  confirmedBy: 'Kubernetes 1.34.1: the conformance run asks its validation. KEDA 2.19 (read) and 2.21 (measured).',
  bad: manifests(6),
  good: manifests(2),
  checkPart(graph, report, part) {
    for (const { resource, least, most } of part(scalers(graph))) {
      if (least.number === undefined || most.number === undefined || least.number <= most.number) continue;
      report(least, `${resource} scales to at least ${least.number} and at most ${most.number} replicas`, {
        related: { field: most, message: 'at most' },
      });
    }
  },
};
