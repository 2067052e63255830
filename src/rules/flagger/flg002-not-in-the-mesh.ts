import { flaggerCanaries, injectionOf } from '../../graph';
import { documents, flaggerApp, flaggerCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const namespace = (injection: string): string =>
  documents(`apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: { istio-injection: ${injection} }`);

export const canaryNotInTheMesh: Rule = {
  code: 'FLG002',
  severity: 'error',
  title: 'A Flagger Canary uses Istio and its pods get no proxy',
  why: 'Flagger reads the success rate and the latency from the metrics of the proxy beside the canary (`reporter="destination"`). Without a proxy there are none: each check fails with "no values found", and after `threshold` checks every release is rolled back. Calls between pods are not split either.',
  fix: 'Label the namespace `istio-injection: enabled`, or the pod template `sidecar.istio.io/inject: "true"`.',
  whenNotToUse: 'When all requests enter through a gateway and every metric comes from a template of your own.',
  confirmedBy: 'Flagger 1.44 (its Istio queries) and Istio 1.30 (its injection code), read in their sources.',
  bad: flaggerApp(flaggerCanary(), namespace('disabled')),
  good: flaggerApp(flaggerCanary(), namespace('enabled')),
  checkPart(graph, report, part) {
    for (const { resource, spec, workload } of part(flaggerCanaries(graph))) {
      if (spec.get('provider').string !== 'istio' || workload === undefined) continue;
      const { state, decidedBy } = injectionOf(graph, workload);
      if (state === 'enabled' || state === 'ambient') continue;
      const related = { field: spec.get('provider'), message: `the provider of ${resource}` };
      if (state === 'disabled' && decidedBy) {
        const label = decidedBy.path[decidedBy.path.length - 1];
        report(
          decidedBy,
          `${resource} uses Istio, and ${label}: ${String(decidedBy.value)} keeps its pods out of the mesh`,
          {
            related,
          },
        );
        continue;
      }
      const wanted = { group: '', kind: 'Namespace', name: resource.namespace ?? '', namespace: null };
      const found = resource.namespace === undefined ? undefined : graph.find(wanted, resource);
      report(
        found ? found.field('metadata', 'name') : spec.get('provider'),
        `${resource} uses Istio, and neither its pods nor ${found ?? 'a namespace here'} ask for a proxy`,
        {
          outside: found === undefined,
          hint: 'label the namespace istio-injection: enabled',
          ...(found ? { related } : {}),
        },
      );
    }
  },
};
