import { createHash } from 'node:crypto';
import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { seconds } from '../formats/duration';
import { PodDisruptionBudget } from '../rollout/pod-disruption-budget';
import { Rollout } from '../rollout/rollout';
import { ScaledObject } from '../rollout/scaled-object';
import { WorkloadRef } from '../rollout/workload-ref';
import { IstioAuthorizationPolicy } from '../traffic/authorization-policy';
import type { CanaryAppProps } from './canary-app-props';
import { CanaryAppAutoscaling, GrpcProbe } from './companion-options';
import { configData } from './config-files';
import { changeWorkload, type Manifest } from './manifest-changes';
import { DEFAULT_WAYPOINT } from './mesh-membership';
import { applyJsonPatch } from '../formats/manifest-patch';
import { addCheck, at } from '../formats/option-problem';

/** Adds the objects that accompany a Rollout: autoscaler, budget, account, policies, configuration, Deployment. */
export function addCompanions(app: Construct, name: string, rollout: Rollout, props: CanaryAppProps): void {
  const { podDisruptionBudget: budget, serviceAccount: account, networkPolicy: network } = props;
  if (props.autoscaling) addAutoscaler(app, name, rollout, props.autoscaling);
  if (budget)
    new PodDisruptionBudget(app, 'budget', { metadata: { name: budget.name ?? name }, pods: rollout, ...budget });
  if (account) {
    new ApiObject(app, 'account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account.name ?? name, annotations: account.annotations },
      automountServiceAccountToken: account.automountToken,
      imagePullSecrets: account.imagePullSecrets?.map((secret) => ({ name: secret })),
    });
  }
  if (network) {
    addCheck(app, () => [
      network.ingress === undefined && network.egress === undefined
        ? at(
            'networkPolicy',
            'networkPolicy gives neither ingress nor egress, and Kubernetes would refuse all incoming connections; give those that are allowed, or ingress: [] to allow none',
          )
        : undefined,
    ]);
    const types = [...(network.ingress ? ['Ingress'] : []), ...(network.egress ? ['Egress'] : [])];
    new ApiObject(app, 'network', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: network.name ?? name },
      spec: {
        podSelector: { matchLabels: rollout.matchLabels },
        policyTypes: types,
        ingress: network.ingress,
        egress: network.egress,
      },
    });
  }
  addAuthorization(app, name, rollout, props);
  addConfig(app, name, rollout, props);
  addPortServices(app, rollout, props);
  const pods = props.deployment ? addDeployment(app, name, rollout, props.deployment) : rollout;
  if (props.grpcProbes) addGrpcProbes(pods, props);
}

function addAutoscaler(app: Construct, name: string, rollout: Rollout, options: CanaryAppAutoscaling): void {
  const { triggers, minReplicas, maxReplicas, cpu, memory, metrics, behavior } = options;
  if (triggers) {
    const { name: own = name, cpu: _, memory: __, metrics: ___, ...keda } = options;
    new ScaledObject(app, 'autoscaler', { ...keda, metadata: { name: own }, target: rollout, triggers });
    return;
  }
  rollout.markHasAutoscaler();
  const utilization = (resource: string, percent: number | undefined) =>
    percent === undefined
      ? []
      : [
          {
            type: 'Resource',
            resource: { name: resource, target: { type: 'Utilization', averageUtilization: percent } },
          },
        ];
  const byDefault = cpu === undefined && memory === undefined && metrics === undefined ? 80 : undefined;
  new ApiObject(app, 'autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: options.name ?? name },
    spec: {
      scaleTargetRef: { apiVersion: rollout.apiVersion, kind: rollout.kind, name: rollout.name },
      minReplicas,
      maxReplicas,
      metrics: [...utilization('cpu', cpu ?? byDefault), ...utilization('memory', memory), ...(metrics ?? [])],
      behavior,
    },
  });
  const lowest = minReplicas ?? 1;
  addCheck(app, () => [
    lowest >= 1 && Number.isInteger(lowest)
      ? undefined
      : at(
          'autoscaling.minReplicas',
          `autoscaling.minReplicas is ${lowest}; use a whole number of 1 or more: without pods there is nothing to judge`,
        ),
    maxReplicas >= lowest
      ? undefined
      : at(
          'autoscaling.maxReplicas',
          `autoscaling.maxReplicas is ${maxReplicas}, less than minReplicas (${lowest}); raise it`,
        ),
  ]);
}

