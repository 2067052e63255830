import type { EngineRelease } from '../expr';
import type { ControllerBehaviour } from '../versions';

/**
 * What a canary rollout and its analyses say, with the controller's defaults filled in and names resolved: all that is
 * needed to know what the controller will do. Durations are seconds.
 */
export interface RolloutModel {
  /** What the controller of the stated release does; default: that of the newest one. */
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
  /** What stands for all traffic: 100 unless the router says otherwise. */
  readonly maxTrafficWeight: number;
  readonly dynamicStableScale: boolean;
  readonly minPodsPerReplicaSet?: number;
  readonly replicaProgressThreshold?: { readonly percent: boolean; readonly value: number };
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly progressDeadlineAbort: boolean;
  readonly scaleDownDelaySeconds: number;
  readonly scaleDownDelayRevisionLimit?: number;
  /** Undefined: not stated, which counts 30. 0: no delay is set; its pods stay where a setCanaryScale is in force. */
  readonly abortScaleDownDelaySeconds?: number;
  /** `spec.paused`: the rollout was paused manually. */
  readonly paused: boolean;
  /** Istio subsets without Services: the controller does not go on before all pods of both versions are available. */
  readonly waitsForSubsets: boolean;
  /** The names of the Services by which queries may tell the versions apart. */
  readonly services?: { readonly canary?: string; readonly stable?: string };
  readonly background?: { readonly analysis: AnalysisModel; readonly startingStep?: number };
  /** The strategy is blue-green. `steps` are then its stages, as blueGreenStages makes them: the controller has none. */
  readonly blueGreen?: BlueGreenModel;
  /** Not Argo Rollouts but Flagger carries it out. */
  readonly flagger?: FlaggerLoop;
}

/** How a blue-green rollout moves all traffic from one version to the other. */
export interface BlueGreenModel {
  /** The active Service goes to the new version by itself. */
  readonly autoPromotionEnabled: boolean;
  /** With autoPromotionEnabled: so many seconds after the preview is ready and its analysis succeeded; 0: at once. */
  readonly autoPromotionSeconds: number;
  /** Pods of the new version until it is approved; undefined: all. */
  readonly previewReplicaCount?: number;
  /** Must succeed before the active Service goes to the new version. */
  readonly prePromotion?: AnalysisModel;
  /** Must succeed after that; otherwise the active Service goes back. */
  readonly postPromotion?: AnalysisModel;
  /** There is a Service that selects the new version from the beginning. */
  readonly previewService: boolean;
}

/** How Flagger raises the weight of a Canary: it looks once every interval, and does at most one thing each time. */
export interface FlaggerLoop {
  readonly interval: number;
  /** So many failed checks in all roll it back, at the next look. */
  readonly threshold: number;
  /** The weights in their order; a first 0 is a round of mirrored traffic. */
  readonly stages: readonly number[];
  /** All are asked at each look behind the first weight; one that does not pass holds the weight where it is. */
  readonly metrics: readonly MetricModel[];
  /** Per cent of the traffic that go back to the primary at each look after it was updated; 0: all at once. */
  readonly promotionStep: number;
  /** The part of the pods that must be ready. */
  readonly canaryReady: number;
  readonly skipsAnalysis: boolean;
  readonly suspended: boolean;
}

/** One entry of `steps`. As in the API, one kind each, except that a few kinds may come together. */
export interface StepModel {
  readonly setWeight?: number;
  /** An empty one waits for manual approval. */
  readonly pause?: { readonly seconds?: number };
  readonly setCanaryScale?: {
    readonly replicas?: number;
    readonly weight?: number;
    readonly matchTrafficWeight?: boolean;
  };
  readonly analysis?: AnalysisModel;
  readonly experiment?: {
    readonly seconds?: number;
    readonly analyses: readonly string[];
    /** The weight of its templates of the new version, in the unit of `setWeight`. */
    readonly canaryWeight?: number;
  };
  readonly setHeaderRoute?: { readonly name: string; readonly removes: boolean };
  /** `percentage`: of the requests that match; undefined: all of them. */
  readonly setMirrorRoute?: { readonly name: string; readonly removes: boolean; readonly percentage?: number };
  readonly plugin?: { readonly name: string };
  /** What a stage of a blue-green rollout is. Its analysis and its pause are where those of a step are. */
  readonly stage?: BlueGreenStage;
}

/**
 * Stages of a blue-green rollout in their order: pods of the new version start, the analysis before the promotion, the
 * wait, the rest of the pods, the active Service goes to the new version, the analysis after that.
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
  /** Undefined: measured once, or again after an error. */
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
  /** For Prometheus: the range that the query is evaluated over, as it is written; undefined for an instant. */
  readonly rangeQuery?: { readonly start?: string; readonly end?: string; readonly step?: string };
  /** Seconds until an unreachable Prometheus counts as an error. */
  readonly timeout?: number;
  /** The release of the engine that evaluates the conditions; default: that of the newest release. */
  readonly engine?: EngineRelease;
}
