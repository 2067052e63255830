// What the controllers have written into objects at one moment of an update, as the model of the controller has it; that the
// real ones write the same is what the item of simulations checks.
const HASH = 'rollouts-pod-template-hash';
const hashes = { old: '6d4f8b9c7', new: '7c5b6d8f9' };
const PLUGIN = 'argoproj-labs/gatewayAPI';
const LABEL = 'rollouts.argoproj.io/gatewayapi-canary';

const groupOf = ({ apiVersion }) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');

/**
 * The objects of a set at one moment: `{applied, live, written}` each, where `written` has what a controller wrote that Git
 * has not: `weights`, `route`, `subsets`, `selector`, `replicas` or `notes` (annotations, labels and the status).
 */
export function liveObjects(manifests, rollout, frame) {
  const objects = manifests.map((applied) => ({ applied, live: structuredClone(applied), written: new Set() }));
  const find = (group, kind, name, namespace = rollout.metadata.namespace) =>
    objects.filter(
      ({ applied }) =>
        groupOf(applied) === group &&
        applied.kind === kind &&
        applied.metadata.name === name &&
        applied.metadata.namespace === namespace,
    );
  const { canary, blueGreen } = rollout.spec.strategy;
  const roles = rolesOf(canary, blueGreen);
  for (const [role, name] of Object.entries(roles)) {
    const hash = hashes[frame.selects[role]];
    if (name === undefined || hash === undefined) continue;
    for (const service of find('', 'Service', name)) {
      service.live.spec.selector = { ...service.live.spec.selector, [HASH]: hash };
      service.written.add('selector');
    }
  }
  if (frame.weights && canary?.trafficRouting?.istio) istioWrites(canary, roles, frame, find);
  if (frame.weights && canary?.trafficRouting?.plugins?.[PLUGIN]) gatewayWrites(canary, roles, frame, find);
  for (const one of find('argoproj.io', 'Rollout', rollout.metadata.name)) {
    rolloutWrites(one, frame, objects);
    const ref = rollout.spec.workloadRef;
    if (ref && (ref.scaleDown ?? 'never') !== 'never') {
      for (const workload of find('apps', 'Deployment', ref.name)) {
        workload.live.spec.replicas = 0;
        if (workload.applied.spec.replicas !== undefined) workload.written.add('replicas');
      }
    }
  }
  return objects;
}

/** The Services by what they are for, in the words of the model. */
function rolesOf(canary, blueGreen) {
  if (blueGreen) return { stable: blueGreen.activeService, canary: blueGreen.previewService };
  const { pingPong, stableService, canaryService } = canary ?? {};
  return pingPong
    ? { stable: pingPong.pingService, canary: pingPong.pongService }
    : { stable: stableService, canary: canaryService };
}

function istioWrites(canary, roles, frame, find) {
  const { istio } = canary.trafficRouting;
  const subsets = istio.destinationRule;
  const roleOf = ({ host, subset }) => {
    if (subsets && subset !== undefined)
      return { [subsets.stableSubsetName]: 'stable', [subsets.canarySubsetName]: 'canary' }[subset];
    return Object.keys(roles).find((role) => roles[role] === host.split('.')[0]);
  };
  for (const reference of istio.virtualServices ?? [istio.virtualService]) {
    const [name, namespace] = reference.name.split('.');
    for (const service of find('networking.istio.io', 'VirtualService', name, namespace)) {
      const { http = [], tls = [], tcp = [] } = service.live.spec;
      const named = reference.routes ? http.filter((one) => reference.routes.includes(one.name)) : http;
      for (const route of [...named, ...tls, ...tcp]) {
        if ((route.route?.length ?? 0) < 2) continue;
        for (const destination of route.route) {
          const weight = frame.weights[roleOf(destination.destination)];
          if (weight === undefined) continue;
          if ((destination.weight ?? 0) !== weight) service.written.add('weights');
          destination.weight = weight;
        }
      }
      // They copy the destinations of the route that is split; without one there is nothing to add.
      const split = named.find((one) => (one.route?.length ?? 0) > 1);
      const added = split ? frame.routes.flatMap((route) => managedRoute(canary, route, split, roleOf) ?? []) : [];
      if (added.length > 0) service.written.add('route');
      if (http.length > 0) service.live.spec.http = [...added, ...http];
    }
  }
  if (!subsets) return;
  for (const rule of find('networking.istio.io', 'DestinationRule', subsets.name)) {
    for (const subset of rule.live.spec.subsets) {
      const version = { [subsets.stableSubsetName]: 'stable', [subsets.canarySubsetName]: 'canary' }[subset.name];
      const hash = hashes[frame.weights[`${version}Version`]];
      if (hash === undefined) continue;
      subset.labels = { ...subset.labels, [HASH]: hash };
      rule.written.add('subsets');
    }
  }
}

