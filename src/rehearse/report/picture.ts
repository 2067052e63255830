import { type ChartOptions, type Mood, type Run, runChart, type RunCheck, type RunStep } from '../../charts';
import { clock } from '../../formats/go-duration';
import { fullName, stepText } from '../../plan';
import { canaryShare, type Frame, type RolloutModel } from '../../controller';
import type { RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import { answerText, outcomeText } from './wording';

const MOODS: { readonly [phase in RehearsedMeasurement['phase']]: Mood } = {
  Successful: 'good',
  Failed: 'bad',
  Inconclusive: 'held',
  Error: 'bad',
};

/** How an ending looks where nothing was expected of it. */
const ENDINGS: { readonly [outcome in RehearsedUpdate['outcome']]: Mood } = {
  promoted: 'good',
  aborted: 'bad',
  paused: 'held',
};

/**
 * A rehearsed update as one SVG picture: the canary's share, steps and waits, every measurement and its verdict, and the
 * failed requests.
 *
 * @param asExpected whether it ended as a scenario expected; undefined where nothing was expected
 */
export function rehearsalPicture(
  rollout: RolloutModel,
  update: RehearsedUpdate,
  asExpected: boolean | undefined,
  options: ChartOptions = {},
): string {
  const { outcome, endedAt } = update;
  const expected = asExpected === undefined ? '' : asExpected ? ', as expected' : ', not as expected';
  const run: Run = {
    title: `Rehearsal of ${fullName(rollout)}: ${outcomeText(rollout, update)}${expected}`,
    shares: sharesOf(rollout, update),
    steps: stepsOf(rollout, update),
    checks: checksOf(update),
    failures: failuresOf(update),
    end: {
      at: endedAt,
      words: `${outcome} at ${clock(endedAt)}${expected}`,
      mood: asExpected === undefined ? ENDINGS[outcome] : asExpected ? 'good' : 'bad',
      promoted: outcome === 'promoted',
    },
  };
  return runChart(run, options);
}

/** Frames while the update is under way; of several at one time, the last is observable. */
function framesOf({ frames, endedAt }: RehearsedUpdate): Frame[] {
  const running = frames.filter(({ time, promoted, aborted }) => time <= endedAt && !promoted && !aborted);
  return running.filter(({ time }, i) => running[i + 1]?.time !== time);
}

function sharesOf(rollout: RolloutModel, update: RehearsedUpdate): Run['shares'] {
  const shares: { at: number; share: number }[] = [];
  for (const frame of framesOf(update)) {
    const share = canaryShare(rollout, frame);
    if (share !== (shares.at(-1)?.share ?? 0)) shares.push({ at: frame.time, share });
  }
  return shares;
}

/** The steps of an update with when they began and ended, and those between them that took no time. */
export function stepsOf(rollout: RolloutModel, update: RehearsedUpdate): RunStep[] {
  const { steps } = rollout;
  const found: RunStep[] = [];
  const add = (index: number, from: number, to: number): void => {
    const step = steps[index] as RolloutModel['steps'][number] | undefined;
    const waits = step?.pause !== undefined && step.pause.seconds === undefined;
    if (step !== undefined) found.push({ number: index + 1, words: stepText(step, rollout), from, to, waits });
    else if (to > from) found.push({ words: 'all pods of the new version start', from, to, waits: false });
  };
  const frames = framesOf(update).filter(({ stepIndex }) => stepIndex !== undefined);
  const starts = frames.filter(({ stepIndex }, i) => i === 0 || stepIndex !== frames[i - 1].stepIndex);
  let next = 0;
  starts.forEach(({ time, stepIndex }, i) => {
    const to = starts[i + 1]?.time ?? update.endedAt;
    for (; next < stepIndex!; next++) add(next, time, time);
    add(stepIndex!, time, to);
    next = stepIndex! + 1;
  });
  if (update.outcome === 'promoted') for (; next < steps.length; next++) add(next, update.endedAt, update.endedAt);
  return found;
}

/** Failed requests of the canary per second. Requests are counted when pods are scraped: shorter parts would be uneven. */
function failuresOf({ traffic, conditions }: RehearsedUpdate): Run['failures'] {
  const step = Math.max(traffic.step, conditions.profile.scrapeInterval);
  const rates: number[] = [];
  traffic.stretches.forEach(({ canary }, i) => {
    const part = Math.floor(((i + 0.5) * traffic.step) / step);
    while (rates.length <= part) rates.push(0);
    rates[part] += canary.failures / step;
  });
  return { step, rates };
}

function checksOf({ measurements }: RehearsedUpdate): RunCheck[] {
  return [...new Set(measurements.map(({ metric }) => metric))].map((name) => {
    const own = measurements.filter(({ metric }) => metric === name);
    const last = own[own.length - 1];
    const end = `${answerText(last.answer)} → ${last.phase}`;
    return {
      name,
      words: own.length === 1 ? end : `${own.length} measurements, the last ${end}`,
      measured: own.map(({ at, answer, phase }) => ({
        at,
        mood: MOODS[phase],
        words: `${answerText(answer)} ${phase}`,
      })),
    };
  });
}
