import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

const one = 'virtualService: { name: checkout }';

export const oneVirtualServiceField: Rule = {
  code: 'REF005',
  severity: 'error',
  title: 'A Rollout sets both virtualService and virtualServices, or neither',
  why: 'The controller refuses the Rollout with InvalidSpec and marks it Degraded; nothing is rolled out. `kubectl argo rollouts lint` does not report it.',
  fix: 'Set `virtualService` for one VirtualService, or `virtualServices` for several.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: exampleRollout(routedCanary('', `${one}\nvirtualServices: [{ name: checkout-internal }]`)),
  good: exampleRollout(routedCanary('', one)),
  peers: { argo: 'controller only: either VirtualService or VirtualServices must be configured' },
  checkPart(graph, report, part) {
    for (const { resource, istio } of part(rollouts(graph))) {
      if (!istio.exists) continue;
      const [single, several] = [istio.get('virtualService'), istio.get('virtualServices')];
      const listed = several.items().length > 0;
      if (single.exists && listed) {
        report(several, `${resource} gives both virtualService and virtualServices`, {
          on: 'key',
          related: { field: single, message: 'the other one' },
        });
      } else if (!single.exists && !listed) {
        report(istio, `${resource} routes traffic with Istio and gives no virtualService`, { on: 'key' });
      }
    }
  },
};
