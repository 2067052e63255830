import {
  canaryShare,
  disruptionOf,
  measuredMetrics,
  reachingRoutes,
  runUpdate,
  trafficEnd,
  type AnalysisModel,
  type Disruption,
  type Ending,
  type Frame,
  type MeasurementEvent,
  type MetricModel,
  type ReachingRoute,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { faultsOf, INCONCLUSIVE_EXPERIMENT } from './faults';
import { hypotheses, idleNotes, isAlwaysError, type Hypothesis } from './hypotheses';
import { distinctRoutes, routeNotes } from './routes';

/** Assumptions of the plan. */
export interface Assumptions {
  /** Seconds from a pod's creation until it can serve, before minReadySeconds; default 30. */
  readonly podStart?: number;
}

/** A time in a plan: seconds of the rollout's own time, and the number of manual approvals before it. */
export interface Moment {
  readonly seconds: number;
  readonly persons: number;
}

/** A stretch of a plan during which nothing changes. */
export interface Stretch {
  readonly from: Moment;
  readonly to: Moment;
  /** The canary's share of the traffic in per cent. */
  readonly share: number;
  /** The index of the current step; undefined after the last step. */
  readonly step?: number;
  readonly canary: number;
  readonly stable: number;
  /** `person`: the time until a manual approval, which is unknown. */
  readonly waits: 'pods' | 'pause' | 'person' | 'analysis' | 'experiment' | 'promotion';
  /** The managed routes by which requests reach the canary in addition to its share; undefined: none. */
  readonly routes?: readonly ReachingRoute[];
}

/** An analysis in the plan, with the moments at which it measures. */
export interface PlannedAnalysis {
  /** Undefined for the one in the background. */
  readonly step?: number;
  /** Its name in the experiment of the step. Undefined if it does not belong to an experiment. */
  readonly experiment?: string;
  readonly from: Moment;
  readonly to: Moment;
  readonly metrics: readonly { readonly metric: MetricModel; readonly at: readonly Moment[] }[];
}

/** What happens if something goes wrong. */
export interface WhatIf extends Disruption {
  readonly name: Hypothesis['name'] | 'crash';
  readonly title: string;
  readonly ending: Ending;
  readonly at: Moment;
  readonly message: string;
  /** The canary's greatest share before the end. */
  readonly share: number;
  /** The canary's share of the traffic, integrated over time: seconds of the whole service's traffic. */
  readonly exposure: number;
  /** Seconds from an abort until the canary gets no requests any more. */
  readonly tailSeconds: number;
  /** The managed routes by which requests reach the canary before the end; undefined: none. */
  readonly routes?: readonly ReachingRoute[];
}

/** What will happen when a rollout is updated. */
export interface Plan {
  readonly rollout: RolloutModel;
  readonly assumptions: Required<Assumptions>;
  readonly stretches: readonly Stretch[];
  readonly analyses: readonly PlannedAnalysis[];
  /** How a healthy update ends; anything but `promoted` means that it is never promoted. */
  readonly ending: Ending;
  readonly message: string;
  /** From the change of the template to the promotion, waits for manual approval left out. */
  readonly seconds: number;
  /** The same if pods were available at once. */
  readonly earliest: number;
  /** The number of manual approvals. */
  readonly persons: number;
  /** As in WhatIf. */
  readonly exposure: number;
  /** Seconds in which no pod of either version serves, of a healthy update; null: it does not end by itself. */
  readonly outageSeconds: number | null;
  readonly whatIfs: readonly WhatIf[];
  /** Assumptions, a sentence each. */
  readonly assumed: readonly string[];
  /** What else is known to be wrong, a sentence each. */
  readonly warnings: readonly string[];
  /** Faults of the controller that this update meets, a sentence each. */
  readonly faults: readonly string[];
  /** Parts of the manifests that the plan does not take into account. */
  readonly notes: readonly string[];
}

/** Remarks about the manifests of a rollout that its model does not hold, one sentence each. */
export interface Remarks {
  /** Settings of the manifests that the model does not take into account. */
  readonly notes?: readonly string[];
  /** Assumptions about objects that are not in the input. */
  readonly assumed?: readonly string[];
  /** Other known problems, such as data that no query finds. */
  readonly warnings?: readonly string[];
}

/** A healthy version: every measurement succeeds whose conditions can be evaluated at all. */
const ALL_GOOD: World['measure'] = (_, metric) => ({ phase: isAlwaysError(metric) ? 'Error' : 'Successful' });

/** Plans an update with a healthy version, and its possible failures. */
export function planRollout(
  rollout: RolloutModel,
  assumptions: Assumptions = {},
  { notes = [], assumed = [], warnings = [] }: Remarks = {},
): Plan {
  const podStart = assumptions.podStart ?? 30;
  const ready = podStart + rollout.minReadySeconds;
  const world: World = {
    measure: ALL_GOOD,
    podReady: () => ready,
    // Manual approvals come at once: their unknown time is not part of the plan.
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: 0, action: 'promote' }),
  };
  const trace = runUpdate(rollout, world);
  const moments = new Moments(rollout, trace);
  // Four updates more: those who only want the timeline, such as the design page, do not run them.
  let failing: ReturnType<typeof whatIfs> | undefined;
  const failures = (): ReturnType<typeof whatIfs> => (failing ??= whatIfs(rollout, world));
  const found = stretches(rollout, trace, moments);
  return {
    rollout,
    assumptions: { podStart },
    stretches: found,
    analyses: plannedAnalyses(rollout, trace, moments),
    ending: trace.ending,
    message: trace.message,
    seconds: trace.endedAt,
    earliest: runUpdate(rollout, { ...world, podReady: () => rollout.minReadySeconds }).endedAt,
    persons: moments.persons,
    exposure: exposureUntil(rollout, trace, trace.endedAt),
    outageSeconds: disruptionOf(rollout, trace.frames).outageSeconds,
    get whatIfs() {
      return failures().map(({ row }) => row);
    },
    assumed: [...assumedIn(rollout, podStart, moments.persons), ...assumed],
    warnings,
    get faults() {
      return faultsOf(
        rollout,
        trace,
        failures().map((one) => one.trace),
      );
    },
    notes: [...notes, ...pluginNotes(rollout), ...idleNotes(rollout), ...routeNotes(found)],
  };
}

