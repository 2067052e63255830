import type { PlannedRollout, RolloutModel } from '../controller';
import type { Graph } from '../graph';
import { PrometheusClient } from './client';
import { subjectOf } from './subject';
import { Ties } from './ties';
import { replayUpdates, type UpdatesRange, type UpdatesReport } from './updates';

/** A rollout, and a Prometheus on this machine that has recorded metrics. */
export interface RecordedHistory {
  /** Such as `http://127.0.0.1:9090`. */
  readonly address: string;
  readonly graph: Graph;
  readonly planned: PlannedRollout;
  readonly model: RolloutModel;
  /** Where the manifests state none. */
  readonly namespace?: string;
  /** The pod-template hash of the stable version, where the metrics do not tell. */
  readonly stableHash?: string;
  /** Seconds until a manual approval comes; default 300. */
  readonly approvalAfter?: number;
}

/** Each beginning of an update needs few queries, as many beginnings share one; more are a mistake. */
const MOST_QUERIES = 10_000;
const TIMEOUT = 60;

/** Replays updates over recorded metrics of a time in which the app was healthy. Throws QueryFailed. */
export async function replayRecorded(
  { address, graph, planned, model, namespace, stableHash, approvalAfter }: RecordedHistory,
  range: UpdatesRange,
): Promise<UpdatesReport> {
  const client = new PrometheusClient(
    { address, headers: {}, secrets: [], certificates: { insecure: false }, timeout: TIMEOUT },
    MOST_QUERIES,
  );
  const subject = subjectOf(graph, planned, model, namespace, approvalAfter);
  return replayUpdates(subject, new Ties(client, subject, range.end, stableHash), client, range);
}
