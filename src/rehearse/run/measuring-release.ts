import { type Graph, memoizeOnGraph } from '../../graph';
import { formatReleases } from '../../versions';

/** The release in the version of a binary, such as `2.42.0+ds`; undefined for one that states none. */
const releaseIn = (version: string): string | undefined => /^v?(\d+\.\d+\.\d+)/.exec(version)?.[1];

/** The same cluster with the release of the Prometheus that measures: series are stored as it would store them. */
export function measuredBy(version: string, graph: Graph): Graph {
  const release = releaseIn(version);
  if (release === undefined) return graph;
  const known = byRelease(graph);
  let found = known.get(release);
  if (found === undefined) known.set(release, (found = graph.on({ ...graph.releases, prometheus: release })));
  return found;
}

/** All rollouts of a graph share what is worked out about it. */
const byRelease = memoizeOnGraph(() => new Map<string, Graph>());

/** Says that the Prometheus that measures is not the one that is stated. */
export function otherRelease(version: string, stated: readonly string[] | undefined): string[] {
  const release = releaseIn(version);
  if (stated === undefined || release === undefined) return [];
  const series = (text: string): string => text.split('.').slice(0, 2).join('.');
  if (stated.some((one) => series(one) === series(release))) return [];
  return [
    `Prometheus ${release} measures, and ${formatReleases(stated)} is stated: values of queries and labels of buckets are those of ${release}; name a binary of the stated release with --prometheus`,
  ];
}
