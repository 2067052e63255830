import { allMetrics, type PlannedRollout, type RolloutModel } from '../../controller';
import { queriedMetrics } from '../../traffic-model';
import type { Replay } from '../replay/replay';

/** What of a rollout has no counterpart in a rehearsal. */
export function unrehearsed(model: RolloutModel, { workload }: PlannedRollout['rollout']): string[] {
  const notes: string[] = [];
  const { workloadRef } = workload;
  if (workloadRef !== undefined && workloadRef.target === undefined) {
    const { kind, name } = workloadRef.to;
    notes.push(
      `the pods are those of the ${kind} '${name}', which is not among the manifests: their labels and ports are not known; add its file to the input`,
    );
  }
  model.steps.forEach(({ experiment }, i) => {
    if (experiment) notes.push(`step ${i + 1}: the experiment is assumed to succeed, and its own metrics are not fed`);
  });
  return notes;
}

/** What of the queries the replayed metrics do not answer. */
export function replayNotes(replay: Replay, model: RolloutModel): string[] {
  const notes = [
    `replayed from ${new Date(replay.from).toISOString()}: the canary is the version with the hash ${replay.hashes.canary}, the stable one ${replay.hashes.stable}`,
  ];
  for (const { name, query } of allMetrics(model)) {
    const missing = [...queriedMetrics(query === undefined ? [] : [query]).keys()].filter(
      (one) => !replay.names.has(one),
    );
    if (missing.length > 0)
      notes.push(`the replayed file has no series of ${missing.join(', ')}, for which '${name}' asks`);
  }
  return notes;
}
