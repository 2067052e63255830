import {
  run,
  type ExperimentModel,
  type RolloutModel,
  type StepModel,
  type Trace,
  type World,
} from '../../../src/controller';
import { controllerBehaviour } from '../../../src/versions';
import { analysis, canary, experiment } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };
const failure: World = { ...success, measure: () => ({ phase: 'Failed' }) };

/** An experiment after the canary has got its pods, which it has at 10 s. */
const afterPods = (given: Partial<ExperimentModel>, rollout: Partial<RolloutModel> = {}): RolloutModel =>
  canary([{ setWeight: 20 }, experiment(given), { setWeight: 40 }, { pause: { seconds: 5 } }], {
    replicas: 5,
    ...rollout,
  });

/** When each step begins. */
const begins = ({ frames }: Trace): (number | undefined)[] =>
  [0, 1, 2, 3].map((step) => frames.find(({ stepIndex }) => stepIndex === step)?.time);

/** When each experiment had how many of its pods. */
const pods = ({ frames }: Trace): string[] => {
  const lines = frames.map(({ time, experiment: found }) => ({
    time,
    words: found ? `${found.canary.available}/${found.canary.spec} ${found.stable.available}/${found.stable.spec}` : '',
  }));
  const ends = lines.filter((_, i) => lines[i + 1]?.time !== lines[i].time);
  return ends.flatMap(({ time, words }, i) => (words === (ends[i - 1]?.words ?? '') ? [] : `${time} ${words}`));
};

const named = (
  name: string,
  required: boolean,
  ...metrics: Parameters<typeof analysis>
): ExperimentModel['analyses'][0] => ({
  name,
  required,
  analysis: analysis(...metrics),
});

describe('the duration of an experiment', () => {
  test('counts from when its pods are available', () => {
    const trace = run(afterPods({ seconds: 60 }), success);
    expect(begins(trace)).toEqual([0, 10, 10 + 10 + 60, 90]);
    expect(pods(trace)).toEqual(['10 0/1 0/0', '20 1/1 0/0', '110 ']);
    expect(trace.ending).toBe('promoted');
  });

  test('counts from when the last template has all its pods', () => {
    const templates: ExperimentModel['templates'] = [
      { name: 'baseline', version: 'stable', replicas: 2 },
      { name: 'candidate', version: 'canary', replicas: 3 },
    ];
    const slow: World = { ...success, podReady: (version, ordinal) => (version === 'new' ? 10 + 5 * ordinal : 10) };
    const trace = run(afterPods({ seconds: 60, templates }), slow);
    expect(begins(trace)[2]).toBe(10 + 20 + 60);
    expect(pods(trace)).toContain('30 3/3 2/2');
  });

  test('includes minReadySeconds of the rollout where pods take so long', () => {
    const trace = run(afterPods({ seconds: 60 }, { minReadySeconds: 7 }), { ...success, podReady: () => 17 });
    expect(begins(trace)[2]).toBe(17 + 17 + 60);
  });

  test('ends analyses that are not required, whatever they have measured', () => {
    const trace = run(afterPods({ seconds: 60, analyses: [named('errors', false, { interval: 25 })] }), success);
    expect(trace.measurements.map(({ time, experiment: of }) => [time, of])).toEqual([
      [20, 'errors'],
      [45, 'errors'],
      [70, 'errors'],
    ]);
    expect(begins(trace)[2]).toBe(80);
  });

  test('is shown with what is left of the pods: as long as scaleDownDelaySeconds says since 1.9', () => {
    const model = afterPods({ seconds: 60, scaleDownDelaySeconds: 5 });
    expect(pods(run(model, success)).at(-1)).toBe('85 ');
    expect(pods(run({ ...model, controller: controllerBehaviour('1.8') }, success)).at(-1)).toBe('110 ');
  });
});

describe('a required analysis', () => {
  const required = named('errors', true, { interval: 20, count: 3 });

  test('ends the experiment before its duration', () => {
    expect(begins(run(afterPods({ seconds: 600, analyses: [required] }), success))[2]).toBe(20 + 40);
  });

  test('is waited for after its duration, without the pods', () => {
    const trace = run(afterPods({ seconds: 5, analyses: [required], scaleDownDelaySeconds: 10 }), success);
    expect(begins(trace)[2]).toBe(20 + 40);
    expect(pods(trace)).toEqual(['10 0/1 0/0', '20 1/1 0/0', '35 ']);
  });

  test('ends one without a duration', () => {
    expect(begins(run(afterPods({ analyses: [required] }), success))[2]).toBe(20 + 40);
  });

  test('that succeeds while another still runs leaves the experiment running for ever', () => {
    const other = named('other', false, { interval: 60, count: 3 });
    const trace = run(afterPods({ analyses: [required, other] }), success);
    expect(trace).toMatchObject({
      ending: 'stuck',
      message:
        'step 2: the experiment never ends, because an analysis still ran when those that are required had succeeded',
    });
  });
});

