import fc from 'fast-check';
import type { MeasurementPhase } from '../../src/expr';
import {
  canaryShare,
  type MetricModel,
  type RolloutModel,
  type StepModel,
  type Trace,
  run,
} from '../../src/controller';
import { runBlocks, scheduleOf } from '../../src/simulate';
import { analysis, canary } from '../plan/models';

/** A verdict that depends on nothing but the metric and the moment. */
function verdictOf(seed: number, badness: number): (metric: MetricModel, now: number) => MeasurementPhase {
  return ({ name }, now) => {
    let hash = seed ^ Math.round(now * 1000);
    for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    const share = ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
    if (share < badness) return 'Failed';
    if (share < badness * 1.5) return 'Inconclusive';
    return share < badness * 2 ? 'Error' : 'Successful';
  };
}

const metric = (name: string) =>
  fc
    .record({
      name: fc.constant(name),
      interval: fc.constantFrom(20, 60, 90),
      initialDelay: fc.constantFrom(undefined, 0, 45),
      count: fc.integer({ min: 1, max: 5 }),
      failureLimit: fc.nat({ max: 2 }),
      inconclusiveLimit: fc.nat({ max: 1 }),
      consecutiveErrorLimit: fc.nat({ max: 3 }),
      consecutiveSuccessLimit: fc.constantFrom(0, 0, 0, 2),
      dryRun: fc.constantFrom(false, false, false, true),
    })
    // What needs more successes than it is measured stops every version.
    .filter(({ count, consecutiveSuccessLimit }) => count >= consecutiveSuccessLimit);
const step: fc.Arbitrary<StepModel> = fc.oneof(
  fc.record({ setWeight: fc.constantFrom(5, 20, 50, 80) }),
  fc.record({ pause: fc.record({ seconds: fc.constantFrom(30, 100, 240) }) }),
  fc.record({ pause: fc.constant({}) }),
  fc
    .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 })
    .chain((names) =>
      fc.tuple(...[...new Set(names)].map(metric)).map((metrics) => ({ analysis: analysis(...metrics) })),
    ),
);

test('the fast run of the simulation ends as the controllers do, at the same time', () => {
  fc.assert(
    fc.property(
      fc.record({
        steps: fc.array(step, { minLength: 0, maxLength: 8 }),
        background: fc.option(fc.record({ given: metric('background'), startingStep: fc.nat({ max: 3 }) })),
        endless: fc.boolean(),
        seed: fc.integer(),
        badness: fc.constantFrom(0, 0.03, 0.1, 0.3),
        podStart: fc.constantFrom(0, 30, 47),
      }),
      ({ steps, background, endless, seed, badness, podStart }) => {
        const rollout = canary(steps, {
          progressDeadlineSeconds: 1e6,
          background: background
            ? {
                startingStep: background.startingStep,
                analysis: analysis({ ...background.given, count: endless ? undefined : background.given.count }),
              }
            : undefined,
        });
        const verdict = verdictOf(seed, badness);
        const podReady = (version: 'new' | 'old'): number => (version === 'new' ? podStart : 0);
        const trace = run(rollout, {
          podReady,
          measure: (_, given, now) => ({ phase: verdict(given, now) }),
          // A person goes on with a pause; an inconclusive analysis is left alone.
          person: (reason) => (reason === 'CanaryPauseStep' ? { after: 77, action: 'promote' } : undefined),
        });
        let shares = 0;
        const ended = runBlocks(
          rollout,
          scheduleOf(rollout, podReady, 77),
          verdict,
          (from, to, share) => {
            shares += (to - from) * share;
          },
          () => undefined,
        );
        const outcome = trace.ending === 'waiting' ? 'paused' : trace.ending;
        expect(ended.outcome).toBe(outcome);
        if (outcome !== 'paused') expect(ended.at).toBeCloseTo(trace.endedAt, 6);
        expect(ended.exposure).toBeCloseTo(shares, 6);
      },
    ),
    { numRuns: 400, seed: 6 },
  );
});

/** Seconds of all traffic that the new version got until the promotion, or until an abort had taken all of it back. */
function exposureOf(rollout: RolloutModel, { frames, endedAt, ending }: Trace): number {
  const end = ending === 'promoted' ? endedAt : Infinity;
  return frames.reduce((sum, frame, i) => {
    const next = Math.min(end, frames[i + 1]?.time ?? frame.time);
    return next > frame.time ? sum + (next - frame.time) * canaryShare(rollout, frame) : sum;
  }, 0);
}

describe('what the controller does after a verdict', () => {
  const weight: fc.Arbitrary<StepModel> = fc.record({ setWeight: fc.constantFrom(10, 40, 70, 100) });
  const pause: fc.Arbitrary<StepModel> = fc.record({ pause: fc.record({ seconds: fc.constantFrom(30, 100, 240) }) });
  const scale: fc.Arbitrary<StepModel> = fc.record({ setCanaryScale: fc.record({ weight: fc.constant(100) }) });
  const inline: fc.Arbitrary<StepModel> = metric('a').map((given) => ({ analysis: analysis(given) }));
  const router = fc.constantFrom<Partial<RolloutModel>>(
    {},
    { dynamicStableScale: true },
    { trafficRouting: undefined, maxSurge: 1, maxUnavailable: 0 },
    { trafficRouting: undefined, maxSurge: 0, maxUnavailable: 1 },
    { trafficRouting: undefined, maxSurge: 2, maxUnavailable: 1 },
  );

  test('is in the simulation what it is in the model of the controller, whatever pods there are', () => {
    let [paused, anyway, aborted] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.record({
          steps: fc.array(fc.oneof(weight, pause, pause, inline, scale), { minLength: 1, maxLength: 5 }),
          given: metric('background'),
          replicas: fc.constantFrom(1, 2, 5),
          router,
          seed: fc.integer(),
          badness: fc.constantFrom(0.1, 0.3),
        }),
        ({ steps, given, replicas, router: part, seed, badness }) => {
          const byPods = part.trafficRouting === undefined && 'trafficRouting' in part;
          const rollout = canary(
            steps.filter((one) => !byPods || one.setCanaryScale === undefined),
            {
              progressDeadlineSeconds: 1e6,
              replicas,
              ...part,
              background: { analysis: analysis({ ...given, count: undefined }) },
            },
          );
          const verdict = verdictOf(seed, badness);
          const podReady = (): number => 30;
          let inconclusive = false;
          const trace = run(rollout, {
            podReady,
            measure: ({ background }, one, now) => {
              const phase = verdict(one, now);
              if (background && phase === 'Inconclusive') inconclusive = true;
              return { phase };
            },
          });
          const ended = runBlocks(
            rollout,
            scheduleOf(rollout, podReady, 0),
            verdict,
            () => undefined,
            () => undefined,
          );
          expect(ended.outcome).toBe(trace.ending === 'waiting' ? 'paused' : trace.ending);
          if (ended.outcome === 'paused') paused++;
          else {
            expect(ended.at).toBeCloseTo(trace.endedAt, 6);
            if (!ended.abortIncomplete) expect(ended.exposure).toBeCloseTo(exposureOf(rollout, trace), 6);
            if (ended.outcome === 'aborted') aborted++;
            else if (inconclusive) anyway++;
          }
        },
      ),
      { numRuns: 600, seed: 11 },
    );
    expect([paused > 20, anyway > 5, aborted > 20]).toEqual([true, true, true]);
  });
});
