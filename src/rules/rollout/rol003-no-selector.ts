import { type Field, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const WITH_VALUES = ['In', 'NotIn'];
const WITHOUT_VALUES = ['Exists', 'DoesNotExist'];

const good = exampleRollout('{}');

export const noSelector: Rule = {
  code: 'ROL003',
  severity: 'error',
  title: "A Rollout's selector is missing, empty or invalid",
  why: "Without a selector the controller cannot tell the pods that are the Rollout's own. It refuses the Rollout: InvalidSpec, Degraded.",
  fix: 'Give `spec.selector.matchLabels` a label that the pods have and no others do. `matchExpressions` know the operators In and NotIn, with values, and Exists and DoesNotExist, without.',
  bad: good.replace('{ matchLabels: { app: checkout } }', '{}'),
  good,
  peers: { argo: "Rollout has missing field '.spec.selector'; empty selector is invalid for deployment" },
  check(graph, report) {
    for (const { resource } of rollouts(graph)) {
      const spec = resource.field('spec');
      const selector = spec.get('selector');
      if (!selector.exists) {
        // A Rollout that refers to a workload takes the workload's selector.
        if (spec.exists && !spec.get('workloadRef').exists) report(spec, `${resource} has no selector`, { on: 'key' });
        continue;
      }
      const expressions = selector.get('matchExpressions').items();
      const isEmpty = selector.get('matchLabels').entries().length + expressions.length === 0;
      if (isEmpty && !spec.get('workloadRef').exists) {
        report(selector, `the selector of ${resource} is empty`);
      }
      for (const expression of expressions) checkExpression(expression, String(resource), report);
    }
  },
};

function checkExpression(expression: Field, owner: string, report: Report): void {
  const operator = expression.get('operator');
  const count = expression.get('values').items().length;
  const known = operator.string ?? '';
  if (WITH_VALUES.includes(known)) {
    if (count === 0) report(expression, `the selector of ${owner} has the operator ${known} without values`);
  } else if (WITHOUT_VALUES.includes(known)) {
    if (count > 0) report(expression.get('values'), `the selector of ${owner} has the operator ${known} with values`);
  } else if (operator.exists) {
    report(operator, `the selector of ${owner} has the operator '${known}'`, {
      hint: `there are ${[...WITH_VALUES, ...WITHOUT_VALUES].join(', ')}`,
    });
  }
}
