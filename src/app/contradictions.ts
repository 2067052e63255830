import type { CanaryAppProps } from './canary-app-props';
import { at, type Found } from '../formats/option-problem';

/** Two options that set the same field, by their paths, and why they cannot both be given. */
export interface Contradiction {
  readonly one: string;
  readonly other: string;
  readonly why: string;
}

const ROUTES = 'both decide what splits the requests';
const STEPS = 'both decide the steps';
const NO_STEPS = 'a blue-green rollout has no steps';
const NO_SPLIT = 'a blue-green rollout does not split requests';
const OWN_HOSTS = 'existing VirtualServices state their own hosts';
const NO_ISTIO_OBJECTS = 'the router that is named has no Istio objects of the app';

/** All pairs of options that set the same field. Giving both is an error; no order resolves it. */
export const CONTRADICTIONS: readonly Contradiction[] = [
  { one: 'strategy.background', other: 'backgroundChecks', why: 'both decide the background analysis' },
  { one: 'steps', other: 'plan', why: STEPS },
  { one: 'replicas', other: 'rollout.replicas', why: 'both decide the number of pods' },
  { one: 'replicas', other: 'autoscaling', why: 'the autoscaler decides the number of pods' },
  { one: 'rollout.replicas', other: 'autoscaling', why: 'the autoscaler decides the number of pods' },
  { one: 'serviceAccount', other: 'rollout.serviceAccount', why: 'both decide the service account of the pods' },
  { one: 'gatewayApi', other: 'traffic', why: ROUTES },
  { one: 'gatewayApi', other: 'splitInMesh', why: ROUTES },
  { one: 'gatewayApi', other: 'strategy.trafficRouting', why: ROUTES },
  { one: 'traffic', other: 'strategy.trafficRouting', why: ROUTES },
  { one: 'splitInMesh', other: 'strategy.trafficRouting', why: NO_ISTIO_OBJECTS },
  { one: 'hosts', other: 'strategy.trafficRouting', why: NO_ISTIO_OBJECTS },
  { one: 'hosts', other: 'traffic.existingVirtualServices', why: OWN_HOSTS },
  { one: 'splitInMesh', other: 'traffic.existingVirtualServices', why: OWN_HOSTS },
  { one: 'hosts', other: 'traffic.asDelegate', why: 'a delegate has no hosts of its own' },
  { one: 'splitInMesh', other: 'traffic.asDelegate', why: 'a delegate has no hosts of its own' },
  { one: 'blueGreen', other: 'steps', why: NO_STEPS },
  { one: 'blueGreen', other: 'plan', why: NO_STEPS },
  { one: 'blueGreen', other: 'strategy', why: 'both decide the strategy' },
  { one: 'blueGreen', other: 'traffic', why: NO_SPLIT },
  { one: 'blueGreen', other: 'gatewayApi', why: NO_SPLIT },
  { one: 'blueGreen', other: 'splitInMesh', why: NO_SPLIT },
  { one: 'blueGreen', other: 'hosts', why: NO_SPLIT },
  { one: 'blueGreen', other: 'backgroundChecks', why: 'a blue-green rollout has no background analysis' },
  { one: 'prometheusAccess', other: 'measuring.access', why: 'both decide how Prometheus is reached' },
  { one: 'port', other: 'container.portNumber', why: 'both decide the port of the container' },
  { one: 'rollout.metadata.name', other: 'name', why: 'both decide the name of the Rollout' },
  { one: 'grpcProbes.readiness', other: 'container.readiness', why: 'both decide the readiness probe' },
  { one: 'grpcProbes.liveness', other: 'container.liveness', why: 'both decide the liveness probe' },
  { one: 'grpcProbes.startup', other: 'container.startup', why: 'both decide the startup probe' },
  { one: 'autoscaling.triggers', other: 'autoscaling.cpu', why: 'KEDA scales by its triggers' },
  { one: 'autoscaling.triggers', other: 'autoscaling.memory', why: 'KEDA scales by its triggers' },
  { one: 'autoscaling.triggers', other: 'autoscaling.metrics', why: 'KEDA scales by its triggers' },
  {
    one: 'podDisruptionBudget.minAvailable',
    other: 'podDisruptionBudget.maxUnavailable',
    why: 'Kubernetes allows one of them',
  },
];

/** Pairs that do not contradict each other if their values are equal. */
const MAY_AGREE: readonly string[] = ['port container.portNumber', 'rollout.metadata.name name'];

/** The contradictions in the options of an app. `props` always contain its name. */
export function contradictions(props: CanaryAppProps): Found[] {
  return CONTRADICTIONS.filter(({ one, other }) => {
    const [a, b] = [one, other].map((path) => valueAt(props, path));
    if (a === undefined || b === undefined) return false;
    return !(MAY_AGREE.includes(`${one} ${other}`) && a === b);
  }).map(({ one, other, why }) => at(one, `${one} and ${other} contradict each other: ${why}; leave one of them out`));
}

/** The value of an option, by its path. */
export function valueAt(props: CanaryAppProps, path: string): unknown {
  let value: unknown = props;
  for (const name of path.split('.')) value = (value as { [name: string]: unknown } | undefined)?.[name];
  return value;
}
