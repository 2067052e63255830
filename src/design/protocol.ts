import type { Goal } from '../simulate';
import type { TrafficProfile } from '../traffic-model';
import type { Conditions, Draft, Evaluation, Given, Refusal, Source, SuggestedDraft } from './engine';

/** What the page is opened with. */
export interface Start extends Given {
  readonly profile: TrafficProfile;
  /** What the command line takes where nothing is said. */
  readonly defaults: TrafficProfile;
  /** How the user would name the profile to the command line. */
  readonly profileName?: string;
  readonly seed: number;
  /** The first answer of the page, if it is known when the page is written: it is shown until the engine runs. */
  readonly first?: First;
}

/** A source, and what becomes of it as it was read. */
export interface First {
  readonly source: SourceView;
  readonly evaluation: Evaluation;
}

/** Updates that are simulated while something is moved, and once nothing moves any more: as many as on the command line. */
export const QUICK = 2000;
export const THOROUGH = 20_000;

/** A source, as far as the page has to know it. */
export interface SourceView {
  readonly kind: 'canary file' | 'manifests';
  readonly name: string;
  readonly draft: Draft;
  readonly others: readonly string[];
  readonly argument: string;
}

/** The parts of a source that the page has to know. */
export const viewOf = ({ kind, name, draft, others, argument }: Source): SourceView => ({
  kind,
  name,
  draft,
  others,
  argument,
});

/** What the page asks of a worker. The number comes back with each answer. */
export type Request = { readonly id: number } & (
  | { readonly kind: 'start'; readonly files: { readonly [path: string]: string } }
  | { readonly kind: 'read'; readonly given: Given }
  | { readonly kind: 'stop' }
  | { readonly kind: 'evaluate'; readonly draft: Draft; readonly conditions: Conditions }
  | { readonly kind: 'suggest'; readonly draft: Draft; readonly conditions: Conditions; readonly goal: Goal }
);

/** What a worker answers. `evaluated` comes several times, each with more. */
export type Answer = { readonly id: number } & (
  | { readonly kind: 'read'; readonly source: SourceView }
  | { readonly kind: 'evaluated'; readonly evaluation: Evaluation | Refusal }
  | { readonly kind: 'suggested'; readonly suggestion: SuggestedDraft | undefined }
  | { readonly kind: 'failed'; readonly problems: readonly string[] }
);
