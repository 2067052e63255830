// Scenarios: one update of one rollout, as manifests for the controllers and as a model for our simulator.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const NAME = 'shop';
const labels = { app: NAME };

/** Values that a query may return, by what they mean for `result[0] <= 5`. */
const MEASURED = {
  good: { vector: ['1'] },
  bad: { vector: ['9'] },
  nothing: { vector: [] },
  nan: { vector: ['NaN'] },
  failure: { error: 'connection refused' },
};

/** The three answers to "no data" that the library gives, and two that people write. */
export const CONDITIONS = {
  fail: { successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] <= 5' },
  succeed: { successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] <= 5' },
  pause: {
    successCondition: 'len(result) > 0 && result[0] <= 5',
    failureCondition: 'len(result) > 0 && result[0] > 5',
  },
  naive: { successCondition: 'result[0] <= 5' },
  onlyFailure: { failureCondition: 'result[0] > 5' },
};

/** The results that the metrics of a scenario give, in the order in which they are measured; the last one stays. */
export function resultsOf({ analyses }) {
  const metrics = analyses.flatMap((analysis) => analysis.metrics);
  return Object.fromEntries(
    metrics.map(({ name, measurements }) => [name, measurements.map((kind) => MEASURED[kind])]),
  );
}

/** What the controllers are given. */
export function manifestsOf(scenario) {
  if (scenario.blueGreen) return blueGreenManifestsOf(scenario);
  const { strategy, background } = scenario;
  const { manifests, routing } = routingOf(scenario);
  const canary = {
    ...routing,
    ...strategy,
    steps: scenario.steps.map(stepOf),
  };
  if (background) {
    const { analysis, ...rest } = background;
    canary.analysis = { ...use(analysis), ...rest };
  }
  const { workload } = scenario;
  return [
    ...scenario.analyses.map(templateOf),
    ...manifests,
    ...(workload
      ? [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: NAME },
            spec: { replicas: workload.replicas, ...PODS },
          },
        ]
      : []),
    rolloutOf(scenario, { canary }),
  ];
}

function stepOf(step) {
  if (step.analysis) return { analysis: use(step.analysis) };
  if (!step.experiment) return step;
  const { analyses = [], ...experiment } = step.experiment;
  return {
    experiment: {
      ...experiment,
      analyses: analyses.map(({ analysis, required }, i) => ({
        name: `analysis-${i}`,
        templateName: analysis,
        args,
        ...(required ? { requiredForCompletion: true } : {}),
      })),
    },
  };
}

// Without a port, the controller makes no Service for the pods of an experiment.
const PODS = {
  selector: { matchLabels: labels },
  template: {
    metadata: { labels },
    spec: { containers: [{ name: NAME, image: 'shop:1', ports: [{ containerPort: 8080 }] }] },
  },
};

const args = [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }];
const use = (name) => ({ templates: [{ templateName: name }], args });

const rolloutOf = ({ replicas, workload, spec }, strategy) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: NAME },
  spec: {
    replicas,
    ...(workload
      ? { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME, scaleDown: workload.scaleDown } }
      : PODS),
    ...spec,
    strategy,
  },
});

const serviceOf = (name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: labels, ports: [{ port: 80 }] },
});

const ingressOf = (service) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: NAME },
  spec: {
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }],
        },
      },
    ],
  },
});

function blueGreenManifestsOf(scenario) {
  const { previewService, prePromotion, postPromotion, ...rest } = scenario.blueGreen;
  const [active, preview] = [`${NAME}-active`, `${NAME}-preview`];
  const blueGreen = {
    activeService: active,
    ...(previewService ? { previewService: preview } : {}),
    ...(prePromotion ? { prePromotionAnalysis: use(prePromotion) } : {}),
    ...(postPromotion ? { postPromotionAnalysis: use(postPromotion) } : {}),
    ...rest,
    ...scenario.strategy,
  };
  return [
    ...scenario.analyses.map(templateOf),
    serviceOf(active),
    ...(previewService ? [serviceOf(preview)] : []),
    rolloutOf(scenario, { blueGreen }),
  ];
}

