import { markupText } from '../../formats/encode/markup';
import { clock, lengthOfTime } from '../../formats/go-duration';
import { plural } from '../../formats/plural';
import { fullName, htmlTable, pageOf, picturesOf, planRollout } from '../../plan';
import type { RolloutModel } from '../../controller';
import type { Rehearsal, RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import { rehearsalPicture, stepsOf } from './picture';
import { analysisText, answerText, behindText, conditionsText, outcomeText } from './wording';

/** One rehearsal of a page. */
export interface PageEntry {
  /** Default: the rollout's name. */
  readonly title?: string;
  /** Undefined for a scenario that did not run with a Prometheus. */
  readonly rehearsal?: Rehearsal;
  /** How a scenario went; undefined for a rehearsal of which nothing was expected. */
  readonly verdict?: Verdict;
}

/** How a scenario went. */
export interface Verdict {
  readonly status: 'passed' | 'failed' | 'broken' | 'skipped';
  readonly problems: readonly string[];
  /** What happened, in lines. */
  readonly details: readonly string[];
  /** Whether each update of the rehearsal, the retry among them, went as expected. */
  readonly asExpected: readonly boolean[];
}

const MARKS: { readonly [status in Verdict['status']]: readonly [mark: string, kind: string] } = {
  passed: ['✓ passed', 'good'],
  failed: ['✗ failed', 'bad'],
  broken: ['! broken', 'bad'],
  skipped: ['– skipped', ''],
};

/** Rehearsals as a page of its own, headed by what is stated: no script, light and dark. */
export function rehearsalPage(entries: readonly PageEntry[], stated?: readonly string[]): string {
  const rehearsals = entries.flatMap(({ rehearsal }) => rehearsal ?? []);
  const title = titleOf(entries);
  const planned = new Map(rehearsals.map(({ rollout, updates }) => [rollout, updates[0].conditions.profile]));
  const plans = [...planned].flatMap(([rollout, { podStart }], i) => [
    `<h2>The plan of ${markupText(fullName(rollout))}</h2>`,
    ...picturesOf(planRollout(rollout, { podStart }), i),
  ]);
  return pageOf(
    title,
    [
      `<h1>${markupText(title)}</h1>`,
      overview(entries),
      ...entries.map(section),
      ...queries(rehearsals),
      ...plans,
    ].join('\n'),
    stated,
  );
}

function titleOf(entries: readonly PageEntry[]): string {
  const verdicts = entries.flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.length > 0) {
    const counts = (['passed', 'failed', 'broken', 'skipped'] as const)
      .map((status) => [verdicts.filter((one) => one.status === status).length, status] as const)
      .filter(([count]) => count > 0)
      .map(([count, status]) => `${count} ${status}`);
    return `${plural(verdicts.length, 'scenario')}: ${counts.join(', ')}`;
  }
  const [first] = entries;
  return entries.length === 1 && first.rehearsal
    ? `Rehearsal of ${fullName(first.rehearsal.rollout)}`
    : `${entries.length} rehearsals`;
}

const nameOf = ({ title, rehearsal }: PageEntry): string => title ?? (rehearsal ? fullName(rehearsal.rollout) : '');

function overview(entries: readonly PageEntry[]): string {
  const judged = entries.some(({ verdict }) => verdict !== undefined);
  if (entries.length < 2 && !judged) return '';
  return htmlTable(
    [...(judged ? ['result'] : []), 'scenario', 'outcome', 'because'],
    entries.map((entry) => {
      const { rehearsal, verdict } = entry;
      const updates = rehearsal?.updates ?? [];
      // A problem may quote the message of the controller already.
      const isSaid = (message: string): boolean => verdict?.problems.some((one) => one.includes(message)) ?? false;
      const messages = updates.flatMap(({ message }) =>
        message === '' || isSaid(message) ? [] : [`<span class="soft">${markupText(message)}</span>`],
      );
      return [
        ...(judged ? [verdict === undefined ? '' : marked(verdict)] : []),
        markupText(nameOf(entry)),
        rehearsal === undefined
          ? markupText(verdict?.details[0] ?? '')
          : updates.map((update) => outcomeHtml(rehearsal.rollout, update, verdict)).join('<br>then '),
        [...(verdict?.problems ?? []).map((one) => `<span class="bad">${markupText(one)}</span>`), ...messages].join(
          '<br>',
        ),
      ];
    }),
    judged ? [0] : [],
  );
}

