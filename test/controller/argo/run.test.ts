import fc from 'fast-check';
import { run, type Measured, type Trace, type World, type RolloutModel, type StepModel } from '../../../src/controller';
import { closestCounts } from '../../../src/graph';
import { analysis, canary } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };
const promoting: World = { ...success, person: () => ({ after: 60, action: 'promote' }) };
const script = (...phases: Measured['phase'][]): World['measure'] => {
  const rest = [...phases];
  return () => ({ phase: rest.length > 1 ? rest.shift()! : rest[0] });
};

/** time, step, weight, canary pods, stable pods, phase */
const table = (trace: Trace): string =>
  trace.frames
    .map(({ time, stepIndex, weight, canary: c, stable: s, phase, message }) =>
      [
        `${time}s`.padStart(5),
        `step ${stepIndex ?? '-'}`,
        `${Math.round(weight)}%`.padStart(4),
        `${c.available}/${c.spec}`.padStart(5),
        `${s.available}/${s.spec}`.padStart(5),
        phase === 'Paused' ? `${phase} ${message}` : phase,
      ].join('  '),
    )
    .join('\n');

describe('a healthy canary', () => {
  test('of the reference scenario waits for manual approval, is analysed once, and is promoted', () => {
    const trace = run(canary([{ setWeight: 50 }, { pause: {} }, { analysis: analysis() }]), promoting);
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 80 });
    expect(trace.measurements.map(({ time, phase }) => [time, phase])).toEqual([[70, 'Successful']]);
    expect(table(trace)).toMatchSnapshot();
  });

  test('that is not promoted waits', () => {
    const trace = run(canary([{ setWeight: 50 }, { pause: {} }]), success);
    expect(trace).toMatchObject({ ending: 'waiting', message: 'CanaryPauseStep' });
  });

  test('without steps takes all traffic as soon as its pods are there', () => {
    expect(table(run(canary([]), success))).toMatchSnapshot();
  });

  test('without traffic routing replaces pods within surge and unavailability', () => {
    const steps = [{ setWeight: 20 }, { pause: { seconds: 10 } }, { setWeight: 60 }];
    expect(table(run(canary(steps, { trafficRouting: undefined }), success))).toMatchSnapshot();
  });

  test('with dynamicStableScale lets the stable version shrink only behind the traffic', () => {
    const steps = [{ setWeight: 20 }, { pause: { seconds: 60 } }, { setWeight: 50 }, { pause: { seconds: 60 } }];
    const trace = run(canary(steps, { dynamicStableScale: true }), success);
    expect(table(trace)).toMatchSnapshot();
    for (const { weight, stable, promoted } of trace.frames) {
      if (!promoted) expect(stable.available * 10).toBeGreaterThanOrEqual(100 - weight);
    }
  });

  test('keeps the pods of setCanaryScale until matchTrafficWeight', () => {
    const steps: StepModel[] = [
      { setCanaryScale: { replicas: 4 } },
      { setWeight: 10 },
      { setCanaryScale: { matchTrafficWeight: true } },
      { setCanaryScale: { weight: 30 } },
    ];
    const trace = run(canary(steps), success);
    const pods = new Map(trace.frames.map(({ stepIndex, canary: c }) => [stepIndex, c.spec]));
    expect([...pods]).toEqual([
      [0, 4],
      [1, 4],
      [2, 1],
      [3, 3],
      [4, 10],
    ]);
  });

  test.each([
    [{ minPodsPerReplicaSet: 3 }, 3],
    [{}, 1],
  ])('of 5 %% with %j has %i pods', (given, pods) => {
    const trace = run(canary([{ setWeight: 5 }, { pause: {} }], given), success);
    expect(trace.frames[trace.frames.length - 1].canary.available).toBe(pods);
  });

  test('goes on when the threshold of pods is reached', () => {
    const world: World = { ...success, podReady: (version, i) => (version === 'new' ? 10 * (i + 1) : 0) };
    const reached = (threshold?: RolloutModel['replicaProgressThreshold']): number | undefined =>
      run(canary([{ setWeight: 50 }, { pause: {} }], { replicaProgressThreshold: threshold }), world).frames.find(
        ({ stepIndex }) => stepIndex === 1,
      )?.time;
    expect([reached(), reached({ percent: true, value: 60 }), reached({ percent: false, value: 2 })]).toEqual([
      50, 30, 20,
    ]);
  });

  test('held back by spec.paused does nothing', () => {
    const trace = run(canary([{ setWeight: 50 }], { paused: true }), success);
    expect(trace.ending).toBe('waiting');
    expect(trace.frames.every(({ canary: c }) => c.spec === 0)).toBe(true);
  });

  test('held back by spec.paused continues when it is resumed', () => {
    const trace = run(canary([{ setWeight: 50 }], { paused: true }), {
      ...success,
      person: () => ({ after: 60, action: 'resume' }),
    });
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 80 });
  });

  test('in subset mode without Services waits for every pod, and for ever if one does not come', () => {
    const steps = [{ setWeight: 20 }, { pause: { seconds: 5 } }];
    const crashing: World = { ...success, podReady: (_, i) => (i === 1 ? Infinity : 10) };
    const waiting = run(canary(steps, { waitsForAllPods: true, progressDeadlineAbort: true }), crashing);
    expect(waiting.ending).toBe('stuck');
    expect(run(canary(steps, { progressDeadlineAbort: true }), crashing).ending).toBe('aborted');
    expect(run(canary(steps, { waitsForAllPods: true }), success).ending).toBe('promoted');
  });
});

