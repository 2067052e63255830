import type { TrafficProfile } from '../../traffic-model';
import type { Draft, Evaluation } from '../engine';
import type { SourceView, Start } from '../protocol';

/** A plan that is kept for comparison. */
export interface Pinned {
  readonly name: string;
  readonly evaluation: Evaluation;
}

/** Everything that the page shows. */
export interface State {
  readonly source: SourceView;
  readonly draft: Draft;
  readonly profile: TrafficProfile;
  /** What the command line takes where nothing is said. */
  readonly defaults: TrafficProfile;
  readonly profileName?: string;
  readonly seed: number;
  readonly evaluation?: Evaluation;
  /** The problems of the present settings. */
  readonly refused: readonly string[];
  /** The problems of the last opened file, if it could not be read. They stay until something changes. */
  readonly unread: readonly string[];
  readonly pinned?: Pinned;
}

/** What the page was opened with. */
export const startOf = (): Start => JSON.parse(document.getElementById('start')!.textContent) as Start;
