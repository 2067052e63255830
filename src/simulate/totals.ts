import type { Ended, Outcome } from './run';

/** How often one metric ended an update badly, and what it had measured then. */
export interface Decision {
  readonly metric: string;
  /** Its place among the metrics of the rollout. */
  readonly id: number;
  readonly count: number;
  /** How often there was no series. */
  readonly empty: number;
  /** The deciding values; ascending. */
  readonly values: Float64Array;
}

/** Everything about many simulated updates. */
export interface Sampled {
  readonly runs: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Seconds to the abort or the pause, of those that did not get through; ascending. */
  readonly detections: Float64Array;
  /** Failed requests that the canary gave, of every run; ascending. */
  readonly failedRequests: Float64Array;
  /** Seconds to promotion, of those promoted; ascending. */
  readonly promotions: Float64Array;
  readonly meanExposure: number;
  /** Seconds from the change of the template to the end, on average. */
  readonly meanSeconds: number;
  /** Requests that the canary got, on average. */
  readonly meanRequests: number;
  /** By metric and measurement: how often it was taken, and found nothing. */
  readonly noData: readonly {
    readonly metric: string;
    readonly measurements: readonly { readonly taken: number; readonly empty: number }[];
  }[];
  /** By metric: how many updates it ended, and the values that it saw then. */
  readonly decisions: readonly Decision[];
  /** Seconds of the outages that ended by themselves, of the updates that had one; ascending. */
  readonly outages: Float64Array;
  /** Updates that ended in an outage. */
  readonly endlessOutages: number;
  /** Updates whose abort never gave all traffic back. */
  readonly incompleteAborts: number;
}

/** Adds up simulated updates. */
export class Totals {
  private readonly counts: Record<Outcome, number> = { promoted: 0, aborted: 0, paused: 0 };
  private readonly detections: number[] = [];
  private readonly promotions: number[] = [];
  private readonly failedRequests: Float64Array;
  /** By metric, then by measurement. */
  private readonly noData: { taken: number; empty: number }[][];
  /** How often each metric was measured in the update under path. */
  private readonly ordinal: Int32Array;
  private readonly latest: (number | undefined)[] = [];
  /** Whether the latest measurement of each metric found nothing. */
  private readonly lacking: boolean[] = [];
  private readonly decisions: { count: number; empty: number; readonly values: number[] }[];
  private readonly outages: number[] = [];
  private endlessOutages = 0;
  private incompleteAborts = 0;
  private exposure = 0;
  private seconds = 0;
  private requests = 0;
  private done = 0;

  constructor(
    private readonly runs: number,
    private readonly names: readonly string[],
  ) {
    this.failedRequests = new Float64Array(runs);
    this.noData = names.map(() => []);
    this.ordinal = new Int32Array(names.length);
    this.decisions = names.map(() => ({ count: 0, empty: 0, values: [] }));
  }

  measured(id: number, empty: boolean, value: number | undefined): void {
    this.latest[id] = value;
    this.lacking[id] = empty;
    const list = this.noData[id];
    const nth = this.ordinal[id]++;
    if (nth === list.length) list.push({ taken: 0, empty: 0 });
    const slot = list[nth];
    slot.taken++;
    if (empty) slot.empty++;
  }

  /** @param by the metric that ended it */
  add(
    { outcome, at, exposure, outageSeconds, abortIncomplete }: Ended,
    by: number | undefined,
    failed: number,
    requests: number,
  ): void {
    this.ordinal.fill(0);
    if (by !== undefined) {
      const decision = this.decisions[by];
      decision.count++;
      const value = this.latest[by];
      if (value !== undefined) decision.values.push(value);
      // One whose outcome is assumed has no value, and lacks no data either.
      else if (this.lacking[by]) decision.empty++;
    }
    this.counts[outcome]++;
    if (outageSeconds === Infinity) this.endlessOutages++;
    else if (outageSeconds > 0) this.outages.push(outageSeconds);
    if (abortIncomplete) this.incompleteAborts++;
    (outcome === 'promoted' ? this.promotions : this.detections).push(at);
    this.failedRequests[this.done++] = failed;
    this.exposure += exposure;
    this.seconds += at;
    this.requests += requests;
  }

  result(): Sampled {
    return {
      runs: this.runs,
      counts: this.counts,
      detections: Float64Array.from(this.detections).sort(),
      promotions: Float64Array.from(this.promotions).sort(),
      failedRequests: this.failedRequests.sort(),
      meanExposure: this.exposure / this.runs,
      meanSeconds: this.seconds / this.runs,
      meanRequests: this.requests / this.runs,
      noData: this.noData.map((measurements, id) => ({ metric: this.names[id], measurements })),
      outages: Float64Array.from(this.outages).sort(),
      endlessOutages: this.endlessOutages,
      incompleteAborts: this.incompleteAborts,
      decisions: this.decisions.map(({ count, empty, values }, id) => ({
        metric: this.names[id],
        id,
        count,
        empty,
        values: Float64Array.from(values).sort(),
      })),
    };
  }
}