describe('an analysis step', () => {
  const steps = (...metrics: Parameters<typeof analysis>): StepModel[] => [
    { setWeight: 20 },
    { analysis: analysis(...metrics) },
  ];

  test('that fails takes the traffic away at once and the pods after 30 s', () => {
    const trace = run(canary(steps()), { ...success, measure: script('Failed') });
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 10 });
    expect(trace.message).toContain('failed (1) > failureLimit (0)');
    expect(table(trace)).toMatchSnapshot();
  });

  test('with nothing but errors aborts at the fifth, 40 s after the first, whatever the interval', () => {
    const trace = run(canary(steps({ interval: 300, count: 3 })), { ...success, measure: script('Error') });
    expect(trace.measurements.map(({ time }) => time)).toEqual([10, 20, 30, 40, 50]);
    expect(trace.message).toContain('consecutiveErrors (5) > consecutiveErrorLimit (4)');
  });

  test('whose Prometheus does not answer also waits for each timeout', () => {
    const trace = run(canary(steps()), { ...success, measure: () => ({ phase: 'Error', seconds: 30 }) });
    expect(trace.measurements.map(({ time }) => time)).toEqual([10, 50, 90, 130, 170]);
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 200 });
  });

  test('resets errors at the next measurement without an error', () => {
    const measure = script(
      'Error',
      'Error',
      'Error',
      'Error',
      'Successful',
      'Error',
      'Error',
      'Error',
      'Error',
      'Successful',
    );
    const trace = run(canary(steps({ interval: 60, count: 2 })), { ...success, measure });
    expect(trace.ending).toBe('promoted');
    expect(trace.measurements.map(({ time }) => time)).toEqual([10, 20, 30, 40, 50, 110, 120, 130, 140, 150]);
  });

  test('tolerates failures up to the limit, and not one more', () => {
    const three = { interval: 10, count: 10, failureLimit: 3 };
    const fail = (n: number): World['measure'] => script(...Array<Measured['phase']>(n).fill('Failed'), 'Successful');
    expect(run(canary(steps(three)), { ...success, measure: fail(3) }).ending).toBe('promoted');
    expect(run(canary(steps(three)), { ...success, measure: fail(4) }).ending).toBe('aborted');
  });

  test('that can only fail at its last measurement never fails where count equals failureLimit', () => {
    const trace = run(canary(steps({ interval: 10, count: 5, failureLimit: 5 })), {
      ...success,
      measure: script('Failed'),
    });
    expect(trace.ending).toBe('promoted');
  });

  test('begins after its initial delay', () => {
    const trace = run(canary(steps({ initialDelay: 90, interval: 30, count: 2 })), success);
    expect(trace.measurements.map(({ time }) => time)).toEqual([100, 130]);
  });

  test.each([
    [
      'Successful',
      { consecutiveSuccessLimit: 2, failureLimit: -1 },
      ['Failed', 'Successful', 'Successful'],
      'promoted',
    ],
    [
      'Failed',
      { consecutiveSuccessLimit: 2, failureLimit: -1 },
      ['Successful', 'Failed', 'Successful', 'Failed'],
      'aborted',
    ],
    [
      'Inconclusive',
      { consecutiveSuccessLimit: 2, failureLimit: 2 },
      ['Successful', 'Failed', 'Successful', 'Failed'],
      'waiting',
    ],
  ] as const)('ends %s with %j after %j', (_, limits, phases, ending) => {
    const trace = run(canary(steps({ interval: 10, count: 4, ...limits })), { ...success, measure: script(...phases) });
    expect(trace.ending).toBe(ending);
  });

  test('whose failing metric is a dry run has no effect', () => {
    const trace = run(canary(steps({}, { name: 'latency', dryRun: true })), {
      ...success,
      measure: (_, { name }) => ({ phase: name === 'latency' ? 'Failed' : 'Successful' }),
    });
    expect(trace.ending).toBe('promoted');
  });

  test('ends at the first metric that fails, whatever the results of the others', () => {
    const trace = run(canary(steps({ interval: 60, count: 10 }, { name: 'latency', interval: 30, count: 20 })), {
      ...success,
      measure: (_, { name }, now) => ({ phase: name === 'latency' && now >= 70 ? 'Failed' : 'Successful' }),
    });
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 70 });
  });

  test('that the controller refuses aborts at once', () => {
    const refused = { ...analysis(), invalid: 'Analysis spec invalid: no provider specified' };
    const trace = run(canary([{ setWeight: 5 }, { analysis: refused }]), success);
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 10 });
    expect(trace.measurements).toEqual([]);
  });
});

