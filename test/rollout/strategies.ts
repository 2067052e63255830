import type { Construct } from 'constructs';
import {
  CanaryStep,
  CanaryStrategyOptions,
  Destination,
  IstioTrafficSplit,
  Rollout,
  RolloutOptions,
  RolloutStrategy,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

export const STEPS = [CanaryStep.setWeight(20), CanaryStep.pause()];

/** A split between `checkout-stable` and `checkout-canary`. */
export function split(scope: Construct, names = ['checkout-stable', 'checkout-canary']): IstioTrafficSplit {
  return new IstioTrafficSplit(scope, 'traffic', {
    name: 'checkout',
    hosts: ['checkout.example.com'],
    stable: Destination.host(names[0]),
    canary: Destination.host(names[1]),
  });
}

export function rollout(scope: Construct, strategy: RolloutStrategy, options: RolloutOptions = {}): Rollout {
  return new Rollout(scope, 'checkout', { containers: [{ image: 'checkout:1' }], ...options, strategy });
}

type Options = Partial<CanaryStrategyOptions>;

/** The rendered canary strategy of a Rollout behind Istio. */
export function canaryOf(options: Options): Manifest {
  const manifests = synthesize((chart) =>
    rollout(chart, RolloutStrategy.canary({ steps: STEPS, traffic: split(chart), ...options })),
  );
  return only(manifests, 'Rollout').spec.strategy.canary;
}

/** What is refused of a Rollout behind Istio, without the construct's path. */
export function refusedBehindIstio(options: Options | ((scope: Construct) => Options)): string[] {
  return messages((scope) => {
    const given = typeof options === 'function' ? options(scope) : options;
    rollout(scope, RolloutStrategy.canary({ steps: STEPS, traffic: split(scope), ...given }));
  });
}

/** What is refused of a Rollout without traffic routing. */
export function refusedWithoutTraffic(options: Options): string[] {
  return messages((scope) => rollout(scope, RolloutStrategy.canary({ steps: STEPS, ...options })));
}

export function messages(build: (scope: Construct) => unknown): string[] {
  return refusal(build).map((line) => line.replace(/^\[shop\/checkout\] /, ''));
}
