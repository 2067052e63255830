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
    steps: scenario.steps.map((step) => (step.analysis ? { analysis: use(step.analysis) } : step)),
  };
  if (background) {
    const { analysis, ...rest } = background;
    canary.analysis = { ...use(analysis), ...rest };
  }
  return [...scenario.analyses.map(templateOf), ...manifests, rolloutOf(scenario, { canary })];
}

const args = [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }];
const use = (name) => ({ templates: [{ templateName: name }], args });

const rolloutOf = (scenario, strategy) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: NAME },
  spec: {
    replicas: scenario.replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: NAME, image: 'shop:1' }] } },
    ...scenario.spec,
    strategy,
  },
});

const serviceOf = (name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: labels, ports: [{ port: 80 }] },
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

function routingOf({ trafficRouting, steps }) {
  if (trafficRouting === 'none') return { manifests: [], routing: {} };
  const alone = trafficRouting === 'subsetsAlone';
  const subsets = alone || trafficRouting === 'subsets';
  const to = (version, weight) => ({
    destination: subsets ? { host: NAME, subset: version } : { host: `${NAME}-${version}` },
    weight,
  });
  const manifests = [
    ...(alone ? [serviceOf(NAME)] : [serviceOf(`${NAME}-stable`), serviceOf(`${NAME}-canary`)]),
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
  const managed = new Set(steps.flatMap((step) => (step.setHeaderRoute ?? step.setMirrorRoute)?.name ?? []));
  const [first, second] = [`${NAME}-stable`, `${NAME}-canary`];
  const routing = {
    ...(trafficRouting === 'pingPong' ? { pingPong: { pingService: first, pongService: second } } : {}),
    ...(trafficRouting === 'pingPong' || alone ? {} : { stableService: first, canaryService: second }),
    trafficRouting: { istio, ...(managed.size > 0 ? { managedRoutes: [...managed].map((name) => ({ name })) } : {}) },
  };
  return { manifests, routing };
}

/** What our simulator is given. */
export function modelOf(scenario) {
  const { strategy, spec, replicas, background } = scenario;
  const pods = (value, round) =>
    typeof value === 'number' ? value : round((Number.parseInt(value ?? '25%', 10) * replicas) / 100);
  const maxSurge = pods(strategy.maxSurge, Math.ceil);
  const maxUnavailable = pods(strategy.maxUnavailable, Math.floor);
  const threshold = strategy.replicaProgressThreshold;
  return {
    name: NAME,
    services: {},
    replicas,
    trafficRouting: scenario.trafficRouting === 'none' ? undefined : 'istio',
    maxSurge,
    maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable,
    maxTrafficWeight: 100,
    dynamicStableScale: strategy.dynamicStableScale ?? false,
    minPodsPerReplicaSet: strategy.minPodsPerReplicaSet,
    replicaProgressThreshold: threshold && { percent: threshold.type === 'Percent', value: threshold.value },
    minReadySeconds: spec.minReadySeconds ?? 0,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    progressDeadlineAbort: spec.progressDeadlineAbort ?? false,
    scaleDownDelaySeconds: strategy.scaleDownDelaySeconds ?? 30,
    scaleDownDelayRevisionLimit: strategy.scaleDownDelayRevisionLimit,
    abortScaleDownDelaySeconds: strategy.abortScaleDownDelaySeconds,
    paused: false,
    waitsForSubsets: scenario.trafficRouting === 'subsetsAlone',
    background: background && { ...background, analysis: analysisModelOf(scenario, background.analysis) },
    ...(scenario.blueGreen
      ? blueGreenModelOf(scenario)
      : { steps: scenario.steps.map((step) => stepModelOf(scenario, step)) }),
  };
}

function blueGreenModelOf(scenario) {
  const { blueGreenStages } = require('../../lib/src/controller');
  const { prePromotion, postPromotion, previewService, ...rest } = scenario.blueGreen;
  const blueGreen = {
    autoPromotionEnabled: true,
    autoPromotionSeconds: 0,
    previewService: previewService ?? false,
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
  const kind = ['setHeaderRoute', 'setMirrorRoute'].find((key) => step[key]);
  return kind ? { [kind]: { name: step[kind].name, removes: step[kind].match === undefined } } : step;
}

function secondsOf(duration) {
  if (duration === undefined || typeof duration === 'number') return duration;
  return Number.parseInt(duration, 10) * { s: 1, m: 60 }[duration.at(-1)];
}
