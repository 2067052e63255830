import type { Manifest } from './controller-writes';
import { type Found } from '../formats/option-problem';

export const WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * The kinds that are synced last together: the Rollout and its autoscalers. An autoscaler whose target does not exist yet is
 * Degraded, and Argo CD ends the sync.
 */
export const LAST_KINDS: readonly string[] = ['Rollout', 'HorizontalPodAutoscaler', 'ScaledObject'];

interface Waved extends Manifest {
  readonly metadata?: Manifest['metadata'] & { readonly annotations?: { readonly [key: string]: string } };
}

/**
 * Sync waves that block a sync for ever: a Rollout whose Services, routes or analyses are in a later wave is Degraded, and
 * so is an HTTPRoute, GRPCRoute or, from Argo CD 3.6 on, TLSRoute whose Services are. Argo CD then never starts that wave.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function waveProblems(manifests: readonly Waved[]): Found[] {
  const problems = manifests.flatMap((object) => {
    const wave = object.metadata?.annotations?.[WAVE];
    return wave === undefined || /^-?[0-9]+$/.test(wave)
      ? []
      : [`${title(object)} is in sync wave '${wave}', which is not a whole number; use one such as '1'`];
  });
  for (const rollout of manifests.filter((one) => one.kind === 'Rollout')) {
    const names = referenced(rollout);
    const same = (object: Waved) => object.metadata?.namespace === rollout.metadata?.namespace;
    for (const object of manifests) {
      const needed = names.some(([kind, name, namespace]) => {
        if (kind !== object.kind || name !== object.metadata?.name) return false;
        return (
          kind === 'ClusterAnalysisTemplate' || (namespace ? namespace === object.metadata?.namespace : same(object))
        );
      });
      if (needed && waveOf(object) > waveOf(rollout)) {
        problems.push(
          `${title(object)} is in sync wave ${waveOf(object)}, after ${title(rollout)} in ${waveOf(rollout)}, which waits for it and is Degraded until then, so the sync never gets there; put it into the same wave or an earlier one`,
        );
      }
      const target = object.spec?.scaleTargetRef;
      const scales = target?.kind === 'Rollout' && target.name === rollout.metadata?.name && same(object);
      if (scales && waveOf(object) < waveOf(rollout)) {
        problems.push(
          `${title(object)} is in sync wave ${waveOf(object)}, before ${title(rollout)} in ${waveOf(rollout)}, and Degraded until that exists, so the sync never gets there; put it into the same wave`,
        );
      }
    }
  }
  for (const route of manifests.filter(({ kind }) => ['HTTPRoute', 'GRPCRoute', 'TLSRoute'].includes(kind ?? ''))) {
    const rules: { backendRefs?: { name: string; namespace?: string }[] }[] = route.spec?.rules ?? [];
    for (const { name, namespace = route.metadata?.namespace } of rules.flatMap((rule) => rule.backendRefs ?? [])) {
      const service = manifests.find(
        (one) => one.kind === 'Service' && one.metadata?.name === name && one.metadata?.namespace === namespace,
      );
      if (service === undefined || waveOf(service) <= waveOf(route)) continue;
      problems.push(
        `${title(service)} is in sync wave ${waveOf(service)}, after ${title(route)} in ${waveOf(route)}, which is Degraded until the Service exists, so the sync never gets there; put it into the same wave or an earlier one`,
      );
    }
  }
  return [...new Set(problems)];
}

/** What a Rollout needs to be accepted: kind, name, and the namespace if it is another. */
function referenced(rollout: Waved): [kind: string, name: string, namespace?: string][] {
  const { canary = {}, blueGreen = {} } = rollout.spec?.strategy ?? {};
  const istio = canary.trafficRouting?.istio;
  const services = [
    canary.canaryService,
    canary.stableService,
    canary.pingPong?.pingService,
    canary.pingPong?.pongService,
    blueGreen.activeService,
    blueGreen.previewService,
  ].filter((name) => name !== undefined);
  const virtualServices: { name: string }[] =
    istio?.virtualServices ?? (istio?.virtualService ? [istio.virtualService] : []);
  const analyses = [
    ...(canary.steps ?? []).map((step: { analysis?: object }) => step.analysis),
    canary.analysis,
    blueGreen.prePromotionAnalysis,
    blueGreen.postPromotionAnalysis,
  ].flatMap((analysis) => (analysis?.templates ?? []) as { templateName: string; clusterScope?: boolean }[]);
  return [
    ...services.map((name): [string, string] => ['Service', name]),
    ...virtualServices.map(({ name }): [string, string, string?] => {
      const [own, ...namespace] = name.split('.');
      return ['VirtualService', own, namespace.join('.') || undefined];
    }),
    ...(istio?.destinationRule ? [['DestinationRule', istio.destinationRule.name] as [string, string]] : []),
    ...analyses.map(({ templateName, clusterScope }): [string, string] => [
      clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate',
      templateName,
    ]),
  ];
}

function waveOf(object: Waved): number {
  return Number(object.metadata?.annotations?.[WAVE] ?? 0);
}

function title(object: Waved): string {
  return `${object.kind} ${object.metadata?.name}`;
}
