import { backendsOf, rollouts } from '../../graph';
import { documents, exampleIngress, exampleRollout } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { USE_ANNOTATION } from './ingress-backends';

const manifests = (port: string): string =>
  documents(
    exampleRollout(`
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  alb: { ingress: checkout, rootService: checkout-root, servicePort: 80 }
`),
    exampleIngress('checkout-root', port, 'ingressClassName: alb\n'),
  );

export const albWithoutAnnotation: Rule = {
  code: 'TRF049',
  severity: 'warning',
  title: 'The AWS load balancer ignores the weights of a Rollout',
  why: 'The controller writes the weights into an annotation of the Ingress. The AWS load balancer controller reads that annotation only for a backend whose port has the name `use-annotation`. Otherwise it sends all requests to the Service that the backend names, at every step, and nothing reports it.',
  fix: 'Write `port: { name: use-annotation }` in the backend.',
  whenNotToUse: 'Ignore it for a path that is not to be split on purpose.',
  confirmedBy: CONFIRMED_BY.source,
  bad: manifests('number: 80'),
  good: manifests(`name: ${USE_ANNOTATION}`),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary } = rollout;
      const alb = canary.get('trafficRouting', 'alb');
      const root = alb.get('rootService').string;
      const service = root === undefined || root === '' ? canary.get('stableService').string : root;
      if (service === undefined) continue;
      for (const { target: ingress } of rollout.ingressesOf('alb')) {
        if (ingress === undefined) continue;
        const backends = backendsOf(ingress).filter((backend) => backend.get('name').string === service);
        for (const backend of backends) {
          const port = backend.get('port');
          if (port.get('name').string === USE_ANNOTATION) continue;
          report(
            port.exists ? port : backend,
            `${ingress} sends all requests to '${service}', whatever the weight of ${resource}`,
            { hint: `write port: { name: ${USE_ANNOTATION} }` },
          );
        }
      }
    }
  },
};
