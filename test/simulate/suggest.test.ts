import { simulate, suggest } from '../../src/simulate';
import { planRollout } from '../../src/plan';
import { analysis, canary } from '../plan/models';
import { FAILURES } from './models';

const COUNTED = {
  query: `${FAILURES} or vector(0)`,
  successCondition: 'result[0] <= 5',
  failureCondition: 'result[0] > 5',
  initialDelay: 300,
  count: 1,
};
const rollout = canary([
  { setWeight: 10 },
  { pause: { seconds: 1800 } },
  { analysis: analysis(COUNTED) },
  { setWeight: 50 },
  { pause: { seconds: 1800 } },
  { analysis: analysis(COUNTED) },
]);
const profile = { rps: 20, baselineErrorRate: 0.001, errorRate: 0.01 };

describe('a suggestion', () => {
  const found = suggest(rollout, { profile, seed: 1 }, { power: 0.9, falseAlarms: 0.02 })!;

  test('reaches its goal in a simulation of its own, and is shorter', () => {
    const before = simulate(rollout, { profile, runs: 4000, curve: [] });
    expect(before.falseAlarm.value).toBeGreaterThan(0.05);
    const then = simulate(found.rollout, { profile, runs: 20_000, seed: 99, curve: [] });
    expect(1 - then.probability.promoted).toBeGreaterThan(0.9);
    expect(then.falseAlarm.value).toBeLessThan(0.02);
    expect(planRollout(found.rollout).seconds).toBeLessThan(planRollout(rollout).seconds);
    expect(planRollout(found.rollout).seconds).toBeCloseTo(found.seconds, 6);
  });

  test('is undefined if no variant reaches the goal', () => {
    const short = canary([{ setWeight: 10 }, { analysis: analysis(COUNTED) }]);
    expect(suggest(short, { profile: { ...profile, errorRate: 0.0011 } }, { power: 0.99 })).toBeUndefined();
  });

  test('is refused where no metric reads what the regression changes', () => {
    const slower = { ...profile, errorRate: profile.baselineErrorRate, latency: { p50: 1, p99: 5 } };
    expect(() => suggest(rollout, { profile: slower })).toThrow(
      /^no metric of 'checkout' reads what this regression changes \(it has errors\); add one that does/,
    );
  });

  test('is refused where a metric reads requests by their outcome and adds all of them up', () => {
    const all = (version: string): string =>
      `sum(increase(http_requests_total{rollouts_pod_template_hash="${version}-pod-template-hash"}[5m]))`;
    const share = analysis({
      name: 'share',
      query: `${all('canary')} / (${all('canary')} + ${all('stable')})`,
      successCondition: 'result[0] >= 0.05',
      count: 1,
    });
    const shared = canary([{ setWeight: 10 }, { pause: { seconds: 600 } }, { analysis: share }]);
    expect(() => suggest(shared, { profile })).toThrow(/reads what this regression changes \(it has share\)/);
  });

  test('names each change', () => {
    const { changes } = found;
    expect(changes).toContainEqual(
      expect.objectContaining({ path: 'spec.strategy.canary.steps[1].pause.duration', from: '30m' }),
    );
    for (const { from, to } of changes) expect(from).not.toBe(to);
  });

  test('never changes a limit that the regression does not concern, and says so', () => {
    const latency = {
      name: 'latency',
      query:
        'histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket{rollouts_pod_template_hash="canary-pod-template-hash"}[5m])))',
      successCondition: 'result[0] <= 1',
      failureCondition: undefined,
      initialDelay: 300,
      count: 1,
    };
    const both = canary([
      { setWeight: 50 },
      { analysis: { templates: ['both'], metrics: [...analysis(COUNTED).metrics, ...analysis(latency).metrics] } },
    ]);
    const proposal = suggest(both, { profile, seed: 1 }, { power: 0.9, falseAlarms: 0.02 })!;
    expect(proposal.kept).toEqual(['latency']);
    const metric = proposal.rollout.steps[1].analysis!.metrics[1];
    expect(metric).toEqual(both.steps[1].analysis!.metrics[1]);
    expect(proposal.changes.some(({ path }) => path.includes('metric latency'))).toBe(false);
  });
});
