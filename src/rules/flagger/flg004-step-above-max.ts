import { flaggerCanaries } from '../../graph';
import { flaggerApp, flaggerCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const stepAboveMax: Rule = {
  code: 'FLG004',
  severity: 'warning',
  title: 'stepWeight of a Flagger Canary is above maxWeight',
  why: 'Flagger adds `stepWeight` while the weight of the canary is below `maxWeight`, and does not cap the sum. The first step gives the canary the whole `stepWeight`, which exceeds `maxWeight`. The release is promoted after one check.',
  fix: 'Choose a `stepWeight` that divides `maxWeight`, such as 10 for 50.',
  whenNotToUse: 'Ignore it when a single step to `stepWeight` is intended; then state it as `maxWeight` too.',
  confirmedBy:
    'Flagger 1.44, read in its scheduler (`pkg/controller/scheduler.go`); the model of `plan` does the same.',
  bad: flaggerApp(flaggerCanary({ analysis: 'maxWeight: 20\nstepWeight: 50' })),
  good: flaggerApp(flaggerCanary({ analysis: 'maxWeight: 50\nstepWeight: 10' })),
  checkPart(graph, report, part) {
    for (const { resource, analysis } of part(flaggerCanaries(graph))) {
      const step = analysis.get('stepWeight');
      const most = analysis.get('maxWeight');
      // With iterations there are no steps. With stepWeights, the last one is the maximum.
      if ((analysis.get('iterations').integer ?? 0) > 0 || analysis.get('stepWeights').items().length > 0) continue;
      if (step.integer === undefined || !most.integer || most.integer < 0 || step.integer <= most.integer) continue;
      report(
        step,
        `the first step of ${resource} gives the canary ${Math.min(100, step.integer)} %, and maxWeight allows ${most.integer} %`,
        { hint: `at most ${most.integer}`, related: { field: most, message: 'the maximum' } },
      );
    }
  },
};
