import { applications, type Field, globalIgnores, type Resource } from '../../graph';
import type { Report, Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { managersOf } from '../shared/argo-cd-ignores';

export const ignoresByManager: Rule = {
  code: 'GIT004',
  severity: 'warning',
  title: 'Argo CD ignores everything that the controller wrote',
  why: 'The controller updates the list `spec.http` of the VirtualService and so owns the whole list. If Argo CD ignores differences by field manager, changes of routes and timeouts in Git are neither shown nor applied. Hosts and gateways still arrive.',
  fix: 'Ignore the weights by their path instead: `.spec.http[]?.route[]?.weight`.',
  whenNotToUse: 'When the routes of the object never change in Git.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff code.',
  bad: exampleApplied(ignoring('VirtualService', 'managedFieldsManagers: [rollouts-controller]')),
  good: exampleApplied(ignoring('VirtualService', HTTP_WEIGHTS)),
  checkPart(graph, report, part) {
    for (const { resource, ignores } of part(applications(graph))) {
      for (const entry of ignores) checkEntry(entry, entry.get('kind').string ?? '*', resource, report);
    }
    for (const { entry, kind } of part(globalIgnores(graph))) checkEntry(entry, kind, entry.resource, report);
  },
};

function checkEntry(entry: Field, kind: string, by: Resource, report: Report): void {
  for (const field of managersOf(entry)) {
    const what = kind === '*' ? 'object' : kind;
    report(
      field,
      `${by} ignores all that rollouts-controller wrote in every ${what}, so changes of its routes in Git never arrive`,
    );
  }
}
