import { rollouts, serviceOf } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (port: number): string =>
  documents(
    exampleRollout(routedCanary()),
    exampleService('checkout-stable'),
    exampleService('checkout-canary', `selector: { app: checkout }\nports: [{ name: http, port: ${port} }]`),
  );

const PAIRS = [
  ['stable', 'canary'],
  ['active', 'preview'],
  ['ping', 'pong'],
] as const;

export const servicesDiffer: Rule = {
  code: 'TRF023',
  severity: 'error',
  title: 'The Services of the two versions have different ports',
  why: 'A route sends a request to the same port of whichever version it picks. If the Service of one version lacks the port, its requests answer 503, or reach another part of the application.',
  fix: 'Give both Services the same ports with the same targets.',
  whenNotToUse: 'When no route uses the additional port.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: manifests(8080),
  good: manifests(80),
  checkPart(graph, report, part) {
    for (const { resource, services } of part(rollouts(graph))) {
      for (const [first, second] of PAIRS) {
        const [a, b] = [serviceOf(graph, services[first]?.target), serviceOf(graph, services[second]?.target)];
        if (!a || !b || a === b) continue;
        for (const port of a.ports) {
          const twin = b.ports.find(({ number }) => number === port.number);
          const related = { field: port.field, message: `the port of the ${first} Service` };
          if (twin === undefined) {
            // No route splits requests between the active and the preview Service, so the port for metrics may be
            // missing.
            if (first === 'active') continue;
            const has = b.ports.map(({ number }) => number).join(', ');
            report(b.resource.field('spec', 'ports'), `${b.resource} lacks the port ${port.number} of ${a.resource}`, {
              hint: `it has ${has || 'none'}; ${resource} uses both`,
              related,
            });
          } else if (twin.target !== port.target) {
            report(
              twin.field,
              `port ${port.number} targets ${twin.target} in ${b.resource} and ${port.target} in ${a.resource}`,
              {
                severity: 'warning',
                because: [twin.field.get('targetPort'), port.field.get('targetPort')],
                related,
              },
            );
          }
        }
      }
    }
  },
};