function templateOf({ name, metrics }) {
  const dry = metrics.filter(({ dryRun }) => dryRun);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name },
    spec: {
      args: [{ name: 'hash' }],
      ...(dry.length > 0 ? { dryRun: dry.map((metric) => ({ metricName: `^${metric.name}$` })) } : {}),
      metrics: metrics.map(({ conditions, measurements: _measurements, dryRun: _dryRun, ...metric }) => ({
        ...metric,
        ...CONDITIONS[conditions],
        provider: { prometheus: { address: 'http://prometheus:9090', query: 'sum(errors{version="{{args.hash}}"})' } },
      })),
    },
  };
}

/** Whether the rollout names Services, which the controllers then point at the versions. */
export const hasServices = ({ trafficRouting }) => !['none', 'subsetsAlone'].includes(trafficRouting);
export const hasSubsets = ({ trafficRouting }) => ['subsets', 'subsetsAlone'].includes(trafficRouting);
/** Whether there is a VirtualService, whose routes are compared. */
export const hasRoutes = (scenario) => hasRouter(scenario) && scenario.trafficRouting !== 'ingress';
export const hasRouter = ({ trafficRouting }) => !['none', 'services', 'blueGreen'].includes(trafficRouting);

/** The managed routes in their order; those that copy requests with their percentage. */
export function managedRoutesOf({ steps }) {
  const found = new Map();
  for (const { setHeaderRoute, setMirrorRoute } of steps) {
    const { name, percentage } = setHeaderRoute ?? setMirrorRoute ?? {};
    if (name !== undefined) found.set(name, { name, percentage: percentage ?? found.get(name)?.percentage });
  }
  return [...found.values()];
}

function routingOf(scenario) {
  const { trafficRouting, maxTrafficWeight } = scenario;
  if (trafficRouting === 'none') return { manifests: [], routing: {} };
  const [stableService, canaryService] = [`${NAME}-stable`, `${NAME}-canary`];
  if (trafficRouting === 'services') {
    return {
      manifests: [serviceOf(stableService), serviceOf(canaryService)],
      routing: { stableService, canaryService },
    };
  }
  if (trafficRouting === 'ingress') {
    return {
      manifests: [serviceOf(stableService), serviceOf(canaryService), ingressOf(stableService)],
      routing: {
        stableService,
        canaryService,
        trafficRouting: { nginx: { stableIngress: NAME }, ...(maxTrafficWeight ? { maxTrafficWeight } : {}) },
      },
    };
  }
  const alone = trafficRouting === 'subsetsAlone';
  const subsets = hasSubsets(scenario);
  const to = (version, weight) => ({
    destination: subsets ? { host: NAME, subset: version } : { host: `${NAME}-${version}` },
    weight,
  });
  const manifests = [
    ...(alone ? [serviceOf(NAME)] : [serviceOf(stableService), serviceOf(canaryService)]),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: NAME },
      spec: { hosts: ['shop.example.com'], http: [{ name: 'primary', route: [to('stable', 100), to('canary', 0)] }] },
    },
  ];
  const istio = { virtualService: { name: NAME, routes: ['primary'] } };
  if (subsets) {
    manifests.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: NAME },
      spec: { host: NAME, subsets: ['stable', 'canary'].map((name) => ({ name, labels })) },
    });
    istio.destinationRule = { name: NAME, stableSubsetName: 'stable', canarySubsetName: 'canary' };
  }
  const managedRoutes = managedRoutesOf(scenario).map(({ name }) => ({ name }));
  const routing = {
    ...(trafficRouting === 'pingPong'
      ? { pingPong: { pingService: stableService, pongService: canaryService } }
      : alone
        ? {}
        : { stableService, canaryService }),
    trafficRouting: { istio, ...(managedRoutes.length > 0 ? { managedRoutes } : {}) },
  };
  return { manifests, routing };
}

