import { defined, seconds } from './container';
import { flaggerChecks } from './flagger-checks';
import { flaggerTraffic } from './flagger-traffic';
import { Json, named } from './manifests';
import { flaggerModel } from './plans';

/** What a Flagger Canary asks for, in the words of a spec. */
export interface FlaggerPlan {
  readonly steps: Json[];
  readonly options: Json;
  /** What has no counterpart, and what takes its place. */
  readonly notes: string[];
  /** Those of the notes that change what a rollout does. */
  readonly dangerous: readonly string[];
  /** Assumptions of the result, one sentence each. */
  readonly said: readonly string[];
}

/** Fields that say nothing about who gets requests, or how a version is judged. */
const HARMLESS =
  /^(?:autoscalerRef|revertOnDeletion|service\.(?:apex|primary|canary|unmanagedMetadata|portDiscovery|trafficDistribution)|analysis\.(?:alerts|primaryReadyThreshold)) |\(event\)/;

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
 * Flagger judges at each interval, holds the weight while checks fail, counts failed checks over the whole run, and goes
 * back at the threshold: so do an analysis at each weight and checks in the background.
 *
 * @param prometheus The address, where the Canary does not say it.
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerPlan(canary: Json, objects: readonly Json[], prometheus?: string): FlaggerPlan {
  const { spec = {} } = canary;
  const { service = {} } = spec;
  const analysis = spec.analysis ?? spec.canaryAnalysis ?? {};
  const address = prometheus ?? spec.metricsServer;
  const isNginx = spec.provider === 'nginx' && named(objects, 'Ingress', spec.ingressRef?.name) !== undefined;
  const notes: string[] = [];
  const said: string[] = [];
  for (const [field, hint] of Object.entries(SPEC)) {
    if (spec[field] === undefined || (field === 'ingressRef' && isNginx)) continue;
    notes.push(`${field} is not carried over: ${hint}`);
  }
  for (const [field, hint] of Object.entries(ANALYSIS)) {
    if (analysis[field] !== undefined) notes.push(`analysis.${field} is not carried over: ${hint}`);
  }
  if (!isNginx && ![undefined, 'istio', 'gatewayapi:v1', 'gatewayapi:v1beta1'].includes(spec.provider)) {
    notes.push(`provider '${spec.provider}': stated for Istio; a spec has Istio and the Gateway API`);
  }
  // The Ingress that exists is split, and has the hosts.
  const { port, portName, targetPort, appProtocol } = service;
  const traffic = isNginx
    ? flaggerTraffic({ port, portName, targetPort, appProtocol }, undefined, notes)
    : flaggerTraffic(service, analysis.sessionAffinity, notes);
  const model = flaggerModel(canary, objects);
  // What the controller would not run has no weights: those that are stated are taken.
  const weights = (model?.flagger?.stages ?? []).filter((weight) => weight > 0);
  const holds = weights.length > 0;
  const { options: checks, judges } = flaggerChecks(
    canary,
    analysis,
    objects,
    address !== undefined,
    holds,
    notes,
    said,
  );
  const steps = stepsOf(analysis, weights, judges, notes);
  return {
    steps,
    options: {
      ...traffic,
      ...(address === undefined ? {} : { prometheus: address }),
      ...checks,
      ...rolloutOptions(spec, analysis),
    },
    notes,
    dangerous: notes.filter((note) => !HARMLESS.test(note)),
    said,
  };
}

function rolloutOptions({ progressDeadlineSeconds, suspend }: Json, { canaryReadyThreshold }: Json): Json {
  const deadline = seconds(progressDeadlineSeconds);
  const rollout = defined({
    progressDeadline: deadline,
    // Flagger rolls back at the deadline, stated or not; Argo Rollouts only reports it, unless this is set.
    progressDeadlineAbort: true,
    paused: suspend,
  });
  const strategy = canaryReadyThreshold && { replicaProgressThreshold: { percent: canaryReadyThreshold } };
  return defined({ rollout, strategy }) ?? {};
}

function stepsOf(analysis: Json, weights: readonly number[], judges: boolean, notes: string[]): Json[] {
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
      ? [...mirrored(analysis, interval), ...weighted(weights, interval, judges, asks('confirm-traffic-increase'))]
      : iterated(analysis, interval, notes);
  return [...asks('confirm-rollout'), ...steps, ...asks('confirm-promotion')];
}

/** Each weight is held until the checks succeed, or for an interval where nothing is judged. */
function weighted(weights: readonly number[], interval: string, judges: boolean, gate: Json[]): Json[] {
  return weights.flatMap((weight) => [
    ...(judges ? [{ setWeight: weight }, 'analysis'] : [{ setWeight: { weight, pause: interval } }]),
    ...gate,
  ]);
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
