import { writeYaml } from '../formats/yaml';
import { markdownCode, markdownFence, markdownText } from '../formats/encode/markdown';
import { joinLines, oneLine } from '../formats/encode/terminal';
import type { Emphasis } from '../plan';
import type { Explanation } from './explanation';
import type { Revert } from './revert';

const clock = (at: Date): string => at.toISOString().slice(11, 19);
const day = (at: Date): string => at.toISOString().slice(0, 10);

/** The patch as a file that `kubectl patch --type=json --patch-file` and kustomize read. */
export const patchYaml = ({ patch }: Revert): string => writeYaml(patch);

/** For a terminal. */
export function explanationText(given: Explanation, { strong, soft, good, bad }: Emphasis): string {
  const { headline, story, reasons, expected, now, advice, revert, notes, outcome } = given;
  const lines = [strong(outcome === 'healthy' ? good(oneLine(headline)) : oneLine(headline))];
  const section = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push('', strong(title), ...rows.map((row) => `  ${row}`));
  };
  section('Why', reasons.map(oneLine));
  section('Compared with the simulation', expected.map(oneLine));
  const dates = new Set(story.map(({ at }) => day(at)));
  const title = dates.size === 1 ? `What happened on ${[...dates][0]} (UTC)` : 'What happened (UTC)';
  section(
    title,
    story.map(({ at, text, bad: isBad }) => {
      const when = dates.size === 1 ? clock(at) : `${day(at)} ${clock(at)}`;
      return `${soft(when)}  ${isBad ? bad(oneLine(text)) : oneLine(text)}`;
    }),
  );
  section('Now', now.map(oneLine));
  section(
    'What to do',
    advice.flatMap(({ text, command }) =>
      command ? [`${oneLine(text)}:`, `  ${strong(oneLine(command))}`] : [oneLine(text)],
    ),
  );
  if (revert) {
    const { kind, name } = revert.target;
    section(
      `Patch that brings ${kind} ${oneLine(name)} in Git back`,
      patchYaml(revert).trimEnd().split('\n').map(oneLine),
    );
    section(`Pull request: ${oneLine(revert.title)}`, revert.body.split('\n').map(oneLine));
  }
  section('Not known', notes.map(oneLine));
  return joinLines(lines);
}

/** For a pull request or an incident. */
export function explanationMarkdown(given: Explanation): string {
  const { headline, story, reasons, expected, now, advice, revert, notes } = given;
  const lines = [`### ${markdownText(headline)}`];
  const list = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push('', `#### ${title}`, '', ...rows.map((row) => `- ${row}`));
  };
  list('Why', reasons.map(markdownText));
  list('Compared with the simulation', expected.map(markdownText));
  if (story.length > 0) {
    lines.push('', '#### What happened', '', '| time (UTC) | what |', '| --- | --- |');
    for (const { at, text, bad } of story) {
      const what = markdownText(text);
      lines.push(`| ${day(at)} ${clock(at)} | ${bad ? `**${what}**` : what} |`);
    }
  }
  list('Now', now.map(markdownText));
  list(
    'What to do',
    advice.map(({ text, command }) => `${markdownText(text)}${command ? `: ${markdownCode(command)}` : ''}`),
  );
  if (revert) {
    lines.push('', '#### Patch for Git', '', ...markdownFence(patchYaml(revert).trimEnd(), 'yaml'));
    lines.push('', `#### Pull request: ${markdownText(revert.title)}`, '', ...markdownFence(revert.body, 'markdown'));
  }
  list('Not known', notes.map(markdownText));
  return joinLines(lines);
}
