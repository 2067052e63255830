import { documents, exampleOf, exampleRollout, exampleVirtualService, indented, routedCanary } from './example';

/** A Rollout by Services and its VirtualService, by what the Rollout says of it and its http routes. */
export function exampleRouted(http: string, istio = 'virtualService: { name: checkout }', more = ''): string {
  return documents(
    exampleRollout(routedCanary(more, istio)),
    exampleVirtualService(`hosts: [checkout]\nhttp:\n${indented(http, 2)}`),
  );
}

/** The Rollout's part of routing by subsets. */
export const SUBSETS = `
virtualService: { name: checkout }
destinationRule: { name: checkout, canarySubsetName: canary, stableSubsetName: stable }
`.trim();

/** The http route of routing by subsets. */
export const SUBSET_ROUTE = `
- name: primary
  route:
    - { destination: { host: checkout, subset: stable }, weight: 100 }
    - { destination: { host: checkout, subset: canary }, weight: 0 }
`;

/** A Rollout by subsets, its VirtualService and its DestinationRule. */
export function exampleSubsets(subsets: string, { host = 'checkout', http = SUBSET_ROUTE } = {}): string {
  return documents(
    exampleRouted(http, SUBSETS),
    exampleOf(
      'networking.istio.io/v1',
      'DestinationRule',
      'checkout',
      `host: ${host}\nsubsets:\n${indented(subsets, 2)}`,
    ),
  );
}
