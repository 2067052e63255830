import { goMatches, goRegExpProblem } from '../formats/go-regexp';
import { quoted } from '../formats/names';

/**
 * How many measurements of some metrics an AnalysisRun keeps.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#measurements-retention
 */
export interface MeasurementRetention {
  /**
   * Which metrics: a regular expression (RE2) over their names, matching anywhere in the name.
   */
  readonly metrics: string;

  /**
   * How many measurements are kept, the newest. At least 1.
   */
  readonly limit: number;
}

/**
 * A rule that means one metric only. Argo Rollouts looks for a rule's regular expression anywhere in a name, so that
 * `errors` would mean `server-errors` as well.
 */
export function exactRule(metricName: string): string {
  return `^${metricName.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}

/**
 * What is wrong with `dryRun` or `measurementRetention`: a rule that is said twice, is no regular expression, or means
 * none of the metrics ends the AnalysisRun in an error.
 *
 * @param names The metrics that it is about; undefined where they are not known.
 */
export function ruleProblems(what: string, rules: readonly string[], names: readonly string[] | undefined): string[] {
  const problems: string[] = [];
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
