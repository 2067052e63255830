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
  title: 'The duration of a pause cannot be read, or is negative',
  why: 'The controller refuses the Rollout: InvalidSpec, Degraded, and nothing is rolled out.',
  fix: 'Give seconds as a whole number, or a duration in hours, minutes and seconds: `1h30m`, `90s`. There are no days or weeks, and no spaces.',
  bad: exampleRollout(canary('1d')),
  good: exampleRollout(canary('24h')),
  peers: { argo: 'Duration needs to be greater than 0' },
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      for (const step of steps) {
        const duration = step.field.get('pause', 'duration');
        const negative = (duration.number ?? 0) < 0 || duration.string?.startsWith('-') === true;
        if (!negative && (duration.string === undefined || isDuration(duration.string))) continue;
        const days = /^(\d+)\s*d(ays?)?$/.exec(duration.string ?? '')?.[1];
        const hours = days === undefined ? undefined : `${Number(days) * 24}h`;
        report(
          duration,
          `${stepOf(step, resource)} pauses for '${String(duration.value)}', which is ${negative ? 'negative' : 'no duration'}`,
          {
            hint: hours ? `that would be ${hours}` : 'such as 90s, 10m or 1h30m',
            fix: hours === undefined ? undefined : { title: `write '${hours}'`, edits: [{ at: duration, set: hours }] },
          },
        );
      }
    }
  },
};