describe('an experiment that fails', () => {
  test('aborts the rollout with the message of its analysis', () => {
    const trace = run(afterPods({ seconds: 60, analyses: [named('errors', false, { interval: 20 })] }), failure);
    const why = 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)';
    expect(trace).toMatchObject({
      ending: 'aborted',
      endedAt: 20,
      message: `Experiment analysis phase is error/failed: ${why}`,
    });
    const old = run(
      { ...afterPods({ seconds: 60, analyses: [named('errors', false)] }), controller: controllerBehaviour('1.8') },
      failure,
    );
    expect(old.message).toBe(why);
  });

  test('does so when its pods do not become available before the deadline', () => {
    const model = afterPods({ seconds: 60 }, { progressDeadlineSeconds: 100 });
    // The canary of one pod has it; the second pod of the experiment never gets ready.
    const templates: ExperimentModel['templates'] = [{ name: 'candidate', version: 'canary', replicas: 2 }];
    const steps = model.steps.map((step): StepModel =>
      step.experiment ? experiment({ seconds: 60, templates }) : step,
    );
    const broken: World = {
      ...success,
      podReady: (version, ordinal) => (version === 'new' && ordinal > 0 ? Infinity : 10),
    };
    expect(run({ ...model, steps }, broken)).toMatchObject({
      ending: 'aborted',
      endedAt: 10 + 10 + 100,
      message:
        "Experiment analysis phase is error/failed: Template 'candidate' exceeded its progressDeadlineSeconds (100)",
    });
  });

  test('ends when somebody aborts the rollout', () => {
    const actions: World['actions'] = [{ at: 50, action: 'abort' }];
    expect(pods(run(afterPods({ seconds: 600 }), { ...success, actions })).at(-1)).toBe('80 ');
  });
});

describe('an experiment without an end', () => {
  test('is where the update stops, with the reason', () => {
    expect(run(afterPods({}), success)).toMatchObject({
      ending: 'stuck',
      message:
        'step 2: the experiment never ends, because it has neither a duration nor an analysis with requiredForCompletion',
    });
  });

  test('can still fail', () => {
    expect(run(afterPods({ analyses: [named('errors', false)] }), failure).ending).toBe('aborted');
  });

  test('is left by a promotion', () => {
    const trace = run(afterPods({}), { ...success, actions: [{ at: 100, action: 'promote' }] });
    expect(begins(trace)[2]).toBe(100);
    expect(trace.ending).toBe('promoted');
  });
});

describe('the traffic of an experiment', () => {
  const templates: ExperimentModel['templates'] = [
    { name: 'baseline', version: 'stable', replicas: 1, weight: 10 },
    { name: 'candidate', version: 'canary', replicas: 1, weight: 5 },
  ];

  test('is that of its weights while all of its pods are available', () => {
    const { frames } = run(afterPods({ seconds: 60, templates }), success);
    const at = (time: number) => frames.filter((one) => one.time <= time).at(-1)?.weights;
    expect(at(19)).toMatchObject({ canary: 20, stable: 80 });
    expect(at(20)).toMatchObject({ canary: 20, stable: 65, experiment: { canary: 5, stable: 10 } });
    expect(at(80)).not.toHaveProperty('experiment');
  });

  test('is by pods without a router', () => {
    const model = canary([experiment({ seconds: 60, templates }), { setWeight: 20 }], {
      replicas: 2,
      trafficRouting: undefined,
    });
    const { frames } = run(model, success);
    expect(frames.filter(({ time }) => time === 10).at(-1)?.weight).toBe(25);
  });
});

describe('an inconclusive experiment', () => {
  const inconclusive = afterPods({ seconds: 60, analyses: [named('errors', true)] });

  test('starts again although the rollout is paused, without end', () => {
    const trace = run(inconclusive, { ...success, measure: () => ({ phase: 'Inconclusive' }) });
    expect(trace).toMatchObject({ ending: 'waiting', message: 'InconclusiveExperiment' });
    expect(trace.measurements.slice(0, 3).map(({ time }) => time)).toEqual([20, 30, 40]);
  });

  test('goes on when a later one succeeds, past all pauses', () => {
    let taken = 0;
    const second: World['measure'] = () => ({ phase: taken++ === 0 ? 'Inconclusive' : 'Successful' });
    const steps = [...inconclusive.steps, { pause: {} }];
    expect(run({ ...inconclusive, steps }, { ...success, measure: second })).toMatchObject({ ending: 'promoted' });
  });
});
