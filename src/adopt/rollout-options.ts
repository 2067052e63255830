import { Candidate } from './candidate';
import { containerOptions, defined, seconds } from './container';
import { Json } from './manifests';
import { analysisRun } from './steps';

/** The options of a Rollout, its strategy and its pods, without the app's container and the steps. */
export function rolloutCandidates({ metadata, spec }: Json): Candidate[] {
  const pod = spec.template.spec;
  const canary = spec.strategy?.canary ?? {};
  const [, ...containers] = pod.containers;
  const options = (one: Json) => ({
    image: one.image,
    ...containerOptions({ ...one, ports: [{}, ...(one.ports ?? [])] }, pod),
  });
  const rollout: { [option: string]: Json } = {
    revisionHistoryLimit: spec.revisionHistoryLimit,
    minReady: seconds(spec.minReadySeconds),
    progressDeadline: seconds(spec.progressDeadlineSeconds),
    progressDeadlineAbort: spec.progressDeadlineAbort,
    paused: spec.paused,
    restartAt: spec.restartAt,
    rollbackWindow: spec.rollbackWindow?.revisions,
    successfulRunHistoryLimit: spec.analysis?.successfulRunHistoryLimit,
    unsuccessfulRunHistoryLimit: spec.analysis?.unsuccessfulRunHistoryLimit,
    terminationGracePeriod: seconds(pod.terminationGracePeriodSeconds),
    serviceAccount: pod.serviceAccountName,
    automountServiceAccountToken: pod.automountServiceAccountToken,
    hostNetwork: pod.hostNetwork,
    hostAliases: pod.hostAliases,
    restartPolicy: lowerFirst(pod.restartPolicy),
    dns: dns(pod),
    securityContext: podSecurity(pod.securityContext),
    dockerRegistryAuth: pod.imagePullSecrets?.[0]?.name,
    containers: containers.map(options),
    initContainers: pod.initContainers?.map(options),
    podMetadata: defined(spec.template.metadata ?? {}),
  };
  const strategy: { [option: string]: Json } = {
    maxSurge: amount(canary.maxSurge),
    maxUnavailable: amount(canary.maxUnavailable),
    dynamicStableScale: canary.dynamicStableScale,
    scaleDownDelay: seconds(canary.scaleDownDelaySeconds),
    scaleDownDelayRevisionLimit: canary.scaleDownDelayRevisionLimit,
    abortScaleDownDelay: seconds(canary.abortScaleDownDelaySeconds),
    minPodsPerReplicaSet: canary.minPodsPerReplicaSet,
    replicaProgressThreshold: threshold(canary.replicaProgressThreshold),
    canaryMetadata: canary.canaryMetadata,
    stableMetadata: canary.stableMetadata,
    antiAffinity: antiAffinity(canary.antiAffinity),
    maxTrafficWeight: canary.trafficRouting?.maxTrafficWeight,
    background: canary.analysis && analysisRun(canary.analysis),
  };
  return [
    ...Object.entries(rollout).map(([option, value]) => ({ path: ['rollout', option], values: [value] })),
    ...Object.entries(strategy).map(([option, value]) => ({ path: ['strategy', option], values: [value] })),
    { path: ['rollout', 'metadata', 'labels'], values: [metadata.labels] },
    { path: ['rollout', 'metadata', 'annotations'], values: [metadata.annotations] },
  ];
}

function amount(value: Json): Json {
  if (typeof value === 'number') return { absolute: value };
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? undefined : { percent: Number(percent) };
}

function threshold(found: Json): Json {
  return found && { [found.type === 'Pod' ? 'pods' : 'percent']: found.value };
}

function antiAffinity(found: Json): Json {
  if (found?.requiredDuringSchedulingIgnoredDuringExecution) return 'required';
  const preferred = found?.preferredDuringSchedulingIgnoredDuringExecution;
  return preferred && { preferred: defined({ weight: preferred.weight }) ?? {} };
}

function dns({ dnsPolicy, dnsConfig = {}, hostname, subdomain, setHostnameAsFQDN }: Json): Json {
  return defined({
    policy: lowerFirst(dnsPolicy),
    nameservers: dnsConfig.nameservers,
    searches: dnsConfig.searches,
    options: dnsConfig.options,
    hostname,
    subdomain,
    hostnameAsFQDN: setHostnameAsFQDN,
  });
}

function podSecurity(found: Json): Json {
  return (
    found &&
    defined({
      ensureNonRoot: found.runAsNonRoot,
      fsGroup: found.fsGroup,
      fsGroupChangePolicy: lowerFirst(found.fsGroupChangePolicy),
      group: found.runAsGroup,
      user: found.runAsUser,
      sysctls: found.sysctls,
    })
  );
}

function lowerFirst(word: Json): string | undefined {
  return typeof word === 'string' ? word.charAt(0).toLowerCase() + word.slice(1) : undefined;
}
