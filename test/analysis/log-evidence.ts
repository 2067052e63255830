/** What both versions had in one slot. */
export interface SlotCounts {
  readonly canary: { readonly requests: number; readonly failures: number };
  readonly stable: { readonly requests: number; readonly failures: number };
}

const ODDS = [1.5, 2.5, 6, 20];

/**
 * The logarithm of the evidence that the canary's odds of a failure are higher: the largest of the likelihood ratios, each
 * a product over slots, divided by their number. Of four scrapes in a slot three intervals are seen.
 */
export function logEvidence(slots: readonly SlotCounts[], seen = 0.75): number {
  const ratios = ODDS.map((odds) =>
    slots.reduce((sum, { canary, stable }) => {
      const share = canary.requests / (canary.requests + stable.requests);
      const failures = canary.failures + stable.failures;
      return sum + canary.failures * Math.log(odds) - failures * Math.log(1 + (odds - 1) * share);
    }, 0),
  );
  return Math.max(...ratios) * seen - Math.log(ODDS.length);
}

/** Requests of both versions in one slot: all of them, and those that exceed each bound. */
export interface TimedSlot {
  readonly canary: { readonly requests: number; readonly slower: readonly number[] };
  readonly stable: { readonly requests: number; readonly slower: readonly number[] };
}

const LATENCY_ODDS = [1.5, 4];

/** The logarithm of the evidence that the canary is slower: the mean over bounds and odds of products over slots. */
export function logLatencyEvidence(slots: readonly TimedSlot[], seen = 0.75): number {
  const terms = slots[0].canary.slower.flatMap((_, bound) =>
    LATENCY_ODDS.map((odds) =>
      slots.reduce((sum, { canary, stable }) => {
        const share = canary.requests / (canary.requests + stable.requests);
        const slower = canary.slower[bound] + stable.slower[bound];
        return sum + canary.slower[bound] * Math.log(odds) - slower * Math.log(1 + (odds - 1) * share);
      }, 0),
    ),
  );
  return Math.log(terms.reduce((sum, term) => sum + Math.exp(term * seen), 0) / terms.length);
}
