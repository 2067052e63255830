import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { describeRule, examplesOn, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

const rollout = (canary: string, spec = 'replicas: 4,', labels = 'app: pay'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: pay, namespace: shop }
spec: { ${spec} selector: { matchLabels: { app: pay } }, template: { metadata: { labels: { ${labels} } } }, strategy: { canary: { ${canary} } } }
`;
const ISTIO = 'canaryService: c, stableService: s, trafficRouting: { istio: { virtualService: { name: pay } } },';
const MANAGED = ISTIO.replace('trafficRouting: {', 'trafficRouting: { managedRoutes: [{ name: qa }],');
const header = (match = "match: [{ headerName: x-qa, headerValue: { exact: 'on' } }]"): string =>
  `{ setHeaderRoute: { name: qa, ${match} } }`;
const service = (name: string, selector: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { ${selector} }, ports: [{ name: http, port: 80 }] }
`;
const virtualService = (http: string, name = 'pay', more = 'hosts: [pay]'): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: { ${more}, http: [${http}] }
`;
const SPLIT = (more = ''): string =>
  `{ name: main, ${more} route: [{ destination: { host: s }, weight: 100 }, { destination: { host: c }, weight: 0 }] }`;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  ROL037: [
    {
      name: 'weights only: the canary goes at once',
      manifest: rollout(
        `${ISTIO} abortScaleDownDelaySeconds: 0, steps: [{ setWeight: 50 }, { pause: { duration: 60 } }]`,
      ),
      finds: [
        {
          message:
            'Rollout shop/pay removes the pods of an aborted canary at once, so nobody can inspect them: abortScaleDownDelaySeconds is 0',
        },
      ],
    },
    {
      name: 'a scale in force: the canary stays',
      manifest: rollout(
        `${ISTIO} abortScaleDownDelaySeconds: 0, steps: [{ setCanaryScale: { replicas: 2 } }, { setWeight: 50 }]`,
      ),
      finds: [{ message: expect.stringContaining('for ever while a setCanaryScale is in force') as never }],
    },
    { name: 'some seconds', manifest: rollout(`${ISTIO} abortScaleDownDelaySeconds: 5`) },
  ],
  ROL040: [
    {
      name: 'an explicit delay',
      manifest: rollout(`${ISTIO} dynamicStableScale: true, abortScaleDownDelaySeconds: 20`),
      finds: [{ message: expect.stringMatching(/^an abort of Rollout shop\/pay never completes/) as never }],
    },
    {
      name: 'at least some pods of each version',
      manifest: rollout(`${ISTIO} dynamicStableScale: true, minPodsPerReplicaSet: 2`),
      finds: [{ message: expect.stringMatching(/^an abort of Rollout shop\/pay may never complete/) as never }],
    },
    { name: 'a delay without the dynamic scale', manifest: rollout(`${ISTIO} abortScaleDownDelaySeconds: 20`) },
    { name: 'the dynamic scale alone', manifest: rollout(`${ISTIO} dynamicStableScale: true`) },
  ],
  ROL041: [
    {
      name: 'more pods than replicas',
      manifest: rollout(`${ISTIO} minPodsPerReplicaSet: 5`),
      finds: [{ message: expect.stringContaining('is 5, but it has 4 replicas; with Argo Rollouts 1.9') as never }],
    },
    {
      name: 'no replicas, which means 1',
      manifest: rollout(`${ISTIO} minPodsPerReplicaSet: 2`, ''),
      finds: [{ message: expect.stringContaining('but it has 1 replica;') as never }],
    },
    { name: 'as many', manifest: rollout(`${ISTIO} minPodsPerReplicaSet: 4`) },
    { name: 'no traffic routing', manifest: rollout('minPodsPerReplicaSet: 5') },
  ],
  ROL044: [
    {
      name: 'a label of the template that a Service selects',
      manifest:
        rollout(`${ISTIO} canaryMetadata: { labels: { track: new } }`, '', 'app: pay, track: old') +
        service('jobs', 'app: pay, track: old'),
      finds: [
        {
          message: expect.stringMatching(
            /replaces the label 'track' .* and Service shop\/jobs loses its pods$/,
          ) as never,
          hint: 'set track in stableMetadata too',
        },
      ],
    },
    {
      name: 'with its counterpart',
      manifest: rollout(
        `${ISTIO} canaryMetadata: { labels: { track: new } }, stableMetadata: { labels: { track: old } }`,
        '',
        'app: pay, track: old',
      ),
    },
    {
      name: 'a label that the template does not have',
      manifest: rollout(`${ISTIO} canaryMetadata: { labels: { track: new } }`),
    },
  ],
  ROL045: [
    {
      name: 'two weights',
      manifest: rollout(
        `${ISTIO} steps: [{ experiment: { duration: 5m, templates: [{ name: a, specRef: stable, weight: 5 }, { name: b, specRef: canary, weight: 5 }] } }]`,
      ),
      finds: [{ message: expect.stringContaining('has 2 weighted templates') as never }],
    },
    {
      name: 'one weight',
      manifest: rollout(
        `${ISTIO} steps: [{ experiment: { duration: 5m, templates: [{ name: a, specRef: stable }, { name: b, specRef: canary, weight: 5 }] } }]`,
      ),
    },
  ],
  ROL047: [
    ...(
      [
        [10, 95],
        [5, 90],
        [2, 75],
        [25, 98],
        [50, 99],
      ] as const
    ).map(([pods, weight]) => ({
      name: `${weight} % of ${pods}`,
      manifest: rollout(`maxSurge: 0, steps: [{ setWeight: ${weight} }, { pause: {} }]`, `replicas: ${pods},`),
      finds: [{ message: expect.stringContaining(`${weight} % of ${pods} pods is`) as never }],
    })),
    { name: '94 % of 10', manifest: rollout('maxSurge: 0, steps: [{ setWeight: 94 }]', 'replicas: 10,') },
    { name: 'a surge', manifest: rollout('maxSurge: 1, steps: [{ setWeight: 95 }]', 'replicas: 10,') },
  ],
  ROL048: [
    {
      name: 'matchTrafficWeight at weight 0',
      manifest: rollout(
        `${MANAGED} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}, { pause: {} }, { setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 20 }]`,
      ),
      finds: [
        {
          message:
            "step 4 of Rollout shop/pay leaves the canary without pods, so the controller removes the route 'qa' of step 2",
        },
      ],
    },
    {
      name: 'a header route before there are pods',
      manifest: rollout(`${MANAGED} steps: [{ pause: { duration: 1m } }, ${header()}, { pause: {} }]`),
      finds: [{ message: expect.stringContaining("creates the route 'qa' while the canary has no pods") as never }],
    },
    {
      name: 'matchTrafficWeight after the weight',
      manifest: rollout(
        `${MANAGED} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}, { setWeight: 20 }, { setCanaryScale: { matchTrafficWeight: true } }]`,
      ),
    },
    {
      name: 'the route is removed first',
      manifest: rollout(
        `${MANAGED} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}, ${header('').replace(', }', ' }')}, { setCanaryScale: { matchTrafficWeight: true } }]`,
      ),
    },
  ],
  TRF015: [
    {
      name: 'ping-pong with Istio',
      manifest: rollout(
        'pingPong: { pingService: a, pongService: b }, trafficRouting: { istio: { virtualService: { name: pay } } }',
      ),
      finds: [{ message: expect.stringContaining('uses ping-pong with Istio') as never, severity: 'warning' }],
    },
    { name: 'two Services', manifest: rollout(ISTIO) },
  ],
  TRF019: [
    {
      name: 'two routes for everything at one Gateway',
      manifest:
        virtualService(SPLIT(), 'a', 'hosts: [pay.example.com], gateways: [edge]').slice(4) +
        virtualService(SPLIT(), 'b', 'hosts: [pay.example.com], gateways: [shop/edge]'),
      finds: [
        {
          message: expect.stringContaining("at Gateway 'edge' and a route for every request") as never,
          severity: 'warning',
        },
      ],
    },
    {
      name: 'the same path',
      manifest:
        virtualService(
          SPLIT('match: [{ uri: { prefix: /pay } }],'),
          'a',
          'hosts: [x.example.com], gateways: [edge]',
        ).slice(4) +
        virtualService(SPLIT('match: [{ uri: { prefix: /pay } }],'), 'b', 'hosts: [x.example.com], gateways: [edge]'),
      finds: [{ message: expect.stringContaining('a route for the same match') as never }],
    },
    {
      name: 'other paths',
      manifest:
        virtualService(
          SPLIT('match: [{ uri: { prefix: /a } }],'),
          'a',
          'hosts: [x.example.com], gateways: [edge]',
        ).slice(4) + virtualService(SPLIT(), 'b', 'hosts: [x.example.com], gateways: [edge]'),
    },
    {
      name: 'other Gateways',
      manifest:
        virtualService(SPLIT(), 'a', 'hosts: [x.example.com], gateways: [edge]').slice(4) +
        virtualService(SPLIT(), 'b', 'hosts: [x.example.com], gateways: [inner]'),
    },
  ],
  TRF020: [
    {
      name: 'a header rule behind a regular expression for everything',
      manifest: virtualService(
        `${SPLIT('match: [{ uri: { regex: ".*" } }],')}, { name: qa, match: [{ headers: { x-qa: { exact: y } } }], route: [{ destination: { host: c } }] }`,
      ).slice(4),
      finds: [{ message: expect.stringContaining("route 'qa' of VirtualService shop/pay is never reached") as never }],
    },
    ...(
      [
        ['a prefix', 'uri: { prefix: /a }', 'uri: { prefix: /a/b }', true],
        ['a prefix and a path', 'uri: { prefix: /a }', 'uri: { exact: /a }', true],
        ['a longer prefix', 'uri: { prefix: /a/b }', 'uri: { prefix: /a }', false],
        ['a path', 'uri: { exact: /a }', 'uri: { exact: /a }', true],
        ['another path', 'uri: { exact: /a }', 'uri: { exact: /b }', false],
        ['a regular expression', 'uri: { regex: "/a[0-9]" }', 'uri: { regex: "/a[0-9]" }', true],
        ['a path of any', 'uri: { prefix: /a }', 'headers: { x: { exact: y } }', false],
        ['a header', 'headers: { x: { exact: y } }', 'headers: { x: { exact: y }, z: { exact: y } }', true],
        ['one of two headers', 'headers: { x: { exact: y }, z: { exact: y } }', 'headers: { x: { exact: y } }', false],
        ['a method', 'method: { exact: GET }', 'method: { exact: GET }, uri: { prefix: /a }', true],
        ['another method', 'method: { exact: GET }', 'method: { exact: PUT }', false],
      ] as const
    ).map(([name, wide, narrow, hides]): RuleCase => ({
      name: `${name}: ${wide} and then ${narrow}`,
      manifest: virtualService(
        `${SPLIT(`match: [{ ${wide} }],`)}, { name: qa, match: [{ ${narrow} }], route: [{ destination: { host: c } }] }`,
      ).slice(4),
      ...(hides ? { finds: [{ message: expect.stringContaining("route 'qa'") as never }] } : {}),
    })),
    {
      name: 'a regular expression for some',
      manifest: virtualService(
        `${SPLIT('match: [{ uri: { regex: "/a.*" } }],')}, { name: qa, match: [{ headers: { x-qa: { exact: y } } }], route: [{ destination: { host: c } }] }`,
      ).slice(4),
    },
  ],
  TRF029: [
    {
      name: 'a status without a standard text',
      manifest: virtualService(SPLIT("retries: { attempts: 2, retryOn: '503,599' },")).slice(4),
      finds: [
        {
          message: expect.stringContaining('retries on the status 599, which Istio refuses') as never,
          severity: 'error',
        },
      ],
    },
    {
      name: 'retries that turn the default off',
      manifest: virtualService(SPLIT('retries: { backoff: 100ms },')).slice(4),
      finds: [
        { message: expect.stringContaining('configures retries without attempts') as never, severity: 'warning' },
      ],
    },
    {
      name: 'a part of a millisecond',
      manifest: virtualService(SPLIT('timeout: 1500us,')).slice(4),
      finds: [
        { message: expect.stringContaining('has timeout 1500us, but Istio accepts only whole milliseconds') as never },
      ],
    },
    {
      name: 'whole milliseconds',
      manifest: virtualService(SPLIT('timeout: 1.5s, retries: { attempts: 0 },')).slice(4),
    },
  ],
  TRF038: [
    {
      name: 'a canary Service beside a Rollout that names none',
      manifest: rollout('steps: [{ setWeight: 25 }]') + service('pay-canary', 'app: pay'),
      finds: [
        {
          message: expect.stringContaining('is named by no Rollout, so it selects all pods') as never,
          severity: 'warning',
        },
      ],
    },
    {
      name: 'it is named',
      manifest:
        rollout(ISTIO.replace('canaryService: c', 'canaryService: pay-canary')) + service('pay-canary', 'app: pay'),
    },
    { name: 'it selects other pods', manifest: rollout('steps: []') + service('pay-canary', 'app: other') },
  ],
  TRF039: [
    {
      name: 'a timeout that the header route lacks',
      manifest:
        rollout(`${MANAGED} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}]`) +
        virtualService(SPLIT('timeout: 2s,')),
      finds: [{ message: expect.stringContaining("creates a route without the timeout of route 'main'") as never }],
    },
    { name: 'no header step', manifest: rollout(ISTIO) + virtualService(SPLIT('timeout: 2s,')) },
  ],
  TRF040: [
    {
      name: 'a shared host',
      manifest:
        rollout(
          `${MANAGED.replace('name: pay }', 'name: pay, routes: [main] }')} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}]`,
        ) +
        virtualService(
          `{ name: docs, match: [{ uri: { prefix: /docs } }], route: [{ destination: { host: docs } }] }, ${SPLIT()}`,
        ),
      finds: [{ message: expect.stringContaining("also takes requests with the header from route 'docs'") as never }],
    },
    {
      name: 'a host of its own',
      manifest:
        rollout(`${MANAGED} steps: [{ setCanaryScale: { replicas: 1 } }, ${header()}]`) + virtualService(SPLIT()),
    },
  ],
  TRF041: [
    {
      name: 'the full name of a Service',
      manifest: rollout(ISTIO.replace('name: pay', 'name: pay.shop.svc.cluster.local')),
      finds: [
        {
          message: expect.stringContaining(
            "'pay' in namespace 'shop' up to Argo Rollouts 1.9, and 'pay.shop' in 'svc' from 1.10",
          ) as never,
        },
      ],
    },
    { name: 'a name and a namespace', manifest: rollout(ISTIO.replace('name: pay', 'name: pay.shop')) },
  ],
};

// Some traps are those of older releases.
for (const [code, cases] of Object.entries(table)) {
  const on = examplesOn(rule(code));
  describeRule(
    rule(code),
    cases.map((one) => ({ options: on, ...one })),
  );
}
