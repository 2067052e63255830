import { stageIndex } from '../controller';
import { begunAt, type Outcome, outcomeOf, type RolloutState, type Run, runsOf, stateOf } from '../explain';
import type { Graph, Resource } from '../graph';
import type { Plan, Stretch } from '../plan';

/** A figure of the plan beside the one of the cluster. Undefined: not known. */
export interface Pair<T> {
  readonly planned?: T;
  readonly actual?: T;
}

/** Where an update stands, and where the plan expects it. */
export interface Progress {
  readonly rollout: string;
  readonly outcome: Outcome;
  /** Why the controller waits, or why the update ended. */
  readonly message?: string;
  /** Seconds since the update began; undefined where none is under way. */
  readonly elapsed?: number;
  /** Index of the step, counted from 0; undefined after the last. */
  readonly step: Pair<number>;
  /** Number of steps; of a blue-green update, of the stages in its plan. */
  readonly steps: number;
  /** Share of the traffic that the new version gets, in per cent. */
  readonly weight: Pair<number>;
  /** Available pods of the new and of the stable version. */
  readonly pods: Pair<{ readonly canary: number; readonly stable: number }>;
  /** Analyses of the new version, with what they measured. */
  readonly analyses: readonly { readonly name: string; readonly phase: string; readonly measurements: number }[];
  /** Seconds until the promotion as the plan goes on from here; undefined where the update ended. */
  readonly left?: number;
  /** Manual approvals that are still to come. */
  readonly approvals: number;
}

const END: ReadonlySet<Outcome> = new Set(['healthy', 'aborted', 'degraded', 'refused']);

/** Whether nothing more happens by itself. */
export const hasEnded = ({ outcome }: Progress): boolean => END.has(outcome);

/**
 * Follows the updates of one Rollout. What a manual approval takes is not planned: while one is awaited, the plan waits too,
 * and it goes on when the cluster does.
 */
export class Follower {
  #update?: string;
  /** Seconds by which the cluster is behind the plan, because approvals took their time. */
  #behind = 0;
  /** The step that was seen last, and since when. */
  #at?: { readonly step: number | undefined; readonly since: number };

  /** @param plan of an update of this Rollout */
  constructor(private readonly plan: Plan) {}

  /**
   * Compares the cluster at one moment with the plan.
   *
   * @param graph the Rollout with its ReplicaSets and AnalysisRuns
   * @param now the time at which the objects were read
   */
  look(graph: Graph, resource: Resource, now: Date): Progress {
    const state = stateOf(graph, resource);
    const outcome = outcomeOf(state);
    const { plan } = this;
    if (state.wanted.hash !== this.#update) this.#begin(state);
    const elapsed = state.promoted ? undefined : secondsSince(begunAt(state), now);
    const ended = END.has(outcome) || elapsed === undefined;
    const step = ended ? undefined : this.#stepOf(state);
    // What takes no time, such as the switch of a Service, has no stretch in the plan, and nothing is left of it.
    const isLast = plan.stretches.every((one) => isBefore(one.step, step));
    const planned = elapsed === undefined || ended || isLast ? undefined : this.#planned(elapsed, step);
    return {
      rollout: resource.fullName,
      outcome,
      message: state.message ?? (state.pauses.map(({ reason }) => reason).join(', ') || undefined),
      elapsed,
      step: { planned: planned?.step, actual: step },
      steps: state.blueGreen ? plan.rollout.steps.length : state.steps,
      weight: { planned: planned?.share, actual: ended && outcome === 'healthy' ? 100 : weightOf(state) },
      pods: {
        planned: planned && { canary: planned.canary, stable: planned.stable },
        actual: podsOf(state),
      },
      analyses: runsOf(graph, resource)
        .filter(({ hash }) => hash === undefined || hash === state.wanted.hash)
        .map(analysisOf),
      left: elapsed === undefined || ended ? undefined : isLast ? 0 : this.#left(elapsed, step, planned),
      approvals: ended ? 0 : approvalsFrom(plan, step),
    };
  }

  /** The position of the cluster in the steps of the plan, which for a blue-green update are its stages. */
  #stepOf({ strategy, step, blueGreen }: RolloutState): number | undefined {
    const { rollout } = this.plan;
    const index = strategy === 'canary' ? step : blueGreen && rollout.blueGreen && stageIndex(rollout, blueGreen);
    // Behind the last step the controller counts on; in the plan no step belongs to that time.
    return index === undefined || index >= rollout.steps.length ? undefined : index;
  }

  #begin({ wanted }: RolloutState): void {
    this.#update = wanted.hash;
    this.#behind = 0;
    this.#at = undefined;
  }

  /** The stretch of the plan that belongs to this moment. */
  #planned(elapsed: number, step: number | undefined): Stretch | undefined {
    const { stretches } = this.plan;
    if (this.#at?.step !== step || this.#at === undefined) {
      // The approvals between the step before and this one took the time that the cluster is behind the plan.
      const before = this.#at;
      const isApproved = stretches.some(
        (one) => one.waits === 'person' && isBefore(one.step, step) && !(before && isBefore(one.step, before.step)),
      );
      const here = stretches.find((one) => one.step === step);
      if (isApproved && here) this.#behind = Math.max(this.#behind, elapsed - here.from.seconds);
      this.#at = { step, since: elapsed };
    }
    const waiting = stretches.find(({ waits, from }) => waits === 'person' && from.seconds + this.#behind <= elapsed);
    if (waiting && !isBefore(waiting.step, step)) return waiting;
    const time = elapsed - this.#behind;
    return stretches.find(({ from, to }) => from.seconds <= time && time < to.seconds) ?? stretches.at(-1);
  }

  /** What is left of the plan from the step at which the cluster stands. */
  #left(elapsed: number, step: number | undefined, planned: Stretch | undefined): number {
    const { plan } = this;
    const here = plan.stretches.filter((one) => one.step === step);
    if (here.length === 0 || this.#at === undefined) return Math.max(0, plan.seconds - (planned?.from.seconds ?? 0));
    const from = here[0].from.seconds;
    const to = here[here.length - 1].to.seconds;
    // A pause or an analysis that lasts longer than planned has not moved on.
    const spent = Math.min(elapsed - Math.max(this.#at.since, from + this.#behind), to - from);
    return Math.max(0, plan.seconds - from - Math.max(0, spent));
  }
}

/** The active Service gives all requests to one version. */
function weightOf({ weight, blueGreen }: RolloutState): number | undefined {
  if (blueGreen === undefined) return weight;
  return blueGreen.switched ? 100 : 0;
}

const isBefore = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && (other === undefined || one < other);

/** At least 0: the clock of the cluster may be ahead of this one. */
function secondsSince(begun: Date | undefined, now: Date): number | undefined {
  return begun && Math.max(0, (now.getTime() - begun.getTime()) / 1000);
}

function podsOf({ wanted, stable, promoted }: RolloutState): Progress['pods']['actual'] {
  if (wanted.available === undefined || stable.available === undefined) return undefined;
  return promoted ? { canary: 0, stable: stable.available } : { canary: wanted.available, stable: stable.available };
}

const analysisOf = ({ resource, kind, step, phase, metrics }: Run): Progress['analyses'][number] => ({
  name: step === undefined ? `${kind} ${resource.name}` : `${kind} ${step + 1}`,
  phase,
  measurements: metrics.reduce((sum, { measurements }) => sum + measurements.length, 0),
});

const approvalsFrom = ({ stretches }: Plan, step: number | undefined): number =>
  stretches.filter((one) => one.waits === 'person' && !isBefore(one.step, step)).length;
