import { Budget, HORIZON_SECONDS } from '../budgets';
import type { RolloutModel } from '../model';
import { withReplicas } from '../replicas';
import { assessRun, isCompleted, nextMeasurement, takeMeasurements } from './analysis-run';
import type { AnalysisRun, Measured } from './analysis-run';
import { pauseSeconds } from './blue-green-stages';
import { dueTimes, reconcileExperiment, whyEndless } from './experiment';
import { frameAt } from './frame';
import { networkAtRest } from './network';
import { Pods } from './pods';
import { reconcile } from './reconcile';
import { currentStep } from './replicas';
import { rolesOf, setsAtRest, VERSIONS, type ReplicaSets } from './sets';
import type { Experiment, Network, PauseReason, ReplicaSet, RolloutStatus, Version } from './state';
import type { Ending, Frame, MeasurementEvent, OutsideAction, Trace, World } from './trace';

/** Pauses of the strategy. */
const isPlanned = ({ reason }: { readonly reason: PauseReason }): boolean =>
  reason === 'CanaryPauseStep' || reason === 'BlueGreenPause';

/** How long nothing changes until nothing is expected to. */
const IDLE_SECONDS = 24 * 3600;
/** How often an inconclusive experiment is started again until it is clear that it never ends otherwise. */
const MOST_REPEATED = 100;
/** More reconciles at one instant than any rollout needs. */
const SETTLING_LIMIT = 10_000;

/**
 * Runs one update of a healthy rollout from the moment its template changes: the Rollout and the Analysis controller,
 * the ReplicaSets, and time.
 */
export function run(rollout: RolloutModel, world: World): Trace {
  return new Run(rollout, world).run();
}

class Run {
  private now = 0;
  private readonly sets: ReplicaSets;
  private readonly pods: Pods;
  private template: Version = 'new';
  /** Whether the template has changed again, or the number of replicas. */
  private interrupted = false;
  private readonly network: Network;
  private status: RolloutStatus;
  private readonly frames: Frame[] = [];
  private readonly measurements: MeasurementEvent[] = [];
  private readonly runs = new Set<AnalysisRun>();
  private readonly experiments: Experiment[] = [];
  private readonly inFlight = new Map<AnalysisRun, { at: number; taken: { index: number; measured: Measured }[] }>();
  private waitingSince?: { reason: PauseReason | 'SpecPaused'; at: number };
  private doneActions = 0;
  private decidedAt?: number;
  private readonly budget: Budget;

  constructor(
    private rollout: RolloutModel,
    private readonly world: World,
  ) {
    const { replicas } = rollout;
    this.budget = new Budget(rollout);
    this.budget.pods(replicas);
    this.sets = setsAtRest(replicas);
    this.pods = new Pods(world.podReady, this.budget);
    const full = rollout.maxTrafficWeight;
    this.network = networkAtRest(rollout);
    this.status = {
      stepIndex: rollout.steps.length > 0 ? rollout.steps.length : undefined,
      stable: 'old',
      current: 'old',
      abort: false,
      promoteFull: false,
      controllerPause: false,
      pauses: [],
      weights:
        rollout.trafficRouting === undefined
          ? undefined
          : { canary: 0, stable: full, canaryVersion: 'old', stableVersion: 'old' },
      blueGreen: rollout.blueGreen && {
        active: 'old',
        preview: rollout.blueGreen.previewService ? 'old' : undefined,
        scaleUpPreviewCheckPoint: false,
      },
      progress: { reason: 'NewReplicaSet', since: 0 },
      pausedCondition: false,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      phase: 'Progressing',
      message: 'waiting for rollout spec update to be observed',
    };
  }

  run(): Trace {
    const horizon = this.world.horizon ?? HORIZON_SECONDS;
    for (;;) {
      this.settle();
      const next = this.nextEvent();
      if (next === undefined || next > horizon || this.repeats()) return this.trace(this.endingWithoutEvents());
      this.now = Math.max(this.now, next);
      this.act();
    }
  }

  /** Whether inconclusive experiments follow one another without end. Who states a horizon wants to see them until there. */
  private repeats(): boolean {
    if (this.world.horizon !== undefined) return false;
    return this.status.pauses.length > 0 && this.experiments.length > this.rollout.steps.length + MOST_REPEATED;
  }

  private endingWithoutEvents(): Ending {
    if (this.status.stable === this.template) return 'promoted';
    if (this.status.abort) return 'aborted';
    return this.status.pauses.length > 0 || this.rollout.paused ? 'waiting' : 'stuck';
  }

  private trace(ending: Ending): Trace {
    const last = this.frames[this.frames.length - 1];
    return {
      frames: this.frames,
      measurements: this.measurements,
      ending,
      endedAt: this.decidedAt ?? last?.time ?? 0,
      message:
        this.status.abortMessage ?? (ending === 'stuck' ? this.endlessExperiment() : undefined) ?? this.status.message,
    };
  }

  /** Why the experiment of the current step never ends. */
  private endlessExperiment(): string | undefined {
    const { experiment } = this.status;
    const why = experiment && whyEndless(experiment);
    return why && `step ${experiment.stepIndex + 1}: the experiment never ends, because ${why}`;
  }

