import { escapedPattern, goMatches, goRegExpProblem } from '../formats/go-regexp';
import { quoted } from '../formats/names';
import { type Found } from '../formats/option-problem';

/**
 * The number of measurements of some metrics that an AnalysisRun keeps.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#measurements-retention
 */
export interface MeasurementRetention {
  /**
   * The metrics: a regular expression (RE2) that matches anywhere in their names.
   */
  readonly metrics: string;

  /**
   * The number of newest measurements that are kept. At least 1.
   */
  readonly limit: number;
}

/**
 * A rule for exactly one metric. Argo Rollouts searches for the regular expression of a rule anywhere in a name, so
 * `errors` would also match `server-errors`.
 */
export function exactRule(metricName: string): string {
  return `^${escapedPattern(metricName)}$`;
}

/**
 * The problems of `dryRun` or `measurementRetention`: a duplicate rule, an invalid regular expression, or a rule that
 * matches no metric ends the AnalysisRun in an error.
 *
 * @param names The names of the metrics; undefined if they are not known.
 */
export function ruleProblems(what: string, rules: readonly string[], names: readonly string[] | undefined): Found[] {
  const problems: Found[] = [];
  for (const twice of new Set(rules.filter((rule, i) => rules.indexOf(rule) !== i))) {
    problems.push(`${what} has ${quoted(twice)} twice; Argo Rollouts needs each rule once`);
  }
  for (const rule of new Set(rules)) {
    if (rule === '' || goRegExpProblem(rule) !== undefined) {
      problems.push(`${what} has ${quoted(rule)}, which is no regular expression; for all metrics write '.*'`);
    } else if (names !== undefined && !names.some((name) => goMatches(rule, name))) {
      problems.push(
        `${what} has ${quoted(rule)}, which matches none of the metrics (${names.map(quoted).join(', ') || 'there are none'}); name one of them`,
      );
    }
  }
  return problems;
}
