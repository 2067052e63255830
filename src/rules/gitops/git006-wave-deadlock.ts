import { ARGO_CD, lookUp } from '../../versions';
import {
  analysesIn,
  gatewayRoutes,
  type Graph,
  type Resource,
  type Rollout,
  rolloutOf,
  rollouts,
  replicaScalers,
  syncedTogether,
  syncWaveField,
  syncWaveOf,
} from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (wave: number): string =>
  documents(
    exampleRollout('canaryService: checkout-canary\nstableService: checkout-stable'),
    exampleService('checkout-stable'),
    exampleService('checkout-canary').replace(
      '  name:',
      `  annotations: { argocd.argoproj.io/sync-wave: '${wave}' }\n  name:`,
    ),
  );

export const waveDeadlock: Rule = {
  code: 'GIT006',
  severity: 'error',
  title: 'A dependency is in a later sync wave',
  why: 'Argo CD continues with the next wave only when everything in the current one is healthy. A Rollout whose Services, routes or templates are missing is Degraded, and so is an HTTPRoute, a GRPCRoute, or (from Argo CD 3.6 on) a TLSRoute whose Services are missing. The sync fails before the later wave is applied, and it fails again at every retry. Waves order what one Application applies, not one Application and another.',
  fix: 'Put the dependency into the same wave or an earlier one. In the same wave the controller waits for it.',
  whenNotToUse: 'Never: the sync cannot succeed in an empty cluster.',
  confirmedBy:
    'Argo CD 3.5.7, measured with its own sync and health code; TLSRoutes: with the health scripts of 3.6.1.',
  bad: manifests(1),
  good: manifests(-1),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const wave = syncWaveOf(rollout.resource);
      for (const needed of neededBy(graph, rollout)) {
        const later = syncWaveOf(needed);
        if (later <= wave || !syncedTogether(graph, rollout.resource, needed)) continue;
        report(
          syncWaveField(needed),
          `${needed} is in sync wave ${later}, but ${rollout.resource}, which needs it, is in ${wave}`,
          {
            related: { field: rollout.resource.field('metadata', 'name'), message: 'the Rollout' },
          },
        );
      }
    }
    for (const { resource, target } of part(replicaScalers(graph))) {
      const scaled = rolloutOf(graph, target?.target);
      if (scaled === undefined || syncWaveOf(resource) >= syncWaveOf(scaled.resource)) continue;
      if (!syncedTogether(graph, resource, scaled.resource)) continue;
      report(
        syncWaveField(resource).exists ? syncWaveField(resource) : syncWaveField(scaled.resource),
        `${resource} is in sync wave ${syncWaveOf(resource)}, and Degraded until ${scaled.resource} in ${syncWaveOf(scaled.resource)} exists`,
        { related: { field: scaled.resource.field('metadata', 'name'), message: 'the Rollout' } },
      );
    }
    for (const resource of part(graph.resources)) {
      const wave = syncWaveField(resource);
      if (!wave.exists || /^-?\d+$/.test(String(wave.value))) continue;
      report(wave, `${resource} is in sync wave '${String(wave.value)}', which Argo CD reads as 0`, {
        severity: 'warning',
        hint: 'write a whole number in quotes',
      });
    }
    // Of these kinds Argo CD knows the health: ResolvedRefs is False, and so Degraded, while a Service is missing.
    const kinds = ['HTTPRoute', 'GRPCRoute'];
    if (lookUp(ARGO_CD.knowsTlsRoutes, graph.releases.argoCd)) kinds.push('TLSRoute');
    for (const { resource, rules } of part(gatewayRoutes(graph))) {
      if (!kinds.includes(resource.kind)) continue;
      const wave = syncWaveOf(resource);
      const backends = rules.flatMap((rule) => rule.backends.flatMap(({ service }) => service?.target ?? []));
      for (const service of new Set(backends)) {
        if (syncWaveOf(service) <= wave || !syncedTogether(graph, resource, service)) continue;
        report(
          syncWaveField(service),
          `${service} is in sync wave ${syncWaveOf(service)}, but ${resource}, which is Degraded without it, is in ${wave}`,
          { related: { field: resource.field('metadata', 'name'), message: `the ${resource.kind}` } },
        );
      }
    }
  },
};

function neededBy(
  graph: Graph,
  { resource, services, virtualServices, destinationRule, gatewayApi, workload }: Rollout,
): Set<Resource> {
  const references = [
    ...Object.values(services),
    ...virtualServices.map(({ reference }) => reference),
    destinationRule,
    ...(gatewayApi?.routes.map(({ reference }) => reference) ?? []),
    workload.workloadRef,
  ];
  const templates = analysesIn(graph, resource).flatMap(({ resolved }) => resolved);
  return new Set([...references.flatMap((one) => one?.target ?? []), ...templates]);
}
