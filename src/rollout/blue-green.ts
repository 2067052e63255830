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
import { at, titled, type Found } from '../formats/option-problem';

/**
 * The fields of a blue-green strategy, without its Services.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
 */
export interface BlueGreenStrategyFields {
  /**
   * The analyses that must succeed before the new version receives requests.
   * @default - nothing
   */
  readonly prePromotionAnalysis?: RolloutAnalysis;

  /**
   * The analyses that must succeed after the promotion; if one fails, traffic returns to the old version. They run
   * until the old pods are removed: see
   * `scaleDownDelay`.
   * @default - nothing
   */
  readonly postPromotionAnalysis?: RolloutAnalysis;

  /**
   * The analyses that run if `prePromotionAnalysis` and `postPromotionAnalysis` name none.
   * @default - none
   */
  readonly analyses?: IAnalysisTemplate[];

  /**
   * Whether the new version is promoted without manual approval.
   * Becomes `autoPromotionEnabled`.
   * @default true
   */
  readonly autoPromotion?: boolean;

  /**
   * The time after which the new version is promoted without manual approval, in whole seconds.
   * Becomes `autoPromotionSeconds`.
   * @default - none; without a limit if `autoPromotion` is false
   */
  readonly autoPromotionAfter?: Duration;

  /**
   * The number of pods of the new version before it receives requests.
   * @default - that of the old version
   */
  readonly previewReplicaCount?: number;

  /**
   * The time until the pods of the old version are removed, in whole seconds.
   * Becomes `scaleDownDelaySeconds`.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly scaleDownDelay?: Duration;

  /**
   * The number of old versions whose pods may wait for removal; at most `revisionHistoryLimit`.
   * @default - all
   */
  readonly scaleDownDelayRevisionLimit?: number;

  /**
   * The time until the pods of the new version are removed after an abort, in whole seconds. Zero keeps them.
   * Becomes `abortScaleDownDelaySeconds`.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly abortScaleDownDelay?: Duration;

  /**
   * The number of pods that may be unavailable during a restart.
   * @default - none (the default of Argo Rollouts)
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * The anti-affinity between pods of the new version and pods of the old one.
   * @default - none
   */
  readonly antiAffinity?: AntiAffinity;

  /**
   * Labels and annotations of pods while they receive requests.
   * @default - none
   */
  readonly activeMetadata?: RoleMetadata;

  /**
   * Labels and annotations of pods before they receive requests.
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
   * The name of the Service of the new version, for tests before the promotion.
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

export function blueGreenProblems(options: BlueGreenStrategyOptions, revisionHistoryLimit = 10): Found[] {
  const { activeService, previewService, analyses = [], scaleDownDelayRevisionLimit: kept } = options;
  const problems: Found[] = [
    at('activeService', dnsLabelProblem('activeService', activeService)),
    previewService === undefined ? undefined : at('previewService', dnsLabelProblem('previewService', previewService)),
    at('antiAffinity', options.antiAffinity?._problem),
    at('autoPromotionAfter', positiveDurationProblem('autoPromotionAfter', options.autoPromotionAfter)),
    ...(['autoPromotionAfter', 'scaleDownDelay', 'abortScaleDownDelay'] as const).map((field) =>
      at(field, wholeSecondsProblem(field, options[field])),
    ),
    at('previewReplicaCount', wholeProblem('previewReplicaCount', options.previewReplicaCount, 1)),
    at('scaleDownDelayRevisionLimit', wholeProblem('scaleDownDelayRevisionLimit', kept, 0)),
  ];
  if (activeService === previewService) {
    problems.push(
      `the active and the preview Service are both ${quoted(activeService)}; Argo Rollouts needs two different Services`,
    );
  }
  if (kept !== undefined && kept > revisionHistoryLimit) {
    problems.push(
      at(
        'scaleDownDelayRevisionLimit',
        `scaleDownDelayRevisionLimit is ${kept}, more than revisionHistoryLimit (${revisionHistoryLimit}); lower it, or keep more`,
      ),
    );
  }
  for (const part of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    const analysis = options[part];
    if (analysis) problems.push(at(part, analysisProblems(part, analysis, analyses, true)));
    if (analysis && asksForWeight(renderAnalysis(analysis, analyses)))
      problems.push(titled(part, `${part}: `, weightMissing));
  }
  return problems;
}
