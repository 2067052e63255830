import type { Field, Resource } from '../graph';
import { flaggerChecks } from './flagger-checks';
import { discoveredPorts, portOfName } from './flagger-ports';
import { flaggerTraffic } from './flagger-traffic';
import { fieldOf, named, objectIn, objectsIn } from './manifests';
import { flaggerModel } from './plans';
import { headerMatches } from './steps';
import { defined, type Options, picked, seconds } from './values';

/** A Flagger Canary as the options of a spec. */
export interface FlaggerPlan {
  readonly steps: readonly unknown[];
  readonly options: Options;
  /** What is not carried over, and what to use instead. */
  readonly notes: string[];
  /** Those of the notes that change what a rollout does. */
  readonly dangerous: readonly string[];
  /** Assumptions of the result, one sentence each. */
  readonly said: readonly string[];
}

/** Notes about fields that do not decide who gets requests or how a version is judged. */
const HARMLESS =
  /^(?:autoscalerRef|revertOnDeletion|service\.(?:apex|primary|canary|unmanagedMetadata|trafficDistribution)|analysis\.(?:alerts|primaryReadyThreshold)) |\(event\)|Flagger ignores it/;

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
 * The steps, the checks and the routes of a Flagger Canary.
 *
 * Flagger evaluates its checks once per interval, holds the weight while a check fails, counts failed checks over the
 * whole run, and rolls back at the threshold. An analysis at each weight and background checks do the same.
 *
 * @param prometheus The address of Prometheus, if the Canary does not state it.
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerPlan(canary: Resource, objects: readonly Resource[], prometheus?: string): FlaggerPlan {
  const spec = objectIn(canary.field('spec'));
  const service = objectIn(spec.get('service'));
  const analysis = objectIn(spec.get(spec.get('analysis').exists ? 'analysis' : 'canaryAnalysis'));
  const address = prometheus ?? spec.get('metricsServer').string;
  const provider = spec.get('provider').string;
  const isNginx =
    provider === 'nginx' && named(objects, 'Ingress', spec.get('ingressRef', 'name').string) !== undefined;
  const notes: string[] = [];
  const said: string[] = [];
  for (const [field, hint] of Object.entries(SPEC)) {
    const isUnset = !spec.get(field).exists || spec.get(field).value === false;
    if (isUnset || (field === 'ingressRef' && isNginx)) continue;
    notes.push(`${field} is not carried over: ${hint}`);
  }
  for (const [field, hint] of Object.entries(ANALYSIS)) {
    if (analysis.get(field).exists) notes.push(`analysis.${field} is not carried over: ${hint}`);
  }
  if (!isNginx && ![undefined, 'istio', 'gatewayapi:v1', 'gatewayapi:v1beta1'].includes(provider)) {
    notes.push(`provider '${provider}': stated for Istio; a spec has Istio and the Gateway API`);
  }
  // The existing Ingress is split. It states the hosts and routes.
  const ports = picked(service, 'port', 'portName', 'targetPort', 'appProtocol');
  const traffic = isNginx
    ? flaggerTraffic(fieldOf(ports, service), undefined, notes)
    : flaggerTraffic(service, analysis.get('sessionAffinity'), notes);
  const deployment = named(objects, 'Deployment', spec.get('targetRef', 'name').string, canary);
  const discovered =
    service.get('portDiscovery').value === true && deployment ? discoveredPorts(service, deployment) : [];
  const port = deployment && portOfName(service, deployment);
  const model = flaggerModel(canary, objects);
  // A Canary that Flagger refuses has no weights.
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
      ...(port === undefined ? {} : { port }),
      ...(discovered.length > 0 ? { ports: discovered } : {}),
      ...(address === undefined ? {} : { prometheus: address }),
      ...checks,
      ...rolloutOptions(spec, analysis),
    },
    notes,
    dangerous: notes.filter((note) => !HARMLESS.test(note)),
    said,
  };
}

function rolloutOptions(spec: Field, analysis: Field): Options {
  const rollout = defined({
    progressDeadline: seconds(spec.get('progressDeadlineSeconds')),
    // Flagger always rolls back at the deadline; Argo Rollouts only reports it, unless this is set.
    progressDeadlineAbort: true,
    paused: spec.get('suspend').value,
  });
  const percent = analysis.get('canaryReadyThreshold').number;
  const strategy = percent ? { replicaProgressThreshold: { percent } } : undefined;
  return defined({ rollout, strategy }) ?? {};
}

function stepsOf(analysis: Field, weights: readonly number[], judges: boolean, notes: string[]): unknown[] {
  const interval = analysis.get('interval').string ?? '60s';
  const gates = new Set<string>();
  for (const webhook of objectsIn(analysis.get('webhooks'))) {
    const [type = 'rollout', name] = ['type', 'name'].map((field) => webhook.get(field).string);
    if (type.startsWith('confirm-')) gates.add(type);
    else notes.push(`analysis.webhooks '${name}' (${type}) is not carried over: ${WEBHOOKS[type] ?? 'unknown type'}`);
  }
  for (const gate of gates) {
    notes.push(
      `analysis.webhooks (${gate}): a manual approval at a pause, or a call of the controller's API, replaces it`,
    );
  }
  const asks = (gate: string) => (gates.has(gate) ? [{ pause: {} }] : []);
  const steps = !analysis.get('iterations').exists
    ? [...mirrored(analysis, interval), ...weighted(weights, interval, judges, asks('confirm-traffic-increase'))]
    : iterated(analysis, interval, notes);
  return [...asks('confirm-rollout'), ...steps, ...asks('confirm-promotion')];
}

/** Each weight is held until the checks succeed, or for one interval if there are no checks. */
function weighted(weights: readonly number[], interval: string, judges: boolean, gate: unknown[]): unknown[] {
  return weights.flatMap((weight) => [
    ...(judges ? [{ setWeight: weight }, 'analysis'] : [{ setWeight: { weight, pause: interval } }]),
    ...gate,
  ]);
}

/** Without weights: a complete second version, which gets some requests by a header, copies of requests, or none. */
function iterated(analysis: Field, interval: string, notes: string[]): unknown[] {
  const wait = { pause: { duration: times(interval, analysis.get('iterations').number ?? 1) } };
  const whole = { canaryScale: { weight: 100 } };
  // A request goes to the canary if it has all headers of any match, so that each match has its own header route.
  const routes = objectsIn(analysis.get('match'))
    .map((match) => matchesOf(match, notes))
    .filter((matches) => matches.length > 0)
    .map((matches, i) => ({ setHeaderRoute: { name: i === 0 ? 'to-canary' : `to-canary-${i + 1}`, matches } }));
  if (routes.length > 0) return [whole, ...routes, wait];
  return [whole, ...mirrored(analysis, interval).slice(1, 2), wait];
}

/** The headers of a match. Empty if it also matches something else, which is noted. */
function matchesOf(match: Field, notes: string[]): Options[] {
  const headers = match.get('headers').entries();
  const names = match.entries().map(([name]) => name);
  const others = names.filter((name) => name !== 'headers');
  if (headers.length > 0 && others.length === 0) return headers.flatMap(([header, how]) => headerMatches(header, how));
  const what = [...headers.map(([header]) => header), ...others].join(', ');
  notes.push(`analysis.match (${what}) is not carried over: a step sends requests to the canary by headers only`);
  return [];
}

function mirrored(analysis: Field, interval: string): unknown[] {
  if (analysis.get('mirror').value !== true) return [];
  const percentage = analysis.get('mirrorWeight').value ?? 100;
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
