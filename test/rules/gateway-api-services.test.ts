import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';
import { rollout } from './gateway-manifests';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  ROL010: [
    {
      name: 'the Gateway API plugin without Services',
      manifest: rollout().replace(/canaryService: cart-next\s+stableService: cart-now\s+/, ''),
      finds: [
        { message: 'Rollout store/cart routes traffic with the plugin for the Gateway API but has no canaryService' },
        { message: 'Rollout store/cart routes traffic with the plugin for the Gateway API but has no stableService' },
      ],
    },
    {
      name: 'with the Service of the canary alone',
      manifest: rollout().replace(/stableService: cart-now\s+/, ''),
      finds: [{ path: 'spec.strategy.canary.stableService' }],
    },
    {
      // ROL009 reports it.
      name: 'ping-pong',
      manifest: rollout().replace(
        /canaryService: cart-next\s+stableService: cart-now/,
        'pingPong: { pingService: cart-next, pongService: cart-now }',
      ),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
