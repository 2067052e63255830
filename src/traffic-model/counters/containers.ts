import type { Random } from '../random';
import { backOff } from '../sources/resources';

/** A pod of the new version. */
interface RunningPod {
  readonly startedAt: number;
  /** When its container crashes next. */
  crashesAt: number;
  crashes: number;
}

/** The containers of the new version's pods: since when they run, and how often they have restarted. */
export class Containers {
  private readonly pods: RunningPod[] = [];

  constructor(
    private readonly random: Random,
    /** Per hour and pod. */
    private readonly restarts: number,
    /** Seconds until a container that starts anew serves. */
    private readonly startSeconds: number,
  ) {}

  reset(): void {
    if (this.pods.length > 0) this.pods.length = 0;
  }

  get count(): number {
    return this.pods.length;
  }

  /** When the oldest pod started; undefined where there is none. */
  get oldest(): number | undefined {
    return this.pods[0]?.startedAt;
  }

  /** From now on there are so many. The youngest go first. */
  are(count: number, now: number): void {
    while (this.pods.length < count) this.pods.push({ startedAt: now, crashesAt: now + this.life(), crashes: 0 });
    // Writing the length of a list takes longer than reading it.
    if (this.pods.length > count) this.pods.length = count;
  }

  /** Restarts of all of them up to a moment. */
  restartsUpTo(now: number): number {
    let sum = 0;
    for (const pod of this.pods) {
      while (pod.crashesAt <= now) {
        pod.crashes++;
        pod.crashesAt += backOff(pod.crashes) + Math.min(this.startSeconds, 10) + this.life();
      }
      sum += pod.crashes;
    }
    return sum;
  }

  /** How many of them have restarted. */
  get restarted(): number {
    return this.pods.filter(({ crashes }) => crashes > 0).length;
  }

  private life(): number {
    return this.restarts === 0 ? Infinity : lifetime(this.restarts, this.random);
  }
}

/** Seconds until the next crash of a container that crashes so many times an hour, at random moments. */
export const lifetime = (restarts: number, random: Random): number =>
  (-Math.log(1 - random.uniform()) * 3600) / restarts;
