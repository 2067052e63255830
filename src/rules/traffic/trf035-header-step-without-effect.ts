import { rollouts } from '../../graph';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';

const steps = `
        - setCanaryScale: { replicas: 1 }
        - setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }] }
        - pause: {}`;
const rule = `- backendRefs: [${BOTH_BACKENDS}]`;

export const headerStepWithoutEffect: Rule = {
  code: 'TRF035',
  severity: 'warning',
  title: 'A header step has no effect, because no route uses header routes',
  why: 'The Gateway API plugin adds the rule of a header step only to HTTPRoutes and GRPCRoutes that use header routes. The short form (`httpRoute: name`) always does. The long form (`httpRoutes`) does so only with `useHeaderRoutes: true`. Otherwise the step succeeds and changes nothing, so the requests with the header never reach the canary.',
  fix: 'Add `useHeaderRoutes: true` to an entry of `httpRoutes` or `grpcRoutes`.',
  whenNotToUse: 'Never: the step has no effect.',
  confirmedBy:
    'Gateway API plugin 0.15.0, measured. Up to 0.12 the plugin keeps header rules in a ConfigMap, from 0.13 as named rules of the route.',
  bad: exampleGatewayRoute('{ namespace: shop, httpRoutes: [{ name: checkout }] }', rule, steps),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rule, steps),
  checkPart(graph, report, part) {
    for (const { resource, steps: all, gatewayApi } of part(rollouts(graph))) {
      // The routes that a selector finds are known only in the cluster.
      if (gatewayApi === undefined || gatewayApi.selectors.length > 0 || gatewayApi.routes.length === 0) continue;
      const able = gatewayApi.routes.filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute');
      if (able.some(({ useHeaderRoutes }) => useHeaderRoutes)) continue;
      for (const step of all) {
        const header = step.field.get('setHeaderRoute');
        if (header.get('match').items().length === 0) continue;
        const [first] = able;
        report(
          header,
          first
            ? `${stepOf(step, resource)} has no effect: no route of the Gateway API plugin has useHeaderRoutes`
            : `${stepOf(step, resource)} has no effect: the Gateway API plugin weights only TCP or TLS routes, which have no headers`,
          {
            on: 'key',
            hint: first && 'add useHeaderRoutes: true to the route',
            related: first && { field: first.field, message: 'the route' },
          },
        );
      }
    }
  },
};
