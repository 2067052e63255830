import { run, type Measured, type Trace, type World, type RolloutModel, type StepModel } from '../../../src/controller';
import { analysis, canary } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };
const script = (...phases: Measured['phase'][]): World['measure'] => {
  const rest = [...phases];
  return () => ({ phase: rest.length > 1 ? rest.shift()! : rest[0] });
};

describe('what people do', () => {
  const steps: StepModel[] = [{ setWeight: 50 }, { pause: { seconds: 60 } }];
  const acting = (...actions: NonNullable<World['actions']>): Trace => run(canary(steps), { ...success, actions });

  test('an abort of what is fully promoted is taken back', () => {
    const trace = acting({ at: 85, action: 'abort' });
    expect(trace.ending).toBe('promoted');
    expect(trace.frames.at(-1)).toMatchObject({ aborted: false, phase: 'Healthy', canary: { available: 10 } });
  });

  test('an abort during an update says that somebody asked for it', () => {
    const trace = acting({ at: 20, action: 'abort' });
    expect(trace.ending).toBe('aborted');
    expect(trace.frames.at(-1)?.message).toContain('aborted manually');
  });

  test('an abort of an aborted update keeps the reason of the first', () => {
    const failing: World = { ...success, measure: () => ({ phase: 'Failed' }) };
    const rollout = canary([{ setWeight: 50 }, { analysis: analysis({}) }]);
    const trace = run(rollout, { ...failing, actions: [{ at: 170, action: 'abort' }] });
    expect(trace).toMatchObject({ ending: 'aborted' });
    expect(trace.frames.at(-1)?.message).toBe(run(rollout, failing).frames.at(-1)?.message);
  });

  test('a full promotion of what is fully promoted changes nothing', () => {
    expect(acting({ at: 85, action: 'promote-full' }).frames).toEqual(run(canary(steps), success).frames);
  });

  test('halting holds up the steps until it is taken back', () => {
    const trace = acting({ at: 20, action: 'halt' }, { at: 200, action: 'unhalt' });
    expect(trace.frames.filter(({ phase }) => phase === 'Paused').map(({ message }) => message)).toEqual([
      'CanaryPauseStep',
      'manually paused',
    ]);
    expect(trace.endedAt).toBe(210);
  });

  test('promoting goes on to the next step only where the analysis of the step itself was inconclusive', () => {
    const indexAfter = (
      given: Partial<RolloutModel>,
      path: readonly StepModel[],
      ready: number,
    ): number | undefined => {
      const world: World = {
        podReady: () => ready,
        measure: script('Inconclusive', 'Successful'),
        person: () => ({ after: 60, action: 'promote' }),
      };
      const { frames } = run(canary(path, given), world);
      const resumed = frames.findIndex(({ message }) => message === 'InconclusiveAnalysisRun');
      return frames.slice(resumed).find(({ phase }) => phase !== 'Paused')?.stepIndex;
    };
    const inline: StepModel[] = [{ setWeight: 50 }, { analysis: analysis() }, { setWeight: 80 }];
    expect(indexAfter({}, inline, 10)).toBe(2);
    const background = { analysis: analysis() };
    expect(indexAfter({ background }, [{ setWeight: 50 }, { setWeight: 80 }], 200)).toBe(0);
  });

  test('a further reason to wait does not begin the wait anew', () => {
    const world: World = {
      podReady: () => 10,
      measure: () => ({ phase: 'Inconclusive' }),
      person: () => ({ after: 300, action: 'promote' }),
    };
    const background = { analysis: analysis({ initialDelay: 200 }) };
    const { frames } = run(
      canary([{ pause: {} }, { setWeight: 50 }, { pause: { seconds: 9 } }], { background }),
      world,
    );
    expect(frames.find(({ stepIndex }) => stepIndex === 1)?.time).toBe(300);
  });
});

test('a pause that ends in the second in which a pod is ready ends first', () => {
  // The second weight takes a pod of the old version 5 s, as long as the pause.
  const rollout = canary([{ setWeight: 42 }, { setWeight: 0 }, { pause: { seconds: 5 } }], {
    replicas: 2,
    trafficRouting: undefined,
    maxSurge: 1,
    maxUnavailable: 0,
  });
  const { frames } = run(rollout, { ...success, podReady: (version) => (version === 'new' ? 40 : 5) });
  expect(frames.filter(({ time }) => time >= 40).every(({ canary: { spec } }) => spec > 0)).toBe(true);
});

describe('the progress deadline', () => {
  test('begins anew with a pod that is ready, before that pod is available', () => {
    const given = { minReadySeconds: 20, progressDeadlineSeconds: 35 };
    const phases = (podReady: number): string[] =>
      run(canary([{ setWeight: 10 }], given), { ...success, podReady: () => podReady, horizon: 100 }).frames.map(
        ({ time, phase }) => `${time} ${phase}`,
      );
    expect(phases(50).filter((line) => line.includes('Degraded'))).toEqual([]);
    expect(phases(60)).toContain('36 Degraded');
    expect(phases(60)).toContain('40 Progressing');
  });

  test('counts for what is missing of a promoted version as soon as the old one is gone', () => {
    const given = { replicaProgressThreshold: { percent: true, value: 5 }, progressDeadlineSeconds: 100 };
    const podReady: World['podReady'] = (_version, ordinal) => (ordinal === 0 ? 10 : Infinity);
    const trace = run(canary([{ setWeight: 5 }], given), { ...success, podReady });
    expect(trace.ending).toBe('promoted');
    expect(trace.frames.at(-1)).toMatchObject({ time: 141, phase: 'Degraded', stable: { spec: 0 } });
  });
});
