import {
  destinationRules,
  type Field,
  type Resource,
  rollouts,
  virtualServices as allVirtualServices,
} from '../../graph';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { exampleSubsets, SUBSET_ROUTE } from '../shared/example';
import { missedRuleOf } from './named-by-rollouts';
import { routeLabel, sameHost } from './roles';

const manifests = (route: string): string =>
  exampleSubsets('- name: canary\n- name: stable', {
    http: `- name: testers\n  match: [{ headers: { x-tester: { exact: 'yes' } } }]\n  route: [{ destination: { host: checkout, subset: ${route} } }]\n${SUBSET_ROUTE.trim()}`,
  });

export const routeToUnknownSubset: Rule = {
  code: 'TRF022',
  severity: 'error',
  title: 'A route uses a subset that no DestinationRule defines',
  why: 'Istio accepts the route, and its requests answer 503. Neither the webhook nor the controller of Argo Rollouts checks it.',
  fix: 'Name a subset of the DestinationRule for that host, or add it there.',
  whenNotToUse: 'When the DestinationRule is kept elsewhere; then lint without `--closed-world`.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifests('canry'),
  good: manifests('canary'),
  peers: { istioctl: 'IST0101', kiali: 'KIA1107' },
  check(graph, report) {
    const rules = new Map<string, ReturnType<typeof destinationRules>[number][]>();
    for (const rule of destinationRules(graph)) {
      const key = rule.host.service ?? rule.host.text;
      rules.set(key, [...(rules.get(key) ?? []), rule]);
    }
    const told = new Map<Resource, Set<string | undefined>>();
    const ruleOf = new Map<Resource, Field[]>();
    for (const { istio, destinationRule, virtualServices } of rollouts(graph)) {
      const rule = destinationRule?.target;
      const names = ['canarySubsetName', 'stableSubsetName'].map((key) => istio.get('destinationRule', key).string);
      for (const { virtualService } of virtualServices) {
        if (rule && virtualService) ruleOf.set(virtualService.resource, [rule.field('spec', 'host')]);
      }
      if (rule) told.set(rule, new Set([...(told.get(rule) ?? []), ...names]));
    }
    for (const { resource, routes } of allVirtualServices(graph)) {
      for (const route of routes) {
        for (const { host, subset, field } of route.destinations) {
          if (subset === undefined) continue;
          const candidates = (rules.get(host.service ?? host.text) ?? []).filter((one) => sameHost(one.host, host));
          const subsets = candidates.flatMap((one) => one.subsets);
          if (subsets.some(({ name }) => name === subset)) continue;
          // A missing subset of a Rollout is reported at the Rollout.
          if (candidates.some((one) => told.get(one.resource)?.has(subset))) continue;
          const names = subsets.flatMap(({ name }) => name ?? []);
          const meant = closest(subset, names);
          report(
            field.get('destination', 'subset'),
            `${routeLabel(route)} of ${resource} sends requests to the subset '${subset}' of '${host.text}', which nothing here defines`,
            {
              because: [
                ...route.destinations.map((one) => one.field.get('destination', 'host')),
                ...(ruleOf.get(resource) ?? missedRuleOf(graph, resource)),
              ],
              outside: candidates.length === 0,
              didYouMean:
                meant === undefined
                  ? undefined
                  : { name: meant, field: subsets.find(({ name }) => name === meant)?.field.get('name') },
              hint:
                meant || candidates.length === 0
                  ? undefined
                  : `${candidates[0].resource} has ${names.join(', ') || 'none'}`,
            },
          );
        }
      }
    }
  },
};
