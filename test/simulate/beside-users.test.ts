import { join } from 'node:path';
import { simulate, type Simulation } from '../../src/simulate';
import type { RolloutModel } from '../../src/controller';
import { analysis, blueGreen, canary } from '../plan/models';
import { runCli } from '../cli/run-cli';
import { FAILURES } from './models';

/** Stops a version with more than five failed requests in five minutes. */
const COUNTED = { query: `${FAILURES} or vector(0)`, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };
const simulated = (rollout: RolloutModel, profile: object): Simulation =>
  simulate(rollout, {
    profile: { rps: 20, errorRate: 0.5, baselineErrorRate: 0, ...profile },
    runs: 400,
    curve: [0.5],
  });

describe('blue-green in a simulation', () => {
  const before = blueGreen({ prePromotion: analysis(COUNTED) });
  const after = blueGreen({ postPromotion: analysis(COUNTED) });

  test('is caught before the promotion only by what testers send to the preview, and hits no user', () => {
    expect(simulated(before, {}).probability).toMatchObject({ promoted: 1 });
    const tested = simulated(before, { previewRps: 2 });
    expect(tested.probability).toMatchObject({ aborted: 1 });
    expect(tested.detectionSeconds).toMatchObject({ p50: 330 });
    expect(tested.failedRequests.mean).toBe(0);
    expect(tested.assumptions).toContain('2 requests/s reach the preview Service before the promotion (previewRps)');
  });

  test('is caught behind the switch at the price of all requests until then', () => {
    const { probability, failedRequests } = simulated(after, { previewRps: 50 });
    expect(probability.aborted).toBe(1);
    // 20 requests a second, half of them failed, for five minutes; those of testers do not count.
    expect(Math.abs(failedRequests.mean - 3000)).toBeLessThan(4 * Math.sqrt(3000 / 400));
  });

  test('without any analysis is promoted, whatever it does', () => {
    expect(simulated(blueGreen(), {}).probability.promoted).toBe(1);
  });
});

describe('mirrored requests in a simulation', () => {
  const mirrored = (percentage?: number): RolloutModel =>
    canary([
      { setCanaryScale: { replicas: 2 } },
      { setMirrorRoute: { name: 'mirror', removes: false, percentage } },
      { analysis: analysis(COUNTED) },
      { setMirrorRoute: { name: 'mirror', removes: true } },
    ]);

  test('show a bad version that no user meets', () => {
    const { probability, failedRequests, assumptions } = simulated(mirrored(), {});
    expect(probability.aborted).toBe(1);
    expect(failedRequests.mean).toBe(0);
    expect(assumptions.join('\n')).toContain("100 % of all requests match the mirror route 'mirror' (mirrorShare)");
  });

  test('are as many as the percentage and the share that matches say', () => {
    // Two failed requests are expected in the window: seldom more than five.
    const few = { rps: 20, errorRate: 0.05 };
    const caught = simulated(mirrored(10), { ...few, mirrorShare: 0.0667 }).probability.aborted;
    expect(caught).toBeLessThan(0.1);
    expect(simulated(mirrored(100), { ...few, mirrorShare: 0.0667 }).probability.aborted).toBeGreaterThan(0.99);
    expect(simulated(mirrored(), { mirrorShare: 0 }).probability.aborted).toBe(0);
  });
});

test('options state the shares of header and mirror routes, and requests to a preview', async () => {
  const dist = join(__dirname, '../../dist/header-mirror.k8s.yaml');
  const options = ['--header-share', '10%', '--mirror-share', '0.5', '--preview-rps', '3', '--runs', '100'];
  const { code, out } = await runCli(['simulate', dist, ...options, '-f', 'json']);
  const [{ profile, assumptions }] = JSON.parse(out) as [Simulation];
  expect(code).toBe(0);
  expect(profile).toMatchObject({ headerShare: 0.1, mirrorShare: 0.5, previewRps: 3 });
  expect(assumptions.join('\n')).toMatch(
    /10 % of all requests match the header route[^]*50 % of all requests match the mirror/,
  );
  const wrong = await runCli(['simulate', dist, '--header-share', '2']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Give a share such as 0.02 or 2%.')]);
});
