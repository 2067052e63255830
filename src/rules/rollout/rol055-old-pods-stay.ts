import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

const blueGreen = (delay: number): string =>
  exampleStrategy(`
blueGreen:
  activeService: checkout
  previewService: checkout-preview
  scaleDownDelaySeconds: ${delay}
`);

export const oldPodsStay: Rule = {
  code: 'ROL055',
  severity: 'warning',
  title: 'scaleDownDelaySeconds is 0, so the pods of old versions stay',
  why: 'It does not mean "at once": without a delay, the controller sets no time at which the old version is scaled down. A blue-green Rollout keeps all pods of every earlier version, one more set with each update, up to `scaleDownDelayRevisionLimit`. A canary with traffic routing keeps all pods of the version before until the next update begins.',
  fix: 'Write `1` to stop the old pods at once, or the seconds for which they should stay (default: 30).',
  whenNotToUse: 'When the old pods are kept on purpose, for a fast way back.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (`rollout/replicaset.go`, `addScaleDownDelay`; argo-rollouts#1992).',
  bad: blueGreen(0),
  good: blueGreen(1),
  checkPart(graph, report, part) {
    for (const { resource, canary, blueGreen: strategy } of part(rollouts(graph))) {
      const [blue, routed] = [strategy, canary].map((one) => one.get('scaleDownDelaySeconds'));
      const hint = 'write 1 to stop them at once, or the seconds to keep them';
      const limit = strategy.get('scaleDownDelayRevisionLimit').number;
      if (blue.number === 0 && limit !== 0) {
        const versions = limit === undefined ? 'every earlier version' : `up to ${limit} earlier versions`;
        report(blue, `${resource} keeps the pods of ${versions}: scaleDownDelaySeconds is 0`, { hint });
      }
      // Other rules report the field where the controller refuses it.
      const isRead = canary.get('trafficRouting').exists && canary.get('dynamicStableScale').boolean !== true;
      if (routed.number === 0 && isRead && canary.get('scaleDownDelayRevisionLimit').number !== 0) {
        report(
          routed,
          `${resource} keeps the pods of the version before until the next update: scaleDownDelaySeconds is 0`,
          { hint },
        );
      }
    }
  },
};
