import type { RolloutModel } from '../../src/controller';
import { interruptionMarkdown, interruptionText, planInterruption, type InterruptingEvent } from '../../src/plan';
import { controllerBehaviour } from '../../src/versions';
import { analysis, blueGreen, canary } from './models';

const STEPS = [{ setWeight: 20 }, { pause: { seconds: 60 } }, { setWeight: 60 }, { pause: { seconds: 60 } }];
const OPTIONS = { podStart: 30, replicas: 20 };
const plansOf = (rollout: RolloutModel, event: InterruptingEvent): ReturnType<typeof planInterruption> =>
  planInterruption(rollout, event, OPTIONS);

test('a rollback is planned during the update and after its promotion', () => {
  const [during, after] = plansOf(canary(STEPS), 'rollback');
  expect(during).toMatchObject({ ending: 'promoted', seconds: 0, warnings: [] });
  expect(during.moments.at(-1)).toMatchObject({ shares: { old: 100, new: 0 }, step: undefined });
  // Without rollbackWindow, it goes through all steps.
  expect(after.seconds).toBeGreaterThan(120);
  expect(plansOf(canary(STEPS, { rollbackWindow: 1 }), 'rollback')[1].seconds).toBe(30);
});

test('another update begins at its first step, with the versions in their columns', () => {
  const [plan] = planInterruption(canary(STEPS), 'another-update', { ...OPTIONS, at: 40 });
  const text = interruptionText(plan);
  expect(text).toContain('another version comes during the update, at 40 s: complete after');
  expect(text).toContain('traffic (old + new + next)');
  expect(text).toMatch(/1 min 10 s +80 % \+ 0 % \+ 20 % +10 \+ 0 \+ 2 +2 {2}pause 1 min/);
});

test('an autoscaler keeps the share of the traffic', () => {
  const [plan] = planInterruption(canary(STEPS), 'autoscaling', { ...OPTIONS, at: 40 });
  expect(plan.moments[1]).toMatchObject({ shares: { old: 80, new: 20 }, pods: { old: 10, new: 2 } });
  expect(plan.moments[2]).toMatchObject({ seconds: 70, shares: { old: 80, new: 20 }, pods: { old: 20, new: 4 } });
});

describe('a retry', () => {
  const checked = blueGreen(
    { prePromotion: analysis({ interval: 30, count: 3 }) },
    { controller: controllerBehaviour('1.9') },
  );

  test('of a blue-green rollout says before 1.10 that nothing is analysed, and that a later one is aborted', () => {
    const [early, late] = plansOf(checked, 'retry');
    expect(early.warnings).toEqual([expect.stringContaining('all traffic without any analysis')]);
    expect(late.warnings).toEqual([
      expect.stringMatching(
        /aborted at once by the analysis that failed before; .*, or upgrade Argo Rollouts to 1.10$/,
      ),
    ]);
  });

  test.each(['1.9', '1.10'])('with %s after a failed post-promotion analysis never succeeds', (release) => {
    const rollout = blueGreen(
      { prePromotion: analysis(), postPromotion: analysis({ initialDelay: 120 }) },
      { controller: controllerBehaviour(release) },
    );
    const [, late] = plansOf(rollout, 'retry');
    expect(late.warnings).toEqual([
      'the retry is aborted at once by the analysis that failed before; a further retry is aborted too, so change the pod template',
    ]);
  });

  test('of a blue-green rollout with 1.10 is analysed', () => {
    const plans = plansOf({ ...checked, controller: controllerBehaviour('1.10') }, 'retry');
    expect(plans.map(({ warnings, ending }) => [ending, warnings])).toEqual([
      ['promoted', []],
      ['promoted', []],
    ]);
  });

  test('of a canary without analyses follows a manual abort', () => {
    const [plan] = plansOf(canary(STEPS), 'retry');
    expect(plan).toMatchObject({ ending: 'promoted', warnings: [] });
    expect(plan.notes.join()).toContain('aborted manually');
  });
});

test('a rollback that the controller does not carry out is a warning', () => {
  const rollout = blueGreen(
    { prePromotion: analysis(), postPromotion: analysis({ interval: 60, count: 5 }) },
    { controller: controllerBehaviour('1.9') },
  );
  const [plan] = planInterruption(rollout, 'rollback', { ...OPTIONS, at: 60 });
  expect(plan.ending).toBe('stuck');
  expect(plan.warnings).toEqual(['100 % of the traffic stays with the new version: abort the update instead']);
  expect(interruptionMarkdown(plan)).toContain('**Warnings**');
});

test('names of the manifests forge no line and no markup', () => {
  const [plan] = planInterruption(canary(STEPS, { name: 'a\nb | c' }), 'rollback', { ...OPTIONS, at: 40 });
  expect(interruptionText(plan).split('\n')[0]).toContain('b | c');
  expect(interruptionMarkdown(plan)).not.toContain('b | c');
});
