import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

export const oneStrategy: Rule = {
  code: 'ROL007',
  severity: 'error',
  title: 'A Rollout has no strategy, or two',
  why: 'A Rollout needs exactly one of `canary` and `blueGreen`. With none or both, the controller refuses it (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Give `spec.strategy` either `canary` or `blueGreen`. `canary: {}` is a plain rolling update.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleStrategy('canary: {}\nblueGreen: { activeService: checkout }'),
  good: exampleStrategy('canary: {}'),
  peers: {
    argo: "Multiple Strategies can not be listed; Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
  },
  checkPart(graph, report, part) {
    for (const { resource, canary, blueGreen } of part(rollouts(graph))) {
      const strategy = resource.field('spec', 'strategy');
      if (canary.exists && blueGreen.exists) {
        report(blueGreen, `${resource} has both the strategy canary and the strategy blueGreen`, {
          on: 'key',
          related: { field: canary, message: 'the other strategy' },
        });
      }
      if (canary.exists || blueGreen.exists) continue;
      // `canary:` without a value is null, which is not a canary.
      const empty = ['canary', 'blueGreen'].find((name) => strategy.get(name).value === null);
      report(strategy, `${resource} has neither the strategy canary nor the strategy blueGreen`, {
        on: 'key',
        hint: empty && `${empty} is null: an empty object is written {}`,
      });
    }
  },
};
