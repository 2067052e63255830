import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (name: string): string => exampleRollout(routedCanary('', `virtualService: { name: ${name} }`));

export const dottedName: Rule = {
  code: 'TRF041',
  severity: 'warning',
  title: 'A VirtualService is named with several dots, which releases read differently',
  why: 'The namespace of a VirtualService may follow its name after a dot. With more than one dot, the releases disagree. Up to Argo Rollouts 1.9 the first part is the name and the second the namespace. From 1.10 the last part is the namespace and all before it the name. After an upgrade the controller looks for another object and refuses the Rollout.',
  fix: 'Write `name` or `name.namespace`, and give the VirtualService a name without dots.',
  whenNotToUse: 'When all clusters run the release that the name is written for.',
  confirmedBy: 'Argo Rollouts 1.8.5, 1.9.1 and 1.10.2, measured.',
  bad: manifest('checkout.shop.svc.cluster.local'),
  good: manifest('checkout.shop'),
  checkPart(graph, report, part) {
    for (const { resource, virtualServices } of part(rollouts(graph))) {
      for (const { reference } of virtualServices) {
        const text = reference.from.string?.replace(/\.cluster\.local$/, '') ?? '';
        const parts = text.split('.');
        if (parts.length < 3) continue;
        const last = parts[parts.length - 1];
        report(
          reference.from,
          `${resource} names the VirtualService '${reference.from.string}', which is '${parts[0]}' in namespace '${parts[1]}' up to Argo Rollouts 1.9, and '${parts.slice(0, -1).join('.')}' in '${last}' from 1.10`,
          { hint: `write ${parts[0]}.${parts[1]}` },
        );
      }
    }
  },
};
