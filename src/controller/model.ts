import type { EngineRelease } from '../expr';
import type { ControllerBehaviour } from '../versions';

/**
 * A rollout and its analyses, with the controller's defaults filled in and names resolved: all that is needed to
 * predict what the controller does. Durations are in seconds.
 */
export interface RolloutModel {
  /** The behaviour of the controller's release. Default: the newest one. */
  readonly controller?: ControllerBehaviour;
  readonly name: string;
  readonly namespace?: string;
  readonly replicas: number;
  readonly steps: readonly StepModel[];
  /** The traffic router (`istio`, `nginx`, …). Without one, weights are approximated by numbers of pods. */
  readonly trafficRouting?: string;
  /** In pods, resolved as the controller does. Only used without traffic routing. */
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** The percentages of the replicas that they are resolved from, where they are stated so. */
  readonly percentages?: { readonly maxSurge?: number; readonly maxUnavailable?: number };
  /** The weight of all traffic: 100 unless the router states another. */
  readonly maxTrafficWeight: number;
  readonly dynamicStableScale: boolean;
  readonly minPodsPerReplicaSet?: number;
  readonly replicaProgressThreshold?: { readonly percent: boolean; readonly value: number };
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly progressDeadlineAbort: boolean;
  readonly scaleDownDelaySeconds: number;
  readonly scaleDownDelayRevisionLimit?: number;
  /** The number of revisions within which a rollback skips steps and analyses. */
  readonly rollbackWindow?: number;
  /** Undefined: not stated, which means 30. 0: no delay; its pods stay if a setCanaryScale is in effect. */
  readonly abortScaleDownDelaySeconds?: number;
  /** `spec.paused`: the rollout was paused manually. */
  readonly paused: boolean;
  /**
   * Istio without `canaryService` and `stableService`, as with subsets alone or ping-pong: before all pods of both versions
   * are available, the controller of some releases does not continue, and others leave the subsets as they are.
   */
  readonly waitsForAllPods: boolean;
  /** The names of the Services with which queries may isolate the versions. */
  readonly services?: { readonly canary?: string; readonly stable?: string };
  /** Ping-pong: two Services alternate as the canary's. Their names are not in `services`. */
  readonly pingPong?: boolean;
  readonly background?: { readonly analysis: AnalysisModel; readonly startingStep?: number };
  /** The strategy is blue-green. `steps` are then its stages, as blueGreenStages makes them: the controller has none. */
  readonly blueGreen?: BlueGreenModel;
  /** Flagger runs the update, not Argo Rollouts. */
  readonly flagger?: FlaggerLoop;
}

/** How a blue-green rollout switches all traffic to the new version. */
export interface BlueGreenModel {
  /** Whether the active Service switches to the new version automatically. */
  readonly autoPromotionEnabled: boolean;
  /** With autoPromotionEnabled: seconds after the preview is ready and its analysis has succeeded. 0: at once. */
  readonly autoPromotionSeconds: number;
  /** Number of pods of the new version until it is approved. Undefined: all. */
  readonly previewReplicaCount?: number;
  /** The analysis that must succeed before the active Service switches to the new version. */
  readonly prePromotion?: AnalysisModel;
  /** The analysis that must succeed after the switch. Otherwise the active Service switches back. */
  readonly postPromotion?: AnalysisModel;
  /** Whether a preview Service selects the new version from the start. */
  readonly previewService: boolean;
  /**
   * Whether pods of earlier versions stay while the analysis after the switch runs, because no scaleDownDelaySeconds is
   * stated.
   */
  readonly keepsPodsForAnalysis?: boolean;
}

/** How Flagger increases the weight of a Canary: once per interval it makes at most one change. */
export interface FlaggerLoop {
  readonly interval: number;
  /** Total number of failed checks that rolls back, at the next interval. */
  readonly threshold: number;
  /** The weights in their order; a first 0 is a round of mirrored traffic. */
  readonly stages: readonly number[];
  /** All checks are evaluated at each interval after the first weight. One that fails holds the weight. */
  readonly metrics: readonly MetricModel[];
  /** Percentage of the traffic that returns to the primary per interval after it was updated. 0: all at once. */
  readonly promotionStep: number;
  /** The share of the pods that must be ready. */
  readonly canaryReady: number;
  readonly skipsAnalysis: boolean;
  readonly suspended: boolean;
}

