import type { BlueGreenModel, BlueGreenStage, RolloutModel, StepModel } from '../model';
import { isCompleted, type RunPhase } from './analysis-run';
import { isFullyPromoted } from './sets';
import type { BlueGreenStatus, RolloutStatus } from './state';

const ORDER: readonly BlueGreenStage[] = ['preview', 'pre-promotion', 'pause', 'scale-up', 'switch', 'post-promotion'];

/** The stages of a blue-green rollout, as steps. */
export function blueGreenStages(blueGreen: BlueGreenModel): StepModel[] {
  const { prePromotion, postPromotion, previewReplicaCount } = blueGreen;
  const seconds = pauseSeconds(blueGreen);
  return [
    { stage: 'preview' },
    ...(prePromotion ? [{ stage: 'pre-promotion' as const, analysis: prePromotion }] : []),
    ...(seconds === 0 ? [] : [{ stage: 'pause' as const, pause: { seconds } }]),
    ...(previewReplicaCount === undefined ? [] : [{ stage: 'scale-up' as const }]),
    { stage: 'switch' },
    ...(postPromotion ? [{ stage: 'post-promotion' as const, analysis: postPromotion }] : []),
  ];
}

/** The time that a blue-green rollout waits before the promotion. Undefined: until it is approved. */
export const pauseSeconds = ({ autoPromotionEnabled, autoPromotionSeconds }: BlueGreenModel): number | undefined =>
  autoPromotionEnabled ? autoPromotionSeconds : undefined;

/** The parts of the status that determine the stage of a blue-green rollout. */
export interface BlueGreenProgress {
  /** Whether the new version is the stable one. */
  readonly promoted: boolean;
  readonly aborted: boolean;
  readonly promoteFull: boolean;
  /** Whether the controller waits before the promotion. */
  readonly paused: boolean;
  /** Whether the active Service selects the new version. */
  readonly switched: boolean;
  readonly scaleUpPreviewCheckPoint: boolean;
  /** The phase of the analysis before the promotion. Undefined: it has not begun. */
  readonly preRun?: RunPhase;
  /** That of the analysis after it. */
  readonly postRun?: RunPhase;
}

/** The current stage of a blue-green rollout: an index of its steps, or their number once it is promoted. */
export function stageIndex({ steps }: Pick<RolloutModel, 'steps'>, progress: BlueGreenProgress): number {
  if (progress.promoted) return steps.length;
  const reached = ORDER.indexOf(stageOf(progress));
  return Math.max(
    0,
    steps.findLastIndex(({ stage }) => stage !== undefined && ORDER.indexOf(stage) <= reached),
  );
}

function stageOf(progress: BlueGreenProgress): BlueGreenStage {
  const { preRun, postRun } = progress;
  if (progress.aborted) return 'preview';
  if (progress.switched) return postRun === undefined ? 'switch' : 'post-promotion';
  if (progress.paused) return 'pause';
  if (progress.scaleUpPreviewCheckPoint || progress.promoteFull) return 'scale-up';
  if (preRun === undefined) return 'preview';
  return isCompleted(preRun) && preRun !== 'Inconclusive' ? 'scale-up' : 'pre-promotion';
}

/** The same of the status in the model. */
export function blueGreenProgress(status: RolloutStatus, blueGreen: BlueGreenStatus): BlueGreenProgress {
  return {
    promoted: isFullyPromoted(status),
    aborted: status.abort,
    promoteFull: status.promoteFull,
    paused: status.pauses.some(({ reason }) => reason === 'BlueGreenPause'),
    switched: blueGreen.active === status.current,
    scaleUpPreviewCheckPoint: blueGreen.scaleUpPreviewCheckPoint,
    preRun: blueGreen.preRun?.phase,
    postRun: blueGreen.postRun?.phase,
  };
}
