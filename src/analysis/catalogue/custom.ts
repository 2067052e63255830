import { Threshold } from '../values/condition';
import { CheckDefinition, CheckOptions } from './check';

/**
 * Options for `CanaryCheck.query`.
 */
export interface QueryCheckOptions extends CheckOptions {
  /**
   * The query, in PromQL: one series at the most, of the canary alone. It may use `{{args.namespace}}`,
   * `{{args.rollout}}`, `{{args.canary-hash}}`, `{{args.stable-hash}}` and `{{args.canary-weight}}`, which the Rollout
   * passes by itself, and arguments that the analysis declares.
   */
  readonly query: string;

  /**
   * What the value must keep to.
   */
  readonly threshold: Threshold;
}

export function query(options: QueryCheckOptions): CheckDefinition {
  return {
    name: 'query',
    options,
    query: () => options.query,
    threshold: () => options.threshold,
    ignoresWindow: true,
  };
}
