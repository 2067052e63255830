import { applications, rolloutsTouching } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { failingExpressions, ignoresBelow, withoutEffect } from '../shared/argo-cd-ignores';

export const weightsNotIgnored: Rule = {
  code: 'GIT001',
  severity: 'warning',
  title: 'Argo CD does not ignore the weights that the controller sets',
  why: 'During a rollout the weights differ from Git. The Application becomes OutOfSync, and a sync, manual or by `selfHeal`, resets the weights: the canary loses its traffic in the middle of its analysis. An expression that fails on one route, for example on a redirect without `route`, is dropped as a whole and ignores nothing; Argo CD logs that at debug level only.',
  fix: 'Ignore the weights with `.spec.http[]?.route[]?.weight` (HTTPRoute: `.spec.rules[]?.backendRefs[]?.weight`), one expression per protocol, in the Application or for all Applications in `argocd-cm`. From Argo CD 3.6 on, the object may list JSON pointers in its annotation `argocd.argoproj.io/ignore-differences`.',
  whenNotToUse: 'When `argocd-cm`, which is not among the manifests, ignores the weights for all Applications.',
  confirmedBy: 'Argo CD 3.5.7 and 3.6.1, measured with their own diff code.',
  bad: exampleApplied('syncPolicy: { automated: {} }'),
  good: exampleApplied(ignoring('VirtualService', HTTP_WEIGHTS)),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const applied = new Set(application.resources);
      const reported = new Set<string>();
      for (const { resource, virtualServices, gatewayApi } of rolloutsTouching(graph, application)) {
        const weighted = [
          ...virtualServices.flatMap(({ virtualService, routes }) =>
            [...new Set(routes.map(({ protocol }) => protocol))].map((protocol) => ({
              target: virtualService?.resource,
              what: `${protocol} weights`,
              path: `.spec.${protocol}[].route[].weight`,
              right: `.spec.${protocol}[]?.route[]?.weight`,
            })),
          ),
          ...(gatewayApi?.routes ?? []).map(({ reference }) => ({
            target: reference.target,
            what: 'weights',
            path: '.spec.rules[].backendRefs[].weight',
            right: '.spec.rules[]?.backendRefs[]?.weight',
          })),
        ];
        for (const { target, what, path, right } of weighted) {
          if (!target || !applied.has(target) || ignoresBelow(graph, application, target, path)) continue;
          if (reported.has(`${target} ${path}`)) continue;
          reported.add(`${target} ${path}`);
          const [failing] = failingExpressions(graph, application, target);
          if (failing) {
            report(
              failing,
              `${application.resource} does not ignore the ${what} of ${target}: jq fails on '${failing.string}', so Argo CD drops the whole expression`,
              {
                hint: `write ${right}, one expression for each protocol`,
                related: { field: target.field('metadata', 'name'), message: 'the object that it fails on' },
              },
            );
            continue;
          }
          const ignores = application.resource.field('spec', 'ignoreDifferences');
          report(
            ignores.exists ? ignores : application.resource.field('spec'),
            `${application.resource} applies ${target} and does not ignore its ${what}, which ${resource} sets`,
            {
              on: 'key',
              hint: [`ignore ${right}`, withoutEffect(graph, target) ?? []].flat().join('; '),
              related: { field: target.field('metadata', 'name'), message: `the ${target.kind}` },
            },
          );
        }
      }
    }
  },
};
