import type { Goal } from '../simulate';
import type { TrafficProfile } from '../traffic-model';
import type { Conditions, Draft, Evaluation, Given, Refusal, SuggestedDraft } from './engine';

/** What the page is opened with. */
export interface Start extends Given {
  readonly profile: TrafficProfile;
  /** What the command line takes where nothing is said. */
  readonly defaults: TrafficProfile;
  /** How the user would name the profile to the command line. */
  readonly profileName?: string;
  readonly seed: number;
}

/** A source, as far as the page has to know it. */
export interface SourceView {
  readonly kind: 'canary file' | 'manifests';
  readonly name: string;
  readonly draft: Draft;
  readonly others: readonly string[];
  readonly argument: string;
}

/** What the page asks of a worker. The number comes back with each answer. */
export type Request = { readonly id: number } & (
  | { readonly kind: 'start'; readonly files: { readonly [path: string]: string } }
  | { readonly kind: 'read'; readonly given: Given }
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
