import {
  comparePlans,
  comparisonPage,
  comparisonText,
  planMarkdown,
  planPage,
  planRollout,
  planText,
} from '../../src/plan';
import type { ExperimentModel } from '../../src/controller';
import { pictureOf } from '../../src/plan/picture';
import { controllerBehaviour } from '../../src/versions';
import { analysis, blueGreen, canary, experiment } from './models';

const reference = planRollout(
  canary([{ setWeight: 50 }, { pause: {} }, { analysis: analysis({ successCondition: 'result[0] <= 5' }) }], {
    replicas: 1,
  }),
);
const staged = planRollout(
  canary(
    [
      { setWeight: 5 },
      { pause: { seconds: 300 } },
      { setWeight: 20 },
      { analysis: analysis({ name: 'success-rate', interval: 60, count: 5 }) },
      { setWeight: 50 },
      { pause: {} },
    ],
    { namespace: 'shop', background: { startingStep: 1, analysis: analysis({ interval: 60, initialDelay: 120 }) } },
  ),
);

describe('the plan of the reference scenario', () => {
  test('says what happens when, in which share of the traffic, and who is waited for', () => {
    expect(planText(reference)).toMatchSnapshot();
  });
  test('for a pull request', () => {
    expect(planMarkdown(reference)).toMatchSnapshot();
  });
  test('says that an empty result ends in an abort, 40 s after the first error', () => {
    const empty = reference.whatIfs.find(({ name }) => name === 'no-series');
    expect(empty).toMatchObject({ ending: 'aborted', at: { seconds: 30 + 40, persons: 1 } });
  });
});

describe('a plan', () => {
  test('of several stages counts time and exposure', () => {
    expect(staged).toMatchObject({ ending: 'promoted', persons: 1, earliest: 300 + 240 });
    expect(staged.seconds).toBe(30 + 300 + 30 + 240 + 30 + 30);
    // 5 % for 5.5 min, 20 % for 4.5 min, 50 % while the last pods start
    expect(staged.exposure).toBeCloseTo(0.05 * 330 + 0.2 * 270 + 0.5 * 30, 6);
    expect(planText(staged)).toMatchSnapshot();
  });

  test('knows when the background analysis measures', () => {
    const background = staged.analyses.find(({ step }) => step === undefined)!;
    expect(background.from.seconds).toBe(30);
    expect(background.metrics[0].at.slice(0, 3).map(({ seconds }) => seconds)).toEqual([150, 210, 270]);
  });

  test('whose analysis lets everything pass says that the whole world will see it', () => {
    const blind = planRollout(
      canary([
        { setWeight: 5 },
        { analysis: analysis({ successCondition: undefined, failureCondition: 'result[0] > 5' }) },
      ]),
    );
    const nan = blind.whatIfs.find(({ name }) => name === 'nan');
    expect(nan).toMatchObject({ ending: 'promoted' });
    expect(planText(blind)).toMatch(/traffic stops \(the query gives 0\) +PROMOTED anyway/);
  });

  test('that never ends says so', () => {
    const stuck = planRollout(canary([{ setWeight: 10 }, { pause: {} }], { paused: true }));
    expect(stuck.ending).not.toBe('promoted');
    expect(planText(stuck)).toContain('does not end by itself');
  });

  test('without steps is one step', () => {
    expect(planText(planRollout(canary([])))).toMatchSnapshot();
  });
});

