import { plannedRollouts } from '../../src/controller';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import type { MetricsSource, TimeRange, TimedSeries } from '../../src/calibrate/source';
import { subjectOf } from '../../src/calibrate/subject';
import { Ties } from '../../src/calibrate/ties';
import { replayUpdates, type UpdatesReport } from '../../src/calibrate/updates';
import { updatesLines } from '../../src/calibrate/updates-text';
import { manifestsWith } from './history';

const metric = (name: string, query: string, more = ''): string =>
  `- name: ${name}
  successCondition: result[0] <= 5
${more}  provider: { prometheus: { address: 'http://prometheus:9090', query: '${query}' } }`;

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

/** Answers each query by what it is named after, and by the minute of the history. */
function source(values: Readonly<Record<string, (minute: number) => number | undefined>>): MetricsSource {
  const valueOf = (query: string, at: number): number | undefined => {
    const [, of] = Object.entries(values).find(([name]) => query.includes(name)) ?? [];
    return of?.((at - START) / 60_000);
  };
  return {
    query: () => Promise.resolve([]),
    queryRange: (query: string, { start, end, step }: TimeRange): Promise<readonly TimedSeries[]> => {
      const samples = [];
      for (let at = start; at <= end; at += step * 1000) {
        const value = valueOf(query, at);
        if (value !== undefined) samples.push({ at, value });
      }
      return Promise.resolve(samples.length === 0 ? [] : [{ labels: {}, samples }]);
    },
  };
}

/** Ten hours in which the rollout begins each ten minutes. Its analysis begins 5.5 min after the beginning. */
async function replayed(metrics: string, answers: MetricsSource): Promise<UpdatesReport> {
  const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: manifestsWith(metrics) }]));
  const [planned] = plannedRollouts(graph);
  const subject = subjectOf(graph, planned as never, planned.model!);
  const range = { start: START, end: START + 10 * HOUR, every: 600 };
  return replayUpdates(subject, new Ties(answers, subject, range.end, undefined), answers, range);
}

const between =
  (from: number, to: number, other: number | undefined = 0) =>
  (minute: number): number | undefined =>
    minute >= from && minute < to ? 9 : other;

describe('updates of the healthy version', () => {
  const two = `${metric('errors', 'errors')}\n${metric('slow', 'slowness')}`;

  test('are stopped by any of their checks, and counted once where several fail', async () => {
    // Begun each ten minutes, and measured 5.5 min later: 12 updates in each stretch of two hours.
    const report = await replayed(two, source({ errors: between(60, 180), slowness: between(120, 240) }));
    expect(report).toMatchObject({ every: 600, updates: 60, aborted: 18, paused: 0 });
    expect(report.checks).toMatchObject([
      { metric: 'errors', aborted: 12 },
      { metric: 'slow', aborted: 12 },
    ]);
    expect(report.stopped).toEqual([
      { from: new Date(START + HOUR), to: new Date(START + HOUR + 17 * 600_000), updates: 18 },
    ]);
    expect(updatesLines(report)[0]).toMatch(/^60 updates with the healthy version, .*: 18 of 60 \(30 %\) would have/);
  });

  test('measure each check at its time in the plan, as often as it is measured', async () => {
    // Three measurements, a minute apart, of which one may fail: a stretch of two minutes stops one update, one of one none.
    const more = '  interval: 1m\n  count: 3\n  failureLimit: 1\n';
    const failing = (from: number, to: number) =>
      replayed(metric('errors', 'errors', more), source({ errors: between(from, to) }));
    expect((await failing(125, 127)).aborted).toBe(1);
    expect((await failing(125, 126)).aborted).toBe(0);
    // Between two updates nobody measures.
    expect((await failing(129, 135)).aborted).toBe(0);
  });

  test('no data aborts, and inconclusive measurements pause', async () => {
    const none = await replayed(two, source({ errors: between(0, 0), slowness: between(60, 120, 0) }));
    expect(none.aborted).toBe(6);
    const missing = await replayed(
      metric('errors', 'errors'),
      source({ errors: (minute) => (minute < 60 ? undefined : 0) }),
    );
    expect(missing.aborted).toBe(6);
    const both = metric('errors', 'errors', '  failureCondition: result[0] > 20\n');
    expect(await replayed(both, source({ errors: between(60, 120) }))).toMatchObject({ aborted: 0, paused: 6 });
  });

  test('are refused where the history is too short, or no check can be asked', async () => {
    const short = { ...source({ errors: () => 0 }) };
    const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: manifestsWith(metric('errors', 'errors')) }]));
    const [planned] = plannedRollouts(graph);
    const subject = subjectOf(graph, planned as never, planned.model!);
    const range = { start: START, end: START + 60_000, every: 600 };
    await expect(replayUpdates(subject, new Ties(short, subject, 0, undefined), short, range)).rejects.toThrow(
      'the history is shorter than the rollout',
    );
  });
});