/** Assumptions of a plan, one sentence each. */
function assumedIn(rollout: RolloutModel, podStart: number, persons: number): string[] {
  const metrics = measuredMetrics(rollout);
  return [
    `pods are ready ${lengthOfTime(podStart)} after they are created (--pod-start)`,
    ...(metrics.length > 0 ? ['every measurement of a healthy version succeeds'] : []),
    ...(persons > 0 ? ['manual approvals come at once; P stands for the time until then'] : []),
    ...experimentsByPods(rollout),
  ];
}

/** Without a router, who selects the pods of both versions selects those of an experiment as well. */
function experimentsByPods({ steps, trafficRouting }: RolloutModel): string[] {
  if (trafficRouting !== undefined) return [];
  return steps.flatMap(({ experiment }, i) =>
    experiment === undefined
      ? []
      : `step ${i + 1}: the Service that users reach selects the pods of the experiment as well, so that they get their part of the requests`,
  );
}

const pluginNotes = ({ steps }: RolloutModel): string[] =>
  steps.flatMap(({ plugin }, i) =>
    plugin ? `step ${i + 1}: what the plugin '${plugin.name}' does, and for how long, is not known` : [],
  );

/** Seconds of the whole service's traffic that the canary got before a moment. */
function exposureUntil(rollout: RolloutModel, { frames }: Trace, end: number): number {
  return frames.reduce((sum, frame, i) => {
    const next = Math.min(end, frames[i + 1]?.time ?? end);
    return next > frame.time ? sum + (next - frame.time) * canaryShare(rollout, frame) : sum;
  }, 0);
}

/** The pauses that the plan assumes to be approved, where they have no end. */
const APPROVED = ['CanaryPauseStep', 'BlueGreenPause'];

