import { rollouts } from '../../graph';
import { distinct } from '../distinct';
import type { Rule } from '../rule';
import { documents } from '../samples';
import { meshApp } from './sample';

const sidecar = (...hosts: string[]): string => `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: callers
spec:
  egress:
    - hosts:
${hosts.map((host) => `        - "${host}"`).join('\n')}`;

export const sidecarHidesCanary: Rule = {
  code: 'MSH008',
  severity: 'error',
  title: 'A Sidecar lets callers know the stable Service and not the canary',
  why: 'A proxy knows only the hosts that its Sidecar names. Requests that the route gives to a Service that it does not know end in a 503: the share of the canary, of all requests of these callers.',
  fix: 'Name both Services, or the whole namespace: `./*`.',
  bad: documents(meshApp(), sidecar('istio-system/*', './checkout-stable')),
  good: documents(meshApp(), sidecar('istio-system/*', './checkout-stable', './checkout-canary')),
  check(graph, found) {
    const report = distinct(found);
    for (const { resource, services, istio } of rollouts(graph)) {
      const [canary, stable] = [services.canary?.to.name, services.stable?.to.name];
      if (!istio.exists || canary === undefined || stable === undefined) continue;
      for (const one of graph.ofKind('Sidecar', 'networking.istio.io')) {
        const hosts = one
          .field('spec', 'egress')
          .items()
          .flatMap((egress) => egress.get('hosts').items());
        const knows = (name: string): boolean =>
          hosts.some(
            ({ string }) => string !== undefined && namesService(string, name, one.namespace, resource.namespace),
          );
        if (hosts.length === 0 || !knows(stable) || knows(canary)) continue;
        const at = hosts.find(
          ({ string }) => string !== undefined && namesService(string, stable, one.namespace, resource.namespace),
        )!;
        report(at, `${one} names '${stable}' and not '${canary}', to which ${resource} gives a share of the requests`);
      }
    }
  },
};

/** Whether an egress host (`namespace/host`) means a Service of a namespace. */
function namesService(entry: string, name: string, own: string | undefined, namespace: string | undefined): boolean {
  const [scope, host = ''] = entry.split('/');
  const inNamespace =
    scope === '*' ||
    (scope === '.' ? own : scope) === namespace ||
    (scope === '.' && (own === undefined || namespace === undefined));
  return (
    inNamespace &&
    (host === '*' || host === name || host.startsWith(`${name}.`) || (host.startsWith('*.') && host.includes('svc')))
  );
}
