import { type Field, rollouts, ROUTE_FIELDS } from '../../graph';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';

const steps = `
        - setCanaryScale: { replicas: 1 }
        - setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }] }
        - pause: {}`;
const rule = `- backendRefs: [${BOTH_BACKENDS}]`;

/** The selectors of routes that can have rules for headers, in lower case: Go ignores the case of keys. */
const WITH_HEADERS = [ROUTE_FIELDS.HTTPRoute.selector, ROUTE_FIELDS.GRPCRoute.selector].map((one) => one.toLowerCase());

export const headerStepWithoutEffect: Rule = {
  code: 'TRF035',
  severity: 'warning',
  title: 'A header step has no effect, because no route uses header routes',
  why: 'The Gateway API plugin adds the rule of a header step only to HTTPRoutes and GRPCRoutes that use header routes. The short form (`httpRoute: name`) always does. The long form (`httpRoutes`) does so only with `useHeaderRoutes: true`. Routes that a selector finds (`httpRouteSelector`) never do. Otherwise the step succeeds and changes nothing, so the requests with the header never reach the canary.',
  fix: 'Add `useHeaderRoutes: true` to an entry of `httpRoutes` or `grpcRoutes`. Instead of a selector, name the route there.',
  whenNotToUse: 'Never: the step has no effect.',
  confirmedBy:
    'Gateway API plugin 0.15.0, measured. Up to 0.12 the plugin keeps header rules in a ConfigMap, from 0.13 as named rules of the route.',
  bad: exampleGatewayRoute('{ namespace: shop, httpRoutes: [{ name: checkout }] }', rule, steps),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rule, steps),
  checkPart(graph, report, part) {
    for (const { resource, steps: all, gatewayApi } of part(rollouts(graph))) {
      if (gatewayApi === undefined) continue;
      const { routes, selectors } = gatewayApi;
      if (routes.length === 0 && selectors.length === 0) continue;
      const able = routes.filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute');
      if (able.some(({ useHeaderRoutes }) => useHeaderRoutes)) continue;
      const selector = selectors.find((one) => WITH_HEADERS.includes(keyOf(one).toLowerCase()));
      for (const step of all) {
        const header = step.field.get('setHeaderRoute');
        if (header.get('match').items().length === 0) continue;
        const [first] = able;
        const what = `${stepOf(step, resource)} has no effect`;
        if (first) {
          report(header, `${what}: no route of the Gateway API plugin has useHeaderRoutes`, {
            on: 'key',
            hint: 'add useHeaderRoutes: true to the route',
            related: { field: first.field, message: 'the route' },
          });
        } else if (selector) {
          report(
            header,
            `${what}: the Gateway API plugin adds header rules to no route that it finds by ${keyOf(selector)}`,
            {
              on: 'key',
              hint: 'name the route, with useHeaderRoutes: true',
              related: { field: selector, message: 'the selector' },
            },
          );
        } else {
          report(header, `${what}: the Gateway API plugin weights only TCP or TLS routes, which have no headers`, {
            on: 'key',
          });
        }
      }
    }
  },
};

const keyOf = ({ path }: Field): string => String(path[path.length - 1]);
