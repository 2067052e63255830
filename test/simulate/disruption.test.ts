import { simulate, simulationMarkdown, simulationPage, simulationText } from '../../src/simulate';
import { NO_EMPHASIS, planRollout } from '../../src/plan';
import { analysis, canary } from '../plan/models';
import { FAILURES } from './models';

const COUNTED = { query: `${FAILURES} or vector(0)`, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };
const profile = { rps: 20, errorRate: 0.5, podStart: 30 };
const common = { runs: 200, profile, curve: [] };

describe('what befalls all users', () => {
  test('is nothing where both versions keep their pods', () => {
    const { disruption } = simulate(canary([{ setWeight: 50 }, { analysis: analysis(COUNTED) }]), common);
    expect(disruption).toEqual({ outage: 0, outageSeconds: null, endlessOutage: 0, abortIncomplete: 0 });
  });

  test('is an outage where the only pod goes before the new one serves, and again after an abort', () => {
    const single = { trafficRouting: undefined, replicas: 1, maxSurge: 0, maxUnavailable: 1 };
    const rollout = canary([{ setWeight: 100 }, { analysis: analysis(COUNTED) }], single);
    const bad = simulate(rollout, common);
    expect(bad.probability.aborted).toBe(1);
    // The plan knows the outage of a healthy update; an aborted one goes through it once more, on the way back.
    expect(planRollout(rollout).outageSeconds).toBe(30);
    expect(bad.disruption).toEqual({
      outage: 1,
      outageSeconds: { mean: 60, p50: 60, p95: 60 },
      endlessOutage: 0,
      abortIncomplete: 0,
    });
    for (const written of [simulationMarkdown({ now: bad }), simulationPage([{ now: bad }])]) {
      expect(written).toContain('an outage of 1 min on average');
    }
    const good = simulate(rollout, { ...common, profile: { ...profile, errorRate: 0, baselineErrorRate: 0 } });
    expect(good.disruption.outageSeconds?.mean).toBe(30);
    expect(simulationText(bad, NO_EMPHASIS)).toContain(
      'in 100 % of updates no pod of either version serves: an outage of 1 min on average',
    );
  });

  test('is an abort that never completes where the canary waits for pods that the stable version waits for', () => {
    const steps = [{ setWeight: 25 }, { setWeight: 75 }, { analysis: analysis(COUNTED) }];
    const given = { replicas: 8, dynamicStableScale: true };
    const stuck = simulate(canary(steps, { ...given, abortScaleDownDelaySeconds: 10 }), common);
    expect(stuck.disruption.abortIncomplete).toBe(1);
    for (const written of [simulationMarkdown({ now: stuck }), simulationPage([{ now: stuck }])]) {
      expect(written).toMatch(
        /never completes and the canary keeps its traffic .*failed requests are counted for 1 h after it/,
      );
    }
    expect(simulationText(stuck, NO_EMPHASIS)).toContain(
      'in 100 % of updates the abort never completes and the canary keeps its traffic',
    );
    expect(simulate(canary(steps, given), common).disruption.abortIncomplete).toBe(0);
  });
});
