import { type JunitCase, type JunitOutcome, writeJunit } from '../../formats/junit';
import type { Coverage } from './coverage';
import { coverageSuites } from './coverage-report';
import type { ScenarioResult } from './run';

/** Results of scenarios for CI systems that show tests: one suite per file, one case per scenario; then the coverage. */
export function scenarioJunit(
  results: readonly ScenarioResult[],
  coverage: readonly Coverage[] = [],
  properties: { readonly [name: string]: string } = {},
): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.map((name) => ({ name, cases: results.filter(({ file }) => file === name).map(caseOf) }));
  return writeJunit('cdk8s-canary test', [...suites, ...coverageSuites(coverage)], properties);
}

function caseOf(result: ScenarioResult): JunitCase {
  const { file, name, place, status, engine, problems, details, seconds, assumptions } = result;
  const where = place ? `${file}:${place.line}:${place.column}` : file;
  const message = problems.join('; ');
  const body = [where, ...problems, ...details].join('\n');
  const outcomes: { readonly [status in ScenarioResult['status']]: JunitOutcome | undefined } = {
    passed: undefined,
    failed: { kind: 'failure', message, body },
    broken: { kind: 'error', message, body },
    skipped: { kind: 'skipped', message },
  };
  // The details of a rehearsal say them too.
  const assumed = assumptions.filter((one) => !details.some((line) => line.includes(one)));
  const output = [
    engine,
    ...(status === 'passed' ? details : []),
    ...(assumed.length > 0 ? ['Assumptions', ...assumed.map((one) => `  ${one}`)] : []),
  ].join('\n');
  return { name, outcome: outcomes[status], output, seconds };
}
