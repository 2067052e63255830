import type { Random } from '../random';
import { binomial } from './binomial';
import { emptyTally, type Tally, type VersionCounts } from './version-counts';

/**
 * The canary's requests that come through its Service: all that a proxy or a router before it counts. They are those of
 * its pods, until copies of a mirror route or requests to an experiment come as well.
 */
export class ThroughService {
  private readonly own: VersionCounts;
  private differs = false;

  constructor(
    private readonly all: VersionCounts,
    private readonly random: Random,
  ) {
    this.own = { ...all, succeeded: emptyTally(), failed: emptyTally(), pods: [] };
  }

  get counts(): VersionCounts {
    return this.differs ? this.own : this.all;
  }

  /** Begins a new rollout. */
  reset(): void {
    this.differs = false;
  }

  /** Counts what the pods have counted up to a scrape. `through` is the share that came through the Service. */
  count(scrape: number, through: number): void {
    if (!this.differs && through === 1) return;
    if (!this.differs) this.begin(scrape);
    this.own.seen = this.all.seen;
    for (const outcome of ['succeeded', 'failed'] as const) {
      this.countOf(this.all[outcome], this.own[outcome], scrape, through);
    }
  }

  private begin(scrape: number): void {
    this.differs = true;
    for (const outcome of ['succeeded', 'failed'] as const) {
      const [all, own] = [this.all[outcome], this.own[outcome]];
      for (let i = 0; i < scrape; i++) {
        own.count[i] = all.count[i];
        own.seconds[i] = all.seconds[i];
        own.buckets[i] = all.buckets[i];
      }
      own.first = all.first < scrape ? all.first : Infinity;
    }
  }

  private countOf(all: Tally, own: Tally, scrape: number, through: number): void {
    const kept = (drawn: number): number => (through === 1 ? drawn : binomial(this.random, drawn, through));
    const grown = (list: readonly number[]): number => list[scrape] - (scrape === 0 ? 0 : list[scrape - 1]);
    const before = scrape === 0 ? 0 : own.count[scrape - 1];
    const drawn = grown(all.count);
    let requests: number;
    if (all.buckets[scrape] === undefined) {
      requests = kept(drawn);
    } else {
      let [below, sum] = [0, 0];
      own.buckets[scrape] = all.buckets[scrape].map((value, i) => {
        const whole = value - (all.buckets[scrape - 1]?.[i] ?? 0);
        sum += kept(whole - below);
        below = whole;
        return (own.buckets[scrape - 1]?.[i] ?? 0) + sum;
      });
      requests = sum;
      const seconds = drawn === 0 ? 0 : (grown(all.seconds) * requests) / drawn;
      own.seconds[scrape] = (own.seconds[scrape - 1] ?? 0) + seconds;
    }
    own.count[scrape] = before + requests;
    if (requests > 0 && own.first === Infinity) own.first = scrape;
  }
}
