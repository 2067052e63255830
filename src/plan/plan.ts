import { assess, type MeasurementPhase } from '../expr';
import {
  runUpdate,
  type Ending,
  type Frame,
  type MeasurementEvent,
  type MetricModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';

/** What the plan assumes about the world. */
export interface Assumptions {
  /** Seconds from a pod's creation until it can serve, before minReadySeconds; default 30. */
  readonly podStart?: number;
}

/** A moment of a plan: seconds of the rollout's own time, and how many waits for manual approval lie before it. */
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
  /** The step that the rollout is at; undefined behind the last. */
  readonly step?: number;
  readonly canary: number;
  readonly stable: number;
  /** `person`: nobody knows how long. */
  readonly waits: 'pods' | 'pause' | 'person' | 'analysis' | 'experiment' | 'promotion';
}

/** An analysis in the plan, with the moments at which it measures. */
export interface PlannedAnalysis {
  /** Undefined for the one in the background. */
  readonly step?: number;
  readonly from: Moment;
  readonly to: Moment;
  readonly metrics: readonly { readonly metric: MetricModel; readonly at: readonly Moment[] }[];
}

/** What happens if the world is not as it should be. */
export interface WhatIf {
  readonly name: 'every-failure' | 'no-series' | 'nan' | 'unreachable' | 'crash';
  readonly title: string;
  readonly ending: Ending;
  readonly at: Moment;
  readonly message: string;
  /** The canary's greatest share before the end. */
  readonly share: number;
  /** The canary's share of the traffic added up over time: seconds of the whole service's traffic. */
  readonly exposure: number;
}

/** What will happen when a rollout is updated. */
export interface Plan {
  readonly rollout: RolloutModel;
  readonly assumptions: Required<Assumptions>;
  readonly stretches: readonly Stretch[];
  readonly analyses: readonly PlannedAnalysis[];
  /** How a healthy update ends; anything but `promoted` means that it does not. */
  readonly ending: Ending;
  readonly message: string;
  /** From the change of the template to the promotion, waits for manual approval left out. */
  readonly seconds: number;
  /** The same if pods came at once. */
  readonly earliest: number;
  /** How often somebody has to come. */
  readonly persons: number;
  /** As in WhatIf. */
  readonly exposure: number;
  readonly whatIfs: readonly WhatIf[];
  /** What of the manifests the plan could not take into account. */
  readonly notes: readonly string[];
}

const ALL_GOOD: World['measure'] = () => ({ phase: 'Successful' });

/** Plans an update: what a healthy one does, and what becomes of one that is not. */
export function planRollout(rollout: RolloutModel, assumptions: Assumptions = {}, notes: readonly string[] = []): Plan {
  const podStart = assumptions.podStart ?? 30;
  const ready = podStart + rollout.minReadySeconds;
  const world: World = {
    measure: ALL_GOOD,
    podReady: (version) => (version === 'new' ? ready : 0),
    // Somebody comes at once: what nobody can know is left out of the plan's clock.
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: 0, action: 'promote' }),
  };
  const trace = runUpdate(rollout, world);
  const moments = new Moments(rollout, trace);
  return {
    rollout,
    assumptions: { podStart },
    stretches: stretches(rollout, trace, moments),
    analyses: plannedAnalyses(rollout, trace, moments),
    ending: trace.ending,
    message: trace.message,
    seconds: trace.endedAt,
    earliest: runUpdate(rollout, { ...world, podReady: () => rollout.minReadySeconds }).endedAt,
    persons: moments.persons,
    exposure: exposureUntil(trace, trace.endedAt, rollout.maxTrafficWeight),
    whatIfs: whatIfs(rollout, world),
    notes: [...notes, ...experimentNotes(rollout)],
  };
}

function experimentNotes(rollout: RolloutModel): string[] {
  return rollout.steps.flatMap(({ experiment, plugin }, i) => {
    if (experiment && experiment.seconds === undefined) {
      return [`step ${i + 1}: the experiment states no duration; the plan gives it no time`];
    }
    if (experiment) return [`step ${i + 1}: the experiment is taken to succeed; its analyses are not looked at`];
    return plugin ? [`step ${i + 1}: what the plugin '${plugin.name}' does, and for how long, is not known`] : [];
  });
}

/** Seconds of the whole service's traffic that the canary got before a moment. */
function exposureUntil(trace: Trace, end: number, full: number): number {
  const { frames } = trace;
  return frames.reduce((sum, { time, weight }, i) => {
    const next = Math.min(end, frames[i + 1]?.time ?? end);
    return next > time ? sum + (next - time) * (weight / full) : sum;
  }, 0);
}

/** Counts the waits for manual approval before each moment of a trace in which approval comes at once. */
class Moments {
  private readonly waits: { readonly time: number; readonly frame: number }[] = [];

  constructor(rollout: RolloutModel, trace: Trace) {
    let last: number | undefined;
    trace.frames.forEach(({ phase, stepIndex, time }, frame) => {
      const indefinite = stepIndex !== undefined && rollout.steps[stepIndex]?.pause?.seconds === undefined;
      if (phase !== 'Paused' || !indefinite || stepIndex === last) return;
      last = stepIndex;
      this.waits.push({ time, frame });
    });
  }

  get persons(): number {
    return this.waits.length;
  }

  /** The wait that a frame is in, if it is in one. */
  atFrame(frame: number): boolean {
    return this.waits.some((wait) => wait.frame === frame);
  }

  beforeFrame(frame: number): number {
    return this.waits.filter((wait) => wait.frame < frame).length;
  }

  /** Of a moment that follows on a wait at the same time. */
  after(seconds: number): Moment {
    return { seconds, persons: this.waits.filter(({ time }) => time <= seconds).length };
  }
}

