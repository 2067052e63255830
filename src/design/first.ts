import { evaluate, readGiven, SourceError } from './engine';
import { type First, QUICK, type Start, viewOf } from './protocol';

/** The first answer of a page that is opened like this; undefined where it would refuse. */
export function firstAnswer({ texts, rollout, profile, seed }: Start): First | undefined {
  try {
    const source = readGiven({ texts, rollout });
    for (const evaluation of evaluate(source, source.draft, { profile, runs: QUICK, seed })) {
      if (!('traffic' in evaluation)) return undefined;
      if (evaluation.done) return { source: viewOf(source), evaluation };
    }
    return undefined;
  } catch (error) {
    // The page says why.
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
