import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const digitsArePercent: Rule = {
  code: 'ROL030',
  severity: 'warning',
  upTo: 'error',
  title: 'A number of pods is quoted',
  why: "In quotes, `'1'` is not a number of pods. The controller reads it as one per cent, which is rounded up to one pod or down to none.",
  fix: "Remove the quotes (`1`) for a number of pods, or write a percentage (`'1%'`).",
  whenNotToUse: 'Never: write the percentage if that is meant.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout("maxSurge: '1'\nmaxUnavailable: 0"),
  good: exampleRollout('maxSurge: 1\nmaxUnavailable: 0'),
  checkPart(graph, report, part) {
    for (const { resource, canary } of part(rollouts(graph))) {
      for (const name of ['maxSurge', 'maxUnavailable']) {
        const field = canary.get(name);
        if (field.string === undefined || /^\d+%$/.test(field.string)) continue;
        if (!/^\d+$/.test(field.string)) {
          report(field, `${name} of ${resource} is '${field.string}', which is neither a number nor a percentage`, {
            severity: 'error',
          });
          continue;
        }
        report(field, `${name} of ${resource} is the text '${field.string}', which is read as ${field.string} %`, {
          fix: { title: `write the number ${field.string}`, edits: [{ at: field, set: Number(field.string) }] },
        });
      }
    }
  },
};
