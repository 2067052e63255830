import {
  blueGreenStages,
  type AnalysisModel,
  type BlueGreenModel,
  type ExperimentModel,
  type MetricModel,
  type RolloutModel,
  type StepModel,
} from '../../src/controller';

/** A metric as the controller's defaults leave it. */
function metric(given: Partial<MetricModel> = {}): MetricModel {
  return {
    name: 'errors',
    successCondition: 'len(result) > 0 && result[0] <= 5',
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: 4,
    consecutiveSuccessLimit: 0,
    dryRun: false,
    provider: 'prometheus',
    query: 'sum(increase(http_requests_total{code=~"5.."}[5m]))',
    count: given.interval === undefined ? 1 : undefined,
    ...given,
  };
}

export function analysis(...metrics: Partial<MetricModel>[]): AnalysisModel {
  return { templates: ['errors'], metrics: (metrics.length > 0 ? metrics : [{}]).map(metric) };
}

/** A step with an experiment of one pod of the new version, without analyses. */
export const experiment = (given: Partial<ExperimentModel> = {}): StepModel => ({
  experiment: { templates: [{ name: 'candidate', version: 'canary', replicas: 1 }], analyses: [], ...given },
});

/** A rollout behind Istio as the controller's defaults leave it. */
export function canary(steps: readonly StepModel[], given: Partial<RolloutModel> = {}): RolloutModel {
  return {
    name: 'checkout',
    replicas: 10,
    steps,
    trafficRouting: 'istio',
    maxSurge: 3,
    maxUnavailable: 2,
    maxTrafficWeight: 100,
    dynamicStableScale: false,
    minReadySeconds: 0,
    progressDeadlineSeconds: 600,
    progressDeadlineAbort: false,
    scaleDownDelaySeconds: 30,
    paused: false,
    waitsForAllPods: false,
    ...given,
  };
}

/** A blue-green rollout with a preview Service, as the controller's defaults leave it. */
export function blueGreen(given: Partial<BlueGreenModel> = {}, rollout: Partial<RolloutModel> = {}): RolloutModel {
  const strategy: BlueGreenModel = {
    autoPromotionEnabled: true,
    autoPromotionSeconds: 0,
    previewService: true,
    ...given,
  };
  return {
    ...canary(blueGreenStages(strategy), { replicas: 4, maxSurge: 0, maxUnavailable: 0, ...rollout }),
    trafficRouting: undefined,
    blueGreen: strategy,
  };
}
