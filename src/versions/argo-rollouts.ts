import type { Entry, System } from './entry';
import { formatReleases } from './release';

const FROM_CONTROLLERS = 'controllers of 1.8.5, 1.9.1 and 1.10.2 on fake clients';

/** The flags of the controller in which releases differ, without their dashes. */
export interface ControllerFlags {
  /** Flags of later releases: the controller does not start with them. */
  readonly unknown: readonly string[];
  readonly deprecated: readonly string[];
}

const FLAGS_OF_1_8 = ['enable-pprof-address'];
const FLAGS_OF_1_9 = [
  'metricsPort',
  'alb-tag-key-resource-id',
  'aws-target-group-binding-api-version',
  'ephemeral-metadata-threads',
  'ephemeral-metadata-update-pod-retries',
];

const flagsText = (flags: readonly string[]): string => formatReleases(flags.map((flag) => `\`--${flag}\``));

/** What Argo Rollouts does, by release. */
export const ARGO_ROLLOUTS = {
  expressionEngine: {
    id: 'expression-engine',
    what: 'Engine of conditions',
    changes: [
      { from: '1.7', value: '1.15.5', words: 'evaluates conditions with expr 1.15.5' },
      {
        from: '1.10',
        value: '1.17.7',
        words:
          'evaluates conditions with expr 1.17.7: `result == []`, `max(result)`, chained comparisons, `if`, `;` and `?.[ ]` work, and element types are checked',
      },
    ],
    source: 'utils/evaluate of each release',
    evidence: 'measured',
  } as Entry<'1.15.5' | '1.17.7'>,
  explainsErrors: {
    id: 'condition-error-message',
    what: 'Message of a condition that fails',
    changes: [
      {
        from: '1.7',
        value: false,
        words: "reports the engine's message alone, such as `reflect: slice index out of range`",
      },
      {
        from: '1.10',
        value: true,
        words:
          'reports `could not evaluate successCondition "…": …`, and `metric result is nil or empty: no data returned from the metric provider` where the query returned nothing',
      },
    ],
    source: 'utils/evaluate/evaluate.go',
    evidence: 'measured',
  } as Entry<boolean>,
  namesFailedAnalysis: {
    id: 'analysis-abort-message',
    what: 'Message of an abort by an analysis',
    changes: [
      {
        from: '1.7',
        value: false,
        words: 'gives the message of the AnalysisRun alone, such as `Metric "errors" assessed Failed due to …`',
      },
      {
        from: '1.9',
        value: true,
        words:
          'puts `Step-based analysis phase error/failed: ` before the message of the AnalysisRun, or `Background …`, `Blue/green pre-promotion …`, `Blue/green post-promotion …`',
      },
    ],
    source: `rollout/analysis.go of 1.9.0; ${FROM_CONTROLLERS}`,
    evidence: 'measured',
  } as Entry<boolean>,
  namesFailedExperiment: {
    id: 'experiment-abort-message',
    what: 'Message of an abort by an experiment',
    changes: [
      { from: '1.7', value: false, words: 'gives the message of the Experiment alone' },
      {
        from: '1.9',
        value: true,
        words: 'puts `Experiment analysis phase is error/failed: ` before the message of the Experiment',
      },
    ],
    source: 'rollout/experiment.go of 1.8.5, 1.9.0 and 1.10.2',
    evidence: 'read',
  } as Entry<boolean>,
  countCoversBothLimits: {
    id: 'count-and-limits',
    what: 'Smallest `count` of a metric',
    changes: [
      { from: '1.7', value: false, words: 'wants `count` to be at least `failureLimit`' },
      { from: '1.8', value: true, words: 'wants `count` to be at least `failureLimit` plus `consecutiveSuccessLimit`' },
    ],
    source: 'utils/analysis/factory.go',
    evidence: 'read',
  } as Entry<boolean>,
  mirrorsByPlugin: {
    id: 'mirror-with-plugin',
    what: '`setMirrorRoute` with a traffic router plugin',
    changes: [
      { from: '1.7', value: false, words: 'refuses `setMirrorRoute` with a plugin (InvalidSpec)' },
      { from: '1.10', value: true, words: 'accepts `setMirrorRoute` with a plugin' },
    ],
    source: 'pkg/apis/rollouts/validation/validation.go',
    evidence: 'measured',
  } as Entry<boolean>,
  pingPongByPlugin: {
    id: 'ping-pong-with-plugin',
    what: '`pingPong` with a traffic router plugin',
    changes: [
      { from: '1.7', value: false, words: 'refuses `pingPong` with a plugin (InvalidSpec)' },
      { from: '1.10', value: true, words: 'accepts `pingPong` with a plugin' },
    ],
    source: 'pkg/apis/rollouts/validation/validation.go',
    evidence: 'measured',
  } as Entry<boolean>,
  acceptsBidirectionalMounts: {
    id: 'bidirectional-mount',
    what: 'Privileged container with a Bidirectional mount',
    changes: [
      { from: '1.7', value: false, words: 'refuses `mountPropagation: Bidirectional`, even in a privileged container' },
      { from: '1.10.1', value: true, words: 'accepts `mountPropagation: Bidirectional` in a privileged container' },
    ],
    source: 'pkg/apis/rollouts/validation/validation.go; read in 1.10.0, which still refuses it, and 1.10.1',
    evidence: 'measured',
  } as Entry<boolean>,
  capsMinPods: {
    id: 'min-pods-above-replicas',
    what: '`minPodsPerReplicaSet` above `replicas`, with traffic routing',
    changes: [
      { from: '1.7', value: false, words: 'scales above `replicas` and never gets Healthy' },
      { from: '1.10', value: true, words: 'caps `minPodsPerReplicaSet` at `replicas`' },
    ],
    source: FROM_CONTROLLERS,
    evidence: 'measured',
  } as Entry<boolean>,
  dynamicAbort: {
    id: 'dynamic-stable-scale-abort',
    what: 'Abort with `dynamicStableScale`',
    changes: [
      { from: '1.7', value: 'at-once', words: 'moves all traffic back at once when the stable pods are complete' },
      {
        from: '1.9',
        value: 'by-steps',
        words:
          'moves traffic back step by step as stable pods become available; with `minPodsPerReplicaSet` the canary may keep its weight for ever',
      },
    ],
    source: FROM_CONTROLLERS,
    evidence: 'measured',
  } as Entry<'at-once' | 'by-steps'>,
  stablePodsForWeights: {
    id: 'stable-pods-for-weights',
    what: 'Weights while the stable version has too few pods for the rest of the traffic',
    changes: [
      { from: '1.7', value: 'any', words: 'sets weights, however few stable pods are available' },
      {
        from: '1.8.1',
        value: 'of-100',
        words:
          'sets no weights, and counts the pods as if `maxTrafficWeight` were 100: with 1000 the canary gets no traffic below a weight of 900, and the pods of the old version stay after the promotion',
      },
      { from: '1.9', value: 'of-maximum', words: 'sets no weights, and counts the pods by `maxTrafficWeight`' },
    ],
    source: `rollout/trafficrouting.go of 1.7.2, 1.8.0, 1.8.1 and 1.9.0; ${FROM_CONTROLLERS}`,
    evidence: 'measured',
  } as Entry<'any' | 'of-100' | 'of-maximum'>,
  withoutServices: {
    id: 'istio-without-services',
    what: 'Istio with `pingPong`, or with subsets alone, until all pods of both versions are available',
    changes: [
      { from: '1.7', value: 'at-once', words: 'points the subsets to the versions at once, and goes on' },
      {
        from: '1.8',
        value: 'fails-after-abort-too',
        words:
          'ends each reconcile with an error, after an abort too: no weight, analysis or deadline counts meanwhile, and an update whose pods never get ready stays as it is',
      },
      {
        from: '1.8.3',
        value: 'later',
        words: 'leaves the subsets as they are, and goes on: weights, analyses and the progress deadline count',
      },
      {
        from: '1.9',
        value: 'fails',
        words:
          'ends each reconcile with an error: no weight, analysis or deadline counts meanwhile, and an update whose pods never get ready stays as it is until somebody aborts it',
      },
    ],
    source: `rollout/trafficrouting/istio/istio.go of 1.7.2, 1.8.0, 1.8.2, 1.8.3, 1.8.5 and 1.9.0; ${FROM_CONTROLLERS}`,
    evidence: 'measured',
  } as Entry<'at-once' | 'fails-after-abort-too' | 'later' | 'fails'>,
  dottedNames: {
    id: 'dotted-virtual-service',
    what: 'VirtualService whose name in the Rollout has dots',
    changes: [
      { from: '1.7', value: 'first', words: 'reads `a.b.ns` as VirtualService `a` in namespace `b`' },
      { from: '1.10', value: 'last', words: 'reads `a.b.ns` as VirtualService `a.b` in namespace `ns`' },
    ],
    source: 'utils/istio/istio.go',
    evidence: 'measured',
  } as Entry<'first' | 'last'>,
  abortsAfterPromotion: {
    id: 'deadline-after-promotion',
    what: '`progressDeadlineAbort` after a full promotion',
    changes: [
      { from: '1.7', value: true, words: 'aborts at the progress deadline even after a full promotion' },
      { from: '1.10', value: false, words: 'does not abort at the progress deadline after a full promotion' },
    ],
    source: FROM_CONTROLLERS,
    evidence: 'measured',
  } as Entry<boolean>,
  terminatingWaits: {
    id: 'terminating-metric',
    what: 'Metric that waits for `resumeAt` when its run is terminated',
    changes: [
      { from: '1.7', value: true, words: 'waits until `resumeAt`' },
      { from: '1.10', value: false, words: 'ends the measurement at once' },
    ],
    source: 'analysis/analysis.go',
    evidence: 'read',
  } as Entry<boolean>,
  autoscalerFreezesAbort: {
    id: 'autoscaler-during-abort',
    what: 'Autoscaler that scales during an abort',
    changes: [
      { from: '1.7', value: true, words: 'leaves traffic where it is until the progress deadline' },
      { from: '1.10', value: false, words: 'goes on with the abort' },
    ],
    source: 'rollout/canary.go',
    evidence: 'read',
  } as Entry<boolean>,
  fastTracks: {
    id: 'retry-within-scale-down-delay',
    what: 'Blue-green rollout that is aborted and retried within `abortScaleDownDelaySeconds`',
    changes: [
      { from: '1.7', value: 'waiting', words: 'switches to the aborted version at once, without waits and analyses' },
      { from: '1.10', value: 'earlier', words: 'waits and analyses again; only an earlier version skips them' },
    ],
    source: 'rollout/bluegreen.go, rollout/analysis.go and rollout/sync.go of 1.8.5, 1.9.1 and 1.10.2',
    evidence: 'measured',
  } as Entry<'waiting' | 'earlier'>,
  keepsCancelledRuns: {
    id: 'retry-after-failed-analysis',
    what: 'Canary that is retried while its pods wait to be scaled down',
    changes: [
      {
        from: '1.7',
        value: true,
        words: 'is aborted again at once by the background analysis that failed before, or by that of the first step',
      },
      { from: '1.10', value: false, words: 'starts its analyses again' },
    ],
    source: 'rollout/analysis.go of 1.8.5, 1.9.1 and 1.10.2',
    evidence: 'measured',
  } as Entry<boolean>,
  promotesWithMorePods: {
    id: 'promotion-after-scale-in',
    what: 'Canary that has more pods than replicas after an autoscaler scaled in',
    changes: [
      { from: '1.7', value: false, words: 'is not promoted before it has exactly as many pods as replicas' },
      { from: '1.9', value: true, words: 'is promoted' },
    ],
    source: 'rollout/sync.go of 1.8.5 and 1.9.1',
    evidence: 'measured',
  } as Entry<boolean>,
  removesStepRoutes: {
    id: 'managed-route-removal',
    what: 'Routes that are removed at the end of an update and at an abort',
    changes: [
      { from: '1.7', value: false, words: 'removes the routes that `managedRoutes` lists' },
      {
        from: '1.10',
        value: true,
        words:
          'removes the routes of all header and mirror steps as well; `managedRoutes` must list these in any case, so that no accepted Rollout differs',
      },
    ],
    source: 'rollout/trafficrouting/istio/istio.go of 1.8.5, 1.9.1 and 1.10.2',
    evidence: 'read',
  } as Entry<boolean>,
  leavesExperimentDestination: {
    id: 'weighted-experiment',
    what: 'Weighted experiment with two or more templates',
    changes: [
      { from: '1.7', value: true, words: 'leaves a destination of the experiment in the VirtualService' },
      { from: '1.10', value: false, words: 'removes all destinations of the experiment' },
    ],
    source: 'rollout/trafficrouting/istio/istio.go; changelog',
    evidence: 'read',
  } as Entry<boolean>,
  jobWithoutImage: {
    id: 'job-without-image',
    what: 'Job metric whose image cannot be pulled',
    changes: [
      {
        from: '1.7',
        value: 'waits',
        words: 'waits until the Job fails at its `activeDeadlineSeconds`, and for ever where it has none',
      },
      { from: '1.10', value: 'inconclusive', words: 'counts the measurement as Inconclusive' },
    ],
    source: 'metricproviders/job/job.go of 1.9.1 and 1.10.2',
    evidence: 'read',
  } as Entry<'waits' | 'inconclusive'>,
  terminatedJob: {
    id: 'terminated-job',
    what: 'Job metric that is running when its AnalysisRun is terminated',
    changes: [
      { from: '1.7', value: 'successful', words: 'deletes the Job and counts the measurement as Successful' },
      {
        from: '1.10',
        value: 'inconclusive',
        words:
          'deletes the Job and counts the measurement as Inconclusive: the AnalysisRun ends so too, unless `inconclusiveLimit` allows it',
      },
    ],
    source: 'metricproviders/job/job.go and analysis/analysis.go of 1.7.2, 1.8.5, 1.9.1 and 1.10.2',
    evidence: 'read',
  } as Entry<'successful' | 'inconclusive'>,
  looksAtJobsLater: {
    id: 'job-result',
    what: 'Result of a Job metric',
    changes: [
      { from: '1.7', value: false, words: 'reads the result as soon as the Job ends' },
      {
        from: '1.10',
        value: true,
        words:
          'looks at the Job again after the square root of twice its age in seconds: the result comes up to 11 s late for a Job of a minute, and up to 35 s for one of ten minutes',
      },
    ],
    source: 'metricproviders/job/job.go and analysis/analysis.go of 1.9.1, 1.10.0-rc1 and 1.10.2',
    evidence: 'read',
  } as Entry<boolean>,
  shortensJobNames: {
    id: 'job-name-length',
    what: 'Job metric whose name has more than 24 characters',
    changes: [
      {
        from: '1.7',
        value: false,
        words:
          'gives the Job a name of more than 63 characters, which the API server refuses: every measurement is an error',
      },
      { from: '1.9', value: true, words: 'cuts the name of the metric, so that the name of the Job has 63 characters' },
    ],
    source: 'metricproviders/job/job.go of 1.8.5 and 1.9.0',
    evidence: 'read',
  } as Entry<boolean>,
  traefikGroup: {
    id: 'traefik-group',
    what: 'Default API group of Traefik services',
    changes: [
      { from: '1.7', value: 'traefik.containo.us', words: 'looks for TraefikService in `traefik.containo.us`' },
      { from: '1.10', value: 'traefik.io', words: 'looks for TraefikService in `traefik.io`' },
    ],
    source: 'utils/defaults/defaults.go',
    evidence: 'read',
  } as Entry<string>,
  controllerFlags: {
    id: 'controller-flags',
    what: 'Flags of the controller',
    changes: [
      {
        from: '1.7',
        value: { unknown: [...FLAGS_OF_1_8, ...FLAGS_OF_1_9], deprecated: [] },
        words: 'reads its port for metrics from `--metricsport`, and does not start with a flag of a later release',
      },
      {
        from: '1.8',
        value: { unknown: FLAGS_OF_1_9, deprecated: [] },
        words: `knows ${flagsText(FLAGS_OF_1_8)} as well`,
      },
      {
        from: '1.9',
        value: { unknown: [], deprecated: ['metricsport'] },
        words: `knows ${flagsText(FLAGS_OF_1_9)} as well; \`--metricsport\` is deprecated, and works with a warning in the log`,
      },
    ],
    source:
      'cmd/rollouts-controller/main.go of 1.7.2, 1.8.5, 1.9.0, 1.9.1 and 1.10.2; 1.8.5 was started with `--metricsPort`',
    evidence: 'read',
  } as Entry<ControllerFlags>,
};

export const ARGO_ROLLOUTS_SYSTEM: System = {
  name: 'argo-rollouts',
  title: 'Argo Rollouts',
  releases: ['1.7', '1.8', '1.9', '1.10'],
  entries: Object.values(ARGO_ROLLOUTS),
};
