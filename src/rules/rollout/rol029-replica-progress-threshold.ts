import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const TYPES = ['Percent', 'Pods'];

const canary = (type: string): string => `replicaProgressThreshold: { type: ${type}, value: 80 }`;

export const replicaProgressThreshold: Rule = {
  code: 'ROL029',
  severity: 'warning',
  title: 'replicaProgressThreshold has an unknown type or an invalid value',
  why: 'The controller treats every type except `Percent` as a number of pods, and the schema does not check it. So 80 per cent become 80 pods, which a small Rollout never reaches.',
  fix: 'Write `type: Percent` with a value up to 100, or `type: Pods`.',
  whenNotToUse: 'Never: a misspelt type changes the meaning of the value.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10.2 (measured). Earlier releases do not have the field.',
  bad: exampleRollout(canary('percent')),
  good: exampleRollout(canary('Percent')),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields } of part(rollouts(graph))) {
      const [type, value] = ['type', 'value'].map((key) => fields.get('replicaProgressThreshold', key));
      if (type.string !== undefined && !TYPES.includes(type.string)) {
        const name = /^perc/i.test(type.string) ? 'Percent' : 'Pods';
        report(
          type,
          `replicaProgressThreshold of ${resource} has the type '${type.string}', which the controller reads as Pods`,
          {
            didYouMean: { name },
            fix: { title: `write '${name}'`, edits: [{ at: type, set: name }] },
          },
        );
      }
      if (value.number === undefined) continue;
      if (value.number < 1 || (value.number > 100 && type.string === 'Percent')) {
        report(value, `replicaProgressThreshold of ${resource} is ${value.number} ${type.string}`);
      }
    }
  },
};
