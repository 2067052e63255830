import { keptSamples, type ScrapeTarget } from '../../graph';
import type { KnownSeries, SeriesCatalogue } from '../query/catalogue';
import type { Leaf, Life, Side } from '../query/query-model';
import type { Scraping, ScrapedNow, ExposedSamples } from './scraping';
import type { Pointing, ScrapedPod, Version } from './version';

const AT_REST: Pointing = { canary: 'old', stable: 'old' };
const UPDATING: Pointing = { canary: 'new', stable: 'old' };
const SWITCHED: Pointing = { canary: 'new', stable: 'new' };

/**
 * Derives all series from the model of scrapes, with two pods of each version, before the canary serves, while it
 * does, and, of a blue-green rollout, when users get the new version.
 */
export function seriesCatalogue(
  scraping: Scraping,
  podPrefix: (version: Version) => string,
  stated: Readonly<Record<string, unknown>>,
  { isBlueGreen }: { readonly isBlueGreen: boolean },
): SeriesCatalogue {
  const pod = (version: Version, index: number): ScrapedPod => ({
    version,
    name: `${podPrefix(version)}${index === 0 ? 'bcdfg' : 'x5z2k'}`,
    ip: `10.128.${version === 'new' ? 1 : 0}.${index + 2}`,
    ready: true,
  });
  const old = [pod('old', 0), pod('old', 1)];
  const all = [...old, pod('new', 0), pod('new', 1)];
  const during = scraping.at(all, UPDATING);
  const phases = [
    catalogued(scraping, scraping.at(old, AT_REST), old, stated),
    catalogued(scraping, during, all, stated),
    ...(isBlueGreen ? [catalogued(scraping, scraping.at(all, SWITCHED), all, stated)] : []),
  ];
  const series = livesOf(phases);
  const intervalOf = (leaves: readonly Leaf[]): number | undefined => {
    const cells = new Set(leaves.flatMap((leaf) => leaf.cells));
    const intervals = series.flatMap(({ cell, interval }) => (cell && cells.has(cell) ? interval : []));
    return intervals.length === 0 ? undefined : Math.max(...intervals);
  };
  const { refused, rules } = scraping;
  const { native, capsExtrapolation } = scraping;
  return {
    series,
    refused,
    rules,
    native,
    capsExtrapolation,
    unknownPods: scraping.surroundings.unknownPods ?? during.unknown,
    nothingScraped: reasons(during),
    intervalOf,
  };
}

/** The moment at which each phase begins. */
const BEGINNINGS = [undefined, 'canary', 'switch'] as const;

/** Each series once, with the phases that it is in: those of a later phase first, as they are read while it lasts. */
function livesOf(phases: readonly KnownSeries[][]): KnownSeries[] {
  const keys = phases.map((series) => new Set(series.map(keyOf)));
  const seen = new Set<string>();
  const order = [...phases.keys()].map((i) => (i + 1) % phases.length);
  return order.flatMap((phase) =>
    phases[phase].flatMap((one): KnownSeries[] => {
      const key = keyOf(one);
      if (seen.has(key)) return [];
      seen.add(key);
      const [first, last] = [keys.findIndex((all) => all.has(key)), keys.findLastIndex((all) => all.has(key))];
      if (one.cell === undefined) return [one];
      // Of the new version there is nothing before its pods are there.
      const begins = one.cell.side === 'canary' && first < 2 ? undefined : BEGINNINGS[first];
      const life: Life = { from: begins, until: last + 1 < phases.length ? BEGINNINGS[last + 1] : undefined };
      return [{ ...one, cell: { ...one.cell, life } }];
    }),
  );
}

function reasons({ refused, targets }: ScrapedNow): string {
  const found = [
    ...[...refused].map(([monitor, why]) => `${monitor.toString()}: ${why}`),
    ...targets.flatMap(({ fails }) => fails ?? []),
  ];
  return found.length === 0 ? '' : `: ${[...new Set(found)].join('; ')}`;
}

/** The series that exist at one time. Those of a version's two pods are merged. */
function catalogued(
  scraping: Scraping,
  { targets }: ScrapedNow,
  pods: readonly ScrapedPod[],
  stated: Readonly<Record<string, unknown>>,
): KnownSeries[] {
  const found: { readonly key: string; readonly series: KnownSeries }[] = [];
  for (const target of targets) {
    for (const exposed of scraping.exposedBy(target, pods)) {
      for (const [index, series] of keptSeries(target, exposed, stated).entries()) {
        if (series === undefined) continue;
        const { counter, version } = exposed;
        const by = `${target.job.name} ${target.service?.resource.name ?? ''} ${portAndPath(target)}`;
        found.push({ key: `${by} ${counter} ${version} ${index}`, series });
      }
    }
  }
  const groups = new Map<string, KnownSeries[]>();
  for (const { key, series } of found) groups.set(key, [...(groups.get(key) ?? []), series]);
  return [...groups.values()].map(merged);
}

const portAndPath = ({ url }: ScrapeTarget): string => url.replace(/^\w+:\/\/[^/:]+/, '');

/** One series from those of several pods. Labels that differ between them are null. */
function merged(group: readonly KnownSeries[]): KnownSeries {
  const [first] = group;
  const labels = new Map(first.labels);
  const podValues = new Map<string, string[]>();
  for (const [name, value] of first.labels) {
    const values = group.map((one) => one.labels.get(name) ?? '');
    if (new Set(values).size === 1) continue;
    labels.set(name, null);
    podValues.set(name, values);
    void value;
  }
  return { ...first, labels, podValues };
}

function keptSeries(
  target: ScrapeTarget,
  { counter, version, samples }: ExposedSamples,
  stated: Readonly<Record<string, unknown>>,
): (KnownSeries | undefined)[] {
  const side: Side = version === 'new' ? 'canary' : 'stable';
  const { kept } = keptSamples(
    target,
    samples.map(({ name, labels }) => ({ __name__: name, ...labels })),
  );
  return samples.map((sample, i) => {
    const labels = kept[i];
    const { shows } = sample;
    if (labels?.__name__ === undefined) return undefined;
    const twins = samples.filter(({ name }) => name === sample.name);
    const common = {
      name: labels.__name__,
      labels: new Map(Object.entries(labels)),
      podValues: new Map<string, readonly string[]>(),
      open: counter === 'app' && !(sample.name.replace(/_(bucket|sum|count)$/, '') in stated),
      outcomeLabels: Object.keys(sample.labels).filter(
        (label) => new Set(twins.map((twin) => twin.labels[label])).size > 1,
      ),
      interval: target.intervalSeconds,
    };
    if (shows.type === 'resource') return { ...common, resource: { side, of: shows.of, limit: shows.limit } };
    const { outcome, part, factor, appears } = shows;
    const ofEachPod = counter === 'app' || counter === 'proxy';
    return { ...common, cell: { side, outcome, part, factor, appears, ofEachPod, life: {} } };
  });
}

const keyOf = ({ labels, cell, resource }: KnownSeries): string =>
  JSON.stringify([[...labels].sort(([a], [b]) => (a < b ? -1 : 1)), cell && { ...cell, life: undefined }, resource]);
