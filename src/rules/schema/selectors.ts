import type { Field, Resource } from '../../graph';

const selectorsFor = (...parts: readonly string[]): readonly string[] =>
  parts.flatMap((part) => [`${part}Selector`, `${part}NamespaceSelector`]);

/**
 * Fields of kinds without an included schema that select by labels. The API server drops what a selector does not have,
 * and an empty selector selects everything.
 */
const SELECTORS: { readonly [kind: string]: readonly string[] } = {
  Prometheus: selectorsFor('serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule'),
  PrometheusAgent: selectorsFor('serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig'),
  ThanosRuler: selectorsFor('rule'),
  Alertmanager: selectorsFor('alertmanagerConfig'),
};

/** The selectors in the spec of an object whose kind has no included schema. */
export function selectorsOf(resource: Resource): readonly Field[] {
  const { kind, group } = resource;
  if (group !== 'monitoring.coreos.com' || !Object.hasOwn(SELECTORS, kind)) return [];
  return SELECTORS[kind].map((key) => resource.field('spec', key)).filter(({ exists }) => exists);
}
