import { applications, rolloutsTouching } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoresBelow } from './ignores';

export const weightsNotIgnored: Rule = {
  code: 'GIT001',
  severity: 'warning',
  title: 'Argo CD does not ignore the weights that the controller sets',
  why: 'During a rollout the weights differ from Git. The Application becomes OutOfSync, and a sync, by a person or by `selfHeal`, resets the weights: the canary loses its traffic in the middle of its analysis. An expression that fails on one route, for example on a redirect without `route`, is dropped as a whole and ignores nothing; Argo CD logs that at debug level only.',
  fix: 'Ignore the weights with `.spec.http[]?.route[]?.weight` (HTTPRoute: `.spec.rules[]?.backendRefs[]?.weight`), one expression per protocol, in the Application or for all Applications in `argocd-cm`.',
  whenNotToUse: 'When `argocd-cm` ignores the weights for all Applications.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff code.',
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
