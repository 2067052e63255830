// Random scenarios: every field of a canary that alters the course of a rollout, and everything that may happen to it.
import fc from 'fast-check';
import { CONDITIONS, hasRouter } from './scenarios.mjs';

export const maybe = (arbitrary) => fc.option(arbitrary, { nil: undefined });

/** A record that has only the fields that it has. */
export const sparse = (fields) =>
  fc
    .record(Object.fromEntries(Object.entries(fields).map(([key, arbitrary]) => [key, maybe(arbitrary)])))
    .map((found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)));

const metric = (name) =>
  fc
    .tuple(
      fc.record({
        conditions: fc.constantFrom(...Object.keys(CONDITIONS)),
        measurements: fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.constant('good') },
            { weight: 2, arbitrary: fc.constantFrom('bad', 'nothing', 'nan', 'failure') },
          ),
          { minLength: 1, maxLength: 7 },
        ),
      }),
      sparse({
        interval: fc.constantFrom('5s', '10s', '30s', '60s', '2m'),
        initialDelay: fc.constantFrom('5s', '20s', '1m'),
        failureLimit: fc.integer({ min: 0, max: 2 }),
        inconclusiveLimit: fc.integer({ min: 0, max: 2 }),
        consecutiveErrorLimit: fc.integer({ min: 0, max: 3 }),
        dryRun: fc.constant(true),
      }),
      fc.integer({ min: 2, max: 5 }),
      maybe(fc.integer({ min: 1, max: 2 })),
    )
    .map(([required, rest, count, successes]) => withCount({ name, ...required, ...rest }, count, successes));

/** The controller refuses limits that the count cannot reach. */
function withCount(metric, count, successes) {
  const { interval, failureLimit = 0, inconclusiveLimit = 0 } = metric;
  if (interval === undefined) {
    return { ...metric, failureLimit: Math.min(failureLimit, 1), inconclusiveLimit: Math.min(inconclusiveLimit, 1) };
  }
  const least = Math.max(count, failureLimit + (successes ?? 0), inconclusiveLimit);
  return { ...metric, count: least, ...(successes === undefined ? {} : { consecutiveSuccessLimit: successes }) };
}

export const analysis = (name) =>
  fc
    .tuple(metric(`${name}-0`), maybe(metric(`${name}-1`)))
    .map((metrics) => ({ name, metrics: metrics.filter((one) => one !== undefined) }));

const pausing = fc.constantFrom('5s', '30s', 60, '2m').map((duration) => ({ pause: { duration } }));

/** The pods of the stable version first, those of the new one, or both; weights only where there is a router. */
const templates = (routed) =>
  fc
    .tuple(
      maybe(fc.record({ name: fc.constant('baseline'), specRef: fc.constant('stable') })),
      fc.record({ name: fc.constant('candidate'), specRef: fc.constant('canary') }),
      sparse({
        replicas: fc.integer({ min: 1, max: 3 }),
        // Of two weights, a release leaves one behind.
        ...(routed ? { weight: fc.integer({ min: 0, max: 20 }) } : {}),
      }),
      fc.boolean(),
    )
    .map(([baseline, candidate, more, first]) => {
      if (baseline === undefined) return [{ ...candidate, ...more }];
      return first ? [{ ...baseline, ...more }, candidate] : [baseline, { ...candidate, ...more }];
    });

/** With analyses that it waits for, or that end it; without any of them and without a duration, it has no end. */
const experiment = (routed) =>
  fc
    .record({
      templates: templates(routed),
      analyses: fc.array(fc.record({ analysis: fc.constantFrom('first', 'second'), required: fc.boolean() }), {
        maxLength: 2,
      }),
      more: sparse({
        duration: fc.constantFrom('5s', '30s', '2m'),
        scaleDownDelaySeconds: fc.constantFrom(0, 5, 60),
      }),
    })
    .map(({ more, ...rest }) => ({ experiment: withoutLostWeight({ ...rest, ...more }) }));

/**
 * Weighted pods that stop after the duration while a required analysis still runs: the controller then adds a destination
 * without a host to the VirtualService at each reconcile (Argo Rollouts 1.10), which never comes to rest.
 */
function withoutLostWeight({ templates, ...experiment }) {
  const outlived = experiment.duration !== undefined && experiment.analyses.some(({ required }) => required);
  return {
    ...experiment,
    templates: templates.map(({ weight, ...template }) =>
      weight === undefined || outlived ? template : { ...template, weight },
    ),
  };
}

const plainStep = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 100 }).map((setWeight) => ({ setWeight })) },
  { weight: 2, arbitrary: pausing },
  { weight: 1, arbitrary: fc.constant({ pause: {} }) },
  { weight: 3, arbitrary: fc.constantFrom({ analysis: 'first' }, { analysis: 'second' }) },
  { weight: 2, arbitrary: experiment(false) },
);