describe('an inconclusive analysis', () => {
  const steps = [{ setWeight: 20 }, { analysis: analysis() }, { setWeight: 40 }];
  const inconclusive = (): World => ({ ...success, measure: script('Inconclusive', 'Successful') });

  test('waits for manual approval', () => {
    expect(run(canary(steps), inconclusive())).toMatchObject({ ending: 'waiting', message: 'InconclusiveAnalysisRun' });
  });

  test('runs again when it is resumed', () => {
    const trace = run(canary(steps), { ...inconclusive(), person: () => ({ after: 100, action: 'resume' }) });
    expect(trace.ending).toBe('promoted');
    expect(trace.measurements.map(({ time, phase }) => [time, phase])).toEqual([
      [10, 'Inconclusive'],
      [110, 'Successful'],
    ]);
  });

  test('is skipped on promotion', () => {
    const trace = run(canary(steps), { ...inconclusive(), person: () => ({ after: 100, action: 'promote' }) });
    expect(trace).toMatchObject({ ending: 'promoted' });
    expect(trace.measurements).toHaveLength(1);
  });
});

describe('a background analysis', () => {
  const steps = [{ setWeight: 20 }, { pause: { seconds: 100 } }, { setWeight: 60 }, { pause: { seconds: 100 } }];
  const background = (startingStep?: number, ...metrics: Parameters<typeof analysis>): Partial<RolloutModel> => ({
    background: { analysis: analysis(...metrics), startingStep },
  });

  test('measures before there is a single canary pod', () => {
    const trace = run(canary(steps, background(undefined, { interval: 30 })), success);
    expect(trace.measurements[0].time).toBe(0);
    expect(trace.frames.find(({ canary: c }) => c.available > 0)?.time).toBe(10);
  });

  test('begins at its starting step and ends with the rollout', () => {
    const trace = run(canary(steps, background(2, { interval: 30 })), success);
    expect(trace.measurements[0].time).toBe(110);
    expect(trace.measurements[trace.measurements.length - 1].time).toBeLessThanOrEqual(trace.endedAt);
  });

  test('that reaches its count is not started again', () => {
    const trace = run(canary(steps, background(1, { interval: 10, count: 3 })), success);
    expect(trace.measurements).toHaveLength(3);
    expect(trace.ending).toBe('promoted');
  });

  test('that fails interrupts a pause', () => {
    const measure: World['measure'] = (_, __, now) => ({ phase: now >= 60 ? 'Failed' : 'Successful' });
    const trace = run(canary(steps, background(1, { interval: 20 })), { ...success, measure });
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 70 });
  });

  test('with dynamicStableScale gives the traffic back only as fast as the stable pods come', () => {
    const measure: World['measure'] = (_, __, now) => ({ phase: now >= 150 ? 'Failed' : 'Successful' });
    const model = canary(steps, { ...background(1, { interval: 20 }), dynamicStableScale: true });
    expect(table(run(model, { ...success, measure }))).toMatchSnapshot();
  });
});

