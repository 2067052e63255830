import type { TrafficProfile } from '../../traffic-model';
import type { Draft, DraftStep } from '../engine';
import type { Unit } from '../scales';
import { byId, h } from './dom';
import { slider } from './slider';
import type { State } from './state';

/** What the controls do. */
export interface Changes {
  readonly draft: (draft: Draft) => void;
  readonly profile: (profile: TrafficProfile) => void;
}

/** Draws all controls anew: after a file was read, a step came or went, or a suggestion was taken. */
export function drawControls(state: () => State, changes: Changes): void {
  drawSteps(state, changes);
  drawKnobs(state, changes);
  drawTraffic(state, changes);
}

const NAMES = { weight: 'Weight', pause: 'Pause', approval: 'Manual approval', analysis: 'Analysis', other: 'Step' };

function drawSteps(state: () => State, changes: Changes): void {
  const { draft } = state();
  // The buttons are made anew: whoever uses the keyboard goes on where they were.
  const redraw = (steps: readonly DraftStep[], ...focus: readonly string[]): void => {
    changes.draft({ ...state().draft, steps });
    drawSteps(state, changes);
    focus
      .map((id) => document.getElementById(id))
      .find((one) => one !== null && !one.hasAttribute('disabled'))
      ?.focus();
  };
  const items = draft.steps.map((step, i) => stepItem(step, i, state, changes, redraw));
  byId('steps').replaceChildren(...items);
  const fresh: [string, DraftStep][] = [
    ['weight', { kind: 'weight', value: Math.min(100, Math.max(5, lastWeight(draft) + 10)) }],
    ['pause', { kind: 'pause', value: 300 }],
    ...(draft.canAnalyse ? [['analysis', { kind: 'analysis' }] as [string, DraftStep]] : []),
    ['manual approval', { kind: 'approval' }],
  ];
  const add = (step: DraftStep): void => {
    const { steps } = state().draft;
    redraw([...steps, step], `step-${steps.length}`, `remove-${steps.length}`);
  };
  byId('add').replaceChildren(
    ...fresh.map(([name, step]) =>
      h('button', { type: 'button', id: `add-${step.kind}`, onclick: () => add(step) }, `+ ${name}`),
    ),
  );
}

const lastWeight = ({ steps }: Draft): number => steps.findLast(({ kind }) => kind === 'weight')?.value ?? 0;

function stepItem(
  step: DraftStep,
  i: number,
  state: () => State,
  changes: Changes,
  redraw: (steps: readonly DraftStep[], ...focus: readonly string[]) => void,
): HTMLElement {
  const { kind, value = 0, label } = step;
  const name = `Step ${i + 1}: ${NAMES[kind].toLowerCase()}`;
  const move = (by: number): void => {
    const steps = [...state().draft.steps];
    [steps[i], steps[i + by]] = [steps[i + by], steps[i]];
    const [same, other] = by < 0 ? ['up', 'down'] : ['down', 'up'];
    redraw(steps, `move-${i + by}-${same}`, `move-${i + by}-${other}`);
  };
  const button = (what: string, id: string, text: string, act: () => void, disabled = false): HTMLElement =>
    h(
      'button',
      { type: 'button', id, class: 'icon', 'aria-label': `${what} ${name}`, title: what, disabled, onclick: act },
      text,
    );
  const steps = state().draft.steps;
  const set = (now: number): void =>
    changes.draft({
      ...state().draft,
      steps: state().draft.steps.map((one, at) => (at === i ? { ...one, value: now } : one)),
    });
  const body =
    kind === 'weight' || kind === 'pause'
      ? slider({
          id: `step-${i}`,
          label: NAMES[kind],
          unit: kind === 'weight' ? 'percent' : 'seconds',
          value,
          changed: set,
        })
      : h('span', { class: 'words' }, kind === 'other' ? (label ?? 'a step') : NAMES[kind]);
  return h(
    'li',
    { class: `step ${kind}` },
    h('span', { class: 'number', 'aria-hidden': 'true' }, String(i + 1)),
    body,
    h(
      'span',
      { class: 'buttons' },
      button('move up', `move-${i}-up`, '↑', () => move(-1), i === 0),
      button('move down', `move-${i}-down`, '↓', () => move(1), i === steps.length - 1),
      button('remove', `remove-${i}`, '×', () =>
        redraw(
          state().draft.steps.filter((_, at) => at !== i),
          `remove-${Math.max(0, i - 1)}`,
          'add-weight',
        ),
      ),
    ),
  );
}

function drawKnobs(state: () => State, changes: Changes): void {
  const { knobs } = state().draft;
  const groups = [...new Set(knobs.map(({ group }) => group))];
  const parts = groups.map((group) =>
    h(
      'fieldset',
      {},
      h('legend', {}, group),
      ...knobs
        .filter((knob) => knob.group === group)
        .map(({ id, label, unit, value }) =>
          slider({
            id: `knob-${id.replace(/\W+/g, '-')}`,
            label,
            unit: unit as Unit,
            value,
            least: label === 'measurements' ? 1 : 0,
            changed: (now) =>
              changes.draft({
                ...state().draft,
                knobs: state().draft.knobs.map((one) => (one.id === id ? { ...one, value: now } : one)),
              }),
          }),
        ),
    ),
  );
  byId('knobs').replaceChildren(
    ...(parts.length > 0 ? parts : [h('p', { class: 'soft' }, 'Nothing is analysed that can be changed here.')]),
  );
}

/** What the page changes of the traffic. */
const TRAFFIC: readonly (readonly [keyof TrafficProfile, string, Unit])[] = [
  ['rps', 'requests per second', 'requests'],
  ['errorRate', 'failed requests of the bad version', 'share'],
  ['baselineErrorRate', 'failed requests today', 'share'],
  ['podStart', 'pods start in', 'seconds'],
  ['scrapeInterval', 'time between two scrapes', 'seconds'],
  ['approvalAfter', 'manual approval after', 'seconds'],
];

function drawTraffic(state: () => State, changes: Changes): void {
  const { profile } = state();
  byId('traffic').replaceChildren(
    ...TRAFFIC.flatMap(([name, label, unit]) => {
      const value = profile[name];
      if (typeof value !== 'number') return [h('p', { class: 'soft' }, `${label}: over the day, as the profile says`)];
      return [
        slider({
          id: `traffic-${name}`,
          label,
          unit,
          value,
          changed: (now) => changes.profile({ ...state().profile, [name]: now }),
        }),
      ];
    }),
  );
}
