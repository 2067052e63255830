import { markupText } from '../formats/encode/markup';
import { lengthOfTime } from '../formats/go-duration';
import { headline, pictureOf } from './picture';
import type { Plan } from './plan';
import { timelineOf } from './timeline';
import { analysisTexts, blocksOf, timetable, whatIfTable } from './table';
import { warningsOf } from './window';
import { fullName, versionsOf } from './wording';

/** The style of every page that this package writes: light and dark, legible on paper, no script. */
const PAGE_STYLE = `
:root { color-scheme: light dark; --paper:#ffffff; --ink:#1f2933; --soft:#55636f; --line:#d5dce3; --tint:#f3f5f8; --bad:#b42318; --good:#15803d; }
@media (prefers-color-scheme: dark) { :root { --paper:#12181f; --ink:#e6ebf0; --soft:#94a3b3; --line:#31404e; --tint:#1b242e; --bad:#fda29b; --good:#4ade80; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 4px 0; } .soft { color: var(--soft); } .bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
svg { display: block; width: 100%; min-width: 720px; height: auto; } svg.chart, .narrow svg { width: auto; min-width: 0; }
.narrow { display: none; } @media (max-width: 990px) { .wide { display: none; } .narrow { display: block; } }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; } td.num { white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; } pre { background: var(--tint); border-radius: 8px; padding: 10px 12px; margin: 6px 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/**
 * A whole page around a body.
 *
 * @param stated what the page is headed by, such as the releases that it is made for
 */
export function pageOf(title: string, body: string, stated: readonly string[] = []): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markupText(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${[...stated.map((line) => `<p class="soft">${markupText(line)}</p>`), body].join('\n')}
</main>
</body>
</html>
`;
}

/** A table whose named columns hold figures. */
export function htmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  figures: readonly number[] = [],
): string {
  const cell = (html: string, i: number): string => `<td${figures.includes(i) ? ' class="num"' : ''}>${html}</td>`;
  return [
    '<div class="scroll" tabindex="0"><table>',
    `<thead><tr>${heads.map((head) => `<th>${markupText(head)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

/** One or more plans as a page of its own, headed by what is stated. */
export function planPage(plans: readonly Plan[], stated?: readonly string[]): string {
  const title = plans.length === 1 ? `Plan of ${fullName(plans[0].rollout)}` : `Plans of ${plans.length} rollouts`;
  return pageOf(title, plans.map(planSection).join('\n<hr>\n'), stated);
}

/** More stretches than these are read more easily from top to bottom. */
const MOST_COLUMNS = 14;

/** The picture of a plan for wide windows and for narrow ones. */
export function picturesOf(plan: Plan, i: number): string[] {
  const wide =
    plan.stretches.length > MOST_COLUMNS
      ? timelineOf(plan, { width: 900, id: `wide-${i}` })
      : pictureOf(plan).replaceAll('plan-title', `plan-title-${i}`).replaceAll('plan-desc', `plan-desc-${i}`);
  return [
    `<div class="wide scroll" tabindex="0">${wide}</div>`,
    `<div class="narrow">${timelineOf(plan, { width: 328, id: `narrow-${i}` })}</div>`,
  ];
}

/** The one picture of a plan that stands in a file of its own. */
export const planPicture = (plan: Plan): string =>
  plan.stretches.length > MOST_COLUMNS ? timelineOf(plan) : pictureOf(plan);

/** What a page says about one plan. */
function planSection(plan: Plan, i: number): string {
  const { fresh, pods } = versionsOf(plan.rollout);
  const parts = [
    ...picturesOf(plan, i),
    `<p>${markupText(`${headline(plan)}; at the earliest ${lengthOfTime(plan.earliest)}, if pods came at once`)}.</p>`,
    ...warningsOf(plan).map((warning) => `<p class="bad">${markupText(warning)}.</p>`),
    '<h2>Timetable</h2>',
    htmlTable(
      ['when', fresh, `pods (${pods})`, 'step', 'what happens'],
      timetable(plan).map((row) => [row.when, row.share, row.pods, row.step, row.what].map(markupText)),
      [0, 1, 2, 3],
    ),
  ];
  const analyses = analysisTexts(plan);
  if (analyses.length > 0) parts.push('<h2>Analyses</h2>');
  for (const { title, metrics } of analyses) {
    parts.push(`<h3>${markupText(title)}</h3>`);
    for (const { name, rhythm, condition, limits, sight, query } of metrics) {
      parts.push(
        `<p><strong>${markupText(name)}</strong>: ${markupText(rhythm)}; ${markupText([limits, sight].filter(Boolean).join('; '))}.</p>`,
        `<pre>${markupText(condition)}</pre>`,
        ...(query ? [`<pre>${markupText(query)}</pre>`] : []),
      );
    }
  }
  parts.push(
    '<h2>What if</h2>',
    htmlTable(
      ['if', 'then', 'at', `the ${fresh} is seen by`, 'because'],
      whatIfTable(plan).map(({ title, outcome, when, exposure, why, bad }) => [
        markupText(title),
        bad ? `<span class="bad">${markupText(outcome)}</span>` : markupText(outcome),
        markupText(when),
        markupText(exposure),
        `<span class="soft">${markupText(why)}</span>`,
      ]),
      [2],
    ),
  );
  for (const { title, sentences } of blocksOf(plan)) {
    parts.push(`<h2>${title}</h2>`, `<ul>${sentences.map((one) => `<li>${markupText(one)}</li>`).join('')}</ul>`);
  }
  return parts.join('\n');
}