describe('a canary whose pods do not become ready', () => {
  const crashing: World = { ...success, podReady: () => Infinity };
  test('is reported after the deadline, and goes on waiting', () => {
    const trace = run(canary([{ setWeight: 20 }]), crashing);
    expect(trace.ending).toBe('stuck');
    expect(trace.frames[trace.frames.length - 1]).toMatchObject({ time: 601, phase: 'Degraded', weight: 0 });
  });
  test('is aborted after the deadline where that was asked for', () => {
    const trace = run(canary([{ setWeight: 20 }], { progressDeadlineAbort: true }), crashing);
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 601 });
  });
});

describe('a person', () => {
  const steps = [{ setWeight: 20 }, { pause: { seconds: 600 } }, { setWeight: 60 }, { pause: {} }];
  test('who aborts takes all traffic back', () => {
    const trace = run(canary(steps), { ...success, actions: [{ at: 100, action: 'abort' }] });
    expect(trace).toMatchObject({ ending: 'aborted', endedAt: 100 });
    expect(trace.frames.filter(({ time }) => time === 100).at(-1)?.weight).toBe(0);
  });
  test('who promotes in full skips what is left', () => {
    const trace = run(canary(steps), { ...success, actions: [{ at: 100, action: 'promote-full' }] });
    expect(trace).toMatchObject({ ending: 'promoted', endedAt: 110 });
  });
  test('who promotes ends the pause before its time', () => {
    const trace = run(canary(steps), { ...success, actions: [{ at: 100, action: 'promote' }] });
    expect(trace.frames.find(({ stepIndex }) => stepIndex === 2)?.time).toBe(100);
  });
});

describe('after an abort', () => {
  const failing: World = { ...success, measure: script('Failed') };
  const lastPods = (abortScaleDownDelaySeconds?: number): [number, number] => {
    const { frames } = run(
      canary([{ setWeight: 20 }, { analysis: analysis() }], { abortScaleDownDelaySeconds }),
      failing,
    );
    const last = frames[frames.length - 1];
    return [last.time, last.canary.available];
  };
  test.each([
    [undefined, 40, 0],
    [300, 310, 0],
  ])('with abortScaleDownDelaySeconds %s the last change is at %i s and leaves %i canary pods', (delay, at, pods) => {
    expect(lastPods(delay)).toEqual([at, pods]);
  });

  test('with abortScaleDownDelaySeconds 0 only the pods of setCanaryScale stay, whatever the documentation says', () => {
    const pods = (...steps: StepModel[]): number => {
      const { frames } = run(canary(steps, { abortScaleDownDelaySeconds: 0 }), failing);
      return frames[frames.length - 1].canary.available;
    };
    expect(pods({ setWeight: 20 }, { analysis: analysis() })).toBe(0);
    expect(pods({ setCanaryScale: { replicas: 3 } }, { setWeight: 20 }, { analysis: analysis() })).toBe(3);
  });
});

