import { oneLine } from '../formats/encode/terminal';
import { clock, lengthOfTime } from '../formats/go-duration';
import { percent } from '../plan';
import { hasEnded, type Pair, type Progress } from './follower';

/** One line, with what the plan says in parentheses where the cluster has something else. */
export function progressText(progress: Progress): string {
  const { rollout, outcome, elapsed, step, steps, weight, pods, analyses, left, approvals, message } = progress;
  const parts = [
    elapsed === undefined ? undefined : clock(elapsed),
    rollout,
    outcome,
    // What the controller says of the step once an update has ended is not where it was.
    steps > 0 && elapsed !== undefined && !hasEnded(progress)
      ? `step ${beside(step, (one) => `${one + 1}`, 'end')} of ${steps}`
      : undefined,
    `new version ${beside(weight, percent)}`,
    `pods ${beside(pods, ({ canary, stable }) => `${canary} + ${stable}`)}`,
    ...analyses.map(({ name, phase, measurements }) => `${name} ${phase} (${measurements} measured)`),
    left === undefined ? undefined : `about ${lengthOfTime(Math.round(left))} left${approvalText(approvals)}`,
    message,
  ];
  return oneLine(parts.filter((one) => one !== undefined).join('  '));
}

function beside<T>({ planned, actual }: Pair<T>, text: (value: T) => string, none = 'unknown'): string {
  const is = actual === undefined ? none : text(actual);
  const should = planned === undefined ? undefined : text(planned);
  return should === undefined || should === is ? is : `${is} (planned ${should})`;
}

const approvalText = (approvals: number): string =>
  approvals === 0 ? '' : ` and ${approvals === 1 ? 'a manual approval' : `${approvals} manual approvals`}`;
