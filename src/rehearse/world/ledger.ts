import type { Version } from '../../traffic-model';

/** Requests of a stretch of time, and how many of them failed. */
export interface Tally {
  readonly requests: number;
  readonly failures: number;
}

/** What both versions answered in a stretch of time. */
export interface Traffic {
  readonly canary: Tally;
  readonly stable: Tally;
  /** What the canary answered beside users: copies of a mirror route, requests to a preview Service. */
  readonly besideUsers: Tally;
}

/** Who asked, and which version answered. */
export type Asked = Version | 'beside';

/** All requests, by time and version, of which Prometheus sees only a part. */
export class Ledger {
  private readonly times: number[] = [];
  private readonly sums: {
    readonly [asked in Asked]: { readonly requests: number[]; readonly failures: number[] };
  } = {
    new: { requests: [], failures: [] },
    old: { requests: [], failures: [] },
    beside: { requests: [], failures: [] },
  };
  private readonly total = {
    new: { requests: 0, failures: 0 },
    old: { requests: 0, failures: 0 },
    beside: { requests: 0, failures: 0 },
  };

  add(version: Asked, requests: number, failures: number): void {
    this.total[version].requests += requests;
    this.total[version].failures += failures;
  }

  /** Everything that was added belongs before this moment. */
  close(now: number): void {
    this.times.push(now);
    for (const version of ['new', 'old', 'beside'] as const) {
      this.sums[version].requests.push(this.total[version].requests);
      this.sums[version].failures.push(this.total[version].failures);
    }
  }

  between(from: number, to: number): Traffic {
    const of = (version: Asked): Tally => ({
      requests: this.at(this.sums[version].requests, to) - this.at(this.sums[version].requests, from),
      failures: this.at(this.sums[version].failures, to) - this.at(this.sums[version].failures, from),
    });
    return { canary: of('new'), stable: of('old'), besideUsers: of('beside') };
  }

  private at(sums: readonly number[], time: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] <= time + 1e-9) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : sums[low - 1];
  }
}
