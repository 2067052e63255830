// Item 4: our simulator passes through the same states as the real controllers.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { blueGreenScenario } from './blue-green-corpus.mjs';
import { measured } from './conditions.mjs';
import { keptCases } from './kept.mjs';
import { knownFor } from './known.mjs';
import { Oracle } from './oracles.mjs';
import { failuresOf } from './random.mjs';
import { engineOf } from './releases.mjs';
import { fieldsOf, scenario } from './scenario-corpus.mjs';
import { networkOfOurs, networkOfTheirs } from './network.mjs';
import { hasRouter, manifestsOf, modelOf, resultsOf } from './scenarios.mjs';

const require = createRequire(import.meta.url);
const HORIZON = 2 * 3600;

/** What the real controllers do. */
async function theirsOf(oracle, one) {
  const { trace, end } = await oracle.ask({
    kind: 'simulate',
    manifests: manifestsOf(one),
    rollout: 'shop',
    pods: one.pods,
    measurements: resultsOf(one),
    actions: one.actions,
    approveAfter: one.approveAfter,
    horizon: HORIZON,
    busy: one.busy,
  });
  const states = trace.map((state) => ({
    ...networkOfTheirs(one, state),
    time: state.at,
    step: one.blueGreen ? undefined : (state.step ?? undefined),
    weight:
      one.blueGreen || (hasRouter(one) && !state.promoted)
        ? state.weight
        : hasRouter(one)
          ? (one.maxTrafficWeight ?? 100)
          : undefined,
    pods: podsOf(state.new, state.old, state.others, state.experiment),
    phase: state.phase,
    aborted: isAborted(one, state),
    why: isAborted(one, state) ? whyOf(state) : undefined,
    promoted: state.promoted,
  }));
  return { states: settled(states), end };
}

/**
 * Whether a rollout is aborted. Before 1.10, the run that failed before a retry sets `status.abort` again of a blue-green
 * rollout that has been promoted and is healthy, where it has no effect.
 */
const isAborted = ({ blueGreen }, { aborted = false, promoted, phase }) =>
  aborted && !(blueGreen && promoted && phase === 'Healthy');

/** The message of an abort by an analysis or an experiment, without the revision before it and the last error of the metric after it. */
function whyOf({ message }) {
  // Within a second in which a rollout is retried, it may have no message.
  if (message === undefined) return undefined;
  const why = message.replace(/^RolloutAborted: (Rollout aborted update to revision \d+: )?/, '');
  return /^([^:]+: )?(Metric "[^"]*" assessed \w+ due to .*?\(-?\d+\) > .*?\(-?\d+\)|Template '\w+' exceeded .*)/.exec(
    why,
  )?.[0];
}

/** What people do, where our simulator has another word for it. */
const ACTIONS = { promoteFull: 'promote-full', pause: 'halt', resume: 'unhalt' };
const TEMPLATES = { first: 'old', third: 'next' };

function actionOf({ do: what, template, replicas }) {
  if (what === 'template') return { template: TEMPLATES[template] };
  if (what === 'scale') return { scale: replicas };
  return ACTIONS[what] ?? what;
}

const wantedOf = ({ spec, available }) => ({ wanted: spec, available });

/** The pods of a version between the first and the last. */
function othersOf({ canary, stable, versions }) {
  const rest = (key) =>
    Object.values(versions?.pods ?? { canary, stable }).reduce((sum, pods) => sum + pods[key], 0) -
    canary[key] -
    stable[key];
  return { wanted: rest('spec'), available: rest('available') };
}

function experimentOf({ experiment }) {
  if (experiment === undefined) return undefined;
  const { canary, stable } = experiment;
  return { wanted: canary.spec + stable.spec, available: canary.available + stable.available };
}

function podsOf(latest, first, others, experiment) {
  const between = others.wanted + others.available > 0 ? `, ${others.available}/${others.wanted} between` : '';
  const beside = experiment ? `, ${experiment.available}/${experiment.wanted} of the experiment` : '';
  return `${latest.available}/${latest.wanted} new, ${first.available}/${first.wanted} old${between}${beside}`;
}

/** What our simulator says that they do. */
function oursOf(one, release) {
  const { controllerBehaviour } = require('../../lib/src/versions');
  const { run } = require('../../lib/src/controller');
  const { assess } = require('../../lib/src/expr');
  const results = resultsOf(one);
  const taken = {};
  const measure = (_run, metric) => {
    const list = results[metric.name];
    const index = Math.min(taken[metric.name] ?? 0, list.length - 1);
    taken[metric.name] = (taken[metric.name] ?? 0) + 1;
    if (list[index].error) return { phase: 'Error' };
    return { phase: assess(metric, measured(list[index]), 'prometheus', engineOf(release)).phase };
  };
  const { start, canaryStart, canaryReady } = one.pods;
  const patience = one.spec.minReadySeconds ?? 0;
  const { frames } = run(
    { ...modelOf(one), controller: controllerBehaviour(release) },
    {
      measure,
      podReady: (version, ordinal) => {
        if (version === 'old') return start + patience;
        if (canaryReady !== undefined && ordinal >= canaryReady) return Infinity;
        return (canaryStart ?? start) + patience;
      },
      // Whoever set spec.paused takes it away again.
      person: (reason) =>
        one.approveAfter === undefined || reason === 'SpecPaused'
          ? undefined
          : { after: one.approveAfter, action: 'promote' },
      actions: one.actions.map((action) => ({ at: action.at, action: actionOf(action) })),
      horizon: HORIZON,
    },
  );
  return settled(
    frames.map((frame) => ({
      ...networkOfOurs(one, frame),
      time: frame.time,
      step: one.blueGreen ? undefined : frame.stepIndex,
      weight: one.blueGreen || hasRouter(one) ? frame.weight : undefined,
      pods: podsOf(wantedOf(frame.canary), wantedOf(frame.stable), othersOf(frame), experimentOf(frame)),
      phase: frame.phase,
      aborted: frame.aborted,
      why: frame.aborted ? whyOf(frame) : undefined,
      promoted: frame.promoted,
    })),
  );
}

