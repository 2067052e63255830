import type { MetricsSource } from './source';

/** Parts into which a stretch of time is divided to find the first sample. */
const PARTS = 40;
/** How exactly the first sample is found, in seconds. */
const EXACT = 1;

/** Finds when the samples of series begin, whatever their rates. */
export class History {
  private readonly known = new Map<string, Promise<number | undefined>>();

  /**
   * @param end milliseconds since 1970
   * @param seconds how far back is looked
   */
  constructor(
    private readonly source: MetricsSource,
    private readonly end: number,
    private readonly seconds: number,
  ) {}

  /** When the first sample of any of the selectors was taken, to the second; undefined where there is none. */
  begin(selectors: readonly string[]): Promise<number | undefined> {
    const key = JSON.stringify(selectors);
    let found = this.known.get(key);
    if (found === undefined) this.known.set(key, (found = this.find(selectors)));
    return found;
  }

  /** Divides the time, and then the first part that has samples, until it is short enough. */
  private async find(selectors: readonly string[]): Promise<number | undefined> {
    let length = this.seconds;
    let end = this.end;
    let found: number | undefined;
    for (let step = length; step > EXACT;) {
      step = Math.max(EXACT, Math.ceil(length / PARTS));
      const parts = Math.ceil(length / step);
      // Every part is looked at whole: a look at its end misses series that have ended before.
      const present = selectors.map((one) => `present_over_time(${one}[${step}s])`).join(' or ');
      const range = { start: end - (parts - 1) * step * 1000, end, step };
      const [first] = (await this.source.queryRange(`count(${present})`, range)).flatMap(({ samples }) => samples);
      if (first === undefined) break;
      end = found = first.at;
      length = step;
    }
    return found;
  }
}
