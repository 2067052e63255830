import { planMarkdown, planPage, planRollout, planText } from '../../src/plan';
import { pictureOf } from '../../src/plan/picture';
import { analysis, blueGreen } from './models';

const plan = planRollout(
  blueGreen({
    autoPromotionSeconds: 300,
    previewReplicaCount: 2,
    prePromotion: analysis({ name: 'smoke', interval: 30, count: 2 }),
    postPromotion: analysis({ name: 'errors', interval: 60, count: 5 }),
  }),
);

describe('the plan of a blue-green rollout', () => {
  test('has its stages, and no share before the switch', () => {
    expect(plan).toMatchObject({ ending: 'promoted', seconds: 30 + 30 + 300 + 30 + 240, persons: 0 });
    expect(plan.exposure).toBe(240);
    expect(planText(plan)).toMatchSnapshot();
  });

  test('for a pull request, and as a page', () => {
    expect(planMarkdown(plan)).toMatchSnapshot();
    expect(planPage([plan])).toContain('the new version is seen by');
  });

  test('is drawn with words of its own', () => {
    const picture = pictureOf(plan);
    for (const words of ['all traffic to one version', 'old version', 'new version’s share', '6 · analysis']) {
      expect(picture).toContain(words);
    }
    expect(picture).not.toContain('canary’s share');
  });

  test('says what becomes of a version that fails only under the traffic of users', () => {
    const failing = plan.whatIfs.find(({ name }) => name === 'every-failure');
    // Before the switch the analysis stops it, and nobody meets it.
    expect(failing).toMatchObject({ ending: 'aborted', share: 0, at: { seconds: 30 } });
    const after = plan.whatIfs.find(({ name }) => name === 'fails-after-switch');
    expect(after).toMatchObject({ ending: 'aborted', share: 100, at: { seconds: 30 + 30 + 300 + 30 } });
    const alone = planRollout(blueGreen({ postPromotion: analysis({ interval: 60, count: 5 }) }));
    expect(alone.whatIfs[0]).toMatchObject({ ending: 'aborted', share: 100, at: { seconds: 30 } });
    expect(alone.whatIfs.some(({ name }) => name === 'fails-after-switch')).toBe(false);
  });

  test('waits for manual approval', () => {
    const waiting = planRollout(blueGreen({ autoPromotionEnabled: false }));
    expect(waiting.persons).toBe(1);
    expect(planText(waiting)).toContain('30 s to promotion plus the wait for manual approval');
  });

  test('warns that no user reaches what a query before the promotion looks at', () => {
    expect(planText(plan)).toContain("step 2: no user reaches the new version before the promotion, so that 'smoke'");
  });
});
