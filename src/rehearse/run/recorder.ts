import { looksBack, type RecordingRule } from '../../traffic-model';
import { RehearsalProblem } from '../problem';
import type { PrometheusApi, Series, SeriesLabels } from '../prometheus';

/** Seconds that the rules look back at most, if they were evaluated an interval ago. */
export const reachOfRules = (rules: readonly RecordingRule[]): number =>
  rules.reduce((sum, { expr, interval }) => sum + looksBack(expr) + interval, 0);

/**
 * Evaluates recording rules in simulated time instead of Prometheus's own: at each multiple of a rule's interval, the
 * expression is queried and the result written back. A query at an earlier time sees no later sample, so this can be
 * done on demand.
 */
export class Recorder {
  /** Up to where each rule is evaluated, in seconds. */
  private readonly done: number[];
  /** The series of each rule's latest evaluation, by their labels. */
  private readonly latest: Map<string, SeriesLabels>[];

  constructor(
    private readonly rules: readonly RecordingRule[],
    private readonly api: PrometheusApi,
    /** What second 0 is, in milliseconds since 1970. */
    private readonly epoch: number,
    /** Second at which the first evaluation may be. */
    from: number,
  ) {
    this.done = rules.map(({ interval }) => Math.ceil(from / interval) * interval - interval);
    this.latest = rules.map(() => new Map());
  }

  /** Evaluates whatever is due up to a moment. All samples up to then must have been written. */
  async catchUp(to: number): Promise<void> {
    for (;;) {
      const next = Math.min(...this.rules.map(({ interval }, i) => this.done[i] + interval));
      if (!(next <= to + 1e-9)) return;
      // In order, because a rule may read what an earlier one has recorded at this time.
      for (const [i, rule] of this.rules.entries()) {
        if (this.done[i] + rule.interval > next + 1e-9) continue;
        await this.evaluate(i, rule, next);
        this.done[i] = next;
      }
    }
  }

  private async evaluate(index: number, { record, expr, labels: over }: RecordingRule, at: number): Promise<void> {
    const time = this.epoch + at * 1000;
    const { series } = await this.api.query(expr, time);
    const found = new Map<string, SeriesLabels>();
    if (series.some(({ values }) => values.length === 0)) {
      throw new RehearsalProblem(
        `recording rule ${record} records a native histogram, which a rehearsal cannot write; record a number, such as histogram_quantile() of it`,
      );
    }
    const written: Series[] = series.map(({ labels, values: [value] }) => {
      const whole = Object.entries({ ...labels, ...over, __name__: record }).filter(([, text]) => text !== '');
      const made = Object.fromEntries(whole.sort(([a], [b]) => (a < b ? -1 : 1)));
      found.set(JSON.stringify(made), made);
      return { labels: made, samples: [{ at: time, value }] };
    });
    for (const [id, labels] of this.latest[index]) {
      if (!found.has(id)) written.push({ labels, samples: [{ at: time, value: undefined }] });
    }
    this.latest[index] = found;
    if (written.length > 0) await this.api.write(written);
  }
}
