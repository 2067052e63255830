import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const TYPES = ['Percent', 'Pods'];

const canary = (type: string): string => `replicaProgressThreshold: { type: ${type}, value: 80 }`;

export const replicaProgressThreshold: Rule = {
  code: 'ROL029',
  severity: 'warning',
  title: 'The threshold of replicas is of a type that does not exist, or out of range',
  why: 'The controller takes every type but `Percent` for a number of pods, and no schema says otherwise: 80 per cent become 80 pods, which a small Rollout never has.',
  fix: 'Write `type: Percent` with a value up to 100, or `type: Pods`.',
  bad: exampleRollout(canary('percent')),
  good: exampleRollout(canary('Percent')),
  check(graph, report) {
    for (const { resource, canary: fields } of rollouts(graph)) {
      const [type, value] = ['type', 'value'].map((key) => fields.get('replicaProgressThreshold', key));
      if (type.string !== undefined && !TYPES.includes(type.string)) {
        const name = /^perc/i.test(type.string) ? 'Percent' : 'Pods';
        report(type, `replicaProgressThreshold of ${resource} has the type '${type.string}', which is taken for Pods`, {
          didYouMean: { name },
          fix: { title: `write '${name}'`, edits: [{ at: type, set: name }] },
        });
      }
      if (value.number === undefined) continue;
      if (value.number < 0 || (value.number > 100 && type.string === 'Percent')) {
        report(value, `replicaProgressThreshold of ${resource} is ${value.number} ${type.string}`);
      }
    }
  },
};
