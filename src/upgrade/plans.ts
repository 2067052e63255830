import { untold } from '../formats/each';
import { lengthOfTime } from '../formats/go-duration';
import type { Graph } from '../graph';
import {
  canaryShare,
  disruptionOf,
  type PlannedRollout,
  plannedRollouts,
  type RolloutModel,
  runUpdate,
  trafficEnd,
  type World,
} from '../controller';
import { comparePlans, percent, type Plan, planRollout } from '../plan';
import { ARGO_ROLLOUTS } from '../versions';
import { type Change, type Effect, placeOf } from './change';
import type { Step } from './releases';

/** Seconds until a pod is ready, as plans assume it. */
const POD_START = 30;

/** Seconds between one pod that gets ready and the next. */
const POD_APART = 10;

/** What two controllers do differently in the same update, and when somebody aborts it. */
export function changedPlans(graph: Graph, { system, before, after }: Step, each = untold): readonly Change[] {
  if (system !== 'argoRollouts') return [];
  const [old, now] = [before, after].map((releases) => plannedRollouts(graph.on(releases)));
  const changes: Change[] = [];
  for (const at of each([...old.keys()], 'comparing rollout')) changes.push(...changesOf(old[at], now[at]));
  return changes;
}

function changesOf(was: PlannedRollout, is: PlannedRollout): readonly Change[] {
  const place = placeOf(is.resource.field('spec', 'strategy'));
  const base = { kind: 'plan', system: 'argoRollouts', id: 'controller', ...place } as const;
  if (was.model === undefined || is.model === undefined) {
    if (was.problems.join('\n') === is.problems.join('\n')) return [];
    return [
      {
        ...base,
        effect: is.model === undefined ? 'worse' : 'better',
        what: is.model === undefined ? 'the update can no longer be planned' : 'the update can be planned now',
        before: was.problems.join('; ') || 'it is planned',
        after: is.problems.join('; ') || 'it is planned',
      },
    ];
  }
  const [before, after] = [was.model, is.model].map((model) => planRollout(model, { podStart: POD_START }));
  const changes = comparePlans(before, after).map(({ what, old, new: now }): Change => ({
    ...base,
    effect: effectOn(what, before, after),
    what,
    before: old,
    after: now,
  }));
  if (changes.length === 0 && JSON.stringify(before.stretches) !== JSON.stringify(after.stretches)) {
    changes.push({
      ...base,
      effect: 'different',
      what: 'the timetable of a healthy update',
      before: timesOf(before),
      after: timesOf(after),
    });
  }
  return [...changes, ...changedMessages(before, after, base), ...changedAborts(before, after, base)];
}

/** The messages of aborts by an analysis, once for each text that is added or removed. */
function changedMessages(
  before: Plan,
  after: Plan,
  base: Omit<Change, 'effect' | 'what' | 'before' | 'after'>,
): readonly Change[] {
  const found = new Map<string, Change>();
  for (const { title, ending, message } of after.whatIfs) {
    const was = before.whatIfs.find((one) => one.title === title);
    if (was === undefined || was.ending !== ending || was.message === message) continue;
    const [longer, shorter] = was.message.length > message.length ? [was.message, message] : [message, was.message];
    const part = longer.replace(shorter, '');
    if (found.has(part)) continue;
    found.set(part, {
      ...base,
      kind: 'message',
      // Nothing else that differs adds words in front.
      ...(longer.endsWith(shorter) ? { id: ARGO_ROLLOUTS.namesFailedAnalysis.id } : {}),
      effect: 'different',
      what: `the message of the abort if ${title}`,
      before: was.message,
      after: message,
    });
  }
  return [...found.values()];
}

/** Worse is what ends worse or not at all, keeps traffic on the canary, or takes the service away. */
function effectOn(what: string, before: Plan, after: Plan): Effect {
  const row = (plan: Plan): Plan['whatIfs'][number] | undefined =>
    plan.whatIfs.find(({ title }) => what === `if ${title}`);
  const [was, is] = [row(before), row(after)];
  if (was && is) return compared(badness(was), badness(is));
  return compared(before.ending === 'promoted' ? 0 : 1, after.ending === 'promoted' ? 0 : 1);
}