  /** Processes everything that happens at this instant. */
  private settle(): void {
    // A pause is counted from a whole second, a pod from the moment at which it was created: of one second, it is the first.
    const pauseFirst = this.pauseEnd() === this.now;
    for (let i = 0; i < SETTLING_LIMIT; i++) {
      const moved = pauseFirst && i === 0 ? true : this.pods.move(this.allPods(), this.now);
      const measured = this.analyse();
      // If a metric has ended its run, the others end before the next reconcile of the rollout.
      if (measured) this.analyse();
      const before = this.status;
      const sizes = this.sizes();
      const roles = rolesOf(this.sets, this.template, before);
      const { rollout, network, experiments, now } = this;
      this.status = reconcile({ rollout, ...roles, network, experiments, now }, before);
      const experimented = this.experiment();
      const { stepRun, backgroundRun, blueGreen } = this.status;
      for (const run of [stepRun, backgroundRun, blueGreen?.preRun, blueGreen?.postRun]) if (run) this.runs.add(run);
      this.show();
      const resized = sizes !== this.sizes();
      if (!moved && !measured && !resized && !experimented && this.status === before) return;
    }
    throw this.budget.unsettled(this.now);
  }

  /** Reconciles the experiments. Returns whether any of them changed. */
  private experiment(): boolean {
    let changed = false;
    for (const experiment of this.experiments) {
      changed = reconcileExperiment(this.rollout, experiment, this.now) || changed;
      for (const known of experiment.runs) if (known && !isCompleted(known.run.phase)) this.runs.add(known.run);
    }
    return changed;
  }

  /** The ReplicaSets of the rollout, and those of its experiments. */
  private allPods(): ReplicaSet[] {
    const ofExperiments = this.experiments.flatMap(({ templates }) => templates.map(({ pods }) => pods));
    return [...VERSIONS.map((version) => this.sets[version]), ...ofExperiments];
  }

  private analyse(): boolean {
    let changed = false;
    for (const run of this.runs) {
      if (isCompleted(run.phase)) {
        this.runs.delete(run);
        continue;
      }
      const flying = this.inFlight.get(run);
      if (flying) {
        if (flying.at > this.now) continue;
        this.inFlight.delete(run);
        changed = assessRun(run, flying.taken, this.now) || changed;
        continue;
      }
      const taken = run.analysis.invalid === undefined ? takeMeasurements(run, this.now, this.world.measure) : [];
      for (const { index, measured } of taken) {
        this.budget.measure(run.analysis.metrics[index].name);
        this.measurements.push({
          time: this.now,
          metric: run.analysis.metrics[index].name,
          background: run.background,
          stepIndex: run.stepIndex,
          ...(run.experiment === undefined ? {} : { experiment: run.experiment }),
          phase: measured.phase,
        });
      }
      const longest = Math.max(0, ...taken.map(({ measured }) => measured.seconds ?? 0));
      if (longest > 0) this.inFlight.set(run, { at: this.now + longest, taken });
      else changed = assessRun(run, taken, this.now) || changed;
    }
    return changed;
  }

  /** The ReplicaSets, which reconciles change. */
  private sizes(): string {
    return VERSIONS.map((version) => `${this.sets[version].spec} ${this.sets[version].scaleDownAt ?? ''}`).join();
  }

  private show(): void {
    const { rollout, sets, network, experiments, status, template, interrupted } = this;
    const frame = frameAt(this.now, { rollout, sets, network, experiments, status, template, interrupted });
    if (this.decidedAt === undefined && (status.stable === template || frame.aborted)) this.decidedAt = this.now;
    const last = this.frames[this.frames.length - 1];
    if (last === undefined || JSON.stringify({ ...last, time: 0 }) !== JSON.stringify({ ...frame, time: 0 })) {
      this.frames.push(frame);
      this.world.observe?.(frame);
    }
  }

  private nextEvent(): number | undefined {
    const persons = this.persons();
    if (persons !== undefined && persons <= this.now) return this.now;
    const later = (time: number | undefined): time is number =>
      time !== undefined && time !== Infinity && time > this.now;
    const changes = [
      ...this.pending(),
      ...this.becomingReady(),
      ...VERSIONS.map((version) => this.sets[version].scaleDownAt),
      this.pauseEnd(),
      ...this.experiments.flatMap((experiment) => dueTimes(this.rollout, experiment)),
      this.deadline(),
      persons,
      this.world.actions?.[this.doneActions]?.at,
    ].filter(later);
    const measurements = [...this.runs]
      .map((run) => this.inFlight.get(run)?.at ?? nextMeasurement(run, this.now))
      .filter(later);
    // An endless analysis behind a rollout that waits for what never comes changes nothing any more.
    const idle = changes.length === 0 && this.now - (this.frames[this.frames.length - 1]?.time ?? 0) > IDLE_SECONDS;
    if (idle || changes.length + measurements.length === 0) return undefined;
    return Math.min(...changes, ...measurements);
  }

