// Disagreements that are known, each with its reason. What is not listed here fails the run.

const hasAction = (one, what) => one.actions.some((action) => action.do === what);

export const KNOWN = {
  simulation: [
    {
      id: 'abort-after-promotion',
      reason: 'The controller takes back an abort of a rollout that is fully promoted; our simulator carries it out.',
      applies: (one) => hasAction(one, 'abort'),
    },
    {
      id: 'ready-before-available',
      reason:
        'A pod that is ready but not yet available counts as progress for progressDeadlineSeconds; our simulator knows only available pods.',
      applies: (one) => one.spec.minReadySeconds !== undefined,
    },
  ],
  conditions: [],
  scrape: [],
};

/** The known disagreement that a case may show; undefined where it must agree. */
export const knownFor = (item, one) => KNOWN[item].find(({ applies }) => applies(one));
