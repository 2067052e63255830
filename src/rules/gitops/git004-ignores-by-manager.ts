import { applications } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { managersOf } from './ignores';

export const ignoresByManager: Rule = {
  code: 'GIT004',
  severity: 'warning',
  title: 'Argo CD ignores whatever the controller of Argo Rollouts has written',
  why: 'The controller writes the whole VirtualService, and so owns all its fields, hosts and routes and timeouts among them. Ignoring by field manager freezes the object as it is: what is changed in Git never arrives, and nobody sees the difference.',
  fix: 'Ignore the weights by their path instead: `.spec.http[]?.route[]?.weight`.',
  bad: exampleApplied(ignoring('VirtualService', 'managedFieldsManagers: [rollouts-controller]')),
  good: exampleApplied(ignoring('VirtualService', HTTP_WEIGHTS)),
  check(graph, report) {
    for (const { resource, ignores } of applications(graph)) {
      for (const entry of ignores) {
        for (const field of managersOf(entry)) {
          const kind = entry.get('kind').string ?? '*';
          report(field, `${resource} ignores all that rollouts-controller has written in every ${kind}`);
        }
      }
    }
  },
};
