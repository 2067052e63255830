import { applications, rolloutsTouching } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoresBelow } from './ignores';

export const weightsNotIgnored: Rule = {
  code: 'GIT001',
  severity: 'warning',
  title: 'Argo CD does not ignore the weights that a Rollout sets',
  why: 'During every rollout the VirtualService differs from Git. The Application is OutOfSync, and whoever syncs it, a person or `selfHeal`, sets the weights back to what Git says: the canary loses its traffic in the midst of its analysis.',
  fix: 'Ignore the weights: `.spec.http[]?.route[]?.weight`, and the same for `tls` and `tcp` where there are such routes, in the Application or for all of them in `argocd-cm`.',
  bad: exampleApplied('syncPolicy: { automated: {} }'),
  good: exampleApplied(ignoring('VirtualService', HTTP_WEIGHTS)),
  check(graph, report) {
    for (const application of applications(graph)) {
      const applied = new Set(application.resources);
      const reported = new Set<string>();
      for (const { resource, virtualServices } of rolloutsTouching(graph, application)) {
        for (const { virtualService, routes } of virtualServices) {
          if (!virtualService || !applied.has(virtualService.resource)) continue;
          for (const protocol of new Set(routes.map((route) => route.protocol))) {
            const path = `.spec.${protocol}[].route[].weight`;
            const target = virtualService.resource;
            if (ignoresBelow(graph, application, target, path) || reported.has(`${target} ${protocol}`)) continue;
            reported.add(`${target} ${protocol}`);
            const ignores = application.resource.field('spec', 'ignoreDifferences');
            report(
              ignores.exists ? ignores : application.resource.field('spec'),
              `${application.resource} applies ${target} and does not ignore its ${protocol} weights, which ${resource} sets`,
              {
                on: 'key',
                hint: `ignore .spec.${protocol}[]?.route[]?.weight`,
                related: { field: target.field('metadata', 'name'), message: 'the VirtualService' },
              },
            );
          }
        }
      }
    }
  },
};
