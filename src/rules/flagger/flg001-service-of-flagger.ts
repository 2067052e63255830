import { type Field, flaggerCanaries } from '../../graph';
import { flaggerApp, flaggerCanary, flaggerService } from '../shared/example';
import type { Rule } from '../shared/rule';

export const serviceOfFlagger: Rule = {
  code: 'FLG001',
  severity: 'warning',
  title: 'A Service or route that Flagger owns is defined in Git too',
  why: 'Flagger creates the Services `<name>`, `<name>-primary` and `<name>-canary`, and sets their selectors and ports every `interval`. A sync from Git sets the selector back to the pods of the target, and Flagger keeps these at 0 replicas outside of an analysis. Until the next run of Flagger, requests find no pod. With Istio it also owns the VirtualService `<name>`, and with the Gateway API the HTTPRoute `<name>`: a sync from Git takes back the weights in the middle of an analysis.',
  fix: 'Remove the object from Git and describe it in `spec.service` of the Canary (`port`, `targetPort`, `apex.labels`, `hosts`, `gateways`, `gatewayRefs`).',
  whenNotToUse:
    'When the Service stays in Git for a move to Flagger, and the sync ignores `/spec/selector` and `/spec/ports` of it (`/spec/http` or `/spec/rules` of a route).',
  confirmedBy: 'Flagger 1.44, read in its Kubernetes, Istio and Gateway API routers.',
  bad: flaggerApp(flaggerCanary(), flaggerService('checkout')),
  good: flaggerApp(flaggerCanary(), flaggerService('checkout-admin')),
  checkPart(graph, report, part) {
    for (const { resource, spec, target, apex } of part(flaggerCanaries(graph))) {
      // A Canary of a Service does not own its target.
      if (apex === undefined || target?.to.kind === 'Service') continue;
      const primary = `makes it select the pods of '${target?.to.name}-primary'`;
      for (const [kind, group, name, what] of [
        ['Service', '', apex, primary],
        ['Service', '', `${apex}-primary`, primary],
        ['Service', '', `${apex}-canary`, `makes it select the pods of '${target?.to.name}'`],
        ...routesOf(providerOf(spec), apex),
      ]) {
        const wanted = { group, kind, name, namespace: resource.namespace };
        const owned = graph.find(wanted, resource);
        if (
          !owned ||
          graph.find({ ...wanted, kind: 'Canary', group: 'flagger.app', name: resource.name }, owned) !== resource
        )
          continue;
        report(owned.field('metadata', 'name'), `${owned} is in Git, and Flagger owns it: ${resource} ${what}`, {
          hint: 'remove it here; Flagger creates it',
          related: { field: resource.field('metadata', 'name'), message: 'the Canary' },
        });
      }
    }
  },
};

/** The provider of a Canary. Undefined where only the flags of Flagger state it. */
const providerOf = (spec: Field): string => spec.get('provider').string ?? '';

/** The route to the two versions that Flagger creates for a provider. */
function routesOf(provider: string, name: string): [kind: string, group: string, name: string, what: string][] {
  if (provider === 'istio') return [['VirtualService', 'networking.istio.io', name, 'sets its routes and weights']];
  if (!provider.startsWith('gatewayapi:')) return [];
  return [['HTTPRoute', 'gateway.networking.k8s.io', name, 'sets its rules and weights']];
}