/**
 * The states in which a rollout stays. Within a second the controllers take many small steps, of which nobody
 * sees the order; what a second ends with is what counts.
 */
function settled(states) {
  const kept = [];
  let begun = -Infinity;
  for (const state of states) {
    if (state.time - begun < 0.9) kept.pop();
    else begun = state.time;
    kept.push(state);
  }
  return kept.filter((state, i) => i === 0 || wordsOf(state) !== wordsOf(kept[i - 1]));
}

const wordsOf = ({ step, weight, pods, phase, aborted, why, promoted, services, subsets, routes, deployment }) =>
  [
    `step ${step ?? '-'}`,
    `weight ${weight ?? '-'}`,
    pods,
    phase,
    ...(services ? [`Services ${services}`] : []),
    ...(subsets ? [`subsets ${subsets}`] : []),
    ...(routes ? [`routes ${routes}`] : []),
    ...(deployment === undefined ? [] : [`Deployment ${deployment}`]),
    ...(aborted ? [why === undefined ? 'aborted' : `aborted (${why})`] : []),
    ...(promoted ? ['promoted'] : []),
  ].join(', ');
const lineOf = (state) => `${String(Math.round(state.time)).padStart(6)} s  ${wordsOf(state)}`;

/** How far the clocks of the two may be apart: the controllers need a few milliseconds for each step they take. */
const TOLERANCE_SECONDS = 2.5;

function sameCourse(ours, theirs, tolerance) {
  return (
    ours.length === theirs.length &&
    ours.every(
      (state, i) => wordsOf(state) === wordsOf(theirs[i]) && Math.abs(state.time - theirs[i].time) <= tolerance,
    )
  );
}

const isHaltedBehindSwitch = ({ phase, weight, promoted }) => phase === 'Paused' && weight === 100 && !promoted;

export async function compare(oracle, one, release) {
  const theirs = await theirsOf(oracle, one).catch((error) => ({ states: [], end: String(error) }));
  let ours;
  try {
    ours = oursOf(one, release);
  } catch (error) {
    return { agree: false, ours: String(error), theirs: theirs.states.map(lineOf) };
  }
  if (theirs.states.length === 0) return { agree: false, ours: ours.map(lineOf), theirs: theirs.end };
  // Of a case that says how long it is worth while to look, it is known that the controllers never come to rest. So it is
  // of a blue-green rollout that is halted between the switch and the promotion: two conditions are set in turn without
  // end. What it does then is not compared.
  const restless = one.blueGreen !== undefined && theirs.end === 'busy' && isHaltedBehindSwitch(theirs.states.at(-1));
  const compared = restless ? ours.slice(0, theirs.states.length) : ours;
  // The deadline of a version that was aborted and is scaled down stays on its ReplicaSet: once another version has run out
  // of its own time, the controllers look at it without end, and never call it late.
  const waitsInVain = theirs.end === 'busy' && one.actions.some(({ template }) => template === 'third');
  const agree =
    (theirs.end === 'busy') === (one.busy !== undefined || restless || waitsInVain) &&
    sameCourse(compared, theirs.states, one.lag ?? TOLERANCE_SECONDS);
  return {
    agree,
    states: ours.length,
    last: ours.at(-1),
    ours: ours.map(lineOf),
    theirs: [...theirs.states.map(lineOf), theirs.end],
  };
}

export async function simulation({ count, seed, only, release }) {
  const oracle = new Oracle(`rollouts-${release}`);
  const figures = { compared: 0, agreed: 0, states: 0, promoted: 0, aborted: 0, waiting: 0, fields: {}, listed: {} };
  const disagreements = [];
  const note = (one, { agree, states, last }, known) => {
    figures.compared += 1;
    for (const field of agree ? fieldsOf(one) : []) figures.fields[field] = (figures.fields[field] ?? 0) + 1;
    if (known) figures.listed[known.id] = (figures.listed[known.id] ?? 0) + 1;
    if (!agree) return;
    figures.agreed += 1;
    figures.states += states;
    figures[last.promoted ? 'promoted' : last.aborted ? 'aborted' : 'waiting'] += 1;
  };
  try {
    for (const { id, title, ...one } of keptCases('simulation', only)) {
      const verdict = await compare(oracle, one, release);
      const known = verdict.agree ? undefined : knownFor('simulation', one);
      note(one, verdict, known);
      if (only || (!verdict.agree && !known))
        disagreements.push({ id, title, known: known?.id, input: one, ...verdict });
    }
    if (!only) {
      // Of blue-green half as many: it has fewer fields.
      for (const [arbitrary, wanted] of [
        [scenario, count],
        [blueGreenScenario, Math.ceil(count / 2)],
      ]) {
        const property = fc.asyncProperty(arbitrary, async (one) => {
          const verdict = await compare(oracle, one, release);
          const known = verdict.agree ? undefined : knownFor('simulation', one);
          note(one, verdict, known);
          if (!verdict.agree && !known) throw new Error('the courses differ');
        });
        for (const { seed: at, counterexample, error } of await failuresOf(property, { count: wanted, seed })) {
          const [one] = counterexample;
          const verdict = await compare(oracle, one, release);
          disagreements.push({ id: `seed ${at}`, input: one, ...(verdict.agree ? { error } : {}), ...verdict });
        }
      }
    }
  } finally {
    oracle.close();
  }
  return { figures, disagreements };
}
