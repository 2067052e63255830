import { applications, rolloutsTouching } from '../../graph';
import { exampleApplied, HTTP_WEIGHTS, ignoring, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ignoredPaths, ignoresFor, managersOf } from './ignores';

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
  whenNotToUse: 'When `argocd-cm` ignores the route for all Applications.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff code.',
  bad: exampleApplied(heal + ignoring('VirtualService', HTTP_WEIGHTS), canary),
  good: exampleApplied(
    heal +
      ignoring(
        'VirtualService',
        `jqPathExpressions: ['.spec.http[]?.route[]?.weight', '.spec.http[]? | select(.name == "testers")']`,
      ),
    canary,
  ),
  check(graph, report) {
    for (const application of applications(graph)) {
      const heals = application.resource.field('spec', 'syncPolicy', 'automated', 'selfHeal');
      if (heals.boolean !== true) continue;
      const applied = new Set(application.resources);
      for (const { resource, canary: fields, steps, virtualServices } of rolloutsTouching(graph, application)) {
        const used = steps.flatMap(({ field }) =>
          ['setHeaderRoute', 'setMirrorRoute'].flatMap((kind) => field.get(kind, 'name').string ?? []),
        );
        for (const one of fields.get('trafficRouting', 'managedRoutes').items()) {
          const name = one.get('name').string;
          if (name === undefined || !used.includes(name)) continue;
          for (const { virtualService } of virtualServices) {
            if (!virtualService || !applied.has(virtualService.resource)) continue;
            const entries = ignoresFor(application, virtualService.resource);
            const ignored = entries.some(
              (entry) =>
                managersOf(entry).length > 0 ||
                ignoredPaths(entry).some(
                  ({ path }) =>
                    /^\.spec(\.http(\[\])?)?$/.test(path) ||
                    (/\.spec\.http\[\]\|select\(/.test(path) && path.includes(name)),
                ),
            );
            if (ignored) continue;
            report(
              heals,
              `${application.resource} self-heals ${virtualService.resource}, to which ${resource} adds the route '${name}'`,
              {
                hint: `ignore .spec.http[]? | select(.name == "${name}")`,
                related: { field: one.get('name'), message: 'the managed route' },
              },
            );
          }
        }
      }
    }
  },
};
