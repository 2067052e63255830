import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { readVersions } from '../../src/versions';
import { describeRule, type RuleCase } from './describe-rule';
import { BOTH, HEADER, LONG, SHORT, STEPS, backend, named, on, rollout, route, services } from './gateway-manifests';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  ROL009: [
    {
      name: 'ping-pong with the Gateway API plugin',
      manifest: rollout().replace(
        /canaryService: cart-next\s+stableService: cart-now/,
        'pingPong: { pingService: cart-next, pongService: cart-now }',
      ),
      options: on('0.15'),
      finds: [
        {
          message:
            'Rollout store/cart uses ping-pong, which the Gateway API plugin 0.15 does not support: without canaryService and stableService, every weight fails',
          hint: 'remove pingPong, and name canaryService and stableService',
          severity: 'error',
        },
      ],
    },
    {
      name: 'ping-pong beside the two Services',
      manifest: rollout().replace(
        'canaryService:',
        'pingPong: { pingService: ping, pongService: pong }\n      canaryService:',
      ),
      options: on('0.15'),
      finds: [{ message: expect.stringMatching(/: it weights canaryService and stableService$/) as never }],
    },
    {
      name: 'ping-pong with the Gateway API plugin, where the controller refuses every plugin',
      manifest: rollout().replace(
        'canaryService:',
        'pingPong: { pingService: ping, pongService: pong }\n      canaryService:',
      ),
      options: { versions: readVersions({ argoRollouts: '1.9', gatewayApiPlugin: '0.15' }).versions },
      finds: [{ hint: 'remove pingPong, and name canaryService and stableService' }],
    },
    {
      name: 'ping-pong with another plugin',
      manifest: rollout()
        .replace('canaryService:', 'pingPong: { pingService: ping, pongService: pong }\n      canaryService:')
        .replace('argoproj-labs/gatewayAPI', 'acme/router'),
    },
    {
      name: 'ping-pong with a Gateway API plugin that weights its Services',
      manifest: rollout().replace(
        /canaryService: cart-next\s+stableService: cart-now/,
        'pingPong: { pingService: cart-next, pongService: cart-now }',
      ),
      options: on('0.17'),
    },
    {
      name: 'the same, where the controller refuses every plugin',
      manifest: rollout().replace(
        /canaryService: cart-next\s+stableService: cart-now/,
        'pingPong: { pingService: cart-next, pongService: cart-now }',
      ),
      options: { versions: readVersions({ argoRollouts: '1.9', gatewayApiPlugin: '0.17' }).versions },
      finds: [{ hint: 'use Argo Rollouts 1.10 or newer' }],
    },
  ],
  TRF002: [
    {
      name: 'the two backends in rules of their own, for a plugin that weights both',
      manifest:
        rollout() +
        services +
        route(`{ backendRefs: [${backend('cart-now')}] }, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.12'),
    },
    {
      name: 'the same for a plugin that leaves the rule of the canary out',
      manifest:
        rollout(LONG) +
        services +
        route(`{ backendRefs: [${backend('cart-now')}] }, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.12 - 0.15'),
      finds: [
        {
          message:
            "the Gateway API plugin finds no backend for the canary Service 'cart-next' of Rollout store/cart in HTTPRoute store/cart: it takes rule 2 for a rule of a header step (Gateway API plugin 0.13, 0.14 and 0.15)",
          hint: 'give one rule both Services',
        },
      ],
    },
    {
      name: 'the same in a TCPRoute, where it weights both',
      manifest:
        rollout('{ tcpRoute: cart, namespace: store }') +
        route(
          `{ backendRefs: [${backend('cart-now')}] }, { backendRefs: [${backend('cart-next')}] }`,
          undefined,
          'TCPRoute',
        ),
    },
    {
      name: 'the only rule with both has the name of a managed route',
      manifest: rollout() + services + route(named('qa')),
      options: on('0.15'),
      finds: [{ hint: 'rename the rule' }, { hint: 'rename the rule' }],
    },
    {
      name: 'the same for a plugin that weights every rule with both',
      manifest: rollout() + services + route(named('qa')),
      options: on('0.17'),
    },
    {
      name: 'the two backends in rules of their own, for a plugin that weights rules with both',
      manifest:
        rollout() +
        services +
        route(`{ backendRefs: [${backend('cart-now')}] }, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.15 - 0.17'),
      finds: [
        {
          message:
            "no rule of HTTPRoute store/cart has both Services 'cart-next' and 'cart-now' of Rollout store/cart, so the Gateway API plugin sets no weights (Gateway API plugin 0.17)",
          hint: 'give one rule both Services',
        },
        { message: expect.stringMatching(/\(Gateway API plugin 0\.15\)$/) as never },
      ],
    },
    {
      name: 'one of the Services of ping-pong',
      manifest:
        rollout().replace(
          /canaryService: cart-next\s+stableService: cart-now/,
          'pingPong: { pingService: cart-next, pongService: cart-now }',
        ) +
        services +
        route(`{ backendRefs: [${backend('cart-now')}] }`),
      options: on('0.17'),
      finds: [{ message: expect.stringContaining("has no backend for the ping Service 'cart-next'") as never }],
    },
  ],
  TRF012: [
    {
      name: 'a rule with the name of a managed route',
      manifest: rollout() + route(named('qa')),
      finds: [
        {
          message:
            "Rollout store/cart manages the route 'qa', for which the Gateway API plugin takes rule 'qa' of HTTPRoute store/cart",
          severity: 'error',
          related: expect.objectContaining({ message: 'the rule that will be deleted' }) as never,
        },
      ],
    },
    {
      name: 'a rule with the name and a number, for a plugin that numbers its rules',
      manifest: rollout() + route(`${BOTH}, ${named('qa-1')}`),
      options: on('0.14 - 0.15'),
      finds: [{ message: expect.stringMatching(/takes rule 'qa-1' of .* \(Gateway API plugin 0\.15\)$/) as never }],
    },
    {
      name: 'a GRPCRoute without header routes, which gets no weights',
      manifest:
        rollout('{ namespace: store, grpcRoutes: [{ name: cart }] }') +
        route(`${BOTH}, ${named('qa')}`, undefined, 'GRPCRoute'),
      options: on('0.15'),
      finds: [{ related: expect.objectContaining({ message: 'the rule that gets no weights' }) as never }],
    },
    {
      name: 'the same for a plugin that gives it weights',
      manifest:
        rollout('{ namespace: store, grpcRoutes: [{ name: cart }] }') +
        route(`${BOTH}, ${named('qa')}`, undefined, 'GRPCRoute'),
      options: on('0.17'),
    },
    {
      name: 'a rule for another Service without header routes, in which nothing changes',
      manifest: rollout(LONG) + route(`${BOTH}, { name: qa, backendRefs: [${backend('old')}] }`),
    },
    {
      name: 'a rule for another Service with header routes, which is deleted',
      manifest: rollout() + route(`${BOTH}, { name: qa, backendRefs: [${backend('old')}] }`),
      finds: [{ path: 'spec.strategy.canary.trafficRouting.managedRoutes[0].name' }],
    },
    { name: 'names that only begin alike', manifest: rollout() + route(`${named('qa-x')}, ${named('qa1')}`) },
    {
      name: 'a plugin that does not look at names',
      manifest: rollout() + route(named('qa')),
      options: on('0.8 - 0.12'),
    },
  ],
  TRF033: [
    {
      name: 'a rule with the stable Service alone',
      manifest: rollout() + route(`{ backendRefs: [${backend('cart-now')}] }, ${BOTH}`),
      options: on('0.15'),
      finds: [
        {
          message:
            'rule 1 of HTTPRoute store/cart has only the stable Service of Rollout store/cart, whose weight is 0 at setWeight 100 and at the end of each rollout',
        },
      ],
    },
    {
      name: 'a rule with the canary alone in the short form, which the plugin deletes',
      manifest: rollout() + route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.15'),
      finds: [
        {
          message:
            'rule 2 of HTTPRoute store/cart has only the canary Service of Rollout store/cart, so the plugin takes it for a rule of a header step and deletes it when a rollout ends',
        },
      ],
    },
    {
      name: 'the same in a GRPCRoute with header routes',
      manifest:
        rollout('{ namespace: store, grpcRoutes: [{ name: cart, useHeaderRoutes: true }] }') +
        route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`, undefined, 'GRPCRoute'),
      options: on('0.15'),
      finds: [{ message: expect.stringMatching(/deletes it when a rollout ends$/) as never }],
    },
    {
      name: 'the same before the plugin knew its rules by their backends',
      manifest: rollout() + route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.12'),
      finds: [{ message: expect.stringMatching(/whose weight is 0 whenever no rollout runs$/) as never }],
    },
    {
      name: 'the same in the long form without header routes, which the plugin leaves as it is',
      manifest: rollout(LONG) + route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`),
    },
    {
      name: 'the same in the long form for a plugin that weighted it',
      manifest: rollout(LONG) + route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`),
      options: on('0.12 - 0.15'),
      finds: [
        {
          message: expect.stringMatching(
            /whose weight is 0 whenever no rollout runs \(Gateway API plugin 0\.12\)$/,
          ) as never,
        },
      ],
    },
    {
      name: 'the canary with another backend, which the plugin weights',
      manifest: rollout(LONG) + route(`${BOTH}, { backendRefs: [${backend('cart-next')}, ${backend('old')}] }`),
      options: on('0.15'),
      finds: [{ message: expect.stringMatching(/whose weight is 0 whenever no rollout runs$/) as never }],
    },
    {
      name: 'the canary alone in a TCPRoute, which has no rules for headers',
      manifest:
        rollout('{ tcpRoute: cart, namespace: store }') +
        route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }`, undefined, 'TCPRoute'),
      finds: [{ message: expect.stringMatching(/whose weight is 0 whenever no rollout runs$/) as never }],
    },
    {
      name: 'one Service alone, for a plugin that weights rules with both',
      manifest:
        rollout() +
        route(`${BOTH}, { backendRefs: [${backend('cart-next')}] }, { backendRefs: [${backend('cart-now')}] }`),
      options: on('0.17'),
    },
    {
      name: 'one Service of ping-pong alone in a TCPRoute',
      manifest:
        rollout('{ tcpRoute: cart, namespace: store }').replace(
          /canaryService: cart-next\s+stableService: cart-now/,
          'pingPong: { pingService: cart-next, pongService: cart-now }',
        ) + route(`${BOTH}, { backendRefs: [${backend('cart-now')}] }`, undefined, 'TCPRoute'),
      finds: [
        { message: expect.stringMatching(/the pong Service .* whenever the other Service has all requests$/) as never },
      ],
    },
    { name: 'a rule without either', manifest: rollout() + route(`${BOTH}, { backendRefs: [${backend('old')}] }`) },
  ],
  TRF034: [
    {
      name: 'no namespace, for a plugin that takes that of the Rollout',
      manifest: rollout('{ httpRoute: cart }'),
      options: on('0.11 - 0.15'),
    },
    {
      name: 'no namespace, for a plugin that needs one',
      manifest: rollout('{ httpRoute: cart }'),
      options: on('0.9 - 0.11'),
      finds: [
        {
          message:
            'the Gateway API plugin of Rollout store/cart has no namespace, so it never finds its routes (Gateway API plugin 0.9 and 0.10)',
          hint: 'add namespace: store',
          severity: 'error',
        },
      ],
    },
    {
      name: 'a misspelt field',
      manifest: rollout('{ httpRoutes: [{ name: cart, useHeaderRoute: true }], namespace: store }'),
      finds: [{ hint: "did you mean 'useHeaderRoutes'?" }],
    },
    {
      name: 'a misspelt list, which is not reported as missing as well',
      manifest: rollout('{ httpRoutez: [{ name: cart }], namespace: store }'),
      finds: [{ hint: "did you mean 'httpRoutes'?" }],
    },
    {
      name: 'no route at all',
      manifest: rollout('{ namespace: store }'),
      finds: [{ message: 'the Gateway API plugin of Rollout store/cart names no route' }],
    },
    {
      name: 'a base other than 100',
      manifest: rollout(SHORT, STEPS, 'maxTrafficWeight: 1000,'),
      options: on('0.15'),
      finds: [{ message: expect.stringContaining('setWeight 1000 gives the stable backend the weight -900') as never }],
    },
    {
      name: 'the same for a plugin that counts up to it',
      manifest: rollout(SHORT, STEPS, 'maxTrafficWeight: 1000,'),
      options: on('0.17'),
    },
    {
      name: 'both forms, and a selector',
      manifest: rollout('{ namespace: store, httpRouteSelector: { matchLabels: { a: b } } }'),
    },
    { name: 'keys in another case, which Go reads too', manifest: rollout('{ HTTPRoute: cart, Namespace: store }') },
  ],
  TRF035: [
    {
      name: 'the long form without useHeaderRoutes',
      manifest: rollout('{ namespace: store, httpRoutes: [{ name: cart }] }', HEADER),
      finds: [
        {
          message: 'step 2 of Rollout store/cart has no effect: no route of the Gateway API plugin has useHeaderRoutes',
        },
      ],
    },
    { name: 'the short form', manifest: rollout(SHORT, HEADER) },
    {
      name: 'a selector of HTTPRoutes, which never use header routes',
      manifest: rollout('{ namespace: store, httpRouteSelector: { matchLabels: { a: b } } }', HEADER),
      finds: [
        {
          message:
            'step 2 of Rollout store/cart has no effect: the Gateway API plugin adds header rules to no route that it finds by httpRouteSelector',
          hint: 'name the route, with useHeaderRoutes: true',
          related: expect.objectContaining({ message: 'the selector' }) as never,
        },
      ],
    },
    {
      name: 'a selector, and a named route without header routes',
      manifest: rollout(
        '{ namespace: store, grpcRouteSelector: { matchLabels: { a: b } }, httpRoutes: [{ name: cart }] }',
        HEADER,
      ),
      finds: [{ hint: 'add useHeaderRoutes: true to the route' }],
    },
    {
      name: 'a selector of TCPRoutes',
      manifest: rollout('{ namespace: store, tcpRouteSelector: { matchLabels: { a: b } } }', HEADER),
      finds: [{ message: expect.stringContaining('only TCP or TLS routes, which have no headers') as never }],
    },
    {
      name: 'a selector in another case, and a named route with header routes',
      manifest: rollout('{ namespace: store, HTTPRouteSelector: { matchLabels: { a: b } }, httpRoute: cart }', HEADER),
    },
    {
      name: 'a selector, and no header step',
      manifest: rollout('{ namespace: store, httpRouteSelector: { matchLabels: { a: b } } }'),
    },
    {
      name: 'a TLSRoute alone',
      manifest: rollout('{ namespace: store, tlsRoute: cart }', HEADER),
      finds: [{ message: expect.stringContaining('only TCP or TLS routes, which have no headers') as never }],
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
