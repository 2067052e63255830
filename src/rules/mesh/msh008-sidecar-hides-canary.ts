import { type Resource, type Rollout, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, meshApp } from '../shared/example';

const sidecar = (...hosts: string[]): string => `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: callers
spec:
  egress:
    - hosts:
${hosts.map((host) => `        - "${host}"`).join('\n')}`;

const STABLE = './checkout-stable.default.svc.cluster.local';
const CANARY = './checkout-canary.default.svc.cluster.local';

export const sidecarHidesCanary: Rule = {
  code: 'MSH008',
  severity: 'error',
  title: 'A Sidecar lets callers reach the stable Service but not the canary',
  why: 'A proxy knows only the hosts that its Sidecar names. Requests that the route sends to an unknown Service end with 503. That is the share of the canary of all requests of these callers.',
  fix: 'Name both Services, or the whole namespace: `./*`.',
  whenNotToUse: 'Never: these callers fail at the first weight.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: documents(meshApp(), sidecar('istio-system/*', STABLE)),
  good: documents(meshApp(), sidecar('istio-system/*', STABLE, CANARY)),
  check(graph, report) {
    const byStable = new Map<string, Rollout[]>();
    for (const rollout of rollouts(graph)) {
      const stable = rollout.services.stable?.to.name;
      if (!rollout.istio.exists || stable === undefined || !rollout.services.canary) continue;
      byStable.set(stable, [...(byStable.get(stable) ?? []), rollout]);
    }
    for (const one of graph.ofKind('Sidecar', 'networking.istio.io')) {
      const hosts = one
        .field('spec', 'egress')
        .items()
        .flatMap((egress) => egress.get('hosts').items());
      for (const at of hosts) {
        // A host that names a whole namespace includes the canary.
        const named = at.string?.split('/')[1]?.split('.')[0] ?? '';
        for (const { resource, services } of byStable.get(named) ?? []) {
          const [canary, stable] = [services.canary!.to.name, services.stable!.to.name];
          const knows = (name: string): boolean =>
            hosts.some(({ string }) => string !== undefined && namesService(string, name, one, resource));
          if (!knows(stable) || knows(canary)) continue;
          report(
            at,
            `${one} names '${stable}' but not '${canary}', to which ${resource} sends a share of the requests`,
          );
        }
      }
    }
  },
};

/** Whether an egress host (`namespace/host`) means a Service in the namespace of a Rollout. */
function namesService(entry: string, name: string, { namespace: own }: Resource, { namespace }: Resource): boolean {
  const [scope, host = ''] = entry.split('/');
  const unknown = scope === '.' && (own === undefined || namespace === undefined);
  const inNamespace = scope === '*' || unknown || (scope === '.' ? own : scope) === namespace;
  return inNamespace && (host === '*' || host === name || host.startsWith(`${name}.`) || /^\*\..*svc/.test(host));
}
