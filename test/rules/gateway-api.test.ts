import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';
import { ALL, BOTH, CLOSED, backend, gateway, on, rollout, route, services } from './gateway-manifests';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  REF002: [
    {
      name: 'no HTTPRoute of the name',
      manifest: rollout(),
      options: CLOSED,
      finds: [{ message: "Rollout store/cart routes traffic through HTTPRoute 'cart', which nothing here defines" }],
    },
    { name: 'the HTTPRoute exists', manifest: rollout() + services + route(BOTH), options: CLOSED },
    {
      name: 'the long form, a GRPCRoute with a typo',
      manifest: rollout('{ namespace: store, grpcRoutes: [{ name: crt }] }') + route(BOTH, undefined, 'GRPCRoute'),
      finds: [{ hint: "did you mean 'cart' (app.yaml:16)?", severity: 'error' }],
    },
    {
      name: 'the key of the plugin in lower case',
      manifest: rollout().replace('gatewayAPI', 'gatewayapi'),
      options: CLOSED,
      finds: [{ code: 'REF002' }],
    },
  ],
  REF021: [
    {
      name: 'no Gateway for a parentRef',
      manifest: route(BOTH).slice(4),
      options: CLOSED,
      finds: [
        {
          message:
            "HTTPRoute store/cart is attached to Gateway 'edge' in namespace 'infra', which nothing here defines",
        },
      ],
    },
    {
      name: 'a parent that is a Service',
      manifest: route(BOTH, "parentRefs: [{ name: cart, kind: Service, group: '' }],").slice(4),
    },
  ],
  TRF002: [
    {
      name: 'no backend for the canary',
      manifest: rollout() + services + route(`{ backendRefs: [${backend('cart-now')}] }`),
      finds: [
        {
          message: "HTTPRoute store/cart has no backend for the canary Service 'cart-next' of Rollout store/cart",
          hint: "it has 'cart-now'",
          severity: 'error',
        },
      ],
    },
    {
      name: 'the canary and another backend in a rule of their own',
      manifest:
        rollout() +
        services +
        route(
          `{ backendRefs: [${backend('cart-now')}] }, { backendRefs: [${backend('cart-next')}, ${backend('old')}] }`,
        ),
      options: on('0.15'),
    },
    {
      name: 'a TCPRoute without the stable backend',
      manifest:
        rollout('{ tcpRoute: cart, namespace: store }') +
        route(`{ backendRefs: [${backend('cart-next')}] }`, undefined, 'TCPRoute'),
      finds: [
        { message: "TCPRoute store/cart has no backend for the stable Service 'cart-now' of Rollout store/cart" },
      ],
    },
  ],
  TRF006: [
    {
      name: 'no weights, which means half and half',
      manifest: rollout() + services + route(`{ backendRefs: [${backend('cart-now')}, ${backend('cart-next')}] }`),
      finds: [
        { message: 'rule 1 of HTTPRoute store/cart gives stable the weight 1 (default) and the canary 1 (default)' },
      ],
    },
    { name: '100 and 0', manifest: rollout() + services + route(BOTH) },
    {
      name: '1 and 0, which is the same',
      manifest: rollout() + services + route(`{ backendRefs: [${backend('cart-now')}, ${backend('cart-next', 0)}] }`),
    },
    {
      name: 'a named rule with weights the wrong way round',
      manifest:
        rollout() +
        services +
        route(`{ name: api, backendRefs: [${backend('cart-now', 0)}, ${backend('cart-next', 100)}] }`),
      finds: [{ message: "rule 'api' of HTTPRoute store/cart gives stable the weight 0 and the canary 100" }],
    },
  ],
  TRF021: [
    {
      name: 'a backend that does not exist',
      manifest: rollout() + services + route(`${BOTH}, { backendRefs: [${backend('docs')}] }`),
      options: CLOSED,
      finds: [
        { message: "rule 2 of HTTPRoute store/cart sends requests to the Service 'docs', which nothing here defines" },
      ],
    },
    {
      name: 'a port that the Service does not have',
      manifest: services.slice(4) + route(`{ backendRefs: [{ name: old, port: 8080 }] }`),
      finds: [{ message: 'rule 1 of HTTPRoute store/cart uses port 8080 of Service store/old, which does not exist' }],
    },
    {
      name: 'a backend of another kind',
      manifest: route('{ backendRefs: [{ name: b, kind: Bucket, group: x.io }] }').slice(4),
    },
  ],
  TRF032: [
    {
      name: 'a third backend with the default weight',
      manifest: rollout() + route(BOTH.replace('] }', `, ${backend('old')}] }`)),
      finds: [{ message: expect.stringContaining("gives 'old' the weight 1 besides the two versions") as never }],
    },
    {
      name: 'a third backend that takes less than one per cent',
      manifest: rollout() + route(BOTH.replace('] }', `, ${backend('old', 1)}] }`)),
      finds: [{ message: expect.stringContaining('so setWeight 50 sends only 49.5 % to the canary') as never }],
    },
    {
      name: 'a third backend with weight 0',
      manifest: rollout() + route(BOTH.replace('] }', `, ${backend('old', 0)}] }`)),
    },
    {
      name: 'a third backend in a rule of its own',
      manifest: rollout() + route(`${BOTH}, { backendRefs: [${backend('old')}] }`),
    },
  ],
  TRF036: [
    {
      name: 'a listener that accepts its own namespace only, which is the default',
      manifest: gateway("hostname: '*.example.com'").slice(4) + route(BOTH),
      finds: [
        {
          message:
            "HTTPRoute store/cart is in the namespace 'store', from which Gateway infra/edge in 'infra' accepts no routes",
        },
      ],
    },
    { name: 'a listener for all namespaces', manifest: gateway(ALL).slice(4) + route(BOTH) },
    {
      name: 'a section that does not exist',
      manifest:
        gateway(ALL).slice(4) + route(BOTH, 'parentRefs: [{ name: edge, namespace: infra, sectionName: webb }],'),
      finds: [{ hint: "did you mean 'web'?" }],
    },
    {
      name: 'a host that no listener accepts',
      manifest:
        gateway(`hostname: '*.example.com', ${ALL}`).slice(4) +
        route(BOTH, 'parentRefs: [{ name: edge, namespace: infra }], hostnames: [cart.example.org],'),
      finds: [
        {
          message:
            "HTTPRoute store/cart has the host 'cart.example.org', which no listener of Gateway infra/edge accepts",
        },
      ],
    },
    {
      name: 'a TCPRoute at an HTTP listener',
      manifest: gateway(ALL).slice(4) + route(BOTH, undefined, 'TCPRoute'),
      finds: [
        {
          message: 'TCPRoute store/cart needs a listener for TCP or TLS, which Gateway infra/edge does not have there',
        },
      ],
    },
    {
      name: 'no parents',
      manifest: route(BOTH, '').slice(4),
      finds: [{ message: 'HTTPRoute store/cart has no parentRefs, so no Gateway uses it', severity: 'warning' }],
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
