// Rollouts that, together, use every option.
import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  AnalysisArg,
  AnalysisTemplate,
  AntiAffinity,
  CanaryScale,
  CanaryStep,
  CanaryStrategyOptions,
  ExperimentSpecRef,
  HeaderMatch,
  ITrafficSplit,
  PodTemplateHash,
  ReplicaProgressThreshold,
  Rollout,
  RolloutAnalysis,
  RolloutOptions,
  RolloutStrategy,
  StringMatch,
  WorkloadRef,
} from '../../src';

const SECOND = Duration.seconds(1);
const METADATA = { labels: { a: 'b' }, annotations: { a: 'b' } };
const ARGS = [
  AnalysisArg.value('a', 'b'),
  AnalysisArg.podTemplateHash('hash', PodTemplateHash.LATEST),
  AnalysisArg.fieldRef('namespace', 'metadata.namespace'),
];
const TEMPLATES = [AnalysisTemplate.fromName('here'), AnalysisTemplate.fromClusterName('everywhere')];
const ANALYSIS: RolloutAnalysis = {
  templates: TEMPLATES,
  args: ARGS,
  dryRun: ['.*'],
  measurementRetention: [{ metrics: '.*', limit: 20 }],
  runLabels: { a: 'b' },
  runAnnotations: { a: 'b' },
};
const MATCHES = [StringMatch.exact('a'), StringMatch.prefix('a'), StringMatch.regex('a')];
const HEADERS = [HeaderMatch.exact('a', 'b'), HeaderMatch.prefix('a', 'b'), HeaderMatch.regex('a', 'b')];

const STEPS = [
  CanaryStep.canaryScale(CanaryScale.replicas(1)),
  CanaryStep.canaryScale(CanaryScale.weight(10)),
  CanaryStep.setHeaderRoute('testers', HEADERS),
  CanaryStep.setMirrorRoute('shadow', {
    matches: MATCHES.map((match, i) => ({ method: match, path: match, headers: [HEADERS[i]] })),
    percentage: 5,
  }),
  CanaryStep.canaryScale(CanaryScale.matchTrafficWeight()),
  CanaryStep.setWeight(10, { pause: SECOND }),
  CanaryStep.analysis(ANALYSIS),
  CanaryStep.plugin('argoproj-labs/step-exec', { command: 'true' }),
  CanaryStep.experiment({
    duration: SECOND,
    scaleDownDelay: SECOND,
    templates: [
      {
        name: 'baseline',
        specRef: ExperimentSpecRef.STABLE,
        replicas: 1,
        weight: 5,
        serviceName: 'baseline',
        selector: { a: 'b' },
        ...METADATA,
      },
    ],
    analyses: TEMPLATES.map((template) => ({
      name: template.templateName,
      template,
      args: ARGS,
      requiredForCompletion: true,
    })),
    dryRun: ['.*'],
    runLabels: { a: 'b' },
    runAnnotations: { a: 'b' },
  }),
];

const CONTAINERS = [{ image: 'checkout:1', portNumber: 8080 }];
const OPTIONS: RolloutOptions = {
  containers: CONTAINERS,
  replicas: 2,
  revisionHistoryLimit: 2,
  minReady: SECOND,
  progressDeadline: Duration.minutes(1),
  progressDeadlineAbort: true,
  paused: true,
  restartAt: '2026-01-31T12:00:00Z',
  rollbackWindow: 1,
  successfulRunHistoryLimit: 1,
  unsuccessfulRunHistoryLimit: 1,
};

const STRATEGY: CanaryStrategyOptions = {
  steps: STEPS,
  background: { ...ANALYSIS, startingStep: 6 },
  maxSurge: kplus.PercentOrAbsolute.percent(20),
  maxUnavailable: kplus.PercentOrAbsolute.absolute(1),
  scaleDownDelay: SECOND,
  scaleDownDelayRevisionLimit: 1,
  abortScaleDownDelay: SECOND,
  minPodsPerReplicaSet: 2,
  replicaProgressThreshold: ReplicaProgressThreshold.percent(90),
  canaryMetadata: METADATA,
  stableMetadata: METADATA,
  antiAffinity: AntiAffinity.preferred(1),
};

/** Every field of Rollouts, behind these splits and a plugin. */
export function rollouts(scope: Construct, splits: ITrafficSplit[], plugin: ITrafficSplit): void {
  splits.forEach((traffic, i) => {
    new Rollout(scope, `canary${i}`, { ...OPTIONS, strategy: RolloutStrategy.canary({ ...STRATEGY, traffic }) });
  });
  const quiet = [CanaryStep.setWeight(10), CanaryStep.pause(), CanaryStep.analysis(ANALYSIS)];
  new Rollout(scope, 'ping-pong', {
    containers: CONTAINERS,
    strategy: RolloutStrategy.canary({
      steps: quiet,
      traffic: splits[0],
      pingPong: true,
      dynamicStableScale: true,
      antiAffinity: AntiAffinity.required(),
    }),
  });
  new Rollout(scope, 'plugin', {
    containers: CONTAINERS,
    strategy: RolloutStrategy.canary({ steps: quiet, traffic: plugin, maxTrafficWeight: 1000 }),
  });
  new Rollout(scope, 'adopted', {
    workloadRef: WorkloadRef.deploymentNamed('legacy', { app: 'legacy' }),
    strategy: RolloutStrategy.canary({ steps: quiet, traffic: splits[0] }),
  });
  const selected = new Rollout(scope, 'selected', {
    containers: CONTAINERS,
    podMetadata: { labels: { tier: 'web' } },
    strategy: RolloutStrategy.canary({ steps: quiet, traffic: splits[0] }),
  });
  selected.select(kplus.LabelSelector.of({ expressions: [kplus.LabelExpression.in('tier', ['web'])] }));
  for (const antiAffinity of [AntiAffinity.preferred(1), AntiAffinity.required()]) {
    new Rollout(scope, `blue-green-${scope.node.children.length}`, {
      containers: CONTAINERS,
      strategy: RolloutStrategy.blueGreen({
        activeService: 'checkout',
        previewService: 'checkout-preview',
        prePromotionAnalysis: ANALYSIS,
        postPromotionAnalysis: ANALYSIS,
        autoPromotion: true,
        autoPromotionAfter: SECOND,
        previewReplicaCount: 1,
        scaleDownDelay: SECOND,
        scaleDownDelayRevisionLimit: 1,
        abortScaleDownDelay: SECOND,
        maxUnavailable: kplus.PercentOrAbsolute.absolute(1),
        antiAffinity,
        activeMetadata: METADATA,
        previewMetadata: METADATA,
      }),
    });
  }
}
