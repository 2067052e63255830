import { toEnd } from '../../formats/to-end';
import type { Graph } from '../../graph';
import type { Rule } from '../../rules';
import {
  alikeReleases,
  newestOf,
  ranges,
  formatReleases,
  SYSTEMS,
  type SystemKey,
  type Versions,
} from '../../versions';
import type { Finding } from './finding';
import { checkHere, type CheckRules, finish, type LintOptions, type LintResult, lintOnce } from './lint';

/**
 * Runs rules over a graph for the stated versions. Of a range, each release with its own behaviour is checked, one
 * system after the other, with the newest release of the others. A finding that does not apply to all releases names
 * those that it applies to.
 */
export function lintWith(rules: readonly Rule[], graph: Graph, options: LintOptions = {}): LintResult {
  return toEnd(lintInSteps(rules, graph, options));
}

/** As `lintWith`, in steps between which the caller may do something else, or give up. */
export const lintInSteps = (
  rules: readonly Rule[],
  graph: Graph,
  options: LintOptions = {},
): Generator<undefined, LintResult> => lintBy(checkHere, rules, graph, options);

/** Does the same as `lintInSteps`, with another function that checks the rules. */
export function* lintBy<Step>(
  checkRules: CheckRules<Step>,
  rules: readonly Rule[],
  graph: Graph,
  options: LintOptions,
): Generator<Step | undefined, LintResult> {
  const { versions } = options;
  if (versions === undefined) return finish(yield* lintOnce(rules, graph, options, checkRules), graph, options);
  const base = newestOf(versions);
  let result = yield* lintOnce(rules, graph.on(base), options, checkRules);
  for (const key of ranges(versions)) {
    const others: { covers: readonly string[]; findings: readonly Finding[] }[] = [];
    for (const { release, covers } of alikeReleases(versions, key)) {
      if (release === base[key] || covers.includes(base[key])) continue;
      const on = graph.on({ ...base, [key]: release });
      const { findings } = yield* lintOnce(rules, on, { ...options, step: undefined }, checkRules);
      others.push({ covers, findings });
    }
    result = { ...result, findings: merged(key, versions, result.findings, others) };
  }
  return finish(result, graph, options);
}

/** The identity of a finding, which does not depend on the wording for a release. */
const keyOf = ({ code, file, line, column, path, severity }: Finding): string =>
  JSON.stringify([code, file, line, column, path, severity]);

function merged(
  key: SystemKey,
  versions: Versions,
  findings: readonly Finding[],
  others: readonly { readonly covers: readonly string[]; readonly findings: readonly Finding[] }[],
): readonly Finding[] {
  const { title } = SYSTEMS[key];
  const elsewhere = new Set(others.flatMap(({ covers }) => covers));
  const main = versions[key].filter((release) => !elsewhere.has(release));
  const found = new Map<string, { readonly finding: Finding; readonly releases: string[] }[]>();
  const add = (finding: Finding, releases: readonly string[], nth: number): void => {
    const list = found.get(keyOf(finding)) ?? [];
    found.set(keyOf(finding), list);
    // The newest release comes first, and its words are those that stay.
    if (list[nth]) list[nth].releases.push(...releases);
    else list.push({ finding, releases: [...releases] });
  };
  for (const group of [{ covers: main, findings }, ...others]) {
    const counts = new Map<string, number>();
    for (const finding of group.findings) {
      const nth = counts.get(keyOf(finding)) ?? 0;
      counts.set(keyOf(finding), nth + 1);
      add(finding, group.covers, nth);
    }
  }
  return [...found.values()].flat().flatMap(({ finding, releases }) => {
    if (releases.length === versions[key].length) return [finding];
    // A suppression that is used for one release is not unused.
    if (finding.group === 'SUP') return [];
    const ordered = versions[key].filter((release) => releases.includes(release));
    return [{ ...finding, message: `${finding.message} (${title} ${formatReleases(ordered)})` }];
  });
}
