import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { FieldEdit } from '../shared/fix';
import type { Rule } from '../shared/rule';
import { checkWeights } from './gateway-routes';
import { roleOf, routeLabel } from './roles';

export const weightsInGit: Rule = {
  code: 'TRF006',
  severity: 'warning',
  title: 'The weights in the manifest are not 100 for stable and 0 for the canary',
  why: 'Each time the manifest is applied, during a rollout or after it, the weights are reset to these values until the controller corrects them. With 100 and 0 that is harmless. With anything else, users get a version that was not approved. In an HTTPRoute a missing weight means 1, so two backends without weights share half and half.',
  fix: 'Write weight 100 for the stable destination and 0 for the canary. The controller changes them in the cluster only.',
  whenNotToUse: 'When the manifest is applied once and never again.',
  confirmedBy: 'Istio 1.30 (weights: measured with its code) and Gateway API plugin 0.15.0 (measured).',
  bad: exampleRouted(EXAMPLE_ROUTE.replace('weight: 100', 'weight: 50').replace('weight: 0', 'weight: 50')),
  good: exampleRouted(EXAMPLE_ROUTE),
  check(graph, report) {
    const seen = new Set<string>();
    for (const rollout of rollouts(graph)) {
      for (const { virtualService, routes } of rollout.virtualServices) {
        for (const route of routes) {
          const of = (role: string): typeof route.destinations =>
            route.destinations.filter((one) => roleOf(rollout, one) === role);
          const [[stable], [canary]] = [of('stable'), of('canary')];
          if (!stable || !canary || stable === canary) continue;
          const others = route.destinations.length > 2;
          const right =
            (canary.weight ?? 0) === 0 && (stable.weight === 100 || (others && stable.weight !== undefined));
          const key = `${virtualService?.resource.origin.file} ${virtualService?.resource} ${route.field}`;
          if (right || seen.has(key)) continue;
          seen.add(key);
          const shown = (weight: number | undefined): string => (weight === undefined ? 'none' : String(weight));
          const edits: FieldEdit[] = [];
          if (stable.weight !== undefined) edits.push({ at: stable.field.get('weight'), set: 100 });
          if (canary.weight !== undefined) edits.push({ at: canary.field.get('weight'), set: 0 });
          const whole = stable.weight !== undefined && !others;
          report(
            canary.weight ? canary.field.get('weight') : stable.field.get('weight'),
            `${routeLabel(route)} of ${virtualService?.resource} gives stable the weight ${shown(stable.weight)} and the canary ${shown(canary.weight)}`,
            {
              hint: 'write 100 for stable and 0 for the canary',
              fix: whole ? { title: 'write 100 and 0', edits } : undefined,
            },
          );
        }
      }
    }
    checkWeights(graph, report);
  },
};
