import type { Entry, System } from './entry';

/** What Istio does, by release. */
const ISTIO = {
  leastAggression: {
    id: 'warmup-aggression',
    what: 'Smallest `warmup.aggression` of a DestinationRule',
    changes: [{ from: '1.30', value: 1, words: 'refuses an aggression below 1' }],
    source: 'definitions of 1.30.3',
    evidence: 'read',
  } as Entry<number>,
};

export const ISTIO_SYSTEM: System = {
  name: 'istio',
  title: 'Istio',
  releases: ['1.30'],
  entries: Object.values(ISTIO),
};
