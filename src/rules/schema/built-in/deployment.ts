import { type Field, isMapping } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { oneOf, podCount, refused, within, wrong } from './checks';
import { expressionsProblems } from './selector';

/** The default of progressDeadlineSeconds. */
const DEADLINE = 600;

/**
 * Errors of the API server about a Deployment, except those about its pods and a selector that does not match them (ROL038).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
 */
export function deploymentProblems(spec: Field): SchemaProblem[] {
  const ready = spec.get('minReadySeconds');
  const deadline = spec.get('progressDeadlineSeconds');
  const found = [
    ...within(spec.get('replicas'), 0),
    ...within(ready, 0),
    ...within(spec.get('revisionHistoryLimit'), 0),
    ...within(deadline, 0),
    ...emptySelector(spec.get('selector')),
    ...expressionsProblems(spec.get('selector')),
    ...strategyProblems(spec.get('strategy')),
  ];
  const most = deadline.exists ? deadline.number : DEADLINE;
  if (most !== undefined && most <= (ready.number ?? 0) && most >= 0) {
    const what = deadline.exists ? '' : ', which is the default';
    const at = deadline.exists ? deadline : ready;
    found.push(
      wrong(at, `leaves no time: the deadline is ${most} s${what}, and pods must be ready for ${ready.number ?? 0} s`),
    );
  }
  return found;
}

/** The API server refuses a selector of all pods. */
function emptySelector(selector: Field): SchemaProblem[] {
  const parts = [...selector.get('matchLabels').entries(), ...selector.get('matchExpressions').items()];
  return selector.exists && isMapping(selector.value) && parts.length === 0
    ? [wrong(selector, 'is empty, and must select the pods of the template')]
    : [];
}

function strategyProblems(strategy: Field): SchemaProblem[] {
  const type = strategy.get('type');
  const rolling = strategy.get('rollingUpdate');
  if (type.string === 'Recreate')
    return rolling.exists ? [wrong(rolling, 'is set, and type Recreate has no settings')] : [];
  const most = rolling.get('maxUnavailable');
  const surge = rolling.get('maxSurge');
  const found = [
    ...(type.value === '' ? [] : oneOf(type, ['RollingUpdate', 'Recreate'])),
    ...podCount(most, true),
    ...podCount(surge, false),
  ];
  const isZero = ({ value }: Field): boolean => value === 0 || (typeof value === 'string' && /^0+%$/.test(value));
  if (isZero(most) && isZero(surge)) found.push(refused(most, 'and maxSurge is 0 too, so that no pod can be replaced'));
  return found;
}
