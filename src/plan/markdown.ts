import { markdownCode, markdownFence, markdownText, mermaidLabel } from '../formats/encode/markdown';
import { lengthOfTime } from '../formats/go-duration';
import { headline } from './picture';
import type { Plan } from './plan';
import { analysisTexts, blocksOf, timetable, whatIfTable } from './table';
import { warningsOf } from './window';
import { fullName, percent, stepText, versionsOf } from './wording';

/** A table whose cells are Markdown. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${heads.join(' | ')} |`,
    `| ${heads.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}

/** The plan for a pull request: a Mermaid diagram, the timetable, the analyses, and what if. */
export function planMarkdown(plan: Plan, level = 2): string {
  const heading = '#'.repeat(level);
  const rows = timetable(plan);
  const { fresh, pods } = versionsOf(plan.rollout);
  const lines = [
    `${heading} Plan of ${markdownText(fullName(plan.rollout))}`,
    '',
    `${markdownText(headline(plan))}; at the earliest ${lengthOfTime(plan.earliest)}.`,
    '',
    '```mermaid',
    ...mermaid(plan),
    '```',
    '',
    ...markdownTable(
      ['when', fresh, `pods (${pods})`, 'step', 'what happens'],
      rows.map(({ when, share, pods: count, step, what }) => [when, share, count, step, what].map(markdownText)),
    ),
  ];
  for (const { title, metrics } of analysisTexts(plan)) {
    lines.push('', `**${markdownText(title)}**`, '');
    for (const { name, rhythm, as, condition, limits, sight, query } of metrics) {
      const told = [rhythm, as, limits, sight].map((text) => text && markdownText(text));
      if (condition) told.splice(1, 0, markdownCode(condition));
      lines.push(`- **${markdownText(name)}**: ${told.filter(Boolean).join('; ')}`);
      if (query) lines.push('', ...markdownFence(query, 'promql').map((line) => `  ${line}`), '');
    }
  }
  lines.push(
    '',
    '**What if**',
    '',
    ...markdownTable(
      ['if', 'then', 'at', `the ${fresh} is seen by`],
      whatIfTable(plan).map(({ title, outcome, when, exposure, bad }) => [
        markdownText(title),
        bad ? `**${markdownText(outcome)}**` : markdownText(outcome),
        markdownText(when),
        markdownText(exposure),
      ]),
    ),
  );
  const warnings = warningsOf(plan);
  if (warnings.length > 0)
    lines.push('', '**Warnings**', '', ...warnings.map((warning) => `- ${markdownText(warning)}`));
  for (const { title, sentences } of blocksOf(plan)) {
    lines.push('', `**${title}**`, '', ...sentences.map((one) => `- ${markdownText(one)}`));
  }
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** A state diagram: GitHub and GitLab draw it themselves. */
function mermaid(plan: Plan): string[] {
  const { steps, background } = plan.rollout;
  const lines = ['stateDiagram-v2', '  direction LR'];
  let before = '[*]';
  steps.forEach((step, i) => {
    const state = `s${i + 1}`;
    const stretch = plan.stretches.find((found) => found.step === i);
    const since = stretch && `${lengthOfTime(stretch.from.seconds)}${stretch.from.persons > 0 ? ' + P' : ''}`;
    const share = stretch ? `, ${percent(stretch.share)} from ${since}` : '';
    lines.push(
      `  state "${mermaidLabel(`${i + 1} ${stepText(step, plan.rollout)}${share}`)}" as ${state}`,
      `  ${before} --> ${state}`,
    );
    before = state;
  });
  lines.push('  state "100 %, promoted" as promoted', `  ${before} --> promoted`, '  promoted --> [*]');
  const failing = steps.flatMap(({ analysis }, i) => (analysis ? [`s${i + 1}`] : []));
  if (failing.length > 0 || background) lines.push('  state "aborted, 0 %" as aborted');
  lines.push(...failing.map((state) => `  ${state} --> aborted: fails`));
  if (background && failing.length === 0 && steps.length > 0) {
    lines.push(
      `  s${Math.min(steps.length, (background.startingStep ?? 0) + 1)} --> aborted: background analysis fails`,
    );
  }
  return lines;
}
