import {
  latencyMoments,
  latencyShare,
  meanRps,
  type MetricReader,
  type Cell,
  type Growth,
  type TrafficProfile,
} from '../traffic-model';

/** The canary has this part of the traffic, for long enough that every window is full of it. */
const [CANARY_SHARE, LATER] = [0.3, 1e6];

/** What a metric reads where every counter grows as much as is expected of it; undefined: nothing, or no number. */
export function expectedValue({ measure, value }: MetricReader, profile: TrafficProfile): number | undefined {
  const growth = (cell: Cell, { over, window }: Growth): number | undefined => {
    const perSecond = grownPerSecond(cell, profile);
    if (perSecond === 0 && cell.appears !== 'at-once') return undefined;
    return over === 'rate' ? perSecond : window * perSecond;
  };
  measure(
    {
      growth,
      irate: (cell) => grownPerSecond(cell, profile),
      resource: () => undefined,
      resourceGrowth: () => undefined,
    },
    LATER,
  );
  const found = value();
  return found !== undefined && Number.isFinite(found) ? found : undefined;
}

function grownPerSecond({ side, outcome, part, factor }: Cell, profile: TrafficProfile): number {
  const canary = side === 'canary';
  const failing = canary ? profile.errorRate : profile.baselineErrorRate;
  const latency = canary ? profile.latency : profile.baselineLatency;
  const share = canary ? CANARY_SHARE : 1 - CANARY_SHARE;
  const ofOutcome = outcome === 'any' ? 1 : outcome === 'failed' ? failing : 1 - failing;
  const requests = meanRps(profile) * share * ofOutcome;
  if (part === 'count' || part === 'histogram') return requests;
  return requests * (part === 'seconds' ? factor * latencyMoments(latency).mean : latencyShare(latency, part.upTo));
}
