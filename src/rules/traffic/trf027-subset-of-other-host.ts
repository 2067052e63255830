import { hostReference, readHost, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { exampleSubsets } from '../shared/example';
import { roleOf, routeLabel, sameHost } from './roles';

const subsets = '- name: canary\n- name: stable';

export const subsetOfOtherHost: Rule = {
  code: 'TRF027',
  severity: 'error',
  title: 'The DestinationRule of a Rollout has another host than its route',
  why: 'A subset only counts for the host of its DestinationRule. The controller compares names only and accepts it. Istio finds no such subset for the host of the route, and requests answer 503.',
  fix: 'Use the same host in the DestinationRule and in the route: the Service that selects all pods of the Rollout.',
  whenNotToUse: 'Never: the subset is not found.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: exampleSubsets(subsets, { host: 'checkout-all' }),
  good: exampleSubsets(subsets),
  peers: { istioctl: 'IST0101', kiali: 'KIA1107' },
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const rule = rollout.destinationRule?.target;
      const host = rule?.field('spec', 'host');
      if (!rule || host?.string === undefined) continue;
      const wanted = readHost(host.string, rule.namespace);
      for (const { virtualService, routes } of rollout.virtualServices) {
        for (const route of routes) {
          const other = route.destinations.find((one) => roleOf(rollout, one) && !sameHost(one.host, wanted));
          if (!other) continue;
          const at = other.field.get('destination', 'host');
          const message = `${routeLabel(route)} of ${virtualService?.resource} sends requests to subsets of '${other.host.text}', and ${rule} is for '${host.string}'`;
          // If one of two similar hosts is a Service, the other is a typo.
          const slip = other.service?.target && !hostReference(graph, host, wanted)?.target;
          const meant = slip ? closest(host.string, [other.host.text]) : undefined;
          if (meant !== undefined) {
            report(host, message, {
              mistake: { in: host, what: 'host' },
              didYouMean: { name: meant, field: at },
            });
          } else report(at, message, { because: [at], related: { field: host, message: 'the host of the subsets' } });
        }
      }
    }
  },
};