function stretches(rollout: RolloutModel, trace: Trace, moments: Moments): Stretch[] {
  const found: Stretch[] = [];
  trace.frames.forEach((frame, i) => {
    const next = trace.frames[i + 1];
    if (frame.promoted || next === undefined) return;
    const waiting = moments.atFrame(i);
    const before = moments.beforeFrame(i);
    if (next.time === frame.time && !waiting) return;
    const stretch: Stretch = {
      from: { seconds: frame.time, persons: before },
      to: { seconds: next.time, persons: before + (waiting ? 1 : 0) },
      share: (100 * frame.weight) / rollout.maxTrafficWeight,
      step: frame.stepIndex !== undefined && frame.stepIndex < rollout.steps.length ? frame.stepIndex : undefined,
      canary: frame.canary.available,
      stable: frame.stable.available,
      waits: waiting ? 'person' : waitsFor(rollout, frame),
    };
    const last = found[found.length - 1];
    const same = last && last.step === stretch.step && last.share === stretch.share && last.waits === stretch.waits;
    if (same && stretch.waits !== 'person') {
      found[found.length - 1] = { ...stretch, from: last.from };
    } else {
      found.push(stretch);
    }
  });
  return found;
}

function waitsFor(rollout: RolloutModel, { stepIndex, weight, canary }: Frame): Stretch['waits'] {
  const step = stepIndex === undefined ? undefined : rollout.steps[stepIndex];
  if (step === undefined) return 'promotion';
  if (rollout.flagger) return weight > 0 || canary.available > 0 ? 'analysis' : 'pods';
  if (step.pause) return 'pause';
  if (step.analysis) return 'analysis';
  return step.experiment ? 'experiment' : 'pods';
}

function plannedAnalyses(rollout: RolloutModel, trace: Trace, moments: Moments): PlannedAnalysis[] {
  const planned: PlannedAnalysis[] = [];
  const add = (step: number | undefined, events: readonly MeasurementEvent[], from: number, to: number): void => {
    const analysis = step === undefined ? rollout.background!.analysis : rollout.steps[step].analysis!;
    planned.push({
      step,
      from: moments.after(from),
      to: moments.after(to),
      metrics: analysis.metrics.map((metric) => ({
        metric,
        at: events.filter((event) => event.metric === metric.name).map(({ time }) => moments.after(time)),
      })),
    });
  };
  rollout.steps.forEach(({ analysis }, step) => {
    const at = trace.frames.filter(({ stepIndex }) => stepIndex === step).map(({ time }) => time);
    const done = trace.frames.find(({ stepIndex }) => stepIndex === step + 1)?.time;
    if (!analysis || at.length === 0) return;
    const events = trace.measurements.filter((event) => !event.background && event.stepIndex === step);
    add(step, events, at[0], done ?? at[at.length - 1]);
  });
  if (rollout.background) {
    const events = trace.measurements.filter(({ background }) => background);
    const start = rollout.background.startingStep ?? 0;
    const from = trace.frames.find(({ stepIndex }) => stepIndex === undefined || stepIndex >= start)?.time;
    if (from !== undefined) add(undefined, events, from, trace.endedAt);
  }
  return planned;
}

function whatIfs(rollout: RolloutModel, world: World): WhatIf[] {
  const judged = (result: readonly number[]): World['measure'] => {
    return (_, metric) => ({ phase: verdict(metric, result) });
  };
  const cases: [WhatIf['name'], string, World][] = [
    ['every-failure', 'every measurement fails', { ...world, measure: () => ({ phase: 'Failed' }) }],
    ['no-series', 'the query finds no series (empty result)', { ...world, measure: judged([]) }],
    ['nan', 'there is no traffic (0/0 is NaN)', { ...world, measure: judged([NaN]) }],
    [
      'unreachable',
      'Prometheus cannot be reached',
      { ...world, measure: (_, { timeout }) => ({ phase: 'Error', seconds: timeout ?? 30 }) },
    ],
    ['crash', 'no new pod becomes ready', { ...world, podReady: (version) => (version === 'new' ? Infinity : 0) }],
  ];
  const analysed = rollout.background !== undefined || rollout.steps.some(({ analysis }) => analysis);
  return cases
    .filter(([name]) => analysed || name === 'crash')
    .map(([name, title, given]) => {
      // A person who finds an inconclusive analysis does not simply go on.
      const person: World['person'] = (reason) =>
        reason === 'CanaryPauseStep' ? { after: 0, action: 'promote' } : undefined;
      const trace = runUpdate(rollout, { ...given, person });
      const end = trace.ending === 'promoted' || trace.ending === 'aborted' ? trace.endedAt : restingAt(trace);
      return {
        name,
        title,
        ending: trace.ending,
        at: momentOfEnd(new Moments(rollout, trace).after(end), trace.ending),
        message: trace.message,
        share: Math.max(...trace.frames.filter(({ time }) => time <= end).map(({ weight }) => weight)),
        exposure: exposureUntil(trace, end, rollout.maxTrafficWeight),
      };
    });
}

/** The wait that an update ends in does not lie before its end. */
function momentOfEnd({ seconds, persons }: Moment, ending: Ending): Moment {
  return { seconds, persons: ending === 'waiting' ? Math.max(0, persons - 1) : persons };
}

const restingAt = ({ frames }: Trace): number => frames[frames.length - 1].time;

/** A verdict on a Prometheus result; what cannot be judged counts as an error, which is what it most likely is. */
function verdict(metric: MetricModel, result: readonly number[]): MeasurementPhase {
  try {
    return assess(metric, result).phase;
  } catch {
    return 'Error';
  }
}
