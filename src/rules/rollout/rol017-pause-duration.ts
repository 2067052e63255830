import { readGoDuration } from '../../formats/go-duration';
import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

/** A Go duration. Digits alone are seconds. */
const isDuration = (text: string): boolean => /^\+?\d+$/.test(text) || readGoDuration(text) !== undefined;

const canary = (duration: string): string => `
steps:
  - setWeight: 50
  - pause: { duration: ${duration} }
`;

export const pauseDuration: Rule = {
  code: 'ROL017',
  severity: 'error',
  title: 'A pause has an invalid duration',
  why: 'The controller cannot parse the duration, or it is negative. It refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Write whole seconds, or a duration of hours, minutes and seconds: `1h30m`, `90s`. Days, weeks and spaces are not allowed.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary('1d')),
  good: exampleRollout(canary('24h')),
  peers: { argo: 'Duration needs to be greater than 0' },
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        const duration = step.field.get('pause', 'duration');
        const negative = (duration.number ?? 0) < 0 || duration.string?.startsWith('-') === true;
        if (!negative && (duration.string === undefined || isDuration(duration.string))) continue;
        const days = /^(\d+)\s*d(ays?)?$/.exec(duration.string ?? '')?.[1];
        const hours = days === undefined ? undefined : `${Number(days) * 24}h`;
        report(
          duration,
          `${stepOf(step, resource)} pauses for '${String(duration.value)}', which is ${negative ? 'negative' : 'not a duration'}`,
          {
            hint: hours ? `that would be ${hours}` : 'such as 90s, 10m or 1h30m',
            fix: hours === undefined ? undefined : { title: `write '${hours}'`, edits: [{ at: duration, set: hours }] },
          },
        );
      }
    }
  },
};
