import { Candidate } from './candidate';
import { defined } from './container';
import { Json, named, ofKind } from './manifests';

/** The options of what accompanies a workload: its autoscaler, budget, account and policies. */
export function companionCandidates(objects: readonly Json[], workload: Json): Candidate[] {
  const app: string = workload.metadata.name;
  const [budget] = ofKind(objects, 'PodDisruptionBudget');
  const account = named(objects, 'ServiceAccount', workload.spec.template.spec.serviceAccountName);
  const [network] = ofKind(objects, 'NetworkPolicy');
  const [authorization] = ofKind(objects, 'AuthorizationPolicy');
  const name = (object: Json) => (object.metadata.name === app ? undefined : object.metadata.name);
  return [
    {
      path: ['autoscaling'],
      values: [
        ...ofKind(objects, 'HorizontalPodAutoscaler').map(horizontal(app)),
        ...ofKind(objects, 'ScaledObject').map(keda(app)),
      ],
    },
    {
      path: ['podDisruptionBudget'],
      values: [
        budget &&
          (defined({
            minAvailable: amount(budget.spec?.minAvailable),
            maxUnavailable: amount(budget.spec?.maxUnavailable),
            name: name(budget),
          }) ??
            {}),
      ],
    },
    {
      path: ['serviceAccount'],
      values: [
        account &&
          (defined({
            name: name(account),
            annotations: account.metadata.annotations,
            automountToken: account.automountServiceAccountToken,
            imagePullSecrets: account.imagePullSecrets?.map((one: Json) => one.name),
          }) ??
            {}),
      ],
    },
    {
      path: ['networkPolicy'],
      values: [
        network && defined({ ingress: network.spec?.ingress, egress: network.spec?.egress, name: name(network) }),
      ],
    },
    {
      path: ['authorizationPolicy'],
      values: [
        authorization &&
          defined({
            action: authorization.spec?.action?.toLowerCase(),
            rules: authorization.spec?.rules,
            name: name(authorization),
          }),
      ],
    },
  ];
}

const horizontal =
  (app: string) =>
  ({ metadata, spec = {} }: Json): Json => {
    const utilization = (resource: string) =>
      spec.metrics?.find(
        (metric: Json) =>
          metric.type === 'Resource' &&
          metric.resource?.name === resource &&
          metric.resource.target?.averageUtilization !== undefined,
      );
    const [cpu, memory] = [utilization('cpu'), utilization('memory')];
    const others = spec.metrics?.filter((metric: Json) => metric !== cpu && metric !== memory) ?? [];
    return defined({
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      cpu: cpu?.resource.target.averageUtilization,
      memory: memory?.resource.target.averageUtilization,
      metrics: others.length > 0 ? others : undefined,
      behavior: spec.behavior,
      name: metadata.name === app ? undefined : metadata.name,
    });
  };

const keda =
  (app: string) =>
  ({ metadata, spec = {} }: Json): Json =>
    defined({
      minReplicas: spec.minReplicaCount,
      maxReplicas: spec.maxReplicaCount ?? 100,
      triggers: spec.triggers?.map(({ type, metadata: given }: Json) => ({ of: { type, metadata: given } })),
      pollingInterval: seconds(spec.pollingInterval),
      cooldownPeriod: seconds(spec.cooldownPeriod),
      name: metadata.name === app ? undefined : metadata.name,
    });

const seconds = (value: Json) => (typeof value === 'number' ? `${value}s` : undefined);

function amount(value: Json): Json {
  if (typeof value === 'number') return { absolute: value };
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? undefined : { percent: Number(percent) };
}
