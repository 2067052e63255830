import { CONFIRMED_BY } from '../shared/confirmed-by';
import { exampleBudget } from '../shared/example';
import type { Rule } from '../shared/rule';

export const budgetWithBoth: Rule = {
  code: 'SCL014',
  severity: 'error',
  title: 'A PodDisruptionBudget has both minAvailable and maxUnavailable',
  why: 'Kubernetes takes one of the two and refuses the object otherwise. The sync fails, and the pods have no budget: a drained node may take all of them at once.',
  fix: 'Keep one: `maxUnavailable: 1` also holds while an autoscaler changes the number of pods.',
  whenNotToUse: 'Never: Kubernetes refuses the object.',
  confirmedBy: CONFIRMED_BY.apiServer,
  bad: exampleBudget('minAvailable: 1\nmaxUnavailable: 1'),
  good: exampleBudget('maxUnavailable: 1'),
  checkPart(graph, report, part) {
    for (const budget of part(graph.ofKind('PodDisruptionBudget', 'policy'))) {
      const [least, most] = ['minAvailable', 'maxUnavailable'].map((key) => budget.field('spec', key));
      if (!least.exists || !most.exists || least.value === null || most.value === null) continue;
      report(most, `${budget} has both minAvailable and maxUnavailable`, {
        on: 'key',
        hint: 'keep one of them',
        related: { field: least, message: 'minAvailable' },
      });
    }
  },
};
