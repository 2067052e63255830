import type { Rule } from '../../src/rules';
import { ROLLOUT_RULES } from '../../src/rules/rollout';
import { describeRule, type RuleCase } from './describe-rule';

const rule = (code: string): Rule => ROLLOUT_RULES.find((one) => one.code === code)!;

/** A Rollout by its canary, in flow style, and other fields of its spec. */
const canary = (fields: string, spec = '', template = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop, labels: { team: payments } }
spec:
  ${spec}
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { ${template} } }
  strategy: { canary: { ${fields} } }
`;
const routed = (fields: string, routing = ''): string =>
  canary(
    `canaryService: c, stableService: s, trafficRouting: { ${routing} istio: { virtualService: { name: v } } }, ${fields}`,
  );
const steps = (...list: string[]): string => `steps: [${list.map((one) => `{ ${one} }`).join(', ')}]`;
const WAIT = 'pause: { duration: 10m }';

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  ROL003: [
    {
      name: 'labels that are all null, which the API server removes',
      manifest: canary('').replace('{ matchLabels: { app: checkout } }', '{ matchLabels: { app: null } }'),
      finds: [{ path: 'spec.selector' }],
    },
    {
      name: 'an operator that does not exist',
      manifest: canary('').replace(
        '{ matchLabels: { app: checkout } }',
        '{ matchExpressions: [{ key: app, operator: Is }] }',
      ),
      finds: [{ hint: 'there are In, NotIn, Exists, DoesNotExist' }],
    },
    {
      name: 'In without values, Exists with them',
      manifest: canary('').replace(
        '{ matchLabels: { app: checkout } }',
        '{ matchExpressions: [{ key: app, operator: In }, { key: app, operator: Exists, values: [a] }] }',
      ),
      finds: [{}, {}],
    },
    {
      name: 'a Rollout that takes its template from a Deployment needs none',
      manifest:
        'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }\nspec: { workloadRef: { name: a } }',
    },
  ],
  ROL006: [
    {
      name: 'the default is too short',
      manifest: canary('', 'minReadySeconds: 600'),
      finds: [{ path: 'spec.minReadySeconds' }],
    },
    { name: 'the default is long enough', manifest: canary('', 'minReadySeconds: 599') },
    { name: 'a deadline of its own', manifest: canary('', 'minReadySeconds: 900\n  progressDeadlineSeconds: 901') },
  ],
  ROL007: [
    {
      name: 'a canary that is null is none',
      manifest: canary('').replace('{ canary: {  } }', '{ canary: }'),
      finds: [{ hint: 'canary is null: an empty object is written {}' }],
    },
    { name: 'an empty canary is one', manifest: canary('') },
  ],
  ROL008: [
    { name: 'nought per cent is nothing', manifest: canary('maxSurge: 0%, maxUnavailable: 0'), finds: [{}] },
    { name: 'what is left out is a quarter', manifest: canary('maxSurge: 0') },
  ],
  ROL010: [
    { name: 'an ALB needs both', manifest: canary('trafficRouting: { alb: { ingress: i } }'), finds: [{}, {}] },
    {
      name: 'subsets do instead',
      manifest: canary('trafficRouting: { istio: { virtualService: { name: v }, destinationRule: { name: d } } }'),
    },
    { name: 'a plugin needs none', manifest: canary('trafficRouting: { plugins: { a/b: {} } }') },
  ],
  ROL011: [
    {
      name: 'everything that needs a router, at once',
      manifest: canary(
        `scaleDownDelaySeconds: 5, dynamicStableScale: true, ${steps('setHeaderRoute: { name: a }', 'setMirrorRoute: { name: a }', 'experiment: { templates: [{ name: a, specRef: canary, weight: 5 }] }')}`,
      ),
      finds: [{}, {}, {}, {}, {}],
    },
    { name: 'dynamicStableScale: false needs none', manifest: canary('dynamicStableScale: false') },
    { name: 'abortScaleDownDelaySeconds is not refused', manifest: canary('abortScaleDownDelaySeconds: 30') },
  ],
  ROL012: [
    {
      name: 'no mirror with an ALB',
      manifest: canary(`trafficRouting: { alb: {} }, ${steps('setMirrorRoute: { name: a }')}`),
      finds: [{}],
    },
    { name: 'no other weights than per cent with Istio', manifest: routed('', 'maxTrafficWeight: 1000,'), finds: [{}] },
    {
      name: 'a plugin can do everything',
      manifest: canary(`trafficRouting: { plugins: { a/b: {} } }, ${steps('setMirrorRoute: { name: a }')}`),
    },
  ],
  ROL014: [
    {
      name: 'a kind that is misspelt',
      manifest: canary(steps('setWieght: 5')),
      finds: [{ hint: "did you mean 'setWeight'?" }],
    },
    {
      name: 'nothing at all',
      manifest: canary('steps: [{}]'),
      finds: [{ message: 'step 1 of Rollout shop/checkout has nothing' }],
    },
    { name: 'a plugin is a step', manifest: canary(steps('plugin: { name: a/b }')) },
  ],
  ROL015: [
    { name: 'an analysis beside a pause', manifest: canary(steps('pause: {}, analysis: {}')), finds: [{}] },
    {
      name: 'a scale beside a weight is not refused',
      manifest: routed(steps('setWeight: 5, setCanaryScale: { replicas: 1 }', WAIT)),
    },
  ],
  ROL016: [
    { name: 'a weight below nothing', manifest: canary(steps('setWeight: -1')), finds: [{}] },
    { name: 'nothing and everything are weights', manifest: canary(steps('setWeight: 0', 'setWeight: 100')) },
    {
      name: 'nginx can count to a thousand',
      manifest: canary(`trafficRouting: { maxTrafficWeight: 1000, nginx: {} }, ${steps('setWeight: 1000')}`),
    },
  ],
  ROL017: [
    ...['1d', '5 m', 'ten', '-5m', "''", '1h30'].map((duration) => ({
      name: `'${duration}'`,
      manifest: canary(steps(`pause: { duration: ${duration} }`)),
      finds: [{}],
    })),
    ...['90', "'90'", '1h30m', '1.5h', '0', '500ms', "'+5m'"].map((duration) => ({
      name: `${duration} is a duration`,
      manifest: canary(steps(`pause: { duration: ${duration} }`)),
    })),
  ],
  ROL018: [
    {
      name: 'an ALB supports only exact',
      manifest: canary(
        `trafficRouting: { alb: {} }, ${steps('setHeaderRoute: { name: a, match: [{ headerName: h, headerValue: { prefix: x } }] }')}`,
      ),
      finds: [{ hint: 'an ALB supports only exact' }],
    },
    {
      name: 'a mirror that matches a method in no way',
      manifest: routed(steps('setMirrorRoute: { name: a, match: [{ method: {} }] }')),
      finds: [{ message: 'step 1 of Rollout shop/checkout matches the method by none of exact, regex and prefix' }],
    },
    {
      name: 'a path by its prefix',
      manifest: routed(steps('setMirrorRoute: { name: a, match: [{ path: { prefix: / } }] }')),
    },
  ],
  ROL020: [
    {
      name: 'a slip in what every object has, and in the version that is meant',
      manifest: canary(
        steps(
          'setWeight: 20',
          'analysis: { templates: [{ templateName: a }], args: [{ name: ns, valueFrom: { fieldRef: { fieldPath: meadata.namespace } } }, { name: hash, valueFrom: { podTemplateHashValue: Laest } }] }',
        ),
      ),
      finds: [{ hint: "did you mean 'metadata'?" }, { hint: "did you mean 'Latest'?" }],
    },
    {
      name: 'a label that the Rollout does not have is empty',
      manifest: canary(
        steps('analysis: { args: [{ name: t, valueFrom: { fieldRef: { fieldPath: "metadata.labels[\'taem\']" } } }] }'),
      ),
      finds: [{ severity: 'warning', hint: "did you mean 'team' (app.yaml:3)?" }],
    },
    {
      name: 'the background is checked too',
      manifest: canary(
        'analysis: { args: [{ name: t, valueFrom: { fieldRef: { fieldPath: metadata.generation } } }] }',
      ),
      finds: [{ severity: 'error' }],
    },
    {
      name: 'a field of the template that is not there',
      manifest: canary(
        steps(
          'analysis: { args: [{ name: t, valueFrom: { fieldRef: { fieldPath: spec.template.metadata.labels.ap } } }] }',
        ),
      ),
      finds: [{ hint: "did you mean 'app' (app.yaml:7)?" }],
    },
    ...[
      "metadata.labels['team']",
      'metadata.name',
      'spec.template.metadata.labels.app',
      'status.pauseConditions[0].startTime',
    ].map((path) => ({
      name: `${path} can be had`,
      manifest: canary(steps(`analysis: { args: [{ name: t, valueFrom: { fieldRef: { fieldPath: "${path}" } } }] }`)),
    })),
  ],
  ROL023: [
    {
      name: 'the same weight again',
      manifest: canary(steps('setWeight: 20', WAIT, 'setWeight: 20', WAIT)),
      finds: [{}],
    },
    {
      name: 'out of traffic and back',
      manifest: canary(steps('setWeight: 20', WAIT, 'setWeight: 0', WAIT, 'setWeight: 10', WAIT)),
    },
  ],
  ROL026: [
    {
      name: 'nothing was made',
      manifest: routed(steps('setHeaderRoute: { name: testers }')),
      finds: [
        { message: "step 1 of Rollout shop/checkout removes the route 'testers', which no earlier step creates" },
      ],
    },
    {
      name: 'a header route may stay: its requests are for the canary',
      manifest: routed(
        steps(
          "setHeaderRoute: { name: a, match: [{ headerName: h, headerValue: { exact: 'x' } }] }",
          'setWeight: 50',
          WAIT,
        ),
      ),
    },
  ],
  ROL030: [
    { name: 'words', manifest: canary('maxSurge: one'), finds: [{ severity: 'error' }] },
    { name: 'a percentage', manifest: canary('maxSurge: 10%') },
  ],
  ROL031: [
    {
      name: 'an analysis that is not required ends nothing',
      manifest: canary(steps('experiment: { templates: [], analyses: [{ name: a, templateName: b }] }')),
      finds: [{}],
    },
    {
      name: 'one that is required does',
      manifest: canary(
        steps('experiment: { templates: [], analyses: [{ name: a, templateName: b, requiredForCompletion: true }] }'),
      ),
    },
  ],
  ROL032: [
    {
      name: 'one pod of ten for half of the requests, said once',
      manifest: routed(steps('setCanaryScale: { replicas: 1 }', 'setWeight: 50', WAIT, 'setWeight: 80', WAIT)).replace(
        'spec:',
        'spec:\n  replicas: 10',
      ),
      finds: [
        {
          message:
            'step 2 of Rollout shop/checkout gives the canary 50 % of the traffic while step 1 keeps it at 1 pod of 10',
        },
      ],
    },
    {
      name: 'how many pods there are is not known',
      manifest: routed(steps('setCanaryScale: { replicas: 1 }', 'setWeight: 50', WAIT)),
    },
    { name: 'enough pods', manifest: routed(steps('setCanaryScale: { weight: 50 }', 'setWeight: 60', WAIT)) },
  ],
  ROL034: [
    {
      name: 'the end follows at once',
      manifest: canary(steps('setWeight: 20', WAIT, 'setWeight: 80')),
      finds: [
        {
          message:
            'step 3 of Rollout shop/checkout sets the weight 80, and the end of the steps, 100 %, follows at once',
        },
      ],
    },
    {
      name: 'a pause of no length is none',
      manifest: canary(steps('setWeight: 20', 'pause: { duration: 0s }')),
      finds: [{}],
    },
    { name: 'an analysis waits', manifest: canary(steps('setWeight: 20', 'analysis: {}', 'setWeight: 100')) },
    { name: 'weight 0 needs no time', manifest: canary(steps('setWeight: 0', 'setWeight: 20', WAIT)) },
    {
      name: 'the scale in between takes nothing away',
      manifest: routed(steps('setWeight: 20', 'setCanaryScale: { matchTrafficWeight: true }', WAIT)),
    },
  ],
  ROL019: [
    {
      name: 'a route of no name, and one that is not managed',
      manifest: canary(
        'trafficRouting: { managedRoutes: [{ name: testers }], istio: {} }, steps: [{ setHeaderRoute: {} }, { setMirrorRoute: { name: tester } }, { setHeaderRoute: { name: testers } }]',
      ),
      finds: [
        { message: 'step 1 of Rollout shop/checkout creates a route without a name' },
        { path: 'spec.strategy.canary.steps[1].setMirrorRoute.name', hint: "did you mean 'testers' (app.yaml:8)?" },
      ],
    },
    {
      name: 'without traffic routing nothing makes routes',
      manifest: canary('steps: [{ setHeaderRoute: {} }]'),
    },
  ],
  ROL038: [
    {
      name: 'two containers of a name, a request above its limit, and no restart',
      manifest: canary(
        '',
        '',
        'restartPolicy: Never, containers: [{ name: a, image: a, resources: { requests: { cpu: 2, memory: 1Gi }, limits: { cpu: 1500m, memory: 1024Mi } } }, { name: a, image: a }]',
      ),
      finds: [
        { path: 'spec.template.spec.restartPolicy' },
        {
          path: 'spec.template.spec.containers[0].resources.requests.cpu',
          message: "container 'a' of Rollout shop/checkout requests 2 of cpu, above its limit of 1500m",
        },
        { path: 'spec.template.spec.containers[1].name' },
      ],
    },
    {
      name: 'a request below zero, and of what no node has',
      manifest: canary(
        '',
        '',
        'containers: [{ name: a, image: a, resources: { requests: { cpu: -5m, memoy: 1Gi }, limits: { nvidia.com/gpu: 1, hugepages-2Mi: 4Mi, ephemeral-storage: -0 } } }]',
      ),
      finds: [
        {
          path: 'spec.template.spec.containers[0].resources.requests.cpu',
          message: "container 'a' of Rollout shop/checkout has requests of -5m of cpu, which is negative",
        },
        { path: 'spec.template.spec.containers[0].resources.requests.memoy', hint: "did you mean 'memory'?" },
      ],
    },
    {
      name: 'no pods can be made without containers',
      manifest: canary('', '', 'containers: []'),
      finds: [{ message: 'the pods of Rollout shop/checkout have no containers' }],
    },
    {
      name: 'a container without an image, with a port that is none, and a probe that has no handler',
      manifest: canary(
        '',
        '',
        'containers: [{ name: A_b, ports: [{ containerPort: 70000 }], livenessProbe: { failureThreshold: -1 }, readinessProbe: { tcpSocket: { port: 0 } } }]',
      ),
      finds: [
        { path: 'spec.template.spec.containers[0].image' },
        { path: 'spec.template.spec.containers[0].name' },
        { path: 'spec.template.spec.containers[0].ports[0].containerPort' },
        { path: 'spec.template.spec.containers[0].livenessProbe', hint: 'use one of exec, httpGet, tcpSocket, grpc' },
        { path: 'spec.template.spec.containers[0].livenessProbe.failureThreshold' },
        { path: 'spec.template.spec.containers[0].readinessProbe.tcpSocket.port' },
      ],
    },
    {
      name: 'a Deployment that does not select its own pods',
      manifest:
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: { matchLabels: { app: b } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }',
      finds: [{ path: 'spec.selector' }],
    },
    {
      name: 'a Rollout that takes its pods from a Deployment',
      manifest:
        'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }\nspec: { workloadRef: { name: a } }',
    },
    {
      name: 'the same amounts in other words',
      manifest: canary(
        '',
        '',
        'containers: [{ name: a, image: a, resources: { requests: { cpu: 0.5, memory: 1Gi }, limits: { cpu: 500m, memory: 1024Mi } } }]',
      ),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