  /** With minReadySeconds, a pod is ready before it is available, and that counts as progress. */
  private becomingReady(): number[] {
    const { minReadySeconds } = this.rollout;
    if (minReadySeconds === 0) return [];
    return this.pending().map((at) => at - minReadySeconds);
  }

  /** The times at which pods of any version become available. */
  private pending(): number[] {
    return VERSIONS.flatMap((version) => this.sets[version].pending);
  }

  private pauseEnd(): number | undefined {
    const pause = this.status.pauses.find(isPlanned);
    const seconds = this.pauseSeconds();
    return pause === undefined || seconds === undefined ? undefined : pause.start + seconds;
  }

  /** The length of the current pause. Undefined: until it is approved. */
  private pauseSeconds(): number | undefined {
    const { rollout, status } = this;
    return rollout.blueGreen ? pauseSeconds(rollout.blueGreen) : currentStep(rollout, status)?.pause?.seconds;
  }

  private deadline(): number | undefined {
    const { reason, since } = this.status.progress;
    if (['TimedOut', 'Aborted', 'Paused', 'Available'].includes(reason)) return undefined;
    return since + this.rollout.progressDeadlineSeconds + 1;
  }

  /** The time of the manual approval, if the rollout waits for one and gets it. */
  private persons(): number | undefined {
    const reason = this.waitsForPerson();
    if (reason === undefined) {
      this.waitingSince = undefined;
      return undefined;
    }
    const since = this.waitingSince;
    // A further reason does not begin the wait anew, a halt does.
    const anew = since === undefined || (since.reason !== reason && [reason, since.reason].includes('SpecPaused'));
    if (anew) this.waitingSince = { reason, at: this.now };
    else if (since.reason !== reason) this.waitingSince = { ...since, reason };
    const action = this.world.person?.(reason, this.status.stepIndex);
    return action === undefined ? undefined : this.waitingSince!.at + action.after;
  }

  private waitsForPerson(): PauseReason | 'SpecPaused' | undefined {
    if (this.status.abort || this.status.stable === this.template) return undefined;
    if (this.rollout.paused) return 'SpecPaused';
    const { pauses } = this.status;
    const other = pauses.find((pause) => !isPlanned(pause));
    if (other) return other.reason;
    return this.pauseSeconds() === undefined ? pauses[0]?.reason : undefined;
  }

  /** Applies the manual actions at this instant. */
  private act(): void {
    const scripted = this.world.actions?.[this.doneActions];
    if (scripted && scripted.at <= this.now) {
      this.doneActions++;
      this.perform(scripted.action);
    }
    const reason = this.waitsForPerson();
    if (reason === undefined || this.waitingSince === undefined) return;
    const action = this.world.person?.(reason, this.status.stepIndex);
    if (action && this.waitingSince.at + action.after <= this.now) {
      this.waitingSince = undefined;
      this.perform(action.action);
    }
  }

  private perform(action: OutsideAction): void {
    const { status } = this;
    if (typeof action === 'object') {
      this.interrupted = true;
      if ('scale' in action) this.rollout = withReplicas(this.rollout, action.scale);
      else this.changeTemplate(action.template);
    } else if (action === 'retry') {
      this.decidedAt = undefined;
      if (status.abort) this.status = { ...status, abort: false, retried: true };
    } else if (action === 'halt' || action === 'unhalt') {
      this.rollout = { ...this.rollout, paused: action === 'halt' };
    } else if (action === 'abort') {
      // The controller keeps the reason of the first abort.
      if (!status.abort) this.status = { ...status, abort: true, abortMessage: 'aborted manually' };
    } else if (action === 'promote-full') {
      this.rollout = { ...this.rollout, paused: false };
      if (status.current !== status.stable) this.status = { ...status, promoteFull: true };
    } else if (action === 'resume') {
      this.rollout = { ...this.rollout, paused: false };
      this.status = { ...status, pauses: [] };
    } else {
      this.promote();
    }
  }

  /** Another version becomes that of the template, with the highest revision. */
  private changeTemplate(version: Version): void {
    if (version === this.template) return;
    this.decidedAt = undefined;
    this.template = version;
    this.sets[version].revision = 1 + Math.max(...VERSIONS.map((one) => this.sets[one].revision));
  }

  /** The patch of `kubectl argo rollouts promote`. */
  private promote(): void {
    const { status } = this;
    const steps = this.rollout.steps.length;
    // In blue-green, a promotion only ends a pause.
    if (status.blueGreen && status.pauses.length === 0) return;
    const nextStep = status.stepIndex === undefined ? undefined : Math.min(steps, status.stepIndex + 1);
    this.rollout = { ...this.rollout, paused: false };
    if (status.stepRun?.phase === 'Inconclusive' && status.pauses.length > 0 && status.controllerPause) {
      this.status = { ...status, pauses: [], controllerPause: false, stepIndex: nextStep };
    } else if (status.pauses.length > 0) {
      this.status = { ...status, pauses: [] };
    } else {
      this.status = { ...status, stepIndex: nextStep };
    }
  }
}