/** What our simulator is given. */
export function modelOf(scenario) {
  const { strategy, spec, replicas, background, maxTrafficWeight } = scenario;
  const pods = (value, round) =>
    typeof value === 'number' ? value : round((Number.parseInt(value ?? '25%', 10) * replicas) / 100);
  const maxSurge = pods(strategy.maxSurge, Math.ceil);
  const maxUnavailable = pods(strategy.maxUnavailable, Math.floor);
  const threshold = strategy.replicaProgressThreshold;
  return {
    name: NAME,
    services:
      hasServices(scenario) && !['pingPong', 'blueGreen'].includes(scenario.trafficRouting)
        ? { canary: `${NAME}-canary`, stable: `${NAME}-stable` }
        : {},
    pingPong: scenario.trafficRouting === 'pingPong',
    replicas,
    trafficRouting: hasRoutes(scenario) ? 'istio' : hasRouter(scenario) ? 'nginx' : undefined,
    maxSurge,
    percentages: { maxSurge: percentOf(strategy.maxSurge), maxUnavailable: percentOf(strategy.maxUnavailable) },
    maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable,
    maxTrafficWeight: maxTrafficWeight ?? 100,
    dynamicStableScale: strategy.dynamicStableScale ?? false,
    minPodsPerReplicaSet: strategy.minPodsPerReplicaSet,
    replicaProgressThreshold: threshold && { percent: threshold.type === 'Percent', value: threshold.value },
    minReadySeconds: spec.minReadySeconds ?? 0,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    progressDeadlineAbort: spec.progressDeadlineAbort ?? false,
    rollbackWindow: spec.rollbackWindow?.revisions,
    scaleDownDelaySeconds: strategy.scaleDownDelaySeconds ?? 30,
    scaleDownDelayRevisionLimit: strategy.scaleDownDelayRevisionLimit,
    abortScaleDownDelaySeconds: strategy.abortScaleDownDelaySeconds,
    paused: false,
    waitsForAllPods: ['subsetsAlone', 'pingPong'].includes(scenario.trafficRouting),
    background: background && { ...background, analysis: analysisModelOf(scenario, background.analysis) },
    ...(scenario.blueGreen
      ? blueGreenModelOf(scenario)
      : { steps: scenario.steps.map((step) => stepModelOf(scenario, step)) }),
  };
}

const percentOf = (value = '25%') => (typeof value === 'number' ? undefined : Number.parseInt(value, 10));

function blueGreenModelOf(scenario) {
  const { blueGreenStages } = require('../../lib/src/controller');
  const { prePromotion, postPromotion, previewService, ...rest } = scenario.blueGreen;
  const blueGreen = {
    autoPromotionEnabled: true,
    autoPromotionSeconds: 0,
    previewService: previewService ?? false,
    keepsPodsForAnalysis: scenario.strategy.scaleDownDelaySeconds === undefined,
    ...rest,
    prePromotion: prePromotion && analysisModelOf(scenario, prePromotion),
    postPromotion: postPromotion && analysisModelOf(scenario, postPromotion),
  };
  return { blueGreen, steps: blueGreenStages(blueGreen) };
}

function analysisModelOf(scenario, name) {
  const { metrics } = scenario.analyses.find((analysis) => analysis.name === name);
  return {
    templates: [name],
    metrics: metrics.map((metric) => ({
      failureLimit: 0,
      inconclusiveLimit: 0,
      consecutiveErrorLimit: 4,
      consecutiveSuccessLimit: 0,
      dryRun: false,
      provider: 'prometheus',
      ...metric,
      ...CONDITIONS[metric.conditions],
      interval: secondsOf(metric.interval),
      initialDelay: secondsOf(metric.initialDelay),
      count: metric.count ?? (metric.interval === undefined ? 1 : undefined),
    })),
  };
}

function stepModelOf(scenario, step) {
  if (step.analysis) return { analysis: analysisModelOf(scenario, step.analysis) };
  if (step.pause) {
    return { pause: step.pause.duration === undefined ? {} : { seconds: secondsOf(step.pause.duration) } };
  }
  if (step.experiment) return { experiment: experimentModelOf(scenario, step.experiment) };
  const kind = ['setHeaderRoute', 'setMirrorRoute'].find((key) => step[key]);
  return kind ? { [kind]: { name: step[kind].name, removes: step[kind].match === undefined } } : step;
}

function experimentModelOf(scenario, { duration, templates, analyses = [], scaleDownDelaySeconds }) {
  return {
    seconds: secondsOf(duration),
    templates: templates.map(({ name, specRef, replicas = 1, weight }) => ({
      name,
      version: specRef,
      replicas,
      weight,
    })),
    analyses: analyses.map(({ analysis, required = false }, i) => ({
      name: `analysis-${i}`,
      analysis: analysisModelOf(scenario, analysis),
      required,
    })),
    scaleDownDelaySeconds,
  };
}

function secondsOf(duration) {
  if (duration === undefined || typeof duration === 'number') return duration;
  return Number.parseInt(duration, 10) * { s: 1, m: 60 }[duration.at(-1)];
}
