import { type Field, type Graph, type Resource, rollouts, type Rollout } from '../graph';
import { type Drift, driftOf } from './difference';
import { managedRoutesOf } from './owned';

/** Kinds of the Gateway API whose weights the plugin of the controller writes. */
const ROUTES = ['HTTPRoute', 'GRPCRoute'];

/** Weights that a sync would reset: an update is under way, and Git has other weights than the cluster. */
export function resets(git: Graph, live: Graph): Drift[] {
  return rollouts(git).flatMap((rollout) => {
    const { name, namespace } = rollout.resource;
    const status = live.find({ group: 'argoproj.io', kind: 'Rollout', name, namespace })?.field('status');
    const current = status?.get('currentPodHash').string;
    if (current === undefined || current === status?.get('stableRS').string) return [];
    const istio = rollout.virtualServices.flatMap(({ virtualService }) => virtualService?.resource ?? []);
    const gateway = rollout.gatewayApi
      ? ROUTES.flatMap((kind) => git.ofKind(kind)).filter((one) => one.namespace === namespace)
      : [];
    return [
      ...istio.flatMap((one) => weightReset(rollout, one, live, ['spec', 'http'], 'route', ['destination', 'host'])),
      ...gateway.flatMap((one) => weightReset(rollout, one, live, ['spec', 'rules'], 'backendRefs', ['name'])),
    ];
  });
}

/**
 * @param routes where the routes of the object are
 * @param list where a route has its destinations
 * @param host where a destination has the name of its Service
 */
function weightReset(
  rollout: Rollout,
  resource: Resource,
  live: Graph,
  routes: readonly string[],
  list: string,
  host: readonly string[],
): Drift[] {
  const { group, kind, name, namespace } = resource;
  const there = live.find({ group, kind, name, namespace });
  const canary = rollout.services.canary?.to.name ?? rollout.services.pong?.to.name;
  if (there === undefined || canary === undefined) return [];
  const weightOf = (field: Field | undefined): number | undefined =>
    field
      ?.get(list)
      .items()
      .find((one) => one.get(...host).string?.split('.')[0] === canary)
      ?.get('weight').integer;
  const managed = managedRoutesOf(rollout);
  const inCluster = there
    .field(...routes)
    .items()
    .filter((one) => !managed.has(one.get('name').string ?? ''));
  return resource
    .field(...routes)
    .items()
    .flatMap((route, i) => {
      const routeName = route.get('name').string;
      const other =
        routeName === undefined ? inCluster[i] : inCluster.find((one) => one.get('name').string === routeName);
      const [stated, actual] = [weightOf(route), weightOf(other)];
      if (stated === undefined || actual === undefined || stated === actual) return [];
      return [
        driftOf(
          'reset',
          resource,
          `${route.toString()}.${list}`,
          `${rollout.resource} is in the middle of an update, and ${resource} sends ${actual} % to ${canary} in the cluster and ${stated} % in Git: a sync that applies the weights of Git moves the traffic until the controller corrects it; let Argo CD ignore the weights`,
        ),
      ];
    });
}
