import type { Place } from '../../formats/source';
import type { Outcome } from '../../simulate';
import type { StatedMetric } from '../../traffic-model';
import type { AssumedOutcome } from '../run/check-outcome';
import type { Conditions } from '../world/conditions';

/** What must come out. */
export interface Expectation {
  readonly outcome: Outcome;
  /** Seconds. */
  readonly within?: number;
  readonly failedRequests?: { readonly operator: '<' | '<=' | '>' | '>='; readonly limit: number };
}

/** Real metrics in place of synthetic ones. */
export interface Replayed {
  readonly file: string;
  readonly canaryHash?: string;
  readonly stableHash?: string;
  /** When that update began, in milliseconds since 1970. */
  readonly from?: number;
}

/** One scenario, with everything filled in. */
export interface Scenario {
  readonly name: string;
  readonly place: Place;
  readonly conditions: Conditions;
  readonly retry?: { readonly after: number; readonly conditions: Conditions; readonly expected: Expectation };
  readonly replay?: Replayed;
  /** How metrics end that something else than Prometheus measures. */
  readonly assumed: Readonly<Record<string, AssumedOutcome>>;
  readonly seed: number;
  readonly repeat: number;
  readonly expected: Expectation;
}

/** A file of scenarios. */
export interface ScenarioFile {
  readonly name: string;
  /** Relative to the file's folder. */
  readonly manifests: readonly string[];
  readonly manifestsPlace: Place;
  readonly rollout?: string;
  readonly rolloutPlace: Place;
  readonly namespace?: string;
  readonly metrics: Readonly<Record<string, StatedMetric>>;
  readonly scenarios: readonly Scenario[];
}

/** The problems of a scenario file, each with its place. */
export class ScenarioProblem extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ScenarioProblem';
  }
}
