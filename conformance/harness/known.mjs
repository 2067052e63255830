// Disagreements that are known, each with its reason and the cases that it may excuse, as narrow as can be. What is not
// listed here fails the run.

export const KNOWN = { simulation: [], conditions: [], scrape: [] };

/** The known disagreement that a case may show; undefined where it must agree. */
export const knownFor = (item, one) => KNOWN[item].find(({ applies }) => applies(one));
