import { graphOf, HASH_LABEL, type Graph } from '../../graph';
import type { RelabelRule } from '../../graph';
import { matches } from '../../promql';
import { written } from '../sources/matcher-texts';
import type { QueriedMetric } from '../sources/queried';
import type { Hashes } from './version';

/** The name of the assumed monitor. */
export const ASSUMED_MONITOR = 'assumed';

/** The monitor that is assumed if there is none among the manifests. */
export interface AssumedMonitor {
  readonly graph: Graph;
  readonly assumptions: readonly string[];
  /** By metric: the target label that queries use and that is not known. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Labels of a version that are pod labels only. */
const OF_A_VERSION = /(^|_)(version|revision|role|track|subset|variant|hash)$/;

export const labelName = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

/**
 * A monitor that scrapes each pod once and copies all pod labels. Any other target label in queries has as its value
 * the Service of the version if queries select one of its Services, the hash if they select that, and otherwise the
 * only value that all of them select.
 */
export function assumedMonitor(
  asked: readonly QueriedMetric[],
  {
    namespace,
    podLabels,
    hashes,
    services,
    isTargetLabel,
  }: {
    readonly namespace: string;
    readonly podLabels: readonly string[];
    readonly hashes: Hashes;
    readonly services: { readonly canary?: string; readonly stable?: string };
    readonly isTargetLabel: (label: string, values: readonly string[]) => boolean;
  },
): AssumedMonitor {
  const given = new Set(['namespace', 'pod', 'container', 'endpoint', 'instance', '__name__', 'le']);
  for (const name of [...podLabels, HASH_LABEL]) given.add(labelName(name));
  const rules: RelabelRule[] = [];
  const assumptions: string[] = [];
  const refused = new Map<string, string>();
  const selectors = asked.flatMap((metric) => metric.selectors.map((selector) => ({ metric, selector })));
  const labels = new Set(selectors.flatMap(({ selector }) => selector.matchers.map(({ label }) => label)));
  for (const label of labels) {
    const on = selectors.flatMap(({ metric, selector }) =>
      selector.matchers.filter((one) => one.label === label).map((matcher) => ({ metric, matcher })),
    );
    const values = on.map(({ matcher }) => matcher.value);
    if (given.has(label) || !isTargetLabel(label, values)) continue;
    const perVersion = versionValues(values, hashes, services);
    if (perVersion) {
      rules.push(...ofVersions(label, perVersion, hashes));
      assumptions.push(`the series of each version have ${label}: ${perVersion.canary} and ${perVersion.stable}`);
      continue;
    }
    if (on.every(({ matcher }) => matches(matcher, ''))) continue;
    const value = on.find(({ matcher }) => matcher.operator === '=')?.matcher.value;
    const agreed = value !== undefined && on.every(({ matcher }) => matches(matcher, value));
    if (agreed && !OF_A_VERSION.test(label)) {
      rules.push({ targetLabel: label, replacement: value.replaceAll('$', '$$$$') });
      assumptions.push(`all series of both versions have ${label}="${value}"`);
      continue;
    }
    for (const { metric, matcher } of on) {
      refused.set(metric.name, `nothing here says which pods' series have ${written(matcher)}`);
    }
  }
  const monitor = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: ASSUMED_MONITOR, namespace },
    spec: {
      selector: {},
      podTargetLabels: [...new Set([...podLabels, HASH_LABEL])],
      podMetricsEndpoints: [{ relabelings: rules }],
    },
  };
  return { graph: graphOf([{ origin: ASSUMED_MONITOR, manifest: monitor }]), assumptions, refused };
}

function versionValues(
  values: readonly string[],
  hashes: Hashes,
  services: { readonly canary?: string; readonly stable?: string },
): { readonly canary: string; readonly stable: string } | undefined {
  if (values.some((value) => value === hashes.canary || value === hashes.stable)) return hashes;
  const { canary, stable } = services;
  const asks = (name: string | undefined): boolean => name !== undefined && values.includes(name);
  if (canary === undefined || !(asks(canary) || asks(stable))) return undefined;
  return { canary, stable: stable ?? `${canary}-stable` };
}

function ofVersions(
  label: string,
  values: { readonly canary: string; readonly stable: string },
  hashes: Hashes,
): RelabelRule[] {
  return (['canary', 'stable'] as const).map((side) => ({
    sourceLabels: [`__meta_kubernetes_pod_label_${labelName(HASH_LABEL)}`],
    regex: hashes[side],
    targetLabel: label,
    replacement: values[side],
  }));
}
