import type { Entry, System } from './entry';

/** What Istio does, by release. */
export const ISTIO = {
  acceptsSmallAggression: {
    id: 'warmup-aggression',
    what: 'Smallest `warmup.aggression` of a DestinationRule',
    changes: [
      { from: '1.30', value: false, words: 'refuses an aggression below 1' },
      { from: '1.31', value: true, words: 'accepts any aggression above 0' },
    ],
    source: 'release notes (istio/istio 60611); pkg/config/validation/validation.go of 2026-08-27',
    evidence: 'read',
  } as Entry<boolean>,
};

export const ISTIO_SYSTEM: System = {
  name: 'istio',
  title: 'Istio',
  releases: ['1.30', '1.31', '1.32'],
  entries: Object.values(ISTIO),
};
