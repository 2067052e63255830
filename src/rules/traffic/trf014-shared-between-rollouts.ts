import { type Field, type Resource, type Rollout, rollouts } from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (service: string): string =>
  documents(
    exampleRollout('canaryService: checkout-canary\nstableService: checkout-stable'),
    exampleRollout(`canaryService: ${service}\nstableService: payments-stable`, { name: 'payments' }),
    exampleService('checkout-canary'),
    exampleService('payments-canary'),
  );

export const sharedBetweenRollouts: Rule = {
  code: 'TRF014',
  severity: 'error',
  title: 'Two Rollouts use the same Service, DestinationRule or route',
  why: 'Each Rollout controls it as if it were alone. One overwrites the selector, the subsets or the weights of the other, so requests for one application reach the pods of another, or none.',
  fix: 'Give each Rollout its own Services, DestinationRule and routes.',
  whenNotToUse: 'Never: the two Rollouts overwrite each other.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests('checkout-canary'),
  good: manifests('payments-canary'),
  peers: { argo: 'controller only, for Services: Service is managed by another Rollout' },
  check(graph, report) {
    const users = new Map<Resource, Map<string, { readonly rollout: Rollout; readonly from: Field }>>();
    for (const rollout of rollouts(graph)) {
      for (const { target, from, part } of usedBy(rollout)) {
        const parts = users.get(target) ?? new Map<string, { readonly rollout: Rollout; readonly from: Field }>();
        users.set(target, parts);
        const other = parts.get(part);
        // The same Rollout in two folders may be a base and its overlay, or of different clusters.
        if (other === undefined) parts.set(part, { rollout, from });
        else if (other.rollout.resource.name !== rollout.resource.name) {
          const what = part === '' ? String(target) : `${part} of ${target}`;
          report(from, `both ${rollout.resource} and ${other.rollout.resource} use ${what}`, {
            related: { field: other.from, message: 'the other use' },
          });
        }
      }
    }
  },
};

interface Use {
  readonly target: Resource;
  readonly from: Field;
  readonly part: string;
}

function usedBy({ services, destinationRule, virtualServices }: Rollout): Use[] {
  const whole = [...Object.values(services), destinationRule].flatMap((one) =>
    one?.target ? [{ target: one.target, from: one.from, part: '' }] : [],
  );
  const routes = virtualServices.flatMap(({ reference: { target, from }, routes: weighted }) =>
    target === undefined
      ? []
      : weighted.map(({ name, field }) => ({
          target,
          from,
          part: name === undefined ? String(field) : `route '${name}'`,
        })),
  );
  return [...whole, ...routes];
}