const routedStep = fc.oneof(
  { weight: 11, arbitrary: plainStep },
  { weight: 1, arbitrary: experiment(true) },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.integer({ min: 0, max: 6 }).map((replicas) => ({ setCanaryScale: { replicas } })),
      fc.integer({ min: 0, max: 100 }).map((weight) => ({ setCanaryScale: { weight } })),
      fc.constant({ setCanaryScale: { matchTrafficWeight: true } }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { setHeaderRoute: { name: 'testers', match: [{ headerName: 'x-test', headerValue: { exact: 'yes' } }] } },
      { setHeaderRoute: { name: 'testers' } },
      { setMirrorRoute: { name: 'mirror', percentage: 50, match: [{ path: { prefix: '/' } }] } },
      { setMirrorRoute: { name: 'mirror' } },
    ),
  },
);

/**
 * A rollout whose first step makes a route and that is aborted takes the route away and makes it again without end (Argo
 * Rollouts 1.9), which takes long to watch; one is kept in corpus/simulation.yaml.
 */
const withoutRouteFirst = (steps) =>
  (steps[0].setHeaderRoute ?? steps[0].setMirrorRoute)?.match ? [{ setWeight: 0 }, ...steps] : steps;

/** What happens to a rollout from outside: mostly nothing, else one of these commands, or a halt for a while. */
export const actionsOf = (...commands) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc
        .record({ at: fc.integer({ min: 1, max: 240 }), do: fc.constantFrom(...commands) })
        .map((action) => [action]),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ at: fc.integer({ min: 1, max: 120 }), for: fc.integer({ min: 3, max: 200 }) })
        .map((pause) => [
          { at: pause.at, do: 'pause' },
          { at: pause.at + pause.for, do: 'resume' },
        ]),
    },
  );

const event = (fields) => fc.record({ at: fc.integer({ min: 1, max: 300 }), ...fields }).map((one) => [one]);

/**
 * What interrupts an update: it is aborted and retried, another version comes, it goes back to the version before, or an
 * autoscaler changes the number of replicas. After the promotion, the second is another update and the third a rollback.
 */
export const interruptions = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: 240 }), for: fc.integer({ min: 3, max: 120 }) }).map((abort) => [
    { at: abort.at, do: 'abort' },
    { at: abort.at + abort.for, do: 'retry' },
  ]),
  event({ do: fc.constant('template'), template: fc.constant('third') }),
  event({ do: fc.constant('template'), template: fc.constant('first') }),
  event({ do: fc.constant('scale'), replicas: fc.integer({ min: 1, max: 12 }) }),
);

/** Since when a rollout waits for a person is not asked of one in which somebody else intervened meanwhile. */
export const isUndisturbed = (actions) =>
  !actions.some((action) => ['pause', 'retry', 'template', 'scale'].includes(action.do));

/** Fields beside the strategy. */
export const specs = sparse({
  minReadySeconds: fc.integer({ min: 1, max: 20 }),
  // At no multiple of the times that pods take: of two things that are due at one moment, either may come first.
  progressDeadlineSeconds: fc.constantFrom(64, 95, 130),
  rollbackWindow: fc.integer({ min: 1, max: 3 }).map((revisions) => ({ revisions })),
  progressDeadlineAbort: fc.boolean(),
});

const routedStrategy = sparse({
  dynamicStableScale: fc.boolean(),
  minPodsPerReplicaSet: fc.integer({ min: 1, max: 3 }),
  scaleDownDelaySeconds: fc.integer({ min: 1, max: 60 }),
  abortScaleDownDelaySeconds: fc.integer({ min: 0, max: 60 }),
  scaleDownDelayRevisionLimit: fc.integer({ min: 0, max: 2 }),
  replicaProgressThreshold: fc.record({
    type: fc.constantFrom('Percent', 'Pods'),
    value: fc.integer({ min: 1, max: 3 }),
  }),
}).map(({ scaleDownDelaySeconds, ...rest }) =>
  rest.dynamicStableScale || scaleDownDelaySeconds === undefined ? rest : { ...rest, scaleDownDelaySeconds },
);

const percentOrPods = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);

const plainStrategy = sparse({ maxSurge: percentOrPods, maxUnavailable: percentOrPods }).filter(
  ({ maxSurge = '25%', maxUnavailable = '25%' }) =>
    [maxSurge, maxUnavailable].some((value) => Number.parseInt(value, 10) > 0),
);

/** With more pods at least than replicas, not even the first version gets healthy (Argo Rollouts 1.9). */
function withReachableMinimum({ minPodsPerReplicaSet, ...strategy }, replicas) {
  return minPodsPerReplicaSet === undefined || minPodsPerReplicaSet > replicas
    ? strategy
    : { ...strategy, minPodsPerReplicaSet };
}

