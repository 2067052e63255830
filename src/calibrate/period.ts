import { writeSeconds } from '../formats/go-duration';
import type { MeasuredField, Missing } from './result';
import type { MetricsSource, TimedSeries } from './source';

export const DAY_SECONDS = 86_400;
const HOUR = 3600;
const LEAST_STEP = 60;
/** A range that is shorter than a day is divided into so many parts. */
const PARTS = 24;

/** What was measured so far, and what could not be. */
export interface Findings {
  readonly measured: MeasuredField[];
  readonly missing: Missing[];
}

/** The time from which a profile is taken, in steps that begin with the hours where it is long enough. */
export class Period {
  /** Seconds. */
  readonly step: number;
  /** As PromQL writes the step. */
  readonly window: string;
  private readonly start: number;

  /**
   * @param end milliseconds since 1970, by the clock of the server
   * @param seconds its length
   */
  constructor(
    private readonly source: MetricsSource,
    readonly end: number,
    readonly seconds: number,
  ) {
    this.step = seconds >= DAY_SECONDS ? HOUR : Math.max(LEAST_STEP, Math.floor(seconds / PARTS));
    this.window = writeSeconds(this.step);
    const grid = this.step * 1000;
    // The first step may begin before the period: with whole hours, a day has each of them.
    this.start = Math.ceil((end - seconds * 1000) / grid) * grid;
  }

  /** The whole of it as PromQL writes a window. */
  get text(): string {
    return writeSeconds(Math.round(this.seconds));
  }

  now(query: string): Promise<readonly TimedSeries[]> {
    return this.source.query(query, this.end);
  }

  /** When the first sample of a step was taken, to the minute, for a step that has some. */
  async firstSample(query: string, stepEnd: number): Promise<number> {
    const range = { start: stepEnd - this.step * 1000, end: stepEnd, step: LEAST_STEP };
    const [series] = await this.source.queryRange(query, range);
    return series?.samples[0]?.at ?? range.start;
  }

  over(query: string): Promise<readonly TimedSeries[]> {
    return this.source.queryRange(query, { start: this.start, end: this.end, step: this.step });
  }
}
