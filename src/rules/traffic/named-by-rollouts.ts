import { dirname } from 'node:path';
import { type Field, memoizeOnGraph, type Reference, type Resource, rollouts } from '../../graph';

const namings = memoizeOnGraph((graph) => {
  const found = new Map<string, Field[]>();
  for (const { services } of rollouts(graph)) {
    for (const reference of Object.values(services)) {
      if (reference.target) continue;
      for (const where of [keyOf(reference), anyNamespace(reference)]) {
        const list = found.get(where);
        if (list) list.push(reference.from);
        else found.set(where, [reference.from]);
      }
    }
  }
  return found;
});

const anyNamespace = ({ to, from }: Reference): string => `${dirname(from.resource.origin.file)} ${to.name}`;

/** A missing object, by folder, because each overlay may miss its own. */
export const keyOf = (reference: Reference): string => `${anyNamespace(reference)} ${reference.to.namespace ?? ''}`;

/** Where Rollouts in the same folder name the missing Service. */
export function missedByRollouts(graph: Parameters<typeof namings>[0], reference: Reference): readonly Field[] {
  return namings(graph).get(reference.to.namespace ? keyOf(reference) : anyNamespace(reference)) ?? [];
}

const withoutRule = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Field>();
  for (const { virtualServices, destinationRule } of rollouts(graph)) {
    if (!destinationRule || destinationRule.target) continue;
    for (const { virtualService } of virtualServices) {
      if (virtualService) found.set(virtualService.resource, destinationRule.from);
    }
  }
  return found;
});

/** Where the Rollout that is routed by a VirtualService names a missing DestinationRule. */
export function missedRuleOf(graph: Parameters<typeof namings>[0], virtualService: Resource): readonly Field[] {
  const from = withoutRule(graph).get(virtualService);
  return from ? [from] : [];
}
