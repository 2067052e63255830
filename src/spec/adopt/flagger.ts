import { Json } from './manifests';

/** What a Flagger Canary asks for, in steps. */
export interface FlaggerPlan {
  readonly steps: Json[];
  readonly options: Json;
  /** What has no counterpart, and what takes its place. */
  readonly notes: string[];
}

/**
 * The steps that a Flagger Canary takes: so many weights, an interval at each. Its checks are rates over a window; ours
 * is a count of failures, so that what it may be is a person's decision.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerPlan(canary: Json, hasPrometheus: boolean): FlaggerPlan {
  const { service = {}, analysis = canary.spec?.canaryAnalysis ?? {} } = canary.spec ?? {};
  const notes: string[] = [];
  const interval: string = analysis.interval ?? '60s';
  const weights: number[] = analysis.stepWeights ?? range(analysis.stepWeight ?? 10, analysis.maxWeight ?? 50);
  const judge = hasPrometheus ? ['analysis'] : [];
  if (analysis.iterations !== undefined) {
    notes.push(`analysis.iterations (${analysis.iterations}): a spec has weights; stated as steps of 10 % to 50 %`);
  }
  if (!hasPrometheus) notes.push('analysis: without --prometheus no step analyses; give its address');
  for (const metric of analysis.metrics ?? []) {
    const range = JSON.stringify(metric.thresholdRange ?? metric.threshold ?? {});
    notes.push(`analysis.metrics '${metric.name}' ${range}: judged by a count of failures instead; see \`failures\``);
  }
  if (analysis.threshold !== undefined) {
    notes.push(
      `analysis.threshold (${analysis.threshold} failed checks): the first failed analysis aborts; see \`failureLimit\``,
    );
  }
  for (const name of ['webhooks', 'alerts', 'match', 'sessionAffinity', 'mirror', 'primaryReadyThreshold']) {
    if (analysis[name] !== undefined) notes.push(`analysis.${name} is not carried over`);
  }
  const known = ['port', 'portName', 'targetPort', 'hosts', 'gateways', 'name'];
  for (const name of Object.keys(service)) if (!known.includes(name)) notes.push(`service.${name} is not carried over`);
  for (const name of ['autoscalerRef', 'ingressRef', 'progressDeadlineSeconds', 'skipAnalysis']) {
    if (canary.spec?.[name] !== undefined) notes.push(`${name} is not carried over`);
  }
  const gateways = (service.gateways ?? []).filter((gateway: string) => gateway !== 'mesh');
  return {
    steps: weights.flatMap((weight) => [{ setWeight: { weight, pause: interval } }, ...judge]),
    options: {
      ...(service.hosts ? { hosts: service.hosts } : {}),
      ...(service.port ? { servicePort: service.port } : {}),
      ...(service.portName ? { portName: service.portName } : {}),
      ...(gateways.length > 0 && service.hosts ? { traffic: { gateways } } : {}),
    },
    notes,
  };
}

function range(step: number, most: number): number[] {
  return Array.from({ length: Math.max(1, Math.floor(most / step)) }, (_, i) => Math.min(most, step * (i + 1)));
}
