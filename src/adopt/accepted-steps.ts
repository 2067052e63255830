import { isMapping } from '../graph';
import { type AppMetadata, manifestsOf, synthesized } from './fit';
import { bare } from './spec-file';
import type { Options } from './values';

/** Options whose steps the constructs accept. */
export interface AcceptedSteps {
  readonly options: Options;
  /** Why steps are left to a patch. Undefined if all are options. */
  readonly refused?: string;
}

/** Kinds of steps, which are left out together. */
const KINDS: readonly (readonly string[])[] = [
  ['setHeaderRoute', 'removeHeaderRoute', 'setMirrorRoute', 'removeMirrorRoute'],
  ['pause'],
  ['canaryScale'],
  ['experiment'],
  ['analysis'],
  ['plugin'],
  ['setWeight'],
];

/**
 * The options without the steps that the constructs refuse, such as a header route before the canary has pods. The
 * controller runs them, so that they are patched into the Rollout. Undefined if something else is refused.
 *
 * @param literal Whether an analysis may be left out. Otherwise it may be what requires options that are missing.
 */
export function acceptedSteps(metadata: AppMetadata, options: Options, literal: boolean): AcceptedSteps | undefined {
  if (manifestsOf(metadata, options) !== undefined) return { options };
  const { steps } = options;
  if (!Array.isArray(steps)) return undefined;
  const some = KINDS.filter((kinds) => literal || !kinds.includes('analysis')).filter((kinds) =>
    steps.some((step) => isOneOf(step, kinds)),
  );
  // One kind alone first, then more and more of them together.
  const all = some.map((_, i) => some.slice(0, i + 1).flat());
  for (const kinds of [...some, ...all.slice(1)]) {
    const left: unknown[] = steps.filter((step) => !isOneOf(step, kinds));
    const tried = { ...options, steps: left };
    if (left.length === 0 || manifestsOf(metadata, tried) === undefined) continue;
    return { options: tried, refused: synthesized(metadata, options).problems.map(bare).join('; ') };
  }
  return undefined;
}

const isOneOf = (step: unknown, kinds: readonly string[]) =>
  kinds.some((kind) => step === kind || (isMapping(step) && kind in step));
