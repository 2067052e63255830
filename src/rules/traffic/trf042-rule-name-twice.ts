import { type Field, gatewayRoutes } from '../../graph';
import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';

const rules = (second: string): string => `
- name: web
  matches: [{ path: { type: PathPrefix, value: /shop } }]
  backendRefs: [${BOTH_BACKENDS}]
- name: ${second}
  backendRefs: [${BOTH_BACKENDS}]`;

export const ruleNameTwice: Rule = {
  code: 'TRF042',
  severity: 'warning',
  title: 'Two rules of a route have the same name',
  why: 'The name of a rule must be unique within its route. The definitions of Gateway API 1.7 refuse a second one, those of the experimental channel before too. The standard definitions before do not check it, and a policy or the plugin for the Gateway API, which both find a rule by its name, take the first.',
  fix: 'Give each rule a name of its own, or none.',
  whenNotToUse: 'Never: the name does not say which rule is meant.',
  confirmedBy: 'Gateway API 1.6 and 1.7, read in their definitions.',
  bad: exampleGatewayRoute(PLUGIN_CONFIG, rules('web')),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rules('rest')),
  checkPart(graph, report, part) {
    for (const { resource, rules: all } of part(gatewayRoutes(graph))) {
      const first = new Map<string, Field>();
      for (const { name, field } of all) {
        if (name === undefined || name === '') continue;
        const before = first.get(name);
        if (before === undefined) first.set(name, field.get('name'));
        else {
          report(field.get('name'), `two rules of ${resource} have the name '${name}'`, {
            related: { field: before, message: 'the first' },
            // The definition of the list says the same.
            because: [resource.field('spec', 'rules')],
          });
        }
      }
    }
  },
};
