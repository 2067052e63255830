import { Threshold } from '../values/condition';
import { CheckDefinition, CheckOptions } from './check';

/**
 * Options for `CanaryCheck.query`.
 */
export interface QueryCheckOptions extends CheckOptions {
  /**
   * The query in PromQL: at most one series, of the canary alone. It may use `{{args.namespace}}`,
   * `{{args.rollout}}`, `{{args.canary-hash}}`, `{{args.stable-hash}}` and `{{args.canary-weight}}`, which the Rollout
   * passes automatically, and arguments that the analysis declares.
   */
  readonly query: string;

  /**
   * The threshold of the value.
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
    ownQuery: { query: options.query, threshold: options.threshold },
  };
}
