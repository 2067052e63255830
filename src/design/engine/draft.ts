/** One step of a plan, as it is moved about. */
export interface DraftStep {
  /** `analysis`: an analysis of the app's own checks. `other`: a step that can be moved or left out, not changed. */
  readonly kind: 'weight' | 'pause' | 'approval' | 'analysis' | 'other';
  /** Per cent of a weight, seconds of a pause. */
  readonly value?: number;
  /** What an `other` step does, in words. */
  readonly label?: string;
  /** The step as it was written, of which everything but the value stays; undefined: the step is new. */
  readonly from?: number;
}

/** A figure beside the steps: a limit, a window, a number of measurements. */
export interface Knob {
  /** Where it is written: `failures.atMost`, or `AnalysisTemplate/checkout-failures/0/failureLimit`. */
  readonly id: string;
  /** What it belongs to: a check or a metric. */
  readonly group: string;
  readonly label: string;
  readonly unit: 'seconds' | 'share' | 'number' | 'count';
  readonly value: number;
}

/** What of a plan can be changed. */
export interface Draft {
  readonly steps: readonly DraftStep[];
  readonly knobs: readonly Knob[];
  /** Whether a step can run an analysis that exists already. */
  readonly canAnalyse: boolean;
}

/** A place in a document. */
export type Place = readonly (string | number)[];

interface Plain {
  [key: string]: unknown;
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a place; undefined if there is none. */
export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((at, key) => {
    const inside = typeof at === 'object' && at !== null && Object.hasOwn(at, key);
    return inside ? (at as Plain)[key] : undefined;
  }, value);
}

/** Puts a value at a place, with the objects that lead there. */
export function putAt(value: unknown, place: Place, put: unknown): void {
  let at = value as Plain;
  place.forEach((key, i) => {
    if (i === place.length - 1) at[key] = put;
    else {
      if (!isPlain(at[key]) && !Array.isArray(at[key])) at[key] = {};
      at = at[key] as Plain;
    }
  });
}

/** Those of the knobs that stand elsewhere than in the draft that was read. */
export function moved(before: Draft, after: Draft): Knob[] {
  const known = new Map(before.knobs.map((knob) => [knob.id, knob.value]));
  return after.knobs.filter(({ id, value }) => known.has(id) && known.get(id) !== value);
}

/** Whether both have the same steps. */
export function sameSteps(before: Draft, after: Draft): boolean {
  return (
    before.steps.length === after.steps.length &&
    before.steps.every(({ kind, value, from }, i) => {
      const now = after.steps[i];
      return now.kind === kind && now.value === value && now.from === from;
    })
  );
}
