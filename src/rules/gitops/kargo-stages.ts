import type { Field, Graph, Resource } from '../../graph';

/** A Stage of Kargo, and the sources of its Freight. */
export interface KargoStage {
  readonly resource: Resource;
  readonly origins: readonly KargoOrigin[];
}

/** One element of `requestedFreight`. */
export interface KargoOrigin {
  readonly field: Field;
  readonly warehouse: Field;
  /** Whether Freight comes from the Warehouse itself. */
  readonly direct: boolean;
  /** Names of the Stages that Freight must have passed, as fields. */
  readonly stages: readonly Field[];
}

/** All Stages of Kargo. */
export function kargoStages(graph: Graph): KargoStage[] {
  return graph.ofKind('Stage', 'kargo.akuity.io').map((resource) => ({
    resource,
    origins: resource
      .field('spec', 'requestedFreight')
      .items()
      .map((field) => ({
        field,
        warehouse: field.get('origin', 'name'),
        direct: field.get('sources', 'direct').boolean === true,
        stages: field.get('sources', 'stages').items(),
      })),
  }));
}

/** A Stage and its sources, for examples. */
export const exampleStage = (name: string, sources: string, warehouse = 'checkout'): string =>
  `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: ${name}
  namespace: shop
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: ${warehouse} }
      sources: ${sources}
`;

/** The Warehouse of the examples. */
export const EXAMPLE_WAREHOUSE = `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: checkout
  namespace: shop
spec:
  subscriptions: [{ image: { repoURL: ghcr.io/acme/checkout, constraint: ^1.0.0 } }]
`;
