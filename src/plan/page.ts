import { markupAttribute, markupText } from '../formats/encode/markup';
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
@media screen and (prefers-color-scheme: dark) { :root { --paper:#12181f; --ink:#e6ebf0; --soft:#94a3b3; --line:#31404e; --tint:#1b242e; --bad:#fda29b; --good:#4ade80; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
h1, h2, h3, p, li { overflow-wrap: anywhere; } td { overflow-wrap: break-word; } p { margin: 4px 0; } .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .soft { color: var(--soft); } .bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
svg { display: block; width: 100%; min-width: 720px; height: auto; } svg.chart, .narrow svg { width: auto; min-width: 0; }
.narrow { display: none; } @media (max-width: 990px) { .wide { display: none; } .narrow { display: block; } }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; } td.num { white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (min-width: 641px) { table.sides { table-layout: fixed; } .sides td { overflow-wrap: anywhere; } .sides th:first-child { width: 22%; } }
@media (max-width: 640px) { table, tbody, tr, td { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } tr { padding: 8px 0; border-bottom: 1px solid var(--line); } td { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 8px; padding: 2px 0; border: 0; overflow-wrap: anywhere; } td::before { content: attr(data-head); color: var(--soft); white-space: normal; } td:not([data-head]) { display: block; } td.empty { display: none; } }
@page { size: landscape; margin: 12mm; }
@media print { :root { --ink:#000000; --soft:#333333; --line:#bbbbbb; } main { max-width: none; padding: 0; } .scroll { overflow: visible; } .wide { display: block; } .narrow { display: none; } svg { min-width: 0; } tr, pre, svg { break-inside: avoid; } h2, h3 { break-after: avoid; } }
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
  const cell = (html: string, i: number): string => {
    const kinds = [...(figures.includes(i) ? ['num'] : []), ...(html === '' ? ['empty'] : [])];
    const kind = kinds.length === 0 ? '' : ` class="${kinds.join(' ')}"`;
    const head = heads[i] === '' ? '' : ` data-head="${markupAttribute(heads[i])}"`;
    // In a narrow window a cell is a line. The roles say that it is still one of a table.
    return `<td role="cell"${kind}${head}><span>${html}</span></td>`;
  };
  return [
    `<div class="scroll" tabindex="0"><table role="table"${heads[0] === '' ? ' class="sides"' : ''}>`,
    `<thead role="rowgroup"><tr role="row">${heads.map((head) => `<th role="columnheader" scope="col">${markupText(head)}</th>`).join('')}</tr></thead>`,
    `<tbody role="rowgroup">${rows.map((row) => `<tr role="row">${row.map(cell).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

/** Options of a page of plans. */
export interface PlanPageOptions {
  /** What is stated, above everything. */
  readonly stated?: readonly string[];
  /** What stands before the plans, as HTML. */
  readonly before?: readonly string[];
  /** How each plan is shown; default: whole. */
  readonly sectionOf?: (plan: Plan, i: number) => string;
}

/** One or more plans as a page of its own. */
export function planPage(
  plans: readonly Plan[],
  { stated, before = [], sectionOf = planSection }: PlanPageOptions = {},
): string {
  const title = plans.length === 1 ? `Plan of ${fullName(plans[0].rollout)}` : `Plans of ${plans.length} rollouts`;
  return pageOf(title, [...before, ...plans.map(sectionOf)].join('\n<hr>\n'), stated);
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
    `<h1 class="unseen">Plan of ${markupText(fullName(plan.rollout))}</h1>`,
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
    for (const { name, rhythm, as, condition, limits, sight, query } of metrics) {
      parts.push(
        `<p><strong>${markupText(name)}</strong>: ${markupText([rhythm, as, limits, sight].filter(Boolean).join('; '))}.</p>`,
        ...(condition ? [`<pre>${markupText(condition)}</pre>`] : []),
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
