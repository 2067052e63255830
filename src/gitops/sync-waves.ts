import type { Manifest } from './controller-writes';

export const WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * The kinds that come last where a Rollout does: the Rollout, and what scales it. An autoscaler whose target is not
 * there
 * yet is degraded, and Argo CD ends the sync.
 */
export const LAST_KINDS: readonly string[] = ['Rollout', 'HorizontalPodAutoscaler', 'ScaledObject'];

interface Waved extends Manifest {
  readonly metadata?: Manifest['metadata'] & { readonly annotations?: { readonly [key: string]: string } };
}

/**
 * Which waves would let a sync wait for ever: a Rollout whose Services, routes or analyses come in a later wave is
 * degraded, and Argo CD never begins that wave.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function waveProblems(manifests: readonly Waved[]): string[] {
  const problems = manifests.flatMap((object) => {
    const wave = object.metadata?.annotations?.[WAVE];
    return wave === undefined || /^-?[0-9]+$/.test(wave)
      ? []
      : [`${title(object)} is in sync wave '${wave}', which is no whole number; use one such as '1'`];
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
          `${title(object)} is in sync wave ${waveOf(object)}, after ${title(rollout)} in ${waveOf(rollout)}, which waits for it and is degraded until then, so that the sync never gets there; put it into the same wave or an earlier one`,
        );
      }
      const target = object.spec?.scaleTargetRef;
      const scales = target?.kind === 'Rollout' && target.name === rollout.metadata?.name && same(object);
      if (scales && waveOf(object) < waveOf(rollout)) {
        problems.push(
          `${title(object)} is in sync wave ${waveOf(object)}, before ${title(rollout)} in ${waveOf(rollout)}, and degraded until that is there, so that the sync never gets there; put it into the same wave`,
        );
      }
    }
  }
  return problems;
}

/** What a Rollout is refused without: kind, name, and namespace where it is another. */
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
