import { type Field, matchesMap, type Resource } from '../graph';
import { ofKind, podLabels } from './manifests';
import { analysisRun } from './steps';
import { defined, type Options, picked, renamed, seconds, without } from './values';

const ROUTERS = ['nginx', 'alb', 'traefik', 'smi', 'appMesh', 'ambassador', 'apisix', 'plugins'];
const GATEWAY_API = 'argoproj-labs/gatewayAPI';

/**
 * The traffic router of a Rollout, as a spec states it, and the weight that is all traffic, which decides what weights a
 * step may have. Routers that have typed options are left to those.
 */
export function routingOptions(workload: Resource): Options {
  const { strategy, ...router } = routerOptions(workload);
  const weight = picked(workload.field('spec', 'strategy', 'canary', 'trafficRouting'), 'maxTrafficWeight');
  const all = defined({ ...(strategy as Options | undefined), ...weight });
  return { ...router, ...(all ? { strategy: all } : {}) };
}

function routerOptions(workload: Resource): Options {
  const strategy = workload.field('spec', 'strategy');
  const blueGreen = strategy.get('blueGreen');
  if (blueGreen.exists) return { blueGreen: blueGreenOptions(blueGreen) };
  const found = strategy.get('canary', 'trafficRouting');
  const routing = without(found, 'managedRoutes', 'maxTrafficWeight');
  const [router, ...others] = Object.keys(routing);
  if (router === undefined) return { strategy: { trafficRouting: 'none' } };
  if (others.length === 0 && router === 'istio') return {};
  const plugins = found.get('plugins').entries();
  const isGatewayApi = plugins.map(([name]) => name).join() === GATEWAY_API;
  if (others.length === 0 && router === 'plugins' && isGatewayApi) return {};
  const block = others.length === 0 && ROUTERS.includes(router) ? { [router]: routing[router] } : { of: routing };
  return { strategy: { trafficRouting: block } };
}

function blueGreenOptions(found: Field): Options {
  return (
    defined({
      autoPromotion: found.get('autoPromotionEnabled').value,
      autoPromotionAfter: seconds(found.get('autoPromotionSeconds')),
      ...picked(found, 'previewReplicaCount'),
      scaleDownDelay: seconds(found.get('scaleDownDelaySeconds')),
      ...picked(found, 'scaleDownDelayRevisionLimit'),
      abortScaleDownDelay: seconds(found.get('abortScaleDownDelaySeconds')),
      prePromotionAnalysis: analysisRun(found.get('prePromotionAnalysis')),
      postPromotionAnalysis: analysisRun(found.get('postPromotionAnalysis')),
      ...picked(found, 'activeMetadata', 'previewMetadata'),
    }) ?? {}
  );
}

/** The names of the Services, where they are not the default. */
export function serviceNameOptions(objects: readonly Resource[], workload: Resource, app: string): Options | undefined {
  const strategy = workload.field('spec', 'strategy');
  const isBlueGreen = strategy.get('blueGreen').exists;
  const { stable, other } = serviceNames(isBlueGreen ? strategy.get('blueGreen') : strategy.get('canary'), isBlueGreen);
  const labels = podLabels(workload).strings;
  const roots = ofKind(objects, 'Service')
    .filter((service) => matchesMap(service.field('spec', 'selector').strings, labels))
    .map(({ name }) => name)
    .filter((name) => name !== stable && name !== other);
  const root = roots.includes(app) ? app : roots[0];
  const usual = isBlueGreen ? [app, `${app}-preview`] : [`${app}-stable`, `${app}-canary`];
  return defined({
    stable: stable === usual[0] ? undefined : stable,
    canary: other === usual[1] ? undefined : other,
    root: root === app ? undefined : root,
    withRoot: root === undefined && !isBlueGreen && stable !== undefined ? false : undefined,
  });
}

function serviceNames(strategy: Field, isBlueGreen: boolean): { readonly stable: unknown; readonly other: unknown } {
  if (isBlueGreen) {
    const { stable, other } = renamed(strategy, { stable: 'activeService', other: 'previewService' });
    return { stable, other };
  }
  const pingPong = renamed(strategy.get('pingPong'), { stable: 'pingService', other: 'pongService' });
  const { stable = pingPong.stable, other = pingPong.other } = renamed(strategy, {
    stable: 'stableService',
    other: 'canaryService',
  });
  return { stable, other };
}
