import { type Application, applications, type Graph, type Resource, type Rollout, rolloutsTouching } from '../../graph';
import { exampleApplied, HTTP_WEIGHTS, ignoring, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ignoredPaths, ignoresFor, managersOf } from '../shared/argo-cd-ignores';

const canary = routedCanary(`steps:
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
  - pause: {}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]');

const heal = 'syncPolicy: { automated: { selfHeal: true } }\n';

export const healsManagedRoutes: Rule = {
  code: 'GIT008',
  severity: 'warning',
  title: 'Argo CD removes the routes that steps create',
  why: 'A header or mirror step adds a route to the VirtualService that Git does not have. With `selfHeal`, Argo CD removes it within seconds, the controller adds it back, and so on. Testers meet one version, then the other. Ignoring the weights does not prevent this.',
  fix: 'Ignore the whole route by its name: `.spec.http[]? | select(.name == "testers")`.',
  whenNotToUse: 'When `argocd-cm`, which is not among the manifests, ignores the route for all Applications.',
  confirmedBy: 'Argo CD 3.5.7 and 3.6.1, measured with their own diff code.',
  bad: exampleApplied(heal + ignoring('VirtualService', HTTP_WEIGHTS), canary),
  good: exampleApplied(
    heal +
      ignoring(
        'VirtualService',
        `jqPathExpressions: ['.spec.http[]?.route[]?.weight', '.spec.http[]? | select(.name == "testers")']`,
      ),
    canary,
  ),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const heals = application.resource.field('spec', 'syncPolicy', 'automated', 'selfHeal');
      if (heals.boolean !== true) continue;
      const applied = new Set(application.resources);
      for (const rollout of rolloutsTouching(graph, application)) {
        const { resource, canary: fields, steps } = rollout;
        for (const one of fields.get('trafficRouting', 'managedRoutes').items()) {
          const name = one.get('name').string;
          if (name === undefined) continue;
          const uses = (kind: string): boolean => steps.some(({ field }) => field.get(kind, 'name').string === name);
          for (const { target, list } of changedBy(rollout, uses('setHeaderRoute'), uses('setMirrorRoute'))) {
            if (!applied.has(target) || ignoresRoute(graph, application, target, list, name)) continue;
            report(
              heals,
              `${application.resource} self-heals ${target}, to which ${resource} adds the route '${name}'`,
              {
                hint: `ignore .spec.${list}[]? | select(.name == "${name}")`,
                related: { field: one.get('name'), message: 'the managed route' },
              },
            );
          }
        }
      }
    }
  },
};

/** The objects to which steps add routes, and the list that holds the routes. */
function changedBy(
  { virtualServices, gatewayApi }: Rollout,
  header: boolean,
  mirror: boolean,
): { readonly target: Resource; readonly list: 'http' | 'rules' }[] {
  const istio = header || mirror ? virtualServices.flatMap(({ reference }) => reference.target ?? []) : [];
  // The Gateway API plugin has no mirrors.
  const able = header ? (gatewayApi?.routes ?? []).filter(({ useHeaderRoutes }) => useHeaderRoutes) : [];
  return [
    ...istio.map((target) => ({ target, list: 'http' as const })),
    ...able.flatMap(({ reference }) =>
      reference.target ? [{ target: reference.target, list: 'rules' as const }] : [],
    ),
  ];
}

const ignoresRoute = (graph: Graph, application: Application, target: Resource, list: string, name: string): boolean =>
  ignoresFor(graph, application, target).some(
    (entry) =>
      managersOf(entry).length > 0 ||
      ignoredPaths(entry).some(
        ({ path }) =>
          path === '.spec' ||
          path === `.spec.${list}` ||
          path === `.spec.${list}[]` ||
          (path.startsWith(`.spec.${list}[]|select(`) && path.includes(name)),
      ),
  );
