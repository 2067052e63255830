import { markupText } from '../formats/encode/markup';
import { plannedRollout } from '../controller';
import { type Graph, type Resource } from '../graph';
import { htmlTable, pageOf, picturesOf, planRollout } from '../plan';
import type { Explanation } from './explanation';
import type { Happening } from './story';
import { patchYaml } from './text';
import { timeline } from './timeline';

const POD_START = 30;

/** A page of its own: the plan and what happened one above the other, everything in words, and the plan as a picture. */
export function explanationPage(graph: Graph, rollout: Resource, given: Explanation): string {
  const { headline, story, reasons, expected, now, advice, revert, notes } = given;
  const list = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0
      ? []
      : [`<h2>${title}</h2>`, `<ul>${rows.map((row) => `<li>${markupText(row)}</li>`).join('\n')}</ul>`];
  const planned = plannedRollout(graph, rollout);
  const plan = planned?.model && planRollout(planned.model, { podStart: POD_START });
  const parts = [
    `<h1>${markupText(headline)}</h1>`,
    ...list('Why', reasons),
    ...list('Compared with the simulation', expected),
    ...(story.length > 0
      ? [
          '<h2>Plan and reality</h2>',
          `<div class="wide">${timeline(plan, story, 900)}</div>`,
          `<div class="narrow">${timeline(plan, story, 328)}</div>`,
          table(story),
        ]
      : []),
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
    ...(plan ? ['<h2>As planned</h2>', ...picturesOf(plan, 0)] : []),
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
