import { UnsupportedExpression } from '../../src/expr';
import { plannedRollouts } from '../../src/controller';
import { type Graph } from '../../src/graph';
import { conditionsOf, Prometheus, rehearse, RehearsalProblem, type VersionBehaviour } from '../../src/rehearse';
import { simulate } from '../../src/simulate';
import { QueryNotRecognised, type TrafficProfile, wholeProfile } from '../../src/traffic-model';

/** What is the case with the new version. */
export interface Truth {
  readonly profile: Partial<TrafficProfile>;
  /** What only a rehearsal can show. */
  readonly behaviour?: Partial<VersionBehaviour>;
  readonly outcome: 'promoted' | 'aborted';
}

/** What an engine says. */
export type Verdict = 'right' | { readonly wrong: string } | { readonly refused: string };

const STEADY: Partial<TrafficProfile> = { rps: 100, baselineErrorRate: 0.01, approvalAfter: 60, podStart: 20 };

/** The verdict of many simulated updates: nearly all of them must end as the truth demands. */
export function simulated(graph: Graph, { profile, behaviour, outcome }: Truth, seed: number): Verdict {
  const [planned] = plannedRollouts(graph);
  if (planned.model === undefined) return { refused: planned.problems.join('; ') };
  if (behaviour !== undefined) return { refused: 'pods of a simulation do not crash' };
  try {
    const { probability } = simulate(planned.model, {
      profile: { ...STEADY, ...profile },
      around: { graph, rollout: planned.rollout },
      runs: 200,
      seed,
      curve: [],
    });
    if (probability[outcome] > 0.9) return 'right';
    return { wrong: JSON.stringify(probability) };
  } catch (error) {
    const known = [QueryNotRecognised, UnsupportedExpression, AggregateError].some((kind) => error instanceof kind);
    if (!known) throw error;
    return { refused: (error as Error).message.split('\n')[0] };
  }
}

/** The verdict of one update before a real Prometheus. */
export async function rehearsed(
  graph: Graph,
  { profile, behaviour, outcome }: Truth,
  seed: number,
  binary: string,
): Promise<Verdict> {
  const [planned] = plannedRollouts(graph);
  const base = conditionsOf(wholeProfile({ ...STEADY, ...profile }));
  const conditions = { ...base, canary: { ...base.canary, ...behaviour } };
  const prometheus = await Prometheus.start(binary);
  try {
    const { updates } = await rehearse(prometheus.api, { graph, planned, conditions, seed });
    if (updates[0].outcome === outcome) return 'right';
    const values = updates[0].measurements.map(({ answer }) => answer?.series[0]?.values[0]);
    return { wrong: `${updates[0].outcome} (${values.join(', ')})` };
  } catch (error) {
    if (!(error instanceof RehearsalProblem)) throw error;
    return { refused: error.message.split('\n')[0] };
  } finally {
    await prometheus.stop();
  }
}
