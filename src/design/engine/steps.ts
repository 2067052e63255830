import { secondsOf } from './values';
import { writeSeconds } from '../../formats/go-duration';
import { type Draft, type DraftStep, sameSteps } from './draft';

interface Plain {
  readonly [key: string]: unknown;
}

/**
 * A step as a canary file or a Rollout writes it; the two differ in the analysis alone.
 *
 * @param most the weight that stands for all requests
 */
export function readSteps(written: readonly unknown[], words: readonly string[], most = 100): DraftStep[] {
  return written.map((step, from) => {
    const read = readStep(step);
    const value = read.kind === 'weight' ? (100 * read.value!) / most : read.value;
    return { ...read, ...(value === undefined ? {} : { value }), label: words[from], from };
  });
}

function readStep(step: unknown): DraftStep {
  if (step === 'analysis') return { kind: 'analysis' };
  if (step === 'pause') return { kind: 'approval' };
  if (typeof step !== 'object' || step === null) return { kind: 'other' };
  const names = Object.keys(step);
  const { setWeight, pause, analysis } = step as Plain;
  if (names.length !== 1) return { kind: 'other' };
  if (typeof setWeight === 'number') return { kind: 'weight', value: setWeight };
  if (isPlain(setWeight) && typeof setWeight.weight === 'number') return { kind: 'weight', value: setWeight.weight };
  if (pause !== undefined) {
    const duration = isPlain(pause) ? pause.duration : pause;
    if (duration === undefined || duration === null) return { kind: 'approval' };
    const seconds = secondsOf(duration);
    return seconds === undefined ? { kind: 'other' } : { kind: 'pause', value: seconds };
  }
  return analysis === undefined ? { kind: 'other' } : { kind: 'analysis' };
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The steps of a draft as they are written. A step that existed keeps what the draft does not know of it.
 *
 * @param analysis How a new step writes the analysis that the others run.
 * @param most the weight that stands for all requests
 */
export function writeSteps(
  written: readonly unknown[],
  before: Draft,
  after: Draft,
  analysis: unknown,
  most = 100,
): unknown[] {
  if (sameSteps(before, after)) return [...written];
  return after.steps.map((step) => writeStep(step, before.steps, written, analysis, most));
}

function writeStep(
  { kind, value, from }: DraftStep,
  before: readonly DraftStep[],
  written: readonly unknown[],
  analysis: unknown,
  most: number,
): unknown {
  const old = from === undefined ? undefined : before[from];
  const text = from === undefined ? undefined : written[from];
  if (old !== undefined && old.kind === kind && old.value === value) return text;
  switch (kind) {
    case 'weight': {
      const more = isPlain(text) && isPlain(text.setWeight) ? text.setWeight : undefined;
      const weight = Math.round((value! * most) / 100);
      return { setWeight: more === undefined ? weight : { ...more, weight } };
    }
    case 'pause': {
      const more = isPlain(text) && isPlain(text.pause) ? text.pause : {};
      return { pause: { ...more, duration: typeof more.duration === 'number' ? value : writeSeconds(value!) } };
    }
    case 'approval':
      return { pause: {} };
    default:
      return structuredClone(analysis);
  }
}
