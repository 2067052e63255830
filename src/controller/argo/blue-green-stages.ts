import type { BlueGreenModel, BlueGreenStage, RolloutModel, StepModel } from '../model';
import { isCompleted } from './analysis-run';
import { isFullyPromoted } from './sets';
import type { RolloutStatus } from './state';

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

/** The current stage of a blue-green rollout: an index of its steps, or their number once it is promoted. */
export function stageIndex({ steps }: RolloutModel, status: RolloutStatus): number {
  if (isFullyPromoted(status)) return steps.length;
  const reached = ORDER.indexOf(stageOf(status));
  return Math.max(
    0,
    steps.findLastIndex(({ stage }) => stage !== undefined && ORDER.indexOf(stage) <= reached),
  );
}

function stageOf(status: RolloutStatus): BlueGreenStage {
  const { abort, promoteFull, pauses, blueGreen } = status;
  if (abort || blueGreen === undefined) return 'preview';
  const { active, scaleUpPreviewCheckPoint, preRun, postRun } = blueGreen;
  if (active === status.current) return postRun === undefined ? 'switch' : 'post-promotion';
  if (pauses.some(({ reason }) => reason === 'BlueGreenPause')) return 'pause';
  if (scaleUpPreviewCheckPoint || promoteFull) return 'scale-up';
  if (preRun === undefined) return 'preview';
  return isCompleted(preRun.phase) && preRun.phase !== 'Inconclusive' ? 'scale-up' : 'pre-promotion';
}
