import { simulate, suggest } from '../../src/simulate';
import { planRollout } from '../../src/plan';
import type { StepModel } from '../../src/controller';
import { analysis, canary } from '../plan/models';
import { FAILURES } from './models';
import { sampleSize } from '../sample';

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
    const before = simulate(rollout, { profile, runs: sampleSize(4000, 4), curve: [] });
    expect(before.falseAlarm.value).toBeGreaterThan(0.05);
    const then = simulate(found.rollout, { profile, runs: sampleSize(20_000, 4), seed: 99, curve: [] });
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
      /^no check of 'checkout' sees a version that answers p50 in 1000 ms and p99 in 5000 ms .* \(it has errors\); add one that does/,
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
    expect(() => suggest(shared, { profile })).toThrow(/sees a version that fails .*\(it has share\)/);
  });

  test('assumes what a simulation assumes, of traffic beside users as well', () => {
    const mirrored = canary([
      { setCanaryScale: { replicas: 2 } },
      { setMirrorRoute: { name: 'copy', percentage: 50 } },
      { analysis: analysis({ ...COUNTED, initialDelay: 600 }) },
    ] as StepModel[]);
    const given = { profile: { ...profile, errorRate: 0.05, mirrorShare: 0.5 } };
    const { assumptions } = simulate(mirrored, { ...given, runs: 50, curve: [] });
    expect(assumptions.join('\n')).toContain("50 % of all requests match the mirror route 'copy'");
    expect(suggest(mirrored, given)?.assumptions).toEqual(assumptions);
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

describe('several checks share what all of them may stop', () => {
  const quantile = {
    name: 'p99',
    query:
      'histogram_quantile(0.99, sum by (le) (increase(x_seconds_bucket{rollouts_pod_template_hash="canary-pod-template-hash"}[5m])))',
    successCondition: 'result[0] <= 0.5',
    failureCondition: 'result[0] > 0.5',
    initialDelay: 300,
    count: 1,
  };
  const both = canary([{ setWeight: 20 }, { analysis: analysis(COUNTED, quantile) }]);
  const worse = {
    rps: 20,
    baselineErrorRate: 0.001,
    errorRate: 0.05,
    baselineLatency: { p50: 0.05, p99: 0.45 },
    latency: { p50: 0.15, p99: 1.35 },
  };

  test('so each gets a limit with which it still catches something by itself', () => {
    const found = suggest(both, { profile: worse }, { falseAlarms: 0.02 })!;
    expect(found.falseAlarm.high).toBeLessThanOrEqual(0.02);
    for (const { falseAlarm, caught } of found.alone) {
      expect(falseAlarm.value).toBeLessThanOrEqual(0.015);
      expect(caught.value).toBeGreaterThan(0.9);
    }
    expect(found.alone.map(({ check }) => check)).toEqual(['errors', 'p99']);
  });

  test('what simulate says of all together is less than the sum, and not less than any alone', () => {
    const { together, alone } = simulate(both, {
      profile: { ...worse, baselineErrorRate: 0.0025 },
      runs: sampleSize(8000, 4),
      curve: [],
    });
    const each = alone.map(({ falseAlarm }) => falseAlarm.value);
    expect(together.falseAlarm.value).toBeGreaterThan(Math.max(...each) - 0.02);
    expect(together.falseAlarm.value).toBeLessThan(each[0] + each[1] + 0.02);
    expect(Math.min(...each)).toBeGreaterThan(0.01);
    expect(together.missed.value).toBeLessThan(0.01);
  });

  test('a kept check that stops more by itself than all may is named', () => {
    const errorsOnly = { ...worse, latency: worse.baselineLatency };
    expect(() => suggest(both, { profile: errorsOnly }, { falseAlarms: 0.01 })).toThrow(
      /^checks of 'checkout' that this regression does not concern stop more than 1\.0 % of healthy versions by themselves \(p99 \d/,
    );
  });
});
