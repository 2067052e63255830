import { UnsupportedExpression } from '../../expr';
import type { MetricModel, RolloutModel } from '../../controller';
import { metricReaderOf } from '../query/metric-reader';
import { QueryNotRecognised, readsLatency } from '../query/query-model';
import { isOfRestarts } from '../sources/resources';
import { analysed, type Around, TrafficDescription } from './description';

/** What the query of a metric reads of the traffic. */
export interface MetricReading {
  readonly metric: MetricModel;
  readonly readsLatency: boolean;
  /** What containers use of their limits. */
  readonly readsResources: boolean;
  /** Why it never finds a series, one sentence each; empty where it does, or where that is not known. */
  readonly absent: readonly string[];
}

/** Readings of all queries of a rollout. A query that the traffic model does not recognise is told by its text. */
export function readingsOf(model: RolloutModel, description: TrafficDescription): MetricReading[] {
  const { catalogue, bounds } = description;
  return analysed(model).flatMap((use) => {
    const { metric } = use;
    if (metric.provider !== 'prometheus' || metric.query === undefined) return [];
    try {
      const filled = description.filled(use);
      const { leaves, resources, absent } = metricReaderOf(filled, {}, catalogue, model.replicas, bounds);
      return [
        {
          metric,
          readsLatency: readsLatency(leaves),
          readsResources: resources.some(({ of }) => !isOfRestarts(of)),
          // Where another selector finds a series, one that finds none may be an outcome that does not occur.
          absent: leaves.length + resources.length === 0 ? absent : [],
        },
      ];
    } catch (error) {
      if (!(error instanceof UnsupportedExpression) && !(error instanceof QueryNotRecognised)) throw error;
      return [{ metric, readsLatency: READS_LATENCY.test(metric.query), readsResources: false, absent: [] }];
    }
  });
}

const READS_LATENCY = /\bhistogram_\w+\(|\w_(?:bucket|sum)\b/;

/** Why queries of a rollout never find a series, as far as the manifests around it tell; one sentence each. */
export function absentData(model: RolloutModel, around: Around): string[] {
  if (analysed(model).length === 0) return [];
  const description = new TrafficDescription({ model, around });
  // What is not among the manifests may well be scraped.
  if (description.scraping.surroundings.unknownPods !== undefined) return [];
  if (description.catalogue.unknownPods !== undefined) return [description.catalogue.unknownPods];
  const readings = readingsOf(model, description);
  return [...new Set(readings.flatMap(({ absent }) => absent))];
}
