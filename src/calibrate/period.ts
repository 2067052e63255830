import { lengthOfTime, writeSeconds } from '../formats/go-duration';
import type { LatencyShare, MeasuredField, Missing } from './result';
import type { MetricsSource, TimedSeries } from './source';

export const DAY_SECONDS = 86_400;
const HOUR = 3600;
const LEAST_STEP = 60;
/** A time that is shorter than a day is divided into so many parts. */
const PARTS = 24;
/** With fewer scrapes in a window, a scrape that is late changes the rate too much. */
const SCRAPES_IN_WINDOW = 4;

/** What was measured so far, and what could not be. */
export interface Findings {
  readonly measured: MeasuredField[];
  readonly missing: Missing[];
  latencies?: readonly LatencyShare[];
}

/** Bounds of a period, and the scrape interval that its steps must hold several times. */
export interface PeriodOptions {
  /** Milliseconds since 1970, by the clock of the server. */
  readonly end: number;
  /** Seconds from which figures are wanted. */
  readonly seconds: number;
  /** Milliseconds since 1970: before this there are no samples. Default: longer ago than is asked. */
  readonly historyStart?: number;
  /** Seconds. */
  readonly scrapeInterval?: number;
}

/**
 * The time from which a profile is taken: what is asked for, or the history where it is shorter. From a day on its steps
 * are whole hours.
 */
export class Period {
  readonly end: number;
  /** Seconds. */
  readonly seconds: number;
  /** Seconds. */
  readonly step: number;
  /** As PromQL writes the step. */
  readonly window: string;
  /** A window that holds a sample whenever a series is scraped, as PromQL writes it: servers look back as they like. */
  readonly present: string;
  /** Why no step lies in the history. */
  readonly problem?: string;
  /** The ends of the first and of the last step: each step has samples from its begin on. */
  private readonly first: number;
  private readonly last: number;

  constructor(
    private readonly source: MetricsSource,
    { end, seconds, historyStart, scrapeInterval }: PeriodOptions,
  ) {
    const history = historyStart === undefined ? Infinity : (end - historyStart) / 1000;
    const least = Math.max(LEAST_STEP, Math.ceil(SCRAPES_IN_WINDOW * (scrapeInterval ?? 0)));
    this.end = end;
    this.seconds = Math.min(seconds, history);
    this.step =
      this.seconds >= DAY_SECONDS ? Math.ceil(least / HOUR) * HOUR : Math.max(least, Math.floor(this.seconds / PARTS));
    this.window = writeSeconds(this.step);
    this.present = writeSeconds(Math.max(LEAST_STEP, Math.ceil(2 * (scrapeInterval ?? 0))));
    const grid = this.step * 1000;
    if (this.seconds >= DAY_SECONDS) {
      // The first step may begin before the period, if there is history: with whole hours, a day has each of them.
      this.last = Math.floor(end / grid) * grid;
      this.first = Math.ceil((end - this.seconds * 1000) / grid) * grid;
      if (historyStart !== undefined && this.first - grid < historyStart) this.first += grid;
    } else {
      this.last = end;
      this.first = end - (Math.floor(this.seconds / this.step) - 1) * grid;
    }
    if (this.seconds < this.step)
      this.problem = `the history of ${lengthOfTime(this.seconds)} is shorter than ${
        least > LEAST_STEP ? `${SCRAPES_IN_WINDOW} scrapes (${lengthOfTime(least)})` : lengthOfTime(least)
      }; calibrate again later`;
  }

  /** When its first step begins, in milliseconds since 1970. */
  get start(): number {
    return this.first - this.step * 1000;
  }

  /** The whole of it as PromQL writes a window. */
  get text(): string {
    return writeSeconds(Math.max(1, Math.round(this.seconds)));
  }

  now(query: string): Promise<readonly TimedSeries[]> {
    return this.source.query(query, this.end);
  }

  over(query: string): Promise<readonly TimedSeries[]> {
    if (this.problem !== undefined) return Promise.resolve([]);
    return this.source.queryRange(query, { start: this.first, end: this.last, step: this.step });
  }
}