describe('whatever the steps', () => {
  const step: fc.Arbitrary<StepModel> = fc.oneof(
    fc.integer({ min: 0, max: 100 }).map((setWeight) => ({ setWeight })),
    fc.integer({ min: 0, max: 300 }).map((seconds) => ({ pause: { seconds } })),
    fc.constant<StepModel>({ pause: {} }),
    fc.integer({ min: 0, max: 12 }).map((replicas) => ({ setCanaryScale: { replicas } })),
    fc.constant<StepModel>({ setCanaryScale: { matchTrafficWeight: true } }),
    fc
      .record({ count: fc.integer({ min: 1, max: 4 }), failureLimit: fc.integer({ min: 0, max: 2 }) })
      .map((limits) => ({
        analysis: analysis({ interval: 15, ...limits }),
      })),
  );
  const model = fc
    .record({
      steps: fc.array(step, { maxLength: 8 }),
      replicas: fc.integer({ min: 1, max: 12 }),
      routed: fc.boolean(),
      dynamicStableScale: fc.boolean(),
      minPodsPerReplicaSet: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      background: fc.boolean(),
    })
    .map(({ steps, routed, background, ...given }) =>
      canary(routed ? steps : steps.filter(({ setCanaryScale }) => !setCanaryScale), {
        ...given,
        trafficRouting: routed ? 'istio' : undefined,
        dynamicStableScale: routed && given.dynamicStableScale,
        background: background ? { analysis: analysis({ interval: 20, failureLimit: 1 }), startingStep: 1 } : undefined,
      }),
    );
  const phases = fc.infiniteStream(
    fc.constantFrom<Measured['phase']>('Successful', 'Successful', 'Successful', 'Failed', 'Inconclusive', 'Error'),
  );

  test('a run ends, and the stable version gets the other requests', () => {
    fc.assert(
      fc.property(model, phases, fc.integer({ min: 0, max: 40 }), (rollout, stream, ready) => {
        const trace = run(rollout, {
          measure: () => ({ phase: stream.next().value! }),
          podReady: () => ready,
          person: (reason) => ({ after: 30, action: reason === 'CanaryPauseStep' ? 'promote' : 'resume' }),
        });
        expect(['promoted', 'aborted']).toContain(trace.ending);
        let last = 0;
        for (const frame of trace.frames) {
          expect(frame.time).toBeGreaterThanOrEqual(last);
          expect(frame.weight).toBeGreaterThanOrEqual(0);
          expect(frame.weight).toBeLessThanOrEqual(100);
          last = frame.time;
        }
        const end = trace.frames[trace.frames.length - 1];
        expect(end.weight).toBe(trace.ending === 'promoted' ? 100 : 0);
        // A minimum above the number of replicas is not capped.
        const most = Math.max(rollout.replicas, rollout.minPodsPerReplicaSet ?? 0);
        const { available } = end[trace.ending === 'promoted' ? 'canary' : 'stable'];
        expect(available).toBeGreaterThanOrEqual(rollout.replicas);
        expect(available).toBeLessThanOrEqual(most);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe('pods by weight without a router', () => {
  test.each([
    [10, 10, 1, 1, 9],
    [10, 5, 1, 1, 10],
    [1, 5, 1, 1, 1],
    [1, 95, 1, 1, 1],
    [3, 50, 0, 2, 1],
    [10, 33, 0, 3, 7],
    [4, 0, 1, 0, 4],
    [4, 100, 1, 4, 0],
  ])('%i replicas at %i %% with a surge of %i are %i canary and %i stable pods', (replicas, weight, maxSurge, c, s) => {
    expect(closestCounts({ replicas, maxSurge, maxTrafficWeight: 100 }, weight)).toEqual({ canary: c, stable: s });
  });
});
