import { run, type RolloutModel, type TimedAction, type Trace, type World } from '../../../src/controller';
import { controllerBehaviour } from '../../../src/versions';
import { analysis, blueGreen, canary } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };

const interrupted = (rollout: RolloutModel, actions: readonly TimedAction[], world: World = success): Trace =>
  run(rollout, { ...world, actions });

/** time, step, share and pods of each version, once it is interrupted: what a moment ends with. */
const states = ({ frames }: Trace): string[] =>
  frames
    .filter(({ versions }, i) => versions && frames[i + 1]?.time !== frames[i].time)
    .map(({ time, stepIndex, versions, phase, aborted }) => {
      const { shares, pods, stable } = versions!;
      const of = (['old', 'new', 'next'] as const)
        .filter((one) => pods[one].spec > 0 || shares[one] > 0)
        .map((one) => `${one} ${Math.round(100 * shares[one])} % ${pods[one].available}/${pods[one].spec}`);
      return `${time} step ${stepIndex ?? '-'}: ${of.join(', ')}; stable ${stable}, ${aborted ? 'aborted' : phase}`;
    });

const STEPS = [{ setWeight: 20 }, { pause: { seconds: 60 } }, { setWeight: 60 }, { pause: { seconds: 60 } }];

describe('another version during an update', () => {
  test('begins at the first step; the version before it loses its traffic and its pods at once', () => {
    const trace = interrupted(canary(STEPS, {}), [{ at: 100, action: { template: 'next' } }]);
    expect(states(trace)).toEqual([
      '100 step 0: old 100 % 10/10, next 0 % 0/2; stable old, Progressing',
      '110 step 1: old 80 % 10/10, next 20 % 2/2; stable old, Paused',
      '170 step 2: old 80 % 10/10, next 20 % 2/6; stable old, Progressing',
      '180 step 3: old 40 % 10/10, next 60 % 6/6; stable old, Paused',
      '240 step 4: old 40 % 10/10, next 60 % 6/10; stable old, Progressing',
      '250 step 4: old 0 % 10/10, next 100 % 10/10; stable next, Healthy',
      '280 step 4: next 100 % 10/10; stable next, Healthy',
    ]);
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 250 });
  });

  test('with dynamicStableScale gets the traffic of the one before only when the stable version has its pods', () => {
    const trace = interrupted(canary(STEPS, { dynamicStableScale: true }), [{ at: 100, action: { template: 'next' } }]);
    for (const { time, versions } of trace.frames) {
      if (versions === undefined || time < 100) continue;
      const { shares, pods } = versions;
      // No version has more of the traffic than of the pods, except within the second that changes both.
      if (shares.next > 0) expect(pods.next.available).toBeGreaterThan(0);
      if (shares.new > 0) expect(pods.new.available).toBeGreaterThan(0);
    }
  });

  test('of a blue-green rollout replaces the preview', () => {
    const trace = interrupted(blueGreen({ autoPromotionSeconds: 60 }), [{ at: 30, action: { template: 'next' } }]);
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 100 });
    expect(states(trace).at(-1)).toContain('next 100 % 4/4; stable next');
  });
});

