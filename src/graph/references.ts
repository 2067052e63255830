import { analyses, type TemplateUse } from './analysis';
import { gatewayRoutes } from './gateway-api';
import { memoizeOnGraph } from './graph';
import { destinationRules, virtualServices } from './istio';
import type { Reference } from './reference';
import { rollouts } from './rollout';
import { scalers } from './scaling';

/** Every reference by name in the whole set, resolved or not. Selectors are not references. */
export const references = memoizeOnGraph((graph): readonly Reference[] => {
  const rules = destinationRules(graph).map(({ service }) => service);
  const routed = virtualServices(graph).flatMap(({ gateways, routes }) => [
    ...gateways,
    ...routes.flatMap(({ destinations }) => destinations.map(({ service }) => service)),
  ]);
  const rolled = rollouts(graph).flatMap((rollout) => [...rollout.references, rollout.workload.workloadRef]);
  const analysed = analyses(graph).flatMap(({ templates }) => templates.flatMap(templateReferences));
  const scaled = scalers(graph).map(({ target }) => target);
  const attached = gatewayRoutes(graph).flatMap(({ rules, parents }) => [
    ...parents.map(({ reference }) => reference),
    ...rules.flatMap(({ backends }) => backends.map(({ service }) => service)),
  ]);
  const all = [...rolled, ...analysed, ...routed, ...attached, ...rules, ...scaled].filter((one) => one !== undefined);
  // Several analyses may use a template, but it refers to its nested templates once.
  const seen = new Set<string>();
  const ids = new Map(graph.resources.map((resource, index) => [resource, index]));
  return all.filter(({ from }) => {
    const key = `${ids.get(from.resource)} ${from}`;
    return seen.has(key) ? false : seen.add(key);
  });
});

/** The references to a template and to all templates inside it. */
export const templateReferences = ({ reference, nested }: TemplateUse): Reference[] => [
  reference,
  ...nested.flatMap(templateReferences),
];
