import { lengthOfTime } from '../../formats/go-duration';
import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

const blueGreen = (more: string): string =>
  exampleStrategy(`
blueGreen:
  activeService: checkout
  previewService: checkout-preview
  autoPromotionSeconds: 600
${more}`);

export const promotionTimeIgnored: Rule = {
  code: 'ROL054',
  severity: 'warning',
  title: 'autoPromotionSeconds has no effect',
  why: 'With `autoPromotionEnabled: false`, the controller waits until somebody promotes the version, however long that takes. It looks at `autoPromotionSeconds` only where automatic promotion is enabled, which is the default: the new version is then promoted after that time.',
  fix: 'To promote automatically after a time, remove `autoPromotionEnabled: false`. To wait for manual approval, remove `autoPromotionSeconds`.',
  whenNotToUse: 'When the time is kept for a day on which automatic promotion is enabled again.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (`rollout/pause.go`, `CompletedBlueGreenPause`; argo-rollouts#3271): the conformance run compares the plan with the controller.',
  bad: blueGreen('  autoPromotionEnabled: false\n'),
  good: blueGreen(''),
  checkPart(graph, report, part) {
    for (const { resource, blueGreen: strategy } of part(rollouts(graph))) {
      const enabled = strategy.get('autoPromotionEnabled');
      const after = strategy.get('autoPromotionSeconds');
      if (enabled.boolean !== false || !after.number || after.number < 0) continue;
      report(
        after,
        `${resource} is not promoted after ${lengthOfTime(after.number)} but by manual approval only, because autoPromotionEnabled is false`,
        {
          hint: 'remove it, or remove autoPromotionEnabled',
          related: { field: enabled, message: 'autoPromotionEnabled' },
        },
      );
    }
  },
};