function managedRoute(canary, name, route, roleOf) {
  for (const { setHeaderRoute: header, setMirrorRoute: mirror } of canary.steps) {
    if (header?.name === name && header.match) {
      const { destination } = route.route.find((one) => roleOf(one.destination) === 'canary');
      const headers = Object.fromEntries(header.match.map(({ headerName, headerValue }) => [headerName, headerValue]));
      return { name, match: [{ headers }], route: [{ destination, weight: 100 }] };
    }
    if (mirror?.name === name && mirror.match) {
      const { destination } = route.route.find((one) => roleOf(one.destination) === 'canary');
      return {
        name,
        match: mirror.match.map(({ method, path }) => ({ method, uri: path })),
        route: structuredClone(route.route),
        mirror: destination,
        mirrorPercentage: { value: mirror.percentage ?? 100 },
      };
    }
  }
  return undefined;
}

function gatewayWrites(canary, roles, frame, find) {
  const config = canary.trafficRouting.plugins[PLUGIN];
  const { stable, canary: fresh } = roles;
  for (const [kind, one, several] of [
    ['HTTPRoute', config.httpRoute, config.httpRoutes],
    ['GRPCRoute', config.grpcRoute, config.grpcRoutes],
    ['TCPRoute', config.tcpRoute, config.tcpRoutes],
    ['TLSRoute', config.tlsRoute, config.tlsRoutes],
  ]) {
    for (const { name, useHeaderRoutes } of [
      ...(one ? [{ name: one, useHeaderRoutes: true }] : []),
      ...(several ?? []),
    ]) {
      for (const object of find('gateway.networking.k8s.io', kind, name, config.namespace)) {
        for (const rule of object.live.spec.rules) {
          for (const backend of rule.backendRefs ?? []) {
            const weight = { [stable]: frame.weights.stable, [fresh]: frame.weights.canary }[backend.name];
            if (weight === undefined) continue;
            if ((backend.weight ?? 1) !== weight) object.written.add('weights');
            backend.weight = weight;
          }
        }
        if (!config.disableInProgressLabel) {
          const label = config.inProgressLabelKey ?? LABEL;
          object.live.metadata.labels = { ...object.live.metadata.labels, [label]: 'in-progress' };
        }
        const added = useHeaderRoutes ? frame.routes : [];
        if (added.length > 0) object.written.add('route');
        for (const route of added) {
          const headers = canary.steps
            .find(({ setHeaderRoute: header }) => header?.name === route && header.match)
            .setHeaderRoute.match.map(({ headerName, headerValue }) => ({
              name: headerName,
              value: headerValue.exact,
            }));
          object.live.spec.rules.push({
            name: route,
            matches: [{ headers }],
            backendRefs: [{ name: fresh, port: object.live.spec.rules[0].backendRefs[0].port, weight: 1 }],
          });
        }
      }
    }
  }
}

function rolloutWrites(one, frame, objects) {
  const { name, namespace } = one.applied.metadata;
  const scaled = objects.some(
    ({ applied: { kind, metadata, spec } }) =>
      ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind) &&
      spec.scaleTargetRef.kind === 'Rollout' &&
      spec.scaleTargetRef.name === name &&
      metadata.namespace === namespace,
  );
  if (scaled) {
    one.live.spec.replicas = (one.applied.spec.replicas ?? 1) + 4;
    if (one.applied.spec.replicas !== undefined) one.written.add('replicas');
  }
  one.live.metadata.annotations = { ...one.live.metadata.annotations, 'rollout.argoproj.io/revision': '2' };
  one.live.metadata.generation = 2;
  one.live.status = { observedGeneration: '2', phase: frame.phase, message: frame.message };
}
