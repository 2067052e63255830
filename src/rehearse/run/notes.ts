import { measuredMetrics, type RolloutModel } from '../../controller';
import { type Analysed, queriedMetrics, type SeriesCatalogue } from '../../traffic-model';
import type { Replay } from '../replay/replay';

/** Why the query of an experiment's analysis cannot be answered. Undefined if it can. */
export function unansweredOf({ experiment, metric: { query = '' } }: Analysed): string | undefined {
  if (experiment === undefined) return undefined;
  const open = /\{\{\s*templates\.[^{}]*\}\}/.exec(query)?.[0];
  if (open !== undefined) {
    return `the value of ${open} is not known: only the hash of a template without metadata of its own is that of its version`;
  }
  return /\b(destination|source)_workload\b/.test(query)
    ? "Istio names an experiment's pods after their ReplicaSet, whose name is not known; select them by their hash"
    : undefined;
}

/** Queries that the replayed metrics do not contain data for. */
export function replayNotes(replay: Replay, model: RolloutModel): string[] {
  const notes = [
    `replayed from ${new Date(replay.from).toISOString()}: the canary is the version with the hash ${replay.hashes.canary}, the stable one ${replay.hashes.stable}`,
  ];
  for (const { name, query } of measuredMetrics(model)) {
    const missing = [...queriedMetrics(query === undefined ? [] : [query]).keys()].filter(
      (one) => !replay.names.has(one),
    );
    if (missing.length > 0)
      notes.push(`the replayed file has no series of ${missing.join(', ')}, for which '${name}' asks`);
  }
  return notes;
}

/** Why measurements of a rollout would find nothing, whatever the version does, and the options that help. */
export function unknownMetrics(
  model: RolloutModel,
  { refused, series, unknownPods }: Pick<SeriesCatalogue, 'refused' | 'series' | 'unknownPods'>,
  assumed: Readonly<Record<string, unknown>>,
): string[] {
  const fed = new Set(series.map(({ name }) => name));
  const problems = measuredMetrics(model).flatMap(({ name, query, provider }) => {
    if (provider !== 'prometheus' || query === undefined || assumed[name] !== undefined) return [];
    return [...queriedMetrics([query.replace(/\{\{[^{}]*\}\}/g, '0')]).keys()].flatMap((metric) => {
      const unknown =
        unknownPods === undefined || fed.has(metric)
          ? undefined
          : `whether ${metric} is scraped is not known: ${unknownPods}`;
      const why = refused.get(metric) ?? unknown;
      return why === undefined
        ? []
        : `metric '${name}': ${why}; state its labels under 'metrics' in a scenario, how it ends with --assume ${name}=success, or take real metrics with --replay`;
    });
  });
  return [...new Set([...problems, ...nothingMeasured(model, assumed)])];
}

/** Why a rehearsal would show nothing: no metric is measured by Prometheus, and nobody says how the others end. */
function nothingMeasured(model: RolloutModel, assumed: Readonly<Record<string, unknown>>): string[] {
  const all = measuredMetrics(model);
  if (all.some(({ name, provider }) => provider === 'prometheus' || assumed[name] !== undefined)) return [];
  return all.map(
    ({ name, provider }) =>
      `metric '${name}' is measured by ${provider || 'no provider'}, and none by Prometheus, so traffic decides nothing; state how it ends: --assume ${name}=success, or in a scenario assume: { ${name}: success }`,
  );
}