function addAuthorization(app: Construct, name: string, rollout: Rollout, props: CanaryAppProps): void {
  const { authorizationPolicy: policy, ambient } = props;
  if (policy === undefined) return;
  new IstioAuthorizationPolicy(app, 'authorization', {
    ...policy,
    metadata: { name: policy.name ?? name },
    ...(ambient ? { waypoint: ambient.waypoint ?? DEFAULT_WAYPOINT } : { pods: rollout }),
  });
}

/**
 * Annotations that keep an object in the cluster after it was removed from Git: the ReplicaSets of earlier versions still
 * need their ConfigMaps. Without the second one, Argo CD would show the application as OutOfSync.
 */
const KEPT = {
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

function addConfig(app: Construct, name: string, rollout: Rollout, { config }: CanaryAppProps): void {
  if (config === undefined) return;
  const data = configData(config);
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 10);
  const object = new ApiObject(app, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-config-${hash}`, annotations: KEPT },
    data,
    immutable: true,
  });
  const map = kplus.ConfigMap.fromConfigMapName(app, 'config-ref', object.name);
  const [container] = rollout.containers;
  if (config.mountPath === undefined) container.env.copyFrom(kplus.Env.fromConfigMap(map));
  else container.mount(config.mountPath, kplus.Volume.fromConfigMap(app, 'config-volume', map, { name: 'config' }));
}

/** A Service of its own for a port, for callers that name no port. */
function addPortServices(app: Construct, rollout: Rollout, { ports = [] }: CanaryAppProps): void {
  for (const { name, number, service } of ports) {
    if (service === undefined) continue;
    const of = new kplus.Service(app, `port-${name}`, {
      metadata: { name: service },
      ports: [{ name, port: number, targetPort: number }],
    });
    of.select(rollout);
  }
}

const PROBES = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const;

/** @param pods The Rollout, or the Deployment that holds its pods. */
function addGrpcProbes(pods: Construct, { grpcProbes = {}, port }: CanaryAppProps): void {
  const rendered = Object.entries(PROBES).flatMap(([option, field]) => {
    const probe = grpcProbes[option as keyof typeof PROBES];
    return probe === undefined ? [] : [[field, renderProbe(probe, port)] as const];
  });
  // cdk8s-plus adds a TCP startup probe to every container with a port.
  const operations = rendered.map(([field, value]) => ({
    op: 'add',
    path: `/spec/template/spec/containers/0/${field}`,
    value,
  }));
  changeWorkload(pods, (manifest) => applyJsonPatch(manifest, operations) as Manifest);
}

function renderProbe(probe: GrpcProbe, port: number): object {
  const { service, failureThreshold } = probe;
  return {
    grpc: { port: probe.port ?? port, ...(service === undefined ? {} : { service }) },
    ...(probe.initialDelay ? { initialDelaySeconds: seconds(probe.initialDelay) } : {}),
    ...(probe.period ? { periodSeconds: seconds(probe.period) } : {}),
    ...(probe.timeout ? { timeoutSeconds: seconds(probe.timeout) } : {}),
    ...(failureThreshold === undefined ? {} : { failureThreshold }),
  };
}

function addDeployment(
  app: Construct,
  appName: string,
  rollout: Rollout,
  { scaleDown, replicas, name = appName }: NonNullable<CanaryAppProps['deployment']>,
): ApiObject {
  rollout._movePodsTo(WorkloadRef.deploymentNamed(name, rollout.matchLabels, { scaleDown }));
  return new ApiObject(app, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: Lazy.any({ produce: () => ({ replicas, ...rollout._ownPods() }) }),
  });
}
