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
  why: 'The controller needs the selector to find the pods of the Rollout. Without a valid one it refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Give `spec.selector.matchLabels` a label that only these pods have. In `matchExpressions`, the operators In and NotIn need values; Exists and DoesNotExist take none.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: good.replace('{ matchLabels: { app: checkout } }', '{}'),
  good,
  peers: { argo: "Rollout has missing field '.spec.selector'; empty selector is invalid for deployment" },
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const spec = resource.field('spec');
      const selector = spec.get('selector');
      if (!selector.exists) {
        // A Rollout that refers to a workload takes the workload's selector.
        if (spec.exists && !spec.get('workloadRef').exists) report(spec, `${resource} has no selector`, { on: 'key' });
        continue;
      }
      const expressions = selector.get('matchExpressions').items();
      // The API server removes a label that is null.
      const labels = selector.get('matchLabels').entries();
      const isEmpty = !labels.some(([, label]) => label.exists) && expressions.length === 0;
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
