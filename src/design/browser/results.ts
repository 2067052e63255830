import { curveChart, outcomeChart, timesChart, trafficChart } from '../../charts';
import { lengthOfTime } from '../../formats/go-duration';
import type { DecidingMetric, Simulation } from '../../simulate';
import { percentage } from '../../formats/percentage';
import type { Evaluation } from '../engine';
import { byId, h } from './dom';
import type { State } from './state';

const CHARTS = ['chart-traffic', 'chart-curve', 'chart-times', 'chart-outcome'] as const;
type Chart = (typeof CHARTS)[number];

/** Draws the list of problems, also where nothing else is known. */
export function drawProblems(problems: readonly string[]): void {
  byId('problems').replaceChildren(...problems.map((problem) => h('li', {}, problem)));
}

/** Draws what is known of the present plan, and of the pinned one beside it. */
export function drawResults({ evaluation, refused, unread, pinned, source }: State): void {
  drawProblems([...unread, ...refused, ...(evaluation?.problems ?? [])]);
  byId('results').classList.toggle('stale', refused.length > 0);
  if (evaluation === undefined) return;
  // Read before anything is written, so that the browser lays the page out once.
  const widths = Object.fromEntries(CHARTS.map((id) => [id, byId(id).clientWidth]));
  const draw = (id: Chart, chart: (width: number) => string): void => {
    drawMarkup(byId(id), chart(Math.max(280, Math.round(widths[id]) || 640)));
  };
  drawFigures(evaluation, pinned?.evaluation);
  const both = pinned === undefined ? [evaluation] : [evaluation, pinned.evaluation];
  const names = pinned === undefined ? [source.name] : [`now: ${source.name}`, `pinned: ${pinned.name}`];
  const simulated = both.flatMap(({ simulation, outcome }, i) =>
    simulation ? [{ simulation, outcome, name: names[i] }] : [],
  );
  draw('chart-traffic', (width) =>
    trafficChart(
      both.map(({ traffic }, i) => ({ ...traffic, name: names[i] })),
      { width, styled: false, id: 'traffic-chart' },
    ),
  );
  const [first] = simulated;
  if (first === undefined) return;
  draw('chart-curve', (width) =>
    curveChart(
      simulated.map(({ simulation, name }) => ({
        name,
        points: simulation.detectionCurve,
        falseAlarm: simulation.falseAlarm.value,
      })),
      first.simulation.profile.errorRate,
      { width, styled: false, id: 'curve-chart' },
    ),
  );
  draw('chart-times', (width) =>
    timesChart(
      simulated.map(({ simulation: { detectionTimes, detectionSeconds }, name }) => ({
        name,
        parts: detectionTimes,
        median: detectionSeconds?.p50,
        p95: detectionSeconds?.p95,
      })),
      { width, styled: false, id: 'times-chart' },
    ),
  );
  draw('chart-outcome', (width) =>
    outcomeChart(
      simulated.flatMap(({ outcome, name }) => [
        {
          name: `${name}, bad versions`,
          parts: outcome,
        },
      ]),
      { width, styled: false, id: 'outcome-chart' },
    ),
  );
  drawTables(first.simulation);
}

const latest = new Map<Element, string>();

/** Whether a place shows something else than the last time. */
function differs(place: Element, shown: string): boolean {
  if (latest.get(place) === shown) return false;
  latest.set(place, shown);
  return true;
}

/** Markup of the charts is made of escaped text alone. */
function drawMarkup(place: Element, markup: string): void {
  if (differs(place, markup)) place.innerHTML = markup;
}

function drawFigures(evaluation: Evaluation, pinned: Evaluation | undefined): void {
  const { simulation, headline, figures } = evaluation;
  if (simulation === undefined) {
    byId('figures').replaceChildren();
    byId('status').textContent = headline;
    return;
  }
  byId('figures').replaceChildren(
    ...figures.map(({ id, name, value, more, mood }, i) =>
      h(
        'div',
        { class: 'figure', id: `figure-${id}` },
        h('dt', {}, name),
        h('dd', { class: mood ? `big ${mood}` : 'big' }, value),
        h('dd', { class: 'soft' }, more),
        pinned?.simulation && h('dd', { class: 'pinned' }, `pinned: ${pinned.figures[i].value}`),
      ),
    ),
  );
  const { runs, seed, method, convergence } = simulation;
  const sure = method === 'computed' ? 'computed, not drawn' : `margin of error ${percentage(convergence.halfWidth)}`;
  byId('status').textContent = `${headline}; ${runs.toLocaleString('en')} updates, seed ${seed}; ${sure}`;
}

function drawTables(simulation: Simulation): void {
  const { detectionCurve, decidedBy, falseAlarmBy, assumptions } = simulation;
  drawAnew('curve-table', detectionCurve, () => [
    table(
      ['regression', 'caught', '95 %', 'after'],
      detectionCurve.map(({ what, value, low, high, detectionSeconds }) => [
        what,
        percentage(value),
        `${percentage(low)} to ${percentage(high)}`,
        detectionSeconds === null ? 'never' : lengthOfTime(detectionSeconds),
      ]),
    ),
  ]);
  drawAnew('decides', [decidedBy, falseAlarmBy], () => [
    h('h3', {}, 'Which check stops a bad version'),
    decisions(decidedBy),
    h('h3', {}, 'Which check stops a healthy one'),
    decisions(falseAlarmBy),
  ]);
  drawAnew('assumptions', assumptions, () => assumptions.map((one) => h('li', {}, one)));
}

/** Draws a place if what it shows has changed. */
function drawAnew(id: string, shown: unknown, children: () => readonly HTMLElement[]): void {
  const place = byId(id);
  if (differs(place, JSON.stringify(shown))) place.replaceChildren(...children());
}

function decisions(found: readonly DecidingMetric[]): HTMLElement {
  if (found.length === 0) return h('p', { class: 'soft' }, 'None did.');
  return table(
    ['check', 'where', 'updates', 'measured', 'limit'],
    found.map(({ metric, step, share, value, empty, limits }) => [
      metric,
      step === undefined ? 'background' : `step ${step + 1}`,
      percentage(share),
      [
        value ? `${Number(value.p50.toPrecision(3))} in the median` : '',
        empty > 0 ? `no data in ${percentage(empty)}` : '',
      ]
        .filter(Boolean)
        .join(', '),
      limits.join(' and '),
    ]),
  );
}

/** In a narrow window a cell is a line with its head before it. The roles say that it is still one of a table. */
const cellOf =
  (heads: readonly string[]) =>
  (cell: string, i: number): HTMLElement =>
    h('td', { role: 'cell', 'data-head': heads[i] }, h('span', {}, cell));

function table(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': heads.join(', ') },
    h(
      'table',
      { role: 'table' },
      h(
        'thead',
        { role: 'rowgroup' },
        h('tr', { role: 'row' }, ...heads.map((head) => h('th', { scope: 'col', role: 'columnheader' }, head))),
      ),
      h('tbody', { role: 'rowgroup' }, ...rows.map((row) => h('tr', { role: 'row' }, ...row.map(cellOf(heads))))),
    ),
  );
}
