import type { Field, Resource } from '../graph';
import { Candidate } from './candidate';
import { containerOptions } from './container';
import { objectsIn } from './manifests';
import { analysisRun } from './steps';
import { amount, defined, lowerFirst, mapped, type Options, picked, renamed, seconds } from './values';

/** The options of a Rollout, its strategy and its pods, without the app's container and the steps. */
export function rolloutCandidates(workload: Resource): Candidate[] {
  const spec = workload.field('spec');
  const pod = spec.get('template', 'spec');
  const canary = spec.get('strategy', 'canary');
  const [, ...containers] = objectsIn(pod.get('containers'));
  const container = (one: Field) => ({
    image: one.get('image').value,
    ...containerOptions(one, pod, objectsIn(one.get('ports'))),
  });
  const rollout: Options = {
    ...picked(spec, 'revisionHistoryLimit'),
    minReady: seconds(spec.get('minReadySeconds')),
    progressDeadline: seconds(spec.get('progressDeadlineSeconds')),
    ...picked(spec, 'progressDeadlineAbort', 'paused', 'restartAt'),
    rollbackWindow: spec.get('rollbackWindow', 'revisions').value,
    ...picked(spec.get('analysis'), 'successfulRunHistoryLimit', 'unsuccessfulRunHistoryLimit'),
    terminationGracePeriod: seconds(pod.get('terminationGracePeriodSeconds')),
    serviceAccount: pod.get('serviceAccountName').value,
    ...picked(pod, 'automountServiceAccountToken', 'hostNetwork', 'hostAliases'),
    restartPolicy: lowerFirst(pod.get('restartPolicy')),
    dns: dns(pod),
    securityContext: podSecurity(pod.get('securityContext')),
    dockerRegistryAuth: pod.get('imagePullSecrets').items()[0]?.get('name').value,
    containers: containers.map(container),
    initContainers: mapped(pod.get('initContainers'), container),
    podMetadata: spec.get('template', 'metadata').value,
  };
  const strategy: Options = {
    maxSurge: amount(canary.get('maxSurge')),
    maxUnavailable: amount(canary.get('maxUnavailable')),
    ...picked(canary, 'dynamicStableScale'),
    scaleDownDelay: seconds(canary.get('scaleDownDelaySeconds')),
    ...picked(canary, 'scaleDownDelayRevisionLimit'),
    abortScaleDownDelay: seconds(canary.get('abortScaleDownDelaySeconds')),
    ...picked(canary, 'minPodsPerReplicaSet'),
    replicaProgressThreshold: threshold(canary.get('replicaProgressThreshold')),
    ...picked(canary, 'canaryMetadata', 'stableMetadata'),
    antiAffinity: antiAffinity(canary.get('antiAffinity')),
    ...picked(canary.get('trafficRouting'), 'maxTrafficWeight'),
    background: analysisRun(canary.get('analysis')),
  };
  return [
    ...Object.entries(rollout).map(([option, value]) => ({ path: ['rollout', option], values: [value] })),
    ...Object.entries(strategy).map(([option, value]) => ({ path: ['strategy', option], values: [value] })),
    { path: ['rollout', 'metadata', 'labels'], values: [workload.field('metadata', 'labels').value] },
    { path: ['rollout', 'metadata', 'annotations'], values: [workload.field('metadata', 'annotations').value] },
  ];
}

function threshold(found: Field): Options | undefined {
  if (!found.exists) return undefined;
  return { [found.get('type').string === 'Pod' ? 'pods' : 'percent']: found.get('value').value };
}

function antiAffinity(found: Field): Options | string | undefined {
  if (found.get('requiredDuringSchedulingIgnoredDuringExecution').exists) return 'required';
  const preferred = found.get('preferredDuringSchedulingIgnoredDuringExecution');
  return preferred.exists ? { preferred: picked(preferred, 'weight') } : undefined;
}

function dns(pod: Field): Options | undefined {
  return defined({
    policy: lowerFirst(pod.get('dnsPolicy')),
    ...picked(pod.get('dnsConfig'), 'nameservers', 'searches', 'options'),
    ...renamed(pod, { hostname: 'hostname', subdomain: 'subdomain', hostnameAsFQDN: 'setHostnameAsFQDN' }),
  });
}

function podSecurity(found: Field): Options | undefined {
  return defined({
    ...renamed(found, { ensureNonRoot: 'runAsNonRoot', fsGroup: 'fsGroup' }),
    fsGroupChangePolicy: lowerFirst(found.get('fsGroupChangePolicy')),
    ...renamed(found, { group: 'runAsGroup', user: 'runAsUser', sysctls: 'sysctls' }),
  });
}
