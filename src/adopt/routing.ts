import { defined, seconds } from './container';
import { Json } from './manifests';
import { analysisRun } from './steps';

const ROUTERS = ['nginx', 'alb', 'traefik', 'smi', 'appMesh', 'ambassador', 'apisix', 'plugins'];
const GATEWAY_API = 'argoproj-labs/gatewayAPI';

/** How a Rollout splits its requests, in the words of a spec. What the constructs know by typed options is left to them. */
export function routingOptions({ spec }: Json): Json {
  const { canary, blueGreen } = spec.strategy ?? {};
  if (blueGreen) return { blueGreen: blueGreenOptions(blueGreen) };
  const { managedRoutes: _, maxTrafficWeight: __, ...routing } = canary?.trafficRouting ?? {};
  const [router, ...others] = Object.keys(routing);
  if (router === undefined) return { strategy: { trafficRouting: 'none' } };
  if (others.length === 0 && router === 'istio') return {};
  if (others.length === 0 && router === 'plugins' && Object.keys(routing.plugins).join() === GATEWAY_API) return {};
  const block = others.length === 0 && ROUTERS.includes(router) ? { [router]: routing[router] } : { of: routing };
  return { strategy: { trafficRouting: block } };
}

function blueGreenOptions(found: Json): Json {
  return (
    defined({
      autoPromotion: found.autoPromotionEnabled,
      autoPromotionAfter: seconds(found.autoPromotionSeconds),
      previewReplicaCount: found.previewReplicaCount,
      scaleDownDelay: seconds(found.scaleDownDelaySeconds),
      scaleDownDelayRevisionLimit: found.scaleDownDelayRevisionLimit,
      abortScaleDownDelay: seconds(found.abortScaleDownDelaySeconds),
      prePromotionAnalysis: found.prePromotionAnalysis && analysisRun(found.prePromotionAnalysis),
      postPromotionAnalysis: found.postPromotionAnalysis && analysisRun(found.postPromotionAnalysis),
      activeMetadata: found.activeMetadata,
      previewMetadata: found.previewMetadata,
    }) ?? {}
  );
}

/** The names of the Services, where they are not the usual. */
export function serviceNameOptions(objects: readonly Json[], workload: Json, app: string): Json {
  const { canary = {}, blueGreen } = workload.spec.strategy ?? {};
  const [stable, other] = blueGreen
    ? [blueGreen.activeService, blueGreen.previewService]
    : [canary.stableService ?? canary.pingPong?.pingService, canary.canaryService ?? canary.pingPong?.pongService];
  const labels = workload.spec.template?.metadata?.labels ?? {};
  const roots = objects
    .filter(({ kind, spec }) => {
      const selector = Object.entries(kind === 'Service' ? (spec?.selector ?? {}) : {});
      return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
    })
    .map(({ metadata }) => metadata.name as string)
    .filter((name) => name !== stable && name !== other);
  const root = roots.includes(app) ? app : roots[0];
  const usual = blueGreen ? [app, `${app}-preview`] : [`${app}-stable`, `${app}-canary`];
  return defined({
    stable: stable === usual[0] ? undefined : stable,
    canary: other === usual[1] ? undefined : other,
    root: root === app ? undefined : root,
    withRoot: root === undefined && !blueGreen && stable !== undefined ? false : undefined,
  });
}
