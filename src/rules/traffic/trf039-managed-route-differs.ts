import { type Field, type Route, rollouts } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';
import { routeLabel } from './roles';

const manifests = (more: string): string =>
  documents(
    exampleRollout(
      routedCanary(`steps:
  - setCanaryScale: { replicas: 1 }
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
  - pause: {}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]'),
    ),
    exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE.trimEnd()}${more}`),
  );

/** Fields of a route that change requests. A managed route has none of them. */
const LOST = ['rewrite', 'timeout', 'retries', 'headers', 'corsPolicy', 'fault', 'mirror', 'mirrors'];

export const managedRouteDiffers: Rule = {
  code: 'TRF039',
  severity: 'warning',
  title: 'A managed route lacks the rewrite, timeout, headers or path of the weighted route',
  why: 'The controller builds the route of a header step from the header matches and one destination only. It does not copy the rewrite, the timeout, the retries, the headers, the CORS policy or the path of the weighted route. Requests with the header are therefore handled differently from all others: without the rewrite they reach the wrong path, and the test of the canary says little about it.',
  fix: 'Move these settings to the application or to a DestinationRule, or test the canary through a host of its own instead of a header route.',
  whenNotToUse: 'When the requests with the header do not need the setting.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests('\n  rewrite: { uri: /v2 }'),
  good: manifests(''),
  checkPart(graph, report, part) {
    for (const { resource, steps, virtualServices } of part(rollouts(graph))) {
      const step = steps.find(({ field }) => field.get('setHeaderRoute', 'match').items().length > 0);
      if (step === undefined) continue;
      const reported = new Set<Route>();
      for (const { virtualService, routes } of virtualServices) {
        for (const route of routes) {
          const lost = LOST.filter((key) => route.field.get(key).exists);
          const [path] = pathsOf(route);
          if (path !== undefined) lost.push('path');
          if (route.protocol !== 'http' || lost.length === 0 || reported.has(route)) continue;
          reported.add(route);
          report(
            step.field.get('setHeaderRoute'),
            `${stepOf(step, resource)} creates a route without the ${lost.join(', ')} of ${routeLabel(route)} of ${virtualService?.resource}`,
            {
              on: 'key',
              // Requests to other paths of the host are few, unless other services answer them (TRF040).
              severity: lost.length === 1 && lost[0] === 'path' ? 'advice' : undefined,
              related: {
                field: lost[0] === 'path' ? path : route.field.get(lost[0]),
                message: 'what the managed route lacks',
              },
            },
          );
        }
      }
    }
  },
};

/** The paths that the requests of a route must have. A match that accepts every path makes the others meaningless. */
function pathsOf({ field }: Route): Field[] {
  const matches = field.get('match').items();
  const paths = matches.map((match) => match.get('uri'));
  return paths.every((uri) => uri.exists && !ANY_PATH.test(String(uri.entries()[0]?.[1].string))) ? paths : [];
}

const ANY_PATH = /^(\/|\^?\/?\.\*\$?)$/;