const badness = ({ ending, abortIncomplete, outageSeconds: outage }: Plan['whatIfs'][number]): number =>
  (ending === 'promoted' ? 4 : ending === 'stuck' ? 2 : 0) + (abortIncomplete ? 2 : 0) + (outage === null ? 1 : 0);

const compared = (was: number, is: number): Effect => (is > was ? 'worse' : is < was ? 'better' : 'different');

const timesOf = ({ stretches, ending }: Plan): string =>
  `${stretches.map(({ from, share, canary, stable }) => `${lengthOfTime(from.seconds)} ${percent(share)} ${canary}+${stable}`).join(', ')}; ${ending}`;

/** What becomes of the traffic when somebody aborts an update. */
interface Abort {
  readonly text: string;
  readonly incomplete: boolean;
  readonly outage: number;
}

/** Aborts an update at each of its weights, and reports the first for which two controllers differ. */
function changedAborts(
  before: Plan,
  after: Plan,
  base: Omit<Change, 'effect' | 'what' | 'before' | 'after'>,
): readonly Change[] {
  const weights = new Map<number, number>();
  for (const { share, from, to } of after.stretches) {
    if (share > 0 && to.seconds > from.seconds && !weights.has(share)) {
      weights.set(share, (from.seconds + to.seconds) / 2);
    }
  }
  // The greatest weight first: there is most to go wrong.
  for (const [share, at] of [...weights].sort(([a], [b]) => b - a)) {
    const [was, is] = [abortAt(before.rollout, at), abortAt(after.rollout, at)];
    if (was.text === is.text) continue;
    const grade = ({ incomplete, outage }: Abort): number => (incomplete ? 2 : 0) + (outage === Infinity ? 1 : 0);
    return [
      {
        ...base,
        id: ARGO_ROLLOUTS.dynamicAbort.id,
        effect: compared(grade(was), grade(is)),
        what: `an abort while the canary has ${percent(share)} of the traffic`,
        before: was.text,
        after: is.text,
      },
    ];
  }
  return [];
}

function abortAt(model: RolloutModel, at: number): Abort {
  const ready = POD_START + model.minReadySeconds;
  const world: World = {
    measure: () => ({ phase: 'Successful' }),
    // Pods rarely get ready at the same moment, and controllers differ in what they do in between.
    podReady: (_version, ordinal) => ready + (ordinal % Math.max(1, model.replicas)) * POD_APART,
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: 0, action: 'promote' }),
    actions: [{ at, action: 'abort' }],
  };
  const { frames, ending } = runUpdate(model, world);
  const { abortIncomplete: incomplete, outageSeconds } = disruptionOf(model, frames);
  const outage = outageSeconds ?? Infinity;
  if (ending !== 'aborted') return { text: `the update ends as ${ending}`, incomplete, outage };
  const shares = frames.filter(({ aborted }) => aborted).map((frame) => Math.round(100 * canaryShare(model, frame)));
  const path = shares.filter((share, i) => share !== shares[i - 1]).map((share) => percent(share));
  const out =
    outage === 0
      ? ''
      : outage === Infinity
        ? '; no pod serves any more'
        : `; no pod serves for ${lengthOfTime(outage)}`;
  const last = frames[frames.length - 1];
  if (incomplete) {
    return {
      text: `the canary keeps ${path[path.length - 1]} for ever (${path.join(' → ')})${out}`,
      incomplete,
      outage,
    };
  }
  const seconds = trafficEnd(model, frames, at) - at;
  const text = `all traffic is back after ${lengthOfTime(seconds)} (${path.join(' → ')}), with ${last.canary.spec} canary pods left${out}`;
  return { text, incomplete, outage };
}
