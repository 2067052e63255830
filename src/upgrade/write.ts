import { markdownCode, markdownText } from '../formats/encode/markdown';
import { markupText } from '../formats/encode/markup';
import { joinLines } from '../formats/encode/terminal';
import { htmlTable, NO_EMPHASIS, pageOf, type Emphasis } from '../plan';
import { SYSTEMS } from '../versions';
import type { Change, Effect } from './change';
import type { UpgradeReport } from './upgrade';

const TITLES: { readonly [effect in Effect]: string } = {
  worse: 'Gets worse',
  different: 'Changes',
  better: 'Gets better',
};
const EFFECTS = Object.keys(TITLES) as Effect[];

/** `Argo Rollouts 1.9 → 1.10, Prometheus 2.55 → 3.16`. */
function upgradeTitle({ steps }: UpgradeReport): string {
  return steps
    .map(({ system, before, after }) => `${SYSTEMS[system].title} ${before[system]} → ${after[system]}`)
    .join(', ');
}

/** `2 get worse, 1 changes, nothing gets better`. */
function upgradeSummary({ changes }: UpgradeReport): string {
  if (changes.length === 0) return 'nothing changes for these manifests';
  const count = (effect: Effect): number => changes.filter((one) => one.effect === effect).length;
  const [worse, different, better] = EFFECTS.map(count);
  return `${worse} worse, ${different} different, ${better} better`;
}

const placeText = ({ file, line, column }: Change): string =>
  file === undefined ? '' : line === undefined ? file : `${file}:${line}:${column ?? 1}`;

/** The report for a terminal. */
export function upgradeText(report: UpgradeReport, { strong, soft, good, bad }: Emphasis = NO_EMPHASIS): string {
  const paint = { worse: bad, different: strong, better: good };
  const lines = [strong(upgradeTitle(report)), ''];
  for (const change of report.changes) {
    const { effect, id, resource, what, before, after } = change;
    const about = resource === undefined ? '' : ` ${resource}:`;
    const words = `${id}${about} ${what}`.replace(/ {2,}(?=\S)/g, ' ');
    lines.push(`${paint[effect](effect.padEnd(9))} ${words}`);
    const place = placeText(change);
    if (place !== '') lines.push(`  ${soft(place)}`);
    lines.push(`  - ${before}`, `  + ${after}`, '');
  }
  lines.push(...report.notes.map((note) => `note: ${note}`), upgradeSummary(report));
  return joinLines(lines);
}

/** The report for a pull request. */
export function upgradeMarkdown(report: UpgradeReport): string {
  const sections = EFFECTS.flatMap((effect) => {
    const changes = report.changes.filter((one) => one.effect === effect);
    if (changes.length === 0) return [];
    const rows = changes.map((change) => {
      const where = [change.resource, placeText(change)].filter(Boolean).map((one) => markdownCode(one!, true));
      const cells = [change.id, change.what, change.before, change.after].map((text) => markdownText(text));
      return `| ${where.join('<br>')} | ${cells.join(' | ')} |`;
    });
    return [
      `### ${TITLES[effect]}`,
      '',
      '| where | | what | before | after |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ];
  });
  const notes = report.notes.map((note) => `- ${markdownText(note)}`);
  const tail = notes.length > 0 ? [...notes, ''] : [];
  return [`## ${upgradeTitle(report)}`, '', `${upgradeSummary(report)}.`, '', ...sections, ...tail].join('\n');
}

/** The report as a page of its own. */
export function upgradePage(report: UpgradeReport): string {
  const sections = EFFECTS.flatMap((effect) => {
    const changes = report.changes.filter((one) => one.effect === effect);
    if (changes.length === 0) return [];
    const rows = changes.map((change) => {
      const where = [change.resource, placeText(change)]
        .filter(Boolean)
        .map((one) => `<code>${markupText(one!)}</code>`);
      return [
        where.join('<br>'),
        ...[change.id, change.what, change.before, change.after].map((text) => markupText(text)),
      ];
    });
    return [`<h2>${TITLES[effect]}</h2>`, htmlTable(['where', '', 'what', 'before', 'after'], rows)];
  });
  const notes = report.notes.map((note) => `<p class="soft">${markupText(note)}</p>`);
  const title = upgradeTitle(report);
  return pageOf(
    title,
    [`<h1>${markupText(title)}</h1>`, `<p>${upgradeSummary(report)}.</p>`, ...sections, ...notes].join('\n'),
  );
}

/** The report as it is written in JSON. */
export function upgradeJson(report: UpgradeReport): object {
  return {
    systems: report.steps.map(({ system, before, after }) => ({
      name: SYSTEMS[system].name,
      from: before[system],
      to: after[system],
    })),
    changes: report.changes,
    notes: report.notes,
  };
}
