import { type Field, isMapping, matchesSelector, type Resource } from '../graph';
import { Candidate } from './candidate';
import { named, ofKind, podLabels } from './manifests';
import { scales } from './named-workload';
import { amount, defined, mapped, type Options, picked, seconds, unlessEmpty } from './values';

/** The options of a workload's companions: its autoscaler, budget, account and policies. */
export function companionCandidates(objects: readonly Resource[], workload: Resource): Candidate[] {
  const app = workload.name;
  const labels = podLabels(workload).strings;
  const budget = ofKind(objects, 'PodDisruptionBudget').find((one) =>
    matchesSelector(one.field('spec', 'selector'), labels),
  );
  const scalers = objects.filter((one) => scales(one, workload, 'Rollout'));
  const account = named(
    objects,
    'ServiceAccount',
    workload.field('spec', 'template', 'spec', 'serviceAccountName').string,
  );
  const [network] = ofKind(objects, 'NetworkPolicy');
  const [authorization] = ofKind(objects, 'AuthorizationPolicy');
  const own = ({ name }: Resource) => ({ name: name === app ? undefined : name });
  return [
    {
      path: ['autoscaling'],
      values: [
        ...ofKind(scalers, 'HorizontalPodAutoscaler').map((one) => defined({ ...horizontal(one), ...own(one) })),
        ...ofKind(scalers, 'ScaledObject').map((one) => defined({ ...keda(one), ...own(one) })),
      ],
    },
    {
      path: ['podDisruptionBudget'],
      values: [
        budget &&
          (defined({
            minAvailable: amount(budget.field('spec', 'minAvailable')),
            maxUnavailable: amount(budget.field('spec', 'maxUnavailable')),
            ...own(budget),
          }) ??
            {}),
      ],
    },
    {
      path: ['serviceAccount'],
      values: [
        account &&
          (defined({
            ...own(account),
            annotations: account.field('metadata', 'annotations').value,
            automountToken: account.field('automountServiceAccountToken').value,
            imagePullSecrets: mapped(account.field('imagePullSecrets'), (one) => one.get('name').value),
          }) ??
            {}),
      ],
    },
    {
      path: ['networkPolicy'],
      values: [network && { ...connections(network), ...defined(own(network)) }],
    },
    {
      path: ['authorizationPolicy'],
      values: [
        authorization &&
          defined({
            action: authorization.field('spec', 'action').string?.toLowerCase(),
            // Without rules it refuses all requests.
            rules: authorization.field('spec', 'rules').value ?? [],
            ...own(authorization),
          }),
      ],
    },
  ];
}

/** The connections that a NetworkPolicy allows. Without a list, it allows none in the directions of its policy types. */
function connections(network: Resource): Options {
  const spec = network.field('spec');
  const stated = picked(spec, 'ingress', 'egress');
  if (Object.keys(stated).length > 0) return stated;
  const types = spec.get('policyTypes').items();
  const isOf = (type: string) => types.some(({ string }) => string === type);
  return {
    ...(types.length === 0 || isOf('Ingress') ? { ingress: [] } : {}),
    ...(isOf('Egress') ? { egress: [] } : {}),
  };
}

function horizontal(scaler: Resource): Options {
  const spec = scaler.field('spec');
  const metrics = spec.get('metrics').items();
  const utilization = (resource: string) =>
    metrics.find(
      (metric) =>
        metric.get('type').string === 'Resource' &&
        metric.get('resource', 'name').string === resource &&
        metric.get('resource', 'target', 'averageUtilization').exists,
    );
  const [cpu, memory] = [utilization('cpu'), utilization('memory')];
  const share = (metric: Field | undefined) => metric?.get('resource', 'target', 'averageUtilization').value;
  const others = metrics.filter((metric) => metric !== cpu && metric !== memory);
  return {
    ...picked(spec, 'minReplicas', 'maxReplicas'),
    cpu: share(cpu),
    memory: share(memory),
    metrics: unlessEmpty(others.map(({ value }) => value)),
    ...picked(spec, 'behavior'),
  };
}

function keda(scaler: Resource): Options {
  const spec = scaler.field('spec');
  const behavior = spec.get('advanced', 'horizontalPodAutoscalerConfig', 'behavior').value;
  return {
    minReplicas: spec.get('minReplicaCount').value,
    maxReplicas: spec.get('maxReplicaCount').value ?? 100,
    idleReplicas: spec.get('idleReplicaCount').value,
    triggers: mapped(spec.get('triggers'), (trigger) => ({ of: triggerOptions(trigger) })),
    pollingInterval: seconds(spec.get('pollingInterval')),
    cooldownPeriod: seconds(spec.get('cooldownPeriod')),
    initialCooldownPeriod: seconds(spec.get('initialCooldownPeriod')),
    ...picked(spec, 'fallback'),
    behavior,
    advanced: withoutBehavior(spec.get('advanced').value),
  };
}

function triggerOptions(trigger: Field): Options | undefined {
  const authentication = trigger.get('authenticationRef');
  return defined({
    ...picked(trigger, 'type', 'name', 'metricType', 'useCachedMetrics', 'metadata'),
    authentication: authentication.get('name').value,
    clusterAuthentication: authentication.get('kind').string === 'ClusterTriggerAuthentication' ? true : undefined,
  });
}

/** `spec.advanced` without what is an option of its own. Undefined if nothing is left. */
function withoutBehavior(advanced: unknown): unknown {
  if (!isMapping(advanced)) return undefined;
  const { horizontalPodAutoscalerConfig: config, ...others } = advanced;
  const { behavior: _, ...rest } = isMapping(config) ? config : {};
  const left = { ...others, ...(Object.keys(rest).length > 0 ? { horizontalPodAutoscalerConfig: rest } : {}) };
  return Object.keys(left).length > 0 ? left : undefined;
}
