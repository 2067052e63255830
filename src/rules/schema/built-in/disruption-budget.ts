import type { Field } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { oneOf, podCount } from './checks';
import { selectorProblems } from './selector';

/**
 * Errors of the API server about a PodDisruptionBudget, except both of its limits at once (SCL014).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
 */
export function budgetProblems(spec: Field): SchemaProblem[] {
  return [
    ...podCount(spec.get('minAvailable'), true),
    ...podCount(spec.get('maxUnavailable'), true),
    ...oneOf(spec.get('unhealthyPodEvictionPolicy'), ['IfHealthyBudget', 'AlwaysAllow']),
    ...selectorProblems(spec.get('selector')),
  ];
}
