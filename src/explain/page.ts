import { markupAttribute, markupText } from '../formats/encode/markup';
import { plannedRollouts } from '../controller';
import { type Graph, type Resource } from '../graph';
import { htmlTable, pageOf, pictureOf, planRollout } from '../plan';
import type { Explanation } from './explanation';
import type { Happening } from './story';
import { patchYaml } from './text';

const POD_START = 30;

/** A page of its own: the plan as a picture, below it what happened on one line of time, then everything in words. */
export function explanationPage(graph: Graph, rollout: Resource, given: Explanation): string {
  const { headline, story, reasons, now, advice, revert, notes } = given;
  const list = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0
      ? []
      : [`<h2>${title}</h2>`, `<ul>${rows.map((row) => `<li>${markupText(row)}</li>`).join('\n')}</ul>`];
  const planned = plannedRollouts(graph).find(({ resource }) => resource === rollout);
  const parts = [
    `<h1>${markupText(headline)}</h1>`,
    ...list('Why', reasons),
    ...(planned?.model
      ? [
          '<h2>As planned</h2>',
          `<div class="scroll">${pictureOf(planRollout(planned.model, { podStart: POD_START }))}</div>`,
        ]
      : []),
    ...(story.length > 0 ? ['<h2>What happened</h2>', `<div class="scroll">${strip(story)}</div>`, table(story)] : []),
    ...list('Now', now),
    ...(advice.length > 0
      ? [
          '<h2>What to do</h2>',
          `<ul>${advice
            .map(
              ({ text, command }) =>
                `<li>${markupText(text)}${command ? `<pre>${markupText(command)}</pre>` : ''}</li>`,
            )
            .join('\n')}</ul>`,
        ]
      : []),
    ...(revert
      ? [
          '<h2>Patch for Git</h2>',
          `<pre>${markupText(patchYaml(revert))}</pre>`,
          `<h2>Pull request: ${markupText(revert.title)}</h2>`,
          `<pre>${markupText(revert.body)}</pre>`,
        ]
      : []),
    ...list('Not known', notes),
  ];
  return pageOf(headline, parts.join('\n'));
}

const time = (at: Date): string => at.toISOString().replace('T', ' ').slice(0, 19);

const table = (story: readonly Happening[]): string =>
  htmlTable(
    ['time (UTC)', 'what'],
    story.map(({ at, text, bad }) => [
      markupText(time(at)),
      bad ? `<span class="bad">${markupText(text)}</span>` : markupText(text),
    ]),
    [0],
  );

const WIDTH = 960;
const MARGIN = 24;

/** Everything that happened as marks on one line of time. Each mark says what it is when it is pointed at. */
function strip(story: readonly Happening[]): string {
  const times = story.map(({ at }) => at.getTime());
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const x = (at: number): number => MARGIN + ((at - from) / Math.max(to - from, 1)) * (WIDTH - 2 * MARGIN);
  const marks = story.map(({ at, text, bad }) => {
    const colour = bad ? 'var(--bad)' : 'var(--good)';
    const place = x(at.getTime()).toFixed(1);
    return `<g><title>${markupText(`${time(at)} ${text}`)}</title><line x1="${place}" x2="${place}" y1="14" y2="34" stroke="${colour}" stroke-width="2"/><circle cx="${place}" cy="24" r="5" fill="${colour}"/></g>`;
  });
  const label = `What happened between ${time(story[0].at)} and ${time(story[story.length - 1].at)} UTC`;
  return [
    `<svg role="img" aria-label="${markupAttribute(label)}" viewBox="0 0 ${WIDTH} 60" xmlns="http://www.w3.org/2000/svg">`,
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="24" y2="24" stroke="var(--line)" stroke-width="2"/>`,
    ...marks,
    `<text x="${MARGIN}" y="54" font-size="12" fill="var(--soft)">${time(new Date(from))}</text>`,
    `<text x="${WIDTH - MARGIN}" y="54" font-size="12" text-anchor="end" fill="var(--soft)">${time(new Date(to))}</text>`,
    '</svg>',
  ].join('\n');
}