/** Counts the waits for manual approval before each moment of a trace in which approval comes at once. */
class Moments {
  private readonly waits: { readonly time: number; readonly frame: number; readonly step: number }[] = [];

  constructor(rollout: RolloutModel, trace: Trace) {
    let last: number | undefined;
    trace.frames.forEach(({ phase, message, stepIndex, time }, frame) => {
      // An inconclusive analysis, or a rollout that was paused manually, is not approved.
      if (phase !== 'Paused' || !APPROVED.includes(message) || stepIndex === undefined || stepIndex === last) return;
      const { pause } = rollout.steps[stepIndex] ?? {};
      if (pause === undefined || pause.seconds !== undefined) return;
      last = stepIndex;
      this.waits.push({ time, frame, step: stepIndex });
    });
  }

  get persons(): number {
    return this.waits.length;
  }

  /** Whether the last wait is at a step at which the update ends. */
  isOpen(step: number | undefined): boolean {
    return step !== undefined && this.waits.at(-1)?.step === step;
  }

  /** The wait that a frame is in, if it is in one. */
  atFrame(frame: number): boolean {
    return this.waits.some((wait) => wait.frame === frame);
  }

  beforeFrame(frame: number): number {
    return this.waits.filter((wait) => wait.frame < frame).length;
  }

  /** Of a moment that follows on a wait at the same time; of one in a step, on the waits of earlier steps. */
  after(seconds: number, step = Infinity): Moment {
    return { seconds, persons: this.waits.filter((wait) => wait.time <= seconds && wait.step < step).length };
  }
}

function stretches(rollout: RolloutModel, trace: Trace, moments: Moments): Stretch[] {
  const found: Stretch[] = [];
  trace.frames.forEach((frame, i) => {
    const next = trace.frames[i + 1];
    // What the controller does behind an abort is no part of the update.
    if (frame.promoted || frame.aborted || next === undefined) return;
    const waiting = moments.atFrame(i);
    const before = moments.beforeFrame(i);
    if (next.time === frame.time && !waiting) return;
    const routes = reachingRoutes(rollout, frame);
    const stretch: Stretch = {
      from: { seconds: frame.time, persons: before },
      to: { seconds: next.time, persons: before + (waiting ? 1 : 0) },
      share: 100 * canaryShare(rollout, frame),
      step: frame.stepIndex !== undefined && frame.stepIndex < rollout.steps.length ? frame.stepIndex : undefined,
      canary: frame.canary.available,
      stable: frame.stable.available,
      waits: waiting ? 'person' : waitsFor(rollout, frame),
      ...(routes.length > 0 ? { routes } : {}),
    };
    const last = found[found.length - 1];
    const same = last && last.step === stretch.step && last.share === stretch.share && last.waits === stretch.waits;
    if (same && JSON.stringify(last.routes) === JSON.stringify(stretch.routes) && stretch.waits !== 'person') {
      found[found.length - 1] = { ...stretch, from: last.from };
    } else {
      found.push(stretch);
    }
  });
  return found;
}

function waitsFor(rollout: RolloutModel, { stepIndex, weight, canary, experiment }: Frame): Stretch['waits'] {
  const step = stepIndex === undefined ? undefined : rollout.steps[stepIndex];
  if (step === undefined) return 'promotion';
  if (rollout.flagger) return weight > 0 || canary.available > 0 ? 'analysis' : 'pods';
  if (step.pause) return 'pause';
  if (step.analysis) return 'analysis';
  return step.experiment && experiment?.running ? 'experiment' : 'pods';
}

