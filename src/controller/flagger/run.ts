import { newRun } from '../argo/analysis-run';
import { Budget } from '../budgets';
import type { Frame, MeasurementEvent, Trace, World } from '../argo';
import type { FlaggerLoop, RolloutModel } from '../model';

/** The name of the route that mirrors requests in the first stage, where the analysis asks for it. */
export const MIRROR_ROUTE = 'mirror';

/** The number of intervals after which the run of a canary that never becomes ready, or never passes, stops. */
const MOST_LOOKS = 20_000;

/**
 * Runs one update of a Flagger Canary from the time at which Flagger detects the change. Once per interval, Flagger
 * makes at most one change, and it counts failed checks.
 *
 * @see https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler.go
 */
export function runFlagger(rollout: RolloutModel, world: World): Trace {
  return new Run(rollout, rollout.flagger!, world).run();
}

class Run {
  private now = 0;
  private stage = -1;
  private failedChecks = 0;
  private weight = 0;
  private readonly frames: Frame[] = [];
  private readonly measurements: MeasurementEvent[] = [];
  private readonly budget: Budget;

  constructor(
    private readonly rollout: RolloutModel,
    private readonly loop: FlaggerLoop,
    private readonly world: World,
  ) {
    this.budget = new Budget(rollout);
    this.budget.pods(rollout.replicas);
  }

  run(): Trace {
    const { rollout, loop } = this;
    const { stages } = loop;
    this.show('Progressing', '', loop.suspended ? 0 : this.available(0));
    if (loop.suspended) return this.ended('waiting', 'spec.suspend is true: Flagger looks away');
    const ready = this.readyAt();
    const deadline = rollout.progressDeadlineSeconds;
    if (ready > 0 && ready <= deadline) {
      this.now = ready;
      this.show('Progressing', 'the canary is ready', rollout.replicas);
    }
    for (let look = 1; look < MOST_LOOKS; look++) {
      this.now = look * loop.interval;
      if (this.now < ready) {
        if (this.now > deadline) return this.rollBack('the canary exceeded its progress deadline');
        continue;
      }
      if (loop.skipsAnalysis) return this.promoted();
      if (this.failedChecks >= loop.threshold) {
        return this.rollBack(`failed checks threshold reached ${this.failedChecks}`);
      }
      if (this.stage >= 0 && !this.passesChecks()) {
        this.failedChecks++;
        continue;
      }
      if (this.stage < stages.length - 1) {
        this.stage++;
        this.weight = stages[this.stage];
        this.show('Progressing', `weight ${this.weight}`, rollout.replicas);
        continue;
      }
      return this.promote();
    }
    return this.ended('stuck', 'no end is in sight');
  }

  /** The time at which enough pods of the canary are ready. */
  private readyAt(): number {
    const { replicas } = this.rollout;
    const times = Array.from({ length: replicas }, (_, i) => this.world.podReady('new', i)).sort((a, b) => a - b);
    const wanted = Math.floor(replicas * this.loop.canaryReady);
    return wanted === 0 ? 0 : times[wanted - 1];
  }

  private available(at: number): number {
    return this.readyAt() <= at ? this.rollout.replicas : 0;
  }

  /** All metrics in order. The first failure ends the evaluation. */
  private passesChecks(): boolean {
    const { metrics } = this.loop;
    const run = newRun({ templates: [], metrics }, true);
    return metrics.every((metric) => {
      const { phase } = this.world.measure(run, metric, this.now);
      this.budget.measure(metric.name);
      this.measurements.push({ time: this.now, metric: metric.name, background: true, phase });
      return phase === 'Successful';
    });
  }

  /** The primary's pods are replaced by pods of the new version; then it gets all traffic again. */
  private promote(): Trace {
    const { interval, promotionStep } = this.loop;
    this.stage = this.loop.stages.length;
    this.show('Progressing', 'copying to the primary', this.rollout.replicas);
    const begun = this.now;
    const ordinal = this.rollout.replicas;
    const ready = Math.max(
      0,
      ...Array.from({ length: this.rollout.replicas }, (_, i) => this.world.podReady('new', ordinal + i)),
    );
    if (ready === Infinity) return this.ended('stuck', 'the primary does not become ready');
    do this.now += interval;
    while (this.now < begun + ready);
    // In steps of this percentage, or at once.
    if (promotionStep > 0) this.now += (Math.ceil(this.weight / promotionStep) - 1) * interval;
    return this.promoted();
  }

  private promoted(): Trace {
    this.stage = this.loop.stages.length;
    this.weight = 0;
    this.show('Healthy', '', 0, 'promoted');
    return this.ended('promoted', '');
  }

  private rollBack(message: string): Trace {
    this.weight = 0;
    this.show('Degraded', message, 0, 'aborted');
    return this.ended('aborted', message);
  }

  private ended(ending: Trace['ending'], message: string): Trace {
    return { frames: this.frames, measurements: this.measurements, ending, endedAt: this.now, message };
  }

  private show(phase: Frame['phase'], message: string, available: number, end?: 'promoted' | 'aborted'): void {
    const { replicas } = this.rollout;
    this.frames.push({
      time: this.now,
      stepIndex: Math.max(0, this.stage),
      weight: this.weight,
      canary: { spec: end ? 0 : replicas, available },
      stable: { spec: replicas, available: replicas },
      selects: {},
      routes: !end && this.stage === 0 && this.rollout.steps[0]?.setMirrorRoute ? [MIRROR_ROUTE] : [],
      promoted: end === 'promoted',
      aborted: end === 'aborted',
      phase,
      message,
    });
  }
}