describe('the picture', () => {
  test('is one self-contained file without script', () => {
    for (const picture of [pictureOf(staged), planPage([staged])]) {
      expect(picture).not.toMatch(/<script|https?:(?!\/\/www\.w3\.org\/2000\/svg)|url\((?!#)/);
      expect(picture).toContain('prefers-color-scheme: dark');
    }
  });

  test('shows every share, every gate and every analysis', () => {
    const picture = pictureOf(staged);
    for (const words of ['5 %', '20 %', '50 %', 'manual approval', 'promoted', 'success-rate', 'in the background']) {
      expect(picture).toContain(words);
    }
  });

  test('does not let names break out of it', () => {
    const nasty = planRollout(canary([{ setWeight: 5 }], { name: '<script>"&' }));
    expect(pictureOf(nasty)).toContain('&lt;script&gt;&quot;&amp;');
    expect(planPage([nasty])).not.toContain('<script>');
  });

  test('keeps every column inside its frame, however many steps there are', () => {
    const many = planRollout(
      canary(
        Array.from({ length: 40 }, (_, i) =>
          i % 2 ? { pause: { seconds: i === 1 ? 86400 : 10 } } : { setWeight: i * 2 },
        ),
      ),
    );
    const width = Number(/viewBox="0 0 (\d+)/.exec(pictureOf(many))![1]);
    const right = [...pictureOf(many).matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.-]+)"/g)].map(([, x, w]) => [
      Number(x),
      Number(w),
    ]);
    for (const [x, w] of right) {
      expect(w).toBeGreaterThanOrEqual(0);
      expect(x + w).toBeLessThanOrEqual(width);
    }
  });
});

test('a window that the canary never fills is pointed out', () => {
  const hasty = planRollout(
    canary([{ setWeight: 10 }, { pause: { seconds: 60 } }, { analysis: analysis({ interval: 30, count: 3 }) }]),
  );
  expect(planText(hasty)).toContain(
    "step 3: 'errors' looks back 5 min, and the canary has had traffic for at most 2 min when it is measured: its window is never filled",
  );
  const patient = planRollout(canary([{ setWeight: 10 }, { analysis: analysis({ initialDelay: 300 }) }]));
  expect(planText(patient)).not.toContain('Beware');
});

test('a comparison names what a change alters, and nothing else', () => {
  expect(comparePlans(staged, staged)).toEqual([]);
  const changed = planRollout({
    ...staged.rollout,
    steps: staged.rollout.steps.map((step) => (step.pause?.seconds ? { pause: { seconds: 60 } } : step)),
  });
  expect(comparisonText(staged, changed)).toMatchSnapshot();
  expect(comparisonPage(staged, changed)).toContain('<h2>Differences</h2>');
});

describe('what may go wrong', () => {
  const asked = (query: string, more = {}) =>
    planRollout(canary([{ setWeight: 50 }, { analysis: analysis({ query, ...more }) }]));
  const names = (plan: ReturnType<typeof planRollout>): string[] => plan.whatIfs.map(({ name }) => name);

  test('reads the shape of the query: a query that cannot be empty is not reported as empty', () => {
    const [empty, never] = ['sum(rate(x[5m]))', 'sum(rate(x[5m])) or vector(0)'].map((query) => asked(query));
    expect(names(empty)).toContain('no-series');
    expect(names(never)).not.toContain('no-series');
  });

  test('tells nothing from NaN', () => {
    const title = (query: string) => asked(query).whatIfs.find(({ name }) => name === 'nan')!.title;
    expect(title('sum(rate(x[5m])) / sum(rate(y[5m]))')).toBe('traffic stops (the query gives NaN)');
    expect(title('sum(rate(x[5m])) / (sum(rate(y[5m])) > 0)')).toBe('traffic stops (the query finds nothing)');
    expect(names(asked('vector(9)'))).not.toContain('nan');
  });

  test('asks the provider: what Datadog does not know is nil, and a Job has no query', () => {
    const datadog = asked('', { provider: 'datadog', successCondition: 'default(result, 0) < 0.05' });
    expect(datadog.whatIfs.find(({ name }) => name === 'no-series')).toMatchObject({ ending: 'promoted' });
    expect(names(asked('', { provider: 'job', successCondition: undefined }))).toEqual(['every-failure', 'crash']);
  });

  test('says that steps come late where the controller fails while pods start', () => {
    const steps = [{ setWeight: 20 }, { pause: { seconds: 6 } }];
    const late = (more: object): readonly string[] => planRollout(canary(steps, more)).faults;
    expect(late({})).toEqual([]);
    // Another router than Istio does not wait.
    expect(late({ pingPong: true })).toEqual([]);
    for (const more of [{ pingPong: true, waitsForAllPods: true }, { waitsForAllPods: true }]) {
      expect(late({ ...more, controller: controllerBehaviour('1.8') })).toEqual([]);
      expect(late(more)).toEqual([
        expect.stringMatching(/tries again after at most 10 s: each step may begin so much later$/),
      ]);
    }
  });

  test('shows that a plain-text answer of a web metric lets every version pass', () => {
    const web = asked('', { provider: 'web' });
    expect(names(web)).toEqual(['every-failure', 'plain-text', 'crash']);
    expect(web.whatIfs.find(({ name }) => name === 'plain-text')).toMatchObject({ ending: 'promoted' });
    expect(names(asked('', { provider: 'web', successCondition: undefined }))).not.toContain('plain-text');
  });

  test('tells refused connections from time-outs', () => {
    const at = (name: string) => asked('sum(rate(x[5m]))').whatIfs.find((one) => one.name === name)!.at.seconds;
    expect(at('unreachable') - at('refused')).toBeGreaterThan(60);
  });

  test('shows an abort that never completes, and how long the stable pods take', () => {
    const given = { replicas: 8, dynamicStableScale: true, trafficRouting: 'istio' };
    const steps = [{ setWeight: 25 }, { setWeight: 75 }, { analysis: analysis({ query: 'vector(9)' }) }];
    const failing = (more: object) =>
      planRollout(canary(steps, { ...given, ...more })).whatIfs.find(({ name }) => name === 'every-failure')!;
    expect(failing({ abortScaleDownDelaySeconds: 10 }).abortIncomplete).toBe(true);
    const whole = failing({});
    expect(whole.abortIncomplete).toBe(false);
    // 25 % for 30 s, 75 % until the stable pods have started, for 30 s more.
    expect(whole.exposure).toBeGreaterThan(0.25 * 30 + 0.75 * 29);
    expect(whole.tailSeconds).toBe(60);
    expect(planText(planRollout(canary(steps, given)))).toContain('of all traffic, until 1 min after the abort');
  });

  test('says which version the Service of the canary selects behind an abort', () => {
    const services = { canary: 'checkout-canary', stable: 'checkout-stable' };
    const steps = [{ setWeight: 25 }, { analysis: analysis({ query: 'vector(9)' }) }];
    expect(planRollout(canary(steps, { services, abortScaleDownDelaySeconds: 40 })).faults).toEqual([
      "after an abort, Service 'checkout-canary' selects the stable version and the canary by turns, for 40 s, until its pods are gone: a query by service counts both then",
    ]);
    expect(planRollout(canary(steps)).faults).toEqual([]);
  });

  test('says that a header route without a pod behind it is lost', () => {
    const route = { setHeaderRoute: { name: 'testers', removes: false } };
    const more = [{ setWeight: 20 }, { pause: { seconds: 60 } }];
    expect(planRollout(canary([route, ...more])).faults).toEqual([
      expect.stringMatching(
        /^the header route 'testers' of step 1 is gone at 0 s and does not come back: .*setCanaryScale/,
      ),
    ]);
    expect(planRollout(canary([{ setCanaryScale: { replicas: 1 } }, route, ...more])).faults).toEqual([]);
  });

  test('shows an outage as one', () => {
    const surge = { replicas: 1, maxSurge: 0, maxUnavailable: 1, trafficRouting: undefined };
    const plan = planRollout(canary([{ setWeight: 50 }, { pause: { seconds: 60 } }], surge));
    expect(plan.outageSeconds).toBe(30);
    expect(plan.whatIfs.find(({ name }) => name === 'crash')).toMatchObject({ outageSeconds: null });
    expect(planText(plan)).toContain('an outage without end');
  });

  test('counts the weight of an experiment while it runs, and says who a header route lets in', () => {
    const steps = [
      { setWeight: 10 },
      experiment({ seconds: 60, templates: [{ name: 'candidate', version: 'canary', replicas: 1, weight: 5 }] }),
      { setHeaderRoute: { name: 'testers', removes: false } },
      { pause: { seconds: 60 } },
    ];
    const plan = planRollout(canary(steps));
    expect(plan.stretches.filter(({ step }) => step === 1)).toMatchObject([
      { waits: 'pods', share: 10, from: { seconds: 30 }, to: { seconds: 60 } },
      { waits: 'experiment', share: 15, from: { seconds: 60 }, to: { seconds: 120 } },
    ]);
    expect(plan.notes.join()).toContain("match the header route 'testers' go to the canary");
  });
});

describe('an experiment in a plan', () => {
  const errors = analysis({ interval: 60, count: 5 });
  const required: ExperimentModel['analyses'] = [{ name: 'compare', required: true, analysis: errors }];
  const rows = (plan: ReturnType<typeof planRollout>): string[] =>
    plan.whatIfs.map(({ name, ending }) => `${name} ${ending}`);

  test('starts its pods, is analysed, and ends with what it waits for', () => {
    const plan = planRollout(canary([{ setWeight: 10 }, experiment({ analyses: required }), { setWeight: 50 }]));
    expect(plan).toMatchObject({ ending: 'promoted', seconds: 30 + 30 + 240 + 30 + 30 });
    expect(plan.analyses).toMatchObject([
      { step: 1, experiment: 'compare', from: { seconds: 60 }, to: { seconds: 300 } },
    ]);
    expect(plan.analyses[0].metrics[0].at.map(({ seconds }) => seconds)).toEqual([60, 120, 180, 240, 300]);
    const text = planText(plan);
    expect(text).toContain('experiment until compare has succeeded: pods start, 30 s');
    expect(text).toContain("Step 2, 'compare' of the experiment, from 1:00 to 5:00");
    // Whether its pods get requests is not known.
    expect(text).not.toContain('looks back');
  });

  test('aborts the update when its analysis fails, or its pods do not start', () => {
    const plan = planRollout(canary([experiment({ analyses: required })]));
    expect(rows(plan)).toContain('every-failure aborted');
    expect(plan.whatIfs.find(({ name }) => name === 'crash')).toMatchObject({
      ending: 'aborted',
      at: { seconds: 600 },
      message: expect.stringContaining("Template 'candidate' exceeded its progressDeadlineSeconds (600)"),
    });
  });

  test('without an end is where the plan stops, and says why', () => {
    const plan = planRollout(canary([{ setWeight: 10 }, experiment(), { setWeight: 50 }]));
    expect(plan.ending).toBe('stuck');
    expect(planText(plan)).toContain(
      'does not end by itself: step 2: the experiment never ends, because it has neither a duration nor an analysis with requiredForCompletion',
    );
    expect(planText(plan)).toContain('experiment without end');
  });

  test('that is inconclusive begins again at once, which is a fault of the controller', () => {
    const undecided = analysis({
      successCondition: 'len(result) > 0 && result[0] <= 5',
      failureCondition: 'len(result) > 0 && result[0] > 5',
    });
    const analyses = [{ name: 'compare', required: true, analysis: undecided }];
    const plan = planRollout(canary([experiment({ analyses })]));
    expect(plan.whatIfs.find(({ name }) => name === 'no-series')).toMatchObject({
      ending: 'waiting',
      at: { seconds: 30 },
    });
    expect(plan.faults.join()).toContain('step 1: an inconclusive experiment does not hold the update');
  });

  test('whose weighted pods stop before its required analysis loses their requests, which is a fault of the controller', () => {
    const templates: ExperimentModel['templates'] = [{ name: 'candidate', version: 'canary', replicas: 1, weight: 5 }];
    const model = (seconds?: number): ReturnType<typeof canary> =>
      canary([{ setWeight: 10 }, experiment({ seconds, templates, analyses: required })]);
    expect(planRollout(model(60)).faults.join()).toContain(
      'step 2: a required analysis runs longer than the pods of the experiment, and the router goes on sending 5 % of the requests to them',
    );
    expect(planRollout(model()).faults).toEqual([]);
  });

  test('without a router gets a part of the requests by its pods', () => {
    const steps = [experiment({ seconds: 60 })];
    const plan = planRollout(canary(steps, { trafficRouting: undefined, replicas: 3 }));
    expect(plan.stretches.find(({ waits }) => waits === 'experiment')?.share).toBe(25);
    expect(plan.assumed.join()).toContain('the Service that users reach selects the pods of the experiment as well');
  });

  test('is compared with that of another plan', () => {
    const [before, after] = [1, 2].map((replicas) =>
      planRollout(
        canary([experiment({ seconds: 60, templates: [{ name: 'candidate', version: 'canary', replicas }] })]),
      ),
    );
    expect(comparePlans(before, after)).toContainEqual({
      what: 'experiment of step 1',
      old: 'candidate: 1 pod of the canary version',
      new: 'candidate: 2 pods of the canary version',
    });
  });
});

describe('several series without traffic', () => {
  const without = (query: string, successCondition: string): ReturnType<typeof planRollout> =>
    planRollout(canary([{ setWeight: 10 }, { analysis: analysis({ query, successCondition }) }]));
  const idle = (query: string, condition: string): string | undefined =>
    without(query, condition).whatIfs.find(({ name }) => name === 'nan')?.ending;

  test.each([
    // One series, whatever the labels of the counters.
    ['sum(rate(x[5m]))', 'len(result) == 1 && result[0] <= 5', 'promoted'],
    ['histogram_quantile(0.9, sum by (le) (rate(x[5m])))', 'len(result) == 1 && isNaN(result[0])', 'promoted'],
    // Several, all of which have the same value.
    ['rate(x[5m])', 'all(result, # <= 5)', 'promoted'],
    ['sum by (code) (rate(x[5m]))', 'result[0] <= 5', 'promoted'],
    ['sum by (code) (rate(x[5m])) > 0', 'result[0] <= 5', 'aborted'],
    ['sum by (code) (rate(x[5m]))', 'any(result, # > 0)', 'aborted'],
    // Their number decides, so nothing is said.
    ['sum by (code) (rate(x[5m]))', 'len(result) == 1 && result[0] <= 5', undefined],
    ['rate(x[5m])', 'len(result) < 3', undefined],
    ['rate(x[5m])', 'result[1] <= 5', undefined],
    ['rate(x[5m]) or vector(0)', 'len(result) == 1', undefined],
    ['rate(x[5m]) or on() vector(0)', 'all(result, # == 0)', 'promoted'],
    ['sum(rate(x[5m])) or vector(1)', 'len(result) == 1 && result[0] == 0', 'promoted'],
    // Series with other labels do not find each other.
    ['sum by (code) (rate(x[5m])) / sum(rate(y[5m]))', 'result[0] <= 5', undefined],
    ['sum by (code) (rate(x[5m])) / on (code) sum by (code) (rate(y[5m]))', 'all(result, isNaN(#))', 'promoted'],
    [
      'sum by (pod, code) (rate(x[5m])) / ignoring (code) group_left sum by (pod) (rate(y[5m]))',
      'isNaN(result[0])',
      'promoted',
    ],
  ])('%s with %s: %s', (query, condition, ending) => {
    expect(idle(query, condition)).toBe(ending);
  });

  test('that decide by their number are named', () => {
    const plan = without('sum by (code) (rate(x[5m]))', 'len(result) == 1 && result[0] <= 5');
    expect(plan.notes.join()).toContain("'errors' where traffic stops: its query may give several series");
    expect(without('sum(rate(x[5m]))', 'len(result) == 1').notes).toEqual([]);
  });
});

describe('an approval', () => {
  const nothing = { query: 'sum(increase(http_requests_total[5m]))', interval: 60, initialDelay: 180 };
  const undecided = analysis({
    ...nothing,
    successCondition: 'len(result) > 0 && result[0] <= 5',
    failureCondition: 'len(result) > 0 && result[0] > 5',
  });
  const emptyResult = (rollout: Parameters<typeof planRollout>[0]): object | undefined =>
    planRollout(rollout).whatIfs.find(({ name }) => name === 'no-series');

  test('is not waited for where an inconclusive analysis does not hold back the update', () => {
    const steps = [{ setWeight: 5 }, { pause: { seconds: 300 } }, { setWeight: 50 }, { pause: { seconds: 300 } }];
    expect(emptyResult(canary(steps, { replicas: 1, background: { analysis: undecided } }))).toMatchObject({
      ending: 'promoted',
      at: { seconds: 330, persons: 0 },
    });
  });

  test('before an inconclusive analysis counts, and the wait that this leads to does not', () => {
    const steps = [{ setWeight: 5 }, { pause: {} }, { setWeight: 50 }, { pause: { seconds: 300 } }];
    expect(emptyResult(canary(steps, { background: { analysis: undecided } }))).toMatchObject({
      ending: 'waiting',
      at: { persons: 1 },
    });
  });
});

describe('below a plan stands', () => {
  const steps = [{ setWeight: 10 }, { pause: {} }, experiment({ seconds: 60 }), { analysis: analysis() }];
  const plan = planRollout(canary(steps), { podStart: 45 }, { notes: ['a note'], warnings: ['a warning'] });

  test('what was assumed, in every format', () => {
    expect(plan.assumed).toEqual([
      'pods are ready 45 s after they are created (--pod-start)',
      'every measurement of a healthy version succeeds',
      'manual approvals come at once; P stands for the time until then',
    ]);
    for (const written of [planText(plan), planMarkdown(plan), planPage([plan])]) {
      expect(written).toContain('Assumptions');
      for (const one of plan.assumed) expect(written.replaceAll('\\', '')).toContain(one);
    }
  });

  test('what is known to be wrong', () => {
    for (const written of [planText(plan), planMarkdown(plan), planPage([plan])])
      expect(written).toContain('a warning');
  });
});

test('a Job decides by itself, whatever conditions it has', () => {
  const plan = planRollout(
    canary([{ analysis: analysis({ provider: 'job', query: undefined, successCondition: undefined }) }]),
  );
  expect(planText(plan)).toContain('succeeds when the Job completes, fails when the Job fails');
});

test('an analysis before the approval of a preview is not planned behind it', () => {
  const plan = planRollout(
    blueGreen({ autoPromotionEnabled: false, prePromotion: analysis(), postPromotion: analysis() }),
  );
  expect(plan.analyses.map(({ from }) => from.persons)).toEqual([0, 1]);
});