describe('a rollback', () => {
  test('during an update skips all steps, and takes all traffic back at once', () => {
    const trace = interrupted(canary(STEPS, {}), [{ at: 100, action: { template: 'old' } }]);
    expect(states(trace)).toEqual([
      '100 step 4: old 100 % 10/10, new 0 % 6/6; stable old, Healthy',
      '130 step 4: old 100 % 10/10; stable old, Healthy',
    ]);
  });

  test('during an update with dynamicStableScale takes traffic back as the pods of the stable version come', () => {
    const rollout = canary(STEPS, { dynamicStableScale: true, controller: controllerBehaviour('1.10') });
    const late = { ...success, podReady: (_: string, ordinal: number) => 10 + 5 * (ordinal % 10) };
    const shares = interrupted(rollout, [{ at: 250, action: { template: 'old' } }], late).frames.flatMap(
      ({ versions }) => (versions ? [versions.shares.new] : []),
    );
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(0);
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
  });

  const PROMOTED = 300;
  test.each([
    [undefined, 'goes through all steps', 4],
    [1, 'skips them within rollbackWindow', 0],
  ] as const)('after the promotion with a window of %s %s', (rollbackWindow, _, waits) => {
    const rollout = canary(STEPS, { rollbackWindow, scaleDownDelaySeconds: 600 });
    const trace = interrupted(rollout, [{ at: PROMOTED, action: { template: 'old' } }]);
    const steps = new Set(trace.frames.filter(({ versions }) => versions).map(({ stepIndex }) => stepIndex));
    expect(steps.size - 1).toBe(waits);
    expect(trace.ending).toBe('promoted');
    expect(trace.frames.at(-1)!.versions).toMatchObject({ stable: 'old', shares: { old: 1 } });
  });

  test('of a blue-green rollout within its scale-down delay switches at once, without analysis and wait', () => {
    const rollout = blueGreen({ prePromotion: analysis(), autoPromotionSeconds: 60 }, { scaleDownDelaySeconds: 600 });
    expect(interrupted(rollout, [{ at: 200, action: { template: 'old' } }])).toMatchObject({ endedAt: 200 });
    const late = interrupted(rollout, [{ at: 1000, action: { template: 'old' } }]);
    expect(late).toMatchObject({ endedAt: 1070 });
  });

  test.each([
    ['1.9', 'new', 'stuck'],
    ['1.10', 'old', 'promoted'],
  ])(
    'during the analysis after the switch leaves all traffic in %s with the %s version',
    (release, version, ending) => {
      const rollout = blueGreen(
        { prePromotion: analysis(), postPromotion: analysis({ interval: 60, count: 5 }) },
        { controller: controllerBehaviour(release) },
      );
      const trace = interrupted(rollout, [{ at: 30, action: { template: 'old' } }]);
      expect(trace.frames.at(-1)!.versions!.shares).toMatchObject({ [version]: 1 });
      expect(ending === 'stuck' ? trace.frames.at(-1)!.phase : 'Healthy').toBe(
        release === '1.9' ? 'Degraded' : 'Healthy',
      );
    },
  );
});

describe('a retry', () => {
  const failing: World = { ...success, measure: (_, __, now) => ({ phase: now < 60 ? 'Failed' : 'Successful' }) };
  const retried = (rollout: RolloutModel, at: number): Trace =>
    interrupted(rollout, [{ at, action: 'retry' }], failing);

  test('begins at the first step', () => {
    const rollout = canary([...STEPS.slice(0, 1), { analysis: analysis() }]);
    expect(retried(rollout, 100)).toMatchObject({ ending: 'promoted', endedAt: 120 });
  });

  test.each([
    ['1.9', 'aborted'],
    ['1.10', 'promoted'],
  ])('while the aborted pods wait to be scaled down is in %s %s', (release, ending) => {
    const rollout = canary(STEPS, {
      background: { analysis: analysis(), startingStep: 1 },
      abortScaleDownDelaySeconds: 300,
      controller: controllerBehaviour(release),
    });
    expect(retried(rollout, 100).ending).toBe(ending);
  });

  test.each([
    ['1.9', 'promoted'],
    ['1.10', 'aborted'],
  ])('of a blue-green version that is as bad as before is in %s %s', (release, ending) => {
    const rollout = blueGreen({ prePromotion: analysis() }, { controller: controllerBehaviour(release) });
    expect(retried(rollout, 30)).toMatchObject({ ending });
  });
});

describe('an autoscaler', () => {
  test('that scales during an update keeps the share, and scales both versions', () => {
    const trace = interrupted(canary(STEPS, {}), [{ at: 30, action: { scale: 20 } }]);
    expect(states(trace).slice(0, 2)).toEqual([
      '30 step 1: old 80 % 10/20, new 20 % 2/4; stable old, Paused',
      '40 step 1: old 80 % 20/20, new 20 % 4/4; stable old, Paused',
    ]);
  });

  test('resolves percentages of surge and unavailability again', () => {
    const rollout = canary(STEPS, {
      trafficRouting: undefined,
      maxSurge: 0,
      maxUnavailable: 2,
      percentages: { maxUnavailable: 25 },
    });
    const { frames } = interrupted(rollout, [{ at: 5, action: { scale: 4 } }]);
    const least = Math.min(
      ...frames.filter(({ time }) => time > 30).map((one) => one.canary.available + one.stable.available),
    );
    expect(least).toBe(3);
  });
});