function plannedAnalyses(rollout: RolloutModel, trace: Trace, moments: Moments): PlannedAnalysis[] {
  const planned: PlannedAnalysis[] = [];
  const add = (
    { step, experiment }: Pick<PlannedAnalysis, 'step' | 'experiment'>,
    analysis: AnalysisModel,
    events: readonly MeasurementEvent[],
    from: number,
    to: number,
  ): void => {
    planned.push({
      step,
      ...(experiment === undefined ? {} : { experiment }),
      from: moments.after(from, step),
      to: moments.after(to, step),
      metrics: analysis.metrics.map((metric) => ({
        metric,
        at: events.filter((event) => event.metric === metric.name).map(({ time }) => moments.after(time, step)),
      })),
    });
  };
  rollout.steps.forEach(({ analysis, experiment }, step) => {
    const frames = trace.frames.filter(({ stepIndex }) => stepIndex === step);
    if (frames.length === 0) return;
    const done = trace.frames.find(({ stepIndex }) => stepIndex === step + 1)?.time ?? frames[frames.length - 1].time;
    const events = trace.measurements.filter((event) => !event.background && event.stepIndex === step);
    if (analysis) add({ step }, analysis, events, frames[0].time, done);
    // The analyses of an experiment begin when all of its pods are available.
    const running = frames.find((frame) => frame.experiment?.running);
    if (!experiment || !running) return;
    for (const { name, analysis: own } of experiment.analyses) {
      const measured = events.filter((event) => event.experiment === name);
      add({ step, experiment: name }, own, measured, running.time, done);
    }
  });
  if (rollout.background) {
    const events = trace.measurements.filter(({ background }) => background);
    const start = rollout.background.startingStep ?? 0;
    const from = trace.frames.find(({ stepIndex }) => stepIndex === undefined || stepIndex >= start)?.time;
    if (from !== undefined) add({}, rollout.background.analysis, events, from, trace.endedAt);
  }
  return planned;
}

function whatIfs(rollout: RolloutModel, world: World): { readonly row: WhatIf; readonly trace: Trace }[] {
  const cases: readonly { readonly name: WhatIf['name']; readonly title: string; readonly world: World }[] = [
    ...hypotheses(rollout).map(({ name, title, measure }) => ({ name, title, world: { ...world, measure } })),
    {
      name: 'crash',
      title: 'no new pod becomes ready',
      world: { ...world, podReady: (version, i) => (version === 'new' ? Infinity : world.podReady(version, i)) },
    },
  ];
  return cases.map(({ name, title, world: given }) => {
    // Nobody approves a rollout whose analysis is inconclusive.
    const person: World['person'] = (reason) =>
      reason === 'CanaryPauseStep' || reason === 'BlueGreenPause' ? { after: 0, action: 'promote' } : undefined;
    const trace = runUpdate(rollout, { ...given, person });
    const { frames, ending } = trace;
    const end = ending === 'promoted' || ending === 'aborted' ? trace.endedAt : restingAt(trace);
    const traffic = ending === 'aborted' ? trafficEnd(rollout, frames, end) : end;
    const row: WhatIf = {
      name,
      title,
      ending,
      at: momentOfEnd(trace, new Moments(rollout, trace), end),
      message: trace.message,
      share: 100 * Math.max(...frames.filter(({ time }) => time <= end).map((one) => canaryShare(rollout, one))),
      exposure: exposureUntil(rollout, trace, traffic),
      tailSeconds: traffic - end,
      ...routesUntil(rollout, trace, end),
      ...disruptionOf(rollout, frames),
    };
    return { row, trace };
  });
}

function routesUntil(rollout: RolloutModel, { frames }: Trace, end: number): Pick<WhatIf, 'routes'> {
  const routes = distinctRoutes(frames.flatMap((one) => (one.time <= end ? reachingRoutes(rollout, one) : [])));
  return routes.length > 0 ? { routes } : {};
}

/** The wait for an approval that an update ends in does not lie before its end. */
function momentOfEnd({ ending, frames }: Trace, moments: Moments, end: number): Moment {
  const { seconds, persons } = moments.after(end);
  const waits = ending === 'waiting' && moments.isOpen(frames[frames.length - 1].stepIndex);
  return { seconds, persons: waits ? persons - 1 : persons };
}

/** When an update comes to rest: at its last change, or when inconclusive experiments begin to follow one another. */
function restingAt({ frames }: Trace): number {
  const last = frames[frames.length - 1];
  if (last.message !== INCONCLUSIVE_EXPERIMENT) return last.time;
  const before = frames.findLastIndex(({ message }) => message !== INCONCLUSIVE_EXPERIMENT);
  return frames[before + 1].time;
}
