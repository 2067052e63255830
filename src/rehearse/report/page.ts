import { markupText } from '../../formats/encode/markup';
import { clock } from '../../formats/go-duration';
import { fullName, htmlTable, pageOf, pictureOf, planRollout } from '../../plan';
import type { RolloutModel } from '../../controller';
import type { Rehearsal, RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import { rehearsalPicture } from './picture';
import { analysisText, answerText, behindText, conditionsText, outcomeText } from './wording';

/** One rehearsal of a page. */
export interface PageEntry {
  /** Default: the rollout's name. */
  readonly title?: string;
  readonly rehearsal: Rehearsal;
}

/** Rehearsals as a page of its own, headed by what is stated: no script, light and dark. */
export function rehearsalPage(entries: readonly PageEntry[], stated?: readonly string[]): string {
  const title =
    entries.length === 1 ? `Rehearsal of ${fullName(entries[0].rehearsal.rollout)}` : `${entries.length} rehearsals`;
  const planned = new Map(entries.map(({ rehearsal }) => [rehearsal.rollout, rehearsal.updates[0].conditions.profile]));
  const plans = [...planned].flatMap(([rollout, profile]) => [
    `<h2>The plan of ${markupText(fullName(rollout))}</h2>`,
    pictureOf(planRollout(rollout, { podStart: profile.podStart })),
  ]);
  return pageOf(
    title,
    [`<h1>${markupText(title)}</h1>`, overview(entries), ...entries.map(section), ...plans].join('\n'),
    stated,
  );
}

function overview(entries: readonly PageEntry[]): string {
  if (entries.length < 2) return '';
  return htmlTable(
    ['scenario', 'outcome', 'because'],
    entries.map(({ title, rehearsal }) => [
      markupText(title ?? fullName(rehearsal.rollout)),
      rehearsal.updates.map((update) => outcomeHtml(rehearsal.rollout, update)).join('<br>then '),
      rehearsal.updates.map(({ message }) => `<span class="soft">${markupText(message)}</span>`).join('<br>'),
    ]),
  );
}

function outcomeHtml(rollout: RolloutModel, update: RehearsedUpdate): string {
  const kind = update.outcome === 'promoted' ? 'good' : update.outcome === 'aborted' ? 'bad' : '';
  return `<span class="${kind}">${markupText(outcomeText(rollout, update))}</span>`;
}

function section({ title, rehearsal }: PageEntry): string {
  const { rollout, updates, prometheus, replayed, seed, notes, assumptions } = rehearsal;
  const how = replayed
    ? `Real metrics, replayed into Prometheus ${prometheus}.`
    : `Every value is what Prometheus ${prometheus} answered at that moment of simulated time (seed ${seed}).`;
  return [
    `<h2>${markupText(title ?? fullName(rollout))}</h2>`,
    `<p class="soft">${markupText(how)}</p>`,
    ...updates.map((update, i) => updateHtml(rehearsal, update, i)),
    ...list('Assumptions', assumptions),
    ...list('Notes', notes),
  ].join('\n');
}

const list = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0
    ? []
    : [`<h3>${title}</h3>`, `<ul>${entries.map((entry) => `<li>${markupText(entry)}</li>`).join('')}</ul>`];

function updateHtml({ rollout }: Rehearsal, update: RehearsedUpdate, index: number): string {
  const queries = new Map(update.measurements.map((one) => [one.metric, one]));
  return [
    ...(index > 0 ? ['<h3>Retry</h3>'] : []),
    `<p>${markupText(sentence(conditionsText(update.conditions)))}</p>`,
    rehearsalPicture(rollout, update),
    ...(update.message && update.outcome !== 'promoted' ? [`<p>${markupText(update.message)}</p>`] : []),
    ...(update.measurements.length > 0
      ? [htmlTable(['at', 'metric', 'value', 'verdict', 'the traffic behind it'], update.measurements.map(row), [0])]
      : ['<p>Nothing was measured.</p>']),
    ...[...queries.values()].flatMap(({ metric, query, condition }) =>
      query === undefined
        ? []
        : [
            `<h3>${markupText(metric)}</h3>`,
            `<pre>${markupText(query.trim())}</pre>`,
            `<pre>${markupText(condition)}</pre>`,
          ],
    ),
  ].join('\n');
}

function row(one: RehearsedMeasurement): string[] {
  const kind = one.phase === 'Successful' ? 'good' : one.phase === 'Inconclusive' ? '' : 'bad';
  const why = one.message === undefined ? '' : `<br><span class="soft">${markupText(one.message)}</span>`;
  return [
    clock(one.at),
    `${markupText(one.metric)}<br><span class="soft">${markupText(analysisText(one))}</span>`,
    markupText(answerText(one.answer)),
    `<span class="${kind}">${one.phase}</span>${why}`,
    markupText(behindText(one)),
  ];
}

const sentence = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}.`;
