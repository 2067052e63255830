import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as argo from '../../imports/argoproj.io';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { positiveDurationProblem, seconds, wholeSecondsProblem } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { asksForWeight, weightMissing, wholeProblem } from './canary-problems';
import { factory } from './canary-rendering';
import { analysisProblems, renderAnalysis, RolloutAnalysis } from './rollout-analysis';
import { AntiAffinity, RoleMetadata } from './strategy-values';

/**
 * The fields of a blue-green strategy, beside its Services.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
 */
export interface BlueGreenStrategyFields {
  /**
   * What must succeed before the new version gets the requests.
   * @default - nothing
   */
  readonly prePromotionAnalysis?: RolloutAnalysis;

  /**
   * What must succeed after it; when it fails, the old version gets them back. Runs until the old pods go: see
   * `scaleDownDelay`.
   * @default - nothing
   */
  readonly postPromotionAnalysis?: RolloutAnalysis;

  /**
   * The analyses that are meant where the two above name none.
   * @default - none
   */
  readonly analyses?: IAnalysisTemplate[];

  /**
   * Whether the new version gets the requests without a person's word.
   * Becomes `autoPromotionEnabled`.
   * @default true
   */
  readonly autoPromotion?: boolean;

  /**
   * How long it waits for a person, and then goes on without, in whole seconds.
   * Becomes `autoPromotionSeconds`.
   * @default - not at all, or for good where `autoPromotion` is false
   */
  readonly autoPromotionAfter?: Duration;

  /**
   * How many pods the new version has before it gets the requests.
   * @default - as many as the old one
   */
  readonly previewReplicaCount?: number;

  /**
   * How long the old version's pods stay, in whole seconds.
   * Becomes `scaleDownDelaySeconds`.
   * @default - left to Argo Rollouts: 30 seconds
   */
  readonly scaleDownDelay?: Duration;

  /**
   * How many old versions may wait for their pods to go; not more than `revisionHistoryLimit`.
   * @default - all
   */
  readonly scaleDownDelayRevisionLimit?: number;

  /**
   * How long the new version's pods stay after an abort, in whole seconds. Zero keeps them for good.
   * Becomes `abortScaleDownDelaySeconds`.
   * @default - left to Argo Rollouts: 30 seconds
   */
  readonly abortScaleDownDelay?: Duration;

  /**
   * How many of the wanted pods may be missing at a restart.
   * @default - left to Argo Rollouts: none
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * How the new version's pods keep away from those of the old one.
   * @default - not at all
   */
  readonly antiAffinity?: AntiAffinity;

  /**
   * What pods have while they get the requests.
   * @default - none
   */
  readonly activeMetadata?: RoleMetadata;

  /**
   * What pods have before that.
   * @default - none
   */
  readonly previewMetadata?: RoleMetadata;
}

/**
 * How a new version takes all requests at once, after it was checked at full size.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
 */
export interface BlueGreenStrategyOptions extends BlueGreenStrategyFields {
  /**
   * The name of the Service whose pods get the requests.
   */
  readonly activeService: string;

  /**
   * The name of the Service by which the new version can be reached before.
   * @default - none: the new version cannot be reached before it gets the requests
   */
  readonly previewService?: string;
}

const MaxUnavailable = argo.RolloutSpecStrategyBlueGreenMaxUnavailable;

export function renderBlueGreen(options: BlueGreenStrategyOptions): argo.RolloutSpecStrategyBlueGreen {
  const { analyses = [], maxUnavailable, prePromotionAnalysis: pre, postPromotionAnalysis: post } = options;
  return {
    activeService: options.activeService,
    previewService: options.previewService,
    prePromotionAnalysis: pre && renderAnalysis(pre, analyses),
    postPromotionAnalysis: post && renderAnalysis(post, analyses),
    autoPromotionEnabled: options.autoPromotion,
    autoPromotionSeconds: options.autoPromotionAfter && seconds(options.autoPromotionAfter),
    previewReplicaCount: options.previewReplicaCount,
    scaleDownDelaySeconds: options.scaleDownDelay && seconds(options.scaleDownDelay),
    scaleDownDelayRevisionLimit: options.scaleDownDelayRevisionLimit,
    abortScaleDownDelaySeconds: options.abortScaleDownDelay && seconds(options.abortScaleDownDelay),
    maxUnavailable: maxUnavailable && MaxUnavailable[factory(maxUnavailable)](maxUnavailable.value as never),
    antiAffinity: options.antiAffinity?._toKube(),
    activeMetadata: options.activeMetadata,
    previewMetadata: options.previewMetadata,
  };
}

export function blueGreenProblems(options: BlueGreenStrategyOptions, revisionHistoryLimit = 10): string[] {
  const { activeService, previewService, analyses = [], scaleDownDelayRevisionLimit: kept } = options;
  const problems: (string | undefined)[] = [
    dnsLabelProblem('activeService', activeService),
    previewService === undefined ? undefined : dnsLabelProblem('previewService', previewService),
    options.antiAffinity?._problem,
    positiveDurationProblem('autoPromotionAfter', options.autoPromotionAfter),
    ...(['autoPromotionAfter', 'scaleDownDelay', 'abortScaleDownDelay'] as const).map((field) =>
      wholeSecondsProblem(field, options[field]),
    ),
    wholeProblem('previewReplicaCount', options.previewReplicaCount, 1),
    wholeProblem('scaleDownDelayRevisionLimit', kept, 0),
  ];
  if (activeService === previewService) {
    problems.push(
      `the active and the preview Service are both ${quoted(activeService)}; Argo Rollouts needs two different Services`,
    );
  }
  if (kept !== undefined && kept > revisionHistoryLimit) {
    problems.push(
      `scaleDownDelayRevisionLimit is ${kept}, more than revisionHistoryLimit (${revisionHistoryLimit}); lower it, or keep more`,
    );
  }
  for (const part of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    const analysis = options[part];
    if (analysis) problems.push(...analysisProblems(part, analysis, analyses, true));
    if (analysis && asksForWeight(renderAnalysis(analysis, analyses))) problems.push(`${part}: ${weightMissing}`);
  }
  return problems.filter((problem) => problem !== undefined);
}
