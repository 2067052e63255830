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
  title: 'Argo CD takes away the routes that steps of a Rollout make',
  why: 'A header or mirror step puts a route into the VirtualService that Git does not have. With `selfHeal`, which ignoring weights does not prevent, Argo CD removes it within seconds, and the controller puts it back, and so on: testers meet now one version, now the other.',
  fix: 'Ignore the whole route by its name: `.spec.http[]? | select(.name == "testers")`.',
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
              `${application.resource} heals ${virtualService.resource}, into which ${resource} puts the route '${name}'`,
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
