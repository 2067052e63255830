import { disruptionOf, run, type Trace, type World } from '../../../src/controller';
import { controllerBehaviour } from '../../../src/versions';
import { analysis, blueGreen } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };
/** time, stage, share, new pods, old pods, phase */
const states = (trace: Trace): string[] => {
  const lines = trace.frames.map(
    ({ time, weight, canary, stable, phase, promoted }) =>
      `${time} ${weight} % ${canary.available}/${canary.spec} ${stable.available}/${stable.spec} ${phase}${promoted ? ' promoted' : ''}`,
  );
  // What a moment ends with is what counts.
  return lines.filter((_, i) => trace.frames[i + 1]?.time !== trace.frames[i].time);
};

describe('a blue-green rollout', () => {
  test('goes to the new version at once when all its pods are there, and keeps the old pods for a time', () => {
    expect(states(run(blueGreen(), success))).toEqual([
      '0 0 % 0/4 4/4 Progressing',
      '10 100 % 4/4 4/4 Healthy promoted',
      '40 100 % 4/4 0/0 Healthy promoted',
    ]);
  });

  test('waits for autoPromotionSeconds', () => {
    const trace = run(blueGreen({ autoPromotionSeconds: 60 }), success);
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 70 });
  });

  test('waits for approval where nothing is promoted by itself, whatever the seconds', () => {
    const rollout = blueGreen({ autoPromotionEnabled: false, autoPromotionSeconds: 60 });
    expect(run(rollout, success)).toMatchObject({ ending: 'waiting', message: 'BlueGreenPause' });
    const approved = run(rollout, { ...success, person: () => ({ after: 300, action: 'promote' }) });
    expect(approved).toMatchObject({ ending: 'promoted', endedAt: 310 });
  });

  test('pauses anew when somebody approves before autoPromotionSeconds are over', () => {
    const actions: World['actions'] = [{ at: 40, action: 'promote' }];
    expect(run(blueGreen({ autoPromotionSeconds: 60 }), { ...success, actions }).endedAt).toBe(40 + 60);
  });

  test('starts as many pods as previewReplicaCount says, and the rest once the preview is approved', () => {
    const trace = run(blueGreen({ previewReplicaCount: 1, autoPromotionSeconds: 60 }), success);
    expect(states(trace)).toEqual([
      '0 0 % 0/1 4/4 Progressing',
      '10 0 % 1/1 4/4 Paused',
      '70 0 % 1/4 4/4 Progressing',
      '80 100 % 4/4 4/4 Healthy promoted',
      '110 100 % 4/4 0/0 Healthy promoted',
    ]);
  });

  test.each([
    ['1.9', false],
    ['1.10', true],
  ])('%s: an inconclusive analysis after the switch and after the deadline aborts it: %s', (release, aborts) => {
    const rollout = blueGreen({ postPromotion: analysis({ initialDelay: 80, count: 1 }) });
    const deadline = { progressDeadlineSeconds: 64, progressDeadlineAbort: true };
    const world: World = { ...success, measure: () => ({ phase: 'Inconclusive' }) };
    const { frames } = run({ ...rollout, ...deadline, controller: controllerBehaviour(release) }, world);
    const { aborted, phase } = frames.findLast(({ time }) => time === 90)!;
    expect({ aborted, phase }).toEqual({ aborted: aborts, phase: aborts ? 'Degraded' : 'Paused' });
  });

  test('is analysed before and after the switch; a failure after it takes all traffic back', () => {
    const metrics = { interval: 20, count: 3 };
    const rollout = blueGreen({ prePromotion: analysis(metrics), postPromotion: analysis(metrics) });
    expect(run(rollout, success)).toMatchObject({ ending: 'promoted', endedAt: 10 + 40 + 40 });
    const failing: World = {
      ...success,
      measure: (_, __, now) => ({ phase: now > 60 ? 'Failed' : 'Successful' }),
    };
    const trace = run(rollout, failing);
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 70 });
    const why = 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)';
    expect(trace.message).toBe(`Blue/green post-promotion analysis phase error/failed: ${why}`);
    expect(run({ ...rollout, controller: controllerBehaviour('1.8') }, failing).message).toBe(why);
    expect(states(trace)).toEqual([
      '0 0 % 0/4 4/4 Progressing',
      '10 0 % 4/4 4/4 Progressing',
      '50 100 % 4/4 4/4 Progressing',
      '70 0 % 4/4 4/4 Degraded',
      '100 0 % 0/0 4/4 Degraded',
    ]);
  });

  test('measures nothing before all pods of the preview are there', () => {
    const rollout = blueGreen({ prePromotion: analysis(), previewReplicaCount: 2 });
    expect(run(rollout, success).measurements.map(({ time }) => time)).toEqual([10]);
    const late: World = { ...success, podReady: (_, ordinal) => 10 + 30 * ordinal };
    expect(run(rollout, late).measurements.map(({ time }) => time)).toEqual([40]);
  });

  test('keeps an aborted preview without end where abortScaleDownDelaySeconds is 0', () => {
    const actions: World['actions'] = [{ at: 30, action: 'abort' }];
    const last = (seconds?: number): string | undefined =>
      states(
        run(blueGreen({ autoPromotionEnabled: false }, { abortScaleDownDelaySeconds: seconds }), {
          ...success,
          actions,
        }),
      ).at(-1);
    expect(last()).toBe('60 0 % 0/0 4/4 Degraded');
    expect(last(0)).toBe('30 0 % 4/4 4/4 Degraded');
  });

  test('promotes fully past the pause and the analyses', () => {
    const rollout = blueGreen({ autoPromotionEnabled: false, prePromotion: analysis({ interval: 60, count: 5 }) });
    const trace = run(rollout, { ...success, actions: [{ at: 20, action: 'promote-full' }] });
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 20 });
  });

  test('is halted: its pods start, its Services stay', () => {
    const actions: World['actions'] = [
      { at: 5, action: 'halt' },
      { at: 50, action: 'unhalt' },
    ];
    expect(states(run(blueGreen(), { ...success, actions }))).toEqual([
      '0 0 % 0/4 4/4 Progressing',
      '5 0 % 0/4 4/4 Paused',
      '10 0 % 4/4 4/4 Paused',
      '50 100 % 4/4 4/4 Healthy promoted',
      '80 100 % 4/4 0/0 Healthy promoted',
    ]);
  });

  test('runs into the deadline while its preview does not start, since only the active pods count as progress', () => {
    const late: World = { ...success, podReady: () => 70 };
    const aborting = { progressDeadlineSeconds: 65, progressDeadlineAbort: true };
    expect(run(blueGreen({}, aborting), late)).toMatchObject({ ending: 'aborted', endedAt: 66 });
  });

  test('runs into a deadline that ends in the second in which its analysis succeeds', () => {
    const checked = (progressDeadlineSeconds: number) =>
      run(
        blueGreen(
          { autoPromotionSeconds: 10, prePromotion: analysis({ interval: 30, count: 3, initialDelay: 60 }) },
          {
            progressDeadlineSeconds,
            progressDeadlineAbort: true,
          },
        ),
        success,
      );
    // Pods are there after 10 s, and the third measurement comes 2 min later.
    expect(checked(130)).toMatchObject({ ending: 'aborted', endedAt: 130 });
    expect(checked(131)).toMatchObject({ ending: 'promoted', endedAt: 140 });
  });

  test('never has an outage: the active Service waits for all new pods', () => {
    const crash: World = { ...success, podReady: (version) => (version === 'new' ? Infinity : 10) };
    for (const world of [success, crash]) {
      const rollout = blueGreen();
      expect(disruptionOf(rollout, run(rollout, world).frames).outageSeconds).toBe(0);
    }
  });
});
