import { markdownText } from '../../formats/encode/markdown';
import { markdownTable } from '../../plan';
import { scenarioAssumptionsMarkdown } from './assumptions';
import type { ScenarioResult } from './run';

const MARKS: Readonly<Record<ScenarioResult['status'], string>> = {
  passed: '✓ passed',
  failed: '✗ failed',
  broken: '! broken',
  skipped: '– skipped',
};

/** Results of scenarios for a pull request. */
export function scenariosMarkdown(results: readonly ScenarioResult[]): string {
  const rows = results.map(({ file, name, status, engine, problems }) => [
    MARKS[status],
    markdownText(name),
    markdownText(file),
    markdownText(engine),
    markdownText(problems.join('; ')),
  ]);
  const lines = [
    '## Scenarios',
    '',
    ...markdownTable(['result', 'scenario', 'file', 'measured by', 'why'], rows),
    ...scenarioAssumptionsMarkdown(results),
  ];
  return `${lines.join('\n')}\n`;
}
