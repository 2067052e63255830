import { defined, seconds } from './container';
import { flaggerChecks } from './flagger-checks';
import { flaggerTraffic } from './flagger-traffic';
import { Json } from './manifests';

/** What a Flagger Canary asks for, in the words of a spec. */
export interface FlaggerPlan {
  readonly steps: Json[];
  readonly options: Json;
  /** What has no counterpart, and what takes its place. */
  readonly notes: string[];
}

const SPEC: { readonly [field: string]: string } = {
  autoscalerRef: 'let the scaleTargetRef of the autoscaler name the Rollout',
  ingressRef: 'a spec has Istio and the Gateway API; other routers are an `ITrafficSplit` in code',
  routeRef: 'a spec has Istio and the Gateway API; other routers are an `ITrafficSplit` in code',
  upstreamRef: 'a spec has Istio and the Gateway API; other routers are an `ITrafficSplit` in code',
  skipAnalysis: '`kubectl argo rollouts promote --full` skips the steps of one rollout',
  revertOnDeletion: 'nothing is copied or scaled to zero here',
};

const ANALYSIS: { readonly [field: string]: string } = {
  alerts: 'see `rollout.notifications`',
  primaryReadyThreshold: 'the stable version is not copied here',
  stepWeightPromotion: 'the pods of the canary become the stable ones; add steps up to 100 instead',
};

const WEBHOOKS: { readonly [type: string]: string } = {
  rollout: 'a `web` or `job` metric in an analysis step does this',
  'pre-rollout': 'an analysis before the first weight does this',
  'post-rollout': 'a PostSync hook of Argo CD, or a notification upon completion, does this',
  rollback: 'a check that fails does this',
  event: 'see `rollout.notifications`',
};

/**
 * The steps that a Flagger Canary takes, what it judges by, and how requests reach the app.
 *
 * Flagger judges at each interval, counts failed checks over the whole run, and goes back at the threshold: so do checks
 * in the background, while steps set weights and wait.
 *
 * @param prometheus The address, where the Canary does not say it.
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerPlan(canary: Json, objects: readonly Json[], prometheus?: string): FlaggerPlan {
  const { spec = {} } = canary;
  const { service = {} } = spec;
  const analysis = spec.analysis ?? spec.canaryAnalysis ?? {};
  const address = prometheus ?? spec.metricsServer;
  const notes: string[] = [];
  for (const [field, hint] of Object.entries(SPEC)) {
    if (spec[field] !== undefined) notes.push(`${field} is not carried over: ${hint}`);
  }
  for (const [field, hint] of Object.entries(ANALYSIS)) {
    if (analysis[field] !== undefined) notes.push(`analysis.${field} is not carried over: ${hint}`);
  }
  if (spec.provider !== undefined && !['istio', 'gatewayapi:v1', 'gatewayapi:v1beta1'].includes(spec.provider)) {
    notes.push(`provider '${spec.provider}': stated for Istio; a spec has Istio and the Gateway API`);
  }
  const traffic = flaggerTraffic(service, analysis.sessionAffinity, notes);
  const checks = flaggerChecks(canary, analysis, objects, address !== undefined, notes);
  return {
    steps: stepsOf(analysis, notes),
    options: {
      ...traffic,
      ...(address === undefined ? {} : { prometheus: address }),
      ...checks,
      ...rolloutOptions(spec, analysis),
    },
    notes,
  };
}

function rolloutOptions({ progressDeadlineSeconds, suspend }: Json, { canaryReadyThreshold }: Json): Json {
  const deadline = seconds(progressDeadlineSeconds);
  const rollout = defined({
    progressDeadline: deadline,
    // Flagger rolls back at the deadline; Argo Rollouts only reports it, unless `progressDeadlineAbort` is set.
    progressDeadlineAbort: deadline === undefined ? undefined : true,
    paused: suspend,
  });
  const strategy = canaryReadyThreshold && { replicaProgressThreshold: { percent: canaryReadyThreshold } };
  return defined({ rollout, strategy }) ?? {};
}

function stepsOf(analysis: Json, notes: string[]): Json[] {
  const interval: string = analysis.interval ?? '60s';
  const gates = new Set<string>();
  for (const { type = 'rollout', name } of analysis.webhooks ?? []) {
    if (String(type).startsWith('confirm-')) gates.add(type);
    else notes.push(`analysis.webhooks '${name}' (${type}) is not carried over: ${WEBHOOKS[type] ?? 'unknown type'}`);
  }
  for (const gate of gates) {
    notes.push(
      `analysis.webhooks (${gate}): a manual approval at a pause, or a call of the controller's API, replaces it`,
    );
  }
  const asks = (gate: string) => (gates.has(gate) ? [{ pause: {} }] : []);
  const steps =
    analysis.iterations === undefined
      ? [...mirrored(analysis, interval), ...weighted(analysis, interval, asks('confirm-traffic-increase'))]
      : iterated(analysis, interval, notes);
  return [...asks('confirm-rollout'), ...steps, ...asks('confirm-promotion')];
}

function weighted(analysis: Json, interval: string, gate: Json[]): Json[] {
  const weights: number[] = analysis.stepWeights ?? range(analysis.stepWeight ?? 10, analysis.maxWeight ?? 50);
  return weights.flatMap((weight) => [{ setWeight: { weight, pause: interval } }, ...gate]);
}

/** Without weights: a whole second version, which some requests reach by a header, as copies, or not at all. */
function iterated(analysis: Json, interval: string, notes: string[]): Json[] {
  const matches = (analysis.match ?? []).flatMap((match: Json) => headerMatches(match, notes));
  const wait = { pause: { duration: times(interval, analysis.iterations) } };
  const whole = { canaryScale: { weight: 100 } };
  if (matches.length > 0) return [whole, { setHeaderRoute: { name: 'to-canary', matches } }, wait];
  const mirror = analysis.mirror ? mirrored(analysis, interval).slice(1, 2) : [];
  return [whole, ...mirror, wait];
}

function headerMatches(match: Json, notes: string[]): Json[] {
  const headers = Object.entries((match.headers ?? {}) as { [header: string]: Json });
  const others = Object.keys(match).filter((name) => name !== 'headers');
  if (headers.length !== 1 || others.length > 0) {
    const what = [...headers.map(([header]) => header), ...others].join(', ');
    notes.push(`analysis.match (${what}) is not carried over: a step sends requests by one header each`);
    return [];
  }
  const [[header, how]] = headers;
  return Object.entries(how as { [way: string]: string }).map(([way, value]) => ({ [way]: { header, value } }));
}

function mirrored(analysis: Json, interval: string): Json[] {
  if (!analysis.mirror) return [];
  const percentage = analysis.mirrorWeight ?? 100;
  return [
    { canaryScale: { replicas: 1 } },
    { setMirrorRoute: { name: 'mirror', percentage, matches: [{ path: { prefix: '/' } }] } },
    { pause: { duration: interval } },
    { removeMirrorRoute: 'mirror' },
    { canaryScale: 'matchTrafficWeight' },
  ];
}

function times(interval: string, count: number): string {
  return interval.replace(/\d+/g, (amount) => String(Number(amount) * count));
}

function range(step: number, wanted: number): number[] {
  // Flagger gives a canary no more.
  const most = Math.min(100, wanted);
  return Array.from({ length: Math.max(1, Math.floor(most / step)) }, (_, i) => Math.min(most, step * (i + 1)));
}