/** One entry of `steps`. As in the API, one kind each, except that a few kinds may come together. */
export interface StepModel {
  readonly setWeight?: number;
  /** An empty pause waits for manual approval. */
  readonly pause?: { readonly seconds?: number };
  readonly setCanaryScale?: {
    readonly replicas?: number;
    readonly weight?: number;
    readonly matchTrafficWeight?: boolean;
  };
  readonly analysis?: AnalysisModel;
  readonly experiment?: ExperimentModel;
  readonly setHeaderRoute?: { readonly name: string; readonly removes: boolean };
  /** `percentage` of the requests that match. Undefined: all of them. */
  readonly setMirrorRoute?: { readonly name: string; readonly removes: boolean; readonly percentage?: number };
  readonly plugin?: { readonly name: string };
  /** A stage of a blue-green rollout. Its analysis and pause are in the same fields as those of a step. */
  readonly stage?: BlueGreenStage;
}

/** The experiment of a step: pods of both versions beside those of the rollout, and analyses of them. */
export interface ExperimentModel {
  /** How long its pods run once all of them are available. Undefined: until its required analyses have succeeded. */
  readonly seconds?: number;
  readonly templates: readonly ExperimentTemplateModel[];
  readonly analyses: readonly ExperimentAnalysisModel[];
  /** How long its pods stay after its end. Default: 30. */
  readonly scaleDownDelaySeconds?: number;
}

/** Pods of one version that an experiment starts. */
export interface ExperimentTemplateModel {
  readonly name: string;
  readonly version: 'canary' | 'stable';
  readonly replicas: number;
  /** The share of the traffic while the experiment runs, in the unit of `setWeight`, at the expense of the stable pods. */
  readonly weight?: number;
  /** Whether it has labels or annotations of its own: its pods then have another hash than those of their version. */
  readonly relabelled?: boolean;
}

/** An analysis of an experiment, which begins once all of its pods are available. */
export interface ExperimentAnalysisModel {
  readonly name: string;
  readonly analysis: AnalysisModel;
  /** Whether the experiment ends when this analysis has succeeded, and all others that are required. */
  readonly required: boolean;
}

/**
 * The stages of a blue-green rollout in order: pods of the new version start, the analysis before the promotion, the
 * wait, the rest of the pods, the switch of the active Service, the analysis after it.
 */
export type BlueGreenStage = 'preview' | 'pre-promotion' | 'pause' | 'scale-up' | 'switch' | 'post-promotion';

/** One AnalysisRun as it would be created: the metrics of all its templates. */
export interface AnalysisModel {
  /** The templates' names. */
  readonly templates: readonly string[];
  readonly metrics: readonly MetricModel[];
  /** Why the controller would end the run in Error before it measures anything. */
  readonly invalid?: string;
}

/** A metric with the controller's defaults filled in and the arguments that are known replaced. */
export interface MetricModel {
  readonly name: string;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  /** Undefined: measured once, and again after an error. */
  readonly interval?: number;
  readonly initialDelay?: number;
  /** Undefined: until the run is ended from outside. */
  readonly count?: number;
  /** -1 switches it off. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** 0 switches it off. */
  readonly consecutiveSuccessLimit: number;
  readonly dryRun: boolean;
  /** `prometheus`, `web`, `job`, … */
  readonly provider: string;
  /** For Prometheus: the query, with the arguments that are known replaced. */
  readonly query?: string;
  /** For Prometheus: the range of the query, as written. Undefined for an instant query. */
  readonly rangeQuery?: { readonly start?: string; readonly end?: string; readonly step?: string };
  /** Seconds after which an unreachable Prometheus is an error. */
  readonly timeout?: number;
  /** The release of the engine that evaluates the conditions; default: that of the newest release. */
  readonly engine?: EngineRelease;
}
