import { flaggerApp, flaggerCanary, flaggerService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { flaggerCanaries } from './canaries';

export const serviceOfFlagger: Rule = {
  code: 'FLG001',
  severity: 'warning',
  title: 'A Service that Flagger owns is defined in Git too',
  why: 'Flagger creates the Services `<name>`, `<name>-primary` and `<name>-canary`, and sets their selectors and ports every `interval`. A sync from Git sets the selector back to the pods of the target, and Flagger keeps these at 0 replicas outside of an analysis. Until the next run of Flagger, requests find no pod.',
  fix: 'Remove the Service from Git and describe it in `spec.service` of the Canary (`port`, `targetPort`, `apex.labels`).',
  whenNotToUse:
    'When the Service stays in Git for a move to Flagger, and the sync ignores `/spec/selector` and `/spec/ports` of it.',
  confirmedBy: 'Flagger 1.x, read in its Kubernetes router.',
  bad: flaggerApp(flaggerCanary(), flaggerService('checkout')),
  good: flaggerApp(flaggerCanary(), flaggerService('checkout-admin')),
  check(graph, report) {
    for (const { resource, target, apex } of flaggerCanaries(graph)) {
      // A Canary of a Service does not own its target.
      if (apex === undefined || target?.to.kind === 'Service') continue;
      for (const [name, pods] of [
        [apex, `${target?.to.name}-primary`],
        [`${apex}-primary`, `${target?.to.name}-primary`],
        [`${apex}-canary`, String(target?.to.name)],
      ]) {
        const wanted = { group: '', kind: 'Service', name, namespace: resource.namespace };
        const service = graph.find(wanted, resource);
        if (
          !service ||
          graph.find({ ...wanted, kind: 'Canary', group: 'flagger.app', name: resource.name }, service) !== resource
        )
          continue;
        report(
          service.field('metadata', 'name'),
          `${service} is in Git, and Flagger owns it: ${resource} makes it select the pods of '${pods}'`,
          {
            hint: 'remove it here; Flagger creates it',
            related: { field: resource.field('metadata', 'name'), message: 'the Canary' },
          },
        );
      }
    }
  },
};
