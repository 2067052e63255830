import type { Rule } from '../../src/rules';
import { TRAFFIC_RULES } from '../../src/rules/traffic';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => TRAFFIC_RULES.find((one) => one.code === code)!;

const rollout = (istio: string, more = '', name = 'checkout'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${name}, namespace: shop }
spec:
  template: { metadata: { labels: { app: checkout } } }
  strategy: { canary: { canaryService: c, stableService: s, ${more} trafficRouting: { istio: { ${istio} } } } }
`;
const istio = (kind: string, name: string, spec: string, namespace = 'shop'): string => `---
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;
const vs = (http: string, name = 'v', more = 'hosts: [a],'): string =>
  istio('VirtualService', name, `${more} http: [${http}]`);
const service = (name: string, spec: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;
const dest = (host: string, weight?: number, more = ''): string =>
  `{ destination: { host: ${host}${more} }${weight === undefined ? '' : `, weight: ${weight}`} }`;
const route = (name: string, ...destinations: string[]): string =>
  `{ name: ${name}, route: [${destinations.join(', ')}] }`;
const alone = (text: string): string => text.slice(4);
const V = 'virtualService: { name: v }';
const SUBSETS = `${V}, destinationRule: { name: d, canarySubsetName: canary, stableSubsetName: stable }`;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  TRF003: [
    {
      name: 'managed routes do not count',
      manifest:
        rollout(V).replace('istio:', 'managedRoutes: [{ name: b }], istio:') +
        vs(`${route('a', dest('s', 100), dest('c', 0))}, ${route('b', dest('c'))}`),
    },
    {
      name: 'two tls routes',
      manifest: rollout(V) + istio('VirtualService', 'v', 'tls: [{ match: [{ port: 1 }] }, { match: [{ port: 2 }] }]'),
      finds: [{ message: 'Rollout shop/checkout lists no tlsRoutes, but VirtualService shop/v has 2 tls routes' }],
    },
  ],
  TRF006: [
    {
      name: 'the wrong way round',
      manifest: rollout(V) + vs(route('a', dest('s', 0), dest('c', 100))),
      finds: [{ path: 'spec.http[0].route[1].weight' }],
    },
    {
      name: 'no weights',
      manifest: rollout(V) + vs(route('a', dest('s'), dest('c'))),
      finds: [{ message: "route 'a' of VirtualService shop/v gives stable the weight none and the canary none" }],
    },
    { name: 'the weight 0 may be left out', manifest: rollout(V) + vs(route('a', dest('s', 100), dest('c'))) },
    {
      name: 'a third destination has its share',
      manifest: rollout(V) + vs(route('a', dest('s', 80), dest('c', 0), dest('x', 20))),
    },
    {
      name: 'a route that is not weighted',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        vs(`${route('a', dest('s', 100), dest('c', 0))}, ${route('b', dest('s', 50), dest('c', 50))}`),
    },
  ],
  TRF007: [
    {
      name: 'a negative one',
      manifest: alone(vs(route('a', dest('s', 110), dest('c', -10)))),
      finds: [{ path: 'spec.http[0].route[1].weight' }],
    },
    { name: 'one destination needs none', manifest: alone(vs(route('a', dest('s')))) },
  ],
  TRF008: [
    {
      name: 'a subset that is not additional',
      manifest:
        rollout(SUBSETS) +
        vs(
          route(
            'a',
            dest('x', 80, ', subset: stable'),
            dest('x', 0, ', subset: canary'),
            dest('x', 20, ', subset: old'),
          ),
        ),
      finds: [
        {
          message:
            "route 'a' of VirtualService shop/v gives 20 % to 'x, subset old', which Rollout shop/checkout deletes",
        },
      ],
    },
    {
      name: 'one that is',
      manifest:
        rollout(SUBSETS.replace('name: d,', 'name: d, additionalSubsetNames: [old],')) +
        vs(
          route(
            'a',
            dest('x', 80, ', subset: stable'),
            dest('x', 0, ', subset: canary'),
            dest('x', 20, ', subset: old'),
          ),
        ),
    },
  ],
  TRF011: [
    {
      name: 'two routes of the name that is weighted',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        vs(`${route('a', dest('s', 100), dest('c', 0))}, ${route('a', dest('s', 100), dest('c', 0))}`),
      finds: [
        {
          severity: 'warning',
          message:
            "VirtualService shop/v has 2 http routes named 'a', of which Rollout shop/checkout weights only the first",
        },
      ],
    },
    {
      name: 'one route without a name is multiplied by one',
      manifest: rollout(V).replace('istio:', 'managedRoutes: [{ name: b }], istio:') + vs(`{ route: [${dest('s')}] }`),
    },
    {
      name: 'nothing is put in order',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        vs(`${route('a', dest('s'))}, { route: [] }, { route: [] }`),
    },
  ],
  TRF013: [
    {
      name: 'a route to the stable version alone may be meant',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        vs(`${route('b', dest('s'))}, ${route('a', dest('s', 100), dest('c', 0))}`),
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'a route elsewhere',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        vs(`${route('b', dest('prometheus'))}, ${route('a', dest('s', 100), dest('c', 0))}`),
    },
  ],
  TRF014: [
    {
      name: 'one VirtualService, one route',
      manifest: rollout(V) + '---' + rollout(V, '', 'other') + vs(route('a', dest('s', 100), dest('c', 0))),
      finds: [{ message: "both Rollout shop/other and Rollout shop/checkout use route 'a' of VirtualService shop/v" }],
    },
    {
      name: 'one VirtualService, a route each',
      manifest:
        rollout('virtualService: { name: v, routes: [a] }') +
        '---' +
        rollout('virtualService: { name: v, routes: [b] }', '', 'other') +
        vs(`${route('a', dest('s', 100), dest('c', 0))}, ${route('b', dest('s', 100), dest('c', 0))}`),
    },
    {
      name: 'the same Rollout in the folder of another cluster',
      manifest: {
        'a/r.yaml': rollout(V),
        'b/r.yaml': rollout(V),
        'v.yaml': alone(vs(route('a', dest('s', 100), dest('c', 0)))),
      },
    },
  ],
  TRF015: [
    { name: 'one Service is enough', manifest: rollout(SUBSETS).replace('canaryService: c,', '') },
    { name: 'none', manifest: rollout(SUBSETS).replace('canaryService: c, stableService: s,', ''), finds: [{}] },
  ],
  TRF018: [
    {
      name: 'a host that is for another namespace',
      manifest:
        alone(vs(route('a', dest('s')), 'v', 'hosts: [a.example.com], gateways: [g],')) +
        istio('Gateway', 'g', "servers: [{ hosts: ['other/a.example.com'] }]"),
      finds: [{ hint: "accepted: 'a.example.com'" }],
    },
    ...["'*'", "'*.example.com'", 'a.example.com', 'shop/a.example.com', "'./*.com'"].map((host) => ({
      name: `${host} lets it in`,
      manifest:
        alone(vs(route('a', dest('s')), 'v', 'hosts: [a.example.com], gateways: [g],')) +
        istio('Gateway', 'g', `servers: [{ hosts: [${host}] }]`),
    })),
    {
      name: 'a host of the mesh beside one of the Gateway',
      manifest:
        alone(vs(route('a', dest('s')), 'v', 'hosts: [a.example.com, checkout], gateways: [g, mesh],')) +
        istio('Gateway', 'g', 'servers: [{ hosts: [a.example.com] }]'),
    },
    {
      name: 'the Gateway is elsewhere',
      manifest: alone(vs(route('a', dest('s')), 'v', 'hosts: [a.example.com], gateways: [edge/g],')),
    },
  ],
  TRF019: [
    {
      name: 'one short, one in full',
      manifest: alone(vs(route('a', dest('s')))) + vs(route('a', dest('s')), 'w', 'hosts: [a.shop.svc.cluster.local],'),
      finds: [
        {
          message:
            "VirtualService shop/w and VirtualService shop/v both have the host 'a.shop.svc.cluster.local' in the mesh",
        },
      ],
    },
    {
      name: 'one is for a Gateway alone',
      manifest: alone(vs(route('a', dest('s')))) + vs(route('a', dest('s')), 'w', 'hosts: [a], gateways: [g],'),
    },
    {
      name: 'the same short name in two namespaces is two hosts',
      manifest: alone(vs(route('a', dest('s')))) + istio('VirtualService', 'w', 'hosts: [a]', 'other'),
    },
  ],
  TRF020: [
    {
      name: 'a prefix before what begins with it',
      manifest: alone(
        vs(
          '{ name: a, match: [{ uri: { prefix: /api } }] }, { name: b, match: [{ uri: { exact: /api/v1 } }, { uri: { prefix: /apis } }] }',
        ),
      ),
      finds: [
        {
          message: "route 'b' of VirtualService shop/v is never reached: route 'a' before it matches all that it does",
        },
      ],
    },
    {
      name: 'the same header',
      manifest: alone(
        vs(
          "{ match: [{ headers: { x: { exact: '1' } } }] }, { match: [{ headers: { x: { exact: '1' }, z: { exact: '2' } } }] }",
        ),
      ),
      finds: [{}],
    },
    {
      name: 'the prefix of everything',
      manifest: alone(vs('{ match: [{ uri: { prefix: / } }] }, { match: [{ uri: { exact: /x } }] }')),
      finds: [{}],
    },
    {
      name: 'part of it is still reached',
      manifest: alone(
        vs(
          '{ match: [{ uri: { prefix: /api } }] }, { match: [{ uri: { prefix: /api/v1 } }, { uri: { prefix: /other } }] }',
        ),
      ),
    },
    {
      name: 'the wider one has one demand more',
      manifest: alone(
        vs(
          "{ match: [{ uri: { prefix: /api }, headers: { x: { exact: '1' } } }] }, { match: [{ uri: { prefix: /api } }] }",
        ),
      ),
    },
    {
      name: 'a method is a demand',
      manifest: alone(vs('{ match: [{ method: { exact: GET } }] }, { match: [{ method: { exact: POST } }] }')),
    },
  ],
  TRF021: [
    {
      name: 'a Service that may be elsewhere is a note',
      manifest: alone(vs(route('a', dest('gone')))),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'several ports, and none is said',
      manifest: alone(vs(route('a', dest('s')))) + service('s', 'ports: [{ port: 80 }, { port: 81 }]'),
      finds: [{ severity: 'warning', hint: 'it has 80, 81' }],
    },
    {
      name: 'a mirror to a port that is not there',
      manifest: alone(vs('{ mirror: { host: s, port: { number: 1 } } }')) + service('s', 'ports: [{ port: 80 }]'),
      finds: [{ hint: 'it has 80' }],
    },
    {
      name: 'a host of the internet',
      manifest: alone(vs(route('a', dest('api.example.com')))),
      options: { closedWorld: true },
    },
    {
      name: 'one port need not be said',
      manifest: alone(vs(route('a', dest('s')))) + service('s', 'ports: [{ port: 80 }]'),
    },
  ],
  TRF022: [
    {
      name: 'no rule for the host is here',
      manifest: alone(vs(route('a', dest('s', 1, ', subset: x')))),
      finds: [{ severity: 'note' }],
    },
    {
      name: 'the rule says the host in full',
      manifest:
        alone(vs(route('a', dest('s', 1, ', subset: x')))) +
        istio('DestinationRule', 'd', 'host: s.shop.svc.cluster.local, subsets: [{ name: x }]'),
    },
  ],
  TRF023: [
    {
      name: 'the same port leads elsewhere',
      manifest:
        rollout('') +
        service('s', 'ports: [{ port: 80, targetPort: 8080 }]') +
        service('c', 'ports: [{ port: 80, targetPort: 9090 }]'),
      finds: [{ severity: 'warning', message: 'port 80 targets 9090 in Service shop/c and 8080 in Service shop/s' }],
    },
    {
      name: 'the canary may have more',
      manifest:
        rollout('') + service('s', 'ports: [{ port: 80 }]') + service('c', 'ports: [{ port: 80 }, { port: 81 }]'),
    },
  ],
  TRF025: [
    {
      name: 'a VirtualService of the edge with short hosts',
      manifest:
        rollout('virtualService: { name: v.edge }') +
        istio('VirtualService', 'v', `http: [${route('a', dest('s', 100), dest('c', 0))}]`, 'edge'),
      finds: [{ hint: 'write s.shop.svc.cluster.local' }, { hint: 'write c.shop.svc.cluster.local' }],
    },
    { name: 'one of the same namespace', manifest: rollout(V) + vs(route('a', dest('s', 100), dest('c', 0))) },
  ],
  TRF026: [
    {
      name: 'a label that separates versions by hand',
      manifest:
        rollout(SUBSETS) +
        istio(
          'DestinationRule',
          'd',
          'host: x, subsets: [{ name: canary, labels: { version: v2 } }, { name: stable }, { name: old, labels: { version: v0 } }]',
        ),
      finds: [{ path: 'spec.subsets[0].labels.version' }],
    },
    {
      name: 'labels that the controller sets on running pods',
      manifest:
        rollout(
          SUBSETS,
          'canaryMetadata: { labels: { role: canary } }, stableMetadata: { labels: { role: stable } },',
        ) +
        istio(
          'DestinationRule',
          'd',
          'host: x, subsets: [{ name: canary, labels: { role: canary } }, { name: stable, labels: { role: stable } }]',
        ),
      finds: [
        { path: 'spec.subsets[0].labels.role', hint: 'labels of canaryMetadata do not count' },
        { path: 'spec.subsets[1].labels.role', hint: 'labels of stableMetadata do not count' },
      ],
    },
    {
      name: 'the hash of the controller',
      manifest:
        rollout(SUBSETS) +
        istio(
          'DestinationRule',
          'd',
          'host: x, subsets: [{ name: canary, labels: { rollouts-pod-template-hash: abc } }]',
        ),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
