import { markdownText } from '../../formats/encode/markdown';
import { joinLines } from '../../formats/encode/terminal';
import type { Emphasis } from '../../plan';
import type { ScenarioResult } from './run';

/** Assumptions of scenarios, a sentence each, with the file of scenarios where several assume different things. */
function sentencesOf(results: readonly ScenarioResult[]): string[] {
  const files = new Set(results.map(({ file }) => file));
  const sentences = results.flatMap(({ file, assumptions }) =>
    assumptions.map((one) => (files.size > 1 ? `${file}: ${one}` : one)),
  );
  return [...new Set(sentences)];
}

/** The block of assumptions for a terminal; empty where nothing is assumed. */
export function scenarioAssumptionsText(results: readonly ScenarioResult[], { strong }: Emphasis): string {
  const sentences = sentencesOf(results);
  return sentences.length === 0 ? '' : joinLines(['', strong('Assumptions'), ...sentences.map((one) => `  ${one}`)]);
}

/** The same for a pull request. */
export function scenarioAssumptionsMarkdown(results: readonly ScenarioResult[]): string[] {
  const sentences = sentencesOf(results);
  return sentences.length === 0 ? [] : ['', '**Assumptions**', '', ...sentences.map((one) => `- ${markdownText(one)}`)];
}
