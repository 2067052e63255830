import type { RolloutModel } from '../controller';
import { DEFAULT_PROFILE, type TrafficProfile, wholeProfile } from '../traffic-model';

/** What the queries of a rollout read. */
export interface Read {
  /** Some query reads latencies. */
  readonly readsLatency: boolean;
  /** Some query reads what containers use of their limits. */
  readonly readsResources: boolean;
}

/** Everything that is assumed of a rollout, a sentence each: before, of its queries, and of traffic and pods. */
export function assumptionsOf(
  rollout: RolloutModel,
  {
    assumptions = [],
    profile,
  }: { readonly assumptions?: readonly string[]; readonly profile?: Partial<TrafficProfile> },
  simulator: Read & { readonly assumptions: readonly string[] },
): string[] {
  const traffic = assumedOfTraffic(rollout, profile, simulator);
  return [...new Set([...assumptions, ...simulator.assumptions, ...unmeasured(rollout), ...traffic])];
}

/** Experiments whose analyses are taken to succeed, as stated, or because traffic decides nothing of them. */
const unmeasured = ({ steps }: RolloutModel): string[] =>
  steps.flatMap(({ experiment }, i) =>
    experiment === undefined || experiment.analyses.length === 0
      ? []
      : `step ${i + 1}: the experiment succeeds; its analyses (${experiment.analyses.map(({ name }) => name).join(', ')}) are not simulated`,
  );

/** What both engines assume about traffic and pods where the profile does not state it, one sentence each. */
export function assumedOfTraffic(
  rollout: RolloutModel,
  profile: Partial<TrafficProfile> = {},
  { readsLatency, readsResources }: Read,
): string[] {
  const restarts =
    (profile.restarts ?? 0) > 0
      ? ['requests that a container loses while it restarts are not counted, nor does its counter begin anew']
      : [];
  const routes = rollout.steps.flatMap(({ setHeaderRoute: route }) => (route && !route.removes ? route.name : []));
  const headers = routes.map(
    (route) => `${100 * (profile.headerShare ?? 0)} % of all requests match the header route '${route}' (headerShare)`,
  );
  return [
    ...(readsLatency ? latencies(profile) : []),
    ...(readsResources ? resources(profile) : []),
    ...restarts,
    ...headers,
    ...experiments(rollout),
    ...besides(rollout, profile),
  ];
}

/** Weighted templates of experiments: their pods have the canary's template, and with it its hash. */
function experiments({ steps, maxTrafficWeight, trafficRouting }: RolloutModel): string[] {
  return steps.flatMap(({ experiment }, i) => {
    const weighted = (experiment?.templates ?? []).filter(
      ({ version, weight = 0 }) => version === 'canary' && weight > 0,
    );
    if (weighted.length === 0) {
      // Without a router, every pod that the Service selects gets its part.
      if (trafficRouting === undefined || !experiment?.analyses.length) return [];
      return [
        `step ${i + 1}: no template of the experiment gives the new version a weight, so its pods get requests only through the canary's Service`,
      ];
    }
    const canaryWeight = weighted.reduce((sum, { weight = 0 }) => sum + weight, 0);
    const labels = weighted.some(({ relabelled }) => relabelled)
      ? `; its template has metadata of its own, so its pods have another hash, and a query by the canary's hash sees fewer requests than are counted here`
      : '';
    return [
      `step ${i + 1}: the experiment's pods of the new version get ${Number(((100 * canaryWeight) / maxTrafficWeight).toPrecision(4))} % of all requests in addition to the canary's weight, and are counted with the canary's pods${labels}`,
    ];
  });
}

function latencies(profile: Partial<TrafficProfile>): string[] {
  const { latency, baselineLatency } = wholeProfile(profile);
  if (JSON.stringify(latency) !== JSON.stringify(DEFAULT_PROFILE.latency)) return [];
  return [
    `latency is log-normal: p50 ${latency.p50 * 1000} ms and p99 ${latency.p99 * 1000} ms with the new version, ${baselineLatency.p50 * 1000} ms and ${baselineLatency.p99 * 1000} ms today (latency and baselineLatency of the profile)`,
  ];
}

function resources(profile: Partial<TrafficProfile>): string[] {
  const { saturation, baselineSaturation } = wholeProfile(profile);
  const percent = (share: number): number => Number((100 * share).toPrecision(4));
  return [
    `containers of the new version use ${percent(saturation)} % of their limits of memory and CPU (today: ${percent(baselineSaturation)} %), and are throttled in as many of their periods (saturation and baselineSaturation of the profile)`,
  ];
}

/** Additional requests to the new version. */
function besides({ steps, blueGreen }: RolloutModel, profile: Partial<TrafficProfile>): string[] {
  const { mirrorShare, previewRps } = wholeProfile(profile);
  const mirrors = steps.flatMap(({ setMirrorRoute: route }) =>
    route && !route.removes
      ? `${100 * mirrorShare} % of all requests match the mirror route '${route.name}' (mirrorShare), and ${route.percentage ?? 100} % of those are copied to the canary; nobody sees the answers`
      : [],
  );
  const queries = blueGreen?.prePromotion?.metrics.some(({ provider }) => provider === 'prometheus');
  const preview = queries
    ? [`${previewRps} requests/s reach the preview Service before the promotion (previewRps)`]
    : [];
  return [...mirrors, ...preview];
}