/**
 * Every scenario but those with ping and pong, or with subsets and no Services: there the controller's reconciles fail until
 * all pods are there, and are tried again after pauses that double, so that it lags by up to ten seconds. Some are kept in
 * corpus/simulation.yaml. Simple values come first, so that a disagreement shrinks to the plainest scenario that has it. */
export const scenario = fc.constantFrom('none', 'services', 'hosts', 'subsets').chain((trafficRouting) => {
  const routed = hasRouter({ trafficRouting });
  return fc
    .record({
      trafficRouting: fc.constant(trafficRouting),
      replicas: fc.integer({ min: 1, max: 10 }),
      steps: fc.array(routed ? routedStep : plainStep, { minLength: 1, maxLength: 7 }).map(withoutRouteFirst),
      spec: specs,
      strategy: routed ? routedStrategy : plainStrategy,
      analyses: fc.tuple(analysis('first'), analysis('second'), analysis('behind')),
      background: maybe(sparse({ startingStep: fc.integer({ min: 0, max: 4 }) })),
      pods: sparse({
        canaryStart: fc.constantFrom(3, 40, 150),
        canaryReady: fc.integer({ min: 0, max: 3 }),
      }).chain((rest) => fc.constantFrom(1, 5, 20).map((start) => ({ start, ...rest }))),
      workload: maybe(
        fc.record({
          replicas: fc.integer({ min: 0, max: 10 }),
          scaleDown: fc.constantFrom('never', 'onsuccess', 'progressively'),
        }),
      ),
      stalls: fc.integer({ min: 0, max: 5 }),
      approveAfter: maybe(fc.constantFrom(45, 300)),
      actions: fc.oneof(
        { weight: 2, arbitrary: actionsOf('abort', 'promoteFull') },
        { weight: 1, arbitrary: interruptions },
      ),
    })
    .map(({ background, stalls, pods: { canaryReady, ...pods }, strategy, ...rest }) => ({
      ...rest,
      approveAfter: isUndisturbed(rest.actions) ? rest.approveAfter : undefined,
      strategy: withReachableMinimum(strategy, rest.replicas),
      // Few canaries have pods that never get ready.
      pods: stalls === 5 && canaryReady !== undefined ? { ...pods, canaryReady } : pods,
      ...(background ? { background: { analysis: 'behind', ...background } } : {}),
    }));
});

const wayOf = (trafficRouting) =>
  ({ none: 'without trafficRouting', services: 'without trafficRouting (Services)', blueGreen: 'blueGreen' })[
    trafficRouting
  ] ?? `trafficRouting (${trafficRouting})`;

/** Which fields that alter the course a scenario has, by their names in the API. */
export function fieldsOf({
  trafficRouting,
  strategy,
  blueGreen = {},
  spec,
  steps,
  background,
  analyses,
  actions,
  pods,
  workload,
}) {
  const used = (name) =>
    [background?.analysis, blueGreen.prePromotion, blueGreen.postPromotion].includes(name) ||
    steps.some(
      ({ analysis, experiment }) => analysis === name || experiment?.analyses?.some((one) => one.analysis === name),
    );
  const metrics = analyses.filter(({ name }) => used(name)).flatMap((one) => one.metrics);
  const kinds = steps.flatMap((step) =>
    Object.entries(step).map(([kind, value]) => {
      if (kind === 'pause') return value.duration === undefined ? 'pause: {}' : 'pause.duration';
      if (kind === 'setCanaryScale') return `setCanaryScale.${Object.keys(value)[0]}`;
      if (kind === 'experiment') {
        const { analyses = [], duration } = value;
        if (analyses.some(({ required }) => required)) return 'experiment with required analyses';
        if (duration === undefined) return 'experiment without end';
        return analyses.length > 0 ? 'experiment with analyses' : kind;
      }
      if (kind.endsWith('Route')) return value.match ? kind : `${kind} (removed)`;
      return kind;
    }),
  );
  return new Set([
    wayOf(trafficRouting),
    ...(workload ? ['workloadRef', `scaleDown: ${workload.scaleDown}`] : []),
    ...Object.keys(blueGreen),
    ...Object.keys(strategy),
    ...Object.keys(spec),
    ...kinds,
    ...(background ? ['background analysis', ...Object.keys(background).filter((key) => key !== 'analysis')] : []),
    ...metrics.flatMap(({ name: _name, conditions: _c, measurements: _m, ...metric }) => Object.keys(metric)),
    ...metrics.map(({ conditions }) => `no data: ${conditions}`),
    ...actions.map((action) => `person: ${action.template ? `template ${action.template}` : action.do}`),
    ...(pods.canaryReady === undefined ? [] : ['pods that never get ready']),
  ]);
}
