import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasurementPhase } from '../../src/expr';
import { graphOfLoaded, Loader } from '../../src/graph';
import { plannedCanaries, runFlagger, type RolloutModel } from '../../src/controller';
import { planRollout, planText } from '../../src/plan';
import { simulate } from '../../src/simulate';
import { flaggerPath } from '../../src/simulate/run-flagger';
import { sampleSize } from '../sample';

const FIXTURE = readFileSync(join(__dirname, '../fixtures/flagger/canary.yaml'), 'utf8');
function planned(text: string) {
  const loader = new Loader();
  loader.add({ name: 'canary.yaml', text });
  return plannedCanaries(graphOfLoaded(loader.loaded))[0];
}
const model = (change: (text: string) => string = (text) => text): RolloutModel => planned(change(FIXTURE)).model!;

describe('a Flagger Canary', () => {
  test('is planned as Flagger goes through it: a look a minute, a step a look', () => {
    const { model: rollout, notes } = planned(FIXTURE);
    expect(planText(planRollout(rollout!, {}, { notes }))).toMatchSnapshot();
  });

  test('takes Flagger’s own formulas: steps times interval to promote, threshold times interval to roll back', () => {
    const plan = planRollout(model());
    const weights = 50 / 10;
    // One interval to become ready, one to copy to the primary.
    expect(plan.seconds).toBe(60 * (weights + 2));
    const failing = plan.whatIfs.find(({ name }) => name === 'every-failure')!;
    expect(failing).toMatchObject({ ending: 'aborted', share: 10 });
    expect(failing.at.seconds).toBe(60 + 60 * (5 + 1));
  });

  test('rolls back when there is no data, whatever the metric', () => {
    for (const { name, ending } of planRollout(model()).whatIfs) {
      expect([name, ending]).toEqual([name, 'aborted']);
    }
  });

  test.each([
    ['stepWeight: 10', 'stepWeights: [1, 5, 25]', [1, 5, 25]],
    ['maxWeight: 50\n    stepWeight: 10', 'stepWeight: 30', [30, 60, 90, 100]],
    ['stepWeight: 10', 'stepWeight: 10\n    stepWeights: [5, 20]', [10, 20]],
    ['stepWeight: 10', 'stepWeights: [5, 50, 120]', [5, 50, 100]],
    ['stepWeight: 10', 'stepWeights: [5, 50, 20]', [5, 20]],
    ['maxWeight: 50', 'maxWeight: 35', [10, 20, 30, 40]],
    ['stepWeight: 10', 'stepWeight: 10\n    mirror: true', [0, 10, 20, 30, 40, 50]],
  ])('knows the weights of %s as %s', (from, to, weights) => {
    expect(model((text) => text.replace(from, to)).flagger!.stages).toEqual(weights);
  });

  test.each([
    ['    stepWeight: 10\n', '', 'neither stepWeight nor stepWeights'],
    ['stepWeight: 10', 'iterations: 10', 'is a blue-green release (iterations)'],
    ['name: error-share }', 'name: error-shares }', "uses MetricTemplate 'error-shares', which nothing here defines"],
    ['interval: 1m', 'interval: soon', "'soon' is not a duration"],
    ['maxWeight: 50', 'maxWeight: 101', 'maxWeight is 101, and Flagger gives a canary at most 100'],
  ])('without an end or a reference is refused, and why is said: %s', (from, to, why) => {
    const { model: none, problems } = planned(FIXTURE.replace(from, to));
    expect(none).toBeUndefined();
    expect(problems.join('\n')).toContain(why);
  });

  test('that is suspended never ends', () => {
    expect(planRollout(model((text) => text.replace('  service:', '  suspend: true\n  service:'))).ending).toBe(
      'waiting',
    );
  });

  test('is ready when as many pods are as it asks for, in whatever order they start', () => {
    const given = model();
    const endAt = (canaryReady: number, podReady: (version: string, i: number) => number): number | undefined => {
      const rollout = {
        ...given,
        replicas: 4,
        progressDeadlineSeconds: 600,
        flagger: { ...given.flagger!, canaryReady },
      };
      return runFlagger(rollout, { podReady, measure: () => ({ phase: 'Successful' }) }).frames.find(
        ({ message }) => message === 'the canary is ready',
      )?.time;
    };
    const rising = (_: string, i: number): number => 50 * (i + 1);
    const falling = (_: string, i: number): number => 50 * (4 - i);
    for (const podReady of [rising, falling]) {
      expect([endAt(1, podReady), endAt(0.5, podReady), endAt(0.3, podReady)]).toEqual([200, 100, 50]);
    }
    expect(endAt(0, rising)).toBeUndefined();
  });

  test('skips what it is configured to skip', () => {
    const plan = planRollout(model((text) => text.replace('  service:', '  skipAnalysis: true\n  service:')));
    expect(plan).toMatchObject({ ending: 'promoted', seconds: 60 });
  });

  test('is simulated by the same looks: any verdicts, the same end', () => {
    fc.assert(
      fc.property(
        fc.record({
          verdicts: fc.array(fc.constantFrom<MeasurementPhase>('Successful', 'Successful', 'Failed'), {
            minLength: 200,
            maxLength: 200,
          }),
          ready: fc.constantFrom(0, 30, 60, 100),
          threshold: fc.integer({ min: 1, max: 6 }),
        }),
        ({ verdicts, ready, threshold }) => {
          const given = model();
          const rollout = { ...given, progressDeadlineSeconds: 600, flagger: { ...given.flagger!, threshold } };
          const podReady = (): number => ready;
          const phaseAt = (now: number): MeasurementPhase => verdicts[Math.round(now / 60) % verdicts.length];
          const trace = runFlagger(rollout, { podReady, measure: (_, __, now) => ({ phase: phaseAt(now) }) });
          const traced = flaggerPath(rollout, { podReady, measure: () => ({ phase: 'Successful' }) });
          const ended = traced.run(
            (_, now) => phaseAt(now),
            () => undefined,
            () => undefined,
          );
          expect(ended).toMatchObject({ outcome: trace.ending, at: trace.endedAt });
        },
      ),
      { numRuns: sampleSize(200, 2), seed: 6 },
    );
  });

  test('catches a bad version, and lets a good one pass', () => {
    const result = simulate(model(), {
      profile: { rps: 50, errorRate: 0.2, scrapeInterval: 15 },
      runs: 500,
      curve: [],
    });
    expect(result.probability.aborted).toBe(1);
    const good = simulate(model(), {
      profile: { rps: 50, errorRate: 0.001, scrapeInterval: 15 },
      runs: 500,
      curve: [],
    });
    expect(good.probability.promoted).toBeGreaterThan(0.9);
  });

  test('of Linkerd is planned, and its metrics count what the proxies classify', () => {
    const rollout = model((text) => text.replace('provider: istio', 'provider: linkerd'));
    expect(planRollout(rollout).ending).toBe('promoted');
    expect(simulate(rollout, { runs: 10, curve: [] }).assumptions.join()).toContain(
      'response_total has classification="success" for a success and classification="failure" for a failure',
    );
  });

  test('whose metrics are of a router unknown here is planned, and not simulated', () => {
    const rollout = model((text) => text.replace('provider: istio', 'provider: traefik'));
    expect(planRollout(rollout).ending).toBe('promoted');
    expect(() => simulate(rollout, { runs: 10, curve: [] })).toThrow(/Flagger's built-in traefik metric/);
  });
});
