import type { JunitSuite } from '../../formats/junit';
import { markdownCode, markdownText } from '../../formats/encode/markdown';
import { joinLines } from '../../formats/encode/terminal';
import { plural } from '../../formats/plural';
import { type Emphasis, markdownTable } from '../../plan';
import { CHECK_OUTCOMES, type CheckOutcome } from '../run/check-outcome';
import type { CheckCoverage, Coverage } from './coverage';

const MARKS = { yes: '✓', no: '✗', never: '–' } as const;

function stateOf({ exercised, impossible }: CheckCoverage, outcome: CheckOutcome): keyof typeof MARKS {
  if (impossible.includes(outcome)) return 'never';
  return (exercised[outcome]?.length ?? 0) > 0 ? 'yes' : 'no';
}

/** Where a check is measured: `steps 2, 4`. */
function placeOf({ steps, background }: CheckCoverage): string {
  const named = steps.map((step) => step + 1).join(', ');
  const inSteps = steps.length === 0 ? [] : [`${steps.length === 1 ? 'step' : 'steps'} ${named}`];
  return [...inSteps, ...(background ? ['background'] : [])].join(', ');
}

/** `6 of 8 outcomes exercised`. */
const summary = ({ covered, outcomes, scenarios }: Coverage): string =>
  `${covered} of ${outcomes} outcomes exercised by ${plural(scenarios, 'scenario')}`;

/** The sentence about outcomes that no scenario exercises: each with what would exercise it. */
const missingOf = ({ missing, advice }: CheckCoverage): string[] =>
  missing.map((outcome, i) => `no scenario exercises '${outcome}'; add one with ${advice[i]}`);

/** The sentence about outcomes that are not asked for: each with its reason. */
const neverOf = ({ impossible, reasons }: CheckCoverage): string[] =>
  impossible.map((outcome, i) => `'${outcome}' is not asked for: ${reasons[i]}`);

/** Coverage for a terminal. */
export function coverageText(all: readonly Coverage[], { strong, good, bad, soft }: Emphasis): string {
  const lines = all.flatMap((coverage) => {
    const width = Math.max(...coverage.checks.map(({ check }) => check.length), 0);
    const place = Math.max(...coverage.checks.map((check) => placeOf(check).length), 0);
    return [
      '',
      `coverage of ${strong(coverage.rollout)}: ${summary(coverage)}`,
      ...coverage.checks.flatMap((check) => {
        const marks = CHECK_OUTCOMES.map((outcome) => {
          const state = stateOf(check, outcome);
          const text = `${MARKS[state]} ${outcome}`;
          return state === 'yes' ? good(text) : state === 'no' ? bad(text) : soft(text);
        });
        const head = `  ${check.check.padEnd(width)}  ${soft(placeOf(check).padEnd(place))}  ${marks.join('  ')}`;
        const below = [...missingOf(check), ...neverOf(check).map(soft)];
        return [head, ...below.map((line) => `    ${line}`)];
      }),
      ...(coverage.checks.length === 0 ? ['  it has no check, so there is nothing to exercise'] : []),
    ];
  });
  return joinLines(lines);
}

/** Coverage for a pull request. */
export function coverageMarkdown(all: readonly Coverage[]): string {
  const parts = all.map((coverage) => {
    const rows = coverage.checks.map((check) => [
      markdownText(check.check),
      placeOf(check),
      ...CHECK_OUTCOMES.map((outcome) => MARKS[stateOf(check, outcome)]),
    ]);
    const missing = coverage.checks.flatMap((check) =>
      [...missingOf(check), ...neverOf(check)].map((line) => `- ${markdownCode(check.check)}: ${markdownText(line)}`),
    );
    return [
      `## Coverage of ${markdownText(coverage.rollout)}`,
      '',
      `${summary(coverage)}.`,
      ...(rows.length === 0 ? [] : ['', ...markdownTable(['check', 'where', ...CHECK_OUTCOMES], rows)]),
      ...(missing.length === 0 ? [] : ['', ...missing]),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

/** Coverage for CI systems that show tests: one suite per rollout, one case per check. */
export function coverageSuites(all: readonly Coverage[]): JunitSuite[] {
  return all.map((coverage) => ({
    name: `coverage of ${coverage.rollout}`,
    cases: coverage.checks.map((check) => {
      const missing = missingOf(check);
      const name = `${check.check} (${placeOf(check)})`;
      if (missing.length === 0) return { name };
      return { name, outcome: { kind: 'failure' as const, message: missing.join('; '), body: missing.join('\n') } };
    }),
  }));
}
