import { clock, lengthOfTime } from '../../formats/go-duration';
import {
  run,
  type AnalysisRun,
  type Ending,
  type Frame,
  type Measured,
  type MetricModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../../controller';
import type { Outcome } from '../../simulate';
import { RehearsalProblem } from '../problem';

/** Where a measurement is taken. */
type Place = Pick<AnalysisRun, 'background' | 'stepIndex' | 'experiment'>;

/** Takes a measurement when the rollout has reached it, with everything that happened until then. */
export type Take = (analysis: Place, metric: MetricModel, now: number, frames: readonly Frame[]) => Promise<Measured>;

/** The conditions of one update. */
export interface UpdateWorld {
  readonly podReady: (version: 'new' | 'old', ordinal: number) => number;
  /** Seconds until a manual pause is approved; undefined: never. */
  readonly approvalAfter: number | undefined;
  readonly take: Take;
  /** Seconds after which it is given up. */
  readonly horizon: number;
}

/** How an update went. */
export interface UpdateRun {
  readonly trace: Pick<Trace, 'frames' | 'endedAt' | 'message'>;
  readonly outcome: Outcome;
}

/** More measurements than this are an error in the analysis. */
const MOST_MEASUREMENTS = 5000;
/** How long a rollout that waits for an approval that never comes is observed. Its background analysis continues. */
const PATIENCE_SECONDS = 3600;

/** The controller has reached a measurement that has not been taken yet. */
class Untaken extends Error {
  constructor(
    readonly key: string,
    readonly run: Place,
    readonly metric: MetricModel,
    readonly now: number,
  ) {
    super('a measurement is to be taken');
  }
}

/** The rollout waits for an approval that never comes. */
class GivenUp extends Error {}

/**
 * The world of an update as the controllers see it. It stops (GivenUp) when a rollout waits for an approval that never
 * comes, and throws RehearsalProblem for one that goes on for ever.
 */
export function worldOf(
  rollout: RolloutModel,
  walk: Pick<UpdateWorld, 'podReady' | 'approvalAfter' | 'horizon'>,
  frames: Frame[],
  measure: World['measure'],
): World {
  return {
    podReady: walk.podReady,
    person: (reason) =>
      (reason === 'CanaryPauseStep' || reason === 'BlueGreenPause') && walk.approvalAfter !== undefined
        ? { after: walk.approvalAfter, action: 'promote' }
        : undefined,
    observe: (frame) => frames.push(frame),
    measure: (analysis, metric, now) => {
      if (waitsInVain(rollout, walk.approvalAfter, frames, now)) throw new GivenUp();
      if (now > walk.horizon) throw new RehearsalProblem(endless(rollout, metric, analysis, walk.horizon));
      return measure(analysis, metric, now);
    },
  };
}

/** Runs the controllers, and says how it ended. */
export function runInWorld(rollout: RolloutModel, world: World, frames: readonly Frame[]): UpdateRun {
  try {
    const trace = run(rollout, world);
    return { trace, outcome: outcomeOf(trace.ending) };
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    return { trace: restingPlace(frames), outcome: 'paused' };
  }
}

/**
 * Runs the controllers through one update with asynchronous measurements. The
 * controllers are a function of what is measured: they are run until a measurement is missing, and when it is there they
 * are run again. Throws RehearsalProblem for an update that does not end.
 */
export async function runMeasured(rollout: RolloutModel, walk: UpdateWorld): Promise<UpdateRun> {
  const taken = new Map<string, Measured>();
  for (;;) {
    const frames: Frame[] = [];
    const world = worldOf(rollout, walk, frames, (analysis, metric, now) => {
      const key = `${now} ${analysis.background} ${analysis.stepIndex} ${analysis.experiment} ${metric.name}`;
      const known = taken.get(key);
      if (known) return known;
      throw new Untaken(key, analysis, metric, now);
    });
    try {
      return runInWorld(rollout, world, frames);
    } catch (error) {
      if (!(error instanceof Untaken)) throw error;
      if (taken.size >= MOST_MEASUREMENTS) {
        throw new RehearsalProblem(
          `'${rollout.name}' has been measured ${MOST_MEASUREMENTS} times by ${clock(error.now)} and does not end; give the analysis a longer interval, or a count`,
        );
      }
      taken.set(error.key, await walk.take(error.run, error.metric, error.now, frames));
    }
  }
}

/** `waiting` for approval, or `stuck`: the rollout does not continue. */
const outcomeOf = (ending: Ending): Outcome => (ending === 'waiting' || ending === 'stuck' ? 'paused' : ending);

function waitsInVain(
  rollout: RolloutModel,
  approvalAfter: number | undefined,
  frames: readonly Frame[],
  now: number,
): boolean {
  const last = frames[frames.length - 1];
  if (last?.phase !== 'Paused') return false;
  const step = last.stepIndex === undefined ? undefined : rollout.steps[last.stepIndex];
  const pause = step?.pause;
  if (pause !== undefined && (pause.seconds !== undefined || approvalAfter !== undefined)) return false;
  return now - restingPlace(frames).endedAt > PATIENCE_SECONDS;
}

/** Since when it has been waiting. */
function restingPlace(frames: readonly Frame[]): UpdateRun['trace'] {
  let i = frames.length - 1;
  while (i > 0 && frames[i - 1].phase === 'Paused' && frames[i - 1].stepIndex === frames[i].stepIndex) i--;
  return { frames, endedAt: frames[i].time, message: frames[frames.length - 1].message };
}

function endless(
  rollout: RolloutModel,
  metric: MetricModel,
  { background, stepIndex }: Place,
  horizon: number,
): string {
  const where = background ? 'the background analysis' : `the analysis of step ${(stepIndex ?? 0) + 1}`;
  return `'${rollout.name}' has not ended after ${lengthOfTime(horizon)}: ${where} still measures '${metric.name}'; give the metric a count or a smaller limit, or the rehearsal more time with --at-most`;
}
