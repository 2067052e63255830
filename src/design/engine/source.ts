import type { PlannedRollout } from '../../controller';
import type { Graph } from '../../graph';
import type { Draft } from './draft';

/** Texts to design with, and the names by which the user knows them. */
export interface DesignText {
  readonly name: string;
  readonly text: string;
}

/** What becomes of a draft: manifests that can be planned, or why there are none. */
export type Built =
  | { readonly graph: Graph; readonly planned: PlannedRollout; readonly notes: readonly string[] }
  | { readonly problems: readonly string[] };

/** What leads from what was read to a draft. */
export interface Change {
  /** The change alone, or `undefined` if there is none. */
  readonly change?: DesignText;
  /** Everything that was read, with the change. */
  readonly whole: DesignText;
  /** What to do with it, a sentence. */
  readonly advice: string;
}

/** A plan that can be changed: a canary file, or a Rollout with its AnalysisTemplates. */
export interface Source {
  readonly kind: 'canary file' | 'manifests';
  readonly name: string;
  /** What can be changed, as it was read. */
  readonly draft: Draft;
  /** Rollouts that were read too. */
  readonly others: readonly string[];
  /** What the command line gets to give the same figures. */
  readonly argument: string;
  build(draft: Draft): Built;
  changeOf(draft: Draft): Change;
  /** Where the figures of a metric are among the knobs: what comes before their names. */
  knobsOf(metric: string): KnobNames | undefined;
}

/** The ids of the knobs of a metric, by what they change. */
export interface KnobNames {
  readonly count?: string;
  readonly interval?: string;
  readonly failureLimit?: string;
  readonly threshold?: string;
}

/** Why texts cannot be designed with: a line for each. */
export class SourceError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SourceError';
  }
}
