import { holdsApp } from '../../canaryfile/recognize';
import { specSource } from './spec-source';
import { manifestSource } from './manifest-source';
import type { DesignText, Source } from './source';

/** What the page designs with. */
export interface Given {
  /** Canary files in the order in which they are merged, or manifests. */
  readonly texts: readonly DesignText[];
  /** Which of several Rollouts. */
  readonly rollout?: string;
}

/** Reads texts. Throws SourceError. */
export function readGiven({ texts, rollout }: Given): Source {
  const own = texts.at(-1);
  return own !== undefined && holdsApp(own.text) ? specSource(texts) : manifestSource(texts, rollout);
}

export type { Draft, DraftStep, Knob } from './draft';
export { evaluate } from './evaluate';
export type { Conditions, Evaluation, Refusal } from './evaluate';
export { SourceError } from './source';
export type { Change, DesignText, Source } from './source';
export { suggestDraft } from './suggestion';
export type { SuggestedDraft } from './suggestion';
