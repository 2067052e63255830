import { secondsOf } from './values';
import { writeSeconds } from '../../formats/go-duration';
import { type Draft, type DraftStep, sameSteps } from './draft';

interface Plain {
  readonly [key: string]: unknown;
}

/** A step as a canary file or a Rollout writes it; the two differ in the analysis alone. */
export function readSteps(written: readonly unknown[], words: readonly string[]): DraftStep[] {
  return written.map((step, from) => ({ ...readStep(step), label: words[from], from }));
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
 */
export function writeSteps(written: readonly unknown[], before: Draft, after: Draft, analysis: unknown): unknown[] {
  if (sameSteps(before, after)) return [...written];
  return after.steps.map((step) => writeStep(step, before.steps, written, analysis));
}

function writeStep(
  { kind, value, from }: DraftStep,
  before: readonly DraftStep[],
  written: readonly unknown[],
  analysis: unknown,
): unknown {
  const old = from === undefined ? undefined : before[from];
  const text = from === undefined ? undefined : written[from];
  if (old !== undefined && old.kind === kind && old.value === value) return text;
  switch (kind) {
    case 'weight': {
      const more = isPlain(text) && isPlain(text.setWeight) ? text.setWeight : undefined;
      return { setWeight: more === undefined ? value : { ...more, weight: value } };
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