function marked({ status }: Verdict): string {
  const [mark, kind] = MARKS[status];
  return `<span class="${kind}">${mark}</span>`;
}

/** An abort is bad unless a scenario expects it: then the verdict is what counts. */
function outcomeHtml(rollout: RolloutModel, update: RehearsedUpdate, verdict: Verdict | undefined): string {
  const words = markupText(outcomeText(rollout, update));
  if (verdict !== undefined) return words;
  const kind = update.outcome === 'promoted' ? 'good' : update.outcome === 'aborted' ? 'bad' : '';
  return `<span class="${kind}">${words}</span>`;
}

function section(entry: PageEntry, index: number): string {
  const { rehearsal, verdict } = entry;
  const found = [
    `<h2>${markupText(nameOf(entry))}</h2>`,
    ...(verdict ? [`<p>${marked(verdict)}</p>`] : []),
    ...(verdict?.problems ?? []).map((problem) => `<p class="bad">${markupText(problem)}</p>`),
  ];
  if (rehearsal === undefined) {
    const details = verdict?.details.join('\n') ?? '';
    return [...found, ...(details === '' ? [] : [`<pre>${markupText(details)}</pre>`])].join('\n');
  }
  const { updates, prometheus, replayed, seed, notes, assumptions } = rehearsal;
  const how = replayed
    ? `Real metrics, replayed into Prometheus ${prometheus}.`
    : `Every value is what Prometheus ${prometheus} answered at that moment of simulated time (seed ${seed}).`;
  return [
    ...found,
    `<p class="soft">${markupText(how)}</p>`,
    ...updates.map((update, i) => updateHtml(rehearsal, update, verdict?.asExpected[i], `${index}-${i}`)),
    ...list('Assumptions', assumptions),
    ...list('Notes', notes),
  ].join('\n');
}

const list = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0
    ? []
    : [`<h3>${title}</h3>`, `<ul>${entries.map((entry) => `<li>${markupText(entry)}</li>`).join('')}</ul>`];

function updateHtml(
  { rollout, replayed }: Rehearsal,
  update: RehearsedUpdate,
  asExpected: boolean | undefined,
  id: string,
): string {
  const picture = (width: number, kind: string): string =>
    `<div class="${kind}">${rehearsalPicture(rollout, update, asExpected, { width, id: `${kind}-run-${id}` })}</div>`;
  const steps = stepsOf(rollout, update).map(({ number, words, from, to }) => [
    clock(from),
    to > from ? lengthOfTime(to - from) : 'takes no time',
    number === undefined ? 'end' : `${number}`,
    markupText(words),
  ]);
  return [
    ...(id.endsWith('-0') ? [] : ['<h3>Retry</h3>']),
    `<p>${markupText(sentence(conditionsText(update.conditions, replayed)))}</p>`,
    picture(900, 'wide'),
    picture(328, 'narrow'),
    ...(update.message && update.outcome !== 'promoted' ? [`<p>${markupText(update.message)}</p>`] : []),
    ...(steps.length > 0 ? [htmlTable(['from', 'takes', 'step', 'what happens'], steps, [0, 1, 2])] : []),
    ...(update.measurements.length > 0
      ? [htmlTable(['at', 'metric', 'value', 'verdict', 'the traffic behind it'], update.measurements.map(row), [0])]
      : ['<p>Nothing was measured.</p>']),
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

/** Each query with its condition, once, whatever the number of rehearsals that ask it. */
function queries(rehearsals: readonly Rehearsal[]): string[] {
  const found = new Set<string>();
  for (const { rollout, updates } of rehearsals) {
    for (const { metric, query, condition } of updates.flatMap(({ measurements }) => measurements)) {
      if (query === undefined) continue;
      const text = `<pre>${markupText(query.trim())}</pre>\n<pre>${markupText(condition)}</pre>`;
      found.add(`<h3>${markupText(`${fullName(rollout)}: ${metric}`)}</h3>\n${text}`);
    }
  }
  return found.size === 0 ? [] : ['<h2>Queries</h2>', ...found];
}

const sentence = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}.`;
