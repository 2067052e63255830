import { lengthOfTime } from '../formats/go-duration';
import { behaviourOf, type Frame, type RolloutModel, type Trace } from '../controller';
import { percent } from './wording';

/** Faults of the controller that an update meets, one sentence each. */
export function faultsOf(rollout: RolloutModel, healthy: Trace, failing: readonly Trace[]): string[] {
  return [
    ...lateSteps(rollout),
    ...lostRoutes(rollout, healthy),
    ...lostExperiments(rollout, healthy),
    ...repeatedExperiments(failing),
    ...changingService(rollout, failing),
  ];
}

/** Where the controller's reconciles fail until all pods are there, it tries again after pauses that double, up to 10 s. */
function lateSteps(rollout: RolloutModel): string[] {
  if (!rollout.waitsForAllPods || !behaviourOf(rollout).withoutServices.startsWith('fails')) return [];
  const why = rollout.pingPong ? 'pingPong' : 'subsets without canaryService and stableService';
  return [
    `with ${why} the controller fails while pods start, and tries again after at most 10 s: each step may begin so much later`,
  ];
}

/** The controller removes managed routes while no canary pod is available, and adds a route at its own step only. */
function lostRoutes({ steps, flagger }: RolloutModel, { frames }: Trace): string[] {
  // Flagger mirrors for one look, as it is meant to.
  if (flagger !== undefined) return [];
  return steps.flatMap(({ setHeaderRoute, setMirrorRoute }, index) => {
    const route = setHeaderRoute ?? setMirrorRoute;
    if (route === undefined || route.removes) return [];
    const kind = setHeaderRoute ? 'header' : 'mirror';
    const removed = steps.findIndex((later, i) => {
      const other = later.setHeaderRoute ?? later.setMirrorRoute;
      return i > index && other?.removes === true && other.name === route.name;
    });
    const last = removed < 0 ? steps.length : removed;
    const lost = frames.find(
      ({ stepIndex, promoted, routes }) =>
        !promoted && stepIndex !== undefined && stepIndex > index && stepIndex < last && !routes.includes(route.name),
    );
    if (lost === undefined) return [];
    return [
      `the ${kind} route '${route.name}' of step ${index + 1} is gone at ${lengthOfTime(lost.time)} and does not come back: the controller removes managed routes while no canary pod is available; give the canary pods in a step before it (setCanaryScale, setWeight)`,
    ];
  });
}

/** The pods of an experiment stop after its duration; its weights stay until its required analyses have ended. */
function lostExperiments({ maxTrafficWeight }: RolloutModel, { frames }: Trace): string[] {
  const steps = new Map<number, string>();
  for (const { stepIndex, weights, experiment } of frames) {
    const { canary = 0, stable = 0 } = weights?.experiment ?? {};
    const served = (experiment?.canary.available ?? 0) + (experiment?.stable.available ?? 0);
    if (stepIndex === undefined || canary + stable === 0 || served > 0) continue;
    steps.set(
      stepIndex,
      `step ${stepIndex + 1}: a required analysis runs longer than the pods of the experiment, and the router goes on sending ${percent((100 * (canary + stable)) / maxTrafficWeight)} of the requests to them, which fail; give the experiment a longer duration, or none`,
    );
  }
  return [...steps.values()];
}

/** The reason of a rollout's pause. */
export const INCONCLUSIVE_EXPERIMENT = 'InconclusiveExperiment';

/** The controller forgets an inconclusive experiment when it pauses the rollout, and starts another one. */
function repeatedExperiments(failing: readonly Trace[]): string[] {
  const steps = new Set(
    failing.flatMap(({ frames }) =>
      frames.flatMap(({ message, stepIndex = 0 }) => (message === INCONCLUSIVE_EXPERIMENT ? stepIndex : [])),
    ),
  );
  return [...steps].map(
    (step) =>
      `step ${step + 1}: an inconclusive experiment does not hold the update: although the rollout is paused, the controller starts the experiment again and again, and once it succeeds, goes on past all later pauses; let the analysis fail instead of being inconclusive`,
  );
}

/** Behind an abort, the selector of the canary's Service changes at each reconcile while the canary has pods. */
function changingService(
  { services, trafficRouting, dynamicStableScale }: RolloutModel,
  failing: readonly Trace[],
): string[] {
  if (services?.canary === undefined || trafficRouting === undefined || dynamicStableScale) return [];
  const spans = failing.flatMap(({ frames, ending }) => (ending === 'aborted' ? podsAfterAbort(frames) : []));
  const longest = Math.max(0, ...spans);
  if (longest === 0) return [];
  const until =
    longest === Infinity ? 'for as long as its pods run' : `for ${lengthOfTime(longest)}, until its pods are gone`;
  return [
    `after an abort, Service '${services.canary}' selects the stable version and the canary by turns, ${until}: a query by service counts both then`,
  ];
}

/** For how long an aborted canary still has pods. */
function podsAfterAbort(frames: readonly Frame[]): number[] {
  const abort = frames.find(({ aborted, canary }) => aborted && canary.available > 0);
  if (abort === undefined) return [];
  const gone = frames.find(({ time, canary }) => time >= abort.time && canary.spec === 0);
  return [gone === undefined ? Infinity : gone.time - abort.time];
}
