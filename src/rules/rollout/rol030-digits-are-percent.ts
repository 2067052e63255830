import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const digitsArePercent: Rule = {
  code: 'ROL030',
  severity: 'warning',
  title: 'A number of pods is written as a text',
  why: "In quotes, `'1'` is no number of pods: the controller reads it as one per cent, which of a few pods is rounded up to one or down to none.",
  fix: "Leave out the quotes (`1`) for a number of pods, or write the per cent (`'1%'`).",
  bad: exampleRollout("maxSurge: '1'\nmaxUnavailable: 0"),
  good: exampleRollout('maxSurge: 1\nmaxUnavailable: 0'),
  check(graph, report) {
    for (const { resource, canary } of rollouts(graph)) {
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
