import { sameService } from './rol001-same-service';
import { selectorMismatch } from './rol002-selector-mismatch';
import { noSelector } from './rol003-no-selector';
import { templateAndWorkloadRef } from './rol004-template-and-workload-ref';
import { negativeNumber } from './rol005-negative-number';
import { progressDeadlineTooShort } from './rol006-progress-deadline-too-short';
import { oneStrategy } from './rol007-one-strategy';
import { noPodMayBeReplaced } from './rol008-no-pod-may-be-replaced';
import { pingPong } from './rol009-ping-pong';
import { routerWithoutServices } from './rol010-router-without-services';
import { needsTrafficRouting } from './rol011-needs-traffic-routing';
import { routerDoesNotSupport } from './rol012-router-does-not-support';
import { dynamicScaleAndDelay } from './rol013-dynamic-scale-and-delay';
import { emptyStep } from './rol014-empty-step';
import { stepDoesSeveralThings } from './rol015-step-does-several-things';
import { weightOutOfRange } from './rol016-weight-out-of-range';
import { pauseDuration } from './rol017-pause-duration';
import { matchValue } from './rol018-match-value';
import { routeNotManaged } from './rol019-route-not-managed';
import { argumentField } from './rol020-argument-field';
import { antiAffinity } from './rol021-anti-affinity';
import { moreScaledDownThanKept } from './rol022-more-scaled-down-than-kept';
import { weightDoesNotRise } from './rol023-weight-does-not-rise';
import { startingStepBeyond } from './rol024-starting-step-beyond';
import { managedRouteTwice } from './rol025-managed-route-twice';
import { routeRemoval } from './rol026-route-removal';
import { mirrorPercentage } from './rol027-mirror-percentage';
import { experimentWeights } from './rol028-experiment-weights';
import { replicaProgressThreshold } from './rol029-replica-progress-threshold';
import { digitsArePercent } from './rol030-digits-are-percent';
import { experimentNeverEnds } from './rol031-experiment-never-ends';
import { canaryScaleStays } from './rol032-canary-scale-stays';
import { noSteps } from './rol033-no-steps';
import { weightWithoutSoak } from './rol034-weight-without-soak';
import { pausedInGit } from './rol035-paused-in-git';
import { weightCannotBeMet } from './rol036-weight-cannot-be-met';
import { abortKeepsCanary } from './rol037-abort-keeps-canary';
import { podTemplate } from './rol038-pod-template';
import { firstStepMakesRoute } from './rol039-first-step-makes-route';
import { abortWithDynamicScale } from './rol040-abort-with-dynamic-scale';
import { minPodsAboveReplicas } from './rol041-min-pods-above-replicas';
import { quantityForm } from './rol042-quantity-form';
import { instanceId } from './rol043-instance-id';
import { metadataReplacesLabel } from './rol044-metadata-replaces-label';
import { weightedExperiment } from './rol045-weighted-experiment';
import { scaleDownNeverHappens } from './rol046-scale-down-never-happens';
import { weightRoundsToNoPod } from './rol047-weight-rounds-to-no-pod';
import { routeWithoutPods } from './rol048-route-without-pods';
import type { Rule } from '../shared/rule';
import { experimentTemplates } from './rol049-experiment-templates';
import { experimentSettings } from './rol050-experiment-settings';
import { experimentArgument } from './rol051-experiment-argument';
import { experimentOutrunsAnalysis } from './rol052-experiment-outruns-analysis';
import { deadlineAbortsHealthy } from './rol053-deadline-aborts-healthy';
import { promotionTimeIgnored } from './rol054-promotion-time-ignored';
import { oldPodsStay } from './rol055-old-pods-stay';

/** The rules of this folder, by code. */
export const ROLLOUT_RULES: readonly Rule[] = [
  sameService,
  selectorMismatch,
  noSelector,
  templateAndWorkloadRef,
  negativeNumber,
  progressDeadlineTooShort,
  oneStrategy,
  noPodMayBeReplaced,
  pingPong,
  routerWithoutServices,
  needsTrafficRouting,
  routerDoesNotSupport,
  dynamicScaleAndDelay,
  emptyStep,
  stepDoesSeveralThings,
  weightOutOfRange,
  pauseDuration,
  matchValue,
  routeNotManaged,
  argumentField,
  antiAffinity,
  moreScaledDownThanKept,
  weightDoesNotRise,
  startingStepBeyond,
  managedRouteTwice,
  routeRemoval,
  mirrorPercentage,
  experimentWeights,
  replicaProgressThreshold,
  digitsArePercent,
  experimentNeverEnds,
  canaryScaleStays,
  noSteps,
  weightWithoutSoak,
  pausedInGit,
  weightCannotBeMet,
  abortKeepsCanary,
  podTemplate,
  firstStepMakesRoute,
  abortWithDynamicScale,
  minPodsAboveReplicas,
  quantityForm,
  instanceId,
  metadataReplacesLabel,
  weightedExperiment,
  scaleDownNeverHappens,
  weightRoundsToNoPod,
  routeWithoutPods,
  experimentTemplates,
  experimentSettings,
  experimentArgument,
  experimentOutrunsAnalysis,
  deadlineAbortsHealthy,
  promotionTimeIgnored,
  oldPodsStay,
];
