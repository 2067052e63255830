import { type Field, type Graph, INGRESS_ROUTERS, type Resource, rollouts } from '../../graph';
import { exampleBehindNginx } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing-reference';

const manifests = (service: string): string => exampleBehindNginx(service, 'name: http');

export const ingress: Rule = {
  code: 'REF016',
  severity: 'error',
  title: 'The Ingress of a Rollout is missing, set twice, or has no rule for the stable Service',
  why: 'With nginx the controller copies the Ingress rule of the stable Service for the canary; with ALB it writes the weights into the rule. Without such a rule it refuses the Rollout with InvalidSpec.',
  fix: 'Name one Ingress or a list of them, each with a rule whose backend is the stable Service (with ALB, the `rootService` if there is one).',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('checkout'),
  good: manifests('checkout-stable'),
  peers: {
    argo: 'ingress `x` has no rules using service y backend; Either StableIngress or StableIngresses must be configured',
  },
  checkPart(graph, report, part) {
    for (const { resource, canary } of part(rollouts(graph))) {
      for (const { router, one, several } of INGRESS_ROUTERS) {
        const routing = canary.get('trafficRouting', router);
        if (!routing.exists) continue;
        const [single, list] = [routing.get(one), routing.get(several).items()];
        const given = single.exists && single.value !== '';
        if (given === list.length > 0) {
          const found = given ? `both ${one} and ${several}` : `neither ${one} nor ${several}`;
          report(routing, `${resource} gives ${found}`, { on: 'key' });
        }
        const root = routing.get('rootService');
        const service = root.string ? root : canary.get('stableService');
        for (const name of given ? [single, ...list] : list) checkIngress(graph, name, service, resource, report);
      }
    }
  },
};

function checkIngress(graph: Graph, from: Field, service: Field, rollout: Resource, report: Report): void {
  if (!from.string) return;
  const to = { kind: 'Ingress', name: from.string, namespace: rollout.namespace };
  const target = graph.find(to, rollout);
  if (target === undefined) {
    const message = `${rollout} routes traffic through the Ingress '${from.string}', which nothing here defines`;
    reportMissing(graph, report, { from, to, target }, message);
    return;
  }
  const backends = target
    .field('spec', 'rules')
    .items()
    .flatMap((rule) => rule.get('http', 'paths').items())
    .map((path) => path.get('backend'))
    .map((backend) => backend.get('service', 'name').string ?? backend.get('serviceName').string)
    .filter((name) => name !== undefined);
  if (!service.string || backends.includes(service.string)) return;
  report(target.field('spec', 'rules'), `${target} has no rule that leads to '${service.string}' of ${rollout}`, {
    hint:
      backends.length === 0 ? undefined : `it leads to ${[...new Set(backends)].map((name) => `'${name}'`).join(', ')}`,
    related: { field: service, message: 'the Service' },
  });
}
